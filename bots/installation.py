"""How this product is installed (置かれ方): facts for the self-check, from settings and folders, without secrets."""

from __future__ import annotations

import platform
import stat
from importlib.metadata import version
from pathlib import Path

from sqlalchemy.engine import make_url

from bots.settings import Settings, TenantSettings
from handoff.guideline import Installation

_SHOWN = ("toritsugi", "line-bot-sdk", "slack-sdk", "cryptography")


def installation(settings: Settings, tenant: TenantSettings) -> Installation:
    """The facts of this municipality's installation. A folder that is not there or not ours to see gives None."""
    data, keys = make_url(settings.database), make_url(settings.key_database)
    local = data.get_backend_name() == "sqlite" and keys.get_backend_name() == "sqlite"
    return Installation(
        database=data.get_backend_name(),
        data_place=_place(settings.database),
        keys_place=str(settings.keys_dir.absolute()) + (f"、{_place(settings.keys_url)}" if settings.keys_url else ""),
        keys_same_disk=_same_disk(settings.data_dir, settings.keys_dir) if local else None,
        keys_private=_private(settings.keys_dir),
        data_private=_private(settings.data_dir) if data.get_backend_name() == "sqlite" else None,
        public_url=settings.base_url,
        line=tenant.line is not None,
        slack=tenant.slack is not None,
        notify=len(tenant.notify),
        debug=settings.debug,
        versions=(*((name, version(name)) for name in _SHOWN), ("Python", platform.python_version())),
    )


def _place(url: str) -> str:
    """Where a database lies: a path, or host and name. Never user, password or options."""
    found = make_url(url)
    if found.get_backend_name() == "sqlite":
        return found.database or ""
    return f"{found.host or '（この機械）'}/{found.database or ''}"


def _same_disk(one: Path, other: Path) -> bool | None:
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return None


def _private(folder: Path) -> bool | None:
    """Whether neither group nor others can read what lies in the folder."""
    try:
        return _closed(folder) or all(_closed(path) for path in folder.iterdir())
    except OSError:
        return None


def _closed(path: Path) -> bool:
    return not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
