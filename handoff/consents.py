"""Consents that staff ask for (同意): asked, answered by the person, taken back, or written down after asking by voice.

Effects in the caller's transaction; nothing here commits. A row holds no word of the person, only what was agreed, by
whom, to whom, when, how, and in which wording. What stands is read in `consent_rows`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from handoff import gate, ledger, letters, named, stopping, waking
from handoff.acting import done, seen_by
from handoff.consent_rows import (
    AGREED,
    ATTEND_JA,
    HANDOFF,
    SHARE,
    WHOSE_JA,
    desk_name,
    newest,
    of_case,
    recipient,
    spoken_of,
    standing,
)
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.reach import options_of, reachable, state_of
from handoff.records import Ticket
from handoff.writer import Writer, writer_of
from intake.conversation.agreeing import ConsentAnswer
from intake.conversation.script import CONSENT_VERSION
from intake.conversation.speech import consent_ask
from intake.door_records import Consent
from intake.ids import new_id
from intake.records import Case

__all__ = [
    "AGREED", "Heard", "answer", "ask", "case_erased", "desk_name", "newest", "of_case", "record_by_staff", "spoken",
    "standing", "withdraw", "write_heard",
]  # fmt: skip

_BY_VOICE = "電話や窓口で聞いて、「口頭の答えを記録する」に書いてください。"
_WHOSE = "だれの同意か（本人・代理・保護者）を選んでください。"
_ATTEND = "attend_"


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody said by voice: to whom (`to`, for `what`) it may go. `by_whom`: a key of `WHOSE_JA`. `how`: when,
    and who heard it (kept sealed). `attend`: of a meeting a key of `ATTEND_JA`, "" where nobody asked."""

    to: str
    state: str
    by_whom: str
    how: str = field(repr=False)
    what: str = HANDOFF
    attend: str = ""
    named: str = field(default="", repr=False)
    """The name of a recipient that is no desk of the pack (民生委員 …), in place of `to`."""


def ask(
    office: Office, session: Session, case_id: int, staff: StaffRef, what: str, to: str, now: int, *,
    person_sure: bool = False,
) -> int:  # fmt: skip
    """Ask the person whether this may go to the desk, or be spoken of in the meeting; returns the consent's id.

    `person_sure`: staff made sure that the person concerned writes, where the talk itself does not say so. Raises
    `Refused`: `no_desk`, `not_the_person`, `asked_before`, `agreed_before`, `refused_before` (then only a person may
    raise it again), `no_channel` (blocked, hidden, neither on LINE nor on our page); `Conflict` for a case of somebody
    else's.
    """
    case, row = _workable(office, session, case_id, staff)
    name = _name(office, what, to)
    unknown = _the_person(office, session, case, sure=person_sure)
    _refuse_twice(session, case, what, to)
    contact = reachable(session, case)
    if contact is None:
        raise Refused("no_channel", f"この方には LINE で聞けません。{_BY_VOICE}")
    state, consent_id = state_of(office, contact), new_id()
    say = consent_ask(state, options_of(office), consent_id, "share" if what == SHARE else "handoff", name)
    if say is None:
        raise Refused("no_channel", "この方はいま画面を隠しています。何も送れません。")
    session.add(
        Consent(
            id=consent_id, tenant=case.tenant, case_id=case.id, what=what, desk=to, state="asked",
            version=CONSENT_VERSION, language=(state.language or "ja")[:8], staff_id=staff.id, asked_at=now,
        )
    )  # fmt: skip
    letters.notice(office, session, case, contact, say, once=f"consent-{consent_id}")
    note = "書いているのは本人だと、職員が確かめました。" if unknown else ""
    done(office, session, case, row, staff, now, "consent_asked", to, note)
    return consent_id


def answer(
    office: Office, session: Session, case: Case, row: Ticket, consent_id: int, given: ConsentAnswer, way: str, now: int
) -> bool:
    """The person's own answer to a consent of this case; a later one replaces it. False when there is none such.

    Taking back what was agreed (`withdrawn`, or `refused` afterwards) is told to staff, and that it was handed there.
    Whoever turned out to be somebody else answers nothing, and can only take back what was pressed in this talk.
    """
    consent = session.get(Consent, consent_id, with_for_update=True, populate_existing=True)
    if consent is None or consent.case_id != case.id or consent.state == "withdrawn" or case.erased_at is not None:
        return False
    other = writer_of(office, session, case) is Writer.OTHER
    if other and spoken_of(consent):
        return False
    if given == "withdrawn" or (given == "refused" and consent.state in AGREED):
        withdraw(office, session, case, row, consent, now)
        return True
    if other:
        return False
    what = f"consent_{given}"
    if given.startswith(_ATTEND):
        if consent.what != SHARE or consent.state not in AGREED:
            return False
        consent.attend, what = given.removeprefix(_ATTEND), "consent_attend"
    else:
        consent.state, consent.way, consent.by_whom, consent.answered_at = given, way, "self", now
    detail = f"{consent.desk} {consent.attend}" if what == "consent_attend" else consent.desk
    ledger.remember(session, office.sealer, case, at=now, actor="person", what=what, detail=detail)
    ledger.changed(session, office.outbox, row)
    return True


def withdraw(office: Office, session: Session, case: Case, row: Ticket, consent: Consent, now: int) -> None:
    """The person takes it back: nothing more goes there on consent, and staff see where it went already."""
    consent.state, consent.withdrawn_at = "withdrawn", now
    went = stopping.went(office, session, case, consent)
    what = "consent_withdrawn_handed" if went else "consent_withdrawn"
    ledger.remember(session, office.sealer, case, at=now, actor="person", what=what, detail=consent.desk)
    stopping.stop(office, session, case, row, consent, now)
    ledger.changed(session, office.outbox, row)


def record_by_staff(office: Office, session: Session, case_id: int, staff: StaffRef, heard: Heard, now: int) -> int:
    """What was said by voice or at the counter. Returns the consent's id.

    A no after a yes takes that yes back. Raises `Refused`: `no_desk`, `bad_state`, `whose_needed`, `how_needed`.
    """
    case, row = _workable(office, session, case_id, staff)
    if heard.named.strip():
        heard = replace(heard, to=named.recipient_of(office, case, heard.named), what=HANDOFF)
    else:
        _name(office, heard.what, heard.to)
    if heard.state not in (*AGREED, "refused"):
        raise Refused("bad_state", "本人の答えを選んでください。")
    if heard.by_whom not in WHOSE_JA:
        raise Refused("whose_needed", _WHOSE)
    if heard.attend not in ("", *ATTEND_JA):
        raise Refused("bad_state", "会議に出たいかを、選びなおしてください。")
    if not heard.how.strip():
        raise Refused("how_needed", "いつ・だれが聞いたかを書いてください。")
    before = newest(session, case, heard.what, heard.to)
    if before is not None and before.state in AGREED and heard.state == "refused":
        withdraw(office, session, case, row, before, now)
    return write_heard(office, session, case, row, staff, heard, now)


def write_heard(
    office: Office, session: Session, case: Case, row: Ticket, staff: StaffRef, heard: Heard, now: int
) -> int:
    """As `record_by_staff`, where case, recipient and answer were looked at before."""
    _drop_asked(session, case, heard)
    consent_id = new_id()
    session.add(
        Consent(
            id=consent_id, tenant=case.tenant, case_id=case.id, what=heard.what, desk=heard.to, state=heard.state,
            to_sealed=named.sealed(office, case, consent_id, heard.named) if heard.named.strip() else None,
            version=CONSENT_VERSION, language="ja", way="staff", staff_id=staff.id, by_whom=heard.by_whom,
            attend=heard.attend if heard.what == SHARE and heard.state in AGREED else "", asked_at=now, answered_at=now,
        )
    )  # fmt: skip
    done(office, session, case, row, staff, now, "consent_heard", f"{heard.to} {heard.state}", heard.how)
    return consent_id


def spoken(found: Iterable[gate.Allowed], by_whom: str, how: str) -> tuple[Heard, ...]:
    """What is to be written down of what `gate.ask` let pass on consent heard just now; () where none was needed.

    Raises `Refused("whose_needed")` where nobody says whose consent it was.
    """
    heard = tuple(Heard(one.to, one.agreed, by_whom, how, one.what) for one in found if one.agreed)
    if heard and by_whom not in WHOSE_JA:
        raise Refused("whose_needed", _WHOSE)
    return heard


def case_erased(session: Session, case_id: int, now: int) -> None:
    """After けす: open questions are gone, nothing agreed stands any more, and no name of a recipient is left."""
    session.execute(update(Consent).where(Consent.case_id == case_id).values(to_sealed=None))
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


def _name(office: Office, what: str, to: str) -> str:
    name = recipient(office, what, to)
    if not name:
        raise Refused("no_desk", "会議を選んでください。" if what == SHARE else "伝える先の窓口を選んでください。")
    return name


def _the_person(office: Office, session: Session, case: Case, *, sure: bool) -> bool:
    """Whether it is not known who writes; only the person concerned is asked. Raises `Refused("not_the_person")`."""
    who = writer_of(office, session, case)
    if who is Writer.OTHER:
        raise Refused("not_the_person", f"書いているのは本人ではないので、ここからは本人に聞けません。{_BY_VOICE}")
    if who is Writer.UNKNOWN and not sure:
        raise Refused(
            "not_the_person",
            "書いている人が本人かどうか、まだ分かりません。本人だと確かめたときは、その印をつけてください。"
            f"分からないときは、本人に{_BY_VOICE}",
        )
    return who is Writer.UNKNOWN


def _refuse_twice(session: Session, case: Case, what: str, to: str) -> None:
    before = newest(session, case, what, to)
    if before is None or before.state == "withdrawn":
        return
    if before.state == "asked":
        raise Refused("asked_before", "もう本人に聞いています。返事を待っています。")
    if before.state == "refused":
        raise Refused(
            "refused_before", "本人は「伝えないで」と答えています。話し合ってから、口頭の答えを記録してください。"
        )
    raise Refused("agreed_before", "この窓口や会議に伝えることは、もう同意があります。")


def _drop_asked(session: Session, case: Case, heard: Heard) -> None:
    """What was heard by voice answers the question that is still open; its buttons do nothing any more."""
    wanted = (Consent.case_id == case.id, Consent.what == heard.what, Consent.desk == heard.to)
    session.execute(delete(Consent).where(*wanted, Consent.state == "asked"))
