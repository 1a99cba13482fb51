"""Runs the cleaning child (掃除の部屋) and believes nothing but its exit: a crash, a kill or a silence is `Died`.

Bytes pass through anonymous memory, never through a folder: what a crash leaves behind is nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import BinaryIO

from bots.media import limits


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The copy to keep. `duration` in ms."""

    body: bytes
    media_type: str
    duration: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Not what it says it is, or not to be opened. `code` as in `bots.media.reencode`."""

    code: str


@dataclass(frozen=True, slots=True)
class Died:
    """The child gave no answer: out of time, out of memory, or crashed by what it read."""


def scratch(name: str) -> BinaryIO:
    """An open file without a name on any disk; closing it is the end of it."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create(name), "wb+")
    return tempfile.TemporaryFile()


def clean(kind: str, source: BinaryIO, wall_seconds: float | None = None) -> Cleaned | Refused | Died:
    """Have `source` (read from its start) opened and drawn anew as `image`, `audio` or `video`.

    `wall_seconds`: how long it may take, as in `limits` when None.
    """
    source.seek(0)
    with scratch("clean") as target:
        said = _run(kind, source.fileno(), target.fileno(), wall_seconds or limits.WALL_SECONDS[kind])
        if said is None:
            return Died()
        if "refused" in said:
            return Refused(str(said["refused"]))
        target.seek(0)
        body = target.read()
    return Cleaned(body, str(said["media_type"]), int(said["duration"])) if body else Died()


def _run(kind: str, source: int, target: int, wall_seconds: float) -> dict[str, str | int] | None:
    command = [
        sys.executable, "-I", "-m", "bots.media.reencode", kind, str(source), str(target),
        str(limits.MEMORY_MOST[kind]), str(limits.CPU_SECONDS[kind]), str(limits.KEEP_MOST[kind]),
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module; the numbers are ours)
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries quote what they read
            pass_fds=(source, target),
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            timeout=wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None  # `run` has killed it
    if done.returncode != 0:
        return None
    said = json.loads(done.stdout)
    return said if isinstance(said, dict) else None
