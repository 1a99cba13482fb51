"""One case as the pane and the case page show it (相談の画面). `open_sheet` logs the reading and commits it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from handoff import ticket, view
from handoff.basis import BASES, Basis
from handoff.console import words
from handoff.console.board import desk_names
from handoff.console.cards import Card, card
from handoff.console.marked import Piece, marked
from handoff.console.parts import Console
from handoff.office import StaffRef
from handoff.plan import NextStep
from handoff.view import CaseView, Line, Step
from triage.assessment import THEMES, Assessment, Domain, Urgency
from triage.labels import REFUSES_JA

UNREAD_JA = {"timeout": "時間切れ", "too_long": "長すぎる文", "model_error": "読み取りの不具合"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One label of the machine (見立て) with the words that made it say so; no words means 推定."""

    tone: str
    name: str
    said: tuple[str, ...]


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
    unread: str
    moments: tuple[Moment, ...]
    may: frozenset[str]
    desks: tuple[tuple[str, str, bool], ...]
    """(id, name, proposed by the machine) of the desks that a case can be handed to."""
    bases: tuple[Basis, ...]
    reasons: tuple[tuple[str, str], ...]
    once: str

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
    return make_sheet(console, case, staff, now)


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
        pieces=marked(item.text, item.assessment.evidence if item.assessment else (), words.tone_of),
        readings=_readings(item.assessment),
        unread=_unread(item.assessment),
        moments=_moments(case.lines, case.steps, names),
        may=_moves(item.state, item.owner_id, staff, item.kind, reachable=case.reachable),
        desks=tuple((d, names[d], d in proposed) for d in ordered),
        bases=tuple(basis for basis in BASES.values() if not basis.needs_room or basis.code in pack.room_codes),
        reasons=_reasons(item.state),
        once=f"{item.case_id}-{secrets.token_urlsafe(12)}",
    )


def _readings(assessment: Assessment | None) -> tuple[Reading, ...]:
    if assessment is None:
        return ()
    labels = [
        *(str(domain) for domain in Domain if domain in assessment.domains),
        *(theme for theme in THEMES if theme in assessment.themes),
    ]
    found = [Reading(words.tone_of(label), words.name_of(label), _said(assessment, label)) for label in labels]
    if assessment.urgency is not Urgency.NORMAL:
        said = _said(assessment, str(assessment.urgency))
        tone = "safety" if assessment.urgency is Urgency.EMERGENCY else "theme"
        found.append(Reading(tone, f"緊急度 {words.URGENCY_WORD[str(assessment.urgency)]}", said))
    if assessment.refuses_support:
        found.append(Reading("theme", REFUSES_JA, _said(assessment, "refuses_support")))
    return tuple(found)


def _said(assessment: Assessment, label: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.text for e in assessment.evidence if e.label == label))


def _unread(assessment: Assessment | None) -> str:
    if assessment is None:
        return "まだ読んでいません。すこし待つと見立てが出ます。"
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
    if step.what in ("raised", "lowered"):
        return words.URGENCY_WORD.get(step.detail, "")
    if step.what == "opened":
        return words.ROUTE_JA.get(step.detail, "")
    if step.what == "closed":
        return next((str(r.label_ja) for r in ticket.CloseReason if r == step.detail), "")
    if step.what in ("handed", "returned", "accepted"):
        desk, _, code = step.detail.partition(" ")
        return "、".join(part for part in (desks.get(desk, ""), BASES[code].name_ja if code in BASES else "") if part)
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
    if kind != "consultation":
        moves.add("lift")
    return frozenset(moves)


def _reasons(state: str) -> tuple[tuple[str, str], ...]:
    row = ticket.TABLE.get((ticket.State(state), ticket.Action.CLOSE))
    return tuple((str(reason), reason.label_ja) for reason in ticket.CloseReason if row and reason in row.reasons)
