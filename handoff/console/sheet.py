"""One case as the pane and the case page show it (相談の画面). `open_sheet` logs the reading and commits it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from handoff import (
    consents,
    drafts,
    folding,
    hold,
    linking,
    presence,
    reporters,
    sources,
    templates,
    view,
    wishes,
)
from handoff.basis import BASES, Basis
from handoff.console import handing_words, moves, timeline, words
from handoff.console.board import desk_names
from handoff.console.cards import Card, card
from handoff.console.consent_words import Agreed, Consenting, agreed, consenting
from handoff.console.correct_form import CorrectForm, correct_form
from handoff.console.marked import Piece, marked
from handoff.console.parts import Console
from handoff.console.reasons import Reading, Why, readings, why
from handoff.console.standing import Stand, stand_of
from handoff.linking import LinkView
from handoff.office import StaffRef
from handoff.presence import Looking
from handoff.promise import reaches_out
from handoff.records import Ticket
from handoff.templates import Template
from handoff.timeline import Around, around
from handoff.view import CaseView, QueueItem
from handoff.wishes import Wish
from intake.records import Case, Contact
from triage.household_ja import Member, members
from triage.labels import foreign_ja
from triage.offering import read_offer

UNREAD_JA = {
    "timeout": "時間切れ",
    "too_long": "長すぎる文",
    "model_error": "読み取りの不具合",
    "no_text": "文字がない",
}


@dataclass(frozen=True, slots=True)
class Extras:
    """What the page shows beside the case itself."""

    links: tuple[LinkView, ...] = ()
    """Cases that may be about the same home, as far as this person may see both."""
    reported: bool = False
    """Whether the vault holds who reported it."""
    agreed: tuple[Agreed, ...] = ()
    """The consents of the case (同意の記録)."""
    consenting: Consenting = field(default_factory=Consenting)
    """What the forms of consents offer."""
    around: Around = field(default_factory=Around)
    templates: tuple[Template, ...] = ()
    my_draft: str = ""
    looking: tuple[Looking, ...] = ()
    came: sources.Source | None = None
    """By which path it came, and how far that may go (情報の経路)."""
    scans: bool = False
    """Whether a scanned paper can be put beside the words here."""
    outreach: bool = False
    """Whether the desk that has it does アウトリーチ."""
    look_at: int | None = None
    """次に見る日 (ms UTC), None where nobody chose one."""
    folds: tuple[tuple[int, str, str], ...] = ()
    """(case id, label, why) of the cases into which this one could be folded."""
    handing: handing_words.Shown = field(default_factory=handing_words.Shown)
    """What became of its つなぎ, and what the form offers."""
    wishes: tuple[Wish, ...] = ()
    """What the person wants, can do, and on whom they rely (希望・つよみ)."""
    offered: str = ""
    """The kind of an offer of help that stands in the words, "" for none (資源のたね)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on a case's page. `may` names the moves that its buttons offer; the effects check again."""

    case: CaseView
    extras: Extras
    card: Card
    pieces: tuple[Piece, ...]
    readings: tuple[Reading, ...]
    why: Why
    unread: str
    household: tuple[Member, ...]
    moments: tuple[timeline.Moment, ...]
    days: tuple[timeline.Day, ...]
    may: frozenset[str]
    desks: tuple[tuple[str, str, bool], ...]
    """(id, name, proposed by the machine) of the desks that a case can be handed to."""
    bases: tuple[Basis, ...]
    reasons: tuple[tuple[str, str], ...]
    holds: tuple[tuple[str, str], ...]
    """(code, name) of until when a case can wait (保留)."""
    once: str

    @property
    def calm(self) -> bool:
        """Whether a desk of アウトリーチ has it: nobody is pressed once they tried to reach the person."""
        return self.extras.outreach and self.case.item.urgency != "emergency"

    def agreed_of(self, desk: str) -> str:
        """What the person said of this desk, in words; "" while nobody asked."""
        found = (one for one in reversed(self.extras.agreed) if (one.purpose, one.desk) == ("handoff", desk))
        return next((one.words for one in found), "")

    def shared_in(self, room: str) -> str:
        """What the person said of this meeting, in words; "" while nobody asked."""
        found = (one for one in reversed(self.extras.agreed) if (one.purpose, one.desk) == ("share", room))
        return next((one.words for one in found), "")

    @property
    def judged(self) -> tuple[str, ...]:
        """What people set, one line each (職員が直しました)."""
        item = self.case.item
        urgency = (f"緊急度：{words.URGENCY_WORD[item.urgency]}",) if item.urgency_by == "staff" else ()
        return (*item.judged.said_ja(), *urgency)

    @property
    def opened_at(self) -> int:
        """When the case began (ms UTC)."""
        return min((step.at for step in self.case.steps), default=self.case.item.waiting_since)

    @property
    def taker(self) -> str:
        """Who of staff took it down (受けた人), "" for what the person wrote."""
        return timeline.taker(self.case.steps)

    @property
    def fresh(self) -> int:
        """How many messages came since this person last looked."""
        return sum(moment.fresh for moment in self.moments)

    def correct_form(self, typed: Mapping[str, str]) -> CorrectForm | None:
        """The form 「見立てを直す」, with what was `typed` before a refusal."""
        return correct_form(self.case.item, typed)

    def stand(self, now: int) -> Stand:
        """How it stands, in words: closed, opened again, put off."""
        return stand_of(self.case, now)

    @property
    def steps(self) -> tuple[timeline.Moment, ...]:
        """The events of the timeline without the messages, for the pane."""
        return tuple(moment for moment in self.moments if moment.line is None)


def open_sheet(console: Console, staff: StaffRef, case_id: int) -> Sheet:
    """The case for `staff`. Raises `NotFound`. The reading is logged in its own transaction."""
    parts = console.parts
    now = parts.now()
    with parts.sessions.begin() as session:
        case = view.open_case(parts.office, session, case_id, staff, now, "console")
        extras = _extras(console, session, case, staff, now)
    return make_sheet(console, case, staff, now, extras)


def _extras(console: Console, session: Session, case: CaseView, staff: StaffRef, now: int) -> Extras:
    office, case_id = console.parts.office, case.item.case_id
    opened, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
    # What nobody holds the session forgets, and asks the database for it again.
    session.info["held"] = opened, row, session.get(Contact, opened.contact_id or 0)
    looking = presence.looking(session, office.tenant, [case_id], now, staff.id)
    return Extras(
        links=linking.visible(office, session, case_id, staff),
        reported=reporters.holds(session, office.tenant, case_id),
        agreed=agreed(office, session, consents.of_case(session, case_id)),
        consenting=consenting(office, session, opened),
        around=around(office, session, case_id, staff),
        templates=templates.reply_templates(office.pack, case) if case.reachable else (),
        handing=handing_words.shown(office, session, opened, row, case.plan, staff),
        my_draft=drafts.load(office, session, case_id, staff),
        looking=looking.get(case_id, ()),
        scans=console.parts.scans is not None,
        came=sources.known(session, office.sealer, opened),
        outreach=reaches_out(office, case.item.owner_desk),
        look_at=row.look_at,
        folds=folding.candidates(office, session, case_id, staff),
        wishes=wishes.of_case(office, session, opened),
        offered=offer.kind if (offer := read_offer(case.item.text)) else "",
    )


def make_sheet(console: Console, case: CaseView, staff: StaffRef, now: int, extras: Extras | None = None) -> Sheet:
    """The values of the page out of those of the case."""
    item, extras = case.item, extras or Extras()
    pack = console.parts.office.pack
    proposed = [desk.desk_id for desk in case.plan.desks] if case.plan else []
    names = desk_names(console)
    ordered = [*(d for d in proposed if d in names), *(d for d in names if d not in proposed)]
    undoable = {one.outgoing_id: one.until for one in case.undoable}
    named = {**dict(extras.consenting.rooms), **names}
    passed = timeline.moments(case.lines, case.steps, extras.around, named, undoable, staff.name, case.whose)
    return Sheet(
        case=case,
        extras=extras,
        card=card(item, staff.id, now),
        pieces=_pieces(item),
        readings=readings(item.assessment, item.by_staff),
        why=why(item.assessment, item.by_staff),
        unread=_unread(item),
        household=members(item.text, item.assessment),
        moments=passed,
        days=timeline.days(passed, now),
        may=moves.moves(case, staff) - (set() if "C0" in pack.room_codes else {"meeting_result"}),
        desks=tuple((d, names[d], d in proposed) for d in ordered),
        bases=tuple(basis for basis in BASES.values() if not basis.needs_room or basis.code in pack.room_codes),
        reasons=moves.reasons(item.state),
        holds=tuple(hold.CHOICES.items()),
        once=f"{item.case_id}-{secrets.token_urlsafe(12)}",
    )


def _pieces(item: QueueItem) -> tuple[Piece, ...]:
    read = item.assessment
    if read is None:
        return marked(item.text, (), words.tone_of)
    return marked(item.text, read.evidence, words.tone_of, read.set_aside)


def _unread(item: QueueItem) -> str:
    assessment = item.assessment
    if assessment is None and not item.text:
        return "文字のことばがないので、機械は読みません。えらばれた答えを見てください。"
    if assessment is None:
        return "まだ読んでいません。すこし待つと見立てが出ます。"
    if foreign := foreign_ja(assessment):
        return foreign
    if assessment.unread_reason:
        why = UNREAD_JA.get(assessment.unread_reason, "理由は分かりません")
        return f"機械では読めませんでした（{why}）。人の目で読んでください。"
    return ""
