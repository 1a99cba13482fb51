"""会議: the list of a meeting in a month, what people decide of it, the printed agenda. For 推進員 and 受付."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import facts, ledger, meeting_acts, meetings
from handoff.acting import seen_by
from handoff.basis import BASES
from handoff.console.case_pages import Field, typed
from handoff.console.draw import draw
from handoff.console.guard import Absent, CaseId, Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.desks import desk
from handoff.meeting_why import rooms
from handoff.number import parse_label
from handoff.office import Conflict, NotFound, Office, Refused
from handoff.packet import store
from handoff.scope import coordinates
from intake.records import Case

Word = Annotated[str, Query(max_length=40)]


def add_meetings(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/meetings", list_page, methods=["GET"])
    router.add_api_route("/meetings/print", print_page, methods=["GET"])
    router.add_api_route("/meetings/add", added, methods=["POST"])
    router.add_api_route("/cases/{case_id}/agenda", decided, methods=["POST"])


def list_page(request: Request, found: Reader, meeting: Word = "", month: Word = "", page: Word = "") -> Response:
    """The list of one meeting in one month; looking is on record."""
    return _list(request, found, meeting, month, page=_page(page))


def print_page(request: Request, found: Reader, meeting: Word = "", month: Word = "") -> Response:
    """The agenda on paper: chosen cases alone, with the notice of secrecy and room for names."""
    return _list(request, found, meeting, month, page=0, template="agenda_print.html")


def added(
    request: Request, found: ReaderPost, meeting: Field = "", month: Field = "", number: Field = "", decide: Field = ""
) -> Response:
    """議題に加える: a case that no rule proposed, by its number."""
    console = console_of(request)
    with console.reading() as session:
        case_id = _case_of(console.parts.office, session, found, number)
    if case_id is None:
        return _list(request, found, meeting, month, problem=(0, "その番号の相談は見つかりません。"))
    return _act(request, found, case_id, "choose", meeting, month, {"decide": typed(decide)}, form=0)


def decided(
    request: Request, case_id: CaseId, found: ReaderPost, move: Field = "", meeting: Field = "", month: Field = "",
    decide: Field = "", note: Field = "", checked: Field = "",
) -> Response:  # fmt: skip
    """議題にする・見送る・戻す・話し合った・急ぐ・一枚目をつくる."""
    words = {"decide": typed(decide), "note": typed(note), "checked": typed(checked)}
    _visible(request, found, case_id)
    on = _page(request.query_params.get("page", ""))
    return _act(request, found, case_id, move, meeting, month, words, form=case_id, page=on)


def _page(text: str) -> int:
    """The page of an address or a form, 1 for what is none."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 5 else 1


def _visible(request: Request, found: Visit, case_id: int) -> None:
    if not coordinates(found.staff):
        raise Absent
    console = console_of(request)
    with console.reading() as session:
        seen_by(console.parts.office, session, case_id, found.staff)


def _act(
    request: Request, found: Visit, case_id: int, move: str, meeting: str, month: str, words: dict[str, str], *,
    form: int, page: int = 1,
) -> Response:  # fmt: skip
    parts = console_of(request).parts
    office, staff, now = parts.office, found.staff, parts.now()
    try:
        with parts.sessions.begin() as session:
            match move:
                case "choose":
                    meeting_acts.choose(office, session, staff, meeting, month, case_id, words["decide"], now)
                case "drop":
                    meeting_acts.drop(office, session, staff, meeting, month, case_id, now)
                case "back":
                    meeting_acts.back(office, session, staff, meeting, month, case_id, now)
                case "discuss":
                    meeting_acts.discuss(office, session, staff, meeting, month, case_id, words["note"], now)
                case "hurry":
                    meeting_acts.hurry(office, session, staff, meeting, case_id, words["decide"], now)
                case "sheet":
                    _sheet(office, session, found, meeting, month, case_id, words, now)
                case _:
                    raise Refused("no_move", "何をするかを選んでください。")
    except (NotFound, Refused) as refusal:
        if isinstance(refusal, NotFound) and meeting in {one.id for one in rooms(office.pack)}:
            raise
        status = 409 if isinstance(refusal, Conflict) else 422
        told = (form, refusal.message_ja)
        return _list(request, found, meeting, month, problem=told, status=status, words=words, page=page)
    if move == "sheet":
        return Response(status_code=303, headers={"Location": f"/console/cases/{case_id}"})
    shown = facts.month_of(now) if move == "hurry" else month
    on = f"&page={page}" if page > 1 and move != "hurry" else ""
    where = f"/console/meetings?meeting={meeting}&month={shown}{on}#c{case_id}"
    return Response(status_code=303, headers={"Location": where})


def _sheet(
    office: Office, session: Session, found: Visit, meeting: str, month: str, case_id: int, words: dict[str, str],
    now: int,
) -> None:  # fmt: skip
    """会議の一枚目, cut to the meeting's basis, out of what the meeting is to decide."""
    case, row = seen_by(office, session, case_id, found.staff, lock=True)
    listed = meetings.agenda(office, session, found.staff, meeting, month, now, proposing=False)
    item = next((one for one in listed.items if one.case_id == case_id and one.state == "chosen"), None)
    place = meetings.room(office, meeting)
    if item is None or not item.decide:
        raise Refused("wrong_state", "さきに「議題にする」をして、決めてほしいことを書いてください。")
    known = place.id in {one.id for one in office.pack.meetings}
    store.make(
        office, session, case, row, found.staff, kind="meeting", basis=place.basis,
        recipients=(place.id if known else place.name,), ask=item.decide, keep=words["note"], now=now,
        decided_by=found.staff.id, checked=words["checked"],
    )  # fmt: skip
    ledger.changed(session, office.outbox, row)


def _case_of(office: Office, session: Session, found: Visit, number: str) -> int | None:
    """The case of that number that they may see."""
    count = parse_label(number)
    if count is None or not coordinates(found.staff):
        return None
    case_id = session.scalar(select(Case.id).where(Case.tenant == office.tenant, Case.number == count))
    if case_id is None:
        return None
    try:
        seen_by(office, session, case_id, found.staff)
    except NotFound:
        return None
    return case_id


def _list(
    request: Request, found: Visit, meeting: str, month: str, *, problem: tuple[int, str] = (-1, ""), status: int = 422,
    words: dict[str, str] | None = None, page: int = 1, template: str = "meetings.html",
) -> Response:  # fmt: skip
    if not coordinates(found.staff):
        raise Absent
    console = console_of(request)
    parts = console.parts
    office, now = parts.office, parts.now()
    places = rooms(office.pack)
    place = next((one for one in places if one.id == meeting), places[0])
    shown = month if meetings.MONTH.fullmatch(month) else facts.month_of(now)
    with parts.sessions.begin() as session:
        listed = meetings.agenda(
            office, session, found.staff, place.id, shown, now, gists=console.gists, page=page, proposing=page > 0
        )  # fmt: skip
    owner = desk(office.pack, place.desk)
    return draw(
        request, template, found, status if problem[1] else 200, rooms=places, place=place, month=shown,
        items=listed.items, listed=listed, basis=BASES[place.basis], problem=problem, typed=words or {},
        host=owner.name if owner else "", day=place.day_in(int(shown[:4]), int(shown[5:])),
        this_month=facts.month_of(now), next_month=facts.next_month(shown), longest=meeting_acts.LONGEST,
        members=place.members or office.pack.members,
    )  # fmt: skip
