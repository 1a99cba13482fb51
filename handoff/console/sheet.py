"""One case as the pane and the case page show it (相談の画面). `open_sheet` logs the reading and commits it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handoff import consents, linking, reporters, ticket, view
from handoff.basis import BASES, Basis
from handoff.console import words
from handoff.console.board import desk_names
from handoff.console.cards import Card, card
from handoff.console.consent_words import STATE_JA, Agreed, agreed
from handoff.console.correct_form import CorrectForm, correct_form
from handoff.console.marked import Piece, marked
from handoff.console.parts import Console
from handoff.console.reasons import Reading, Why, readings, why
from handoff.linking import LinkView
from handoff.office import StaffRef
from handoff.plan import NextStep
from handoff.view import CaseView, Line, QueueItem, Step
from triage.assessment import Assessment
from triage.labels import foreign_ja

UNREAD_JA = {
    "timeout": "時間切れ",
    "too_long": "長すぎる文",
    "model_error": "読み取りの不具合",
    "no_text": "文字がない",
}


_CODES: Mapping[str, Mapping[str, str]] = {
    "raised": words.URGENCY_WORD, "lowered": words.URGENCY_WORD, "opened": words.ROUTE_JA,
    "feedback": words.FEEDBACK_JA,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing on the timeline: a message (`line`) or an event (`words`, `who`, `note`)."""

    at: int
    line: Line | None
    words: str = ""
    who: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on a case's page. `may` names the moves that its buttons offer; the effects check again."""

    case: CaseView
    card: Card
    pieces: tuple[Piece, ...]
    readings: tuple[Reading, ...]
    why: Why
    unread: str
    moments: tuple[Moment, ...]
    may: frozenset[str]
    desks: tuple[tuple[str, str, bool], ...]
    """(id, name, proposed by the machine) of the desks that a case can be handed to."""
    bases: tuple[Basis, ...]
    reasons: tuple[tuple[str, str], ...]
    once: str
    links: tuple[LinkView, ...] = ()
    """Cases that may be about the same home, as far as this person may see both."""
    reported: bool = False
    """Whether the vault holds who reported it."""
    agreed: tuple[Agreed, ...] = ()
    """The consents of the case (同意の記録)."""

    def agreed_of(self, desk: str) -> str:
        """What the person said of this desk, in words; "" while nobody asked."""
        return next((one.words for one in reversed(self.agreed) if one.desk == desk), "")

    @property
    def judged(self) -> tuple[str, ...]:
        """What people set, one line each (職員が直しました)."""
        item = self.case.item
        urgency = (f"緊急度：{words.URGENCY_WORD[item.urgency]}",) if item.urgency_by == "staff" else ()
        return (*item.judged.said_ja(), *urgency)

    def correct_form(self, typed: Mapping[str, str]) -> CorrectForm | None:
        """The form 「見立てを直す」, with what was `typed` before a refusal."""
        return correct_form(self.case.item, typed)

    def over(self, now: int) -> str:
        """「閉じました（理由・日時）」, 「本人が消しました（日時）」; "" while the case is open."""
        state = self.case.item.state
        if state not in ("closed", "erased"):
            return ""
        last = next((step for step in reversed(self.case.steps) if step.what == state), None)
        why = _detail(last, {}) if last else ""
        known = "・".join(part for part in (why, words.clock_time(last.at, now) if last else "") if part)
        return words.STEP_JA[state] + (f"（{known}）" if known else "")

    @property
    def steps(self) -> tuple[Moment, ...]:
        """The events of the timeline without the messages, for the pane."""
        return tuple(moment for moment in self.moments if moment.line is None)


def open_sheet(console: Console, staff: StaffRef, case_id: int) -> Sheet:
    """The case for `staff`. Raises `NotFound`. The reading is logged in its own transaction."""
    parts = console.parts
    now = parts.now()
    with parts.sessions.begin() as session:
        case = view.open_case(parts.office, session, case_id, staff, now, "console")
        links = linking.visible(parts.office, session, case_id, staff)
        reported = reporters.holds(session, parts.office.tenant, case_id)
        found = agreed(parts.office, session, consents.of_case(session, case_id))
    return replace(make_sheet(console, case, staff, now), links=links, reported=reported, agreed=found)


def make_sheet(console: Console, case: CaseView, staff: StaffRef, now: int) -> Sheet:
    """The values of the page out of those of the case."""
    item = case.item
    pack = console.parts.office.pack
    proposed = [desk.desk_id for desk in case.plan.desks] if case.plan else []
    names = desk_names(console)
    ordered = [*(d for d in proposed if d in names), *(d for d in names if d not in proposed)]
    return Sheet(
        case=case,
        card=card(item, staff.id, now),
        pieces=_pieces(item),
        readings=readings(item.assessment, item.by_staff),
        why=why(item.assessment, item.by_staff),
        unread=_unread(item.assessment),
        moments=_moments(case.lines, case.steps, names),
        may=_moves(item.state, item.owner_id, staff, item.kind, reachable=case.reachable),
        desks=tuple((d, names[d], d in proposed) for d in ordered),
        bases=tuple(basis for basis in BASES.values() if not basis.needs_room or basis.code in pack.room_codes),
        reasons=_reasons(item.state),
        once=f"{item.case_id}-{secrets.token_urlsafe(12)}",
    )


def _pieces(item: QueueItem) -> tuple[Piece, ...]:
    read = item.assessment
    if read is None:
        return marked(item.text, (), words.tone_of)
    return marked(item.text, read.evidence, words.tone_of, read.set_aside)


def _unread(assessment: Assessment | None) -> str:
    if assessment is None:
        return "まだ読んでいません。すこし待つと見立てが出ます。"
    if foreign := foreign_ja(assessment):
        return foreign
    if assessment.unread_reason:
        why = UNREAD_JA.get(assessment.unread_reason, "理由は分かりません")
        return f"機械では読めませんでした（{why}）。人の目で読んでください。"
    return ""


def _moments(lines: Sequence[Line], steps: Sequence[Step], desks: dict[str, str]) -> tuple[Moment, ...]:
    found = [Moment(line.at, line) for line in lines]
    found += [Moment(step.at, None, _said_of(step, desks), _who(step), step.note) for step in steps]
    return tuple(sorted(found, key=lambda moment: moment.at))


def _who(step: Step) -> str:
    unnamed = {"person": "本人", "machine": "機械"}.get(step.actor, "職員")
    return f"{step.staff_name}さん" if step.staff_name else unnamed


def _said_of(step: Step, desks: dict[str, str]) -> str:
    said = words.STEP_JA.get(step.what, "記録しました")
    detail = _detail(step, desks)
    return f"{said}（{detail}）" if detail else said


def _detail(step: Step, desks: dict[str, str]) -> str:
    if step.what in _CODES:
        return _CODES[step.what].get(step.detail, "")
    if step.what == "called":
        number, _, ways = step.detail.partition(" ")
        return f"{number} 回目・{ways} か所"
    if step.what == "call_acked":
        return "お知らせのリンクから" if step.detail == "link" else ""
    if step.what == "closed":
        return next((str(r.label_ja) for r in ticket.CloseReason if r == step.detail), "")
    if step.what in ("handed", "returned", "accepted"):
        desk, _, code = step.detail.partition(" ")
        code, _, scope = code.partition(" ")
        found = (desks.get(desk, ""), BASES[code].name_ja if code in BASES else "", "書いたことだけ" if scope else "")
        return "、".join(part for part in found if part)
    if step.what.startswith("consent_"):
        desk, _, state = step.detail.partition(" ")
        return "、".join(part for part in (desks.get(desk, ""), STATE_JA.get(state, "")) if part)
    if step.what == "read":
        return next((step_.label_ja for step_ in NextStep if step_ == step.detail), "人の目で")
    return ""


def _moves(state: str, owner: int | None, staff: StaffRef, kind: str, *, reachable: bool) -> frozenset[str]:
    table = {str(action) for action in ticket.allowed(ticket.State(state), ticket.Actor.PERSON)}
    mine, free = owner == staff.id, owner is None
    moves = {"note"} if state != "erased" else set()
    if free and "claim" in table:
        moves.add("claim")
    if mine and "release" in table:
        moves.add("release")
    if mine or free:
        moves |= {"hand", "close"} & table
        if reachable and state not in ("closed", "erased") and (mine or "claim" in table):
            moves.add("reply")
    if "return_" in table:
        moves.add("take_back")
    if "accept" in table and not mine and staff.role == "intake":
        moves.add("accept")
    if "raise_urgency" in table:
        moves |= {"urgency", "page"}
    moves |= {"correct"} & table
    if kind != "consultation":
        moves.add("lift")
    return frozenset(moves)


def _reasons(state: str) -> tuple[tuple[str, str], ...]:
    row = ticket.TABLE.get((ticket.State(state), ticket.Action.CLOSE))
    return tuple((str(reason), reason.label_ja) for reason in ticket.CloseReason if row and reason in row.reasons)
