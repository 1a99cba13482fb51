"""What stands around every page (枠): calls nobody took, 災害モード, what waits for this person. One look for all."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import advice_back, disaster, incoming, passes
from handoff.console.parts import Console
from handoff.console.ringing import Ringing, open_calls
from handoff.disaster import On
from handoff.office import StaffRef


@dataclass(frozen=True, slots=True)
class Frame:
    """Around a page; nothing at all for nobody, and 0 for who need not know.

    `unseen`: cases opened outside a desk that 監査 has not looked at; `arrived`: つなぎ that wait for an answer of this
    person's desk; `advised`: one's own 支援者の相談 with an answer that one has not read yet.
    """

    ringing: tuple[Ringing, ...] = ()
    disaster: On | None = None
    unseen: int = 0
    arrived: int = 0
    advised: int = 0


def frame_of(console: Console, staff: StaffRef) -> Frame:
    """The frame for this person, read in one transaction."""
    with console.reading() as session:
        return Frame(
            open_calls(session, console.tenant, staff),
            disaster.current(session, console.tenant),
            _unseen(session, console.tenant, staff),
            incoming.waiting(session, console.tenant, staff),
            advice_back.fresh(session, staff) if staff.role in ("intake", "worker") else 0,
        )


def _unseen(session: Session, tenant: str, staff: StaffRef) -> int:
    return passes.unseen(session, tenant) if staff.role in ("manager", "auditor") else 0
