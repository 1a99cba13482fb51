"""Which moves a case's page offers to this reader (できること). Pure; the effects check again."""

from __future__ import annotations

from handoff import ticket
from handoff.office import StaffRef
from handoff.view import CaseView


def moves(case: CaseView, staff: StaffRef) -> frozenset[str]:
    """The names of the forms to show."""
    item = case.item
    state, owner = item.state, item.owner_id
    table = {str(action) for action in ticket.allowed(ticket.State(state), ticket.Actor.PERSON)}
    mine, free = owner == staff.id, owner is None
    folded = item.folded_into is not None
    found = {"note", "add_words"} if state != "erased" else set()
    if folded:
        return frozenset(found & {"note"} | {"unfold"})
    if free and "claim" in table:
        found.add("claim")
    if mine and "release" in table:
        found.add("release")
    if mine or free:
        found |= {"hand", "close"} & table
        if case.reachable and state not in ("closed", "erased") and (mine or "claim" in table):
            found.add("reply")
    if state in ticket.OPEN and (mine or (free and "claim" in table) or (not free and staff.role == "intake")):
        found.add("attempt")
    found |= _waiting(case, staff, mine=mine)
    if "return_" in table:
        found.add("take_back")
    if "accept" in table and not mine and staff.role == "intake":
        found.add("accept")
    if "notify" in table and state != "erased":
        found.add("notify")
    if state not in ("draft", "erased") and (mine or free or staff.role == "intake"):
        found.add("meeting_result")
    if "raise_urgency" in table:
        found |= {"urgency", "page"}
    found |= {"correct", "reopen"} & table
    if item.kind != "consultation":
        found.add("lift")
    return frozenset(found)


def reasons(state: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of the reasons for which a case in this state may be closed."""
    row = ticket.TABLE.get((ticket.State(state), ticket.Action.CLOSE))
    return tuple((str(reason), reason.label_ja) for reason in ticket.CloseReason if row and reason in row.reasons)


def _waiting(case: CaseView, staff: StaffRef, *, mine: bool) -> set[str]:
    """保留, まとめる, ボットに戻す."""
    item, found = case.item, set()
    steward = mine or staff.role == "intake"
    if item.hold_until is not None and steward:
        found.add("unhold")
    elif steward and item.urgency != "emergency" and item.state in ticket.OPEN:
        found.add("hold")
    if item.state in ticket.OPEN:
        found.add("fold")
        if case.speaker == "human" and case.reachable and item.route != "advice" and (mine or item.owner_id is None):
            found.add("give_back")
    return found
