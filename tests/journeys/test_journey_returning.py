"""Coming back: from another telephone, after the end, after taking words back, after blocking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from browser_kit import needs_browser
from journey_kit import receipt, until
from journey_stage import Stage, a_stage

MORNING = datetime.fromisoformat("2026-11-25T10:00+09:00")
STORY = "母の物忘れがひどくなりました"

pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_stage(hour=MORNING) as made:
        yield made


def begin(stage: Stage, person: str, words: str):
    """Somebody writes and stops the questions; their telephone and their number."""
    phone = stage.phone(person).take()
    phone.says(words).sees("受付番号")
    phone.says("やめる").sees("質問はここまで")
    return phone, receipt(stage.client, person)


def test_the_talk_goes_on_from_another_telephone(stage):
    first, number = begin(stage, "carer", STORY)
    offered = re.search(r"「(.+?)」はどうですか", first.says("合い言葉").sees("はどうですか"))
    first.presses("これにする").sees("合い言葉をつけました")
    stage.shot("r-passphrase")
    words = offered[1]
    second = stage.phone("disability").take()
    second.presses("前の相談の続き").sees("受付番号を書いてください")
    second.says(number).sees("合い言葉を書いてください")
    second.says("ちがう ことば").sees("番号か合い言葉がちがうようです")
    assert STORY not in "\n".join(stage.client.answers("disability"))
    second.says(words.replace(" ", "　")).sees("続きをここで話せます", number)
    stage.shot("r-second")
    before = len(stage.client.phone("carer"))
    page = stage.desk.case(STORY)
    page.locator(".event", has_text="別の端末から続きを書いています").wait_for()
    page.get_by_role("button", name="担当する").click()
    page.locator(".owner.mine").first.wait_for()
    stage.desk.sends("きょうの午後に、お話をうかがえますか。")
    second.sees("きょうの午後に")
    assert len(stage.client.phone("carer")) == before
    stage.phone("carer").take().says("いまの状況").sees("いま受けつけているものはありません")
    third = stage.phone("collapse").take()
    third.says(number).sees("合い言葉を書いてください")
    for guess in ("さくら うみ", "やま かわ", "そら つき", "いぬ ねこ", "はな もり"):
        third.says(guess).sees("番号か合い言葉がちがうようです")
    third.says(words).sees("いまは確かめられません")
    assert STORY not in "\n".join(stage.client.answers("collapse"))
    stage.shot("r-locked")


def test_the_same_or_something_else_and_words_after_the_end(stage):
    phone, number = begin(stage, "recluse", "息子が20年家から出ません")
    phone.says("相談").sees("前の続きですか")
    phone.presses("前の続き").sees("続きを書いてください", number)
    page = stage.desk.case("息子が20年")
    page.get_by_role("button", name="担当する").click()
    page.locator(".owner.mine").first.wait_for()
    stage.desk.open("閉じる")
    page.locator("#close-reason").select_option("done")
    page.get_by_role("button", name="閉じる", exact=True).click()
    phone.sees("ひと区切りになりました")
    phone.says("家賃のことで困っています").sees("前の続きに書き足しました", "べつのこと")
    phone.presses("べつのこと").sees("受付番号")
    other = receipt(stage.client, "recluse")
    assert other != number
    page = stage.desk.case("家賃のことで困っています")
    assert other in page.content() and number not in page.content()
    phone.says("やめる").sees("質問はここまで")
    phone.says("相談").sees("前の続きですか")
    phone.presses("べつのこと").sees("そのまま書いてください")
    phone.says("年金の手紙がよめません").sees("受付番号")
    assert receipt(stage.client, "recluse") not in (number, other)
    stage.shot("r-again")


def opened(stage: Stage, card: Any, words: str) -> None:
    """Open 内容を見る; a card that is redrawn at that moment loses the press, as in Slack, and is pressed again."""
    from playwright.sync_api import TimeoutError as PlaywrightTimeout

    for patience_ms in (15_000, 15_000, 60_000):
        card.first.get_by_role("button", name="内容を見る").click()
        try:
            stage.page.wait_for_selector(f"#modal[open] >> text={words}", timeout=patience_ms)
        except PlaywrightTimeout:
            continue
        return
    pytest.fail(f"the modal never showed {words}")


def test_words_taken_back_are_nowhere_any_more(stage):
    phone, _ = begin(stage, "single_father", "夜勤の間、娘が一人になります")
    phone.says("秘密の住所は港町九番地").sees("受けとりました")
    take_back(stage)
    page = stage.desk.case("夜勤の間")
    page.locator("text=送信を取り消しました（内容は消えています）").first.wait_for()
    assert "港町九番地" not in page.content()
    phone.says("通帳は台所の引き出し").sees("受けとりました")
    until(stage.client, lambda: page.reload() and "台所の引き出し" in page.content())
    label = page.locator(".facts span", has_text="T-").inner_text()
    card = stage.page.locator("#posts .post", has_text=label).filter(
        has=stage.page.get_by_role("button", name="内容を見る")
    )
    opened(stage, card, "台所の引き出し")
    stage.shot("r-modal", stage.page)
    stage.page.locator("#modal .modal-buttons button").first.click()
    take_back(stage)
    until(stage.client, lambda: page.reload() and "台所の引き出し" not in page.content())
    opened(stage, card, "夜勤の間")
    assert "台所の引き出し" not in stage.page.inner_text("#modal")
    stage.page.locator("#modal .modal-buttons button").first.click()
    assert "台所の引き出し" not in stage.desk.posts() + str(stage.client.phone("single_father"))
    page.goto(f"{stage.desk.home}/console/")
    assert "台所の引き出し" not in page.content()
    stage.shot("r-unsent", page)


def test_who_blocks_the_account_is_not_written_to_until_they_come_back(stage):
    phone, _ = begin(stage, "gas", "腰をいためて仕事をやめました")
    stage.page.click("[data-act=unfollow]")
    page = stage.desk.case("腰をいためて")
    until(stage.client, lambda: page.reload() and "届かない可能性があります" in page.content())
    assert page.locator("#reply-text").count() == 0
    until(stage.client, lambda: "届かない可能性" in stage.desk.posts())
    stage.shot("r-blocked", page)
    stage.page.click("[data-act=follow]")
    phone.sees("こんにちは")
    until(stage.client, lambda: page.reload() and page.locator("#reply-text").count())


def test_every_message_was_in_order_and_no_profile_was_read(stage):
    stage.settled()
    assert stage.client.counters()["profile_calls"] == 0


def take_back(stage: Stage) -> None:
    """Unsend the newest of one's own messages."""
    stage.page.locator("#talk .mine").get_by_role("button", name="取消", exact=True).last.click()
    stage.page.locator("#talk .unsent").last.wait_for()
    until(stage.client, lambda: all(one["settled"] for one in stage.client.deliveries()))
