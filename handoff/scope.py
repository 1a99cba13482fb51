"""Need to know (見てよい範囲): the one rule of who may see a case, for one row and as SQL.

受付 sees the municipality's cases; 担当 their own, their desk's, and those that they hold a living pass for
(`handoff.passes`, 緊急の閲覧); 管理 and 監査 see no content. Both forms stand side by side so that they stay the same;
`tests/handoff/console/test_matrix.py` holds them against each other.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from handoff.office import StaffRef
from handoff.records import Ticket


def may_see(ticket_row: Ticket, staff: StaffRef) -> bool:
    """Whether this person may see the case of `ticket_row`."""
    if staff.tenant != ticket_row.tenant:
        return False
    if staff.role == "intake":
        return True
    if staff.role != "worker":
        return False
    desk = bool(staff.desk) and ticket_row.owner_desk == staff.desk
    return desk or ticket_row.owner_id == staff.id or ticket_row.case_id in staff.passes


def coordinates(staff: StaffRef) -> bool:
    """Whether they bring together what belongs together (推進員, or 受付): suggested links, the lists of meetings.

    It opens no case: what they see of one still follows `may_see`.
    """
    return staff.role == "intake" or (staff.role == "worker" and "coordinator" in staff.titles)


def seen(tenant: str, staff: StaffRef) -> tuple[ColumnElement[bool], ...]:
    """The same rule as conditions on `Ticket`, for queries of `tenant`."""
    return (Ticket.tenant == tenant, or_(*ways(tenant, staff)))


def ways(tenant: str, staff: StaffRef) -> tuple[ColumnElement[bool], ...]:
    """The rule taken apart: a case of `tenant` may be seen by any of these. Each by itself follows an index."""
    if staff.tenant != tenant or staff.role not in ("intake", "worker"):
        return (Ticket.case_id == -1,)
    if staff.role == "intake":
        return (true(),)
    wanted = [Ticket.owner_id == staff.id]
    if staff.desk:
        wanted.append(Ticket.owner_desk == staff.desk)
    if staff.passes:
        wanted.append(Ticket.case_id.in_(sorted(staff.passes)))
    return tuple(wanted)
