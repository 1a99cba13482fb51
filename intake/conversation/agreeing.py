"""Answers to a consent that staff asked for (同意): by its buttons, or by number where buttons do not show.

Whoever agrees that a meeting (会議) speaks of them is asked besides whether they want to be there.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, cast, get_args

from intake.conversation.effects import AnswerConsent
from intake.conversation.say import Choice, Say
from intake.conversation.script import Script
from intake.conversation.turn import Turn
from intake.conversation.words import numbers, picked

ConsentAnswer: TypeAlias = Literal[
    "given", "partial", "refused", "withdrawn", "attend_wants", "attend_no", "attend_later", "attend_skip"
]
_PREFIX = "c1"
_OFFERED: tuple[ConsentAnswer, ...] = ("given", "partial", "refused")
_AGREED = frozenset({"given", "partial"})
ATTEND: tuple[ConsentAnswer, ...] = ("attend_wants", "attend_no", "attend_later", "attend_skip")
"""Whether the person wants to be at the meeting: 出たい, 出なくてよい, まだ決めない, 答えたくない."""


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


def attend_ask(script: Script, ask: int) -> Say:
    """Whether the person wants to be at the meeting of which this consent speaks. Every choice may be passed over."""
    bubble = script.say["consent_attend"]
    choices = tuple(Choice(_label(script, one), "press", consent_data(ask, one)) for one in ATTEND)
    return Say(bubble.text, choices, lasting=True, tone=bubble.tone)


def pressed(turn: Turn, ask: int, answer: ConsentAnswer) -> None:
    """A button of a consent. One that is not the person's, or is gone, changes nothing."""
    known = next((consent for consent in turn.options.consents if consent[0] == ask), None)
    not_theirs = turn.options.bystander and answer != "withdrawn"
    if known is None or not_theirs or (answer in ATTEND and (known[1] != "share" or known[3] not in _AGREED)):
        turn.say("stale")
        return
    turn.add(AnswerConsent(ask, answer))
    if answer in ATTEND:
        turn.say("consent_attend_skip" if answer == "attend_skip" else "consent_attend_kept")
        return
    turn.say(f"consent_{answer}")
    if known[1] == "share" and answer in _AGREED:
        turn.says.append(attend_ask(turn.script, ask))


def typed(turn: Turn, text: str) -> bool:
    """Take the words as the answer to the one consent, or question of a meeting, that is still open; False when none.

    At the door the question never stood on the channel, so nothing typed there can be its answer.
    """
    if turn.state.pending is not None or turn.options.mode == "door" or turn.options.bystander:
        return False
    open_asks = [consent[0] for consent in turn.options.consents if consent[3] == "asked"]
    asks, offered = (open_asks, _OFFERED) if open_asks else (turn.options.unattended, ATTEND)
    if len(asks) != 1:
        return False
    labels = [(answer, (_label(turn.script, answer),)) for answer in offered]
    given = numbers(text)
    by_number = len(given) == 1 and 1 <= given[0] <= len(offered)
    answer = offered[given[0] - 1] if by_number else picked(text, labels)
    if answer is None:
        return False
    pressed(turn, asks[0], cast("ConsentAnswer", answer))
    return True


def _label(script: Script, answer: str) -> str:
    return script.skip if answer == "attend_skip" else script.menu[f"consent_{answer}"]
