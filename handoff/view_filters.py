"""Ways of looking at the queue (見方): the built-in ones and a person's own filters, as pure decisions on values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from handoff.path_codes import PATHS, path_of
from handoff.ticket import IN_QUEUE, OPEN
from handoff.view_values import QueueItem
from triage.assessment import Assessment, Domain

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
    path: str | None = None
    """The code of `handoff.path_codes` that was written down, None where the route says it."""

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
        return self.kind == "consultation" and self.state in OPEN and self.folded_into is None

    @property
    def aside(self) -> bool:
        """No 相談, and not over (その他)."""
        return self.kind != "consultation" and self.state in OPEN and self.folded_into is None


Opened = QueueItem | None
"""What the case says, None while it has not been opened."""
Test = Callable[[Place, Opened], bool]


def foreign(read: Assessment) -> bool:
    """Life in another language: as a trouble told in Japanese, or as the language of the text itself."""
    return "foreign" in read.themes or read.unread_reason == "language" or read.language not in ("ja", "und")


def belongs(place: Place, item: Opened, me: int, now: int) -> list[str]:
    """The built-in views in which a live 相談 (`Place.live`) stands for `me`, beside `all` of them.

    One look at each case for all views: pages count them for every live case.
    """
    held, answered, state = place.held(now), place.answered, place.state
    found = ["held"] if held else []
    if state in IN_QUEUE and not held:
        found.append("open")
    if place.owner_id == me:
        found.append("mine")
    if answered:
        found.append("replied")
    if state == "handed":
        found.append("handed")
    if place.due_at is not None and not answered and not held:
        found.append("due")
    if place.route == "lifeline":
        found.append("lifeline")
    return found if item is None else [*found, *_says(item)]


def _says(item: QueueItem) -> Iterator[str]:
    """The views of `SEALED` to which a case belongs."""
    if item.breadth >= 3:
        yield "complex"
    read = item.assessment
    if read is not None and Domain.CHILD in read.domains:
        yield "child"
    if read is not None and foreign(read):
        yield "foreign"


BUILT_IN = frozenset(
    {"all", "open", "mine", "replied", "handed", "held", "due", "complex", "child", "lifeline", "foreign"}
)
"""Views of live 相談; `other` stands for what is none (`Place.aside`)."""
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
    path: str = ""
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
        return all(test(place, item) for test in self.tests(me, now).values())

    def tests(self, me: int, now: int) -> dict[tuple[str, object], Test]:
        """What a live case must pass to belong to it: a test for each (field, value) that was chosen.

        The same field and value is the same test in every filter, so that one answer serves all views of a person.
        """
        every: dict[str, Test] = {
            "urgency": lambda p, _: p.urgency in self.urgency,
            "desk": lambda p, _: p.owner_desk == self.desk,
            "route": lambda p, _: p.route == self.route,
            "path": lambda p, _: (p.path or path_of(p.route)) == self.path,
            "owner": self._owned(me),
            "state": self._stands(now),
            "waiting": self._waits(now),
            "practice": lambda p, _: p.practice is (self.practice == "only"),
            "domain": _read(lambda read, _: any(str(domain) in self.domain for domain in read.domains)),
            "language": _read(lambda read, _: foreign(read) is (self.language == "other")),
            "breadth": _read(lambda _, item: item.breadth >= int(self.breadth)),
        }
        return {(name, value): test for name, test in every.items() if (value := getattr(self, name))}

    def _owned(self, me: int) -> Test:
        if self.owner in ("nobody", "somebody"):
            return lambda p, _: (p.owner_id is None) is (self.owner == "nobody")
        who = str(me) if self.owner == "me" else self.owner
        return lambda p, _: str(p.owner_id) == who

    def _stands(self, now: int) -> Test:
        if self.state == "held":
            return lambda p, _: p.held(now)
        if self.state == "open":
            return lambda p, _: p.state in IN_QUEUE and not p.held(now)
        return lambda p, _: p.state == self.state

    def _waits(self, now: int) -> Test:
        if self.waiting in ("over", "soon"):
            first, last = (-1 << 62, 0) if self.waiting == "over" else (0, SOON_MS)
            return lambda p, _: p.due_at is not None and not p.answered and first <= p.due_at - now < last
        if self.waiting in ("day", "three_days"):
            least = DAY_MS if self.waiting == "day" else 3 * DAY_MS
            return lambda p, _: not p.answered and now - p.waiting_since >= least
        return lambda p, _: p.answered is (self.waiting == "answered")

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


def _read(says: Callable[[Assessment, QueueItem], bool]) -> Test:
    """A test of what a case says: it must be opened and read to pass."""
    return lambda _, item: item is not None and item.assessment is not None and says(item.assessment, item)


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
        path=one("path", ("", *PATHS)),
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
