"""What others hear of a case (外部への通知): which step of the history is which event, and the rows that carry it.

A row holds the number of the case, the event and the time, and not a word of anybody: who may know more asks the API.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import practice
from handoff.number import label_of
from handoff.outward_records import WebhookDelivery, WebhookTarget
from intake.clock import to_datetime
from intake.ids import new_id
from intake.records import Case

EVENTS: Final[Mapping[str, str]] = {
    "case.received": "相談を受け付けた",
    "case.claimed": "担当が決まった",
    "case.closed": "相談を閉じた",
    "case.reopened": "相談がもう一度開いた",
    "handover.sent": "つないだ",
    "handover.answered": "つなぎに返事があった（受領・引受・返却）",
    "test": "ためしの通知",
}
"""Event → in words."""
OF_STEP: Final[Mapping[str, str]] = {
    "finished": "case.received",  "claimed": "case.claimed", "closed": "case.closed",
    "reopened": "case.reopened", "handed": "handover.sent", "received": "handover.answered",
    "accepted": "handover.answered", "returned": "handover.answered",
}  # fmt: skip
"""A step of the history → the event that it is to others."""


def targets(session: Session, tenant: str) -> Sequence[WebhookTarget]:
    """The addresses that hear now, oldest first."""
    wanted = select(WebhookTarget).where(WebhookTarget.tenant == tenant, WebhookTarget.ended_at.is_(None))
    return session.scalars(wanted.order_by(WebhookTarget.id)).all()


def of_step(session: Session, case: Case, what: str, now: int) -> None:
    """Tell what a step of the history means to others; nothing of practice cases."""
    event = OF_STEP.get(what)
    if event is not None and case.channel != practice.CHANNEL:
        tell(session, case.tenant, event, now, case=case)


def tell(
    session: Session, tenant: str, event: str, now: int, *, case: Case | None = None, only: int | None = None
) -> int:
    """Write the event for every address that wants it (or `only` that one); returns for how many.

    The case is named by its number alone: who may know more asks the API with a token.
    """
    wanted = [
        row for row in targets(session, tenant) if (event in row.events.split() if only is None else row.id == only)
    ]
    event_id = f"evt_{new_id()}"
    label = {"case": label_of(case.number, case.route)} if case is not None else {}
    body = json.dumps(
        {"type": event, "timestamp": to_datetime(now).isoformat(), "data": {"municipality": tenant, **label}},
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip
    for row in wanted:
        session.add(
            WebhookDelivery(
                id=new_id(), tenant=tenant, target_id=row.id, event_id=event_id, event=event,
                case_id=case.id if case is not None else None,
                body=body, created_at=now,
            )
        )  # fmt: skip
    return len(wanted)
