"""Putting a case aside and taking it up again (保留・まとめる・閉じる・開き直す), and words taken down for it."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import desk, folding, hold, proxy, ticket
from handoff.console.case_pages import Draft, Field, act, case_answer, typed
from handoff.console.guard import CaseId, ReaderPost
from handoff.console.reply_pages import id_in
from handoff.number import parse_label
from handoff.office import Office, Refused
from intake.records import Case

_ONCE = re.compile(r"[0-9]{1,19}-[A-Za-z0-9_-]{16}")


def add_waiting(router: APIRouter) -> None:
    """Put the routes on `router`."""
    for action, route in (
        ("hold", hold_case), ("unhold", unhold), ("fold", fold), ("unfold", unfold), ("close", close),
        ("reopen", reopen), ("words", add_words),
    ):  # fmt: skip
        router.add_api_route(f"/cases/{{case_id}}/{action}", route, methods=["POST"])


def hold_case(request: Request, case_id: CaseId, found: ReaderPost, until: Field = "", why: Field = "") -> Response:
    """保留."""
    why = typed(why)

    def effect(office: Office, session: Session, now: int) -> None:
        if until not in hold.CHOICES:
            raise Refused("bad_until", "いつまで保留にするかを選んでください。")
        hold.hold(office, session, case_id, found.staff, hold.until(until, office.pack, now), why, now)

    return act(request, found, case_id, "hold", effect, {"until": until, "why": why})


def unhold(request: Request, case_id: CaseId, found: ReaderPost) -> Response:
    """保留をやめる."""
    return act(
        request, found, case_id, "unhold",
        lambda office, session, now: hold.unhold(office, session, case_id, found.staff, now),
    )  # fmt: skip


def fold(
    request: Request, case_id: CaseId, found: ReaderPost, into: Field = "", number: Field = ""
) -> Response:  # fmt: skip
    """まとめる: into a case that was suggested, or into the one whose number was typed."""
    typed_number = typed(number).strip()

    def effect(office: Office, session: Session, now: int) -> None:
        chosen = _by_label(office, session, typed_number) if typed_number else _number(into)
        if chosen is None:
            raise Refused("no_such_case", "その番号の相談は見つかりません。番号を確かめてください。")
        folding.fold(office, session, case_id, chosen, found.staff, now)

    return act(request, found, case_id, "fold", effect, {"into": into, "number": typed_number})


def unfold(request: Request, case_id: CaseId, found: ReaderPost) -> Response:
    """まとめたものをもとに戻す."""
    return act(
        request, found, case_id, "unfold",
        lambda office, session, now: folding.unfold(office, session, case_id, found.staff, now),
    )  # fmt: skip


def close(
    request: Request, case_id: CaseId, found: ReaderPost, reason: Field = "", note: Field = "", sure: Field = "",
    seen: Field = "",
) -> Response:  # fmt: skip
    """閉じる; as a prank only after a second look."""
    note = typed(note)
    values = {"reason": reason, "note": note}
    if reason == ticket.CloseReason.PRANK and sure != "yes":
        return case_answer(request, found, case_id, None, Draft(values=values | {"confirm": "close"}))
    return act(
        request, found, case_id, "close",
        lambda office, session, now: desk.close(
            office, session, case_id, found.staff, reason, note, now, seen_upto=id_in(seen)
        ),
        values,
    )  # fmt: skip


def reopen(request: Request, case_id: CaseId, found: ReaderPost, reason: Field = "") -> Response:
    """もう一度開く."""
    reason = typed(reason)
    return act(
        request, found, case_id, "reopen",
        lambda office, session, now: desk.reopen(office, session, case_id, found.staff, reason, now),
        {"reopen_reason": reason},
    )  # fmt: skip


def add_words(
    request: Request, case_id: CaseId, found: ReaderPost, way: Field = "", text: Field = "", once: Field = ""
) -> Response:
    """電話で聞いたことを書きたす."""
    text = typed(text)
    once = once if _ONCE.fullmatch(once) and once.startswith(f"{case_id}-") else ""

    def effect(office: Office, session: Session, now: int) -> None:
        if not once:
            raise Refused("stale", "画面が古いようです。もう一度「書きたす」を押してください。")
        proxy.add_words(office, session, case_id, found.staff, way, text, now, once)

    return act(request, found, case_id, "words", effect, {"way": way, "words": text, "words_once": once})


def _by_label(office: Office, session: Session, label: str) -> int | None:
    """The case of that number in this town; whether it may be seen is asked by the effect."""
    count = parse_label(label)
    if count is None or count >= 2**63:
        return None
    return session.scalar(select(Case.id).where(Case.tenant == office.tenant, Case.number == count))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) < 2**63 else None
