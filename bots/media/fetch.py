"""The media job (添付の仕事): fetch from LINE (or take what our own page sealed), clean, seal.

Runs in `serve`, in a queue of its own: films are slow.

One attempt a job; a further one is a delayed job, durable as everything here. Whatever is decided is written only
while the row still waits, so a message taken back meanwhile stays gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from bots.media import cleaning, content, files, limits
from bots.media.cleaning import Cleaned, Died, Refused
from bots.media.content import LineContent
from bots.media.receive import media_job
from bots.parts import Parts
from bots.patience import patiently
from handoff import ledger
from intake import attachments, cases
from intake.clock import now_ms
from intake.db import reading
from intake.door_records import Attachment
from intake.records import Case, Message
from intake.seal import KeyDestroyed

GIVE_UP_MS = 24 * 3_600_000
"""LINE deletes content after a time that it does not tell; a day is what its own retries allow."""
_PREPARING = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 300.0)
_BACKOFF = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0, 1_800.0)
DIED = "died"


@dataclass(frozen=True, slots=True)
class Settle:
    """Nothing will be kept: the state, and why as a code."""

    state: str
    note: str


@dataclass(frozen=True, slots=True)
class Later:
    """Another attempt after `seconds`. `code`: what was in the way."""

    seconds: float
    code: str


Verdict = Cleaned | Settle | Later


def fetch(parts: Parts, contents: dict[str, LineContent], attachment_id: int, attempt: int) -> str:
    """One attempt. Returns the row's state as it then is, or `waiting` after leaving a later job."""
    return patiently("media", lambda: _once(parts, contents, attachment_id, attempt))


def set_aside(parts: Parts, attachment_id: int) -> None:
    """Give up the attachment in whose fetching the process died again and again."""
    with parts.sessions.begin() as session:
        row = attachments.locked(session, attachment_id)
        if row is not None:
            attachments.settle(row, attachments.FAILED, "died_too_often", now_ms())


def _once(parts: Parts, contents: dict[str, LineContent], attachment_id: int, attempt: int) -> str:
    now = now_ms()
    with reading(parts.sessions) as session:
        row = session.get(Attachment, attachment_id)
        if row is None or row.state != attachments.WAITING:
            return row.state if row else attachments.GONE
        if row.not_before > now:
            return attachments.WAITING  # another job stands for it
        message = session.get(Message, row.message_id)
        ref = _ref(parts, message)
        brought = attachments.held_of(parts.vault.sealer, row) if ref else None
    found = _verdict(contents.get(row.tenant), row, ref, attempt) if brought is None else _brought(row, brought)
    if isinstance(found, Later) and now - row.created_at > GIVE_UP_MS:
        found = Settle(attachments.FAILED, found.code)
    if isinstance(found, Later):
        return _again(parts, attachment_id, attempt, found)
    state = _written(parts, attachment_id, found)
    _redraw(parts, row)
    return state


def _ref(parts: Parts, message: Message | None) -> str:
    """LINE's id of the message, "" when it was taken back or erased."""
    if message is None:
        return ""
    try:
        return cases.text_of(parts.vault.sealer, message)
    except KeyDestroyed:
        return ""


def _verdict(line: LineContent | None, row: Attachment, ref: str, attempt: int) -> Verdict:
    if not ref:
        return Settle(attachments.GONE, "unsent")
    if line is None:
        return Settle(attachments.FAILED, "no_line_account")
    with cleaning.scratch("fetched") as held:
        match line.fetch(ref, held, limits.FETCH_MOST[row.kind]):
            case content.Fetched(0):
                return Settle(attachments.UNSAFE, "nothing")
            case content.Fetched():
                return _cleaned(row, held)
            case content.Preparing():
                return Later(_step(_PREPARING, attempt), "preparing")
            case content.Gone():
                return Settle(attachments.GONE, "not_at_line")
            case content.TooLarge():
                return Settle(attachments.TOO_LARGE, "")
            case content.Trouble(code, seconds):
                return Later(seconds or _step(_BACKOFF, attempt), code)


def _brought(row: Attachment, body: bytes) -> Verdict:
    """What came by our own page, and took too long while the person waited."""
    with cleaning.scratch("brought") as held:
        held.write(body)
        return _cleaned(row, held)


def _cleaned(row: Attachment, held: BinaryIO) -> Verdict:
    if row.kind == "file":
        held.seek(0)
        body = held.read()
        media_type = files.media_type_of(body)
        return Cleaned(body, media_type, 0) if media_type else Settle(attachments.UNSAFE, "format")
    match cleaning.clean(row.kind, held):
        case Cleaned() as kept:
            return kept
        case Refused(code):
            return Settle(attachments.UNSAFE, code)
        case Died():
            # Once it may be our own machine that was too busy; twice it is what the child was given.
            return Settle(attachments.UNSAFE, DIED) if row.note == DIED else Later(_BACKOFF[2], DIED)


def _step(ladder: tuple[float, ...], attempt: int) -> float:
    return ladder[min(attempt, len(ladder) - 1)]


def _again(parts: Parts, attachment_id: int, attempt: int, later: Later) -> str:
    with parts.sessions.begin() as session:
        row = attachments.locked(session, attachment_id)
        if row is None:
            return attachments.GONE
        row.note, row.not_before = later.code[:80], now_ms() + int(later.seconds * 1000)
        # A little later than the row says, so that the job finds it due.
        parts.jobs.put(session, media_job(attachment_id, attempt + 1, later.seconds + 0.05))
    return attachments.WAITING


def _written(parts: Parts, attachment_id: int, found: Cleaned | Settle) -> str:
    now = now_ms()
    with parts.sessions.begin() as session:
        row = attachments.locked(session, attachment_id)
        if row is None:
            return attachments.GONE
        if isinstance(found, Settle):
            attachments.settle(row, found.state, found.note, now)
            return row.state
        case = session.get(Case, row.case_id, populate_existing=True)
        if case is None or case.erased_at is not None:
            attachments.settle(row, attachments.GONE, "erased", now)
            return row.state
        try:
            attachments.keep(parts.vault.sealer, case, row, found.body, found.media_type, found.duration, now)
        except KeyDestroyed:
            attachments.settle(row, attachments.GONE, "erased", now)
        return row.state


def _redraw(parts: Parts, row: Attachment) -> None:
    """Open pages of staff show it. In a transaction of its own: elsewhere the ticket is locked before attachments."""
    with parts.sessions.begin() as session:
        found = ledger.case_and_ticket(session, row.tenant, row.case_id, lock=True)
        if found:
            ledger.changed(session, parts.outbox, found[1], quiet=True)
