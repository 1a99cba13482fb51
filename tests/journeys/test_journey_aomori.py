"""青森県の九つの町村: a family of 外ヶ浜町 by LINE's door, a clinic's 連絡票 by web, somebody of 青森市 passed on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from browser_kit import needs_browser
from journey_stage import Stage, a_stage
from journey_talk import tells
from journey_web import look_over, refused_none, visitor

SUNDAY = datetime.fromisoformat("2026-11-22T19:00+09:00")
STORY = "父の介護で仕事をやめました。家賃も二か月払えていません。五十歳の弟は長くひきこもっています"
START = ("危なくない", "名前を言わない", "家族のこと")
FAMILY = "carer"
CENTRE, TOWN = "東地域総合相談窓口", "外ヶ浜町社会福祉協議会心配ごと相談所"
CLINIC = ("みほん外科", "根津ひろし", "000-0000-0777")
pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_stage(hour=SUNDAY, pack="aomori") as running:
        yield running
        refused_none(running)


def listed(page: Any) -> list[str]:
    """The proposed desks on 「住んでいるところとつなぎ先」, each with its reason and how to reach it."""
    return [str(one) for one in page.locator("ol.desks > li").all_inner_texts()]


def routing(stage: Stage, words: str) -> Any:
    """That page of the case with these words, from the case page."""
    page = stage.desk.case(words)
    page.get_by_role("link", name="住んでいるところ・つなぎ先").click()
    page.get_by_role("heading", name="つなぎ先の候補").wait_for()
    return page


def test_a_family_of_sotogahama_is_promised_nothing_by_the_clock(stage):
    said = tells(stage, FAMILY, STORY, *START, "外ヶ浜町", "いない")
    greeted = "\n".join(stage.client.answers(FAMILY))
    assert "受付の時間：まだ分かりません" in greeted
    assert "返事のめやす：いつまでとは言えません" in said and ":" not in said.replace("：", "").replace("\n", ""), (
        "no time of the clock"
    )
    assert STORY[:8] not in str(stage.client.phone(FAMILY)), "LINE carries nothing of it"
    page = stage.desk.case(STORY[:12])
    for words in ("外ヶ浜町（東地域）", "複合"):
        page.locator(".case-main").get_by_text(words).first.wait_for()


def test_both_desks_are_shown_with_reasons_and_what_nobody_knows_is_said(stage):
    page = routing(stage, STORY[:12])
    look_over(page, "aomori-routing")
    desks = listed(page)
    assert CENTRE in desks[0] and "主に受ける" in desks[0] and "017-752-1888" in desks[0]
    (town,) = [one for one in desks if TOWN in one]
    assert "外ヶ浜町に住む方の相談を受ける窓口です" in town and "0174-22-2250" in town
    assert all("受付の時間は分かりません" in one for one in desks)
    of_prefecture = [one for one in desks if "青森県の" in one or "青森県ひきこもり" in one]
    assert of_prefecture and all("連絡先は未確認" in one for one in of_prefecture)
    assert not [one for one in desks if "中南" in one or "平内町" in one], "no desk of another town"
    held = page.locator(".checks .yes").all_inner_texts()
    assert len(held) >= 2, held


def test_without_a_meeting_of_the_law_c1_is_refused_in_words(stage):
    page = stage.desk.case(STORY[:12])
    page.get_by_role("button", name="担当する").click()
    stage.desk.open("つなぐ")
    page.get_by_text("支援会議（C1）は、ここでは使えません").wait_for()
    assert page.locator("#hand input[value=C1]").count() == 0
    page.locator("#hand input[value=east-center][type=checkbox]").check()
    page.locator("#hand input[value=C9]").evaluate("one => { one.value = 'C1'; one.click(); }")
    page.select_option("#hand-decided", index=1)
    page.fill("#hand-ask", "支援会議にかけてください")
    page.fill("#hand-keep", "電話を続けます")
    page.locator("#hand").get_by_role("button", name="つなぐ", exact=True).click()
    page.get_by_text("この会議は登録されていません。匿名の連絡票（準支援会議）が使えます。").first.wait_for()
    stage.shot("aomori-c1", page)


def test_an_anonymous_packet_for_the_meeting_before_the_rules(stage):
    page = stage.desk.case(STORY[:12], view="mine")
    page.get_by_role("link", name="連絡票", exact=True).click()
    page.select_option("#p-kind", "meeting")
    page.select_option("#p-basis", "C9")
    page.get_by_label("準支援会議（匿名）").check()
    page.fill("#p-ask", "外ヶ浜町の50歳の弟に、だれが会いに行くかを決めてください")
    page.fill("#p-keep", "家族との電話を続けます")
    page.get_by_role("button", name="内容を見る").click()
    page.get_by_role("heading", name="この内容で出ます").wait_for()
    look_over(page, "aomori-preview")
    page.get_by_role("button", name="この内容で作る").click()
    page.locator("#wrong-packet").wait_for()
    page.fill("#p-checked", "二人で読み、この形の世帯がほかにもあることを確かめた")
    page.get_by_role("button", name="内容を見る").click()
    page.get_by_role("button", name="この内容で作る").click()
    page.wait_for_url("**/packets/*made=1")
    seen = page.locator("main").inner_text()
    look_over(page, "aomori-packet")
    assert "50代" in seen and "二人で読み" in seen
    lives = page.locator("dl.pairs div", has_text="住んでいる市町村")
    assert lives.locator("dd").inner_text() == "外ヶ浜町" and seen.count("外ヶ浜") == 1, (
        "the municipality, and in no words"
    )
    assert not [word for word in ("50歳", "五十歳", FAMILY, "T-0001") if word in seen], seen
    with page.expect_download() as paper:
        page.get_by_role("link", name="PDF").first.click()
    assert paper.value.path().read_bytes().startswith(b"%PDF")


def test_a_clinic_writes_by_web_of_somebody_in_fujisaki(stage):
    with visitor(stage.page.context.browser, scripts=False) as page:
        page.goto(f"{stage.desk.home}/renraku")
        page.get_by_label("いいえ").check()
        page.get_by_label("○ 介護", exact=False).first.check()
        page.get_by_label("見たこと・聞いたこと").fill(
            "退院しますが、家で薬を見る人がいません。お金の心配もあるそうです"
        )
        page.get_by_label("藤崎町").check()
        page.get_by_label("お願いしたいこと").fill("退院のあとの暮らしを、いっしょに考えてください")
        page.get_by_label("これまでの関わり").fill("月に一度の外来を続けます")
        for label, text in zip(("機関・係の名前", "担当の人の名前", "電話・FAX"), CLINIC, strict=True):
            page.get_by_label(label).fill(text)
        page.get_by_role("button", name="この内容で送る").click()
        page.get_by_role("heading", name="受けつけました").wait_for()
    page = routing(stage, "退院しますが")
    desks = listed(page)
    assert "中南地域総合相談窓口" in desks[0] and "0172-88-8637" in desks[0]
    assert [one for one in desks if "藤崎町社会福祉協議会" in one] and not [one for one in desks if "東地域" in one]
    assert page.locator(".where").inner_text() == "藤崎町（中南地域）"
    shown = stage.desk.case("退院しますが")
    shown.locator(".answers").get_by_text("退院のあとの暮らしを").wait_for()
    assert not [one for one in CLINIC if one in shown.content() + page.content() + str(stage.client.channel())]


def test_somebody_of_another_city_is_received_and_passed_on_with_a_receipt(stage):
    story = "母がひとりで暮らしていて、買い物に行けなくなりました"
    tells(stage, "debt", story, *START, "ほかの市町村", "「青森市", "いない")
    page = routing(stage, story[:12])
    page.get_by_text("ほかの市町村の方（青森市）").wait_for()
    assert len(listed(page)) >= 1
    page.get_by_role("link", name="T-").first.click()
    page.get_by_role("button", name="担当する").click()
    page.get_by_role("link", name="住んでいるところ・つなぎ先").click()
    page.get_by_text("引きつぎを書く").click()
    assert page.input_value("#town") == "青森市"
    page.select_option("#basis", "C0")
    page.fill("#heard", "11月22日 19時、あおが電話で")
    page.get_by_label("だれの同意か").select_option(label="本人")
    page.fill("#ask", "お母さんの暮らしの相談を受けてください")
    page.fill("#keep", "受け取りまで、娘さんと連絡を続けます")
    page.get_by_role("button", name="引きつぐ（担当は続きます）").click()
    page.get_by_text("受け取りを待っています").wait_for()
    look_over(page, "aomori-transfer")
    page.fill("#who", "地域包括ケア推進の係 南さん")
    page.fill("#when", "11月22日 19時20分")
    page.select_option("#way", "phone")
    page.get_by_role("button", name="受け取りを記録する").click()
    page.get_by_text("保存しました").wait_for()
    page.get_by_role("link", name="T-").first.click()
    flow = page.locator("#overs")
    flow.get_by_text("青森市").first.wait_for()
    flow.get_by_text("南さん").first.wait_for()
    page.locator(".facts").get_by_text("自分の担当").wait_for()
    look_over(page, "aomori-passed-on")
