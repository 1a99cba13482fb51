"""The answer lane for Slack: a stored click is one transaction; what the clicker is told leaves after it."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from bots.parts import Parts, Tenant
from bots.slack.act import handle
from bots.slack.home_rows import notices_key
from bots.slack.parts import ActParts
from bots.slack.roster import look_first
from intake.clock import now_ms
from intake.outbox import Draft
from intake.records import InboxEvent
from intake.seal import Cell


def answer_slack(parts: Parts, session: Session, tenant: Tenant, event: InboxEvent) -> list[int]:
    """Take in one Slack event. Notices to the clicker become outgoing rows of the same commit."""
    slack = tenant.settings.slack
    if slack is None or event.raw_sealed is None:
        event.state, event.note = "unknown", "no_slack"
        return []
    cell = Cell(event.tenant, "inbox", "raw_sealed", event.id)
    payload = json.loads(parts.vault.sealer.open(cell, event.raw_sealed))
    look_first(slack, payload)
    act = ActParts(tenant.name, slack.team_id, slack.channel, tenant.office, parts.alarm)
    now = now_ms()
    for index, notice in enumerate(handle(act, session, payload, now, event.id)):
        parts.outbox.put(
            session,
            Draft(
                tenant=tenant.name,
                channel="slack",
                purpose="notice",
                dedupe=notice.once or f"in-{event.id}-{index}",
                key_id=notices_key(tenant.office, now),
                body=notice.to_json(),
                delay_seconds=notice.delay_seconds,
            ),
        )
    return []
