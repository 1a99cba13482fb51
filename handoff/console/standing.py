"""How a case stands, in a sentence above its page (いまのようす): closed, opened again, put off. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from handoff import ticket
from handoff.console import timeline, words
from handoff.view import CaseView, Step


@dataclass(frozen=True, slots=True)
class Stand:
    """What does not apply is empty; notes are what staff wrote."""

    over: str
    """「閉じました（理由・日時）」, 「本人が消しました（日時）」."""
    over_note: str
    held_why: str
    """保留のわけ."""
    again: str
    """When and by whom a closed case was opened again: 「11月20日（金）14:05、佐藤さん」."""
    again_note: str


def stand_of(case: CaseView, now: int) -> Stand:
    """How `case` stands at `now` (ms UTC)."""
    closed, held = _last(case, case.item.state), _last(case, "held") if case.item.hold_until else None
    over = _over(case, closed, now)
    opened = None if over else _last(case, "reopened", "closed")
    opened = opened if opened is not None and opened.what == "reopened" else None
    return Stand(
        over=over,
        over_note=closed.note if over and closed else "",
        held_why=held.note if held else "",
        again=_again(opened, now) if opened else "",
        again_note=opened.note if opened else "",
    )


def _over(case: CaseView, last: Step | None, now: int) -> str:
    state = ticket.State(case.item.state)
    if state in ticket.OPEN:
        return ""
    why = timeline.detail_of(last, {}) if last else ""
    known = "・".join(part for part in (why, words.moment(last.at, now) if last else "") if part)
    return words.STEP_JA[state] + (f"（{known}）" if known else "")


def _again(step: Step, now: int) -> str:
    who = f"{step.staff_name}さん" if step.staff_name else "本人が書きました" if step.actor == "person" else ""
    return "、".join(part for part in (words.moment(step.at, now), who) if part)


def _last(case: CaseView, *kinds: str) -> Step | None:
    return next((step for step in reversed(case.steps) if step.what in kinds), None)
