"""The machine's reasons on the pages (`handoff.console.reasons`)."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace

from console_browser import Browser
from console_reasons import EXPLAINED, explained, explained_reading
from console_town import Town, add_case

from handoff.console.reasons import Why, readings, why
from triage.assessment import Assessment, SetAside, SetAsideBecause


def test_every_label_stands_with_words_a_guess_or_staff() -> None:
    found = {reading.label: reading for reading in readings(explained_reading(), {"care"})}
    assert list(found) == ["elderly", "poverty", "care", "dementia", "lifeline_stop", "household", "high"]
    assert (found["poverty"].name, found["poverty"].more) == ("生活困窮", "ライフライン停止")
    assert (found["household"].name, found["household"].more) == ("複合①", "世帯に困りごとのある人が複数")
    assert found["elderly"].said == ("80代の母",)
    assert found["care"].by_staff
    assert not found["high"].said
    assert {reading.tone for reading in found.values()} == {"elderly", "poverty", "theme"}


def test_nothing_is_said_of_a_case_that_was_not_read() -> None:
    assert readings(None) == ()
    assert why(None) == why(Assessment.unread("timeout")) == Why()


def test_case_page_and_pane_say_why(town: Town, browser: Callable[..., Browser]) -> None:
    explained(town)
    for path in (f"/console/cases/{town.case['explained']}", f"/console/cases/{town.case['explained']}/pane"):
        page = html.unescape(browser("sato").get(path).text)
        for said in (
            "母（80代）のこと", "数えなかったことば", "</bdi></span>」は否定されています（児童虐待に数えていません）",
            "いまは落ち着いているようです（希死念慮・自殺に数えていません）", "機械は自信がありません：分野・緊急度",
            "推定（言葉は特定できません）",
            '<span class="aside" title="否定（数えていません）">叩いたりはしていません</span>',
        ):  # fmt: skip
            assert said in page


def test_what_was_not_counted_cannot_break_the_page(town: Town, browser: Callable[..., Browser]) -> None:
    text = "<script>\u202e叩いていません</script>"
    aside = SetAside(0, len(text), "unheard_of", text, SetAsideBecause.DENIED)
    far = SetAside(4, 900, "dv", "", SetAsideBecause.PAST)
    read = replace(explained_reading(), evidence=(), mentions=(), set_aside=(aside, far))
    add_case(town, "odd", text, read)
    page = browser("sato").get(f"/console/cases/{town.case['odd']}").text
    assert "<script>\u202e" not in page and "\u202e" not in page
    assert "&lt;script&gt;" in page and "U+202E" in page


def test_a_text_of_nobody_and_nothing_says_nothing_more(town: Town, browser: Callable[..., Browser]) -> None:
    quiet = replace(explained_reading(), mentions=(), set_aside=(), unsure=frozenset())
    add_case(town, "quiet", EXPLAINED, quiet)
    page = browser("sato").get(f"/console/cases/{town.case['quiet']}").text
    for of_a_form in ("だれのことか分からないことを、どう確かめたか", "「だれのこと」は未確認です"):
        page = page.replace(of_a_form, "")  # the forms of つなぎ and of 同意 ask it of every case
    assert "だれのこと" not in page
    assert "数えなかったことば" not in page and "自信がありません" not in page
