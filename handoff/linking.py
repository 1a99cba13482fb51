"""What staff see and decide of links between cases (結びつき). Only who may see both cases sees or decides anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import ledger, sightings
from handoff.acting import may_see
from handoff.number import label_of
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.records import CaseLink
from handoff.scope import coordinates
from intake.records import Case

REASON_JA = {
    "address": "同じ住所", "customer": "同じお客さま番号", "phone": "同じ電話番号",
    "kin": "身内の電話か家として書かれている", "near": "近い場所・近い日",
}  # fmt: skip
STATE_JA = {
    "suggested": "まだ確かめていません", "confirmed": "結びつけました", "refused": "ちがうと決めました",
    "undone": "結びつきをほどきました",
}  # fmt: skip
MOVES: Mapping[tuple[str, str], str] = {
    ("suggested", "confirm"): "confirmed",
    ("suggested", "refuse"): "refused",
    ("confirmed", "undo"): "undone",
    ("refused", "undo"): "suggested",  # a slip of the finger must not part two cases for ever
    ("undone", "confirm"): "confirmed",
}
STEPS = {"confirmed": "linked", "refused": "link_refused", "undone": "link_undone", "suggested": "link_again"}
"""state after a move → its name in history and audit log."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link as somebody sees it who may see both cases."""

    id: int
    other: int
    label: str
    opened_at: int
    state: str
    reasons: tuple[str, ...]
    """In Japanese."""
    mine: bool = True
    """Whether who looks may decide it (推進員・受付)."""

    @property
    def state_ja(self) -> str:
        """Where it stands, in words."""
        return STATE_JA[self.state]

    @property
    def moves(self) -> tuple[str, ...]:
        """What may be done with it: confirm, refuse, undo."""
        return tuple(move for state, move in MOVES if state == self.state) if self.mine else ()


def visible(office: Office, session: Session, case_id: int, staff: StaffRef) -> tuple[LinkView, ...]:
    """The links of a case whose two cases this person may both see; open suggestions first.

    What nobody decided yet shows to who brings cases together (`scope.coordinates`); what stands confirmed to all.
    """
    found, mine = [], coordinates(staff)
    for link in sightings.links_of(session, office.tenant, case_id):
        pair = _pair(office, session, link, staff) if mine or link.state == "confirmed" else None
        if pair is None:
            continue
        other = next(case for case in pair if case.id != case_id)
        reasons = tuple(REASON_JA[reason] for reason in link.reasons.split(",") if reason in REASON_JA)
        found.append(
            LinkView(link.id, other.id, label_of(other.number, other.route), other.opened_at, link.state, reasons, mine)
        )
    order = ("suggested", "confirmed", "undone", "refused")
    return tuple(sorted(found, key=lambda link: (order.index(link.state), link.id)))


def decide(office: Office, session: Session, link_id: int, staff: StaffRef, move: str, now: int) -> None:
    """結びつける (`confirm`), ちがう (`refuse`) or ほどく (`undo`). Written into the history of both cases.

    Raises `NotFound` when one of the cases may not be seen or the person does not bring cases together, `Refused`
    when the link stands elsewhere by now.
    """
    known = session.get(CaseLink, link_id)
    if known is not None:  # the cases before what stands between them, as the machine does when it finds a link
        ledger.lock_all(session, (known.low_case, known.high_case))
    link = session.get(CaseLink, link_id, with_for_update=True, populate_existing=True)
    pair = _pair(office, session, link, staff) if link is not None and coordinates(staff) else None
    if link is None or pair is None:
        raise NotFound("not_found", "その結びつきは見つかりません。")
    after = MOVES.get((link.state, move))
    if after is None:
        raise Refused("link_moved", "ほかの人が先に決めました。読み直してください。")
    link.state, link.staff_id, link.at = after, staff.id, now
    for case in sorted(pair, key=lambda case: case.id):
        _book(office, session, case, staff, STEPS[after], now)


def _book(office: Office, session: Session, case: Case, staff: StaffRef, what: str, now: int) -> None:
    """No word of the other case: who sees only this one learns nothing of it."""
    found = ledger.case_and_ticket(session, office.tenant, case.id, lock=True)
    ledger.remember(session, office.sealer, case, at=now, actor="staff", staff_id=staff.id, what=what)
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=what, staff_id=staff.id, case_id=case.id
    )  # fmt: skip
    if found is not None:
        ledger.changed(session, office.outbox, found[1])


def _pair(office: Office, session: Session, link: CaseLink, staff: StaffRef) -> tuple[Case, Case] | None:
    found = []
    for case_id in (link.low_case, link.high_case):
        both = ledger.case_and_ticket(session, office.tenant, case_id)
        if both is None or not may_see(both[1], staff) or both[0].erased_at is not None:
            return None
        found.append(both[0])
    return found[0], found[1]
