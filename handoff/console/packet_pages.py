"""連絡票: what went out of a case and who saw it; making one after a preview; as PDF, Excel and data."""

from __future__ import annotations

import json
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Request, Response

from handoff.acting import seen_by
from handoff.basis import BASES, REPLY
from handoff.console.case_pages import Field, typed
from handoff.console.draw import draw
from handoff.console.guard import CaseId, Reader, ReaderPost, Visit
from handoff.console.parts import console_of
from handoff.console.settings_form import Sent
from handoff.console.settings_parts import sent_form
from handoff.number import label_of
from handoff.office import Conflict, NotFound, Refused
from handoff.packet import addressing, answering, issuing, pdf, xlsx
from handoff.packet.as_json import Body, seal_of
from handoff.packet.drafting import Wish
from handoff.packet.fields import forms
from handoff.packet.sheet import may_write
from handoff.packet.store import Opened, open_packet, packets_of

PacketId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Form = Annotated[Sent, Depends(sent_form)]
WAY_JA = {"screen": "画面", "pdf": "PDF", "xlsx": "Excel", "json": "データ", "api": "連携", "print": "印刷"}
DROPPED_JA = {
    "tax": "税務の情報", "reporter": "知らせた人の情報", "identity": "本人が分かる情報", "contact": "連絡先",
    "meeting": "ほかの会議で聞いた情報", "unneeded": "通告・通報に要らない情報", "scope": "本人のことば以外",
}  # fmt: skip
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_packets(router: APIRouter) -> None:
    """Put these pages on `router`."""
    where = "/cases/{case_id}/packets"
    router.add_api_route(where, list_page, methods=["GET"])
    router.add_api_route(where, wanted, methods=["POST"])
    one = f"{where}/{{packet_id}}"
    router.add_api_route(one, packet_page, methods=["GET"])
    for way, route in (("pdf", as_pdf), ("xlsx", as_xlsx), ("json", as_data)):
        router.add_api_route(f"{one}/{way}", route, methods=["GET"])
    router.add_api_route(f"{one}/addressed", addressed, methods=["POST"])


def list_page(request: Request, case_id: CaseId, found: Reader) -> Response:
    """The packets of the case with who saw them, and the form for a new one."""
    return _page(request, found, case_id)


def wanted(request: Request, case_id: CaseId, found: ReaderPost, sent: Form) -> Response:
    """Show how it would be; make it once somebody looked at just that. What is refused is shown again, as it stands."""
    parts = console_of(request).parts
    wish = _wish(sent, found)
    problem, status = "", 200
    if sent.one("do") == "make":
        try:
            with parts.sessions.begin() as session:
                packet_id = issuing.issue(
                    parts.office, session, case_id, found.staff, wish, parts.now(), seen=sent.one("seen")
                )
        except NotFound:
            raise
        except Refused as refusal:
            problem, status = refusal.message_ja, _status(refusal)
        else:
            place = f"/console/cases/{case_id}/packets/{packet_id}?made=1"
            return Response(status_code=303, headers={"Location": place})
    try:
        with parts.sessions.begin() as session:
            body, dropped = issuing.preview(parts.office, session, case_id, found.staff, wish, parts.now())
    except NotFound:
        raise
    except Refused as refusal:
        told = problem or refusal.message_ja
        return _page(request, found, case_id, sent=sent, problem=told, status=status if problem else _status(refusal))
    return _page(request, found, case_id, sent=sent, body=body, dropped=dropped, problem=problem, status=status)


def _status(refusal: Refused) -> int:
    return 409 if isinstance(refusal, Conflict) else 422


def packet_page(request: Request, case_id: CaseId, packet_id: PacketId, found: Reader, made: str = "") -> Response:
    """One packet on screen. Seeing it is logged."""
    try:
        opened = _opened(request, found, case_id, packet_id, "screen")
    except NotFound:
        raise
    except Refused as refusal:
        return draw(request, "error.html", found, 422, title="この連絡票は開けません", text=refusal.message_ja)
    opens = _opens(request, found, case_id)  # whoever was only asked does not read that somebody reported
    return draw(
        request, "packet.html", found, one=opened, sheet=pdf.paper(opened.body), case_id=case_id, made=made == "1",
        dropped=dropped_ja(opened.dropped) if opens else "", opens=opens,
    )  # fmt: skip


def as_pdf(request: Request, case_id: CaseId, packet_id: PacketId, found: Reader, cover: str = "") -> Response:
    """On paper; with `cover=1` a FAX cover before it."""
    return _file(request, found, case_id, packet_id, "pdf", cover=cover == "1")


def as_xlsx(request: Request, case_id: CaseId, packet_id: PacketId, found: Reader) -> Response:
    """In the municipality's own form, else as a list."""
    return _file(request, found, case_id, packet_id, "xlsx")


def as_data(request: Request, case_id: CaseId, packet_id: PacketId, found: Reader) -> Response:
    """As the published schema has it."""
    return _file(request, found, case_id, packet_id, "json")


def addressed(
    request: Request, case_id: CaseId, packet_id: PacketId, found: ReaderPost, reason: Field = "", cover: Field = ""
) -> Response:
    """A reply on paper with the name of who sent the 連絡票, from the vault, after a reason."""
    parts = console_of(request).parts
    try:
        with parts.sessions.begin() as session:
            opened = addressing.opened_for(
                parts.office, session, case_id, packet_id, found.staff, typed(reason), parts.now()
            )
    except NotFound:
        raise
    except Refused as refusal:
        return draw(request, "error.html", found, 422, title="あて名を入れられません", text=refusal.message_ja)
    return _as_file(opened.number, "pdf", pdf.pdf_of(opened.body, cover=cover == "1"), "application/pdf")


def _file(request: Request, found: Visit, case_id: int, packet_id: int, way: str, *, cover: bool = False) -> Response:
    try:
        opened = _opened(request, found, case_id, packet_id, way)
        body, media_type = _drawn(request, opened.body, way, cover=cover)
    except NotFound:
        raise
    except Refused as refusal:
        return draw(request, "error.html", found, 422, title="この連絡票は出せません", text=refusal.message_ja)
    return _as_file(opened.number, way, body, media_type)


def _as_file(number: str, way: str, body: bytes, media_type: str) -> Response:
    name = quote(f"{number}.{way}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)


def _drawn(request: Request, body: Body, way: str, *, cover: bool) -> tuple[bytes, str]:
    if way == "pdf":
        return pdf.pdf_of(body, cover=cover), "application/pdf"
    if way == "xlsx":
        return xlsx.xlsx_of(body, console_of(request).parts.packet_forms), _XLSX
    return json.dumps(body, ensure_ascii=False, indent=1).encode("utf-8", "replace"), "application/json"


def _opened(request: Request, found: Visit, case_id: int, packet_id: int, way: str) -> Opened:
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        return open_packet(parts.office, session, packet_id, found.staff, way, parts.now(), case_id=case_id)


def _opens(request: Request, found: Visit, case_id: int) -> bool:
    """Whether this person may see the case itself; a desk that was asked sees only the packet."""
    console = console_of(request)
    with console.reading() as session:
        try:
            seen_by(console.parts.office, session, case_id, found.staff)
        except NotFound:
            return False
    return True


def _wish(sent: Sent, found: Visit) -> Wish:
    others = tuple(one.strip() for one in sent.one("others").replace("、", "\n").split("\n") if one.strip())
    return Wish(
        kind=sent.one("kind"),
        basis=sent.one("basis"),
        recipients=(*sent.all("to"), *others),
        ask=sent.one("ask"),
        keep=sent.one("keep"),
        scope=sent.one("scope"),
        decided_by=found.staff.id if sent.one("decided") == "1" else None,
        checked=sent.one("checked"),
    )


def _page(
    request: Request, found: Visit, case_id: int, *, sent: Sent | None = None, problem: str = "", status: int = 200,
    body: Body | None = None, dropped: str = "",
) -> Response:  # fmt: skip
    console = console_of(request)
    office = console.parts.office
    with console.reading() as session:
        case, row = seen_by(office, session, case_id, found.staff)
        listed = packets_of(office, session, case)
        mine = may_write(row, found.staff) and case.erased_at is None and row.folded_into is None
        label = label_of(case.number, case.route)
        answers = [REPLY] if answering.answerable(office, session, case) else []
    rooms = office.pack.room_codes
    return draw(
        request, "packets.html", found, status, label=label, case_id=case_id, listed=listed, mine=mine,
        sent=sent or Sent({}), problem=problem, body=body, sheet=pdf.paper(body) if body else None,
        seen=seal_of(body) if body else "",
        dropped=dropped_ja(dropped), forms=forms(), desks=office.pack.desks, meetings=office.pack.meetings,
        bases=[*(one for one in BASES.values() if not one.needs_room or one.code in rooms), *answers], way_ja=WAY_JA,
        dropped_ja=dropped_ja,
    )  # fmt: skip


def dropped_ja(codes: str) -> str:
    """「税務の情報 2件、知らせた人の情報 1件」 of `tax:2,reporter:1`, for staff."""
    pairs = (one.split(":", 1) for one in codes.split(",") if ":" in one)
    return "、".join(f"{DROPPED_JA.get(why, why)} {count}件" for why, count in pairs)
