"""While the person hides: everything is taken in, nothing is said, and only 「相談」 ends it.

Whoever holds the phone may not be the person: nothing is deleted, answered or shown here.
"""

from __future__ import annotations

from intake.conversation import controls, danger, partner
from intake.conversation.effects import AppendText, SmallTalk, WantsHuman
from intake.conversation.events import Press, Text
from intake.conversation.turn import NEUTRAL, Turn, read_data
from intake.conversation.words import control, smalltalk


def text(turn: Turn, event: Text) -> None:
    """Words: danger calls a person silently, a story is kept silently."""
    name = control(event.text)
    if turn.alarm or name in {"danger", "cannot_call"}:
        danger.call(turn, turn.alarm or frozenset({"help"}), event.text)
    elif name == "consult":
        controls.unhide(turn)
    elif name == "human" and turn.state.case:
        turn.add(WantsHuman())
    elif name is None or name in {"fine", "urgent"}:
        _keep(turn, event.text)


def press(turn: Turn, event: Press) -> None:
    """A button left on the screen: danger is heard silently, and the innocent menu answers innocently."""
    read = read_data(event.data)
    if read is not None and read[:2] in danger.PRESSES:
        danger.call(turn, frozenset({"help"}))
    elif read is not None and read[1] in NEUTRAL:
        turn.say_one_neutral(NEUTRAL.index(read[1]))


def _keep(turn: Turn, words: str) -> None:
    kind = smalltalk(words)
    if turn.state.case:
        turn.add(AppendText(words))
    elif kind is not None or turn.options.mode == "info":
        turn.add(SmallTalk(kind or "info"))
    else:
        turn.open_case(partner.route_of(turn, words))
        turn.add(AppendText(words))
