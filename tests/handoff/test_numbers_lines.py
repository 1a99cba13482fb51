"""The right numbers for a danger, in the right order, and none that is not in the registry."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from handoff.clock import TOKYO
from handoff.numbers import Line, lines_for, load_registry, tel_uri
from handoff.pack import Pack, load
from triage.alarm import KINDS
from triage.assessment import THEMES

NIGHT = datetime(2026, 11, 22, 23, tzinfo=TOKYO)
NOON = datetime(2026, 11, 24, 12, tzinfo=TOKYO)


@pytest.fixture(scope="module")
def mihon() -> Pack:
    return load("mihon")


def shown(lines: tuple[Line, ...]) -> list[str]:
    return [line.number for line in lines]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_110_and_119_come_first_for_every_danger(mihon: Pack, kind: str) -> None:
    for at in (None, NIGHT, NOON):
        lines = lines_for({kind}, mihon, at)
        assert shown(lines)[:2] == ["110", "119"]
        assert 2 <= len(lines) <= 4


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        ("suicide", ["0120-279-338", "0120-061-338"]),
        ("child", ["189", "0120-0-78310"]),
        ("violence", ["0120-279-889", "#8008"]),
        ("hunger", ["0120-279-338"]),
        ("collapse", []),
    ],
)
def test_lines_by_danger_at_night(mihon: Pack, kind: str, numbers: list[str]) -> None:
    assert shown(lines_for({kind}, mihon, NIGHT))[2:] == numbers


def test_the_regional_line_needs_its_switch(mihon: Pack) -> None:
    registry = load_registry()
    pack = replace(mihon, numbers=(*mihon.numbers, registry["er7119"]))
    assert "#7119" not in shown(lines_for({"collapse"}, mihon))
    assert shown(lines_for({"collapse"}, pack)) == ["110", "119", "#7119"]


def test_each_line_once_and_the_answer_does_not_hang_on_the_order_of_a_set(mihon: Pack) -> None:
    lines = lines_for(["suicide", "self_harm", "suicide", "violence"], mihon, NIGHT)
    assert len(set(shown(lines))) == len(lines)
    assert lines == lines_for(["violence", "self_harm", "suicide"], mihon, NIGHT)


def test_unknown_kinds_still_give_the_emergency_numbers(mihon: Pack) -> None:
    assert shown(lines_for({"nonsense"}, mihon, NIGHT)) == ["110", "119"]
    assert shown(lines_for((), mihon, NIGHT)) == ["110", "119"]
    assert lines_for((), mihon, emergency=False) == ()


def test_a_closed_line_comes_last_with_its_next_opening(mihon: Pack) -> None:
    lines = lines_for({"school"}, mihon, NOON, per_kind=9, emergency=False)
    assert lines[-1].label.startswith("チャイルドライン")
    assert lines[-1].hours.endswith("（次は 11月24日（火）16:00 から）")
    at_night = lines_for({"legal"}, mihon, NIGHT, per_kind=9, emergency=False)
    assert at_night[-1].hours.endswith("（次は 11月24日（火）8:30 から）")


def test_a_closed_line_can_be_dropped(mihon: Pack) -> None:
    at_night = lines_for({"legal"}, mihon, NIGHT, per_kind=9, emergency=False, open_only=True)
    assert shown(at_night) == ["@linejinkensoudan"]  # its hours are not known, so it is not known to be closed


def test_tel_uris() -> None:
    assert tel_uri("#8008") == "tel:%238008"
    assert tel_uri("0120-279-338") == "tel:0120279338"
    assert tel_uri("110") == "tel:110"
    assert tel_uri("") == ""


def test_chat_lines_have_an_address(mihon: Pack) -> None:
    chat = next(line for line in lines_for({"isolation"}, mihon, per_kind=9) if line.url)
    assert (chat.tel_uri, chat.url) == ("", "https://talkme.jp/")


def test_kinds_are_known_words() -> None:
    for number in load_registry().values():
        assert set(number.kinds) <= set(KINDS) | set(THEMES) | {"sexual"}


SHEET = Path("/work/shared/domain/numbers.json")


@pytest.mark.skipif(not SHEET.exists(), reason="the domain sheet is not on this machine")
def test_the_registry_says_what_the_domain_sheet_says() -> None:
    registry = load_registry()
    rows = json.loads(SHEET.read_text("utf-8"))["numbers"]
    assert {row["id"] for row in rows} == set(registry)
    for row in rows:
        number = registry[row["id"]]
        assert (number.number, number.status) == (row.get("number", ""), row["status"])
        assert tel_uri(number.number) == row.get("tel", "")
        assert (number.verified_on is None) == (row["status"] == "recalled")
