"""Words from staff to a person (職員の返事): a message of the case and its outgoing row, written together."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from intake.cases import add_message
from intake.outbox import Draft, Outbox
from intake.records import Case, Contact
from intake.seal import Sealer


def send(
    outbox: Outbox,
    sealer: Sealer,
    session: Session,
    case: Case,
    contact: Contact,
    text: str,
    *,
    staff_id: int,
    once: str,
    now: int,
) -> bool:
    """Queue `text` for the person, as written. False when `once` was sent before."""
    row_id = outbox.put(
        session,
        Draft(
            tenant=case.tenant,
            channel=contact.channel,
            purpose="reply",
            dedupe=f"reply-{once}",
            contact_id=contact.id,
            case_id=case.id,
            key_id=case.key_id,
            body=json.dumps({"text": text}, ensure_ascii=False),
        ),
    )
    if row_id is None:
        return False
    add_message(
        session,
        sealer,
        case,
        source=f"out:{row_id}",
        author="staff",
        kind="text",
        text=text,
        at=now,
        staff_id=staff_id,
    )
    return True
