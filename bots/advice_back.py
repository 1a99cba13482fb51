"""An answer to a 支援者の相談 leaves (お返事): its asker can read it from now on, and hears of it without its words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bots.parts import Parts
from bots.settled import Settled
from bots.slack import names
from bots.slack.blocks import reference
from bots.slack.home_rows import notices_key
from bots.slack.notice import Key, Notice
from handoff import advice_back, staff_notes
from handoff.office import Office
from handoff.reach import asker_of
from intake.clock import now_ms
from intake.outbox import Draft
from intake.records import Case, Outgoing


def answered(parts: Parts, row: Outgoing) -> Settled:
    """Tell the asker in Slack, once, where they are linked, else by notice; it stands on the console in any case."""
    if row.body_sealed is None:
        return Settled("dropped", error="erased")
    with parts.sessions.begin() as session:
        _tell(parts, session, row)
    return Settled("sent", via="page")


def _tell(parts: Parts, session: Session, row: Outgoing) -> None:
    found = advice_back.to_tell(session, row)
    office = parts.tenants[row.tenant].office
    if found is None:
        _by_notice(office, session, row)
        return
    user, label = found
    key = Key(names.ASKED, "内容を見る", reference(row.case_id or 0, 0))
    told = Notice(user, user, f"{label} の相談に、お返事があります。", (key,))
    draft = Draft(
        tenant=row.tenant,
        channel="slack",
        purpose="notice",
        dedupe=f"advice-{row.id}",
        key_id=notices_key(office, now_ms()),
        body=told.to_json(),
    )
    parts.outbox.put(session, draft)


def _by_notice(office: Office, session: Session, row: Outgoing) -> None:
    case = session.get(Case, row.case_id) if row.case_id else None
    asker = asker_of(session, case) if case is not None else None
    if case is not None and asker is not None:
        staff_notes.by_address(
            office, session, case, staff_notes.ADVISED, str(row.id), now_ms(), at_desk=asker.desk, staff_id=asker.id
        )
