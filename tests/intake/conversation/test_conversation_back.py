"""Coming back, guarding, agreeing, reporting: what the person meets after the first talk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conversation_kit import OPTIONS, Talk, labels

from intake.conversation.agreeing import consent_data, read_consent
from intake.conversation.returning import weak
from intake.conversation.script import load, shipped
from intake.conversation.speech import consent_ask, notice, summarise
from intake.conversation.values import (
    Answer,
    AnswerConsent,
    AppendText,
    ChooseIdentity,
    Claim,
    Enrol,
    Feedback,
    FinishIntake,
    Hide,
    Known,
    LeavePartner,
    Location,
    Media,
    NewCase,
    OpenCase,
    Page,
    Press,
    RaiseUrgency,
    SetPassphrase,
    SilentFor,
    State,
    WantsHuman,
)

STORY = "家賃が払えなくて困っています"


def told(**options: object) -> Talk:
    """Somebody who told their story and finished."""
    talk = Talk()
    talk.do(STORY, "やめる")
    talk.options = replace(OPTIONS, **options)  # type: ignore[arg-type]
    return talk


# ---- another telephone ----


def test_a_number_always_leads_to_its_passphrase_and_never_says_whether_it_exists() -> None:
    talk = Talk(options=replace(OPTIONS, known=Known(receipt="7K3M-92Q5")))
    assert talk.do("7K3M-92Q5").effects == () and talk.state.pending == "passphrase"
    talk.options = replace(OPTIONS, known=Known(proof="no"))
    assert talk.do("さくら").effects == () and talk.state.pending == "passphrase"
    talk.options = replace(OPTIONS, known=Known(proof="ok"))
    assert talk.do("さくらみかん").effects == (Claim("7K3M-92Q5"),)
    assert talk.state.case and talk.state.pending is None and talk.state.claiming is None
    assert {"いまの状況", "わたしの記録"} <= set(labels(talk.out.says))


def test_too_many_tries_say_so_and_leave_the_way_open_to_write() -> None:
    talk = Talk(options=replace(OPTIONS, known=Known(receipt="7K3M-92Q5")))
    talk.do("前の相談の続き", "7K3M-92Q5")
    talk.options = replace(OPTIONS, known=Known(proof="locked"))
    assert talk.do("さくら").effects == () and talk.state.pending is None
    talk.options = OPTIONS
    assert talk.do(STORY).effects == (OpenCase("resident"), AppendText(STORY))


def test_a_story_in_place_of_the_passphrase_is_no_try_and_is_not_lost() -> None:
    talk = Talk(options=replace(OPTIONS, known=Known(receipt="7K3M-92Q5")))
    talk.do("7K3M-92Q5")
    talk.options = OPTIONS
    assert AppendText(STORY) in talk.do(STORY).effects and talk.state.claiming is None


def test_without_number_a_new_talk_is_offered() -> None:
    talk = Talk()
    talk.do("前の相談の続き")
    assert talk.state.pending == "receipt"
    talk.do("答えたくない")
    assert talk.state.pending is None and "相談する" in labels(talk.out.says)


# ---- the same talk ----


def test_the_earlier_case_or_another_is_asked_once() -> None:
    talk = told()
    talk.do("相談する")
    assert talk.state.pending == "again"
    assert talk.do("2").effects == (NewCase(),) and not talk.state.case
    assert talk.do("子どものことです").effects[0] == OpenCase("resident")


def test_words_after_the_end_are_in_the_old_case_and_may_become_a_new_one() -> None:
    talk = told(closed=True)
    assert talk.do("またお金が足りません").effects == (AppendText("またお金が足りません"),)
    assert talk.state.pending == "again_words"
    out = talk.press("べつのこと")
    assert out.effects == (NewCase(since_reopened=True),) and talk.state.pending == "safety" and not talk.state.finished
    assert "7K3M-92Q5" in talk.words


def test_words_after_the_end_stay_when_nothing_is_said() -> None:
    talk = told(closed=True)
    talk.do("またお金が足りません")
    talk.options = OPTIONS
    assert talk.do("電気も止まりそうです").effects == (AppendText("電気も止まりそうです"),)
    assert talk.state.pending is None and talk.state.case


@pytest.mark.parametrize(
    ("label", "answer"), [("軽くなった", "better"), ("かわらない", "same"), ("また話したい", "again")]
)
def test_after_the_end_the_person_may_say_how_it_is(label: str, answer: str) -> None:
    talk = told()
    said = notice("closed", talk.state, OPTIONS)
    assert said is not None
    found = next(choice for choice in said.choices if choice.label == label)
    assert talk.do(Press(found.value)).effects == (Feedback(answer),)  # type: ignore[arg-type]


def test_days_later_the_talk_goes_on_where_it_stood() -> None:
    talk = Talk()
    talk.do(STORY, "2", "1")
    assert talk.state.pending == "who"
    talk.wait(days=3)
    talk.do(SilentFor(30))
    talk.do("相談する", "1")
    assert talk.state.pending == "who" and "だれのことですか" in talk.words
    assert talk.do("2").effects == (Answer("who", "family"),)
    talk.do("やめる")
    talk.wait(days=3)
    talk.do("前の相談の続き")
    assert talk.state.pending is None, "who stopped the questions is not asked again"


# ---- passphrase ----


def test_a_passphrase_is_offered_refused_or_made_up() -> None:
    talk = told(offered="さくら みかん")
    talk.do("合い言葉")
    assert "さくら みかん" in talk.words and talk.state.pending == "guard"
    talk.options = replace(talk.options, offered="かわ そら")
    talk.press("べつのことばにする")
    assert "かわ そら" in talk.words
    assert talk.press("これにする").effects == (SetPassphrase("かわ そら"),) and talk.state.offered == ""
    talk.do("合い言葉")
    assert talk.do("1234").effects == () and talk.state.pending == "guard"
    assert talk.do("おばあちゃんの犬").effects == (SetPassphrase("おばあちゃんの犬"),)


@pytest.mark.parametrize("words", ["1234 5678", "ああああ", "うみ", "  ", "abab"])
def test_the_plainest_words_guard_nothing(words: str) -> None:
    assert weak(words)
    assert not any(map(weak, ("うみのいえ", "kawa 9")))


def test_after_twelve_hours_a_guarded_talk_takes_all_and_shows_nothing() -> None:
    talk = told(guarded=True)
    talk.wait(hours=11)
    assert talk.do("いまの状況").effects == () and "受付 → 読みました" in talk.words
    talk.wait(hours=13)
    talk.do("いまの状況")
    assert "受付" not in talk.words and talk.state.locked
    assert talk.do("夫に見られそうです").effects == (AppendText("夫に見られそうです"),)
    assert talk.do(Media("image", "9")).effects != ()
    talk.do("わたしの記録")
    assert "7K3M" not in talk.words
    talk.options = replace(talk.options, known=Known(proof="no"))
    assert talk.do("さくら").effects == (AppendText("さくら"),) and talk.state.locked
    talk.options = replace(talk.options, known=Known(proof="ok"))
    talk.do("さくらみかん")
    assert not talk.state.locked


def test_danger_is_heard_while_locked() -> None:
    talk = told(guarded=True)
    talk.wait(hours=13)
    out = talk.do("殺される", alarm=("violence",))
    assert AppendText("殺される") in out.effects and any(isinstance(effect, Page) for effect in out.effects)
    assert any(choice.kind == "tel" for say in out.says for choice in say.choices)
    assert WantsHuman() in talk.do("いまの状況", Press("t1:passphrase:forgot:1")).effects


def test_hiding_works_while_locked() -> None:
    talk = told(guarded=True)
    talk.wait(hours=13)
    assert talk.do("かくす").effects == (Hide(),)


# ---- what we hold ----


def test_my_record_shows_what_is_held_and_how_to_change_it() -> None:
    talk = told(consents=((7, "handoff", "こども家庭センター", "given"), (8, "handoff", "保健所", "refused")))
    talk.do("わたしの記録")
    assert {"取り消す：こども家庭センター", "名前のあつかい", "合い言葉をつける", "全部消す"} <= set(
        labels(talk.out.says)
    )
    assert not any("保健所" in label for label in labels(talk.out.says))
    assert talk.press("取り消す：こども家庭センター").effects == (AnswerConsent(7, "withdrawn"),)


def test_a_name_may_be_given_late_and_taken_back() -> None:
    talk = told()
    talk.do("わたしの記録")
    talk.press("名前のあつかい")
    talk.press("呼び名だけ")
    assert talk.do("ゆき").effects == (ChooseIdentity("nickname", "ゆき"),) and talk.state.pending is None
    talk.do("名前を変える")
    assert talk.press("名前を言わない").effects == (ChooseIdentity("anonymous"),)


# ---- consent ----


def test_a_consent_is_answered_by_button_number_or_words() -> None:
    asked = {"consents": ((7, "handoff", "こども家庭センター", "asked"),)}
    said = consent_ask(State(), OPTIONS, 7, "handoff", "こども家庭センター")
    assert said is not None and "こども家庭センター" in said.text and said.text.startswith("お知らせがあります")
    assert [choice.label for choice in said.choices] == ["伝えてよい", "書いたことだけ", "伝えないで"]
    assert told(**asked).do(Press(said.choices[0].value)).effects == (AnswerConsent(7, "given"),)
    assert told(**asked).do("２").effects == (AnswerConsent(7, "partial"),)
    assert told(**asked).do("伝えないで").effects == (AnswerConsent(7, "refused"),)
    assert told().do(Press(consent_data(7, "given"))).effects == ()  # not asked of this person
    assert consent_ask(State(hidden=True), OPTIONS, 7, "share", "x") is None


def test_who_agrees_to_a_meeting_is_asked_whether_they_want_to_be_there() -> None:
    agreed = {"consents": ((7, "share", "重層的支援会議", "given"),)}
    talk = told(consents=((7, "share", "重層的支援会議", "asked"),))
    out = talk.do(Press(consent_data(7, "partial")))
    assert out.effects == (AnswerConsent(7, "partial"),)
    assert [choice.label for choice in out.says[-1].choices] == [
        "出たい",
        "出なくてよい",
        "まだ決めない",
        "答えたくない",
    ]
    for number, answer in enumerate(("attend_wants", "attend_no", "attend_later", "attend_skip")):
        press = Press(out.says[-1].choices[number].value)
        assert told(**agreed).do(press).effects == (AnswerConsent(7, answer),)
        open_ask = told(**agreed, unattended=(7,))
        assert open_ask.do(str(number + 1)).effects == (AnswerConsent(7, answer),)
    assert told(**agreed, unattended=(7,)).do("出なくてよい").effects == (AnswerConsent(7, "attend_no"),)
    assert AnswerConsent not in map(type, told(**agreed).do("2").effects), "what was answered waits for no number"
    for what, state in (("handoff", "given"), ("share", "asked"), ("share", "refused")):
        other = told(consents=((7, what, "窓口", state),)).do(Press(consent_data(7, "attend_wants")))
        assert other.effects == (), "of no desk, and only once the meeting was agreed to"


def test_somebody_else_in_the_talk_gives_nothing_and_may_take_back() -> None:
    talk = told(consents=((7, "share", "重層的支援会議", "given"),), unattended=(7,), bystander=True)
    for answer in ("given", "refused", "attend_wants"):
        assert talk.do(Press(consent_data(7, answer))).effects == ()
    assert AnswerConsent not in map(type, talk.do("1").effects)
    assert talk.do(Press(consent_data(7, "withdrawn"))).effects == (AnswerConsent(7, "withdrawn"),)


@pytest.mark.parametrize(
    "data", ["c1:7", "c1:7:attend_", "c1:x:given", "c1:7:maybe", "c1:7:given:1", "c1:-1:given", "t1:7:given"]
)
def test_strange_consents_are_none(data: str) -> None:
    assert read_consent(data) is None


# ---- partners ----


def test_enrolment_asks_for_code_and_name_once() -> None:
    talk = Talk()
    talk.do("仕事で気づいた")
    assert talk.state.pending == "l_code" and any(
        choice.label == "いま危ない" for say in talk.out.says for choice in say.choices
    )
    talk.options = replace(OPTIONS, known=Known(partner=("SUIDO-01", "みほん水道サービス")))
    talk.do("K7M3-92Q5-XR")
    assert talk.state.pending == "l_name"
    talk.options = OPTIONS
    assert talk.do("たなか").effects == (Enrol("SUIDO-01", "たなか"),)
    talk.options = replace(OPTIONS, member="みほん水道サービス", signs=("meter", "silent"))
    talk.press("仕事で気づいた")
    assert talk.state.pending == "l_danger"
    talk.press("いいえ")
    assert labels(talk.out.says)[:2] == ["メーターが異常", "応答がない"]
    assert talk.do("登録をやめる").effects == (LeavePartner(),)


def test_a_report_takes_nine_taps() -> None:
    talk = Talk(options=replace(OPTIONS, member="みほん水道サービス"))
    taps = ["仕事で気づいた", "いいえ", "応答がない", "これで全部", "お客さま番号"]
    talk.do(Press("t1:menu:worker:0"))
    for label in taps[1:]:
        talk.press(label)
    talk.do("12-3456")
    rest = ["いま", "会えなかった", "答えたくない", "このまま送る"]
    for label in rest:
        talk.press(label)
    assert len(taps) + len(rest) == 9
    assert FinishIntake() in talk.out.effects


def test_after_the_call_the_menu_goes_on_with_the_report_too() -> None:
    talk = Talk(options=replace(OPTIONS, member="みほん水道サービス"))
    talk.do("返事がありません。倒れているようです", alarm=("collapse",))
    assert talk.state.pending is None and talk.state.danger
    assert talk.do(Press("t1:menu:worker:1")).effects == () and talk.state.pending == "l_sign"


def test_a_worried_sign_about_a_child_is_seen_today() -> None:
    talk = Talk(options=replace(OPTIONS, member="みほん新聞販売所"))
    talk.do(Press("t1:menu:worker:0"))
    talk.press("いいえ")
    assert RaiseUrgency("high") in talk.press("子どもが心配").effects
    assert RaiseUrgency("emergency") in talk.do(Press("t1:l_danger:yes:1")).effects


def test_a_professional_fills_the_form() -> None:
    talk = Talk(options=replace(OPTIONS, member="みほん診療所", member_professional=True))
    talk.do("仕事で気づいた")
    assert talk.press("いいえ").effects == (OpenCase("professional"), Answer("p_danger", "no"))
    assert talk.do("3と12").effects == (Answer("p_issue", "k03,k12"),)
    assert talk.do("通院が途切れています").effects == (AppendText("通院が途切れています"),)
    assert talk.do("80代の母と50代の息子").effects == (Answer("p_person", "80代の母と50代の息子"),)
    talk.do("答えたくない", "3", "訪ねてほしい", "診察は続けます", "みほん診療所 相談室")
    assert talk.state.pending == "p_summary"
    typed = {"p_person": "80代の母と50代の息子", "p_ask": "訪ねてほしい"}
    summary = summarise(talk.state, talk.options, "", typed)
    assert "困りごと：収入・生活費、介護" in summary and "お願い：訪ねてほしい" in summary
    talk.press("直す")
    talk.press("お願いしたいこと")
    assert talk.do("電話してほしい").effects == (Answer("p_ask", "電話してほしい"),)
    assert talk.press("このまま送る").effects == (FinishIntake(),) and "連絡番号" in talk.words


def test_a_members_own_trouble_is_a_residents_case() -> None:
    talk = Talk(options=replace(OPTIONS, member="みほん水道サービス"))
    talk.do("相談する")
    assert talk.do("自分の借金のことです").effects[0] == OpenCase("resident")
    other = Talk(options=replace(OPTIONS, member="みほん水道サービス"))
    assert other.do("メーターが回り続けています").effects[0] == OpenCase("lifeline")


# ---- seeing ----


def test_large_letters_stay_until_taken_back() -> None:
    talk = Talk()
    talk.do("大きい文字")
    assert all(say.large for say in talk.out.says)
    assert all(say.large for say in talk.do(STORY).says)
    talk.do("大きい文字")
    assert not any(say.large for say in talk.out.says)


def test_the_innocent_menu_answers_innocently_while_hiding() -> None:
    talk = told()
    talk.do("かくす")
    out = talk.do(Press("t1:menu:neutral_library:0"))
    assert [say.tone for say in out.says] == ["neutral"] and out.effects == ()
    assert talk.do(Press("t1:menu:record:1")).says == ()


def test_who_reports_a_meter_and_a_stop_is_asked_about_both() -> None:
    for marks in ("1と2", "2と1"):
        talk = Talk(replace(OPTIONS, member="みほん水道サービス", signs=("meter", "bill")))
        talk.do("仕事で気づいた", "2", marks)
        assert talk.state.pending == "l_meter"
        talk.do("2")
        assert talk.state.pending == "l_bill"
        talk.do("2")
        assert talk.state.pending == "l_place"


@pytest.mark.parametrize("typed", ["203号室", "２０３", "room 203", "2階の奥"])
def test_a_room_may_follow_a_pin_and_is_no_time(typed: str) -> None:
    talk = Talk(replace(OPTIONS, member="みほん水道サービス"))
    talk.do("仕事で気づいた", "2", "1と2", Location(35.0, 139.0, "本町1-2"))
    assert "部屋の番号" in talk.words and talk.state.pending == "l_when" and len(talk.out.says) == 2
    assert talk.do(typed).effects == (AppendText(typed),) and talk.state.pending == "l_when"
    assert talk.do("きのうの夕方").effects == (Answer("l_when", "きのうの夕方"),)


def test_a_pin_sent_early_is_not_asked_for_again() -> None:
    talk = Talk(replace(OPTIONS, member="みほん水道サービス", signs=("meter", "bill")))
    talk.do("仕事で気づいた", "2", Location(35.0, 139.0, "本町1-2"), "2", "これで全部")
    assert talk.state.pending == "l_bill"
    talk.do("2")
    assert talk.state.pending == "l_when"
    talk.do("1", "2", "とばす")
    talk.press("直す")
    talk.press("場所")
    assert talk.state.pending == "l_place"


def test_after_the_call_a_typed_word_goes_on_with_the_report() -> None:
    talk = Talk(replace(OPTIONS, member="みほん水道サービス"))
    talk.do("仕事で気づいた", "1")
    assert "〔続き〕" in talk.words
    talk.do("続き")
    assert talk.state.pending == "l_sign"


@pytest.mark.parametrize("language", shipped())
def test_where_pictures_are_taken_a_worker_hears_which(language: str) -> None:
    for photos in (False, True):
        talk = Talk(replace(OPTIONS, member="みほん水道サービス", photos=photos, language=language))
        script = load(language)
        talk.do("仕事で気づいた", "2", "1", script.ask["l_sign"].choices["enough"][0], "x", "1", "3")
        assert talk.state.pending == "l_word"
        assert (script.say["photo_rule"].text in talk.words) is photos
        assert (script.menu["camera"] in labels(talk.out.says)) is photos


@pytest.mark.parametrize("professional", [False, True])
@pytest.mark.parametrize("language", shipped())
def test_a_report_by_buttons_says_what_it_is_used_for(language: str, professional: bool) -> None:
    options = replace(OPTIONS, member="みほん水道サービス", member_professional=professional, language=language)
    first = Talk(options).do("仕事で気づいた").says[0].text
    assert first.split("\n")[-1] == load(language).say["l_start"].text.split("\n")[-1]
    assert len(first.split("\n")) == (4 if professional else 3)
