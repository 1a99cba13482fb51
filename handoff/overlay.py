"""What a town changed on screen, laid over its pack (設定の重ね). Pure; the table itself is in `overlay_store`.

A change speaks of one thing (`kind`, `key`) and says the whole of it, in the words of a pack's TOML as JSON; the newest
of each counts, and one with an empty value takes back what was changed. So taking back is exact, and the order in which
different things were changed does not matter, except that a desk closed later hands on what it then had.

| kind | key | value |
|---|---|---|
| `desk` | the desk's id | a `[[desk]]` without `id` and `hours`, or `{"retired_to": "<desk>"}` |
| `hours` | the desk's id | `[hours.*]` with `hours_ja`, or `{"unknown": true, "hours_ja": "…"}` |
| `on_call`, `sla` | `all` | the table of the pack |
| `number` | the line's id | `{"on": …, "verified_on": …}`, or with `label` a `[[numbers.line]]` of the town's own |
| `partner` | its code | a `[[partner]]` without `code` |
| `text` | `office`, `exit_url`, `neutral`, `notice:<kind>`, `template:<id>` | the text, the list, or the table |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from unicodedata import category

from handoff.clock import hours_ja
from handoff.overlay_texts import with_text
from handoff.pack import Desk, Level, Number, Pack, PackError, Problem, check
from handoff.packs.reading import read_number, read_on_call, read_partner, read_sla
from handoff.packs.reading_desks import read_desk
from handoff.packs.reading_hours import read_hours
from handoff.packs.table import Table

KINDS = ("desk", "hours", "on_call", "number", "partner", "text", "sla")
"""In the order in which they are laid: hours need their desk."""
ALL = "all"
_ANY_DAY = date(2026, 1, 1)  # errors do not hang on the day, only warnings do
_DAYS = frozenset({"verified_on", "since", "until", "day"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change on screen. Ids rise with time. `value` is JSON, "" takes the change of this thing back."""

    id: int
    kind: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Laid:
    """A pack with the changes that can be used, and those that cannot (the pack's file was changed since)."""

    pack: Pack
    unusable: tuple[Change, ...] = ()


def newest(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Of each thing the newest change, without those taken back, in the order in which they are laid."""
    last: dict[tuple[str, str], Change] = {}
    for change in sorted(changes, key=lambda change: change.id):
        last[change.kind, change.key] = change
    return tuple(sorted((change for change in last.values() if change.value), key=_rank))


def overlaid(pack: Pack, changes: Iterable[Change], registry: Mapping[str, Number]) -> Pack:
    """The pack as the town has it. `registry`: the shipped lines by id. Raises `PackError` on a change that no pack
    could hold; whether the result may be used is said by `faults`."""
    for change in newest(changes):
        pack = lay(pack, change, registry)
    return pack


def laid(pack: Pack, changes: Iterable[Change], registry: Mapping[str, Number]) -> Laid:
    """Like `overlaid`, but never fails: what cannot be used is left out and named."""
    wanted = newest(changes)
    try:
        whole = overlaid(pack, wanted, registry)
        if not faults(pack, whole):
            return Laid(whole)
    except PackError:
        pass  # one by one, to know which
    found, unusable = pack, []
    for change in wanted:
        try:
            after = lay(found, change, registry)
        except PackError:
            unusable.append(change)
            continue
        if faults(pack, after):
            unusable.append(change)
        else:
            found = after
    return Laid(found, tuple(unusable))


def faults(before: Pack, after: Pack) -> tuple[Problem, ...]:
    """Errors of `pack check` that `after` has and `before` had not: why a change may not be used."""
    known = {(problem.code, problem.message_ja) for problem in check(before, _ANY_DAY)}
    return tuple(
        problem
        for problem in check(after, _ANY_DAY)
        if problem.level is Level.ERROR and (problem.code, problem.message_ja) not in known
    )


def table_of(change: Change) -> dict[str, object]:
    """The value of a change as a table, days as dates. Raises `PackError` when it is none."""
    found = value_of(change)
    if not isinstance(found, dict):
        raise PackError(f"{change.kind}.{change.key}: 表ではありません")
    return found


def value_of(change: Change) -> object:
    """The value of a change, days as dates. Raises `PackError` on broken JSON or letters that no text may hold."""
    try:
        return _dated(json.loads(change.value), change.kind)
    except ValueError:
        raise PackError(f"{change.kind}.{change.key}: 値が読めません") from None


def to_json(value: object) -> str:
    """A value as it is stored: days as 2026-11-22, keys in order, so that the same value is the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_iso)


def lay(pack: Pack, change: Change, registry: Mapping[str, Number]) -> Pack:
    """The pack with one change. Raises `PackError`."""
    if change.kind == "text":
        return with_text(pack, change.key, value_of(change))
    if change.kind == "number":
        return _with_number(pack, change, registry)
    found = _LAYERS.get(change.kind)
    if found is None:
        raise PackError(f"知らない設定です: {change.kind}")
    return found(pack, change)


def _with_desk(pack: Pack, change: Change) -> Pack:
    values = table_of(change)
    if "retired_to" in values:
        return _without_desk(pack, change.key, str(values["retired_to"]))
    desk = read_desk(Table({**values, "id": change.key}, f"desk {change.key}"), {})
    old = next((one for one in pack.desks if one.id == change.key), None)
    if old is None:
        return replace(pack, desks=(*pack.desks, desk))
    desk = replace(desk, hours=old.hours, hours_ja=old.hours_ja)
    return replace(pack, desks=tuple(desk if one.id == change.key else one for one in pack.desks))


def _without_desk(pack: Pack, desk_id: str, to: str) -> Pack:
    """The desk is closed; its successor takes what led to it, so that nobody's way ends at a closed door."""
    old = next((one for one in pack.desks if one.id == desk_id), None)
    heir = next((one for one in pack.desks if one.id == to and to != desk_id), None)
    if old is None:
        return pack
    if heir is None:
        raise PackError(f"引きつぐ窓口がありません: {to}")
    if desk_id == pack.fallback:
        raise PackError(f"{old.name}は、どこにも当てはまらない相談を受ける窓口です。閉じられません。")
    desks = tuple(_heir(one, old) if one.id == to else one for one in pack.desks if one.id != desk_id)
    return replace(
        pack,
        desks=desks,
        routes=tuple(
            replace(route, desks=tuple(dict.fromkeys(to if one == desk_id else one for one in route.desks)))
            for route in pack.routes
        ),
        meetings=tuple(replace(one, desk=to) if one.desk == desk_id else one for one in pack.meetings),
        on_call=replace(pack.on_call, desk=to) if pack.on_call.desk == desk_id else pack.on_call,
        lead=to if pack.lead == desk_id else pack.lead,
        areas=tuple(replace(one, desk=to) if one.desk == desk_id else one for one in pack.areas),
        partners=tuple(replace(one, desk=to) if one.desk == desk_id else one for one in pack.partners),
    )


def _heir(heir: Desk, old: Desk) -> Desk:
    return replace(
        heir,
        projects=heir.projects | old.projects,
        domains=heir.domains | old.domains,
        themes=heir.themes | old.themes,
        referral=heir.referral and not (old.projects or old.domains or old.themes),
    )


def _with_hours(pack: Pack, change: Change) -> Pack:
    values = table_of(change)
    words = values.pop("hours_ja", "")
    unknown = values.pop("unknown", False)
    hours = None if unknown else read_hours(Table(values, f"hours {change.key}"))
    said = words if isinstance(words, str) and words else hours_ja(hours)
    # Hours of a desk that is gone say nothing: taking the desk back brings them back.
    desks = (replace(d, hours=hours, hours_ja=said) if d.id == change.key else d for d in pack.desks)
    return replace(pack, desks=tuple(desks))


def _with_number(pack: Pack, change: Change, registry: Mapping[str, Number]) -> Pack:
    values = table_of(change)
    others = [number for number in pack.numbers if number.id != change.key]
    on, known = values.pop("on", True), registry.get(change.key)
    if not on:
        return replace(pack, numbers=tuple(others))
    if known is None:
        own = read_number(Table({"status": "verified", **values, "id": change.key}, f"number {change.key}"))
        return replace(pack, numbers=(own, *others))
    table = Table(values, f"number {change.key}")
    day = table.day("verified_on")
    table.done()
    order = list(registry)
    numbers = [*others, replace(known, verified_on=day or known.verified_on)]
    numbers.sort(key=lambda number: order.index(number.id) if number.id in registry else -1)
    return replace(pack, numbers=tuple(numbers))


def _with_partner(pack: Pack, change: Change) -> Pack:
    partner = read_partner(Table({**table_of(change), "code": change.key}, f"partner {change.key}"))
    kept = tuple(partner if one.code == change.key else one for one in pack.partners)
    return replace(pack, partners=kept if any(one.code == change.key for one in kept) else (*kept, partner))


def _with_on_call(pack: Pack, change: Change) -> Pack:
    return replace(pack, on_call=read_on_call(Table(table_of(change), "on_call")))


def _with_sla(pack: Pack, change: Change) -> Pack:
    return replace(pack, sla=read_sla(Table({"after_wait": pack.sla.after_wait, **table_of(change)}, "sla")))


_LAYERS: dict[str, Callable[[Pack, Change], Pack]] = {
    "desk": _with_desk, "hours": _with_hours, "on_call": _with_on_call, "partner": _with_partner, "sla": _with_sla,
}  # fmt: skip


def _rank(change: Change) -> tuple[int, int]:
    return (KINDS.index(change.kind) if change.kind in KINDS else len(KINDS), change.id)


def _dated(value: object, key: str) -> object:
    if isinstance(value, dict):
        return {str(name): _dated(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner, key) for inner in value]
    if isinstance(value, str) and any(category(letter) in ("Cc", "Cs") and letter != "\n" for letter in value):
        raise ValueError("a letter that no text may hold")
    return date.fromisoformat(value) if key in _DAYS and isinstance(value, str) else value


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
