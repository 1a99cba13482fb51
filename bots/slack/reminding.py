"""Reminders in Slack (期限の知らせ): to the channel while nobody has the case, to its owner alone once somebody has.

Our own words only: the case's label, why somebody is reminded, and the promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bots.slack import blocks, names
from bots.slack.blocks import Block
from handoff import ledger, reminders, ticket
from handoff.number import label_of
from handoff.practice import PREFIX
from handoff.promise import answered
from handoff.records import Ticket
from intake.records import Case, Outgoing

PURPOSES: Final = frozenset({"reminder", "nudge"})


@dataclass(frozen=True, slots=True)
class Said:
    """What is said, with its button, and to whom: a Slack user id, "" for the case's channel."""

    text: str
    blocks: list[Block]
    user: str = ""


def reminder(session: Session, tenant: str, row: Outgoing, now: int) -> Said | None:
    """What the row says now; None when it need not be said any more, or whoever has the case is not in Slack."""
    found = ledger.case_and_ticket(session, tenant, row.case_id or 0)
    if found is None:
        return None
    case, waiting = found
    if not _wanted(row, case, waiting):
        return None
    user = reminders.owner_in_slack(session, tenant, waiting) if row.purpose == "nudge" else ""
    if row.purpose == "nudge" and not user:
        return None
    prefix = PREFIX if waiting.practice else ""
    text = f"{prefix}{label_of(case.number, case.route)}：{reminders.why_ja(waiting, now)}"
    carried = blocks.reference(case.id, waiting.version)
    claim = [] if user else [blocks.button(names.CLAIM, "担当する", carried, style="primary")]
    acts: Block = {"type": "actions", "elements": [*claim, blocks.button(names.OPEN, "内容を見る", carried)]}
    due = reminders.deadline_ja(waiting, now)
    drawn = [blocks.section(text), *([blocks.context(due)] if due else []), acts]
    return Said(text, drawn, user)


def _wanted(row: Outgoing, case: Case, waiting: Ticket) -> bool:
    if case.erased_at is not None or waiting.folded_into is not None or answered(waiting):
        return False
    state = ticket.State(waiting.state)
    return state in ticket.IN_QUEUE and waiting.owner_id is None if row.purpose == "reminder" else state in ticket.OWNED
