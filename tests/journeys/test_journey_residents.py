"""Six people tell the desk of their trouble, each in their own way: what they see, and what staff see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from browser_kit import needs_browser
from journey_kit import own_pack, until
from journey_stage import Stage, a_stage

MORNING = datetime.fromisoformat("2026-11-25T10:00+09:00")
HOME_TONGUE = "Con tôi bị sốt và tôi không có tiền để đi bệnh viện."

pytestmark = needs_browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    pack = own_pack(tmp_path_factory.mktemp("pack"), every_minutes="1")
    with a_stage(hour=MORNING, pack=pack) as made:
        yield made


def test_a_schoolchild_writes_in_bits_and_does_not_want_to_go_home(stage):
    """中高生: several bubbles are one text; the lines for children; staff are called."""
    phone = stage.phone("junior").take()
    phone.says("中2です", "お母さんが病気で", "弟のごはんは自分がやってます")
    until(stage.client, lambda: len(stage.client.phone("junior")) >= 8)
    said = "\n".join(stage.client.answers("junior"))
    assert said.count("受付番号") == 1 and said.count("危ないことがありますか") <= 2
    stage.shot("b-junior-bits")
    phone.says("家に帰りたくない")
    shown = phone.sees("役所・役場の職員にも、いま知らせています", "電話できない")
    assert [call for call in phone.calls() if call in ("tel:189", "tel:0120078310")] and "110" in shown
    assert "どのように受けつけますか" not in shown and "名前" not in shown
    stage.shot("b-junior-danger")
    page = stage.desk.case("中2です")
    said = page.locator("#own > .said").evaluate(
        "(one) => { one.querySelectorAll('.told').forEach((t) => t.remove()); return one.innerText; }"
    )
    assert said.split() == ["中2です", "お母さんが病気で", "弟のごはんは自分がやってます", "家に帰りたくない"]
    page.locator(".facts >> text=今すぐ").wait_for()
    stage.shot("b-junior-desk", page)
    until(stage.client, lambda: any("今すぐ" in one["text"] for one in stage.desk.notices()))


def test_an_old_person_speaks_and_answers_by_number_on_a_computer(stage):
    """高齢の人: large letters, a voice, numbers only: LINE for PC has no chips."""
    phone = stage.phone("eighties").take()
    phone.says("大きい文字").sees("文字を大きくしました")
    stage.page.check("#on-pc")
    phone.says("82です。ひとりです。ひざがわるくて買い物に行けません").sees("1\u00a0いま危ない", "2\u00a0危なくない")
    sizes = stage.page.locator("#talk .flex-text").evaluate_all("all => all.map((one) => one.style.fontSize)")
    assert set(sizes) == {"21px"} and phone.buttons() == []
    phone.picks("audio").sees("受けとりました")
    for number, next_question in (
        ("2", "どのように受けつけますか"),
        ("１", "だれのことですか"),
        ("1番", "いっしょに暮らしている人"),
        ("②", "返事は、どこに"),
        ("4", "どうなるとよいですか"),
        ("1", "ここまでの内容です"),
        ("1", "受けつけました"),
    ):
        phone.says(number).sees(next_question)
    stage.shot("a-eighties")
    stage.page.uncheck("#on-pc")
    page = stage.desk.case("82です")
    voice = page.locator("audio")
    voice.wait_for()
    voice.evaluate("(one) => { one.preload = 'auto'; one.load(); }")
    page.wait_for_function("() => document.querySelector('audio').duration > 0.5")
    answers = page.locator(".answers").first.inner_text()
    assert "75さい以上の人" in answers and "返事はいらない" in answers
    stage.shot("a-eighties-desk", page)


def test_somebody_writes_in_vietnamese(stage):
    """外国人: who writes without choosing a language is answered in it; their words as written, a mark for staff."""
    phone = stage.phone("vietnamese").take()
    phone.says(HOME_TONGUE)
    receipt = phone.sees("Số tiếp nhận", "26")
    questions = phone.buttons()
    stage.shot("c-vietnamese")
    assert not _japanese(receipt.replace("既読", ""), "福祉まるごと相談"), receipt
    assert questions.pop() == "ことば/Ngôn ngữ", "the way to every other language"
    assert questions and not any(map(_japanese, questions))
    page = stage.desk.case("Con tôi bị sốt", view="foreign")
    assert HOME_TONGUE in page.locator("#own > .said").inner_text()
    stage.shot("c-vietnamese-desk", page)
    until(stage.client, lambda: "ことばの手助け" in stage.desk.posts() or "外国語" in stage.desk.posts())


def test_a_parent_presses_only_and_mends_one_answer(stage):
    """子育て中: at most ten presses from the first text to 受付, one of them mends an answer."""
    phone = stage.phone("parent").take(first=True)
    phone.sees("受付番号", "危なくない")
    steps = (
        ("危なくない", "どのように受けつけますか"),
        ("名前を言わない", "だれのことですか"),
        ("家族のこと", "いっしょに暮らしている人"),
        ("18さいまでの子", "返事は、どこに"),
        ("このLINEで", "送ってもよい時間"),
        ("昼だけ", "だれのこと：家族のこと"),
        ("直す", "どれを直しますか"),
        ("だれのこと", "だれのことですか"),
        ("自分のこと", "だれのこと：自分のこと"),
        ("これでいい", "受けつけました"),
    )
    assert len(steps) <= 10
    for label, then in steps:
        phone.presses(label).sees(then)
    stage.shot("d-parent")
    page = stage.desk.case("小1と2歳がいます")
    assert "記入中" not in page.locator(".facts").first.inner_text()
    assert "自分のこと" in page.locator(".answers").first.inner_text()
    stage.shot("d-parent-desk", page)


def _japanese(text: str, *known: str) -> bool:
    """Whether kana or kanji stand in it, `known` words apart."""
    for word in known:
        text = text.replace(word, "")
    return any("぀" <= char <= "ヿ" or "一" <= char <= "鿿" for char in text.replace("窓口：", "").replace("返信", ""))


def test_somebody_in_danger_hides_and_comes_back(stage):
    """DV: numbers at once, calls until staff look, a place, silence while hidden, 「相談」."""
    phone = stage.phone("hide").take()
    phone.says("夫に殴られました。いまも家にいます。助けてください")
    shown = phone.sees("受付番号", "役所・役場の職員にも、いま知らせています", "電話できない")
    assert "名前" not in shown and "（2/5）" not in shown
    calls = phone.calls()
    assert calls[:2] == ["tel:110", "tel:119"] and {"tel:%238008", "tel:0120279889"} & set(calls)
    stage.shot("e-danger")
    page = stage.desk.case("夫に殴られました")
    label = page.locator(".facts span", has_text="T-").inner_text()
    mine = until(stage.client, lambda: [one for one in stage.desk.notices() if label in one["text"]])
    assert "殴" not in str(mine) and "わたしが見ます" in stage.desk.posts()
    call = stage.page.locator("#posts .post", has_text=f"{label} の確認をお願いします").last
    call.get_by_role("button", name="わたしが見ます").click()
    until(stage.client, lambda: page.reload() and "呼び出しに気づいた人がいます" in page.content())
    assert page.locator(".ringing", has_text=label).count() == 0
    phone.presses("電話できない").sees("いまいる場所を送れますか")
    phone.picks("location").sees("場所を受けとりました")
    menu = stage.client.phone_state("hide")["menu"]["id"]
    phone.says("かくす")
    neutral = phone.sees("今週のごみの日です", "古紙は")
    assert not any(word in neutral for word in ("相談", "受付", "職員", "警察"))
    until(stage.client, lambda: stage.client.phone_state("hide")["menu"]["id"] != menu)
    stage.page.locator("#menu").get_by_role("button", name="図書館").wait_for()
    stage.shot("e-hidden")
    phone.presses("図書館").sees("図書館は火曜から")
    held = len(stage.client.phone("hide"))
    page.reload()
    page.get_by_role("button", name="担当する").click()
    page.locator(".owner.mine").first.wait_for()
    assert page.locator("#reply-text").count() == 0
    page.locator("text=この方は画面をかくしています").first.wait_for()
    stage.shot("e-hidden-desk", page)
    page.locator("summary", has_text="メモを書く").wait_for()
    assert len(stage.client.phone("hide")) == held
    phone.says("相談").sees("福祉まるごと相談です")
    until(stage.client, lambda: stage.client.phone_state("hide")["menu"]["id"] == menu)
    stage.shot("e-back")


def test_somebody_poor_keeps_hold_of_their_own_record(stage):
    """生活困窮: a name given late and taken back, a consent in part and taken back, how it went, けす."""
    phone = stage.phone("needy").take()
    phone.says("電気の停止予告が来ました。派遣が切れて2か月です。").sees("受付番号")
    phone.presses("危なくない").sees("どのように")
    phone.presses("名前を言わない").sees("LINE の表示名も")
    phone.says("やめる").sees("質問はここまで")
    phone.says("わたしの記録").sees("よびかた：名前は聞いていません", "まだ、どこにも伝えていません")
    phone.presses("名前のあつかい").sees("どのように")
    phone.presses("呼び名だけ").sees("なんとお呼び")
    phone.says("みかん").sees("なおしました")
    page = stage.desk.case("電気の停止予告")
    phone.sees("担当の者が読みました")
    assert "みかん" in page.locator(".answers").first.inner_text()
    phone.says("わたしの記録").sees("よびかた：みかん")
    stage.shot("f-record", page)
    phone.says("匿名にする").sees("どのように")
    phone.presses("名前を言わない").sees("なおしました")
    page.reload()
    assert "みかん" not in page.content()
    page.get_by_role("button", name="担当する").click()
    page.locator(".owner.mine").first.wait_for()
    stage.desk.open("同意を聞く・記録する")
    page.locator("#consent-desk").select_option("jiritsu")
    page.get_by_label("書いているのは本人だと、確かめました").check()  # they left before 「だれのこと」
    page.get_by_role("button", name="本人に聞く").click()
    page.get_by_role("button", name="この質問を送る").click()
    phone.sees("「くらし・しごと自立相談」に", "あとで取り消せます")
    stage.shot("f-consent", page)
    phone.presses("書いたことだけ").sees("名前や連絡先は伝えません")
    page.reload()
    assert "書いたことだけ" in page.locator("#consents").inner_text()
    phone.says("わたしの記録").sees("同意：くらし・しごと自立相談（書いたことだけ）")
    phone.presses("取り消す：くらし・しごと自立相談").sees("同意を取り消しました")
    page.reload()
    assert "取り消し" in page.locator("#consents").inner_text()
    stage.desk.open("閉じる")
    page.locator("#close-reason").select_option("done")
    page.get_by_role("button", name="閉じる", exact=True).click()
    phone.sees("ひと区切りになりました。困りごとは軽くなりましたか")
    stage.shot("f-closed", page)
    phone.presses("軽くなった").sees("よかったです")
    phone.says("いまの状況").sees("受付番号")
    phone.says("けす").sees("消してもよいですか")
    phone.presses("消す").sees("消し")
    stage.shot("f-deleted")


def test_nobody_was_called_once_only_and_every_message_was_in_order(stage):
    """The call for the schoolchild that nobody answered went on by its rota; LINE and Slack refused nothing."""
    until(stage.client, lambda: {"first", "second"} <= {one["to"] for one in stage.desk.notices()})
    stage.settled()
    assert stage.client.counters()["profile_calls"] == 0
