"""Read the desks of a pack's TOML, the routes to them and the meetings."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.clock import Hours, hours_ja
from handoff.packs.desk_values import Desk, Meeting, Project, Route
from handoff.packs.local import Former
from handoff.packs.reading_hours import WEEKDAYS
from handoff.packs.table import PackError, Table
from triage.assessment import THEMES, Domain


def read_desk(table: Table, calendars: Mapping[str, Hours]) -> Desk:
    """One `[[desk]]`; `calendars` are the pack's named hours."""
    hours = table.get("hours", str, "unknown")
    if hours != "unknown" and hours not in calendars:
        raise PackError(f"{table.where}: 知らない hours: {hours}")
    desk = Desk(
        id=table.get("id", str),
        name=table.get("name", str),
        projects=frozenset(table.choices("projects", Project)),
        domains=frozenset(table.choices("domains", Domain)),
        themes=frozenset(table.choices("themes", _theme)),
        area=table.words("area"),
        hours=calendars.get(hours),
        hours_ja=table.get("hours_ja", str, "") or hours_ja(calendars.get(hours)),
        phone=table.get("phone", str, ""),
        fax=table.get("fax", str, ""),
        email=table.get("email", str, ""),
        address=table.get("address", str, ""),
        channels=table.words("channels"),
        layer=table.get("layer", str, "city"),
        owner=table.get("owner", str, ""),
        verified_on=table.day("verified_on"),
        does_ja=table.get("does", str, ""),
        unconfirmed=table.get("unconfirmed", bool, False),
        bound=table.get("bound", bool, False),
        since=table.day("since"),
        until=table.day("until"),
        formerly=tuple(_former(old) for old in table.tables("formerly")),
        referral=table.get("referral", bool, False),
    )
    table.done()
    return desk


def read_route(table: Table) -> Route:
    """One `[[route]]`."""
    route = Route(
        code=table.get("code", str),
        desks=table.words("desks"),
        reason_ja=table.get("reason", str),
        themes=frozenset(table.choices("themes", _theme)),
        domains=frozenset(table.choices("domains", Domain)),
        both=table.get("both", bool, False),
    )
    table.done()
    return route


def read_meeting(table: Table) -> Meeting:
    """One `[[meeting]]`. `nth` and `weekday` go together."""
    if table.has("nth") != table.has("weekday"):
        raise PackError(f"{table.where}: nth と weekday は、いっしょに書いてください")
    meeting = Meeting(
        id=table.get("id", str),
        name=table.get("name", str),
        basis=table.get("basis", str),
        desk=table.get("desk", str),
        every_ja=table.get("every", str, ""),
        nth=table.get("nth", int) if table.has("nth") else None,
        weekday=table.choice("weekday", WEEKDAYS.index) if table.has("weekday") else None,
        members=table.words("members"),
    )
    table.done()
    if meeting.nth is not None and meeting.nth not in {1, 2, 3, 4, 5, -1}:
        raise PackError(f"{table.where}: nth は 1〜5 か -1（最後）です: {meeting.nth}")
    return meeting


def _former(table: Table) -> Former:
    until = table.day("until")
    if until is None:
        raise PackError(f"{table.where}: until がありません")
    former = Former(until, table.get("name", str), table.get("owner", str, ""))
    table.done()
    return former


def _theme(text: str) -> str:
    if text not in THEMES:
        raise ValueError(text)
    return text
