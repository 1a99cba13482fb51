"""The outbox (送信箱): a row and its durable delivery job in one commit."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from bots.durable import DELIVER, READ, TIMERS, Job, Jobs
from bots.slack import channels
from handoff import practice, reach
from intake.clock import now_ms
from intake.db import insert_ignore
from intake.ids import new_id
from intake.outbox import Draft
from intake.records import Outgoing
from intake.seal import Cell, Sealer


class DurableOutbox:
    """Writes outgoing rows. A town without Slack writes no Slack rows: nothing waits for what cannot come.

    `notify`: the names of each town's addresses (`[tenants.*.notify]`). `shadow`: the towns that say nothing to anybody
    (下見): no row is written for them at all, so that nothing can leave when they go live.
    """

    def __init__(
        self,
        jobs: Jobs,
        sealer: Sealer,
        slack: Mapping[str, bool],
        notify: Mapping[str, Collection[str]] | None = None,
        shadow: Collection[str] = (),
    ) -> None:
        self._jobs = jobs
        self._sealer = sealer
        self._slack = slack
        self._notify = notify or {}
        self._shadow = shadow

    def put(self, session: Session, draft: Draft) -> int | None:
        """The new row's id; None when `draft.dedupe` was written before, or the channel is not set up."""
        if not self._can_go(draft):
            return None
        row_id = new_id()
        lane = lane_of(draft)
        now = now_ms()
        waits = draft.purpose == "reply" or draft.channel == "notify"
        wait_ms = int(draft.delay_seconds * 1000) if waits else 0
        # On our own page it stands as soon as it is written, unless its writer can still take it back.
        own_page = draft.channel == "web" and not wait_ms
        own_page = own_page or (draft.channel == practice.CHANNEL and draft.purpose != "reply")
        new = insert_ignore(
            session,
            Outgoing,
            {
                "id": row_id,
                "tenant": draft.tenant,
                "channel": draft.channel,
                "purpose": draft.purpose,
                "dedupe": draft.dedupe,
                "contact_id": draft.contact_id,
                "case_id": draft.case_id,
                "key_id": draft.key_id,
                "reply_sealed": self._seal(draft, "reply_sealed", row_id, draft.reply_token),
                "reply_until": draft.reply_until,
                "body_sealed": self._seal(draft, "body_sealed", row_id, draft.body),
                "retry_key": str(uuid.uuid4()),
                "state": "sent" if own_page else "waiting",
                "sent_at": now if own_page else None,
                "lane": lane,
                "not_before": now + wait_ms if wait_ms else 0,
                "attempts": 0,
                "via": "page" if own_page else "",
                "error": "",
                "remote_id": "",
                "created_at": now,
            },
        )
        if not new:
            return None
        if own_page:
            return row_id
        self._jobs.put(session, deliver_job(row_id, lane, delay_seconds=draft.delay_seconds))
        return row_id

    def remind_later(self, session: Session, case_id: int, once: str, seconds: float) -> None:
        """Enqueue a reminder of the case, as a durable timer."""
        job = Job(TIMERS, "remind", f"remind-{case_id}-{once}", f"remind:{case_id}:{once}", (case_id, once), seconds)
        self._jobs.put(session, job)

    def call_later(self, session: Session, case_id: int, call_id: int, step: int, seconds: float) -> None:
        """Enqueue a round of a call, as a durable timer."""
        self._jobs.put(session, call_job(case_id, call_id, step, seconds))

    def notice_later(self, session: Session, case_id: int, kind: str, once: str, seconds: float) -> None:
        """Enqueue the look at a notice, as a durable timer."""
        name = f"notice-{case_id}-{kind}-{once}"
        self._jobs.put(session, Job(TIMERS, "notice", name, f"notice:{case_id}", (case_id, kind, once), seconds))

    def read_later(self, session: Session, case_id: int, message_id: int) -> None:
        """Enqueue the reading of the case up to `message_id`, once a message, in the order of the case."""
        self._jobs.put(session, Job(READ, "read", f"read-{message_id:019d}", f"case:{case_id}", (case_id, message_id)))

    def _can_go(self, draft: Draft) -> bool:
        if draft.tenant in self._shadow:
            return False
        if draft.channel == "slack":
            return self._slack.get(draft.tenant, False)
        if draft.channel != "notify":
            return True
        known = self._notify.get(draft.tenant, ())
        return any(name in known for name in (json.loads(draft.body)["to"] if draft.body else known))

    def _seal(self, draft: Draft, column: str, row_id: int, text: str | None) -> bytes | None:
        if text is None or draft.key_id is None:
            return None
        return self._sealer.seal_text(draft.key_id, Cell(draft.tenant, "outgoing", column, row_id), text)


def deliver_job(row_id: int, lane: str, *, attempt: int = 0, delay_seconds: float = 0.0) -> Job:
    """The job that delivers a lane up to this row; each further attempt is a job of its own."""
    return Job(DELIVER, "deliver", f"out-{row_id:019d}-{attempt}", lane, (row_id, attempt), delay_seconds)


def call_job(case_id: int, call_id: int, step: int, seconds: float = 0.0, again: str = "") -> Job:
    """The job of one round of a call; `again` makes another one, should the first be lost."""
    return Job(TIMERS, "call", f"call-{call_id:019d}-{step}{again}", f"call:{case_id}", (call_id, step), seconds)


def lane_of(draft: Draft) -> str:
    """Rows that must leave one after another: one person on LINE, one case in Slack; notices go alone."""
    if draft.purpose == "menu":
        return f"menu:{draft.contact_id}"  # a menu that cannot be changed now must hold up no answer
    if draft.channel == "line":
        return f"line:{draft.contact_id}"
    if draft.channel in ("web", practice.CHANNEL):
        return f"{draft.channel}:{draft.contact_id}"
    if draft.channel == reach.ADVICE:
        return f"{reach.ADVICE}:{draft.case_id}"
    if draft.channel == "notify":
        return draft.dedupe  # an address that is away must hold up no other, nor the next call to it
    if draft.purpose in ("notice", "home"):
        return draft.dedupe  # what one person is told waits for nobody's
    return channels.lane(draft.tenant, draft.case_id or 0, draft.place)
