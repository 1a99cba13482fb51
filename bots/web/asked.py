"""Consents on our page (同意): a question stands until it is answered, an answer until it is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bots.line.facts import options_for
from bots.talk import Turn
from handoff import consents
from intake.conversation.agreeing import consent_data, read_consent
from intake.conversation.say import Choice, Say, fill
from intake.conversation.script import Script
from intake.conversation.speech import consent_ask
from intake.conversation.values import State
from intake.door_records import Consent


@dataclass(frozen=True, slots=True)
class Asked:
    """One consent. `text`: the question, or what was answered; `choices`: the ways to answer it now."""

    text: str
    choices: tuple[Choice, ...]
    open: bool


def asked_of(turn: Turn, script: Script) -> tuple[Asked, ...]:
    """Every consent of the case that the page shows, open questions first."""
    if turn.case is None:
        return ()
    rows = [one for one in consents.standing(turn.session, turn.case) if one.desk and one.state != "withdrawn"]
    found = [_asked(turn, script, one) for one in rows]
    return tuple(sorted(found, key=lambda one: not one.open))


def asks_consent(say: Say) -> bool:
    """Whether a bubble is the question of a consent."""
    return any(read_consent(choice.value) is not None for choice in say.choices)


def _asked(turn: Turn, script: Script, row: Consent) -> Asked:
    name = consents.desk_name(turn.tenant.office, row.desk)
    if row.state == "asked":
        say = _question(turn, script, row, name)
        return Asked(say.text, say.choices, open=True)
    answer = script.menu[f"consent_{row.state}"]
    undo = (Choice(script.menu["consent_withdrawn"], "press", consent_data(row.id, "withdrawn")),)
    return Asked(f"{name}：{answer}", undo if row.state in consents.AGREED else (), open=False)


def _question(turn: Turn, script: Script, row: Consent, name: str) -> Say:
    what: Literal["handoff", "share"] = "share" if row.what == "share" else "handoff"
    say = consent_ask(State(language=script.language), options_for(turn.tenant, turn.now), row.id, what, name)
    assert say is not None  # only a hidden talk asks nothing, and that has no page
    return fill(say, {"office": turn.tenant.pack.office})
