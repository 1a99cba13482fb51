"""The page 自己点検: how this installation stands against the government's LINE guideline. No case, no content."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from jinja2 import Environment
from markupsafe import Markup

from handoff import guideline
from handoff.console.draw import draw, make_pages
from handoff.console.guard import Visit, allow, visit
from handoff.console.parts import console_of
from handoff.console.static_files import Shelf
from handoff.guideline import Installation
from handoff.pack import Pack

Checker = Annotated[Visit, Depends(allow(visit, "manager", "auditor", "intake"))]


def add_selfcheck(router: APIRouter) -> None:
    """Put this page on `router`."""
    router.add_api_route("/selfcheck", selfcheck_page, methods=["GET"])


def selfcheck_page(request: Request, found: Checker) -> Response:
    """The rows for this municipality, as things stand now."""
    parts = console_of(request).parts
    rows = guideline.rows(parts.office.pack, parts.installation)
    return draw(request, "selfcheck.html", found, rows=rows, guideline=guideline)


def as_file(pack: Pack, found: Installation, day: str) -> str:
    """The same rows as one HTML file that needs nothing else, for printing and filing. `day` is when it was made."""
    pages: Environment = make_pages(Shelf())
    style = Markup(files("handoff.console").joinpath("static", "selfcheck.css").read_text("utf-8"))  # noqa: S704 (ours)
    page = pages.get_template("selfcheck_file.html")
    return page.render(town=pack, rows=guideline.rows(pack, found), guideline=guideline, day=day, style=style)
