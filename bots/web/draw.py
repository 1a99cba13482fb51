"""Drawing pages: one Jinja environment, autoescaped, with strict undefined names."""

from __future__ import annotations

from datetime import date, datetime, time

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from bots.patience import AWAY
from bots.web import texts
from bots.web.door import Door, door_of
from handoff import disaster
from handoff.clock import TOKYO
from handoff.clock_words import date_words
from handoff.console import marked
from handoff.console.static_files import Shelf
from intake.conversation.script import load as script
from intake.db import reading


def make_pages(shelf: Shelf) -> Environment:
    """The templates of our own page."""
    pages = Environment(
        loader=PackageLoader("bots.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals.update(static=shelf.url, tag=texts.tag, own_name=lambda name: texts.texts(name)["own_name"])
    pages.filters.update(visible=marked.visible, plain=marked.plain, day=_day)
    return pages


def draw(
    request: Request, name: str, *, status: int = 200, language: str | None = None, **context: object
) -> HTMLResponse:
    """Template `name` as an answer in this language; `town` may name the municipality, else it is the first one."""
    door = door_of(request)
    town = context.pop("town", None) or door.tenant()
    language = language if language in texts.languages() else _asked(request)
    body = door.pages.get_template(name).render(
        t=texts.texts(language),
        script=script(language),
        language=language,
        languages=texts.languages(),
        town=town,
        prefix=door.prefix(town),  # type: ignore[arg-type]
        disaster=_notice(door, town, language),
        big=request.cookies.get(door.big_cookie) == "1",
        **context,
    )
    return HTMLResponse(body, status_code=status)


def _day(found: date | str, language: str) -> str:
    """A day of the calendar as this language writes it; `found` may be ISO text."""
    return date_words(datetime.combine(date.fromisoformat(str(found)), time(12), TOKYO), language)


def _notice(door: Door, town: object, language: str) -> str:
    """What stands on top of the page while 災害モード is on, "" else: also while the database cannot be asked."""
    try:
        with reading(door.parts.sessions) as session:
            on = disaster.current(session, getattr(town, "name", ""))
    except AWAY:
        return ""
    return on.words(language) if on is not None else ""


def _asked(request: Request) -> str:
    asked = request.query_params.get("lang", texts.DEFAULT)
    return asked if asked in texts.languages() else texts.DEFAULT
