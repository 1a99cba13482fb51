"""Ways of looking at the queue (見方): the built-in ones and a person's own filters, as pure decisions on values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from handoff.view_values import QueueItem
from triage.assessment import Assessment, Domain

LIVE = ("draft", "received", "claimed", "handed")
OPEN = ("draft", "received")
SOON_MS = 30 * 60_000
DAY_MS = 86_400_000
_MOST_LIST = 8
_MOST_TEXT = 64


class Place(NamedTuple):
    """Where a case stands, as far as it lies open in the database: no seal is needed for it. Times in ms UTC."""

    case_id: int
    number: int
    route: str
    identity: str
    opened_at: int
    state: str
    kind: str
    urgency: str
    waiting_since: int
    due_at: int | None
    replied_at: int | None
    owner_id: int | None
    owner_desk: str
    hold_until: int | None
    folded_into: int | None
    practice: bool
    version: int
    changed_at: int
    channel: str | None
    blocked: bool | None
    hidden: bool | None

    def held(self, now: int) -> bool:
        """保留中: out of the way for now."""
        return self.hold_until is not None and self.hold_until > now

    @property
    def answered(self) -> bool:
        """Staff answered last: we wait for the person (返事待ち)."""
        return self.replied_at is not None and self.replied_at >= self.waiting_since

    @property
    def live(self) -> bool:
        """A 相談 that is not over and stands by itself."""
        return self.kind == "consultation" and self.state in LIVE and self.folded_into is None

    @property
    def aside(self) -> bool:
        """No 相談, and not over (その他)."""
        return self.kind != "consultation" and self.state in LIVE and self.folded_into is None


Opened = QueueItem | None
"""What the case says, None while it has not been opened."""
Keep = Callable[[Place, Opened, int, int], bool]
"""(a live place, opened, id of the looker, now) → whether it belongs to the view."""


def _complex(_place: Place, item: Opened, _me: int, _now: int) -> bool:
    return item is not None and item.breadth >= 3


def _child(_place: Place, item: Opened, _me: int, _now: int) -> bool:
    return item is not None and item.assessment is not None and Domain.CHILD in item.assessment.domains


def _foreign(_place: Place, item: Opened, _me: int, _now: int) -> bool:
    return item is not None and item.assessment is not None and foreign(item.assessment)


def foreign(read: Assessment) -> bool:
    """Life in another language: as a trouble told in Japanese, or as the language of the text itself."""
    return "foreign" in read.themes or read.unread_reason == "language" or read.language not in ("ja", "und")


BUILT_IN: Mapping[str, Keep] = {
    "all": lambda _p, _i, _me, _now: True,
    "open": lambda p, _i, _me, now: p.state in OPEN and not p.held(now),
    "mine": lambda p, _i, me, _now: p.owner_id == me,
    "replied": lambda p, _i, _me, _now: p.answered,
    "handed": lambda p, _i, _me, _now: p.state == "handed",
    "held": lambda p, _i, _me, now: p.held(now),
    "due": lambda p, _i, _me, now: p.due_at is not None and not p.answered and not p.held(now),
    "complex": _complex,
    "child": _child,
    "lifeline": lambda p, _i, _me, _now: p.route == "lifeline",
    "foreign": _foreign,
}
"""Asked of live places only; `other` stands for what is no 相談 (`Place.aside`)."""
SEALED = frozenset({"complex", "child", "foreign"})
"""Views that depend on what a case says: each case must be opened to know."""

STATES = ("", "open", "claimed", "handed", "held")
WAITING = ("", "over", "soon", "unanswered", "answered", "day", "three_days")
LANGUAGES = ("", "other", "ja")
PRACTICE = ("", "only", "without")
OWNERS = ("", "me", "nobody", "somebody")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a person chose to see; "" and () choose everything. Only codes and ids, never words.

    `owner`: one of `OWNERS` or the id of a member of staff. `waiting`: one of `WAITING`.
    """

    domain: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    desk: str = ""
    owner: str = ""
    route: str = ""
    state: str = ""
    waiting: str = ""
    language: str = ""
    practice: str = ""
    breadth: str = ""

    @property
    def sealed(self) -> bool:
        """Whether cases must be opened to know."""
        return bool(self.domain or self.language or self.breadth)

    def __bool__(self) -> bool:
        return self != Filter()

    def keeps(self, place: Place, item: Opened, me: int, now: int) -> bool:
        """Whether this live case belongs to it."""
        return (
            (not self.urgency or place.urgency in self.urgency)
            and self.desk in ("", place.owner_desk)
            and self.route in ("", place.route)
            and self._owned(place, me)
            and self._stands(place, now)
            and self._waits(place, now)
            and (not self.practice or place.practice is (self.practice == "only"))
            and (not self.sealed or (item is not None and self._says(item)))
        )

    def _owned(self, place: Place, me: int) -> bool:
        wanted: dict[str, bool] = {
            "": True, "me": place.owner_id == me, "nobody": place.owner_id is None,
            "somebody": place.owner_id is not None,
        }  # fmt: skip
        return wanted[self.owner] if self.owner in wanted else str(place.owner_id) == self.owner

    def _stands(self, place: Place, now: int) -> bool:
        if self.state in ("", "held"):
            return not self.state or place.held(now)
        return place.state in OPEN and not place.held(now) if self.state == "open" else place.state == self.state

    def _waits(self, place: Place, now: int) -> bool:
        left = None if place.due_at is None or place.answered else place.due_at - now
        waited = 0 if place.answered else now - place.waiting_since
        return {
            "": True, "over": left is not None and left < 0, "soon": left is not None and 0 <= left < SOON_MS,
            "unanswered": not place.answered, "answered": place.answered,
            "day": waited >= DAY_MS, "three_days": waited >= 3 * DAY_MS,
        }[self.waiting]  # fmt: skip

    def _says(self, item: QueueItem) -> bool:
        read = item.assessment
        if read is None:
            return False
        other = foreign(read)
        return (
            (not self.domain or bool({str(d) for d in read.domains} & set(self.domain)))
            and (not self.language or other is (self.language == "other"))
            and (not self.breadth or item.breadth >= int(self.breadth))
        )

    def to_json(self) -> str:
        """As it is stored, at most 400 characters."""
        chosen = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}
        return json.dumps(chosen, separators=(",", ":"))

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(field, value) of everything chosen, as in an address."""
        found: list[tuple[str, str]] = []
        for one in fields(self):
            value = getattr(self, one.name)
            found += [(one.name, part) for part in ((value,) if isinstance(value, str) else value) if part]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen in this town, beside what is fixed: ids of desks and of staff, codes of routes."""

    desks: frozenset[str] = field(default_factory=frozenset)
    staff: frozenset[str] = field(default_factory=frozenset)
    routes: frozenset[str] = field(default_factory=frozenset)


def read_filter(given: Mapping[str, list[str]], choices: Choices | None = None) -> Filter:
    """The filter of an address or a form. What is unknown counts as not chosen; `choices` None knows every name."""

    def one(name: str, known: tuple[str, ...] | frozenset[str] | None) -> str:
        value = (given.get(name) or [""])[-1][:_MOST_TEXT]
        return value if known is None or value in known else ""

    def many(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(value for value in known if value in given.get(name, ())[:_MOST_LIST])

    return Filter(
        domain=many("domain", tuple(map(str, Domain))),
        urgency=many("urgency", ("emergency", "high", "normal")),
        desk=one("desk", choices.desks if choices else None),
        owner=one("owner", choices.staff | set(OWNERS) if choices else None),
        route=one("route", choices.routes if choices else None),
        state=one("state", STATES),
        waiting=one("waiting", WAITING),
        language=one("language", LANGUAGES),
        practice=one("practice", PRACTICE),
        breadth=one("breadth", ("", "2", "3")),
    )


def stored(filters: str) -> Filter:
    """The inverse of `to_json`; codes that this version does not know count as not chosen."""
    data: dict[str, Any] = json.loads(filters)
    given = {name: [value] if isinstance(value, str) else [str(v) for v in value] for name, value in data.items()}
    return read_filter(given)
