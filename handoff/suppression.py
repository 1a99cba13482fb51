"""Small cells (少ない数をふせる): which cells of a table may be published, so that the others stay unknown. Pure.

A table counts one unit (cases, hand-overs) by category and by period; months add up to quarters and a fiscal year,
categories add up to the total. Such a table is a network: every cell is an arc, and all that is published says how
flows must add up. How far a hidden cell may vary under everything that is published is then a question of maximal
flows (Cox 1995, *Network models for complementary cell suppression*). Periods are published one after the other and
never again; what was published before is taken into account. See `docs/decisions/0017-small-cells.md`.

The work is bounded (`MOST_STEPS`): a table too intricate for it is published with more hidden than need be, or not at
all. It is counted in steps, not in seconds, so that the same figures always come out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

TOTAL: Final = "total"
"""The row that all other rows add up to."""
Key = tuple[str, str]
"""(row, period) of a cell."""
Arc = tuple[str, str]
MOST_STEPS: Final = 20_000_000
"""So many arcs are looked at for one table and period (some seconds)."""


class TooIntricate(Exception):
    """The steps are used up."""


@dataclass(frozen=True, slots=True)
class Periods:
    """How periods add up: child → parent. A period without a parent here stands at the top."""

    parent: Mapping[str, str] = field(default_factory=dict)

    @property
    def leaves(self) -> tuple[str, ...]:
        """The periods that nothing adds up to, in order."""
        parents = set(self.parent.values())
        return tuple(sorted(one for one in {*self.parent, *parents} if one not in parents))

    def months_of(self, period: str) -> tuple[str, ...]:
        """The leaves that add up to `period`; itself when it is one."""
        return tuple(leaf for leaf in self.leaves if period in self.above(leaf)) or (period,)

    def above(self, leaf: str) -> tuple[str, ...]:
        """`leaf` and every period that it adds up to, upwards."""
        chain = [leaf]
        while chain[-1] in self.parent:
            chain.append(self.parent[chain[-1]])
        return tuple(chain)


_Step = tuple[Key, int, str]
"""(arc, 1 along it or -1 against it, the node that it leads to)."""


class Network:
    """The cells of one table as arcs of a circulation: those published are fixed, the others free.

    A hidden total is known to be at least one, because a total of nothing is always published.
    """

    def __init__(
        self, values: Mapping[Key, int], periods: Periods, open_: Iterable[Key], most_steps: int = MOST_STEPS
    ) -> None:
        """`values`: the true counts of every row (the total too) in every leaf. `open_`: what is published."""
        self._values = dict(values)
        self._arcs: dict[Key, Arc] = {}
        rows = {row for row, _ in values}
        leaves = {leaf for _, leaf in values}
        for row in rows:
            self._place(row, leaves, periods)
        if rows == {TOTAL}:  # totals alone: whatever they count comes from somewhere
            for leaf in leaves:
                self._values["", leaf], self._arcs["", leaf] = self._values[TOTAL, leaf], ("source", leaf)
        self._open = set(open_)
        self._steps: dict[str, list[_Step]] = {}
        for key, (tail, head) in self._arcs.items():
            self._steps.setdefault(tail, []).append((key, 1, head))
            self._steps.setdefault(head, []).append((key, -1, tail))
        self._left = most_steps

    @property
    def values(self) -> Mapping[Key, int]:
        """The true count of every cell, the sums over periods among them."""
        return self._values

    def fixed(self, key: Key) -> bool:
        """Whether everybody knows this cell."""
        return key in self._open

    def hide(self, key: Key) -> None:
        """Do not publish this cell after all."""
        self._open.discard(key)

    def show(self, key: Key) -> None:
        """Publish this cell."""
        self._open.add(key)

    def vary(self, key: Key, enough: int) -> frozenset[Key] | None:
        """Whether a hidden cell may vary by `enough` under all that is published, and which cells vary with it then.

        None when it may not. While those stay hidden, it may, whatever else is published. Raises `TooIntricate`.
        """
        tail, head = self._arcs[key]
        with_it: set[Key] = {key}
        width = self._push(head, tail, key, enough, with_it)
        if width < enough:
            width += min(self._less(key, {}), self._push(tail, head, key, enough - width, with_it))
        return frozenset(with_it) if width >= enough else None

    def _place(self, row: str, leaves: Iterable[str], periods: Periods) -> None:
        for leaf in leaves:
            chain = periods.above(leaf)
            for number, period in enumerate(chain):
                if number:
                    self._values[row, period] = self._values.get((row, period), 0) + self._values[row, leaf]
                upper = f"{row}\x1f{chain[number + 1]}" if number + 1 < len(chain) else "source"
                lower = f"{row}\x1f{period}" if number else leaf
                self._arcs[row, period] = (lower, upper) if row == TOTAL else (upper, lower)

    def _push(self, start: str, goal: str, but: Key, enough: int, touched: set[Key]) -> int:
        """The most that can flow from `start` to `goal` without arc `but`, counted up to `enough`; adds the arcs."""
        used: dict[Key, int] = {}
        sent = 0
        while sent < enough:
            path = self._path(start, goal, but, used)
            if path is None:
                return sent
            room = min([enough - sent, *(self._less(key, used) for key, way in path if way < 0)])
            for key, way in path:
                used[key] = used.get(key, 0) + way * room
                touched.add(key)
            sent += room
        return sent

    def _less(self, key: Key, used: Mapping[Key, int]) -> int:
        """How much less a cell may be; how much more is without end."""
        return max(self._values[key] - (key[0] in ("", TOTAL)), 0) + used.get(key, 0)

    def _path(self, start: str, goal: str, but: Key, used: Mapping[Key, int]) -> list[tuple[Key, int]] | None:
        came: dict[str, tuple[str, Key, int]] = {start: ("", but, 0)}
        queue = deque([start])
        while queue and goal not in came:
            here = queue.popleft()
            steps = self._steps.get(here, ())
            self._left -= len(steps)
            if self._left < 0:
                raise TooIntricate
            for key, way, there in steps:
                if there in came or key in self._open or key == but or (way < 0 and not self._less(key, used)):
                    continue
                came[there] = (here, key, way)
                queue.append(there)
        if goal not in came:
            return None
        path, here = [], goal
        while here != start:
            here, key, way = came[here]
            path.append((key, way))
        return path


def publish(
    values: Mapping[Key, int],
    periods: Periods,
    period: str,
    before: Iterable[Key],
    least: int,
    most_steps: int = MOST_STEPS,
) -> frozenset[Key]:
    """The cells of `period` that may be published now, beside those published `before`.

    `values`: true counts by row and leaf. With `TOTAL` as the only row the totals themselves are decided; beside
    other rows they are shared by many tables, stand decided in `before`, and are not touched. A cell of 1 to
    `least` - 1 stays hidden, and so do as many others as it takes for it to be able to vary by `least`. A zero is
    published only in a period in which nothing is hidden: else it looks like the rest. In the worst case nothing is
    published.
    """
    rows = {row for row, _ in values}
    total = (TOTAL, period)
    alone = rows == {TOTAL}
    already = frozenset(before)
    fresh = {(row, period) for row in rows if alone or row != TOTAL}
    network = Network(values, periods, already | fresh, most_steps)
    known = network.values
    fresh &= known.keys()
    hidden_total = not alone and not network.fixed(total)
    if hidden_total:  # it is hidden in every table: nothing may stand that adds up to it
        return frozenset()
    small = [key for key, value in known.items() if key[0] and 0 < value < least]
    if not fresh.isdisjoint(small):
        for key in fresh:
            if known[key] < least:
                network.hide(key)
    try:
        _hide_more(network, fresh, small, least)
    except TooIntricate:  # nothing of this period can be subtracted from anything
        return frozenset()
    shown = frozenset(key for key in fresh if network.fixed(key))
    return shown if shown == fresh else frozenset(key for key in shown if known[key])


def _hide_more(network: Network, fresh: Iterable[Key], small: Iterable[Key], least: int) -> None:
    """Hide of `fresh`, smallest first, until every small cell can vary; then show again what was hidden for nothing.

    Raises `TooIntricate` while some small cell may still be known too well.
    """
    known = network.values
    left = sorted((key for key in fresh if network.fixed(key) and known[key]), key=lambda key: (known[key], key))
    hidden: list[Key] = []
    watched = [key for key in small if not network.fixed(key)]
    with_it: dict[Key, frozenset[Key]] = {}
    for key in watched:
        while len(hidden) < len(left) and not _varies(network, key, with_it, least):
            hidden.append(left[len(hidden)])
            network.hide(hidden[-1])
    try:
        # One that cannot vary whatever is hidden was given away by an earlier period: then all stays hidden.
        if hidden and all(key in with_it or _varies(network, key, with_it, least) for key in watched):
            for key in reversed(hidden):
                _show_again(network, key, with_it, least)
    except TooIntricate:  # what is hidden now is enough
        return


def _varies(network: Network, key: Key, with_it: dict[Key, frozenset[Key]], least: int) -> bool:
    """Whether a small cell can vary; remembers together with which others."""
    together = network.vary(key, least)
    if together is not None:
        with_it[key] = together
    return together is not None


def _show_again(network: Network, key: Key, with_it: dict[Key, frozenset[Key]], least: int) -> None:
    """Show a hidden cell if every small one can still vary. Asked anew are those that varied together with it."""
    network.show(key)
    anew: dict[Key, frozenset[Key]] = {}
    try:
        for one, together in with_it.items():
            if key in together:
                varies = network.vary(one, least)
                if varies is None:
                    network.hide(key)
                    return
                anew[one] = varies
    except TooIntricate:
        network.hide(key)
        raise
    with_it |= anew
