"""外部連携: the tokens of the API and the addresses that hear of events. For 管理; a secret is shown once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from handoff import hook_events, hooks, tokens
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Manager, ManagerPost, Visit
from handoff.console.parts import console_of
from handoff.office import Refused
from handoff.outward_records import WebhookTarget

Field = Annotated[str, Form()]
Chosen = Annotated[list[str], Form()]
_DAYS = ("30", "90", "180", "365")


def add_outward(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/outward", outward_page, methods=["GET"])
    router.add_api_route("/outward/tokens", add_token, methods=["POST"])
    router.add_api_route("/outward/tokens/{row_id}/revoke", revoke_token, methods=["POST"])
    router.add_api_route("/outward/hooks", add_hook, methods=["POST"])
    router.add_api_route("/outward/hooks/{row_id}/end", end_hook, methods=["POST"])
    router.add_api_route("/outward/hooks/{row_id}/test", test_hook, methods=["POST"])
    router.add_api_route("/outward/deliveries/{row_id}/again", send_again, methods=["POST"])


def outward_page(request: Request, found: Manager) -> Response:
    """What other systems may read, and what they are told."""
    return _page(request, found)


def add_token(
    request: Request, found: ManagerPost, name: Field = "", desk: Field = "", days: Field = "90",
    scope: Chosen = [],  # noqa: B006 (FastAPI copies it)
) -> Response:  # fmt: skip
    """A new token, in this one answer only."""
    parts = console_of(request).parts
    wanted = int(days) if days in _DAYS else 0
    try:
        with parts.sessions.begin() as session:
            text = tokens.add(parts.office, session, found.staff.id, name, scope, desk, wanted, parts.now())
    except Refused as refusal:
        typed = {"name": name, "desk": desk, "days": days, "scope": scope}
        return _page(request, found, fault=("token", refusal.message_ja), typed=typed)
    return _page(request, found, shown=("token", name.strip(), text))


def revoke_token(request: Request, row_id: CaseId, found: ManagerPost) -> Response:
    """使えなくする."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            tokens.revoke(parts.office, session, found.staff.id, row_id, parts.now())
    except Refused as refusal:
        return _page(request, found, fault=("token", refusal.message_ja))
    return _back()


def add_hook(
    request: Request, found: ManagerPost, name: Field = "", url: Field = "",
    event: Chosen = [],  # noqa: B006 (FastAPI copies it)
) -> Response:  # fmt: skip
    """A new address; its signing secret stands in this one answer only."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            secret = hooks.add(parts.office, session, found.staff.id, name, url.strip(), event, parts.now())
    except Refused as refusal:
        typed = {"hook": name, "url": url, "event": event}
        return _page(request, found, fault=("hook", refusal.message_ja), typed=typed)
    return _page(request, found, shown=("hook", name.strip(), secret))


def end_hook(request: Request, row_id: CaseId, found: ManagerPost) -> Response:
    """やめる. The secret's key is destroyed after the commit."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            key_id = hooks.end(parts.office, session, found.staff.id, row_id, parts.now())
    except Refused as refusal:
        return _page(request, found, fault=("hook", refusal.message_ja))
    parts.office.vault.destroy([key_id])
    return _back()


def test_hook(request: Request, row_id: CaseId, found: ManagerPost) -> Response:
    """ためしに知らせる."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        hook_events.tell(session, parts.office.tenant, "test", parts.now(), only=row_id)
    return _back()


def send_again(request: Request, row_id: CaseId, found: ManagerPost) -> Response:
    """届かなかった通知をもう一度送る."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            hooks.again(parts.office, session, found.staff.id, row_id, parts.now())
    except Refused as refusal:
        return _page(request, found, fault=("hook", refusal.message_ja))
    return _back()


def _page(
    request: Request, found: Visit, *, fault: tuple[str, str] = ("", ""), typed: Mapping[str, object] | None = None,
    shown: tuple[str, str, str] = ("", "", ""),
) -> Response:  # fmt: skip
    console = console_of(request)
    now = console.parts.now()
    with console.reading() as session:
        rows = hook_events.targets(session, console.tenant)
        names = {row.id: row.name for row in rows}
        lost = [(row.id, names.get(row.target_id, ""), row) for row in hooks.failed(session, console.tenant)]
        listed = [_target(row) for row in rows]
        all_tokens = tokens.all_of(session, console.tenant, now)
    pack = console.parts.office.pack
    return draw(
        request, "outward.html", found, status=422 if fault[0] else 200, fault=fault, typed=typed or {}, shown=shown,
        tokens=all_tokens, targets=listed, lost=lost, scopes=tokens.SCOPES, events=hook_events.EVENTS, days=_DAYS,
        desks={desk.id: desk.name for desk in pack.desks}, api=f"{console.parts.public_url}/api/v1",
    )  # fmt: skip


def _target(row: WebhookTarget) -> dict[str, object]:
    return {"id": row.id, "name": row.name, "url": row.url, "events": row.events.split(), "at": row.at}


def _back() -> Response:
    return Response(status_code=303, headers={"Location": "/console/outward"})
