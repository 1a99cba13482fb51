"""What nobody brought in person becomes a case (気になった一言・見守りの知らせ・訪問の記録): one way for all of them.

Works in the caller's transaction and never commits. Danger in the words calls whoever is on duty at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from handoff import ledger, opening, queue, reporters, sightings, sources
from handoff.office import Office
from handoff.propose import alarm
from handoff.records import Ticket
from handoff.reporters import About
from intake import cases, given
from intake.records import Case
from triage.assessment import Urgency


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came. `route`: a value of `Case.route`; `path`: a code of `sources.PATHS`; `source` makes its messages
    once only. `texts`: what was said, one message each, as (ms, words). `danger`: the sender says that somebody is in
    danger now; `high`: a person must look within the day.
    """

    route: str
    path: str
    channel: str
    source: str
    texts: Sequence[tuple[int, str]] = field(repr=False)
    places: Sequence[str] = field(default=(), repr=False)
    answers: Sequence[tuple[str, str]] = field(default=(), repr=False)
    about: About | None = None
    danger: bool = False
    high: bool = False


def dangerous(text: str) -> bool:
    """Whether the danger lexicon hears danger in these words."""
    return bool(alarm().scan(text).kinds)


def open_case(office: Office, session: Session, came: Arrival, now: int) -> tuple[Case, Ticket]:
    """A case of what came, in the queue at once; triage reads it, a person decides."""
    case, row = opening.open_case(office, session, channel=came.channel, route=came.route, now=now)
    sources.remember(office, session, case, came.path, now)
    written = _write(office, session, case, came)
    for name, said in came.answers:
        given.keep_answer(office.sealer, case, name, said, None)
    if came.about is not None:
        reporters.keep(session, office.vault, case, came.about, now)
    for place in came.places:
        sightings.place_words(office, session, case, row, place, now)
    queue.finish(office, session, case, row, now)
    _raise(office, session, case, row, came, now)
    office.outbox.read_later(session, case.id, written)
    return case, row


def add_to(office: Office, session: Session, case: Case, row: Ticket, came: Arrival, now: int) -> None:
    """More of the same about a case that is open: it waits for us again, and is read again."""
    written = _write(office, session, case, came)
    queue.person_wrote(office, session, case, row, now)
    _raise(office, session, case, row, came, now)
    office.outbox.read_later(session, case.id, written)


def _write(office: Office, session: Session, case: Case, came: Arrival) -> int:
    last = 0
    for count, (at, text) in enumerate(came.texts):
        source = f"{came.source}:{count}"
        last = cases.add_message(
            session, office.sealer, case, source=source, author="person", kind="text", text=text, at=at
        ) or last  # fmt: skip
    return last


def _raise(office: Office, session: Session, case: Case, row: Ticket, came: Arrival, now: int) -> None:
    if came.danger or any(dangerous(text) for _, text in came.texts):
        queue.raise_urgency(office, session, case, row, Urgency.EMERGENCY, now)
        ledger.remember(session, office.sealer, case, at=now, actor="person", what="alarm")
        queue.page(office, session, row, now)
    elif came.high:
        queue.raise_urgency(office, session, case, row, Urgency.HIGH, now)
    ledger.changed(session, office.outbox, row)
