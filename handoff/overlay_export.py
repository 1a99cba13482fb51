"""A pack as TOML, as a town may keep it in git (パックの書き出し): read back it is the same pack. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from handoff import overlay_tables as tables
from handoff.clock import Sla, hours_ja
from handoff.pack import Desk, Number, Pack
from handoff.packs.values import EXIT_URL


def to_toml(pack: Pack, registry: Mapping[str, Number], head: str = "") -> str:
    """The pack's text. `registry`: the shipped lines, of which a pack says only what is otherwise."""
    calendars = _calendars(pack.desks)
    lines = [f"# {line}" for line in head.splitlines()]
    lines += _pairs(_frame(pack))
    lines += _section("numbers", _numbers(pack, registry))
    for line in pack.numbers:
        if line.id not in registry:
            lines += _section("[numbers.line]", {"id": line.id, **tables.number_table(line)})
    lines += _section("sla", sla_table(pack.sla))
    lines += _section("on_call", tables.on_call_table(pack.on_call))
    lines += _section("statistics", {"min_cell": pack.min_cell})
    lines += _section("retention_days", dict(pack.retention_days))
    lines += _section("notices", dict(pack.notices))
    for name, found in calendars.items():
        lines += _section(f"hours.{name}", found)
    for desk in pack.desks:
        lines += _section("[desk]", _desk(desk, calendars))
    lines += _rest(pack)
    return "\n".join(lines) + "\n"


def _rest(pack: Pack) -> Iterator[str]:
    for route in pack.routes:
        named = {"themes": sorted(route.themes), "domains": sorted(str(domain) for domain in route.domains)}
        said = {
            "code": route.code,
            **_full({**named, "both": route.both}),
            "desks": list(route.desks),
            "reason": route.reason_ja,
        }
        yield from _section("[route]", said)
    for meeting in pack.meetings:
        yield from _section("[meeting]", tables.meeting_table(meeting))
    for area in pack.areas:
        yield from _section("[area]", tables.area_table(area))
    for card in pack.resources:
        yield from _section("[resource]", tables.resource_table(card))
    for link in pack.links:
        yield from _section("[link]", tables.link_table(link))
    for partner in pack.partners:
        yield from _section("[partner]", {"code": partner.code, **tables.partner_table(partner)})
    for template in pack.templates:
        yield from _section("[template]", {"id": template.id, **tables.template_table(template)})


def _frame(pack: Pack) -> tables.Table:
    return {
        "name": pack.name,
        "municipality": pack.municipality,
        "code": pack.code,
        "fictional": pack.fictional,
        **_full({"note": pack.note}),
        "office": pack.office,
        "form": str(pack.form),
        "line_mode": str(pack.line_mode),
        "fallback": pack.fallback,
        "excerpt": pack.excerpt,
        "staff_names": pack.staff_names,
        "partner_photos": pack.partner_photos,
        "neutral": list(pack.neutral),
        **({} if pack.exit_url == EXIT_URL else {"exit_url": pack.exit_url}),
        **_full(
            {
                "prefecture": pack.prefecture,
                "lead": pack.lead,
                "referrers": list(pack.referrers),
                "members": list(pack.members),
                "plan_until": pack.plan_until,
            }
        ),
        **({} if pack.coordinator_only else {"coordinator_only": False}),
    }


def _numbers(pack: Pack, registry: Mapping[str, Number]) -> tables.Table:
    on = {number.id for number in pack.numbers}
    checked = {
        number.id: number.verified_on
        for number in pack.numbers
        if number.id in registry and number.verified_on and number.verified_on != registry[number.id].verified_on
    }
    return {
        "on": [name for name, known in registry.items() if name in on and not known.default_on],
        "off": [name for name, known in registry.items() if name not in on and known.default_on],
        **_full({"verified": checked}),
    }


def sla_table(sla: Sla) -> tables.Table:
    """`[sla]`."""
    return {
        "emergency_minutes": sla.emergency_minutes,
        "high_minutes": sla.high_minutes,
        "normal_business_days": sla.normal_business_days,
        **({} if sla.after_wait == Sla().after_wait else {"after_wait": sla.after_wait}),
    }


def _calendars(desks: Iterable[Desk]) -> dict[str, tables.Table]:
    """Hours by name: the first desk that has them gives its id."""
    found: dict[str, tables.Table] = {}
    for desk in desks:
        if desk.hours is not None and (table := tables.hours_table(desk.hours)) not in found.values():
            found[desk.id] = table
    return found


def _desk(desk: Desk, calendars: Mapping[str, tables.Table]) -> tables.Table:
    hours: tables.Table = {}
    if desk.hours is not None:
        table = tables.hours_table(desk.hours)
        hours["hours"] = next(name for name, found in calendars.items() if found == table)
    if desk.hours_ja != hours_ja(desk.hours):
        hours["hours_ja"] = desk.hours_ja
    return {"id": desk.id, **tables.desk_table(desk), **hours}


def _full(values: Mapping[str, object]) -> tables.Table:
    return {name: value for name, value in values.items() if value}


def _section(name: str, values: Mapping[str, object]) -> list[str]:
    return ["", f"[{name}]", *_pairs(values)] if values else []


def _pairs(values: Mapping[str, object]) -> list[str]:
    return [f"{_key(name)} = {_value(value)}" for name, value in values.items()]


def _key(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() and name.isascii() else json.dumps(name)


def _value(value: object) -> str:
    """One value. A JSON string is a TOML string but for DEL, which TOML wants escaped too."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(_pairs(value))} }}"
    raise TypeError(type(value).__name__)
