"""茅ヶ崎 as its pack has it: 8050 and debts, from the door through both meetings to 参加支援 and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from browser_kit import needs_browser
from journey_chigasaki import CALLER, CALLER_PHONE, NAME, SHAKYO, TAX, Town, a_chigasaki
from journey_web import refused_none
from playwright.sync_api import expect

TUESDAY = datetime.fromisoformat("2026-11-24T10:00+09:00")
STORY = (
    "八十二歳です。くらげ荘で五十三の息子と二人です。息子は二十年ひきこもりで、役所の助けはいらないと断ります。"
    "年金だけで、カードの借金が七十万円あり、返せません。わたしは編み物の会に行ってみたいです。"
)
HOPE = "息子と落ち着いて暮らしたい"
pytestmark = needs_browser


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with a_chigasaki(TUESDAY) as made:
        yield made
        refused_none(made.stage)


@pytest.fixture(autouse=True)
def _held(town: Town) -> Iterator[None]:
    """After every step the case has one owner or one queue, and nothing stands where it may not."""
    yield
    town.place()
    town.clean()


def test_words_at_the_door_open_a_case_for_the_comprehensive_desk(town):
    town.phone.take().presses("相談する").sees("下のボタンの画面で書けます")
    town.link()
    town.write(STORY)
    town.door.locator("#present", has_text="受付番号").wait_for()
    for label in ("危なくない", "名前を伝える"):
        town.press(label)
    town.write(NAME)
    for label in ("自分のこと", "いない"):
        town.press(label)
    town.shot("c-door-2", town.door)
    for label in ("この画面で", "いつでもよい"):
        town.press(label)
    town.write(HOPE)
    town.press("これでいい")
    page = town.stage.desk.case("ひきこもり")
    town.case = int(page.url.rpartition("/")[2].partition("?")[0])
    town.shot("c-case")
    assert town.place() == "列：c-sogo"
    page = town.at("/routing")
    town.shot("c-routing")
    assert "主に受ける" in page.locator(".desks li").first.inner_text()
    assert "福祉総合相談担当" in page.locator(".desks li").first.inner_text()
    for words in ("ひきこもり", "④ ①〜③が複合している あてはまりそう"):
        assert words in page.locator(".checks").inner_text(), "the causes are quoted"


def test_a_neighbour_calls_about_the_same_house(town):
    page = town.console
    page.goto(f"{town.home}/console/take-down")
    page.get_by_label("ない", exact=True).check()
    page.get_by_label("電話", exact=True).check()
    page.get_by_label("聞いたこと").fill("となりの家の雨戸が一週間しまったままです。怒鳴り声もします。")
    page.get_by_label("ほかの人のこと").check()
    page.get_by_label("本人との関係").fill("近所")
    page.get_by_label("話した人の名前").fill(CALLER)
    page.get_by_label("話した人の電話番号").fill(CALLER_PHONE)
    page.get_by_label("知らない").first.check()
    page.get_by_role("button", name="受けつける").click()
    page.wait_for_url("**/cases/**")
    town.shot("c-taken")
    town.stage.desk.open("ほかの相談にまとめる")
    label = "T-0001"
    page.locator("#fold").get_by_label("番号").fill(label)
    page.locator("#fold").get_by_role("button").last.click()
    page.get_by_text(f"この相談は {label} にまとめてあります").wait_for()


def test_the_meeting_without_consent_gets_a_sheet_without_tax(town):
    page = town.at()
    page.get_by_role("button", name="担当する").first.click()
    page.locator(".owner.mine").first.wait_for()
    town.hears(("tax_arrears", TAX[0], ""), ("agencies", TAX[1], "tax"))
    page.goto(f"{town.home}/console/meetings?meeting=juso")
    page.get_by_role("heading", name="会議の候補と議題").wait_for()
    assert not page.locator(f"#c{town.case}").count(), "重層的支援会議 sees nobody without consent"
    town.tables("shien", "だれがいつ訪ねるかを決めてほしい", "お手紙を続けます")
    body = town.packet("P-0001")
    town.shot("c-packet-1")
    assert (body["kind"], body["variant"], body["basis"]["code"]) == ("meeting", "no_consent", "C1")
    assert body["decided_by"] == "あお" and body["dropped"]["tax"] == 2
    (wishes,) = [one for one in body["fields"] if one["id"] == "wishes"]
    assert wishes["text"].startswith(f"「{HOPE}」") and wishes["source"] == "person"
    assert body["recipients"][0]["members"] == [] and page.get_by_text("名簿はまだありません").is_visible()
    assert page.get_by_text("税務の情報 2件").first.is_visible()
    assert town.place() == "あお"


def test_the_person_agrees_by_button(town):
    for desk in ("c-sogo", SHAKYO):
        town.asks(desk)
        town.door.goto(f"{town.home}/talk")  # the page that the link opened is still theirs
        town.press("伝えてよい")
    page = town.at()
    expect(page.locator("#consents")).to_contain_text("伝えてよい")
    assert page.locator("#consents dd", has_text="ボタンで").count() == 2
    page.goto(f"{town.home}/console/meetings?meeting=juso")
    assert not page.locator(f"#c{town.case}").count(), "who agreed to desks agreed to no meeting"


def test_the_person_agrees_to_the_meeting_and_wants_to_be_there(town):
    town.asks()
    town.door.goto(f"{town.home}/talk")
    town.door.locator(".asked.open", has_text="「重層的支援会議」という話し合い").wait_for()
    town.press("伝えてよい")
    town.door.locator(".asked.open", has_text="あなたも出たいですか").wait_for()
    town.shot("c-attend", town.door)
    town.door.get_by_role("button", name="出たい", exact=True).click()
    town.door.locator(".asked", has_text="重層的支援会議：出たい").wait_for()
    page = town.at()
    expect(page.locator("#consents")).to_contain_text("会議に出るか：出たい")
    town.shot("c-agreed")


def test_the_meeting_with_consent_makes_a_plan(town):
    town.tables("juso", "参加支援につなぐプランでよいか", "家計の相談を続けます")
    body = town.packet("P-0002")
    assert (body["variant"], body["basis"]["code"]) == ("consent", "C0")
    said = {one["id"]: one["text"] for one in body["fields"]}
    assert (said["consent_by"], said["attend"]) == ("本人", "出たい")
    assert TAX[1] in str(body["fields"]) and not body["dropped"].get("tax"), "with consent it may go"
    page = town.at()
    town.stage.desk.open("会議の結果を書く")
    page.get_by_label("策定（プランができた）").check()
    page.get_by_label("プランの番号").fill("令8-017")
    page.locator("#plan-main").select_option(SHAKYO)
    page.get_by_role("button", name="結果を残す").click()
    expect(page.locator("#overs")).to_contain_text("プラン 令8-017")
    expect(page.locator("#overs")).to_contain_text("主担当の窓口が、いまの窓口とちがいます")
    town.shot("c-plan")
    assert town.place() == "あお"


def test_participation_receives_accepts_and_has_it(town):
    page = town.at()
    page.locator("summary", has_text="つなぐ").first.click()
    form = page.locator("#hand")
    for one in form.locator("details").all():
        one.evaluate("fold => { fold.open = true; }")
    form.locator(f"[name=to_desk][value={SHAKYO}]").check()
    form.locator("#hand-purpose").select_option("participation")
    form.locator("#hand-form").select_option("individual")
    form.locator("[name=basis][value=C0]").check()
    form.locator("#hand-ask").fill("編み物の会への付きそいをお願いします")
    form.locator("#hand-keep").fill("借金の相談を続けます")
    form.get_by_role("button", name="つなぐ", exact=True).click()
    expect(page.locator("#overs")).to_contain_text("返事待ち")
    assert town.place() == "あお", "whoever hands it on keeps it until it is accepted"
    body = town.packet("P-0003")
    assert "編み物" in str([one["text"] for one in body["fields"] if one["id"] in ("wishes", "story")])
    page = town.midori
    page.goto(f"{town.home}/console/incoming")
    town.shot("c-incoming", page)
    page.get_by_role("button", name="受け取る", exact=True).click()
    page.get_by_text("受け取りました").first.wait_for()
    assert town.place() == "あお"
    page.get_by_role("button", name="引き受ける", exact=True).click()
    page.get_by_text("引き受けました").first.wait_for()
    assert town.place() == "みどり"
    town.packet("P-0003", page)


def test_words_after_a_suspension_wake_the_case_and_its_owner(town):
    page = town.at(page=town.midori)
    page.locator("summary", has_text="会議の結果を書く").click()
    page.get_by_label("中断（連絡が完全にとれない）").check()
    page.locator("#plan-note").fill("三度たずねて会えませんでした")
    page.get_by_role("button", name="結果を残す").click()
    expect(page.locator("#overs")).to_contain_text("中断")
    town.phone.says("また行ってみたくなりました").sees("受けとりました")
    town.told("中断していた相談に、本人から言葉が届きました")
    town.at(page=page)
    town.shot("c-woken", page)


def test_a_consent_taken_back_stops_the_packet_and_tells_who_has_it(town):
    town.door.goto(f"{town.home}/talk")
    town.write("わたしの記録")
    town.door.get_by_role("button", name=re.compile("取り消す：地域福祉")).first.click()
    town.told("本人が同意を取り消しました")
    page = town.at("/packets", town.midori)
    town.shot("c-stopped", page)
    page.locator("li", has_text="P-0003").get_by_text("同意の取り消しで止めました").wait_for()
    page.get_by_role("link", name="P-0003").click()
    page.get_by_role("heading", name="この連絡票は開けません").wait_for()
