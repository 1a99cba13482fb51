"""Workers who notice something (見守り): enrolment by code, a report in a few taps, what staff and workers then see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from browser_kit import needs_browser
from journey_kit import until
from journey_stage import Phone, Stage, a_stage
from journey_web import enrol, look_over, refused_none, visitor

TUESDAY = datetime.fromisoformat("2026-11-24T10:00+09:00")
METER, PAPER = "meter", "collapse"
NAMES = ("柿崎鮎美", "根津ひろし", "蓮沼さとる")
SIGNS = ["メーターが異常", "料金・停止の予定", "応答がない", "郵便がたまっている", "話がかみ合わない", "子どもが心配"]
PLACE = "本町1-2-3"
SUMMARY = "この内容で役所・役場に送ります"
pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with a_stage(hour=TUESDAY) as running:
        yield running
        refused_none(running)


def answers(phone: Phone, *steps: tuple[str, str]) -> int:
    """Press each label and wait for the words after it; how many taps it took."""
    for label, words in steps:
        phone.presses(label).sees(words)
    return len(steps)


def test_a_meter_reader_reports_in_nine_taps(stage):
    phone = enrol(stage, METER, "SUIDO-01", NAMES[0])
    taps = answers(phone, ("仕事で気づいた", "（1/6）"), ("いいえ", "（2/6）"))
    offered = stage.client.phone(METER)[-1]["labels"]
    assert offered[: len(SIGNS)] == SIGNS and offered[-1] == "これで全部"
    stage.shot("worker-signs")
    taps += answers(phone, ("料金・停止の予定", "✓ 料金・停止の予定"), ("これで全部", "停止はいつの予定ですか"))
    phone.presses("停止日をえらぶ")
    picker = stage.page.locator("#ask input")
    assert picker.get_attribute("type") == "date"
    picker.fill("2026-11-30")
    stage.page.click("#ask button[type=submit]")
    phone.sees("（3/6）")
    phone.presses("場所を送る")
    stage.page.fill("#ask [name=address]", PLACE)
    stage.page.click("#ask button[type=submit]")
    phone.sees("（4/6）")
    taps += 2 + answers(phone, ("今日", "（5/6）"), ("話した", "何と言っていましたか"), ("いやだと言った", "（6/6）"))
    phone.says("停止の紙を渡しましたが、いやだと言われました").sees(SUMMARY, "料金・停止の予定")
    stage.shot("worker-summary")
    shown = stage.client.answers(METER)[-1]
    assert "停止：11/30" in shown and "いやだと言った" in shown and "今日" in shown
    assert taps + 1 <= 10, "nine answers after the button that opens the report"
    answers(phone, ("直す", "どれを直しますか"), ("いつ", "（4/6）"), ("きのう", SUMMARY))
    assert "きのう" in stage.client.answers(METER)[-1]
    phone.presses("このまま送る").sees("L-0001", "「対応しました」だけ")
    stage.shot("worker-done")


def test_staff_see_the_refusal_and_no_reporter_but_in_the_vault(stage):
    desk = stage.desk
    page = desk.case("L-0001", view="lifeline")
    page.locator("h1 ~ *, .facts").get_by_text("同意なし").first.wait_for()
    look_over(page, "worker-case")
    seen = page.content() + str(stage.client.channel()) + str(stage.client.views())
    assert not [name for name in NAMES if name in seen]
    page.get_by_role("link", name="通報した人を見る").click()
    page.fill("#reason", "停止の日を確かめる電話のため")
    page.get_by_role("button", name="通報した人を見る").click()
    page.get_by_text(NAMES[0]).wait_for()
    page.get_by_text("みほん水道サービス").wait_for()
    page = desk.case("L-0001", view="lifeline")
    page.locator(".event", has_text="通報した人を見ました").get_by_text("停止の日を確かめる電話のため").wait_for()
    assert NAMES[0] not in page.content()


def test_another_report_of_the_same_house_is_joined_by_a_person(stage):
    phone = enrol(stage, PAPER, "SHIMBUN-03", NAMES[1])
    taps = answers(phone, ("仕事で気づいた", "（1/6）"), ("いいえ", "（2/6）"))
    taps += answers(phone, ("郵便がたまっている", "✓"), ("これで全部", "（3/6）"))
    phone.says(PLACE).sees("（4/6）")
    taps += answers(phone, ("いま", "（5/6）"), ("会えなかった", "（6/6）"), ("答えたくない", SUMMARY))
    taps += answers(phone, ("このまま送る", "L-0002"))
    assert taps <= 9, "the plain report, the button that opens it included"
    desk = stage.desk
    page = desk.case("L-0002", view="lifeline")
    page.get_by_role("heading", name="同じ人・同じ家かもしれません").wait_for()
    linked = page.locator("section[aria-labelledby=links-title] li", has_text="L-0001")
    linked.get_by_text("近い場所・近い日").wait_for()
    stage.shot("worker-links", page)
    page.get_by_role("button", name="L-0001：結びつける").click()
    page.get_by_text("結びつけました").first.wait_for()
    page.get_by_role("button", name="L-0001：もとにもどす").click()
    page.get_by_text("結びつきをほどきました").first.wait_for()


def test_the_very_same_home_seen_by_two_raises_the_urgency(stage):
    with visitor(stage.page.context.browser) as page:
        page.goto(f"{stage.desk.home}/tsuho/SHIMBUN-03")
        look_over(page, "tsuho")
        page.get_by_label("いいえ").check()
        page.get_by_label("郵便がたまっている").check()
        page.get_by_label("住所").fill("みほん市本町１丁目２番３号")
        page.get_by_label("お名前").fill(NAMES[2])
        page.get_by_role("button", name="この内容で送る").click()
        page.get_by_text("L-0003").wait_for()
        look_over(page, "tsuho-thanks")
    page = stage.desk.case("L-0003", view="lifeline")
    page.locator("li", has_text="L-0002").get_by_text("同じ住所").wait_for()
    for label in ("L-0003", "L-0002"):
        stage.desk.case(label, view="lifeline").locator(".facts .urgency-high").wait_for()
        assert not [name for name in NAMES if name in page.content()]


def test_the_worker_hears_two_steps_once_each_and_nothing_more(stage):
    desk, phone = stage.desk, stage.phone(METER).take()
    page = desk.case("L-0001", view="lifeline")
    page.get_by_role("button", name="担当する").click()
    phone.sees("確かめています")
    page.get_by_role("button", name="担当をやめる").click()
    page.get_by_role("button", name="担当する").click()
    desk.open("閉じる")
    page.select_option("#close-reason", index=1)
    page.locator("form[action$='/close'] button").click()
    phone.sees("対応しました")
    said = [text for text in stage.client.answers(METER) if text.startswith("お知らせがあります。")]
    assert said == [
        "お知らせがあります。\nご連絡の件を、確かめています。",
        "お知らせがあります。\nご連絡の件は、対応しました。ありがとうございました。",
    ]


def test_danger_comes_first(stage):
    phone = stage.phone(PAPER).take()
    phone.presses("仕事で気づいた").sees("（1/6）")
    phone.presses("はい").sees("先に電話してください", "役所・役場の職員にも、いま知らせています")
    stage.shot("worker-danger")
    assert {"tel:110", "tel:119"} <= set(phone.calls())
    until(stage.client, lambda: "今すぐ" in stage.desk.posts() and stage.desk.notices())
    phone.presses("続き").sees("（2/6）")
    assert not [name for name in NAMES if name in stage.desk.posts() + str(stage.desk.notices())]
