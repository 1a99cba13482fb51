"""The delivery job (配達の仕事): sends one lane's outgoing rows in their order, up to the row it was made for.

A row is marked `sending` before the channel is called and settled after. Found `sending` when the job starts, it was
cut off by a crash: a push is repeated under its retry key, a Slack post is looked for first, a reply is not repeated
(送信不明), because a reply token cannot be asked what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog
from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session

from bots.advice_back import answered
from bots.line.deliver import deliver_line
from bots.line.send import LineSender
from bots.metrics import delivered
from bots.notify import Notifier, deliver_notify
from bots.outbox import deliver_job
from bots.parts import Parts
from bots.patience import AWAY, patiently
from bots.practice.answering import heard
from bots.settled import Settled
from bots.slack.deliver import deliver_slack
from bots.slack.post import SlackPoster
from handoff import answers, practice, reach
from handoff.records import Ticket
from intake.clock import now_ms
from intake.db import reading
from intake.records import Outgoing
from intake.seal import KeyDestroyed

GIVE_UP_MS = 24 * 3_600_000
"""LINE keeps a retry key for 24 hours; after that a repeated push could say things twice."""
HELD_MS = 300_000
"""How long a row rests whose channel must not be posted to (public or shared for a while)."""
_WORTH_HOLDING = ("card", "page", "taken")
"""Reminders and signs of ill health are said anew by those who wrote them: old ones would only pile up."""
_NEVER_ARRIVED = ("", "429")
"""What stands in `error` of a row that no channel can have taken: it was not tried, or we were told to wait."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Senders:
    """The ways out of this process, by tenant."""

    line: dict[str, LineSender]
    slack: dict[str, SlackPoster]
    notify: dict[str, Notifier] = field(default_factory=dict)


def deliver(parts: Parts, senders: Senders, row_id: int, attempt: int) -> str:
    """Deliver the lane of `row_id` up to it. Returns the row's state, or `waiting` after leaving a later job."""
    return patiently("deliver", lambda: _lane(parts, senders, row_id, attempt))


def held_again(now: int) -> ColumnElement[bool]:
    """Which held rows are due for another try: a call must not be lost because a channel was open for an hour."""
    return and_(
        Outgoing.state == "held",
        Outgoing.purpose.in_(_WORTH_HOLDING),
        Outgoing.not_before <= now,
        Outgoing.created_at > now - GIVE_UP_MS,
    )


def set_aside(parts: Parts, row_id: int, code: str) -> None:
    """Give up the row of this lane in whose sending its process died again and again. Staff see it; the others go on.

    Doing it again changes nothing.
    """
    with parts.sessions.begin() as session:
        target = session.get(Outgoing, row_id)
        if target is None:
            return
        session.execute(
            update(Outgoing)
            .where(Outgoing.lane == target.lane, Outgoing.state == "sending", Outgoing.id <= row_id)
            .values(state=case((Outgoing.via == "reply", "unknown"), else_="failed"), error=code, reply_sealed=None)
        )


def _lane(parts: Parts, senders: Senders, row_id: int, attempt: int) -> str:
    with reading(parts.sessions) as session:
        target = session.get(Outgoing, row_id)
        if target is None:
            return "gone"
        rows = session.scalars(
            select(Outgoing.id)
            .where(
                Outgoing.lane == target.lane,
                or_(Outgoing.state.in_(("waiting", "sending")), held_again(now_ms())),
                Outgoing.id <= row_id,
                or_(Outgoing.id == row_id, ~_can_be_taken_back(now_ms())),
            )
            .order_by(Outgoing.id)
        ).all()
        lane = target.lane
    for each in rows:
        wait = _one(parts, senders, each)
        if wait is not None:
            parts.jobs.put_now(deliver_job(row_id, lane, attempt=attempt + 1, delay_seconds=wait))
            return "waiting"
    return "done"


def _one(parts: Parts, senders: Senders, row_id: int) -> float | None:
    """One attempt for one row; the seconds to wait when it must be tried again."""
    now = now_ms()
    with parts.sessions.begin() as session:
        row = _locked(session, row_id)
        if row is None or row.state not in ("waiting", "sending", "held"):
            return None
        if row.not_before > now:
            return (row.not_before - now) / 1000
        if _stopped(parts, session, row, now):
            return None
        interrupted = row.state == "sending"
        row.state, row.attempts = "sending", row.attempts + 1
        if not interrupted:
            row.via = _way(row, now)
        session.flush()  # an expunged row takes its unwritten changes with it, `sending` among them
        session.expunge(row)
    return _settle(parts, row_id, _attempt(parts, senders, row, interrupted=interrupted))


def _can_be_taken_back(now: int) -> ColumnElement[bool]:
    """An answer of staff that waits so that its writer can take it back: no other word waits for it."""
    return and_(Outgoing.purpose == "reply", Outgoing.attempts == 0, Outgoing.not_before > now)


def _locked(session: Session, row_id: int) -> Outgoing | None:
    """The row, for us alone. Of an answer the ticket first, as everybody does who changes both."""
    row = session.get(Outgoing, row_id)
    if row is not None and row.purpose == "reply" and row.case_id is not None:
        session.get(Ticket, row.case_id, with_for_update=True)
    return session.get(Outgoing, row_id, with_for_update=True, populate_existing=True)


def _stopped(parts: Parts, session: Session, row: Outgoing, now: int) -> bool:
    """Whether an answer must not leave after all; asked at the last moment, for much may happen while it waits.

    Not asked again of one that may have arrived already: its repetition is the same push under the same key.
    """
    if row.purpose != "reply" or row.state != "waiting" or row.error not in _NEVER_ARRIVED:
        return False
    reason = answers.barred(session, row)
    if reason == answers.OWNER_CHANGED:
        answers.hold_back(parts.tenants[row.tenant].office, session, row, now)
    elif reason:
        row.state, row.error = "dropped", reason
    if reason:
        delivered(row.channel, row.state)
    return bool(reason)


def _attempt(parts: Parts, senders: Senders, row: Outgoing, *, interrupted: bool) -> Settled:
    """What became of one try. A row that cannot be sent at all is settled too: it must not block its lane for ever."""
    try:
        if row.channel == "line":
            return _line(parts, senders.line.get(row.tenant), row, interrupted=interrupted)
        if row.channel == "web":  # it stands on our own page from now on
            return Settled("sent", via="page") if row.body_sealed else Settled("dropped", error="erased")
        if row.channel == practice.CHANNEL:
            return heard(parts, row)
        if row.channel == reach.ADVICE:
            return answered(parts, row)
        if row.channel == "notify":
            return deliver_notify(parts, senders.notify.get(row.tenant), row)
        return deliver_slack(parts, senders.slack.get(row.tenant), row, interrupted=interrupted)
    except AWAY:
        raise  # the database is away: the job waits for it
    except KeyDestroyed:
        return Settled("dropped", error="erased")
    except Exception as error:  # noqa: BLE001 (a row of its own fate, shown to staff by class)
        _log.warning("deliver_failed", channel=row.channel, error=type(error).__name__)
        return Settled("unknown" if row.via == "reply" else "failed", error=type(error).__name__)


def _line(parts: Parts, sender: LineSender | None, row: Outgoing, *, interrupted: bool) -> Settled:
    """LINE is called after all reading is done, so while the database is away nothing was sent."""
    return patiently("deliver", lambda: deliver_line(parts, sender, row, interrupted=interrupted))


def _way(row: Outgoing, now: int) -> str:
    if row.channel in ("slack", "notify"):
        return "post"
    if row.channel in ("web", practice.CHANNEL, reach.ADVICE):
        return "page"
    if row.via == "push":
        return "push"  # a push may have arrived unseen: only its own retry key may repeat it, never the reply token
    return "reply" if row.reply_sealed and row.reply_until and row.reply_until > now else "push"


def _settle(parts: Parts, row_id: int, settled: Settled) -> float | None:
    now = now_ms()
    with parts.sessions.begin() as session:
        row = session.get(Outgoing, row_id, with_for_update=True)
        if row is None:
            return None
        row.via, row.error = settled.via or row.via, settled.error[:80]
        row.remote_id = settled.remote_id[:80] or row.remote_id
        if settled.wait_seconds is not None and now - row.created_at < GIVE_UP_MS:
            row.state, row.not_before = "waiting", now + int(settled.wait_seconds * 1000)
            delivered(row.channel, "waiting")
            return settled.wait_seconds
        row.state = "failed" if settled.wait_seconds is not None else settled.state
        row.reply_sealed = None
        if row.state == "sent":
            row.sent_at = now
        elif row.state == "held":
            row.not_before = now + HELD_MS
        if row.purpose == "answer":
            row.body_sealed = None  # the script's words, with a summary of the person's: nobody needs them again
        delivered(row.channel, row.state)
        return None
