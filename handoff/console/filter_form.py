"""The form by which a person chooses what to see (しぼりこみ), and what may be chosen in this town."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.console import words
from handoff.console.parts import Console
from handoff.path_codes import PATHS
from handoff.records import Staff
from handoff.view_filters import Choices, Filter

STATE_JA = {"open": "未対応", "claimed": "担当あり", "handed": "つなぎ中", "held": "保留中"}
WAITING_JA = {
    "over": "期限をこえた", "soon": "30分以内に期限", "unanswered": "返事をしていない", "answered": "返事待ち",
    "day": "1日以上待っている", "three_days": "3日以上待っている",
}  # fmt: skip
LANGUAGE_JA = {"other": "日本語のほか・外国のくらし", "ja": "日本語"}
PRACTICE_JA = {"only": "練習だけ", "without": "練習をのぞく"}
BREADTH_JA = {"2": "2分野以上", "3": "3分野以上"}
OWNER_JA = {"me": "自分", "nobody": "まだいない", "somebody": "だれかいる"}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be chosen."""

    value: str
    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form; `many`: several may be chosen."""

    name: str
    label: str
    options: tuple[Option, ...]
    many: bool = False


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The whole form, as it stands."""

    fields: tuple[Field, ...]
    pairs: tuple[tuple[str, str], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What is chosen, a few words each: 「緊急度：今すぐ・高い」."""
        return tuple(
            f"{one.label}：{'・'.join(option.name for option in one.options if option.on)}"
            for one in self.fields
            if any(option.on for option in one.options)
        )


@dataclass(frozen=True, slots=True)
class Named:
    """Desks and people of the town by id, for the form."""

    desks: dict[str, str]
    staff: dict[str, str]

    @property
    def choices(self) -> Choices:
        """The ids and codes that a filter may name."""
        return Choices(frozenset(self.desks), frozenset(self.staff), frozenset(words.ROUTE_JA))


def choices_of(console: Console, session: Session) -> Named:
    """What this town offers to choose from."""
    people = session.execute(
        select(Staff.id, Staff.name)
        .where(Staff.tenant == console.tenant, Staff.active, Staff.role.in_(("intake", "worker")))
        .order_by(Staff.name)
    )
    desks = {desk.id: desk.name for desk in console.parts.office.pack.desks}
    return Named(desks, {str(staff_id): f"{name} さん" for staff_id, name in people})


def filter_form(named: Named, chosen: Filter) -> FilterForm:
    """The form with `chosen` in it."""
    urgency = {"emergency": "今すぐ", "high": "高い", "normal": "ふつう"}
    fields = (
        _field("domain", "分野", words.DOMAIN_CHIP_JA, chosen.domain, many=True),
        _field("urgency", "緊急度", urgency, chosen.urgency, many=True),
        _field("state", "状態", STATE_JA, (chosen.state,)),
        _field("waiting", "待ち", WAITING_JA, (chosen.waiting,)),
        _field("desk", "窓口", named.desks, (chosen.desk,)),
        _field("owner", "担当", {**OWNER_JA, **named.staff}, (chosen.owner,)),
        _field("route", "受けた所", words.ROUTE_JA, (chosen.route,)),
        _field("path", "情報の経路", {one.code: f"{one.code} {one.name_ja}" for one in PATHS.values()}, (chosen.path,)),
        _field("breadth", "複合", BREADTH_JA, (chosen.breadth,)),
        _field("language", "ことば", LANGUAGE_JA, (chosen.language,)),
        _field("practice", "練習", PRACTICE_JA, (chosen.practice,)),
    )
    return FilterForm(fields, chosen.pairs())


def _field(name: str, label: str, options: dict[str, str], chosen: tuple[str, ...], *, many: bool = False) -> Field:
    shown = tuple(Option(value, words_of, value in chosen) for value, words_of in options.items())
    return Field(name, label, shown, many)
