"""設定 › 開いている時間: several stretches a day, nth weekdays, single days, yearly closing, unknown."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from handoff import overlay
from handoff.clock import Hours, Span, hours_ja
from handoff.console.settings_form import Reader, hours_value
from handoff.console.settings_parts import (
    FINE,
    Form,
    Manager,
    ManagerPost,
    Trouble,
    confirm,
    known_desk,
    now_of,
    pack_now,
    seen_of,
    settings_page,
)  # fmt: skip
from handoff.console.settings_preview import preview
from handoff.console.settings_sections import HOURS
from handoff.hours import WEEKDAYS_JA, YEAR_END
from handoff.overlay_store import Wish
from handoff.overlay_tables import spans_text
from handoff.overlay_words import hours_words
from handoff.pack import Desk
from handoff.packs.reading_hours import WEEKDAYS

DAYS = dict(zip(WEEKDAYS, WEEKDAYS_JA, strict=True))
WHICH = {
    **{str(number): f"第{number}" for number in range(1, 6)},
    "-1": "最後の",
    **{f"day{number}": f"毎月 {number} 日" for number in range(1, 32)},
}
FREE_ROWS = 2


def add_hours(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/settings/hours", all_hours, methods=["GET"])
    router.add_api_route("/settings/hours/{desk_id}", hours_page, methods=["GET"])
    router.add_api_route("/settings/hours/{desk_id}", hours_sent, methods=["POST"])


def all_hours(request: Request, found: Manager) -> Response:
    """Every desk's hours in words."""
    pack = pack_now(request)
    rows = [(desk, hours_words(desk)) for desk in pack.desks]
    return settings_page(request, found, "hours_all.html", HOURS, rows=rows, fallback=pack.fallback)


def hours_page(request: Request, found: Manager, desk_id: str) -> Response:
    """One desk's hours as they are."""
    desk = known_desk(pack_now(request), desk_id)
    return _form(request, found, desk, fields_of(desk), seen_of(request, "hours", desk_id), FINE)


def hours_sent(request: Request, found: ManagerPost, desk_id: str, sent: Form) -> Response:
    """開いている時間を変える."""
    desk = known_desk(pack_now(request), desk_id)
    read = Reader(sent)
    value = hours_value(read)
    seen = sent.seen()
    typed = {name: values[0] for name, values in sent.fields.items() if values}

    def again(trouble: Trouble) -> Response:
        newest = seen_of(request, "hours", desk_id) if trouble.status == 409 else seen
        return _form(request, found, desk, typed, newest, trouble)

    return confirm(
        request, found, HOURS, Wish("hours", desk_id, overlay.to_json(value), seen), again, read.wrong
    )  # fmt: skip


def fields_of(desk: Desk) -> dict[str, str]:
    """The form's fields for the hours as they are."""
    hours = desk.hours
    own = desk.hours_ja if desk.hours_ja != hours_ja(hours) else ""
    if hours is None:
        return {"known": "no", "hours_ja": own, "closed_on_holidays": "yes", "closed_at_year_end": "yes", "rows": "0"}
    fields = {f"week_{name}": _text(spans) for name, spans in zip(WEEKDAYS, hours.week, strict=True)}
    for number, rule in enumerate(hours.rules):
        fields[f"rule_which_{number}"] = f"day{rule.month_day}" if rule.month_day else str(rule.nth)
        fields[f"rule_weekday_{number}"] = WEEKDAYS[rule.weekday or 0]
        fields[f"rule_spans_{number}"] = _text(rule.spans)
    for number, day in enumerate(sorted(hours.exceptions, key=lambda day: day.day)):
        fields |= {
            f"day_{number}": str(day.day),
            f"day_spans_{number}": _text(day.spans),
            f"day_label_{number}": day.label,
        }
    for number, (first, last) in enumerate(_yearly(hours)):
        fields |= {f"from_{number}": first, f"to_{number}": last}
    return {
        **fields,
        "known": "yes",
        "hours_ja": own,
        "closed_on_holidays": "yes" if hours.closed_on_holidays else "",
        "closed_at_year_end": "yes" if YEAR_END in hours.closed_yearly else "",
    }


def _yearly(hours: Hours) -> list[tuple[str, str]]:
    return [pair for pair in hours.closed_yearly if pair != YEAR_END]


def _text(spans: tuple[Span, ...]) -> str:
    return ", ".join(spans_text(spans))


def _rows(fields: dict[str, str], name: str) -> int:
    """How many rows to draw: the filled ones, and a few free."""
    last = max(
        (int(key.rpartition("_")[2]) for key, value in fields.items() if value and _numbered(key, name)), default=-1
    )
    return last + 1 + FREE_ROWS


def _numbered(key: str, name: str) -> bool:
    head, _, number = key.rpartition("_")
    return head == name and number.isdecimal() and len(number) < 3


def _form(
    request: Request, found: Manager, desk: Desk, fields: dict[str, str], seen: int, trouble: Trouble
) -> Response:  # fmt: skip
    rows = {"rule": _rows(fields, "rule_which"), "day": _rows(fields, "day"), "yearly": _rows(fields, "from")}
    return settings_page(
        request, found, "hours.html", HOURS, trouble.status, desk=desk, fields=fields, seen=seen, trouble=trouble,
        rows=rows, most=max(rows.values()), week=DAYS, which=WHICH, now_words=hours_words(desk),
        days=preview(desk.hours, now_of(request).date()),
    )  # fmt: skip
