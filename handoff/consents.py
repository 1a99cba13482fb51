"""Consents that staff ask for (同意): asked, answered by the person, taken back, or written down after asking by voice.

Effects in the caller's transaction; nothing here commits. A row holds no word of the person, only what was agreed, to
whom, when, how, and in which wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from handoff import desks, ledger, letters, residence, stopping, waking
from handoff.acting import done, seen_by
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.reach import options_of, reachable, state_of
from handoff.records import HandOver, Ticket
from intake.conversation.script import CONSENT_VERSION
from intake.conversation.speech import consent_ask
from intake.door_records import Consent
from intake.ids import new_id
from intake.records import Case

Answer = Literal["given", "partial", "refused", "withdrawn"]
AGREED = ("given", "partial")


def ask(office: Office, session: Session, case_id: int, staff: StaffRef, what: str, desk: str, now: int) -> int:
    """Ask the person whether this may go to the desk; returns the consent's id.

    Raises `Refused`: `no_desk`, `asked_before`, `agreed_before`, `refused_before` (then only a person may raise it
    again), `no_channel` (blocked, hidden, neither on LINE nor on our page); `Conflict` for a case of
    somebody else's.
    """
    case, row = _workable(office, session, case_id, staff)
    chosen = desks.desk(office.pack, desk)
    if chosen is None or what not in ("handoff", "share"):
        raise Refused("no_desk", "伝える先の窓口を選んでください。")
    _refuse_twice(session, case, desk)
    contact = reachable(session, case)
    if contact is None:
        raise Refused(
            "no_channel", "この方には LINE で聞けません。電話や窓口で聞いて、口頭の同意として記録してください。"
        )
    state, consent_id = state_of(office, contact), new_id()
    say = consent_ask(state, options_of(office), consent_id, "handoff" if what == "handoff" else "share", chosen.name)
    if say is None:
        raise Refused("no_channel", "この方はいま画面を隠しています。何も送れません。")
    session.add(
        Consent(
            id=consent_id,
            tenant=case.tenant,
            case_id=case.id,
            what=what,
            desk=desk,
            state="asked",
            version=CONSENT_VERSION,
            language=(state.language or "ja")[:8],
            staff_id=staff.id,
            asked_at=now,
        )
    )
    letters.notice(office, session, case, contact, say, once=f"consent-{consent_id}")
    done(office, session, case, row, staff, now, "consent_asked", desk)
    return consent_id


def answer(
    office: Office, session: Session, case: Case, row: Ticket, consent_id: int, given: Answer, way: str, now: int
) -> bool:
    """The person's own answer to a consent of this case; a later one replaces it. False when there is none such.

    Taking back what was agreed (`withdrawn`, or `refused` afterwards) is told to staff, and that it was handed there.
    """
    consent = session.get(Consent, consent_id, with_for_update=True, populate_existing=True)
    if consent is None or consent.case_id != case.id or consent.state == "withdrawn" or case.erased_at is not None:
        return False
    if given == "withdrawn" or (given == "refused" and consent.state in AGREED):
        withdraw(office, session, case, row, consent, now)
        return True
    consent.state, consent.way, consent.answered_at = given, way, now
    ledger.remember(session, office.sealer, case, at=now, actor="person", what=f"consent_{given}", detail=consent.desk)
    ledger.changed(session, office.outbox, row)
    return True


def withdraw(office: Office, session: Session, case: Case, row: Ticket, consent: Consent, now: int) -> None:
    """The person takes it back: nothing more goes to that desk on consent, and staff see where it went already."""
    consent.state, consent.withdrawn_at = "withdrawn", now
    handed = session.scalar(
        select(HandOver.id).where(
            HandOver.case_id == case.id,
            HandOver.to_desk == consent.desk,
            HandOver.state.in_(("sent", "received", "accepted")),
        )
    )
    what = "consent_withdrawn_handed" if handed is not None else "consent_withdrawn"
    ledger.remember(session, office.sealer, case, at=now, actor="person", what=what, detail=consent.desk)
    stopping.stop(office, session, case, row, consent.desk, now)
    ledger.changed(session, office.outbox, row)


def record_by_staff(
    office: Office, session: Session, case_id: int, staff: StaffRef, desk: str, state: str, how: str, now: int
) -> int:
    """What the person said by voice or at the counter; `how`: when, and who heard it (kept sealed). Returns its id.

    Raises `Refused`: `no_desk`, `bad_state`, `how_needed`.
    """
    case, row = _workable(office, session, case_id, staff)
    if desks.desk(office.pack, desk) is None:
        raise Refused("no_desk", "伝える先の窓口を選んでください。")
    if state not in (*AGREED, "refused"):
        raise Refused("bad_state", "本人の答えを選んでください。")
    if not how.strip():
        raise Refused("how_needed", "いつ・だれが聞いたかを書いてください。")
    return write_heard(office, session, case, row, staff, desk, state, how, now)


def write_heard(
    office: Office,
    session: Session,
    case: Case,
    row: Ticket,
    staff: StaffRef,
    desk: str,
    state: str,
    how: str,
    now: int,
) -> int:
    """As `record_by_staff`, where case, desk and answer were looked at before."""
    _drop_asked(session, case, desk)
    consent_id = new_id()
    session.add(
        Consent(
            id=consent_id,
            tenant=case.tenant,
            case_id=case.id,
            what="handoff",
            desk=desk,
            state=state,
            version=CONSENT_VERSION,
            language="ja",
            way="staff",
            staff_id=staff.id,
            asked_at=now,
            answered_at=now,
        )
    )
    done(office, session, case, row, staff, now, "consent_heard", f"{desk} {state}", how)
    return consent_id


def of_case(session: Session, case_id: int) -> Sequence[Consent]:
    """Every row of the case, in the order asked: the record of what was asked, said and taken back."""
    return session.scalars(select(Consent).where(Consent.case_id == case_id).order_by(Consent.id)).all()


def standing(session: Session, case: Case) -> Sequence[Consent]:
    """Every consent of the case, the newest of each desk and purpose, in the order asked; none after けす."""
    if case.erased_at is not None:
        return ()
    return tuple({(consent.what, consent.desk): consent for consent in of_case(session, case.id)}.values())


def for_desk(session: Session, case: Case, desk: str) -> Consent | None:
    """The newest consent that names the desk, whatever its state."""
    found = [consent for consent in standing(session, case) if consent.desk == desk]
    return max(found, key=lambda consent: consent.id, default=None)


def desk_name(office: Office, desk: str) -> str:
    """The name on screen of the desk that a consent names."""
    found = desks.desk(office.pack, desk)
    return found.name if found is not None else residence.recipient_name(desk)


def case_erased(session: Session, case_id: int, now: int) -> None:
    """After けす: open questions are gone, and nothing agreed stands any more."""
    session.execute(delete(Consent).where(Consent.case_id == case_id, Consent.state == "asked"))
    session.execute(
        update(Consent)
        .where(Consent.case_id == case_id, Consent.state.in_(AGREED))
        .values(state="withdrawn", withdrawn_at=now)
    )


def _workable(office: Office, session: Session, case_id: int, staff: StaffRef) -> tuple[Case, Ticket]:
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。")
    if waking.owner_of(session, row) not in (None, staff.id):
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人が行ってください。")
    return case, row


def _refuse_twice(session: Session, case: Case, desk: str) -> None:
    before = for_desk(session, case, desk)
    if before is None or before.state == "withdrawn":
        return
    if before.state == "asked":
        raise Refused("asked_before", "もう本人に聞いています。返事を待っています。")
    if before.state == "refused":
        raise Refused(
            "refused_before", "本人は「伝えないで」と答えています。話し合ってから、口頭の答えを記録してください。"
        )
    raise Refused("agreed_before", "この窓口に伝えることは、もう同意があります。")


def _drop_asked(session: Session, case: Case, desk: str) -> None:
    """What was heard by voice answers the question that is still open; its buttons do nothing any more."""
    session.execute(delete(Consent).where(Consent.case_id == case.id, Consent.desk == desk, Consent.state == "asked"))
