"""職員の管理: the list, one person, invitations, and the hand-over when somebody leaves. For 管理, without content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from handoff import leaving, people
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Manager, ManagerPost, Visit
from handoff.console.parts import console_of
from handoff.office import Conflict, NotFound, Office, Refused

Field = Annotated[str, Form()]
Effect = Callable[[Office, Session, int], None]
_CHOICE = "to-"


def add_people(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/people", list_page, methods=["GET"])
    router.add_api_route("/people", add, methods=["POST"])
    router.add_api_route("/people/{staff_id}", person_page, methods=["GET"])
    router.add_api_route("/people/{staff_id}/change", change, methods=["POST"])
    router.add_api_route("/people/{staff_id}/titles", titles, methods=["POST"])
    router.add_api_route("/people/{staff_id}/invite", invite, methods=["POST"])
    router.add_api_route("/people/{staff_id}/slack", slack, methods=["POST"])
    router.add_api_route("/people/{staff_id}/leave", leave_page, methods=["GET"])
    router.add_api_route("/people/{staff_id}/leave", leave, methods=["POST"])


def list_page(request: Request, found: Manager) -> Response:
    """Everybody at the desk."""
    return _list(request, found)


def add(request: Request, found: ManagerPost, name: Field = "", role: Field = "", desk: Field = "") -> Response:
    """A new person; their page comes next, where the invitation is made."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            made = people.add(parts.office, session, found.staff, name, role, desk, parts.now())
    except Refused as refusal:
        return _list(request, found, fault=refusal.message_ja, typed={"name": name, "role": role, "desk": desk})
    return _to(f"/console/people/{made}")


def person_page(request: Request, staff_id: CaseId, found: Manager) -> Response:
    """One person: role and desk, how they come in, leaving."""
    return _person(request, staff_id, found)


def change(request: Request, staff_id: CaseId, found: ManagerPost, role: Field = "", desk: Field = "") -> Response:
    """役割・窓口をかえる."""
    return _act(
        request, staff_id, found, "change",
        lambda office, session, now: people.change(office, session, found.staff, staff_id, role, desk, now),
    )  # fmt: skip


def titles(
    request: Request, staff_id: CaseId, found: ManagerPost,
    title: Annotated[list[str], Form()] = [],  # noqa: B006 (FastAPI copies it)
) -> Response:  # fmt: skip
    """肩書きをかえる."""
    return _act(
        request, staff_id, found, "titles",
        lambda office, session, now: people.entitle(office, session, found.staff, staff_id, title, now),
    )  # fmt: skip


def invite(request: Request, staff_id: CaseId, found: ManagerPost) -> Response:
    """An invitation link, in this one answer only."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        token = people.invite(parts.office, session, found.staff, staff_id, parts.now())
    return _person(request, staff_id, found, link=f"{parts.public_url}/console/invite/{token}")


def slack(request: Request, staff_id: CaseId, found: ManagerPost, user: Field = "") -> Response:
    """Slack の id を結びつける; an empty one unties."""
    team = console_of(request).parts.slack_team
    return _act(
        request, staff_id, found, "slack",
        lambda office, session, now: people.link_slack(office, session, found.staff, staff_id, team, user, now),
    )  # fmt: skip


def leave_page(request: Request, staff_id: CaseId, found: Manager) -> Response:
    """異動・退職: where each open case goes."""
    return _leave(request, staff_id, found)


async def leave(request: Request, staff_id: CaseId, found: ManagerPost) -> Response:
    """All cases to their places and, unless they stay, the person out: in one transaction."""
    import anyio.to_thread

    form = await request.form()
    choices = {
        int(name.removeprefix(_CHOICE)): str(value)
        for name, value in form.multi_items()
        if name.startswith(_CHOICE) and name.removeprefix(_CHOICE).isdecimal()
    }
    leaves = form.get("after") == "leave"
    return await anyio.to_thread.run_sync(lambda: _hand_over(request, staff_id, found, choices, leaves=leaves))


def _hand_over(request: Request, staff_id: int, found: Visit, choices: dict[int, str], *, leaves: bool) -> Response:
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            leaving.hand_over(parts.office, session, found.staff, staff_id, choices, parts.now(), leaves=leaves)
    except NotFound:
        raise
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return _leave(request, staff_id, found, fault=refusal.message_ja, chosen=choices, status=status, leaves=leaves)
    return _to("/console/people" if leaves else f"/console/people/{staff_id}")


def _act(request: Request, staff_id: int, found: Visit, form: str, effect: Effect) -> Response:
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            effect(parts.office, session, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        return _person(request, staff_id, found, fault=(form, refusal.message_ja))
    return _to(f"/console/people/{staff_id}")


def _list(request: Request, found: Visit, *, fault: str = "", typed: dict[str, str] | None = None) -> Response:
    console = console_of(request)
    with console.reading() as session:
        everybody = people.people(session, console.tenant, console.parts.now())
    return draw(
        request, "people.html", found, 422 if fault else 200, everybody=everybody, desks=_desks(request), fault=fault,
        typed=typed or {},
    )  # fmt: skip


def _person(
    request: Request, staff_id: int, found: Visit, *, fault: tuple[str, str] = ("", ""), link: str = ""
) -> Response:
    console = console_of(request)
    with console.reading() as session:
        person = people.person(session, console.tenant, staff_id, console.parts.now())
    return draw(
        request, "person.html", found, 422 if fault[1] else 200, person=person, desks=_desks(request), fault=fault,
        link=link, team=console.parts.slack_team, titles=people.TITLE_JA,
    )  # fmt: skip


def _leave(
    request: Request,
    staff_id: int,
    found: Visit,
    *,
    fault: str = "",
    chosen: dict[int, str] | None = None,
    status: int = 200,
    leaves: bool | None = None,
) -> Response:
    console = console_of(request)
    with console.reading() as session:
        person = people.person(session, console.tenant, staff_id, console.parts.now())
        if not person.active:
            raise NotFound("not_found", "その職員は見つかりません。")
        held = leaving.held_by(session, console.tenant, staff_id)
        colleagues = leaving.colleagues(session, console.tenant, staff_id)
    return draw(
        request, "leave.html", found, status, person=person, held=held, colleagues=colleagues, desks=_desks(request),
        fault=fault, chosen=chosen or {}, leaves=not held if leaves is None else leaves,
    )  # fmt: skip


def _desks(request: Request) -> dict[str, str]:
    """id → name of the pack's desks."""
    return {desk.id: desk.name for desk in console_of(request).parts.office.pack.desks}


def _to(address: str) -> Response:
    return Response(status_code=303, headers={"Location": address})
