"""The child process that opens what a person sent (別の部屋で開く): `python -m bots.media.reencode KIND …`.

It is given two open files and nothing else: before it reads the first byte it gives up memory, time, and the right to
open any further file or socket. Its answer is one line of JSON: `{"media_type", "duration"}`, or `{"refused": code}`
with `format`, `pixels`, `broken` or `nothing`. Whatever else happens to it, the parent sees that it died.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from typing import BinaryIO

from bots.media import pictures, sounds
from bots.media.refusal import Clean, Unsafe


def main(arguments: list[str]) -> int:
    """`KIND INPUT_FD OUTPUT_FD MEMORY CPU SIZE` (bytes and seconds). 0 when it answered, whatever it said."""
    kind = arguments[0]
    source_fd, target_fd, memory, cpu, size = (int(each) for each in arguments[1:6])
    (pictures if kind == "image" else sounds).prepare()
    with os.fdopen(source_fd, "rb") as source, os.fdopen(target_fd, "wb+") as target:
        _give_up(memory, cpu, size)
        sys.stdout.write(json.dumps(_answer(kind, source, target)) + "\n")
    return 0


def _answer(kind: str, source: BinaryIO, target: BinaryIO) -> dict[str, str | int]:
    try:
        clean = _clean(kind, source, target)
        target.flush()
    except Unsafe as refused:
        return {"refused": refused.code}
    return {"media_type": clean.media_type, "duration": clean.duration}


def _clean(kind: str, source: BinaryIO, target: BinaryIO) -> Clean:
    if kind == "image":
        return pictures.clean(source, target)
    return sounds.clean_audio(source, target) if kind == "audio" else sounds.clean_video(source, target)


def _give_up(memory: int, cpu: int, size: int) -> None:
    """Limits that hold until the end. No new descriptor: no file, no socket, whatever a decoder is led to."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, size),
        (resource.RLIMIT_NOFILE, 0),
    ):
        # Some systems do not know every limit (macOS and address space): the others and the parent's clock still hold.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
