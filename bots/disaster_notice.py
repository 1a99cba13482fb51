"""災害モード in answers: the town's notice stands before the first answer to each person, once."""

from __future__ import annotations

from bots.talk import Turn
from handoff import disaster
from handoff.reach import state_of
from intake.conversation import values as talk

_MOST = 4
"""Bubbles of an answer beside which there is room for one more: LINE takes five."""


def pinned(turn: Turn, says: tuple[talk.Say, ...]) -> tuple[talk.Say, ...]:
    """`says` behind the notice, if the mode is on and this person has not read it.

    What to do in danger stands alone, a hidden talk stays innocent, and an answer without room waits for the next.
    """
    alone = turn.contact.hidden or any(say.tone == "emergency" for say in says)
    if not says or len(says) > _MOST or alone:
        return says
    on = disaster.to_tell(turn.session, turn.tenant.name, turn.contact.id, turn.now)
    if on is None:
        return says
    language = state_of(turn.tenant.office, turn.contact).language or "ja"
    return (talk.Say(talk.literal(on.words(language))), *says)
