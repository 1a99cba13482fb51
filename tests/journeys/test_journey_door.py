"""The door (入口のみ): LINE greets and opens a link, the talk is on our own page; and the page with no LINE at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from browser_kit import needs_browser
from journey_kit import a_town, own_pack, phones, sees, until
from journey_stage import Stage, a_stage
from journey_talk import newest_link, press, write
from journey_web import DESKTOP, look_over, refused_none, visitor
from sqlalchemy import func, select

from bots.parts import build
from handoff.records import Ticket
from intake.records import Message

TUESDAY = datetime.fromisoformat("2026-11-24T10:00+09:00")
STORY = "家賃が三か月たまっていて、大家さんに出ていくように言われました"
REPLY = "あしたの午後二時に、ここでお話をうかがえますか"
STEPS = ("危なくない", "名前を言わない", "自分のこと", "いない")
pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    pack = own_pack(tmp_path_factory.mktemp("door"), line_mode='"door"')
    with a_stage(hour=TUESDAY, pack=pack) as running:
        yield running
        refused_none(running)


def link_on(stage: Stage, person: str) -> str:
    """The newest one-time link on this telephone, as a tap would open it; looking at it does not use it up."""
    link = newest_link(stage, person)
    with visitor(stage.page.context.browser) as preview:
        preview.goto(link)
        preview.get_by_role("button", name="ひらく").wait_for()
    return link


def gone(page: Any) -> None:
    """Out at once, and nothing behind Back."""
    page.get_by_role("button", name="この画面をとじる").click()
    page.wait_for_url("https://www.jma.go.jp/**")
    assert [one for one in page.context.cookies() if "jma" not in one["domain"] and one["name"].endswith("page")] == []
    page.go_back()
    page.wait_for_load_state()
    assert STORY[:8] not in page.content() and REPLY not in page.content()


@pytest.mark.parametrize(("person", "scripts"), [("needy", True), ("debt", False)], ids=["scripts", "no scripts"])
def test_line_opens_the_door_and_carries_nothing_of_what_is_said(stage, person, scripts):
    phone = stage.phone(person).take()
    assert "先に警察か救急に電話" in "\n".join(stage.client.answers(person))
    phone.presses("相談する").sees("下のボタンの画面で書けます")
    stage.shot(f"door-line-{scripts}")
    link, story = link_on(stage, person), f"{STORY}（{person}）"
    with visitor(stage.page.context.browser, scripts=scripts) as page:
        page.goto(link)
        if scripts:
            look_over(page, "door-link")
        page.get_by_role("button", name="ひらく").click()
        page.wait_for_url("**/talk")
        write(page, story)
        page.locator("#present", has_text="受付番号").wait_for()
        for label in STEPS:
            press(page, label)
        if scripts:
            look_over(page, "door-question")
        press(page, "このLINEで" if page.get_by_role("button", name="このLINEで").count() else "この画面で")
        press(page, "昼だけ") if page.get_by_role("button", name="昼だけ").count() else None
        press(page, "まだ分からない")
        press(page, "これでいい")
        page.locator("#present", has_text="受けつけました").wait_for()
        if scripts:
            look_over(page, "door-done")
        stage.desk.case(story[:12] if scripts else person)
        stage.desk.sends(f"{REPLY}（{person}）")
        phone.sees("お知らせがあります。")
        if scripts:
            page.locator("#later", has_text=REPLY).wait_for()
            look_over(page, "door-reply")
        else:  # an answer shows once it cannot be taken back any more
            until(stage.client, lambda: page.reload() and page.locator("#later", has_text=REPLY).count())
        gone(page)
        page.goto(link)
        page.get_by_role("button", name="ひらく").click()
        page.get_by_role("heading", name="このボタンは使えません").wait_for()
    fresh = link_on(stage, person)
    assert fresh != link
    with visitor(stage.page.context.browser, scripts=scripts) as page:
        page.goto(fresh)
        page.get_by_role("button", name="ひらく").click()
        page.get_by_text(REPLY).wait_for()
        page.get_by_text(story).wait_for()
    bodies = json.dumps(stage.client.phone(person), ensure_ascii=False)
    assert REPLY not in bodies and STORY[:8] not in bodies and not [step for step in STEPS if step in bodies]
    assert REPLY not in stage.desk.posts()


def test_without_line_the_page_alone_is_enough(stage):
    browser, home = stage.page.context.browser, stage.desk.home
    with visitor(browser) as page:
        page.goto(f"{home}/soudan")
        look_over(page, "soudan")
        assert page.locator("input[type=file]").count() == 0
        write(page, STORY)
        page.wait_for_url("**/talk")
        page.locator("#present", has_text="受付番号").wait_for()
        for label in (*STEPS, "この画面で", "まだ分からない", "これでいい"):
            press(page, label)
        number = page.locator("#number").first.inner_text()
        press(page, "合い言葉をつける")
        words = page.locator("#present").inner_text().partition("「")[2].partition("」")[0]
        look_over(page, "soudan-guard")
        press(page, "これにする")
        page.locator("#present", has_text="合い言葉をつけました").wait_for()
        gone(page)
    stage.desk.case(STORY[:12])
    stage.desk.sends(REPLY)
    with visitor(browser, size=DESKTOP) as page:
        page.goto(f"{home}/back")
        look_over(page, "back")
        page.fill("#receipt", number)
        page.fill("#words", "ちがう言葉です")
        page.get_by_role("button", name="続きを見る").click()
        page.get_by_text("受付番号か合い言葉がちがいます。").wait_for()
        page.fill("#receipt", number)
        page.fill("#words", words)
        page.get_by_role("button", name="続きを見る").click()
        page.get_by_text(REPLY).wait_for()
        page.get_by_text(STORY).wait_for()
        write(page, "かくす")
        page.wait_for_url("**/guide")
        look_over(page, "guide")
        assert STORY[:8] not in page.content()
        page.goto(f"{home}/talk")
        page.get_by_role("heading", name="この画面は終わりました").wait_for()
        look_over(page, "gone")


def test_a_town_that_only_informs_keeps_no_case(tmp_path):
    with a_town(pack=own_pack(tmp_path, line_mode='"info"')) as running, phones(running) as client:
        client.act("needy", "follow")
        client.say("needy", STORY)
        sees(client, "needy", "書いたことは、役所・役場の職員には届きません", "窓口は 福祉まるごと相談 です")
        assert client.counters()["line_refused"] <= 1, "setting up asks for menus that are not there yet"
        parts = build(running.settings)
        with parts.sessions() as session:
            asked = select(func.count()).select_from(Ticket).where(Ticket.kind == "consultation")
            kept = [session.scalar(query) for query in (asked, select(func.count()).select_from(Message))]
        parts.close()
        assert kept == [0, 0], "it is counted that somebody wrote, and not a word of it is kept"
