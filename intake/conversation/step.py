"""One step of the conversation: pure, total, and the only door into it."""

from __future__ import annotations

from datetime import datetime

from intake.conversation.values import Event, Options, Outcome, State


def step(state: State, event: Event, alarm: frozenset[str], now: datetime, options: Options) -> Outcome:
    """What happens next. Never raises for anything a person can send."""
    raise NotImplementedError
