"""A word about a つなぎ in Slack (つなぎの知らせ): to one of staff, or to the channel of the desk that was asked.

Our own words only: the case's number, the desk's name and what happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.parts import Parts
from bots.slack import blocks, names
from bots.slack.blocks import Block
from bots.slack.settle import body_of
from handoff import handing_rows, ledger, staff_notes
from handoff.login_records import Identity
from handoff.number import label_of
from handoff.practice import PREFIX
from intake.records import Outgoing


@dataclass(frozen=True, slots=True)
class HandNote:
    """What is said; `user`: a Slack user id, "" for the channel of `desk`."""

    text: str
    blocks: list[Block] = field(repr=False)
    user: str = ""
    desk: str = ""


def note(parts: Parts, session: Session, row: Outgoing) -> HandNote | None:
    """What the row says; None when the case is gone or whoever is meant is not in Slack."""
    found = ledger.case_and_ticket(session, row.tenant, row.case_id or 0)
    if found is None or found[0].erased_at is not None or row.body_sealed is None:
        return None
    case, place = found
    body: dict[str, Any] = body_of(parts, row)
    words = staff_notes.WORDS_JA.get(str(body["kind"]))
    user = _user(session, row.tenant, int(body["staff"])) if row.purpose == staff_notes.TO_ONE else ""
    if words is None or (row.purpose == staff_notes.TO_ONE and not user):
        return None
    asked = str(body.get("to", ""))
    elsewhere = asked and asked != place.owner_desk
    label = handing_rows.named_to(session, case, asked) if elsewhere else label_of(case.number, case.route)
    said = f"{label}：{words.format(desk=body['desk'])}"
    said = f"{PREFIX}{said}" if place.practice else said
    opened = blocks.button(names.OPEN, "内容を見る", blocks.reference(case.id, place.version))
    drawn = [blocks.section(said), *([blocks.actions(opened)] if user else [])]
    return HandNote(said, drawn, user, asked)


def _user(session: Session, tenant: str, staff_id: int) -> str:
    subject = session.scalar(
        select(Identity.subject).where(
            Identity.tenant == tenant, Identity.issuer == "slack", Identity.staff_id == staff_id
        )
    )
    return (subject or "").partition(":")[2]
