"""Templates of answers (返事のひな型): the pack's own, filled with what the office knows of itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handoff.clock import hours_ja
from handoff.pack import Pack
from handoff.view_values import CaseView


@dataclass(frozen=True, slots=True)
class Template:
    """One template, ready to be changed and sent."""

    id: str
    title: str
    text: str


def reply_templates(pack: Pack, case: CaseView) -> tuple[Template, ...]:
    """The templates that fit a case of this kind and way, in the pack's order.

    A line whose placeholder is unknown here (no telephone, no hours) is left out whole: braces are never left behind.
    """
    facts = _facts(pack)
    fitting = (
        each
        for each in pack.templates
        if (not each.kinds or case.item.kind in each.kinds) and (not each.routes or case.item.route in each.routes)
    )
    return tuple(Template(each.id, each.title, _filled(each.text, facts)) for each in fitting)


def _facts(pack: Pack) -> Mapping[str, str]:
    desk = next((found for found in pack.desks if found.id == pack.fallback), None)
    hours = (desk.hours_ja if desk is not None else "") or hours_ja(pack.hours)
    return {"office": pack.office, "hours": hours, "phone": desk.phone if desk is not None else ""}


def _filled(text: str, facts: Mapping[str, str]) -> str:
    lines = (_line(line, facts) for line in text.split("\n"))
    return "\n".join(line for line in lines if line is not None)


def _line(line: str, facts: Mapping[str, str]) -> str | None:
    for name, value in facts.items():
        if f"{{{name}}}" in line:
            if not value:
                return None
            line = line.replace(f"{{{name}}}", value)
    return line
