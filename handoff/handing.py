"""Passing a case on (つなぐ・戻す・引き受ける): the effects, in the caller's transaction; never commits.

The sender keeps the case until somebody accepts it: a case on its way always has an owner.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import basis as bases
from handoff import consents, ticket
from handoff.acting import alone, done, moved, seen_by
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.records import HandOver
from intake.ids import new_id
from intake.records import Case
from intake.seal import Cell


def hand(
    office: Office,
    session: Session,
    case_id: int,
    staff: StaffRef,
    to_desk: str,
    basis: str,
    ask: str,
    keep: str,
    now: int,
    *,
    heard: str = "",
) -> None:
    """つなぐ: to a desk of the pack, with a basis code, what we ask for and what we keep doing (both required).

    本人の同意 (C0) counts only where the person gave it for this desk, or where staff write down when and by whom it
    was `heard`. A consent to the words alone (書いたことだけ) is marked on the handing. Raises `Refused` otherwise.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    alone(session, row)
    if to_desk not in {desk.id for desk in office.pack.desks}:
        raise Refused("no_desk", "つなぎ先を選んでください。")
    if not ask.strip() or not keep.strip():
        raise Refused("incomplete", "「お願いしたいこと」と「こちらで続けること」を書いてください。")
    if row.owner_id not in (None, staff.id):
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人がつないでください。")
    consent = consents.for_desk(session, case, to_desk)
    agreed = consent.state if consent is not None and consent.state in consents.AGREED else ""
    if not agreed and basis == "C0" and heard.strip():
        agreed = "given"
    verdict = bases.may_share(basis, decided_by=staff.name, rooms=office.pack.room_codes, consent=bool(agreed))
    if not verdict.allowed:
        raise Refused(verdict.code, _refusal(verdict, consent.state if consent is not None else ""))
    row.state, row.hold_until = moved(row, ticket.Action.HAND), None
    if basis == "C0" and heard.strip() and (consent is None or consent.state != agreed):
        consents.write_heard(office, session, case, row, staff, to_desk, agreed, heard, now)
    scope = "text" if basis == "C0" and agreed == "partial" else ""
    row.owner_id = row.owner_id or staff.id
    row_id = new_id()
    session.add(
        HandOver(
            id=row_id,
            tenant=case.tenant,
            case_id=case.id,
            from_desk=row.owner_desk,
            to_desk=to_desk,
            basis=basis,
            scope=scope,
            ask_sealed=office.sealer.seal_text(case.key_id, Cell(case.tenant, "handovers", "ask_sealed", row_id), ask),
            keep_sealed=office.sealer.seal_text(
                case.key_id, Cell(case.tenant, "handovers", "keep_sealed", row_id), keep
            ),
            by_staff=staff.id,
            at=now,
        )
    )
    done(office, session, case, row, staff, now, "handed", f"{to_desk} {basis} {scope}".strip())


def _refusal(verdict: bases.Verdict, consent: str) -> str:
    """The sentence for staff; with consent it depends on what the person said."""
    if verdict.code != "no_consent":
        return verdict.message_ja
    said = {
        "asked": "本人に聞いているところです。返事を待つか、口頭で聞いて記録してください。",
        "refused": "本人は、この窓口に「伝えないで」と答えています。同意ではつなげません。",
        "withdrawn": "本人は、この窓口への同意を取り消しました。同意ではつなげません。",
    }
    nothing = "この窓口に伝えてよいか、まだ本人の同意がありません。「本人に聞く」か、口頭の同意を記録してください。"
    return said.get(consent, nothing)


def take_back(office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, now: int) -> None:
    """戻す: the desk gave it back, or the sender takes it back; a reason is needed. The sender still owns it.

    Raises `Refused("note_needed")`, and `Refused("wrong_state")` for a case that is not on its way.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    row.state = moved(row, ticket.Action.RETURN, note=reason)
    to_desk = _settle(session, case, "returned")
    done(office, session, case, row, staff, now, "returned", to_desk, reason)


def accept(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """引き受けた: who accepts becomes the owner, and the case stands at the desk that it was handed to.

    Its workers see it from then on. Raises `Refused("own_case")` for the sender, who has it already,
    `Refused("not_your_desk")` for a worker of another desk, `Refused("wrong_state")` when it is not on its way.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    accepted = moved(row, ticket.Action.ACCEPT)
    if row.owner_id == staff.id:
        raise Refused("own_case", "自分がつないだ相談です。戻すか、つなぎ先が引き受けたら閉じてください。")
    to_desk = _settle(session, case, "accepted")
    if staff.role == "worker" and staff.desk != to_desk:
        raise Refused("not_your_desk", "つなぎ先の窓口の人か、受付の人が引き受けてください。")
    row.state, row.last_owner_id = accepted, row.owner_id
    row.owner_id, row.owner_desk, row.claimed_at = staff.id, to_desk or row.owner_desk, now
    done(office, session, case, row, staff, now, "accepted", to_desk)


def orphaned(session: Session, case: Case) -> None:
    """Its owner is gone, and it goes back into a queue: whoever was asked need answer no more."""
    _settle(session, case, "returned")


def _settle(session: Session, case: Case, state: str) -> str:
    """Say what became of the handing that is on its way; returns its desk, "" when there is none."""
    over = session.scalar(
        select(HandOver)
        .where(HandOver.case_id == case.id, HandOver.state == "sent")
        .order_by(HandOver.at.desc(), HandOver.id.desc())
        .limit(1)
    )
    if over is None:
        return ""
    over.state = state
    return over.to_desk
