"""Making practice cases by the real way in (練習の相談を作る), and shredding them again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from itertools import cycle, islice

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from bots.converse import converse
from bots.parts import Parts, Tenant
from bots.practice.people import Person, people
from bots.talk import Turn
from bots.web_forms import filing
from bots.web_forms.report import Sent
from handoff import calls, consents, correction_store, ledger, queue, reporters, sightings, waking
from handoff.practice import CHANNEL, MOST
from handoff.records import Ticket
from intake import cases
from intake.clock import now_ms
from intake.conversation import values as talk
from intake.db import reading
from intake.doubled import first_time
from intake.records import Contact


@dataclass(frozen=True, slots=True)
class PracticeTown:
    """The practice cases of one town."""

    parts: Parts
    tenant: Tenant

    def make(self, count: int) -> int:
        """Make `count` cases (1 to `MOST`), each person at most once more than any other. Commits.

        Raises `ValueError` on any other count.
        """
        if not 1 <= count <= MOST:
            raise ValueError("count")
        first = self.standing()
        chosen = islice(cycle(people()), first, first + count)
        for person in chosen:
            self._begin(person, secrets.token_urlsafe(16))
        return count

    def clear(self) -> int:
        """Shred every practice case, whatever its state; their numbers stay used. Commits."""
        with reading(self.parts.sessions) as session:
            ids = session.scalars(select(Ticket.case_id).where(*self._mine())).all()
        for case_id in ids:
            with self.parts.sessions.begin() as session:
                destroy = self._shred(session, case_id, now_ms())
            self.parts.vault.destroy(destroy)
        return len(ids)

    def standing(self) -> int:
        """How many practice cases there are."""
        with reading(self.parts.sessions) as session:
            return session.scalar(select(func.count()).select_from(Ticket).where(*self._mine())) or 0

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return (Ticket.tenant == self.tenant.name, Ticket.practice.is_(True), Ticket.state != "erased")

    def _begin(self, person: Person, token: str) -> None:
        now = now_ms()
        if person.kind != "resident":
            filing.file(self.parts, self.tenant, _sent(person, token), None, now, channel=CHANNEL)
            return
        with self.parts.sessions.begin() as session:
            vault = self.parts.vault
            contact = cases.contact_of(session, vault, self.tenant.name, CHANNEL, f"{person.key}:{token}", now)
            said(self.parts, session, contact, person.text, token, now)
            found = ledger.case_and_ticket(session, self.tenant.name, contact.case_id or 0, lock=True)
            if found is not None:
                queue.finish(self.tenant.office, session, *found, now)

    def _shred(self, session: Session, case_id: int, now: int) -> list[int]:
        office = self.tenant.office
        found = ledger.case_and_ticket(session, self.tenant.name, case_id, lock=True)
        if found is None or not found[1].practice or found[0].erased_at is not None:
            return []
        case, row = found
        calls.end(session, case.id)
        freed = waking.erased(office, session, case, row, now)
        correction_store.case_erased(session, case.id)
        consents.case_erased(session, case.id, now)
        sightings.forget(session, case)
        told = reporters.forget(session, case)
        cases.erase_case(session, case, now)
        session.execute(
            update(Contact)
            .where(Contact.case_id == case.id)
            .values(case_id=None, talk_sealed=None, name_sealed=None, page_sealed=None)
        )
        row.state, row.owner_id, row.due_at = "erased", None, None
        row.reading_sealed = row.plan_sealed = row.judged_sealed = None
        ledger.remember(session, office.sealer, case, at=now, actor="machine", what="erased")
        ledger.changed(session, office.outbox, row)
        for each in freed:
            queue.remind_again(office, session, each)
        return [case.key_id, *told]


def said(parts: Parts, session: Session, contact: Contact, text: str, mark: str, now: int) -> bool:
    """Words of a practice person, through the conversation as a resident's; False when `mark` was said before."""
    what, lane = f"{contact.id}\x1f{mark}", f"{CHANNEL}\x1f{contact.id}"
    row = first_time(session, parts.vault, contact.tenant, CHANNEL, what, now, lane=lane)
    if row is None:
        return False
    turn = Turn(parts, parts.tenants[contact.tenant], session, row, contact, None, now)
    contact.last_event_at = max(contact.last_event_at, now)
    converse(turn, talk.Text(text), own_page=True)
    return True


def _sent(person: Person, token: str) -> Sent:
    """The form that a worker or a profession would have sent."""
    if person.kind == "lifeline":
        return Sent("tsuho", token, {"word": person.text, "place": person.place}, {"sign": person.sign})
    values = {"story": person.text, "organisation": person.organisation, "place": person.place}
    return Sent("renraku", token, values, {})
