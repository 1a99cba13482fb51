"""Carries out what the conversation decided (会話の実行): its effects in order, in one transaction, then its words."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from bots import data_requests, forget, returning
from bots.durable import DELIVER, TIMERS, Job
from bots.line import menu_row
from bots.media.brought import Brought
from bots.media.receive import received
from bots.partners import turning
from bots.parts import Parts, Tenant
from handoff import ledger, opening, queue, requests, surveys, ticket
from handoff.records import Ticket
from intake import cases, given
from intake.conversation import values as talk
from intake.records import Case, Contact, InboxEvent
from triage.assessment import Kind, Urgency

SILENT_SECONDS = 30 * 60


@dataclass(slots=True)
class Turn:
    """One event of one person, while its transaction is open."""

    parts: Parts
    tenant: Tenant
    session: Session
    event: InboxEvent
    contact: Contact
    message_id: str | None
    now: int
    case: Case | None = None
    ticket: Ticket | None = None
    destroy: list[int] = field(default_factory=list)
    """Data keys to be destroyed after the commit."""
    refused_erasure: bool = False
    brought: Brought | None = None
    """The bytes behind this event, when our own page brought them."""
    proven: int | None = None
    """The case whose passphrase this very event said (`bots.passphrase.known`)."""
    _written: int = 0

    def carry_out(self, effects: tuple[talk.Effect, ...]) -> None:
        """Apply every effect in its order."""
        self._lock(effects)
        self._load(self.contact.case_id)
        for effect in effects:
            self._apply(effect)
            turning.after(self, effect)
            menu_row.switch(self.parts, self.session, self.contact, effect, self.event.id)

    def _apply(self, effect: talk.Effect) -> None:
        match effect:
            case talk.AppendText() | talk.AppendMedia() | talk.AppendPlace():
                self._append_any(effect)
            case talk.FinishIntake() | talk.Page() | talk.RaiseUrgency() | talk.WantsHuman():
                self._on_ticket(effect)
            case talk.Hide() | talk.Unhide() | talk.MarkBlocked() | talk.MarkUnblocked() | talk.ReadProfile():
                self._on_contact(effect)
            case talk.OpenCase(route):
                self.open_case(route)
            case talk.Answer(name, value):
                self._answer(name, value)
            case talk.ChooseIdentity(mode, name):
                self._identify(mode, name)
            case talk.SmallTalk(kind):
                self._small_talk(kind)
            case talk.ForgetMessage(ref):
                self._forget(ref)
            case talk.Shred():
                self._shred()
            case talk.SetPassphrase() | talk.Claim() | talk.NewCase() | talk.Feedback() | talk.AnswerConsent():
                returning.carry_out(self, effect)
            case talk.AskData() | talk.CancelData():
                data_requests.carry_out(self, effect)
            case talk.NoteUnknown(name):
                self.event.state, self.event.note = "unknown", name[:80]

    def _append_any(self, effect: talk.AppendText | talk.AppendMedia | talk.AppendPlace) -> None:
        match effect:
            case talk.AppendText(text):
                self.append("text", text, read=True)
            case talk.AppendMedia(kind, ref):
                received(self, kind, self.append(kind, ref, read=False))
            case talk.AppendPlace(lat, lon, label):
                self.append("location", f"{label} ({lat:.5f}, {lon:.5f})".strip(), read=False)

    def _on_contact(self, effect: talk.Effect) -> None:
        match effect:
            case talk.Hide() | talk.Unhide():
                self.contact.hidden = isinstance(effect, talk.Hide)
                if self.contact.hidden:
                    forget.stop_waiting(self.session, self.contact, self.now)
                if self.ticket:  # whether an answer arrives stands on the cards
                    ledger.changed(self.session, self.parts.outbox, self.ticket)
            case talk.ReadProfile():
                self._profile()
            case _:
                self._reach(isinstance(effect, talk.MarkBlocked))

    def _on_ticket(self, effect: talk.Effect) -> None:
        if self.case is None or self.ticket is None:
            return
        office, session = self.tenant.office, self.session
        if self.ticket.state == ticket.State.CLOSED and not isinstance(effect, talk.FinishIntake):
            # A button pressed after the end is a word too: a call about a closed case would reach nobody.
            queue.person_wrote(office, session, self.case, self.ticket, self.now)
        match effect:
            case talk.FinishIntake():
                queue.finish(office, session, self.case, self.ticket, self.now)
            case talk.RaiseUrgency(level):
                if queue.raise_urgency(office, session, self.case, self.ticket, Urgency(level), self.now):
                    ledger.changed(session, office.outbox, self.ticket)
            case talk.Page():
                self.remember("alarm")  # not which kind: this entry stands in clear and outlives けす
                queue.page(office, session, self.ticket, self.now)
            case talk.WantsHuman():
                self.remember("wants_human")
                ledger.changed(session, office.outbox, self.ticket)

    def open_case(self, route: str, kind: str = Kind.CONSULTATION) -> None:
        """Begin a case with its number and ticket; a 相談 becomes the contact's present one."""
        self.case, self.ticket = opening.open_case(
            self.tenant.office, self.session, channel=self.contact.channel, route=route, now=self.now,
            contact=self.contact, kind=kind,
        )  # fmt: skip
        if kind == Kind.CONSULTATION:
            if self.contact.channel == "web":
                surveys.opened(self.tenant.office, self.session, self.case, self.contact.id, self.now)
            self.contact.case_id = self.case.id
            self._later("silent", SILENT_SECONDS)

    def append(self, kind: str, text: str, *, read: bool) -> int:
        """Add to the open case; returns the message's id, 0 when it was there already."""
        if self.case is None or self.ticket is None:
            raise RuntimeError("the conversation appends to a case it did not open")
        lookup = self.lookup(self.message_id)
        written = cases.add_message(
            self.session,
            self.parts.vault.sealer,
            self.case,
            source=f"in:{self.event.id}:{self._written}",
            author="person",
            kind=kind,
            text=text,
            at=self.event.event_at,
            lookup=lookup,
        )
        self._written += 1
        self.event.case_id = self.case.id
        queue.person_wrote(self.tenant.office, self.session, self.case, self.ticket, self.now)
        if read and written:
            self.tenant.office.outbox.read_later(self.session, self.case.id, written)
        return written or 0

    def _answer(self, name: str, value: str) -> None:
        if self.case is None or self.ticket is None:
            return
        given.keep_answer(self.parts.vault.sealer, self.case, name, value, self.lookup(self.message_id))
        ledger.changed(self.session, self.parts.outbox, self.ticket, quiet=True)

    def _identify(self, mode: str, name: str | None) -> None:
        if self.case is not None:
            self.case.identity = mode
            if name:
                lookup = self.lookup(self.message_id)
                given.keep_answer(self.parts.vault.sealer, self.case, given.NAME, "", lookup)
        if mode == "anonymous" or name:
            cases.keep_name(self.parts.vault, self.contact, name)

    def _small_talk(self, kind: str) -> None:
        """Counted under その他 with its words kept, so that a person can lift it; nobody is alerted."""
        before = self.case, self.ticket
        self.open_case("resident", str(Kind.SMALLTALK))
        if self.case and self.ticket:
            queue.finish(self.tenant.office, self.session, self.case, self.ticket, self.now)
            self.remember("smalltalk", kind)
        self.event.case_id = self.case.id if self.case else None
        self.case, self.ticket = before

    def keep_small_talk(self, text: str) -> None:
        """Store the words of a greeting under the case that `_small_talk` made."""
        made = self.session.get(Case, self.event.case_id) if self.event.case_id else None
        if made is not None:
            cases.add_message(
                self.session,
                self.parts.vault.sealer,
                made,
                source=f"in:{self.event.id}:0",
                author="person",
                kind="text",
                text=text,
                at=self.event.event_at,
                lookup=self.lookup(self.message_id),
            )

    def _forget(self, ref: str) -> None:
        found = forget.TakenBack(self.lookup(ref) or "", self.event.id, edited=ref == self.message_id)
        forget.take_back(self.parts, self.tenant.name, self.session, self.contact, found, self.now)

    def _shred(self) -> None:
        if self.case is None or self.ticket is None:
            return
        try:
            queue.erased(self.tenant.office, self.session, self.case, self.ticket, self.now)
        except ticket.NotAllowed:
            # Somebody works on it already: it becomes a request that a person carries out.
            self.remember("erasure_asked")
            requests.from_chat(self.tenant.office, self.session, self.case, "deletion", self.now)
            ledger.changed(self.session, self.parts.outbox, self.ticket)
            self.refused_erasure = True
            return
        self.destroy += turning.shredded(self)
        self.destroy.append(forget.shred(self.parts, self.session, self.contact, self.case, self.now))
        self.case, self.ticket = None, None

    def _reach(self, blocked: bool) -> None:
        self.contact.blocked = blocked
        if self.case and self.ticket:
            self.remember("blocked" if blocked else "unblocked")
            ledger.changed(self.session, self.parts.outbox, self.ticket)

    def _profile(self) -> None:
        self.parts.jobs.put(
            self.session,
            Job(DELIVER, "profile", f"profile-{self.event.id}", f"line:{self.contact.id}", (self.contact.id,)),
        )

    def _later(self, name: str, seconds: float) -> None:
        if self.case is not None:
            self.parts.jobs.put(
                self.session,
                Job(TIMERS, name, f"{name}-{self.case.id}-0", f"{name}:{self.case.id}", (self.case.id, 0), seconds),
            )

    def remember(self, what: str, detail: str = "") -> None:
        """One entry of the case's history (経過), by the person."""
        if self.case is not None:
            sealer = self.parts.vault.sealer
            ledger.remember(self.session, sealer, self.case, at=self.now, actor="person", what=what, detail=detail)

    def _lock(self, effects: tuple[talk.Effect, ...]) -> None:
        """Every case that this event may touch at once: a message taken back may have gone into several."""
        refs = [self.lookup(effect.ref) or "" for effect in effects if isinstance(effect, talk.ForgetMessage)]
        here = {case_id for case_id in (self.contact.case_id, self.proven) if case_id}
        ledger.lock_all(self.session, here | forget.touched(self.session, self.contact, refs))

    def _load(self, case_id: int | None) -> None:
        found = ledger.case_and_ticket(self.session, self.tenant.name, case_id, lock=True) if case_id else None
        if found and found[0].erased_at is None:
            self.case, self.ticket = found

    def lookup(self, message_id: str | None) -> str | None:
        """The blind index of a message id of the channel."""
        return self.parts.vault.blind.of(self.tenant.name, "message", message_id) if message_id else None
