"""Pages without content: 目を通すこと, 閲覧の記録, 数字."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from handoff import break_glass, ledger, view
from handoff.console import logs
from handoff.console.draw import draw
from handoff.console.guard import Manager, Overseer, Watcher
from handoff.console.parts import console_of


def add_logs(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/trouble", trouble_page, methods=["GET"])
    router.add_api_route("/audit", audit_page, methods=["GET"])
    router.add_api_route("/figures", figures_page, methods=["GET"])


def trouble_page(request: Request, found: Watcher) -> Response:
    """Messages that did not surely arrive, events that nobody could handle, processes that are silent."""
    console = console_of(request)
    with console.reading() as session:
        shown = logs.trouble(session, console.tenant, console.parts.now())
    return draw(request, "trouble.html", found, trouble=shown)


def audit_page(
    request: Request, found: Overseer, before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None
) -> Response:
    """Who opened or did what, and whether the chain of the log is whole. No content."""
    console = console_of(request)
    office = console.parts.office
    with console.reading() as session:
        shown = logs.looked(session, console.tenant, before)
        opened = break_glass.lately(session, console.tenant) if before is None else ()
        broken = ledger.verify_audit(session, office.audit_key, console.tenant) if before is None else None
    full = len(shown) >= logs.LIMIT
    return draw(
        request, "audit.html", found, entries=shown, broken=broken, before=before, full=full, glass=opened
    )  # fmt: skip


def figures_page(request: Request, found: Manager) -> Response:
    """The figures of the whole queue, for 管理: no case, no words."""
    console = console_of(request)
    # `view.counts` counts what somebody may open, which for 管理 is nothing; numbers alone tell no content.
    everything = replace(found.staff, role="intake")
    with console.reading() as session:
        counts = view.counts(console.parts.office, session, everything, console.parts.now())
    return draw(request, "figures.html", found, counts=counts)
