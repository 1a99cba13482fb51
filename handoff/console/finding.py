"""Searching the queue (さがす): a number or a receipt at once, words in what is live and in the newest that is over."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import view_queue
from handoff.console import cards
from handoff.console.parts import Console
from handoff.number import parse_label, parse_receipt
from handoff.office import StaffRef
from handoff.view import QueueItem
from handoff.view_filters import Place
from handoff.view_queue import CLOSED_SEARCHED, Live

MAX_QUERY = 200


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. `note`: what was not searched, in words."""

    items: tuple[QueueItem, ...]
    note: str


def find(console: Console, session: Session, live: Live, query: str, limit: int) -> Found:
    """The cases that hold every word of `query`, as far as `live.staff` may see them."""
    office, memory = console.parts.office, console.memory
    exact = _exact(console, session, live.staff, query)
    places = live.of("all")
    over = view_queue.closed(office, session, live.staff, limit=CLOSED_SEARCHED + 1)
    known = {place.case_id for place in exact}
    everything = [place for place in (*places, *over[:CLOSED_SEARCHED]) if place.case_id not in known]
    opened = memory.open(office, session, everything)
    names, desks = view_queue.owner_names(session, everything), desk_names(console)
    said = memory.said(opened.values(), cards.said)
    asked = cards.folded(query).split()
    hits = []
    for place in everything:
        around = cards.folded(f"{names.get(place.owner_id or 0, '')}\n{desks.get(place.owner_desk, '')}")
        text = said.get(place.case_id)
        if text is not None and all(part in text or part in around for part in asked):
            hits.append(place)
    older = len(over) > CLOSED_SEARCHED
    note = (
        f"終わった相談は、新しい {CLOSED_SEARCHED} 件のことばまでをさがしました。"
        "それより前は、番号（T-0412 など）でさがしてください。"
        if older
        else ""
    )
    return Found(view_queue.items(office, session, [*exact, *hits][:limit], memory), note)


def _exact(console: Console, session: Session, staff: StaffRef, query: str) -> tuple[Place, ...]:
    office = console.parts.office
    number, receipt = parse_label(query), parse_receipt(query)
    found: tuple[Place, ...] = ()
    if number is not None:
        found = view_queue.numbered(office, session, staff, number)
    if receipt is not None:
        found += view_queue.received(office, session, staff, receipt)
    return found


def by_number(console: Console, staff: StaffRef, text: str) -> int | None:
    """The case of the number or receipt that was typed, None when there is none that `staff` may see."""
    with console.reading() as session:
        return next((place.case_id for place in _exact(console, session, staff, text)), None)


def desk_names(console: Console) -> dict[str, str]:
    """Desk id → its name in the pack."""
    return {desk.id: desk.name for desk in console.parts.office.pack.desks}
