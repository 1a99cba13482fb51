"""Erasing a case on request (削除の求めに応じる): staff carry out what the person cannot, once somebody works on it.

The same is gone as after the person's own けす: every word, the reporter, place marks, consents that stood, drafts, the
key. In the caller's transaction; never commits. The caller destroys the returned keys after the commit; a crash in
between is mended by the sweeper.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy import delete
from sqlalchemy.orm import Session

from handoff import consents, ledger, queue, reporters, sightings
from handoff.acting import moved, seen_by
from handoff.desk_records import ReplyDraft
from handoff.office import Conflict, Office, Refused, StaffRef, speaks
from handoff.reach import state_of
from handoff.ticket import Action
from intake import cases
from intake.cases import Vault
from intake.conversation.say import Say
from intake.outbox import Draft
from intake.records import Case, Contact

DONE_JA = "ご依頼いただいたことが、終わりました。記録は残っていません。またいつでもご連絡ください。"
"""What the person reads afterwards: it names nothing, for somebody else may look at the screen."""


def erase(office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, now: int) -> list[int]:
    """Erase the case; returns the keys to destroy after the commit.

    Raises `NotFound`, `Refused("note_needed")` without a reason, `Conflict` when somebody else owns it, and the
    table's refusal (still being written, handed on, erased before).
    """
    case, _ = seen_by(office, session, case_id, staff)
    # The contact before the ticket, in the order of the answer lane: two locks the other way round would wait for ever.
    contact = session.get(Contact, case.contact_id, with_for_update=True) if case.contact_id else None
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if row.owner_id not in (None, staff.id):
        raise Conflict("already_claimed", "ほかの人が担当しています。担当の人と話してから、担当をかわってください。")
    moved(row, Action.ERASE, note=reason)
    if not reason.strip():
        raise Refused("note_needed", "消す理由を書いてください。")
    keys = [*reporters.forget(session, case), case.key_id]
    queue.erased(office, session, case, row, now, staff_id=staff.id)
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="erased", staff_id=staff.id, case_id=case.id
    )  # fmt: skip
    sightings.forget(session, case)
    cases.erase_case(session, case, now)
    consents.case_erased(session, case.id, now)
    session.execute(delete(ReplyDraft).where(ReplyDraft.case_id == case.id))
    if contact is not None and contact.case_id == case.id:
        _leave(office.vault, office, contact)
    return keys


def tell(office: Office, session: Session, case: Case, now: int) -> bool:
    """Tell the person of an erased case that it is done; False when nobody can be reached."""
    contact = session.get(Contact, case.contact_id) if case.contact_id else None
    if contact is None or contact.channel != "line" or contact.hidden or contact.blocked:
        return False
    speaks(office)
    draft = Draft(
        tenant=office.tenant,
        channel=contact.channel,
        purpose="notice",
        dedupe=f"erased-{case.id}-{now}",
        contact_id=contact.id,
        case_id=None,
        key_id=contact.key_id,
        body=json.dumps({"says": [asdict(Say(DONE_JA))], "facts": {}}, ensure_ascii=False),
    )
    return office.outbox.put(session, draft) is not None


def _leave(vault: Vault, office: Office, contact: Contact) -> None:
    """The conversation is about nothing any more; the name was given with this case."""
    cases.keep_name(vault, contact, None)
    cases.keep_talk(vault, contact, state_of(office, contact).without_case().to_json())
    contact.case_id = contact.page_sealed = None
