"""Consents on our page (同意): a question stands until it is answered, an answer until it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bots.line.facts import options_for
from bots.returning import asked_here, unattended
from bots.talk import Turn
from handoff import consents
from handoff.consent_rows import SHARE
from intake.conversation.agreeing import ATTEND, attend_ask, consent_data, read_consent
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
    rows = asked_here(turn.tenant.office, turn.session, turn.case)
    found = [one for row in rows for one in _asked(turn, script, row)]
    return tuple(sorted(found, key=lambda one: not one.open))


def asks_consent(say: Say) -> bool:
    """Whether a bubble is the question of a consent."""
    return any(read_consent(choice.value) is not None for choice in say.choices)


def asks_to_attend(say: Say) -> bool:
    """Whether a bubble asks if the person wants to be at a meeting: it stands with the consent until it is answered."""
    found = (read_consent(choice.value) for choice in say.choices)
    return any(one is not None and one[1] in ATTEND for one in found)


def _asked(turn: Turn, script: Script, row: Consent) -> Iterator[Asked]:
    """The question or its answer, and of a meeting besides whether the person wants to be there."""
    name = consents.desk_name(turn.tenant.office, row.desk)
    if row.state == "asked":
        say = _question(turn, script, row, name)
        yield Asked(say.text, say.choices, open=True)
        return
    agreed = row.state in consents.AGREED
    if agreed and row.what == SHARE:
        attend = attend_ask(script, row.id)
        if unattended(row):
            yield Asked(f"{name}\n{attend.text}", attend.choices, open=True)
        else:
            answer = script.skip if row.attend == "skip" else script.menu[f"consent_attend_{row.attend}"]
            yield Asked(f"{name}：{answer}", attend.choices, open=False)
    undo = (Choice(script.menu["consent_withdrawn"], "press", consent_data(row.id, "withdrawn")),)
    yield Asked(f"{name}：{script.menu[f'consent_{row.state}']}", undo if agreed else (), open=False)


def _question(turn: Turn, script: Script, row: Consent, name: str) -> Say:
    what: Literal["handoff", "share"] = "share" if row.what == "share" else "handoff"
    say = consent_ask(State(language=script.language), options_for(turn.tenant, turn.now), row.id, what, name)
    assert say is not None  # only a hidden talk asks nothing, and that has no page
    return fill(say, {"office": turn.tenant.pack.office})
