"""The desk's work in Slack, pressed by hand on the practice page: from the card to the telephone and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from browser_kit import needs_browser
from journey_kit import sees, until
from journey_slack import CANARIES, KIIRO, Scene, a_scene, in_slack, labels, new_label, pane, user
from playwright.sync_api import expect

TUESDAY = datetime.fromisoformat("2026-11-24T10:00+09:00")
UNDO_S = 15
KINDS = ("line_refused", "slack_refused", "retry_key_conflicts", "duplicate_slack_posts", "slack_failures")
pytestmark = needs_browser


def _begins(words: str) -> re.Pattern[str]:
    return re.compile("^" + re.escape(words))


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    with a_scene(TUESDAY, UNDO_S) as made:
        yield made


def test_two_press_the_same_button_and_the_second_is_told_plainly(scene):
    ao, kiiro, label = scene.ao, pane(scene.browser, scene.town, KIIRO), scene.case["1"]
    ao.reads(label, "担当：まだ決まっていません", "受付済", "次の一手の案")  # nothing moves the buttons any more
    for one in (ao, kiiro):  # both have their finger on it before either lets go
        one.card(label).get_by_role("button", name="担当する", exact=True).hover()
        one.page.mouse.down()
    for one in (ao, kiiro):
        one.page.mouse.up()
    ao.reads(label, "担当あり")
    won = "あお" if "担当：あお" in ao.card(label).inner_text() else "きいろ"
    loser = kiiro if won == "あお" else ao
    loser.told(f"さきに{won}さんが担当になりました", f"{label} は、いま：担当あり・担当 {won}")
    kiiro.reads(label, f"担当：{won}")
    expect(kiiro.card(label).get_by_role("button", name="担当する", exact=True)).to_have_count(0)
    if won == "きいろ":  # the rest of the day is あお's
        kiiro.choose(label, "担当をやめる")
        ao.reads(label, "まだ決まっていません")
    scene.owned(label)
    assert kiiro.page.troubles == []
    kiiro.page.context.close()


def test_an_answer_with_a_template_is_taken_back_and_sent_again(scene):
    ao, label = scene.ao, scene.rent()
    scene.owned(label)
    ao.press(label, "返信")
    form = ao.modal(f"{label} に返信")
    form.locator("textarea").fill("こんにちは。みどりの紙です。")
    form.locator("select").select_option(label="読みました")
    expect(form.locator("textarea")).to_have_value(
        _begins("こんにちは。みどりの紙です。\nご連絡ありがとうございます。")
    )
    ao.submit("確かめる")
    expect(ao.modal("送る前に確かめる")).to_contain_text(f"{UNDO_S}秒のあいだは取り消せます")
    ao.submit("この文を送る")
    ao.closed()
    ao.told(f"{label} への返信は").get_by_role("button", name="取り消す").click()
    ao.told("返信を取り消しました", "本人には届いていません")
    ao.press(label, "返信")
    form = ao.modal(f"{label} に返信")
    expect(form).to_contain_text("まえに書いて、送っていない文です")
    expect(form.locator("textarea")).to_have_value(_begins("こんにちは。みどりの紙です。\nご連絡"))
    form.locator("textarea").fill("読みました。水曜日にお電話します。")
    ao.submit("確かめる")
    ao.modal("送る前に確かめる")
    ao.submit("この文を送る")
    ao.closed()
    said = sees(scene.client, user("1"), "水曜日にお電話します")
    assert "みどりの紙" not in said
    ao.reads(label, "話しているのは：職員")


def test_lowering_asks_for_a_reason_and_raising_does_not(scene):
    ao, label = scene.ao, scene.rent()
    if "緊急度 高い" not in ao.card(label).inner_text():
        ao.choose(label, "緊急度を「高い」に上げる")
    ao.reads(label, "緊急度 高い")
    ao.closed()
    ao.choose(label, "緊急度を下げる")
    form = ao.modal(f"{label} の緊急度")
    form.get_by_label("ふつう").check()
    ao.submit("直す")
    form.locator(".field-error").wait_for()
    ao.reads(label, "緊急度 高い")
    form.get_by_label("ふつう").check()
    form.get_by_label("理由").fill("電話で話し、すこし落ちつきました")
    ao.submit("直す")
    ao.closed()
    ao.reads(label, "緊急度 ふつう")


def test_a_case_put_aside_comes_back_when_the_person_writes(scene):
    ao, label = scene.ao, scene.rent()
    scene.owned(label)
    ao.choose(label, "保留する")
    ao.modal(f"{label} を保留").get_by_label("1時間").check()
    ao.submit("保留する")
    ao.closed()
    ao.reads(label, "保留（", "まで）")
    scene.client.say(user("1"), "きょう大家さんから電話がありました。")
    expect(ao.card(label)).not_to_contain_text("保留（")
    ao.reads(label, "担当：あお")


def test_two_cases_are_folded_by_number_and_parted_again(scene):
    ao, first = scene.ao, scene.rent()
    second = scene.person("2", f"兄が{CANARIES[1]}で家賃を払えません。")
    ao.choose(second, "ほかの相談とまとめる")
    form = ao.modal(f"{second} をまとめる")
    form.get_by_label("番号").fill("T-9876")
    ao.submit("まとめる")
    ao.told("その番号の相談は見つかりません")
    ao.choose(second, "ほかの相談とまとめる")
    ao.modal(f"{second} をまとめる").get_by_label("番号").fill(first)
    ao.submit("まとめる")
    ao.closed()
    ao.reads(second, f"{first} にまとめました")
    ao.press(second, "もとに戻す")
    ao.reads(second, "担当を待っています")
    expect(ao.card(second)).not_to_contain_text("にまとめました")


def test_words_in_the_thread_of_a_card_stay_among_staff(scene):
    ao, label = scene.ao, scene.rent()
    heard = scene.client.answers(user("1"))
    ao.card(label).get_by_role("button", name="スレッドで返信").click()
    ao.writes("もくれん公園で会う、と伝えてください")
    ao.told("本人には届きません", "「返信」から送れます")
    ao.page.locator("#thread-note").get_by_role("button", name="やめる").click()
    shown = ao.content(label)
    assert CANARIES[0] in shown
    assert "もくれん" not in shown + "".join(scene.client.answers(user("1"))[len(heard) :])


def test_the_home_shows_my_cases_and_the_queue_without_a_word_of_anybody(scene):
    ao, mine = scene.ao, scene.rent()
    scene.owned(mine)
    waiting = scene.person("3", f"仕事をやめて{CANARIES[2]}の家賃にこまっています。")
    ao.tab("ホーム")
    home = ao.page.locator("#posts .post-home")
    for words in ("あお さんの相談", "わたしの担当", mine, "担当を待っている相談", waiting):
        expect(home).to_contain_text(words)
    home.locator(".b-section", has_text=waiting).get_by_role("button", name="担当する").click()
    expect(home.locator(".b-section", has_text=waiting)).to_contain_text("担当中")
    assert not [word for word in CANARIES if word in home.inner_text()]
    ao.tab("# 窓口")
    ao.reads(waiting, "担当：あお")


def test_the_command_finds_a_number_and_takes_advice_and_a_report(scene):
    ao, label = scene.ao, scene.rent()
    ao.writes(f"/toritsugi {label}")
    expect(ao.modal(f"{label} の内容")).to_contain_text(CANARIES[0])
    ao.leaves()
    known = labels(scene.client)
    ao.writes("/toritsugi")
    ao.modal("取次").get_by_role("button", name="支援者の相談").click()
    form = ao.modal("支援者の相談")
    form.get_by_label("相談したいこと").fill(f"{CANARIES[3]}の家族のどこから手をつけるか迷っています。")
    ao.submit("相談する")
    ao.closed()
    ao.told("支援者の相談を受けつけました")
    ao.reads(new_label(scene.client, known), "支援者の相談")
    known = labels(scene.client)
    ao.writes(f"/toritsugi 通報 {CANARIES[4]}のお宅の雨戸が三日閉まったままです")
    form = ao.modal("気づきの通報")
    form.locator("select").select_option(label="今日")
    form.locator("fieldset", has_text="本人の意向").get_by_label("会っていない").check()
    form.locator("form").evaluate("form => { form.dataset.old = 'yes'; }")
    form.locator("fieldset", has_text="いま危ないですか").get_by_label("いいえ").check()
    ao.page.wait_for_selector("#modal form:not([data-old])")  # this answer draws the form anew
    ao.submit("通報する")
    ao.closed()
    ao.told("通報を受けつけました")
    ao.reads(new_label(scene.client, known), "職員の気づき", "本人の同意：まだありません")


def test_words_taken_back_and_a_case_deleted_reach_the_old_card(scene):
    ao, client = scene.ao, scene.client
    label = scene.person("4", f"母の介護で夜ねむれません。{CANARIES[5]}の近くに住んでいます。")
    (first, *_) = [one["id"] for one in client.phone(user("4")) if one["from"] == "user"]
    client.unsend(user("4"), first)
    until(client, lambda: "取り消" in ao.content(label))
    assert CANARIES[5] not in ao.content(label)
    client.say(user("4"), "けす")
    sees(client, user("4"), "消してもよいですか")
    client.tap(user("4"), "消す")
    gone = ao.page.locator("#posts > li.post", has_text=f"{label}｜本人が消しました")
    gone.wait_for()
    expect(gone.locator(".b-button, .b-menu")).to_have_count(0)


def test_a_case_is_closed_and_opened_again(scene):
    ao, label = scene.ao, scene.rent()
    scene.owned(label)
    ao.choose(label, "閉じる")
    ao.modal(f"{label} を閉じる").get_by_label("対応が終わった").check()
    ao.submit("閉じる")
    ao.closed()
    ao.reads(label, f"✓ {label}｜閉じました")
    ao.press(label, "もう一度ひらく")
    ao.modal(f"{label} をひらく").get_by_label("理由").fill("また連絡がありました")
    ao.submit("もう一度ひらく")
    ao.closed()
    ao.reads(label, "受付済・担当を待っています")


def test_slack_took_everything_and_holds_nothing_of_anybody(scene):
    scene.client.settle()
    counted = scene.client.counters()
    assert {kind: counted[kind] - scene.before[kind] for kind in KINDS} == dict.fromkeys(KINDS, 0)
    assert scene.client.warnings() == []
    assert scene.ao.page.troubles == []
    kept = in_slack(scene.client)
    never = (*CANARIES, *(user(who) for who in scene.case), "水曜日にお電話", "みどりの紙", "すこし落ちつきました")
    assert not [word for word in never if word in kept]
    assert scene.rent() in kept  # what was searched was not empty
