"""Professionals (専門職): a 連絡票 on LINE and by a page without scripts; what staff read, what the writer keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from browser_kit import needs_browser
from journey_stage import Stage, a_stage
from journey_web import enrol, look_over, refused_none, visitor

TUESDAY = datetime.fromisoformat("2026-11-24T10:00+09:00")
CLINIC = "clinic"
NAMES = ("柿崎鮎美", "根津ひろし", "蓮沼さとる")
SUMMARY = "この内容で役所・役場に送ります"
pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_stage(hour=TUESDAY) as running:
        yield running
        refused_none(running)


def test_a_clinic_sends_a_contact_sheet_on_line(stage):
    phone = enrol(stage, CLINIC, "IRYO-04", NAMES[0])
    phone.presses("仕事で気づいた").sees("連絡票をつくります", "命や体に危ないこと")
    phone.presses("いいえ").sees("（1/8）")
    stage.shot("professional-issues")
    phone.presses("収入・生活費").sees("✓ 収入・生活費")
    phone.presses("介護").sees("✓ 介護")
    phone.presses("これで全部").sees("（2/8）")
    phone.says("来週退院ですが、家で食事と薬を見る人がいません").sees("（3/8）")
    phone.says("70代の男性、ひとり暮らし").sees("（4/8）")
    phone.says("緑町4-5-6").sees("（5/8）")
    phone.presses("同意している").sees("（6/8）")
    phone.says("家の様子を見にいってほしい").sees("（7/8）")
    phone.says("週に一度の受診を続けます").sees("（8/8）")
    phone.says(f"みほん診療所 相談室 {NAMES[0]} 000-0000-1234").sees(SUMMARY, "収入・生活費、介護")
    stage.shot("professional-summary")
    phone.presses("このまま送る").sees("受けつけました", "連絡番号：")
    page = stage.desk.case("来週退院ですが")
    for words in ("収入・生活費、介護", "家の様子を見にいってほしい", "週に一度の受診を続けます", "同意している"):
        page.locator(".answers").get_by_text(words).first.wait_for()
    page.locator(".facts", has_text="関係機関").first.wait_for()
    seen = page.content() + str(stage.client.channel())
    assert NAMES[0] not in seen and "000-0000-1234" not in seen
    look_over(page, "professional-case")


def test_the_same_by_a_page_without_scripts(stage):
    home = stage.desk.home
    with visitor(stage.page.context.browser) as page:
        page.goto(f"{home}/renraku/IRYO-04")
        look_over(page, "renraku")
    with visitor(stage.page.context.browser, scripts=False) as page:
        page.goto(f"{home}/renraku/IRYO-04")
        page.get_by_label("いいえ").check()
        page.get_by_label("○ 住まい", exact=False).first.check()
        page.get_by_label("見たこと・聞いたこと").fill("家賃の督促状を三通、見せてくれました")
        page.get_by_label("お願いしたいこと").fill("住まいの相談につないでください")
        page.get_by_label("これまでの関わり").fill("月に二回の訪問診療を続けます")
        page.get_by_label("機関・係の名前").fill("みほん診療所 地域連携室")
        page.get_by_label("担当の人の名前").fill(NAMES[1])
        page.get_by_role("button", name="この内容で送る").click()
        page.get_by_role("heading", name="受けつけました").wait_for()
        label, code = page.locator(".receipt dd").all_inner_texts()[:2]
        assert NAMES[1] not in page.content()
        page.emulate_media(media="print")
        assert page.get_by_text(code).is_visible() and not page.get_by_role("button").first.is_visible()
        page.emulate_media(media="screen")
        page.goto(f"{home}/kakunin")
        page.get_by_label("通報番号・連絡票の番号").fill(label)
        page.get_by_label("確かめる番号").fill(code)
        page.get_by_role("button", name="確かめる").click()
        page.get_by_role("status").get_by_text("受理").wait_for()
        shown = stage.desk.case("家賃の督促状")
        shown.get_by_text("月に二回の訪問診療を続けます").first.wait_for()
        shown.get_by_text("住まいの相談につないでください").first.wait_for()
        assert NAMES[1] not in shown.content() + str(stage.client.channel())
        shown.get_by_role("button", name="担当する").click()
        page.get_by_label("確かめる番号").fill(code)
        page.get_by_role("button", name="確かめる").click()
        page.get_by_role("status").get_by_text("確認中").wait_for()


def test_a_welfare_commissioner_reports_by_the_page(stage):
    with visitor(stage.page.context.browser, scripts=False) as page:
        page.goto(f"{stage.desk.home}/tsuho/MINSEI-05")
        page.get_by_label("いいえ").check()
        page.get_by_label("ひとこと").or_(page.get_by_label("見たこと・聞いたこと")).first.fill(
            "夏から急にやせて、ごみ出しができていません"
        )
        page.get_by_label("住所").fill("若葉町7-8")
        page.get_by_label("いやだと言った").check()
        page.get_by_label("話した", exact=True).check()
        page.get_by_label("お名前").fill(NAMES[2])
        page.get_by_role("button", name="この内容で送る").click()
        page.get_by_text("通報番号").first.wait_for()
    page = stage.desk.case("夏から急にやせて", view="lifeline")
    page.locator(".facts", has_text="同意なし").wait_for()
    assert NAMES[2] not in page.content() + str(stage.client.channel())
