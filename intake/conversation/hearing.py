"""In which language somebody is answered who chose none: the one in which they write (ことばを聞きとる).

Whoever needs help in the night and knows no Japanese will not find a menu first. What was chosen always stands above
what was heard, and Japanese takes a guess back at once.
"""

from __future__ import annotations

from intake.conversation.say import Say
from intake.conversation.turn import Turn

_FIRST = frozenset({None, "safety", "receipt", "language"})
"""Questions at the beginning; later on a foreign line is a quotation, or a name."""


def follow(turn: Turn) -> bool:
    """Take up the language of these words where none was chosen; whether it was taken up just now."""
    state, tongue = turn.state, turn.options.tongue
    if tongue is None or (state.language is not None and not state.guessed):
        return False
    if tongue == turn.options.language:
        if state.guessed:
            turn.change(language=None, guessed=False)
        return False
    first = not state.case or state.pending == "safety" or bool(turn.alarm)
    if state.language is not None or state.pending not in _FIRST or not first:
        return False
    turn.change(language=tongue, guessed=True)
    return True


def offer(turn: Turn) -> None:
    """Under the first answer in a language that was only heard: the button that leads to every other."""
    if not turn.says or turn.says[-1].tone == "emergency" or turn.state.locked or turn.state.pending == "language":
        return
    last = turn.says.pop()
    turn.says.append(Say(last.text, (*last.choices, turn.button("language")), last.lasting, last.tone, last.large))
