"""つなぎ as the case page shows it: what became of each, and what its form offers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import gate, handing_rows, handover, plan_states
from handoff.basis import BASES, IDENTITY, REPORTER, TAX, Basis
from handoff.handing_rows import Over
from handoff.office import Office, StaffRef
from handoff.pack import Pack
from handoff.plan import Plan as Proposal
from handoff.plan_states import Came, Plan
from handoff.records import Ticket
from intake.records import Case

PURPOSES = tuple((str(one), one.label_ja) for one in handover.Purpose if one is not handover.Purpose.TRANSFER)
FORMS = tuple((str(one), one.label_ja) for one in handover.Form)
RESULTS = tuple((str(one), one.label_ja) for one in Came)


@dataclass(frozen=True, slots=True)
class Offered:
    """A desk in the form. `why`: why the plan proposes it, "" otherwise. `reach`: how to reach it, or that nobody
    knows; `hours`: when it is open in words, "" when nobody knows."""

    id: str
    name: str
    why: str
    reach: str
    hours: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All of it for one case. `main_desk`: the desk outside that is 主担当, "" where the owner here is."""

    overs: tuple[Over, ...] = ()
    plans: tuple[Plan, ...] = ()
    main_desk: str = ""
    deciders: tuple[tuple[int, str], ...] = ()
    desks: tuple[Offered, ...] = ()
    standing: str = ""
    """What the answers to the last packet come to, in words."""


def shown(
    office: Office, session: Session, case: Case, row: Ticket, proposal: Proposal | None, staff: StaffRef
) -> Shown:
    """Everything about the つなぎ of this case. No authorization check."""
    overs = handing_rows.values(office, session, case)
    last = [one.part for one in overs if (one.at, one.by_id) == (overs[0].at, overs[0].by_id)] if overs else []
    return Shown(
        overs=overs,
        plans=plan_states.of_case(office, session, case),
        main_desk=handing_rows.main_desk(office, session, row),
        deciders=gate.deciders(session, office.tenant, staff.id),
        desks=_desks(office.pack, proposal),
        standing=handover.standing_ja(handover.standing(last)) if last else "",
    )


def cuts_ja(basis: Basis) -> str:
    """What a packet on this basis never carries, in words."""
    named = ((REPORTER, "通報した人"), (TAX, "税務の情報"))
    found = [words for code, words in named if code in basis.cuts]
    if basis.cuts & IDENTITY:
        found.append("名前・住所・連絡先")
    return "載せないもの：" + "・".join(found) if found else ""


def basis_ja(code: str) -> str:
    """「本人の同意（C0）」."""
    known = BASES.get(code)
    return f"{known.name_ja}（{code}）" if known else code


def _desks(pack: Pack, proposal: Proposal | None) -> tuple[Offered, ...]:
    """The proposed ones first, in the plan's order, with why."""
    why = {one.desk_id: one.reason_ja for one in proposal.desks} if proposal is not None else {}
    order = list(why)
    known = sorted(pack.desks, key=lambda desk: order.index(desk.id) if desk.id in why else len(order))
    return tuple(Offered(desk.id, desk.name, why.get(desk.id, ""), desk.reach_ja, desk.hours_ja) for desk in known)
