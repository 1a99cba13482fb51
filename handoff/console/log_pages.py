"""Pages without content: 目を通すこと, 今日の数字."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from handoff import figures
from handoff.console import logs
from handoff.console.draw import draw
from handoff.console.guard import Manager, Watcher
from handoff.console.parts import console_of


def add_logs(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/trouble", trouble_page, methods=["GET"])
    router.add_api_route("/figures", figures_page, methods=["GET"])


def trouble_page(request: Request, found: Watcher) -> Response:
    """Messages that did not surely arrive, events that nobody could handle, processes that are silent."""
    console = console_of(request)
    with console.reading() as session:
        shown = logs.trouble(session, console.tenant, console.parts.now())
    return draw(request, "trouble.html", found, trouble=shown)


def figures_page(request: Request, found: Manager) -> Response:
    """今日の数字, for 管理: how much there is to do, by desk and by person. No case, no words."""
    console = console_of(request)
    with console.reading() as session:
        shown = figures.today(console.parts.office, session, console.parts.now())
    return draw(request, "figures.html", found, figures=shown)
