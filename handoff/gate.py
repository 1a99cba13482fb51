"""What stands before every つなぎ (共有の関門): no basis that allows it, no send.

`basis.may_share` decides; this asks what it needs to know: the consent for that desk or meeting, who decided by name,
whether the desk is bound by law, and under which secrecy the case was told to us. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import basis as bases
from handoff import consent_rows, desks, sources
from handoff.office import Office, Refused
from handoff.records import Staff
from handoff.secrecy import SECRECIES
from intake.records import Case

DECIDERS = ("intake", "worker", "manager")
"""Whose name may stand under a decision."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the gate found for one desk. `scope`: `text` for the person's own words alone. `agreed`: what to write down
    when consent was heard by voice just now, "" when it stands already or plays no part; then for `what`, `to`."""

    desk: str
    scope: str = ""
    agreed: str = ""
    what: str = consent_rows.HANDOFF
    to: str = ""


def ask(
    office: Office,
    session: Session,
    case: Case,
    to: Iterable[str],
    basis: str,
    *,
    decided_by: int | None = None,
    heard: bool = False,
    meeting: bool = False,
    anonymous: bool = False,
) -> tuple[Allowed, ...]:
    """Whether the case may go to these desks on `basis`. `heard`: consent was heard by voice just now. `meeting`: it
    goes before the meeting that they hold, for which that meeting's own consent counts and no other.

    Raises `Refused`: `no_basis`, `no_consent`, `no_decision`, `no_room`, `no_meeting`, `not_anonymous`, `not_bound` (C8
    beyond the town's own and entrusted desks), `beyond_secrecy` (told to us in a meeting, under another basis).
    """
    name = decider(session, office.tenant, decided_by)
    if basis != "C0":
        return tuple(_one(office, session, case, desk, basis, name, anonymous) for desk in to)
    return tuple(_with_consent(office, session, case, desk, name, heard=heard, meeting=meeting) for desk in to)


def decider(session: Session, tenant: str, staff_id: int | None) -> str:
    """The name of whoever decided, "" when they may not or are not here any more."""
    if staff_id is None:
        return ""
    found = session.scalar(
        select(Staff.name).where(
            Staff.id == staff_id, Staff.tenant == tenant, Staff.active.is_(True), Staff.role.in_(DECIDERS)
        )
    )
    return found or ""


def deciders(session: Session, tenant: str, first: int) -> tuple[tuple[int, str], ...]:
    """(id, name) of everybody whose decision it may be, `first` on top."""
    rows = session.execute(
        select(Staff.id, Staff.name)
        .where(Staff.tenant == tenant, Staff.active.is_(True), Staff.role.in_(DECIDERS))
        .order_by(Staff.name, Staff.id)
    )
    return tuple(sorted(((row.id, row.name) for row in rows), key=lambda one: one[0] != first))


def _one(
    office: Office, session: Session, case: Case, desk: str, basis: str, name: str, anonymous: bool
) -> Allowed:  # fmt: skip
    verdict = bases.may_share(basis, decided_by=name, rooms=office.pack.room_codes, anonymous=anonymous)
    if not verdict.allowed:
        raise Refused(verdict.code, _refusal(verdict))
    _not_beyond(session, case, basis)
    if basis == "C8" and not desks.bound(office.pack, desk):
        chosen = desks.desk(office.pack, desk)
        where = chosen.name if chosen is not None else "この窓口"
        message = f"{where}は庁内・委託の窓口ではありません。本人の同意か、ほかの根拠を選んでください。"
        raise Refused("not_bound", message)
    return Allowed(desk)


def _with_consent(
    office: Office, session: Session, case: Case, desk: str, name: str, *, heard: bool, meeting: bool
) -> Allowed:  # fmt: skip
    what, to = consent_rows.wanted_for(office, session, case, desk, meeting=meeting)
    stands = consent_rows.agreed(office, session, case, what, to)
    agreed = stands or ("given" if heard else "")
    verdict = bases.may_share("C0", decided_by=name, rooms=office.pack.room_codes, consent=bool(agreed))
    if not verdict.allowed:
        found = consent_rows.newest(session, case, what, to)
        raise Refused(verdict.code, _no_consent(what, found.state if found is not None else ""))
    _not_beyond(session, case, "C0")
    return Allowed(desk, "text" if agreed == "partial" else "", "" if stands else agreed, what, to)


def _not_beyond(session: Session, case: Case, basis: str) -> None:
    if sources.goes_beyond(sources.restriction(session, case), basis):
        raise Refused("beyond_secrecy", _beyond(session, case))


def _beyond(session: Session, case: Case) -> str:
    told = SECRECIES.get(sources.restriction(session, case))
    under = f"「{told.name_ja}」" if told is not None else "会議"
    return (
        f"{under}で聞いた情報です。同じ根拠か、本人の同意（会議で聞いたことを除く）で渡せます"
        "（通告・通報と、命や体を守るためのときは渡せます）。"
    )


def _refusal(verdict: bases.Verdict) -> str:
    """The sentence for staff."""
    if verdict.code == "no_decision":
        return "この根拠で渡すことを決めた人を選んでください。"
    return verdict.message_ja


def _no_consent(what: str, state: str) -> str:
    """The same where consent is missing: it depends on what the person said."""
    to = "この窓口に伝える" if what == consent_rows.HANDOFF else "この会議で話し合う"
    said = {
        "asked": "本人に聞いているところです。返事を待つか、口頭で聞いて記録してください。",
        "refused": f"本人は、{to}ことに「伝えないで」と答えています。同意では渡せません。",
        "withdrawn": f"本人は、{to}ことへの同意を取り消しました。同意では渡せません。",
    }
    nothing = f"{to}ことに、まだ本人の同意がありません。「本人に聞く」か、口頭の同意を記録してください。"
    return said.get(state, nothing)
