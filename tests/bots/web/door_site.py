"""Our own page on a real port, for a real browser."""

from __future__ import annotations

from contextlib import AbstractContextManager

from fastapi import FastAPI
from serve_kit import served

from bots.parts import Parts
from bots.web.router import make_door


def serving(parts: Parts) -> AbstractContextManager[str]:
    """The address while the block runs."""
    app = FastAPI()
    app.include_router(make_door(parts))
    return served(app)
