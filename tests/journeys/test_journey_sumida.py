"""墨田区: a newspaper carrier reports piled-up papers; アウトリーチ takes it on without a plan and without consent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from browser_kit import needs_browser
from journey_kit import own_pack
from journey_stage import Stage, a_stage
from journey_web import at_work, look_over, refused_none, visitor

HOUR = datetime.fromisoformat("2026-11-24T10:00+09:00")
# The shipped pack has no 協定台帳: which newspaper shops have an agreement is for the ward to say.
CARRIERS = """
[[partner]]
code = "SHIMBUN-01"
name = "（練習の）新聞販売所"
kind = "新聞の配達"
until = 2028-03-31
signs = ["post", "silent", "odd"]
"""
PLACE, NAME, DESK = "京島２丁目３番４号", "根津ひろし", "アウトリーチ支援（墨田区社会福祉協議会）"
pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with a_stage(hour=HOUR, pack=own_pack(tmp_path_factory.mktemp("sumida"), "sumida", CARRIERS)) as running:
        yield running
        refused_none(running)


def asked(page: Any, home: str, label: str, code: str) -> str:
    """What the carrier is told when they ask how far it is."""
    page.goto(f"{home}/kakunin")
    page.get_by_label("通報番号・連絡票の番号").fill(label)
    page.get_by_label("確かめる番号").fill(code)
    page.get_by_role("button", name="確かめる").click()
    step = page.locator(".steps [aria-current=step]")
    step.wait_for()
    told = page.locator("main").inner_text()
    assert not [word for word in ("アウトリーチ", "京島", "みどり", "あお") if word in told], told
    return str(step.inner_text())


def test_the_desk_of_outreach_has_somebody(stage):
    with at_work(stage, "もも") as page:
        page.goto(f"{stage.desk.home}/console/people")
        page.get_by_role("link", name="みどり").click()
        page.select_option("#desk", "s-outreach")
        page.get_by_role("button", name="かえる", exact=True).click()
        page.get_by_text(DESK).first.wait_for()


def test_from_the_carrier_to_outreach_and_back_as_two_words(stage):
    home, browser = stage.desk.home, stage.page.context.browser
    with visitor(browser, scripts=False) as page:
        page.goto(f"{home}/tsuho/SHIMBUN-01")
        page.get_by_label("いいえ").check()
        page.get_by_label("郵便がたまっている").check()
        page.get_by_label("住所").fill(PLACE)
        page.get_by_label("今日", exact=True).check()
        page.get_by_label("会えなかった").check()
        page.get_by_label("見たこと・聞いたこと").fill("朝刊が五日分たまっています。夜は明かりがつきます")
        page.get_by_label("お名前").fill(NAME)
        page.get_by_role("button", name="この内容で送る").click()
        page.get_by_role("heading", name="受けつけました").wait_for()
        label, code = page.locator(".receipt dd").all_inner_texts()[:2]
        assert asked(page, home, label, code) == "受理"
        hand_on(stage, label)
        assert asked(page, home, label, code) == "確認中"
        take_on(stage, label)
        assert asked(page, home, label, code) == "確認中"
        done(stage, label)
        assert asked(page, home, label, code) == "対応済"


def hand_on(stage: Stage, label: str) -> None:
    """受付 pass it to アウトリーチ: no consent, no plan; C8 only with the name of who decided."""
    page = stage.desk.case(label, view="lifeline")
    look_over(page, "sumida-case")
    page.get_by_role("button", name="担当する").click()
    stage.desk.open("つなぐ")
    form = page.locator("#hand")
    here = form.locator("label", has_text=DESK)
    assert "候補：" in here.inner_text() and "連絡先は未確認" in here.inner_text()
    here.locator("input").check()
    page.select_option("#hand-purpose", "outreach")
    form.locator("input[name=basis][value=C8]").check()
    page.fill("#hand-ask", "一度たずねて、手紙を残してください。急ぎません")
    page.fill("#hand-keep", "新聞の様子を、こちらで聞きつづけます")
    form.get_by_role("button", name="つなぐ", exact=True).click()
    page.get_by_text("この根拠で渡すことを決めた人を選んでください。").first.wait_for()
    page.select_option("#hand-decided", index=1)
    form.get_by_role("button", name="つなぐ", exact=True).click()
    flow = page.locator("#overs")
    flow.get_by_text("決めた人 あお").wait_for()
    flow.get_by_text(DESK).first.wait_for()
    look_over(page, "sumida-handed")
    page.get_by_role("link", name="連絡票", exact=True).click()
    page.locator(".packets li a").first.click()
    page.wait_for_url("**/packets/*")
    packet = page.locator("main").inner_text()
    assert "庁内・所掌事務" in packet and not [one for one in (NAME, "新聞販売所", label) if one in packet], packet
    look_over(page, "sumida-packet")


def take_on(stage: Stage, label: str) -> None:
    """The desk of アウトリーチ receives and accepts: from then on it is theirs."""
    with at_work(stage, "みどり") as page:
        page.goto(f"{stage.desk.home}/console/incoming")
        page.get_by_text("一度たずねて、手紙を残してください").wait_for()
        look_over(page, "sumida-incoming")
        page.get_by_role("button", name="受け取る").click()
        page.get_by_text("受け取りました。").wait_for()
        page.get_by_role("button", name="引き受ける").click()
        page.get_by_text("引き受けました。").wait_for()
        page.get_by_role("link", name=label).first.click()
        page.locator(".facts").get_by_text("自分の担当").wait_for()
        seen = page.content()
        assert NAME not in seen and "朝刊が五日分" in seen
        look_over(page, "sumida-taken")


def done(stage: Stage, label: str) -> None:
    """Outreach met them and closes it."""
    with at_work(stage, "みどり") as page:
        page.goto(f"{stage.desk.home}/console/?view=mine")
        page.goto(f"{stage.desk.home}{page.locator('.card', has_text=label).locator('h2 a').get_attribute('href')}")
        page.locator("summary", has_text="閉じる").click()
        page.select_option("#close-reason", index=1)
        page.locator("form[action$='/close'] button").click()
        page.get_by_text("閉じました").first.wait_for()
