"""Values of a pack as tables of its TOML (パックの表): what forms begin with, changes say and `export` writes."""

from __future__ import annotations

from handoff.clock import YEAR_END, Hours, Span, hours_ja
from handoff.pack import Desk, Meeting, Number, OnCall, Partner
from handoff.packs.reading_hours import WEEKDAYS
from handoff.packs.values import Area, Link, Resource, Template

Table = dict[str, object]
"""Strings, whole numbers, truth values, days, lists of these, and tables."""


def desk_table(desk: Desk) -> Table:
    """Without `id` and hours."""
    return _said(
        name=desk.name,
        projects=sorted(str(project) for project in desk.projects),
        domains=sorted(str(domain) for domain in desk.domains),
        themes=sorted(desk.themes),
        area=list(desk.area),
        phone=desk.phone,
        fax=desk.fax,
        email=desk.email,
        address=desk.address,
        channels=list(desk.channels),
        layer="" if desk.layer == "city" else desk.layer,
        owner=desk.owner,
        verified_on=desk.verified_on,
        does=desk.does_ja,
        unconfirmed=desk.unconfirmed,
        bound=desk.bound,
        since=desk.since,
        until=desk.until,
        formerly=[_said(until=old.until, name=old.name, owner=old.owner) for old in desk.formerly],
        referral=desk.referral,
    )


def desk_hours_table(desk: Desk) -> Table:
    """As a change of the kind `hours` says them."""
    if desk.hours is None:
        return _said(unknown=True, hours_ja=desk.hours_ja)
    own = desk.hours_ja if desk.hours_ja != hours_ja(desk.hours) else ""
    return {**hours_table(desk.hours), **_said(hours_ja=own)}


def hours_table(hours: Hours) -> Table:
    """One `[hours.*]`."""
    yearly = [pair for pair in hours.closed_yearly if pair != YEAR_END]
    return {
        **{name: spans_text(spans) for name, spans in zip(WEEKDAYS, hours.week, strict=True) if spans},
        **_said(
            rule=[
                _said(
                    weekday="" if rule.weekday is None else WEEKDAYS[rule.weekday],
                    nth=rule.nth,
                    month_day=rule.month_day,
                )
                | {"spans": spans_text(rule.spans)}
                for rule in hours.rules
            ],
            exception=[
                {"day": day.day, "spans": spans_text(day.spans), **_said(label=day.label)} for day in hours.exceptions
            ],
            closed_yearly=[{"first": first, "last": last} for first, last in yearly],
        ),
        "closed_on_holidays": hours.closed_on_holidays,
        "closed_at_year_end": YEAR_END in hours.closed_yearly,
    }


def meeting_table(meeting: Meeting) -> Table:
    """One `[[meeting]]`."""
    return _said(
        id=meeting.id,
        name=meeting.name,
        basis=meeting.basis,
        desk=meeting.desk,
        every=meeting.every_ja,
        nth=meeting.nth,
        weekday="" if meeting.weekday is None else WEEKDAYS[meeting.weekday],
        members=list(meeting.members),
    )


def area_table(area: Area) -> Table:
    """One `[[area]]`."""
    return _said(name=area.name, code6=area.code6, group=area.group, desk=area.desk)


def resource_table(one: Resource) -> Table:
    """One `[[resource]]`, as it also stands in `handoff.path_records.Resource.body`."""
    return _said(
        id=one.id,
        name=one.name,
        kind=one.kind,
        form=one.form,
        what=one.what,
        where=one.where,
        days=one.days,
        who=one.who,
        contact=one.contact,
        vacancy=one.vacancy,
        public=one.public,
        area=one.area,
        verified_on=one.verified_on,
    )


def link_table(link: Link) -> Table:
    """One `[[link]]`."""
    return _said(name=link.name, url=link.url, verified_on=link.verified_on, kind=link.kind)


def number_table(number: Number) -> Table:
    """One line of the town's own, without `id`."""
    return _said(
        label=number.label,
        number=number.number,
        url=number.url,
        line_id=number.line_id,
        open=hours_table(number.hours) if number.hours else None,
        hours=number.hours_ja,
        area=number.area_ja,
        kinds=list(number.kinds),
        status=number.status,
        source=number.source,
        verified_on=number.verified_on,
        note=number.note,
    ) | ({} if number.default_on else {"default_on": False})


def partner_table(partner: Partner) -> Table:
    """Without `code`."""
    return _said(
        name=partner.name,
        kind=partner.kind,
        until=partner.until,
        signs=list(partner.signs),
        professional=partner.professional,
        generation=partner.generation,
        phone=partner.phone,
        hours=partner.hours_ja,
        tell="" if partner.tell == "steps" else partner.tell,
        desk=partner.desk,
    )


def template_table(template: Template) -> Table:
    """Without `id`."""
    return _said(
        title=template.title, text=template.text, kinds=list(template.kinds), routes=list(template.routes)
    )  # fmt: skip


def on_call_table(on_call: OnCall) -> Table:
    """`[on_call]`."""
    return {
        "available": on_call.available,
        **_said(
            label=on_call.label,
            desk=on_call.desk,
            rota=[list(names) for names in on_call.rota],
            office_rota=[list(names) for names in on_call.office_rota],
        ),
        "every_minutes": on_call.every_minutes,
        **_said(areas={one.area: {"rota": [list(names) for names in one.rota]} for one in on_call.areas}),
    }


def spans_text(spans: tuple[Span, ...]) -> list[str]:
    """`["8:30-17:15"]`."""
    return [f"{_time(span.opens)}-{_time(span.closes)}" for span in spans]


def _time(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _said(**values: object) -> Table:
    """What is not empty: a pack says nothing of the rest."""
    return {name: value for name, value in values.items() if value or (value == 0 and value is not False)}
