"""Changes on screen (設定の変更): propose, write, history. Works in the caller's transaction and never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import ledger, overlay, overlay_desks, rota
from handoff.desk_records import SettingChange
from handoff.office import Conflict, Office, Refused, StaffRef
from handoff.overlay import Change
from handoff.overlay_rows import COUNTER, changes_of
from handoff.pack import Level, Pack, PackError, Problem
from handoff.records import Staff
from intake.db import next_number
from intake.ids import new_id

MOST_VALUE = 20_000


class Unusable(Refused):
    """A change with which the pack could not be used. `problems` say what is wrong, each with its code."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].code, problems[0].message_ja)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to change. `seen`: id of the newest change of this thing that they had before them, or 0."""

    kind: str
    key: str
    value: str
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a wish would do: the pack before and after it."""

    before: Pack
    after: Pack


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in the history of a thing, with the packs around it. `current`: it is the one that counts."""

    change: Change
    at: int
    by: str
    before: Pack
    after: Pack
    current: bool


def effective(office: Office, session: Session) -> overlay.Laid:
    """The pack as this transaction sees it, not seconds old; not yet made honest about who can be called."""
    shelf = office.shelf
    return overlay.laid(shelf.base, changes_of(session, office.tenant), shelf.registry)


def newest_id(changes: Sequence[Change], kind: str, key: str) -> int:
    """The id of the newest change of this thing, 0 when it was never changed."""
    return max((change.id for change in changes if (change.kind, change.key) == (kind, key)), default=0)


def propose(office: Office, session: Session, wish: Wish) -> Proposal:
    """What the wish would do. Raises `Unusable`, and `Conflict` when somebody changed the same thing meanwhile."""
    changes = changes_of(session, office.tenant)
    return _proposal(office, changes, wish)


def put(office: Office, session: Session, staff: StaffRef, wish: Wish, now: int) -> Proposal:
    """Write the change, and move the cases of a desk that closes. 管理 only.

    Raises `Refused("not_manager")`, `Unusable`, or `Conflict("changed_meanwhile")`; then nothing is changed.
    """
    if staff.role != "manager" or staff.tenant != office.tenant:
        raise Refused("not_manager", "設定を変えられるのは、管理の人だけです。")
    next_number(session, office.tenant, COUNTER)  # whoever writes after us waits here, and then reads what we wrote
    changes = changes_of(session, office.tenant)
    proposal = _proposal(office, changes, wish)
    row_id = max(new_id(), max((change.id for change in changes), default=0) + 1)
    session.add(
        SettingChange(
            id=row_id, tenant=office.tenant, kind=wish.kind, key=wish.key, value=wish.value, by_staff=staff.id, at=now
        )
    )
    overlay_desks.move_left_behind(office, session, proposal.after, now, staff, (*changes, _change(wish, row_id)))
    # Last, as every act does: two locks the other way round would wait for ever.
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="setting_changed", staff_id=staff.id,
        detail=f"{wish.kind} {wish.key}",
    )  # fmt: skip
    return proposal


def history(office: Office, session: Session, kind: str, key: str, limit: int = 20) -> tuple[Entry, ...]:
    """The changes of one thing, newest first, each with the packs before and after it, all else as it is now."""
    rows = session.execute(
        select(SettingChange, Staff.name)
        .join(Staff, Staff.id == SettingChange.by_staff)
        .where(SettingChange.tenant == office.tenant, SettingChange.kind == kind, SettingChange.key == key)
        .order_by(SettingChange.id.desc())
        .limit(limit + 1)
    ).all()
    changes = changes_of(session, office.tenant)
    others = tuple(change for change in changes if (change.kind, change.key) != (kind, key))
    shelf = office.shelf

    def with_value(value: str) -> Pack:
        laid = (*others, Change(2**62, kind, key, value))
        return overlay.laid(shelf.base, laid, shelf.registry).pack

    found = []
    for number, (row, name) in enumerate(rows[:limit]):
        earlier = rows[number + 1][0].value if number + 1 < len(rows) else ""
        change = Change(row.id, kind, key, row.value)
        found.append(Entry(change, row.at, name, with_value(earlier), with_value(row.value), current=number == 0))
    return tuple(found)


def lately(session: Session, tenant: str, limit: int = 10) -> tuple[tuple[Change, int, str], ...]:
    """The newest changes of the town: what, when (ms), by whom."""
    rows = session.execute(
        select(SettingChange, Staff.name)
        .join(Staff, Staff.id == SettingChange.by_staff)
        .where(SettingChange.tenant == tenant)
        .order_by(SettingChange.id.desc())
        .limit(limit)
    )
    return tuple((Change(row.id, row.kind, row.key, row.value), row.at, name) for row, name in rows)


def value_before(session: Session, tenant: str, kind: str, key: str) -> tuple[str, int] | None:
    """What 〔前に戻す〕 brings back, with the id of the change that it takes back; None when nothing was changed."""
    rows = session.execute(
        select(SettingChange.value, SettingChange.id)
        .where(SettingChange.tenant == tenant, SettingChange.kind == kind, SettingChange.key == key)
        .order_by(SettingChange.id.desc())
        .limit(2)
    ).all()
    if not rows:
        return None
    return (rows[1].value if len(rows) > 1 else "", rows[0].id)


def _proposal(office: Office, changes: Sequence[Change], wish: Wish) -> Proposal:
    if newest_id(changes, wish.kind, wish.key) != wish.seen:
        raise Conflict("changed_meanwhile", "ほかの人が先に変えました。いまの設定を見てから、もう一度変えてください。")
    if len(wish.value) > MOST_VALUE or len(wish.key) > 80:
        raise Refused("too_long", "長すぎます。短くしてください。")
    shelf, change = office.shelf, _change(wish, 2**62)
    before = overlay.laid(shelf.base, changes, shelf.registry)
    try:
        alone = overlay.lay(before.pack, change, shelf.registry) if wish.value else before.pack
    except PackError as error:
        raise Unusable((Problem(Level.ERROR, "unusable", str(error)),)) from None
    if wrong := overlay.faults(before.pack, alone):
        raise Unusable(wrong)
    after = overlay.laid(shelf.base, (*changes, change), shelf.registry)
    if {_thing(left) for left in after.unusable} - {
        _thing(left) for left in before.unusable
    } or change in after.unusable:
        raise Unusable((_CLASH,))
    if missing := _unknown_addresses(office, before.pack, after.pack):
        raise Unusable((missing,))
    return Proposal(before.pack, after.pack)


def _thing(change: Change) -> tuple[str, str]:
    return change.kind, change.key


_CLASH = Problem(Level.ERROR, "clash", "ほかの設定が、これを使っています。先にそちらを変えてください。")


def _unknown_addresses(office: Office, before: Pack, after: Pack) -> Problem | None:
    """A rota that names an address which the settings do not have would call nobody."""
    ways = office.shelf.ways
    if ways is None or before.on_call == after.on_call:
        return None
    missing = [name for name in rota.every_name(after.on_call) if name not in ways.addresses]
    if not missing:
        return None
    message = f"設定にない呼び出し先です: {'、'.join(missing)}。使えるのは「{'、'.join(sorted(ways.addresses))}」です。"
    return Problem(Level.ERROR, "unknown_address", message if ways.addresses else _NO_ADDRESS)


_NO_ADDRESS = "この町の設定には、呼び出し先（notify）がまだありません。情報政策の係に頼んでください。"


def _change(wish: Wish, row_id: int) -> Change:
    return Change(row_id, wish.kind, wish.key, wish.value)
