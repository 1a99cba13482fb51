"""The first pack of a municipality (新しいパック): a TOML that `pack check` accepts with warnings. Pure.

What nobody knows yet stays unknown: no hours, and a telephone only where one was given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from handoff.overlay_export import to_toml
from handoff.pack import Desk, Form, LineMode, Meeting, Number, Pack, Project, Route
from handoff.packs.codes import Municipality, check_digit, find_named, name_of_code
from triage.assessment import Domain

NEUTRAL = (
    "天気予報は、気象庁のページで見られます。",
    "図書館の開いている日は、図書館のページで見られます。",
    "ごみの出し方は、役所からのお知らせにのっています。",
    "バスの時刻は、バス会社のページで見られます。",
    "休日の当番医は、広報紙にのっています。",
)
"""Innocent bubbles that are true everywhere; a town writes its own."""
DAYS = {"consultation": 1825, "abuse": 3650, "meeting": 1825, "audit": 3650, "statistics": 3650}

CARE = Route(
    "K3", ("ken-iryoteki",), "医療的ケアの必要な子どものことは、県の医療的ケア児支援センターにもつなぎます。",
    frozenset({"medical"}), frozenset({Domain.CHILD}), both=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    town: Municipality
    name: str
    office: str
    form: Form = Form.NONE
    line_mode: LineMode = LineMode.DOOR
    phone: str = ""


def town_of(text: str) -> tuple[Municipality, ...]:
    """The municipalities that the text means: by name, or by its code of five or six digits (the sixth is reckoned).

    A code whose sixth digit does not fit means none.
    """
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) in (5, 6):
        code = digits if len(digits) == 6 else f"{digits}{check_digit(digits)}"
        found = name_of_code(code)
        return (found,) if found else ()
    return find_named(text)


def first_pack(wanted: Wanted) -> Pack:
    """The pack: one desk that takes everything, the prefecture's desks without numbers, the meeting that is allowed."""
    pref = wanted.town.prefecture
    fallback = Desk(
        "madoguchi", wanted.office, frozenset({Project.COMPREHENSIVE, Project.COORDINATION}), phone=wanted.phone,
        channels=("電話", "窓口"), unconfirmed=not wanted.phone, bound=True, owner=wanted.office,
        does_ja="どこに聞けばよいか分からないことを、まず受けとめます。",
    )  # fmt: skip
    beyond = (
        _beyond("ken-haibo", f"{pref}の配偶者暴力相談支援センター", pref, "dv"),
        _beyond("ken-jiso", f"{pref}の児童相談所", pref, "abuse_child"),
        _beyond("ken-hokenjo", f"{pref}の保健所", pref, "suicide", "mental_health", "addiction"),
        _beyond("ken-iryoteki", f"{pref}の医療的ケア児支援センター", pref),
    )
    meetings = [Meeting("junbi", "準支援会議（匿名）", "C9", "madoguchi", "必要なとき")]
    if wanted.form is Form.RUNNING:
        meetings += [
            Meeting("shien", "支援会議", "C1", "madoguchi"), Meeting("juso", "重層的支援会議", "C0", "madoguchi"),
        ]  # fmt: skip
    return Pack(
        name=wanted.name, municipality=wanted.town.name, prefecture=pref, code=wanted.town.code6, fictional=False,
        office=wanted.office, form=wanted.form, line_mode=wanted.line_mode, fallback="madoguchi",
        desks=(fallback, *beyond), routes=(CARE,), numbers=(), meetings=tuple(meetings), neutral=NEUTRAL,
        retention_days=dict(DAYS),
        note="toritsugi pack new で作った、はじめの形です。窓口・時間・番号を書きたして、一つずつ確かめてください。",
    )  # fmt: skip


def text_of(pack: Pack, registry: dict[str, Number]) -> str:
    """The pack as TOML, with every nationwide line on."""
    on = tuple(line for line in registry.values() if line.default_on)
    head = f"{pack.municipality}（コード {pack.code}、検査数字 {pack.code[-1]}）。toritsugi pack check で確かめます。"
    return to_toml(replace(pack, numbers=on), registry, head)


def _beyond(desk_id: str, name: str, pref: str, *themes: str) -> Desk:
    return Desk(
        desk_id, name, themes=frozenset(themes), layer="prefecture", unconfirmed=True, bound=True, owner=pref
    )  # fmt: skip
