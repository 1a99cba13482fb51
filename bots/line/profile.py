"""Reading a display name: only after the person chose to be known by it, never otherwise."""

from __future__ import annotations

from bots.line.send import LineSender
from bots.parts import Parts
from intake import cases
from intake.db import reading
from intake.records import Case, Contact


def read_profile(parts: Parts, senders: dict[str, LineSender], contact_id: int) -> str:
    """Store the LINE display name of a contact whose case is still named by choice."""
    with reading(parts.sessions) as session:
        contact = session.get(Contact, contact_id)
        if contact is None or contact.channel != "line":
            return "not_chosen"
        if not _chosen(session.get(Case, contact.case_id) if contact.case_id else None):
            return "not_chosen"
    sender = senders.get(contact.tenant)
    name = sender.display_name(cases.address_of(parts.vault, contact)) if sender else None
    if name is None:
        return "unknown"
    with parts.sessions.begin() as session:
        row = session.get(Contact, contact_id, with_for_update=True)
        case = session.get(Case, row.case_id) if row and row.case_id else None
        if row is None or not _chosen(case):
            return "not_chosen"
        cases.keep_name(parts.vault, row, name)
    return "named"


def _chosen(case: Case | None) -> bool:
    return case is not None and case.identity != "anonymous"
