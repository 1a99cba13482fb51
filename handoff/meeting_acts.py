"""What people do with a list of a meeting (議題にする・見送る・話し合った・急ぐ). Nothing is chosen by machine.

Effects in the caller's transaction; never commit. Each stands in the case's history and in the audit log.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from handoff import basis as bases
from handoff import consent_rows, facts, meetings, queue, sources
from handoff.acting import done, seen_by
from handoff.flow_records import Agenda
from handoff.lesson_check import check
from handoff.meeting_why import WITH_CONSENT, ordered
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef
from handoff.pack import Meeting
from handoff.records import Ticket
from handoff.scope import coordinates
from intake.ids import new_id
from intake.records import Case
from triage.assessment import Urgency

LONGEST: Final = 600
_MOVES: Final = {
    "choose": ("candidate", "dropped"),
    "drop": ("candidate", "chosen"),
    "discuss": ("chosen",),
    "back": ("chosen", "dropped"),
}
"""What may be done from which state; a later month has a row of its own."""


def choose(
    office: Office, session: Session, staff: StaffRef, meeting: str, month: str, case_id: int, decide: str, now: int
) -> None:
    """議題にする, with what the meeting is to decide (required), by name of who chooses.

    Raises `NotFound`, `Refused`: `no_decide`, `too_long`, `no_consent` (重層的支援会議 without it), `meeting_secrecy`,
    `wrong_state`.
    """
    case, row, place = _found(office, session, staff, meeting, month, case_id)
    if not decide.strip():
        raise Refused("no_decide", "「この会議で決めてほしいこと」を書いてください。")
    _nobody(place, decide)
    _may(office, session, case, place, staff)
    kept = _row(office, session, case, row, place, month, now, "choose", "asked")
    _move(office, kept, "choose", "chosen", staff, now)
    _keep(office, kept, case, "decide_sealed", decide)
    done(office, session, case, row, staff, now, "agenda_chosen", f"{place.id} {month}")


def drop(
    office: Office, session: Session, staff: StaffRef, meeting: str, month: str, case_id: int, now: int
) -> None:  # fmt: skip
    """今回は見送る. Raises `NotFound`, `Refused("wrong_state")`."""
    case, row, place = _found(office, session, staff, meeting, month, case_id)
    _move(office, _row(office, session, case, row, place, month, now, "drop", ""), "drop", "dropped", staff, now)
    done(office, session, case, row, staff, now, "agenda_dropped", f"{place.id} {month}")


def back(
    office: Office, session: Session, staff: StaffRef, meeting: str, month: str, case_id: int, now: int
) -> None:  # fmt: skip
    """候補に戻す: a slip of the finger. Raises `NotFound`, `Refused("wrong_state")`."""
    case, row, place = _found(office, session, staff, meeting, month, case_id)
    _move(office, _row(office, session, case, row, place, month, now, "back", ""), "back", "candidate", staff, now)
    done(office, session, case, row, staff, now, "agenda_back", f"{place.id} {month}")


def discuss(
    office: Office, session: Session, staff: StaffRef, meeting: str, month: str, case_id: int, result: str, now: int
) -> None:
    """話し合った, with what came out of it (required). Raises `NotFound`, `Refused`: `no_result`, `wrong_state`."""
    case, row, place = _found(office, session, staff, meeting, month, case_id)
    if not result.strip():
        raise Refused("no_result", "会議で決まったことを書いてください。")
    _nobody(place, result)
    kept = _row(office, session, case, row, place, month, now, "discuss", "")
    _move(office, kept, "discuss", "discussed", staff, now)
    _keep(office, kept, case, "result_sealed", result)
    done(office, session, case, row, staff, now, "agenda_discussed", f"{place.id} {month}")


def hurry(
    office: Office, session: Session, staff: StaffRef, meeting: str, case_id: int, decide: str, now: int
) -> None:  # fmt: skip
    """会議を待たずに急ぐ: first on this month's list, and at least 高い in the queue, so that somebody acts now.

    It never lowers. Raises what `choose` raises.
    """
    month = facts.month_of(now)
    case, row, place = _found(office, session, staff, meeting, month, case_id)
    kept = meetings.row_of(session, office.tenant, place.id, month, case_id)
    if kept is None or kept.state != "chosen":
        choose(office, session, staff, meeting, month, case_id, decide, now)
        kept = meetings.row_of(session, office.tenant, place.id, month, case_id)
    elif decide.strip():
        _nobody(place, decide)
        _keep(office, kept, case, "decide_sealed", decide)
    assert kept is not None
    kept.why = ",".join(ordered((*kept.why.split(","), "urgent")))
    queue.raise_urgency(office, session, case, row, Urgency.HIGH, now, staff_id=staff.id)
    done(office, session, case, row, staff, now, "agenda_urgent", f"{place.id} {month}")


def _found(
    office: Office, session: Session, staff: StaffRef, meeting: str, month: str, case_id: int
) -> tuple[Case, Ticket, Meeting]:
    """The case for who brings cases together and may see it, locked; the meeting."""
    if not coordinates(staff) or not meetings.MONTH.fullmatch(month):
        raise NotFound("not_found", "その相談は見つかりません。")
    place = meetings.room(office, meeting)
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。")
    return case, row, place


def _nobody(place: Meeting, text: str) -> None:
    """In the anonymous room (準支援会議) no word names anybody. Raises `Refused("names_somebody")`."""
    found = [one for one in check(text) if one.refused or one.code == "name"] if place.basis == "C9" else []
    if found:
        told = "、".join(f"「{one.words}」" for one in found)
        raise Refused("names_somebody", f"この会議では名前や番号を出しません。{told}を消してください。")


def _may(office: Office, session: Session, case: Case, place: Meeting, staff: StaffRef) -> None:
    """Whether the basis of the meeting bears it."""
    if sources.goes_beyond(sources.restriction(session, case), place.basis):
        raise Refused("meeting_secrecy", "別の会議で聞いた情報です。その会議の根拠でだけ扱えます。")
    agreed = consent_rows.agreed(office, session, case, consent_rows.SHARE, place.id)
    verdict = bases.may_share(
        place.basis, consent=bool(agreed), decided_by=staff.name, rooms=office.pack.room_codes, anonymous=True
    )
    if not verdict.allowed:
        words = "この会議への本人の同意がまだありません。窓口への同意では、会議にはかけられません。"
        raise Refused(verdict.code, words if place.basis == WITH_CONSENT else verdict.message_ja)


def _row(
    office: Office, session: Session, case: Case, row: Ticket, place: Meeting, month: str, now: int, move: str,
    without: str,
) -> Agenda:  # fmt: skip
    """The row on the list, written when a person first touches it; `without`: the code where no rule proposed it."""
    kept = meetings.row_of(session, office.tenant, place.id, month, case.id)
    if kept is None:
        codes = meetings.reasons_of(office, session, case, row, place, now) or ((without,) if without else ())
        if not codes:
            raise Refused("wrong_state", "この相談は、候補にありません。画面を読み直してください。")
        kept = Agenda(
            id=new_id(), tenant=office.tenant, meeting=place.id, month=month, case_id=case.id, why=",".join(codes),
            basis=place.basis, state="candidate", at=now,
        )  # fmt: skip
        session.add(kept)
        session.flush()
    if kept.state not in _MOVES[move]:
        raise Conflict("wrong_state", "ほかの人が先に決めました。画面を読み直してください。")
    return kept


def _move(office: Office, kept: Agenda, move: str, state: str, staff: StaffRef, now: int) -> None:
    assert kept.state in _MOVES[move] and kept.tenant == office.tenant
    kept.state, kept.by_staff, kept.at = state, staff.id, now


def _keep(office: Office, kept: Agenda, case: Case, column: str, words: str) -> None:
    if len(words) > LONGEST:
        raise Refused("too_long", f"長すぎます（{LONGEST}文字まで）。短くしてください。")
    sealed = office.sealer.seal_text(case.key_id, meetings.cell(office.tenant, column, kept.id), words.strip())
    if column == "decide_sealed":
        kept.decide_sealed = sealed
    else:
        kept.result_sealed = sealed
