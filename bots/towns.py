"""Where people live, as a step of the conversation is told of it: the pack's places, a name typed."""

from __future__ import annotations

from dataclasses import replace

from handoff import residence
from handoff.pack import Pack
from intake.conversation import values as talk

_ASKED = frozenset({"town", "elsewhere"})


def with_towns(pack: Pack, state: talk.State, words: str, options: talk.Options) -> talk.Options:
    """The options with the pack's places, and the municipality that the words name where one was asked for."""
    if not pack.areas:
        return options
    found = residence.town_named(pack, words) if words and state.pending in _ASKED else None
    own = next(((one.key, one.name) for one in pack.areas if found and one.code6 == found[0]), found)
    return replace(
        options,
        areas=tuple((one.key, one.name) for one in pack.areas),
        known=replace(options.known, town=own),
    )
