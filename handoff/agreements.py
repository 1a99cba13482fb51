"""What an agreement says of reports (協定の取り決め): to which desk they go first, and whether the reporter hears more.

Works in the caller's transaction and never commits. The vault is opened here for the partner's code alone.
"""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from handoff import desks, ticket
from handoff.office import Office
from handoff.pack import Partner
from handoff.records import Ticket
from intake.door_records import Reporter
from intake.records import Case
from intake.seal import Cell, Sealer


def code_of(sealer: Sealer, row: Reporter) -> str:
    """The partner's code alone, "" when the reporter named none: for the register, which shows no person."""
    known = json.loads(sealer.open_text(cell_of(row), row.about_sealed)) if row.about_sealed else {}
    return str(known.get("partner", ""))


def partner_of(office: Office, session: Session, case: Case) -> Partner | None:
    """The partner whose worker reported this case; None for everybody else, and for one that left the register."""
    row = session.get(Reporter, case.id)
    if row is None or row.tenant != case.tenant or row.about_sealed is None:
        return None
    code = code_of(office.sealer, row)
    return next((one for one in office.pack.partners if one.code == code), None) if code else None


def tells(office: Office, session: Session, case: Case) -> bool:
    """Whether the reporter hears 確認中 and 対応済. Who belongs to no partner does."""
    found = partner_of(office, session, case)
    return found is None or found.tell == "steps"


def goes_first(office: Office, session: Session, case: Case, partner: Partner) -> None:
    """Put an untouched case before the desk that the agreement names; where it names none, nothing changes."""
    row = session.get(Ticket, case.id)
    if not partner.desk or desks.desk(office.pack, partner.desk) is None or row is None:
        return
    if row.owner_id is None and ticket.State(row.state) in {ticket.State.DRAFT, *ticket.IN_QUEUE}:
        row.owner_desk = partner.desk


def cell_of(row: Reporter) -> Cell:
    """The sealed place in the vault."""
    return Cell(row.tenant, "reporters", "about_sealed", row.case_id)
