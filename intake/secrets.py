"""The key folder (鍵フォルダ): root secrets that live apart from the data.

`kek` wraps data keys, `pepper` blinds lookups, `audit` chains the audit log, `session` signs console sessions.
They are independent of each other.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

_NAMES = ("kek", "pepper", "audit", "session")
_SIZE = 32


class KeysMissing(Exception):
    """The key folder has no keys. The message names the folder and the command that helps."""


class KeysUnsafe(Exception):
    """A key file may be read by others, is too short, or the folder lies inside the data folder."""


class KeysExist(Exception):
    """Keys (or data that needs the old ones) are there already; new ones would make that data unreadable."""


@dataclass(frozen=True, slots=True)
class RootSecrets:
    """Four independent secrets of 32 bytes. Never printed."""

    kek: bytes = field(repr=False)
    pepper: bytes = field(repr=False)
    audit: bytes = field(repr=False)
    session: bytes = field(repr=False)


def create(folder: Path, *, data_exists: bool) -> RootSecrets:
    """Make the four keys, files 0600 in a folder 0700.

    Raises `KeysExist` when any key is there already, or when `data_exists` (data sealed under lost keys).
    """
    if data_exists:
        raise KeysExist("データがすでにあります。鍵を作り直すと、そのデータは読めなくなります。")
    if any((folder / name).exists() for name in (*_NAMES, "keys.db")):
        raise KeysExist(f"鍵がすでにあります: {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in _NAMES:
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_SIZE))
            file.flush()
            os.fsync(file.fileno())
    return load(folder)


def load(folder: Path) -> RootSecrets:
    """Read the four keys. Raises `KeysMissing` or `KeysUnsafe`; never makes a key."""
    return RootSecrets(**{name: _read(folder, name) for name in _NAMES})


def _read(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise KeysMissing(f"鍵がありません: {path}。先に `toritsugi init` を実行してください。") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeysUnsafe(f"鍵をほかの利用者が読めます: {path}。`chmod 600` にしてください。")
    value = path.read_bytes()
    if len(value) != _SIZE or len(set(value)) < 8:
        raise KeysUnsafe(f"鍵の中身が正しくありません: {path}")
    return value
