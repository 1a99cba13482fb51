"""Who came for somebody else (来談者・情報提供元), and when they may be named: never by default, and only with consent.

Their name and number leave in no packet unless they said so to staff, who wrote down who heard it and when; then on the
person's consent (C0) alone. Never where abuse or violence may be the matter, and never of a report that was promised
to stay apart (協定事業者, 気になった一言, 会議).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import plan_store, reporters
from handoff.flow_records import Packet
from handoff.office import Office
from handoff.packet.values import Entry, Sheet, Source
from handoff.packet.visiting import NAMED, RELATION, RELATION_JA
from handoff.plan_rules import ABUSE
from handoff.proxy import WAY_JA
from handoff.records import HandOver, Ticket
from intake.records import Case

TICK: Final = "visitor_ok"
HEARD: Final = "visitor_ok_heard"
OPENLY: Final = frozenset({"resident", "professional", *WAY_JA})
"""The ways by which somebody comes to us openly for another."""
_SAID: Final = {"issues": "K14", "a23": "yes"}
"""What staff write on the sheet where abuse or violence is the matter."""


def ticked(entries: Mapping[str, Entry]) -> bool:
    """Whether staff wrote down that the visitor agreed, and who heard it when."""
    tick, heard = entries.get(TICK), entries.get(HEARD)
    return tick is not None and tick.value == "yes" and heard is not None and heard.known


def let(office: Office, session: Session, case: Case, row: Ticket, sheet: Sheet) -> Sheet:
    """The sheet with what may be said of whoever came for the person (`Sheet.named`); as it is where nothing may."""
    if case.route not in OPENLY or _abuse(office, session, case, row, sheet):
        return sheet
    about = reporters.about_of(session, office.sealer, case)
    if not ticked(sheet.entries):  # that it was family tells nothing that a neighbour's promise would keep
        family = sheet.entries.get(RELATION)
        own = about is None and family is not None and family.value == RELATION_JA["family"]
        return replace(sheet, named=frozenset({RELATION})) if own else sheet
    known = of_vault(about, case.route) if about is not None else {}
    return replace(sheet, entries={**sheet.entries, **known}, named=NAMED)


def of_vault(about: reporters.About, route: str) -> dict[str, Entry]:
    """What the vault gives to the fields: of a profession its body, of a caller name and relation; and the number."""
    names = {"r_org": about.organisation, "r_phone": about.phone}
    if route != "professional":
        names = {"visitor_name": about.name, RELATION: about.organisation, "visitor_phone": about.phone}
    return {name: Entry(value, Source.REPORT, asked=True) for name, value in names.items() if value}


def _abuse(office: Office, session: Session, case: Case, row: Ticket, sheet: Sheet) -> bool:
    """The same with what staff wrote on the sheet."""
    said = (name in sheet.entries and code in sheet.entries[name].value for name, code in _SAID.items())
    return any(said) or of_abuse(office, session, case, row)


def of_abuse(office: Office, session: Session, case: Case, row: Ticket) -> bool:
    """Whether it may be about abuse or violence, the sheet aside: by machine, by people, or because it was notified."""
    machine, counted = plan_store.machine_reading_of(office.sealer, row), plan_store.reading_of(office.sealer, row)
    if machine is None or counted is None:
        return True  # nobody knows yet
    if ABUSE & (machine.themes | counted.themes | plan_store.standing_of(office.sealer, row).labels):
        return True
    notified = (
        select(table.id).where(table.case_id == case.id, table.basis.like("C2%")).limit(1)
        for table in (HandOver, Packet)
    )
    return any(session.scalar(one) is not None for one in notified)
