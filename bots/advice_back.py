"""An answer to a 支援者の相談 leaves (お返事): its asker can read it from now on, and hears of it without its words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bots.parts import Parts
from bots.settled import Settled
from bots.slack import names
from bots.slack.blocks import reference
from bots.slack.home_rows import notices_key
from bots.slack.notice import Key, Notice
from handoff import advice_back
from intake.clock import now_ms
from intake.outbox import Draft
from intake.records import Outgoing


def answered(parts: Parts, row: Outgoing) -> Settled:
    """Tell the asker in Slack, once, where they are linked; a town without Slack has the console's list."""
    if row.body_sealed is None:
        return Settled("dropped", error="erased")
    with parts.sessions.begin() as session:
        _tell(parts, session, row)
    return Settled("sent", via="page")


def _tell(parts: Parts, session: Session, row: Outgoing) -> None:
    found = advice_back.to_tell(session, row)
    if found is None:
        return
    user, label = found
    key = Key(names.ASKED, "内容を見る", reference(row.case_id or 0, 0))
    told = Notice(user, user, f"{label} の相談に、お返事があります。", (key,))
    draft = Draft(
        tenant=row.tenant,
        channel="slack",
        purpose="notice",
        dedupe=f"advice-{row.id}",
        key_id=notices_key(parts.tenants[row.tenant].office, now_ms()),
        body=told.to_json(),
    )
    parts.outbox.put(session, draft)
