"""What a click does at the desk (望みをかなえる): from a wish of one case to the desk's effect and what is told.

In the caller's transaction; never commits. Refusals pass on to `act`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.slack import names
from bots.slack.wish import (
    Attempted,
    Close,
    Correct,
    Fold,
    Hand,
    Hold,
    OfCase,
    Press,
    Reopen,
    Reply,
    SendBack,
    SetUrgency,
    Undo,
)
from handoff import attempts, desk, drafts, folding, handing_answers, hold
from handoff.acting import seen_by
from handoff.correct import correct
from handoff.number import label_of, parse_label
from handoff.office import NotFound, Office, Refused, StaffRef
from intake.cases import text_of
from intake.records import Case, Message, Outgoing
from triage.assessment import Urgency
from triage.labels import URGENCY_JA


@dataclass(frozen=True, slots=True)
class Told:
    """What whoever clicked is told; "" when the redrawn card says it all.

    `waits`: the outgoing row that can still be taken back, for `seconds`.
    """

    text: str = ""
    waits: int | None = None
    seconds: int = 0


def grant(office: Office, session: Session, wish: OfCase, staff: StaffRef, now: int, once: str) -> Told:
    """Do it. `once` makes a repeated click harmless. Raises what the desk raises (`Refused` and its kin)."""
    case_id = wish.case_id
    match wish:
        case Press():
            return Told(_pressed(office, session, wish, staff, now))
        case Reply():
            return _reply(office, session, wish, staff, now, once)
        case Undo():
            return _undo(office, session, wish, staff, now)
        case Hand(_, to_desk, basis, ask, keep, heard, by_whom, decided):
            desk.hand(
                office, session, case_id, staff, to_desk, basis, ask, keep, now, heard=heard, by_whom=by_whom,
                decided=decided,
            )  # fmt: skip
        case Hold(_, code, why):
            hold.hold(office, session, case_id, staff, hold.until(code, office.pack, now), why, now)
        case Fold():
            folding.fold(office, session, case_id, _into(office, session, wish, staff), staff, now)
        case Close(_, reason, note, upto):
            desk.close(office, session, case_id, staff, reason, note, now, seen_upto=upto)
        case Attempted(_, way, result, said, days):
            what = attempts.Attempt(way, result, attempts.minute_of(now), said, attempts.day_after(now, days))
            attempts.record(office, session, case_id, staff, what, now)
        case SendBack(_, reason):
            handing_answers.give_back(office, session, case_id, staff, reason, now)
        case Reopen(_, reason):
            desk.reopen(office, session, case_id, staff, reason, now)
        case SetUrgency(_, urgency, reason, _):
            desk.set_urgency(office, session, case_id, staff, urgency, reason, now)
        case Correct(_, shown, wanted, note, upto):
            correct(office, session, case_id, staff, wanted, note, now, shown=shown, upto=upto)
    return Told()


def keep_words(office: Office, session: Session, wish: Reply, staff: StaffRef, now: int) -> bool:
    """Keep an answer that could not go as its writer's draft; False when it cannot be kept either."""
    try:
        drafts.save(office, session, wish.case_id, staff, wish.text, now)
    except Refused:
        return False
    return True


def _pressed(office: Office, session: Session, press: Press, staff: StaffRef, now: int) -> str:
    case_id = press.case_id
    if press.act == names.PAGE:
        desk.page(office, session, case_id, staff, now)
        return "当番を呼び出しました。"
    if press.act == names.WATCH:
        heard = desk.watch(office, session, case_id, staff, now)
        return "呼び出しを止めました。相談の確認をお願いします。" if heard else "呼び出しは、もう止まっています。"
    if press.act in _RAISES:
        return _raise(office, session, press, staff, now)
    _PRESSES[press.act](office, session, case_id, staff, now)
    return ""


_RAISES = {names.RAISE_HIGH: Urgency.HIGH, names.RAISE_NOW: Urgency.EMERGENCY}
_PRESSES: dict[str, Callable[[Office, Session, int, StaffRef, int], object]] = {
    names.CLAIM: desk.claim,
    names.RELEASE: desk.release,
    names.ACCEPT: desk.accept,
    names.RECEIVE: handing_answers.receive,
    names.GIVE_BACK: desk.give_back,
    names.UNHOLD: hold.unhold,
    names.UNFOLD: folding.unfold,
}


def _raise(office: Office, session: Session, press: Press, staff: StaffRef, now: int) -> str:
    """An old card may offer what is true by now: raising never lowers."""
    wanted = _RAISES[press.act]
    current = Urgency(seen_by(office, session, press.case_id, staff, lock=True)[1].urgency)
    if current.rank >= wanted.rank:
        return f"緊急度は、もう「{URGENCY_JA[current]}」です。"
    desk.set_urgency(office, session, press.case_id, staff, str(wanted), "", now)
    return ""


def _reply(office: Office, session: Session, wish: Reply, staff: StaffRef, now: int, once: str) -> Told:
    row_id = desk.reply(office, session, wish.case_id, staff, wish.text, now, once, seen_upto=wish.upto)
    row = session.get(Outgoing, row_id) if row_id is not None else None
    label = _label(session, wish.case_id)
    seconds = max(0, row.not_before - now) // 1000 if row is not None else 0
    if row is None or not seconds:
        return Told("返信を送る列に入れました。届かないときは受付の画面に出ます。")
    return Told(f"{label} への返信は、{seconds}秒たつと送られます。それまでは取り消せます。", row.id, seconds)


def _undo(office: Office, session: Session, wish: Undo, staff: StaffRef, now: int) -> Told:
    """Take it back, and keep its words as a draft so that nobody writes them twice."""
    words = _words(office, session, wish)
    desk.undo_reply(office, session, wish.case_id, staff, wish.outgoing_id, now)
    kept = bool(words) and keep_words(office, session, Reply(wish.case_id, words), staff, now)
    after = "書いた文は下書きに残しました。" if kept else ""
    return Told(f"{_label(session, wish.case_id)} への返信を取り消しました。本人には届いていません。{after}")


def _words(office: Office, session: Session, wish: Undo) -> str:
    said = session.scalar(
        select(Message).where(Message.case_id == wish.case_id, Message.source == f"out:{wish.outgoing_id}")
    )
    return text_of(office.sealer, said) if said is not None else ""


def _into(office: Office, session: Session, wish: Fold, staff: StaffRef) -> int:
    """The case that is meant: a typed number counts above the choice. Raises `NotFound`, alike for absent ones."""
    if not wish.number.strip():
        return int(wish.into) if wish.into.isascii() and wish.into.isdigit() else 0
    number = parse_label(wish.number)
    case = session.scalar(select(Case).where(Case.tenant == office.tenant, Case.number == number)) if number else None
    if case is None:
        raise NotFound("not_found", "その番号の相談は見つかりません。")
    return case.id


def _label(session: Session, case_id: int) -> str:
    case = session.get(Case, case_id)
    return label_of(case.number, case.route) if case else "相談"
