"""Drawing pages: one Jinja environment, autoescaped, with strict undefined names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from handoff.console import handing_words, marked, words
from handoff.console.frame import Frame, frame_of
from handoff.console.parts import console_of
from handoff.console.static_files import Shelf

if TYPE_CHECKING:
    from handoff.console.guard import Visit


def make_pages(shelf: Shelf) -> Environment:
    """The templates of the console."""
    pages = Environment(
        loader=PackageLoader("handoff.console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals.update(static=shelf.url, words=words, hw=handing_words)
    pages.filters.update(visible=marked.visible, plain=marked.plain)
    return pages


def draw(request: Request, name: str, visit: Visit | None = None, status: int = 200, **context: object) -> HTMLResponse:
    """Template `name` as an answer. `visit` is the signed-in person, if any."""
    console = console_of(request)
    frame = frame_of(console, visit.staff) if visit else Frame()
    body = console.pages.get_template(name).render(
        visit=visit,
        town=console.parts.office.pack,
        now=console.parts.now(),
        ringing=frame.ringing,
        disaster=frame.disaster,
        shadow=console.parts.office.shadow,
        reachable=console.parts.office.can_call,
        unseen=frame.unseen,
        arrived_waiting=frame.arrived,
        advised=frame.advised,
        sign_in=console.parts.oidc.label if console.parts.oidc else "",
        **context,
    )
    return HTMLResponse(body, status_code=status)
