"""Read a pack's TOML into values. Unknown keys, wrong types and impossible hours raise `PackError` with the place."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files

from handoff.clock import Sla
from handoff.packs.reading_desks import read_desk, read_meeting, read_route
from handoff.packs.reading_hours import read_hours
from handoff.packs.reading_local import https, read_area, read_link, read_resource
from handoff.packs.table import PackError, Table
from handoff.packs.templates import read_template
from handoff.packs.values import (
    EXIT_URL,
    TELL_JA,
    AreaRota,
    Form,
    LineMode,
    Number,
    OnCall,
    Pack,
    Partner,
)  # fmt: skip

NOTICES = ("read", "assigned", "waiting", "closed")
"""The notices whose words a town may change; those about reports stay as they are."""


def read_registry(text: str) -> dict[str, Number]:
    """The registry of lines by id, in file order."""
    root = Table(tomllib.loads(text), "numbers")
    numbers = [read_number(table) for table in root.tables("line")]
    root.done()
    if len({number.id for number in numbers}) != len(numbers):
        raise PackError("numbers: 同じ id が二つあります")
    return {number.id: number for number in numbers}


def read_pack(text: str, registry: Mapping[str, Number]) -> Pack:
    """A pack out of its TOML text, its lines taken from the registry. Raises `PackError` (TOML errors too)."""
    try:
        root = Table(tomllib.loads(text), "pack")
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"TOML を読めません: {error}") from error
    calendars = {key: read_hours(table) for key, table in root.named("hours").items()}
    pack = Pack(
        name=root.get("name", str),
        municipality=root.get("municipality", str),
        code=root.get("code", str),
        fictional=root.get("fictional", bool, False),
        office=root.get("office", str),
        form=root.choice("form", Form),
        line_mode=root.choice("line_mode", LineMode),
        fallback=root.get("fallback", str),
        excerpt=root.get("excerpt", bool, False),
        staff_names=root.get("staff_names", bool, False),
        partner_photos=root.get("partner_photos", bool, False),
        note=root.get("note", str, ""),
        neutral=root.words("neutral"),
        exit_url=root.choice("exit_url", https) if root.has("exit_url") else EXIT_URL,
        numbers=_switched(root.table("numbers"), registry),
        on_call=read_on_call(root.table("on_call")),
        sla=read_sla(root.table("sla")),
        retention_days=root.numbers("retention_days"),
        min_cell=_min_cell(root.table("statistics")),
        notices=_notices(root.table("notices")),
        desks=tuple(read_desk(table, calendars) for table in root.tables("desk")),
        routes=tuple(read_route(table) for table in root.tables("route")),
        meetings=tuple(read_meeting(table) for table in root.tables("meeting")),
        partners=tuple(read_partner(table) for table in root.tables("partner")),
        templates=tuple(read_template(table) for table in root.tables("template")),
        prefecture=root.get("prefecture", str, ""),
        areas=tuple(read_area(table) for table in root.tables("area")),
        lead=root.get("lead", str, ""),
        referrers=root.words("referrers"),
        members=root.words("members"),
        resources=tuple(read_resource(table) for table in root.tables("resource")),
        links=tuple(read_link(table) for table in root.tables("link")),
        plan_until=root.day("plan_until"),
        coordinator_only=root.get("coordinator_only", bool, True),
    )
    root.done()
    return pack


def resource(name: str) -> str:
    """The text of a shipped TOML file. Raises `PackError` when there is none (no path is ever taken from outside)."""
    if not name.isascii() or not name.replace("-", "").isalnum():
        raise PackError("パックの名前は英数字です")
    entry = files(__package__) / f"{name}.toml"
    if not entry.is_file():
        raise PackError(f"パックがありません: {name}")
    return entry.read_text("utf-8")


def _notices(table: Table) -> dict[str, str]:
    found = {kind: table.get(kind, str) for kind in NOTICES if table.has(kind)}
    table.done()
    return found


def read_partner(table: Table) -> Partner:
    """One `[[partner]]`."""
    partner = Partner(
        code=table.get("code", str),
        name=table.get("name", str),
        kind=table.get("kind", str),
        until=table.day("until"),
        signs=table.words("signs"),
        professional=table.get("professional", bool, False),
        generation=table.get("generation", int, 1),
        phone=table.get("phone", str, ""),
        hours_ja=table.get("hours", str, ""),
        tell=table.choice("tell", _tell) if table.has("tell") else "steps",
        desk=table.get("desk", str, ""),
    )
    table.done()
    return partner


def _tell(text: str) -> str:
    if text not in TELL_JA:
        raise ValueError(text)
    return text


def read_on_call(table: Table) -> OnCall:
    """`[on_call]`."""
    on_call = OnCall(
        available=table.get("available", bool, False),
        label=table.get("label", str, ""),
        desk=table.get("desk", str, ""),
        rota=table.word_lists("rota"),
        every_minutes=table.get("every_minutes", int, OnCall().every_minutes),
        office_rota=table.word_lists("office_rota"),
        areas=tuple(_area_rota(name, place) for name, place in table.named("areas").items()),
    )
    table.done()
    if not 1 <= on_call.every_minutes <= 60:
        raise PackError(f"{table.where}: every_minutes は 1〜60 です: {on_call.every_minutes}")
    return on_call


def _area_rota(name: str, table: Table) -> AreaRota:
    found = AreaRota(name, table.word_lists("rota"))
    table.done()
    return found


def read_sla(table: Table) -> Sla:
    """`[sla]`, what is not said as in `Sla`."""
    known = Sla()
    sla = Sla(
        table.get("emergency_minutes", int, known.emergency_minutes),
        table.get("high_minutes", int, known.high_minutes),
        table.get("normal_business_days", int, known.normal_business_days),
        table.get("after_wait", str, known.after_wait),
    )
    table.done()
    if sla.after_wait not in {"anew", "rest"}:
        raise PackError(f"{table.where}: after_wait は anew か rest です: {sla.after_wait}")
    return sla


def _min_cell(table: Table) -> int:
    least = table.get("min_cell", int, 10)
    table.done()
    if not 5 <= least <= 100:
        raise PackError(f"{table.where}: min_cell は 5〜100 です: {least}")
    return least


def _switched(table: Table, registry: Mapping[str, Number]) -> tuple[Number, ...]:
    """The town's own lines, then the registry's that are on: the nationwide ones, less `off`, plus `on`.

    `verified`: the days on which this town made sure of lines of the registry.
    """
    on, off = set(table.words("on")), set(table.words("off"))
    own = tuple(read_number(line) for line in table.tables("line"))
    checked = table.table("verified")
    verified = {name: checked.day(name) for name in registry if checked.has(name)}
    checked.done()
    table.done()
    if unknown := (on | off) - set(registry):
        raise PackError(f"{table.where}: 登録にない番号 {', '.join(sorted(unknown))}")
    if double := sorted({line.id for line in own} & set(registry)):
        raise PackError(f"{table.where}: 登録にある番号と同じ id です: {', '.join(double)}")
    shared = (n for n in registry.values() if (n.default_on or n.id in on) and n.id not in off)
    return own + tuple(replace(n, verified_on=verified.get(n.id, n.verified_on)) for n in shared)


def read_number(table: Table) -> Number:
    """One line of telephone or chat."""
    number = Number(
        id=table.get("id", str),
        label=table.get("label", str),
        number=table.get("number", str, ""),
        url=table.get("url", str, ""),
        line_id=table.get("line_id", str, ""),
        hours=read_hours(table.table("open")) if table.has("open") else None,
        hours_ja=table.get("hours", str, ""),
        area_ja=table.get("area", str, ""),
        kinds=table.words("kinds"),
        status=table.get("status", str),
        source=table.get("source", str, ""),
        verified_on=table.day("verified_on"),
        note=table.get("note", str, ""),
        default_on=table.get("default_on", bool, True),
    )
    table.done()
    return number
