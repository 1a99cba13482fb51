"""Where a case's card stands (どのチャンネルに出すか): the town's channel, and those of desks and domains. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

DOMAIN: Final = "domain:"
"""Before a domain's code in `SlackSettings.channels`; a key without it is a desk's id."""


def places(more: Mapping[str, str], desks: Iterable[str], domains: Iterable[str]) -> dict[str, bool]:
    """The channels besides the town's own: channel → whether it is a desk's (a domain's alone is False).

    `more` is `SlackSettings.channels`; `desks` are those that have the case or are asked to take it.
    """
    found = {more[f"{DOMAIN}{domain}"]: False for domain in domains if f"{DOMAIN}{domain}" in more}
    return found | {more[desk]: True for desk in desks if desk in more}


def lane(tenant: str, case_id: int, place: str = "") -> str:
    """The lane of a case's rows in one channel, "" for the town's own: a channel that is held holds up no other."""
    return f"slack:{tenant}:{case_id}" + (f":{place}" if place else "")


def place_of(lane_name: str) -> str:
    """The channel that a lane names, "" for the town's own."""
    parts = lane_name.split(":")
    return parts[3] if len(parts) == 4 and parts[0] == "slack" else ""
