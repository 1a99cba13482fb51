"""The desks of a pack (窓口), what leads to them, and the meetings. Public through `handoff.pack`."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from handoff.clock import Hours
from handoff.packs.local import Former
from triage.assessment import Domain


class Project(StrEnum):
    """The parts of the 事業 that a desk does (社会福祉法106条の4第2項), and the night duty."""

    COMPREHENSIVE = "comprehensive"
    COORDINATION = "coordination"
    OUTREACH = "outreach"
    PARTICIPATION = "participation"
    COMMUNITY = "community"
    ON_CALL = "on_call"

    @property
    def label_ja(self) -> str:
        """包括的相談, 多機関協働, アウトリーチ, 参加支援, 地域づくり, 当番."""
        return _PROJECT_JA[self]


_PROJECT_JA = {
    Project.COMPREHENSIVE: "包括的相談",
    Project.COORDINATION: "多機関協働",
    Project.OUTREACH: "アウトリーチ",
    Project.PARTICIPATION: "参加支援",
    Project.COMMUNITY: "地域づくり",
    Project.ON_CALL: "当番",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk (窓口). An empty `area` is the whole municipality.

    `hours` of `None`: nobody knows them. `hours_ja` says them in words: the pack's own, else made from `hours`.
    `layer` is `city` or `prefecture` (県・広域). `channels` are words such as 電話, FAX, 訪問, LINE. `owner` keeps the
    entry true; `verified_on` is the day on which somebody last called or asked.
    `unconfirmed`: how to reach it is not known yet (連絡先は未確認), and the pack says so. `bound`: it works for the
    town or on its commission (庁内・委託), so it is bound to secrecy by law. `since` and `until` (both days included)
    say when it exists; `formerly` what it was called before, oldest first. `referral`: people may hand over to it
    (つなぎ先), the machine proposes it to nobody.
    """

    id: str
    name: str
    projects: frozenset[Project] = frozenset()
    domains: frozenset[Domain] = frozenset()
    themes: frozenset[str] = frozenset()
    area: tuple[str, ...] = ()
    hours: Hours | None = None
    hours_ja: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    address: str = ""
    channels: tuple[str, ...] = ()
    layer: str = "city"
    owner: str = ""
    verified_on: date | None = None
    does_ja: str = ""
    unconfirmed: bool = False
    bound: bool = False
    since: date | None = None
    until: date | None = None
    formerly: tuple[Former, ...] = ()
    referral: bool = False

    @property
    def reach_ja(self) -> str:
        """How to reach it: telephone, FAX, e-mail, or that nobody knows it yet."""
        ways = (self.phone, f"FAX {self.fax}" if self.fax else "", self.email)
        return "・".join(way for way in ways if way) or "連絡先は未確認"

    def serving(self, day: date) -> bool:
        """Whether it exists on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def name_on(self, day: date) -> str:
        """What it was called on that day: an old packet keeps the old name."""
        return next(
            (old.name for old in sorted(self.formerly, key=lambda one: one.until) if day <= old.until), self.name
        )

    def owner_on(self, day: date) -> str:
        """The section that it belonged to on that day."""
        old = next((one for one in sorted(self.formerly, key=lambda one: one.until) if day <= one.until), None)
        return (old.owner or self.owner) if old else self.owner


@dataclass(frozen=True, slots=True)
class Route:
    """Desks to add when any of the themes (or domains) is read, before the desks of the domains, with the reason.

    `both`: a theme and a domain must be read together (医療 in a child's life → 医療的ケア児支援センター).
    """

    code: str
    desks: tuple[str, ...]
    reason_ja: str
    themes: frozenset[str] = frozenset()
    domains: frozenset[Domain] = frozenset()
    both: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that exists here, with the basis (`handoff.basis` code) on which cases may be shared in it.

    `every_ja` says in words when it is held; `nth` and `weekday` (0 is Monday) say it for the calendar where it is an
    nth weekday of each month (`nth` 1–5, -1 the last). `members` are who sits in it (構成員の名簿), by organisation or
    office; empty while nobody wrote them down: then every packet for it says so.
    """

    id: str
    name: str
    basis: str
    desk: str
    every_ja: str = ""
    nth: int | None = None
    weekday: int | None = None
    members: tuple[str, ...] = ()

    def day_in(self, year: int, month: int) -> date | None:
        """Its day in that month; None when it meets as needed, or the month has no such day. Closed days are not
        looked at: a meeting on a holiday is for people to move."""
        if self.nth is None or self.weekday is None:
            return None
        days = [
            date(year, month, day)
            for day in range(1, monthrange(year, month)[1] + 1)
            if date(year, month, day).weekday() == self.weekday
        ]
        place = self.nth if self.nth < 0 else self.nth - 1
        return days[place] if -len(days) <= place < len(days) else None
