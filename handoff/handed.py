"""What was said when a case was handed on (お願いしたいこと・当方が続けること), for the printed sheet."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.basis import BASES
from handoff.desks import desk
from handoff.handover import THERE
from handoff.office import Office
from handoff.records import HandOver, Staff
from intake.records import Case
from intake.seal import Cell


@dataclass(frozen=True, slots=True)
class Handed:
    """The last handing of a case. `only_words`: the person agreed to their own words alone (書いたことだけ)."""

    to: str
    basis: str
    law: str
    by: str
    at: int
    only_words: bool
    ask: str = field(repr=False)
    keep: str = field(repr=False)


def last_handed(office: Office, session: Session, case_id: int) -> Handed | None:
    """The newest handing that was not taken back; None for a case that went nowhere. No authorization check."""
    row = session.scalar(
        select(HandOver)
        .where(
            HandOver.case_id == case_id,
            HandOver.tenant == office.tenant,
            HandOver.state.in_(THERE),
        )
        .order_by(HandOver.at.desc(), HandOver.id.desc())
        .limit(1)
    )
    case = session.get(Case, case_id)
    if row is None or case is None or case.erased_at is not None:
        return None
    to, known, sender = desk(office.pack, row.to_desk), BASES.get(row.basis), session.get(Staff, row.by_staff)

    def opened(column: str, sealed: bytes) -> str:
        return office.sealer.open_text(Cell(row.tenant, "handovers", column, row.id), sealed)

    return Handed(
        to=row.desk_name or (to.name if to else row.to_desk),
        basis=known.name_ja if known else row.basis,
        law=known.law if known else "",
        by=sender.name if sender else "",
        at=row.at,
        only_words=row.scope == "text",
        ask=opened("ask_sealed", row.ask_sealed),
        keep=opened("keep_sealed", row.keep_sealed),
    )
