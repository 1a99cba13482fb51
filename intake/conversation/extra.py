"""Single bubbles of the script that are said outside a step, because only the database could know."""

from __future__ import annotations

from intake.conversation.turn import Turn
from intake.conversation.values import Options, Say, State


def bubble(state: State, options: Options, key: str) -> Say:
    """The script's bubble `key` in the person's language. Raises `KeyError` for a key the script does not have."""
    turn = Turn(state, options)
    turn.say(key)
    return turn.says[0]
