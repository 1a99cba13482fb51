"""Answers of staff to the person (返事): written, taken back while they wait, sent once more when they did not arrive.

In the caller's transaction; never commits. What becomes of an answer afterwards: `handoff.answers`.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from handoff import answers, drafts, ledger, letters, ticket, waking
from handoff.acting import done, may_see, moved, seen_by
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef, speaks
from handoff.promise import answered
from handoff.reach import SILENCE_JA, asker_of, reachable, silence
from handoff.records import Staff, Ticket
from intake.cases import text_of
from intake.records import Case, Contact, Outgoing

MAX_REPLY_UNITS = 5_000
"""UTF-16 units of one LINE text message."""
AGAIN = frozenset({"failed", "unknown", "held"})
"""States of an answer that may be sent once more."""


def reply(
    office: Office,
    session: Session,
    case_id: int,
    staff: StaffRef,
    text: str,
    now: int,
    once: str,
    *,
    seen_upto: int | None = None,
) -> int | None:
    """返信: the text goes to the person's channel as written, after `office.undo_seconds`. The outgoing row's id.

    In a 支援者の相談 it goes to the member of staff who asked, who reads it here (`handoff.advice_back`).

    None when `once` was sent before: a repeated click is harmless. `seen_upto`: the newest message that the writer had
    before them (`CaseView.newest_id`); `Conflict("answered_meanwhile")` when another member of staff answered after it.
    Raises `Refused("empty")`, `Refused("too_long")` (over 5,000 UTF-16 units), `Refused("no_channel")` when the person
    cannot be reached (blocked, hidden, erased, or reported from Slack), `Conflict` when another person owns it.
    """
    case, row, contact = _ready(office, session, case_id, staff, text, seen_upto, lock=True)
    take(office, session, row, staff, now)
    row_id = letters.send(
        office, session, case, contact, text, staff_id=staff.id, once=once, now=now,
        wait_seconds=answers.wait_seconds(office, row),
    )  # fmt: skip
    if row_id is None:
        return None
    answer_counts(session, row, now)
    drafts.forget(session, case.id, staff.id)
    done(office, session, case, row, staff, now, "replied")
    return row_id


def check(office: Office, session: Session, case_id: int, staff: StaffRef, text: str, seen_upto: int | None) -> None:
    """Whether `reply` would take this answer now: raises what it would, and changes nothing. For the preview."""
    _ready(office, session, case_id, staff, text, seen_upto)


def undo_reply(office: Office, session: Session, case_id: int, staff: StaffRef, outgoing_id: int, now: int) -> None:
    """送信を取り消す: an answer that has not left yet never leaves, and its words are gone.

    Who waits for whom stands as it did before. Raises `Refused("gone")` when it has left, `Refused("not_yours")` for
    somebody else's, `NotFound` when the case has no such answer. Taken back before: nothing happens.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    answer = _answer(session, case, outgoing_id)
    if answer.message.staff_id != staff.id:
        raise Refused("not_yours", "書いた人だけが取り消せます。")
    if answer.row.error == answers.UNDONE:
        return
    if not answers.waits(answer.row, now):
        raise Refused("gone", "もう送りました。取り消せません。")
    answer.row.state, answer.row.error = "dropped", answers.UNDONE
    answer.row.body_sealed = answer.message.body_sealed = None
    answer.message.unsent_at = now
    session.flush()
    answers.recount(office, session, case, row, now, gone=answer.message)
    done(office, session, case, row, staff, now, "reply_undone")


def retry(office: Office, session: Session, case_id: int, staff: StaffRef, outgoing_id: int, now: int) -> int:
    """もう一度送る: an answer that failed, whose fate is unknown, or that was held back. The new row's id.

    The history says that one of unknown fate may arrive twice. Raises as `reply` does, and `Refused("not_failed")`.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    speaks(office)
    answer = _answer(session, case, outgoing_id)
    _may_speak(session, row, staff)
    before = answer.row.state
    if before not in AGAIN or not text_of(office.sealer, answer.message):
        raise Refused("not_failed", "この返事は、もう一度送るものではありません。")
    contact = _contact(session, case)
    take(office, session, row, staff, now)
    answer.message.staff_id, answer.message.at = staff.id, now  # who sends it answers for it, from now on
    row_id = letters.send_again(
        office, session, case, contact, answer.message, wait_seconds=answers.wait_seconds(office, row)
    )
    if row_id is None:
        raise Refused("not_failed", "この返事は、もう一度送ってあります。")
    answer.row.state, answer.row.error, answer.row.body_sealed = "dropped", "sent_again", None
    answer_counts(session, row, now)
    answers.recount(office, session, case, row, now)
    done(office, session, case, row, staff, now, "reply_twice" if before == "unknown" else "reply_again")
    return row_id


def _nobody_answered(session: Session, case: Case, staff: StaffRef, seen_upto: int) -> None:
    other = answers.answered_after(session, case.id, staff.id, seen_upto)
    if other is not None:
        name = _name(session, other)
        raise Conflict(
            "answered_meanwhile",
            f"さきに{name}さんが返事をしました。あなたの文は送っていません。やりとりを読み直してください。",
        )


def _ready(
    office: Office, session: Session, case_id: int, staff: StaffRef, text: str, seen_upto: int | None, *,
    lock: bool = False,
) -> tuple[Case, Ticket, Contact | None]:  # fmt: skip
    case, row = seen_by(office, session, case_id, staff, lock=lock)
    speaks(office)
    if seen_upto is not None:
        _nobody_answered(session, case, staff, seen_upto)
    _may_speak(session, row, staff)
    _fits(text)
    return case, row, _contact(session, case)


def _may_speak(session: Session, row: Ticket, staff: StaffRef) -> None:
    owner = waking.owner_of(session, row)
    if owner not in (None, staff.id):
        raise Conflict("already_claimed", f"いまの担当は{_name(session, owner)}さんです。あなたの文は送っていません。")


def _fits(text: str) -> None:
    if not text.strip():
        raise Refused("empty", "返事の文が空です。")
    if len(text.encode("utf-16-le", "replace")) // 2 > MAX_REPLY_UNITS:
        raise Refused("too_long", "文が長すぎます（5,000字まで）。分けて送ってください。")


def _contact(session: Session, case: Case) -> Contact | None:
    """Who reads the answer; None for the member of staff who asked (支援者の相談)."""
    contact = reachable(session, case)
    if contact is None and asker_of(session, case) is None:
        raise Refused("no_channel", SILENCE_JA.get(silence(session, case), "本人が消した相談です。返事は送れません。"))
    return contact


def take(office: Office, session: Session, row: Ticket, staff: StaffRef, now: int) -> None:
    """Who answers a case that nobody has takes it; of a folded one, the case it stands under, if they may see that."""
    main = waking.main_of(session, row)
    if main is not None and not may_see(main[1], staff):
        return  # owning it would show them its words
    mine = main[1] if main is not None else row
    if mine.owner_id is None:
        mine.state = moved(mine, ticket.Action.CLAIM)
        mine.owner_id, mine.claimed_at = staff.id, now
    if main is not None:
        ledger.changed(session, office.outbox, main[1])


def answer_counts(session: Session, row: Ticket, at: int) -> None:
    """The person has our answer of that time (ms UTC), and we wait for them, unless they wrote after it."""
    row.first_reply_at, row.replied_at = min(row.first_reply_at or at, at), max(row.replied_at or at, at)
    if at < row.waiting_since:
        row.speaker = "human" if row.speaker == "bot" else row.speaker
        return
    row.due_at, row.speaker = None, "human"
    main = waking.main_of(session, row)
    if main is not None and not answered(main[1]) and _waits_for(session, main[1], row):
        main[1].replied_at, main[1].due_at = at, None


def _waits_for(session: Session, main: Ticket, row: Ticket) -> bool:
    """Whether nobody waits in the main case but who wrote in this one: the same person, or it was quiet there."""
    cases = [session.get(Case, found.case_id) for found in (main, row)]
    same = cases[0] is not None and cases[1] is not None and cases[0].contact_id == cases[1].contact_id
    return same or (main.replied_at is not None and answers.quiet_since(session, main.case_id, main.replied_at))


def _answer(session: Session, case: Case, outgoing_id: int) -> answers.Answer:
    session.get(Outgoing, outgoing_id, with_for_update=True, populate_existing=True)
    found = next((each for each in answers.answers_of(session, case.id) if each.row.id == outgoing_id), None)
    if found is None:
        raise NotFound("not_found", "その返事は見つかりません。")
    return found


def _name(session: Session, staff_id: int | None) -> str:
    other = session.get(Staff, staff_id) if staff_id is not None else None
    return other.name if other else "ほかの"
