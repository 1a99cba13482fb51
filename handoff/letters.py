"""Words to a person from outside a step: a reply of staff with its message of the case, a notice of the script."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy.orm import Session

from handoff import clock, reach
from handoff.office import Office
from intake.cases import add_message, text_of
from intake.conversation.say import Say
from intake.outbox import Draft
from intake.records import Case, Contact, Message


def send(
    office: Office,
    session: Session,
    case: Case,
    contact: Contact | None,
    text: str,
    *,
    staff_id: int,
    once: str,
    now: int,
    wait_seconds: int = 0,
) -> int | None:
    """Queue `text` for the person, as written; it leaves after `wait_seconds`. The outgoing row's id.

    Without a `contact`: for the member of staff who asked, in a 支援者の相談.

    None when `once` was sent before.
    """
    row_id = _put(office, session, case, contact, text, f"reply-{once}", wait_seconds)
    if row_id is None:
        return None
    add_message(
        session,
        office.sealer,
        case,
        source=f"out:{row_id}",
        author="staff",
        kind="text",
        text=text,
        at=now,
        staff_id=staff_id,
    )
    return row_id


def send_again(
    office: Office, session: Session, case: Case, contact: Contact | None, message: Message, *, wait_seconds: int = 0
) -> int | None:
    """Queue an answer once more, as a row with a retry key of its own: the message stands for the new row from now on.

    None when that was done before.
    """
    text, before = text_of(office.sealer, message), message.source
    row_id = _put(office, session, case, contact, text, f"again-{before}", wait_seconds)
    if row_id is not None:
        message.source = f"out:{row_id}"
    return row_id


def _put(
    office: Office, session: Session, case: Case, contact: Contact | None, text: str, dedupe: str, wait_seconds: int
) -> int | None:
    draft = Draft(
        tenant=case.tenant,
        channel=contact.channel if contact is not None else reach.ADVICE,
        purpose="reply",
        dedupe=dedupe,
        contact_id=contact.id if contact is not None else None,
        case_id=case.id,
        key_id=case.key_id,
        body=json.dumps({"text": text}, ensure_ascii=False),
        delay_seconds=float(wait_seconds),
    )
    return office.outbox.put(session, draft)


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
