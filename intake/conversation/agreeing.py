"""Answers to a consent that staff asked for (同意): by its buttons, or by number where buttons do not show."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast, get_args

from intake.conversation.effects import AnswerConsent
from intake.conversation.turn import Turn
from intake.conversation.words import numbers, picked

ConsentAnswer: TypeAlias = Literal["given", "partial", "refused", "withdrawn"]
_PREFIX = "c1"
_OFFERED: tuple[ConsentAnswer, ...] = ("given", "partial", "refused")


def consent_data(ask: int, answer: str) -> str:
    """Postback data of one answer to the consent with this id."""
    return f"{_PREFIX}:{ask}:{answer}"


def read_consent(data: str) -> tuple[int, ConsentAnswer] | None:
    """(id, answer) of postback data that `consent_data` made, else None."""
    parts = data.split(":")
    if len(parts) != 3 or parts[0] != _PREFIX or parts[2] not in get_args(ConsentAnswer):
        return None
    known = parts[1].isascii() and parts[1].isdigit() and len(parts[1]) <= 19
    return (int(parts[1]), cast("ConsentAnswer", parts[2])) if known else None


def pressed(turn: Turn, ask: int, answer: ConsentAnswer) -> None:
    """A button of a consent. One that is not the person's, or is gone, changes nothing."""
    if ask not in {consent[0] for consent in turn.options.consents}:
        turn.say("stale")
        return
    turn.add(AnswerConsent(ask, answer))
    turn.say(f"consent_{answer}")


def typed(turn: Turn, text: str) -> bool:
    """Take the words as the answer to the one consent that is still open; False when they are none.

    At the door the question never stood on the channel, so nothing typed there can be its answer.
    """
    open_asks = [consent for consent in turn.options.consents if consent[3] == "asked"]
    if turn.state.pending is not None or len(open_asks) != 1 or turn.options.mode == "door":
        return False
    labels = [(answer, (turn.script.menu[f"consent_{answer}"],)) for answer in _OFFERED]
    given = numbers(text)
    answer = _OFFERED[given[0] - 1] if len(given) == 1 and 1 <= given[0] <= 3 else picked(text, labels)
    if answer is None:
        return False
    pressed(turn, open_asks[0][0], cast("ConsentAnswer", answer))
    return True
