"""Whom a call reaches, round by round, and when it is said again (呼び出しの順番). Pure.

Round 0 is the first. Rounds go on until somebody acknowledges: after the last one of the rota it is repeated, at
growing distances of at most `MOST_MINUTES` (or the pack's own distance where that is longer).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from handoff.packs.values import OnCall, Pack

MOST_MINUTES = 15


def of_area(pack: Pack, area: str) -> OnCall:
    """The pack's rota for somebody who lives in `area` (`Ticket.area`): that of the place, else of its group, else the
    town's own. Where the town has people of its own for office hours, these are called then."""
    on_call = pack.on_call
    group = next((one.group for one in pack.areas if one.name == area), "")
    known = {one.area: one.rota for one in on_call.areas}
    found = known.get(area) or known.get(group)
    return replace(on_call, rota=found) if found else on_call


def rounds(on_call: OnCall, *, opened: bool = False) -> tuple[tuple[str, ...], ...]:
    """The names of each round; `opened`: during office hours, for which a pack may name others."""
    return (on_call.office_rota if opened else ()) or on_call.rota


def names_of(on_call: OnCall, step: int, *, opened: bool = False) -> tuple[str, ...]:
    """The names of the addresses that round `step` calls besides Slack; empty where the pack has no rota."""
    found = rounds(on_call, opened=opened)
    return found[min(step, len(found) - 1)] if found else ()


def wait_seconds(on_call: OnCall, step: int, *, opened: bool = False) -> float:
    """How long after round `step` the next one follows."""
    extra = max(step + 1 - max(len(rounds(on_call, opened=opened)), 1), 0)
    longest = max(MOST_MINUTES, on_call.every_minutes)
    doubled: int = on_call.every_minutes << min(extra, 8)
    return 60.0 * min(doubled, longest)


def every_name(on_call: OnCall) -> tuple[str, ...]:
    """All names of every rota, those of the places too, each once, in their order."""
    local = (each for one in on_call.areas for each in one.rota)
    found = (name for each in (*on_call.rota, *on_call.office_rota, *local) for name in each)
    return tuple(dict.fromkeys(found))


def reachable(on_call: OnCall, *, slack: bool, addresses: Collection[str]) -> bool:
    """Whether there is any way at all to call somebody: Slack, or an address that one of the rotas names."""
    return slack or any(name in addresses for name in every_name(on_call))


def honest(on_call: OnCall, *, slack: bool, addresses: Collection[str]) -> OnCall:
    """`on_call` as it may be promised: available only if the pack says so and there is a way to call.

    The one place where that is decided: the composition puts the result into the pack, from which the conversation's
    「いま読める人」, the promises (`clock.due`) and the plan are made. The promise is made to everybody, also to whom
    lives nobody knows where: so the town's own rota must reach somebody, and a rota of a place that reaches nobody
    gives way to it.
    """
    local = tuple(one for one in on_call.areas if any(name in addresses for each in one.rota for name in each))
    towns = replace(on_call, areas=())
    return replace(
        on_call, areas=local, available=on_call.available and reachable(towns, slack=slack, addresses=addresses)
    )
