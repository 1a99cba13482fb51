"""What the conversation, the case and the machine give to the forms (聞いたこと), before staff write anything.

Reads in the caller's transaction. Who tells of somebody else, and what a meeting told, are kept apart from the person's
own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from handoff import plan_store, reporters, sources, wishes
from handoff.clock import TOKYO
from handoff.office import Office
from handoff.packet import consented, from_meeting, told
from handoff.packet.circumstances import around
from handoff.packet.names import names_in
from handoff.packet.values import Entry, Sheet, Source
from handoff.records import Ticket
from handoff.sources import PATHS, source_of
from handoff.writer import Writer, writer_of
from intake import cases, given
from intake.clock import to_datetime
from intake.records import Case, Contact
from triage.assessment import Assessment


def heard_of(office: Office, session: Session, case: Case, row: Ticket) -> Sheet:
    """What the conversation, the case and the machine give, without what staff wrote on the sheet."""
    if case.erased_at is not None:
        return Sheet()
    if secrecy := sources.restriction(session, case):
        return _in_a_meeting(office, session, case, row, secrecy)
    about = reporters.about_of(session, office.sealer, case)
    answers = given.answers_of(office.sealer, case)
    another = writer_of(office, session, case) is Writer.OTHER
    own_data = another and about is None and case.route not in reporters.ROUTES
    entries = told.told(answers, for_another=another, own_data=own_data)
    entries |= _names(office, session, case, for_another=another)
    text, _ = cases.person_text(session, office.sealer, case)
    if text and another:
        entries["facts"] = Entry(text, Source.REPORT, asked=True)
    elif text:
        entries |= _own(text, wishes.hoped(office, case))
    if another:
        entries |= _without_reporter(entries, about)
    entries |= (
        consented.entries(office, session, case)
        | _booked(case, row)
        | around(office, session, case, row, answers, another=another)
    )
    if not another and (path := PATHS.get(source_of(session, case))) is not None:
        entries["route"] = Entry(path.name_ja, Source.STAFF)
    read = plan_store.reading_of(office.sealer, row)
    return Sheet(
        entries=entries, consents=consented.record(office, session, case),
        proposals=_proposals(text, read, own=not another), seen=told.seen(text, read), own_words=not another,
    )  # fmt: skip


def _in_a_meeting(office: Office, session: Session, case: Case, row: Ticket, secrecy: str) -> Sheet:
    """Of a case that was told in a meeting (R2): all that was heard there is the meeting's, whatever it is about.

    What the person said to staff since (`proxy.add_words`) is their own.
    """
    there, since = sources.words_of(office, session, case)
    answers = given.answers_of(office.sealer, case)
    entries = told.told(answers, for_another=True) | around(office, session, case, row, answers, another=True)
    if there:
        entries["facts"] = Entry(there, Source.REPORT, asked=True)
        entries |= _without_reporter(entries, None)
    entries = from_meeting.told_there(entries, secrecy)
    entries |= _own(since) if since else {}
    read = plan_store.reading_of(office.sealer, row)
    return Sheet(
        entries=entries | consented.entries(office, session, case) | _booked(case, row),
        consents=consented.record(office, session, case),
        proposals=_proposals(since, read, own=bool(since)), seen=told.seen(f"{there}\n{since}", read),
        own_words=bool(since),
    )  # fmt: skip


def _own(text: str, hoped: str = "") -> dict[str, Entry]:
    """The person's own words, what they wish and can do in them, and what they `hoped` when they were asked."""
    wished = wishes.by_field(wishes.in_words(text, own=True, hoped=hoped))
    return {"story": Entry(text, Source.PERSON, asked=True)} | {
        name: Entry(words, Source.PERSON) for name, words in wished.items()
    }


def _booked(case: Case, row: Ticket) -> dict[str, Entry]:
    """What the case itself says."""
    found = {"received_on": Entry(_day(case.opened_at), Source.STAFF)}
    if row.urgency_by == "staff":
        found["urgency"] = Entry(row.urgency, Source.STAFF)
    return found


def _without_reporter(entries: Mapping[str, Entry], about: reporters.About | None) -> dict[str, Entry]:
    """What a reporter wrote freely and may go on, with nothing in it of who they are."""
    said = [entries[one].value for one in ("visitor_name", "r_person") if one in entries]
    people = [one for one in (*said, about.name if about is not None else "") if isinstance(one, str) and one]
    people += [part for one in people for part in names_in(one)]
    others = (about.phone, about.organisation) if about is not None else ()
    return {
        name: replace(entry, value=told.without(entry.value, people, others))
        for name, entry in entries.items()
        if name in _FREE and isinstance(entry.value, str)
    }


def _proposals(text: str, read: Assessment | None, *, own: bool) -> dict[str, str]:
    """What the machine believes, and the wishes and strengths that it found in the person's own words."""
    found = told.proposals(read)
    for one in wishes.in_words(text, own=own) if own else ():
        field = wishes.FIELD_OF[one.kind]
        found[field] = f"{found[field]}／{one.words}" if field in found else one.words
    return found


_FREE: Final = frozenset(
    {"facts", "target", "guess", "urgency_why", "agencies", "contact_ways", "w_when", "w_since"}
)  # fmt: skip
"""Fields that a reporter fills in words of their own and that are not about the reporter."""


def _names(office: Office, session: Session, case: Case, *, for_another: bool) -> dict[str, Entry]:
    """The name that was given: the person's, or that of whoever came for them."""
    if case.contact_id is None or case.identity == "anonymous":
        return {}
    name = cases.name_of(office.sealer, session.get(Contact, case.contact_id))
    if not name:
        return {}
    field = "visitor_name" if for_another else "name"
    called = f"{name}（呼び名）" if case.identity == "nickname" else name
    return {field: Entry(called, Source.REPORT if for_another else Source.PERSON, asked=True)}


def local(at: int) -> datetime:
    """The moment (ms UTC) as the town's clock has it."""
    return to_datetime(at).astimezone(TOKYO)


def _day(at: int) -> str:
    return local(at).date().isoformat()
