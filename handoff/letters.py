"""Words to a person from outside a step: a reply of staff with its message of the case, a notice of the script."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy.orm import Session

from handoff import clock
from handoff.office import Office
from intake.cases import add_message
from intake.conversation.say import Say
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


def notice(
    office: Office, session: Session, case: Case, contact: Contact, say: Say, *, once: str, purpose: str = "notice"
) -> bool:
    """Queue a bubble of the script, to be drawn when it leaves. False when `once` was sent before."""
    facts = {"office": office.pack.office, "hours": clock.hours_ja(office.pack.hours) or "まだ分かりません"}
    draft = Draft(
        tenant=case.tenant,
        channel=contact.channel,
        purpose=purpose,
        dedupe=once,
        contact_id=contact.id,
        case_id=case.id,
        key_id=case.key_id,
        body=json.dumps({"says": [asdict(say)], "facts": facts}, ensure_ascii=False),
    )
    return office.outbox.put(session, draft) is not None
