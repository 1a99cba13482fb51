"""Templates of answers: chosen for the case, filled with what the office knows, and checked before a town uses them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from handoff.pack import Pack, PackError, check, load, parse
from handoff.packs.checking_texts import TELLING
from handoff.packs.reading import resource
from handoff.packs.values import Template
from handoff.templates import reply_templates
from handoff.view import CaseView

MIHON = load("mihon")


def offered(pack: Pack, route: str = "resident", kind: str = "consultation") -> dict[str, str]:
    case = cast("CaseView", SimpleNamespace(item=SimpleNamespace(route=route, kind=kind)))
    return {template.id: template.text for template in reply_templates(pack, case)}


def with_text(text: str, **more: Any) -> Pack:
    return replace(MIHON, templates=(Template("t", "題", text, **more),))


def codes(pack: Pack) -> set[str]:
    return {problem.code for problem in check(pack, date(2026, 11, 24)) if "template" in problem.code}


@pytest.mark.parametrize("route", ["resident", "lifeline", "professional"])
def test_what_is_offered_is_plain_whole_and_says_nothing_on_a_locked_telephone(route: str) -> None:
    found = offered(MIHON, route)
    assert len(found) >= 4
    for text in found.values():
        first = text.split("\n")[0]
        assert first
        assert not [word for word in (*TELLING, MIHON.office) if word in first]
        assert not set("{}") & set(text)
        assert all(len(line) <= 60 for line in text.split("\n")), text
    assert codes(MIHON) == set()


def test_the_town_speaks_of_itself() -> None:
    text = offered(MIHON)["hours"]
    assert "福祉まるごと相談" in text
    assert "000-0000-0001" in text


def test_a_line_that_cannot_be_filled_is_left_out_whole() -> None:
    desks = tuple(replace(desk, phone="", hours=None, hours_ja="") for desk in MIHON.desks)
    text = offered(replace(MIHON, desks=desks))["hours"]
    assert text.split("\n") == [
        "お問い合わせありがとうございます。", "ここには、いつでも書いてください。開いているときに読みます。",
    ]  # fmt: skip


def test_kinds_and_routes_choose() -> None:
    assert set(offered(MIHON, "lifeline")) & {"thanks-partner", "meet"} == {"thanks-partner"}
    assert "thanks-partner" not in offered(MIHON)
    assert offered(with_text("はい", kinds=("smalltalk",))) == {}
    assert offered(with_text("はい", kinds=("smalltalk",)), kind="smalltalk") == {"t": "はい"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "wrong_template"),
        ("あ" * 1_001, "wrong_template"),
        ("ご相談のことです。\nはい", "telling_template"),
        ("{office}です。", "telling_template"),
        ("はい\n{name}さん", "unknown_placeholder"),
        ("はい\n{office", "unknown_placeholder"),
    ],
)
def test_a_template_that_would_go_wrong_is_an_error(text: str, code: str) -> None:
    found = {each.code for each in check(with_text(text), date(2026, 11, 24))}
    assert code in found


def test_doubles_and_unreadable_ones_are_refused() -> None:
    double = replace(MIHON, templates=MIHON.templates + MIHON.templates[:1])
    assert codes(double) == {"double_template"}
    assert codes(replace(with_text("はい"), templates=(Template("t", " ", "はい"),))) == {"wrong_template"}
    text = resource("mihon")
    for wrong in (
        'id = "X y"\ntitle = "題"\ntext = "はい"',
        'id = "x"\ntext = "はい"',
        'id = "x"\ntitle = "題"\nkinds = ["a"]',
    ):
        with pytest.raises(PackError):
            parse(f"{text}\n[[template]]\n{wrong}\n")
