"""Wrong tries at a passphrase (合い言葉の回数): in a row at one receipt, and by asker and municipality an hour."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bots.parts import Parts
from intake.db import insert_ignore
from intake.records import Counter

MAX_WRONG = 5
ASKER_WRONG, TOWN_WRONG = 5, 20
"""Wrong tries within one clock hour, of one asker and of a municipality."""
FIRST_LOCK_MS, LONGEST_LOCK_MS = 15 * 60_000, 24 * 3_600_000
_FORGET_MS = 7 * 24 * 3_600_000
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries in a row at one receipt, and until when no further one counts (ms, UTC)."""

    count: int = 0
    until: int = 0

    def locked(self, now: int) -> bool:
        """Whether a try now would not be looked at."""
        return now < self.until

    def wrong(self, now: int) -> Tries:
        """After one more wrong try: the fifth locks for 15 minutes, each further one twice as long, at most a day."""
        count = min((0 if self.until < now - _FORGET_MS else self.count) + 1, 99)
        over = count - MAX_WRONG
        lock = 0 if over < 0 else min(FIRST_LOCK_MS * 2 ** min(over, 20), LONGEST_LOCK_MS)
        return Tries(count, now + lock)


@dataclass(frozen=True, slots=True)
class Marks:
    """Counters of wrong tries: at this code (when no case has it), by this asker, in this municipality."""

    tenant: str
    names: tuple[str, str, str]
    values: tuple[int, int, int]
    own: bool = False
    """Whether somebody is at their own talk: then the municipality's count neither stops them nor grows."""

    def full(self, now: int) -> bool:
        """Whether the hour's wrong tries are used up."""
        _, asker, town = (_in_hour(value, now) for value in self.values)
        return asker >= ASKER_WRONG or (town >= TOWN_WRONG and not self.own)

    def clear(self, session: Session) -> None:
        """The right words were said: the tries before them count no more."""
        session.execute(
            update(Counter).where(Counter.tenant == self.tenant, Counter.name == self.names[0]).values(value=0)
        )

    def count(self, session: Session, after: Tries, now: int) -> None:
        """Write one more wrong try, and forget counters of days long gone."""
        hour = now // _HOUR_MS * 1000
        grown = (self.values[1], 1), (self.values[2], 0 if self.own else 1)
        wrong = [hour + _in_hour(value, now) + more for value, more in grown]
        for name, value in zip(self.names, (after.until * 100 + after.count, *wrong), strict=True):
            session.execute(
                update(Counter).where(Counter.tenant == self.tenant, Counter.name == name).values(value=value)
            )
        old = Counter.tenant == self.tenant
        session.execute(delete(Counter).where(old, Counter.name.like("ask-%"), Counter.value < hour - 1000))
        session.execute(
            delete(Counter).where(old, Counter.name.like("try-%"), Counter.value < (now - _FORGET_MS) * 100)
        )


def marks_of(session: Session, tenant: str, lookup: str, asker: str, parts: Parts, *, own: bool) -> Marks:
    """The counters of this try, locked until the caller's transaction ends; made where they are missing."""
    by = parts.vault.blind.of(tenant, "asker", asker)
    names = (f"try-own-{lookup[2:26]}" if own else f"try-{lookup[2:30]}", f"ask-{by[2:30]}", "proof-wrong")
    values = []
    for name in names:
        insert_ignore(session, Counter, {"tenant": tenant, "name": name, "value": 0})
        row = session.scalar(
            select(Counter.value).where(Counter.tenant == tenant, Counter.name == name).with_for_update()
        )
        values.append(row or 0)
    return Marks(tenant, names, (values[0], values[1], values[2]), own)


def decoded(value: int) -> Tries:
    """The tries at a code that no case has, as its counter holds them."""
    return Tries(value % 100, value // 100)


def _in_hour(value: int, now: int) -> int:
    return value % 1000 if value // 1000 == now // _HOUR_MS else 0
