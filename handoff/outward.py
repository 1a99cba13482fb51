"""What other systems may read (外部連携の読み取り): cases as numbers and codes, within the desk of the token.

Practice cases, erased ones, drafts that hold no word yet, and cases whose person asked that they not be used
(利用停止) are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from handoff import desks, plan_store, sources
from handoff.desk_records import DataRequest
from handoff.flow_records import Packet
from handoff.handover import THERE
from handoff.number import case_label, label_of
from handoff.office import Office
from handoff.records import HandOver, Ticket
from handoff.tokens import TokenRef
from intake.records import Case

PAGE: Final = 100
UNREAD: Final = "unread"


@dataclass(frozen=True, slots=True)
class CaseHead:
    """One case for others. Times in ms UTC."""

    case_id: int
    number: str
    state: str
    kind: str
    route: str
    path: str
    """R1 … R6: `handoff.sources`."""
    urgency: str
    domains: tuple[str, ...]
    complexity: str
    area: str
    desk: str
    desk_name: str
    owned: bool
    opened_at: int
    due_at: int | None
    changed_at: int
    closed_at: int | None
    close_reason: str


def cases(
    office: Office, session: Session, token: TokenRef, after: tuple[int, int], *, state: str = "", limit: int = PAGE
) -> Sequence[CaseHead]:
    """Cases changed after the cursor (changed_at ms, case id), oldest change first."""
    changed, case_id = after
    later = or_(Ticket.changed_at > changed, and_(Ticket.changed_at == changed, Ticket.case_id > case_id))
    query = _readable(office, token).where(later).order_by(Ticket.changed_at, Ticket.case_id).limit(limit)
    if state:
        query = query.where(Ticket.state == state)
    rows = list(session.execute(query))
    paths = sources.paths_of(session, [case for case, _ in rows])
    return [_head(office, token, case, row, paths[case.id]) for case, row in rows]


def case(office: Office, session: Session, token: TokenRef, number: int) -> CaseHead | None:
    """The case of that number; None when there is none for this token."""
    found = session.execute(_readable(office, token).where(Case.number == number)).one_or_none()
    if found is None:
        return None
    case, row = found
    return _head(office, token, case, row, sources.source_of(session, case))


def usable(office: Office, session: Session, case: Case) -> bool:
    """Whether anything of the case may leave at all, whoever asks."""
    town = TokenRef(0, office.tenant, "", frozenset(), "")
    return session.execute(_readable(office, town).where(Case.id == case.id)).first() is not None


def label(token: TokenRef, case: Case, row: Ticket) -> str:
    """The number as this token reads it: of a desk that was only asked never `L-0412`, as on its packet."""
    return label_of(case.number, case.route) if _at_home(token, row) else case_label(case.number)


def _at_home(token: TokenRef, row: Ticket) -> bool:
    return token.desk in ("", row.owner_desk)


def _readable(office: Office, token: TokenRef) -> Select[Case, Ticket]:
    stopped = select(DataRequest.id).where(
        DataRequest.case_id == Ticket.case_id, DataRequest.kind == "stop", DataRequest.state == "done"
    )
    found = (
        select(Case, Ticket)
        .join(Ticket, Ticket.case_id == Case.id)
        .where(
            Ticket.tenant == office.tenant,
            Ticket.practice.is_(False),
            Ticket.folded_into.is_(None),
            Ticket.kind == "consultation",
            Case.erased_at.is_(None),
            ~stopped.exists(),
        )
    )
    return found.where(_of_desk(token.desk)) if token.desk else found


def _of_desk(desk: str) -> ColumnElement[bool]:
    """Where it stands, or whither it was handed by its number, and no consent was taken back."""
    over = select(Packet.id).where(Packet.id == HandOver.packet_id, Packet.stopped_at.is_not(None))
    handed = select(HandOver.id).where(
        HandOver.case_id == Ticket.case_id,
        HandOver.to_desk == desk,
        HandOver.state.in_(THERE),
        HandOver.basis != "C9",
        ~over.exists(),
    )
    return or_(Ticket.owner_desk == desk, handed.exists())


def _head(office: Office, token: TokenRef, case: Case, row: Ticket, path: str) -> CaseHead:
    read, home = plan_store.reading_of(office.sealer, row), _at_home(token, row)
    found = desks.desk(office.pack, row.owner_desk)
    return CaseHead(
        case_id=case.id,
        number=label(token, case, row),
        state=row.state,
        kind=row.kind,
        route=case.route if home else "",  # how it came says who told us
        path=path if home else "",
        urgency=row.urgency,
        domains=tuple(sorted(map(str, read.domains))) if read is not None else (),
        complexity=str(read.complexity) if read is not None else UNREAD,
        area=row.area,
        desk=row.owner_desk,
        desk_name=found.name if found is not None else row.owner_desk,
        owned=row.owner_id is not None,
        opened_at=case.opened_at,
        due_at=row.due_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        close_reason=row.close_reason,
    )
