"""保存期間と廃棄: what will have served its time, orders to keep, destroying after a look, and the log. For 管理."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import select

from handoff import ledger, retention, shredding, watching
from handoff.clock import TOKYO
from handoff.console.draw import draw
from handoff.console.guard import Manager, ManagerPost, Visit
from handoff.console.parts import console_of
from handoff.csv_text import csv_file
from handoff.number import parse_label
from handoff.office import NotFound, Refused
from intake.clock import to_datetime
from intake.records import Case

Field = Annotated[str, Form()]
Ids = Annotated[list[str], Form()]
_KINDS = ("consultation", "abuse", "meeting", "remark", "feed", "offer")
WHY_JA = {"expired": "保存期間が過ぎた", "request": "削除の請求", "person": "本人が消した"}


def add_retention(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/retention", retention_page, methods=["GET"])
    router.add_api_route("/retention.csv", retention_csv, methods=["GET"])
    router.add_api_route("/retention/hold", hold, methods=["POST"])
    router.add_api_route("/retention/shred", shred, methods=["POST"])
    router.add_api_route("/retention/loose", shred_loose, methods=["POST"])


def retention_page(request: Request, found: Manager) -> Response:
    """The preview (nothing changes), and what was destroyed."""
    return _page(request, found)


def retention_csv(request: Request, found: Manager) -> Response:
    """The same list as a file, for the approval by the section (決裁)."""
    console = console_of(request)
    office, now = console.parts.office, console.parts.now()
    with console.parts.sessions.begin() as session:
        rows = retention.preview(office, session, now)
        ledger.audit(
            session, office.audit_key, office.tenant, at=now, action="retention_listed", staff_id=found.staff.id,
            detail=str(len(rows)),
        )  # fmt: skip
    head = ("番号", "種類", "閉じた日", "保存期間の終わり", "いま")
    lines = [(one.label, one.kind_ja, _day(one.closed_at), _day(one.until), _standing(one, now)) for one in rows]
    return Response(
        csv_file([head, *lines]), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="haiki.csv"'},
    )  # fmt: skip


def hold(
    request: Request, found: ManagerPost, number: Field = "", reason: Field = "", move: Field = "hold"
) -> Response:
    """廃棄を止める, or lift that (`move` is `lift`); the case is named by its number."""
    console = console_of(request)
    parts = console.parts
    try:
        with parts.sessions.begin() as session:
            count = parse_label(number[:40])
            case_id = session.scalar(select(Case.id).where(Case.tenant == console.tenant, Case.number == (count or 0)))
            if case_id is None:
                raise Refused("no_number", "その番号の相談はありません。")
            if move == "lift":
                retention.lift(parts.office, session, case_id, found.staff, parts.now())
            else:
                retention.hold(parts.office, session, case_id, found.staff, reason, parts.now())
    except Refused as refusal:
        return _page(request, found, fault=("hold", refusal.message_ja), typed={"number": number, "reason": reason})
    return _back()


def shred(
    request: Request, found: ManagerPost, sure: Field = "",
    case: Ids = [],  # noqa: B006 (FastAPI copies it)
) -> Response:  # fmt: skip
    """廃棄する: the chosen ones, after a second page that names them (`sure`)."""
    console = console_of(request)
    parts = console.parts
    chosen = [int(one) for one in case if one.isascii() and one.isdecimal() and len(one) < 19]
    if not chosen:
        return _page(request, found, fault=("shred", "廃棄する相談を選んでください。"))
    if sure != "yes":
        with console.reading() as session:
            rows = retention.preview(parts.office, session, parts.now(), soon=False)
        return draw(
            request,
            "retention_sure.html",
            found,
            chosen=[one for one in rows if one.case_id in chosen and not _stays(one)],
        )
    gone, problems = 0, []
    for case_id in chosen:
        try:
            with parts.sessions.begin() as session:
                keys = shredding.shred(parts.office, session, case_id, found.staff, parts.now())
        except NotFound:
            continue
        except Refused as refusal:
            problems.append(refusal.message_ja)
            continue
        parts.office.vault.destroy(keys)
        gone += 1
    return _page(request, found, gone=gone, fault=("shred", " ".join(problems)) if problems else ("", ""))


def shred_loose(request: Request, found: ManagerPost, kind: Field = "", sure: Field = "") -> Response:
    """Records outside of cases whose time is over; the box must be ticked."""
    parts = console_of(request).parts
    if sure != "yes":
        return _page(
            request, found, fault=("loose", "「もとに戻せないことを分かりました」にチェックを入れてください。")
        )
    try:
        with parts.sessions.begin() as session:
            keys = shredding.shred_loose(parts.office, session, kind, found.staff, parts.now())
    except Refused as refusal:
        return _page(request, found, fault=("loose", refusal.message_ja))
    parts.office.vault.destroy(keys)
    return _page(request, found, gone=len(keys))


def _page(
    request: Request, found: Visit, *, fault: tuple[str, str] = ("", ""), typed: dict[str, str] | None = None,
    gone: int = 0,
) -> Response:  # fmt: skip
    console = console_of(request)
    office, now = console.parts.office, console.parts.now()
    with console.reading() as session:
        rows = retention.preview(office, session, now)
        loose = shredding.loose(office, session, now)
        log = shredding.gone(session, console.tenant)
        names = watching.people(session, console.tenant)
    return draw(
        request, "retention.html", found, status=422 if fault[0] and not gone else 200, fault=fault, typed=typed or {},
        over=[one for one in rows if one.until <= now], soon=[one for one in rows if one.until > now], gone=gone,
        loose=loose, log=[(one, names.get(one.staff_id or 0, "")) for one in log], why=WHY_JA, day=_day,
        kinds=[(retention.KIND_JA[kind], retention.days_of(office, kind)) for kind in _KINDS],
        kind_ja=retention.KIND_JA, blocked=retention.BLOCKED_JA, ahead=retention.SOON_DAYS,
    )  # fmt: skip


def _standing(one: retention.Due, now: int) -> str:
    if one.kept:
        return "廃棄を止めています"
    if one.until > now:
        return "まだ期間の中"
    return retention.BLOCKED_JA.get(one.blocked, "廃棄できます")


def _stays(one: retention.Due) -> bool:
    return one.kept or bool(one.blocked)


def _day(at: int) -> str:
    local: datetime = to_datetime(at).astimezone(TOKYO)
    return f"{local.year}年{local.month}月{local.day}日"


def _back() -> Response:
    return Response(status_code=303, headers={"Location": "/console/retention"})
