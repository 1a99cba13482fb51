"""When life may be in danger: call a person, show numbers, be honest about who can read, and stop asking."""

from __future__ import annotations

from collections.abc import Iterable

from intake.conversation import partner
from intake.conversation.effects import AppendText, Page, RaiseUrgency
from intake.conversation.say import Choice
from intake.conversation.turn import Turn
from intake.conversation.values import Line
from intake.conversation.words import wants_quiet

PRESSES = frozenset(
    {("safety", "now"), ("menu", "now"), ("menu", "cannot_call"), ("l_danger", "yes"), ("p_danger", "yes")}
)
"""Buttons that say that it is dangerous now."""
MAX_LINES = 3
MAX_LABEL = 20


def lines_for(kinds: Iterable[str], lines: tuple[Line, ...]) -> tuple[Choice, ...]:
    """Up to MAX_LINES telephone buttons: 110 and 119, then the lines of these kinds, then the others as they stand."""
    wanted = {"emergency", *kinds}
    ranked = sorted(lines, key=lambda line: (line.kind != "emergency", line.kind not in wanted))
    found = [line for line in ranked if line.tel_uri][:MAX_LINES]
    return tuple(Choice(_label(line), "tel", line.tel_uri) for line in found)


def _label(line: Line) -> str:
    """Number first: it must be readable where a button cannot call."""
    whole = f"{line.number} {line.label}"
    return whole if len(whole) <= MAX_LABEL else whole[: MAX_LABEL - 1] + "…"


def call(turn: Turn, kinds: frozenset[str], words: str | None = None) -> bool:
    """Take the words, raise, page, stop the questions; silent. Whether a case was opened for it."""
    opened = turn.open_case(partner.route_of(turn, words or ""))
    if words is not None:
        turn.add(AppendText(words))
    turn.add(RaiseUrgency("emergency"), Page(tuple(sorted(kinds))))
    turn.change(danger=True, pending=None, resume=None, editing=False)
    return opened


def heard(turn: Turn, kinds: frozenset[str], words: str | None = None) -> None:
    """Danger was written or pressed: `call`, then the numbers. The first time in full, later in short."""
    again = turn.state.danger and turn.state.case
    if call(turn, kinds, words):
        turn.say("receipt_short" if turn.state.reporter == "resident" else "l_receipt")
    if words is not None and turn.state.reporter == "resident" and wants_quiet(words):
        turn.say("quiet")
    key = "l_urgent" if turn.state.reporter != "resident" else "urgent_again" if again else "urgent"
    turn.say_read(key)
    _put_lines(turn, kinds)


def cannot_call(turn: Turn, words: str | None = None) -> None:
    """Somebody who cannot speak: page, and ask where, honestly. `words`: what they typed in place of the button."""
    if call(turn, frozenset({"help"}), words):
        turn.say("receipt_short")
    turn.say_read("cannot_call")


def phones(turn: Turn) -> None:
    """The card of numbers, for somebody who opened it; nobody is called until they say that it is now."""
    turn.say("phones")
    _put_lines(turn, ("help", "shelter", "suicide"))


def _put_lines(turn: Turn, kinds: Iterable[str]) -> None:
    last = turn.says.pop()
    choices = (*lines_for(kinds, turn.options.lines), *last.choices)
    turn.says.append(type(last)(last.text, choices, last.lasting, last.tone))
