"""Whole conversations, as the people of the script would have them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conversation_kit import NEUTRAL, OPTIONS, Talk, labels

from intake.conversation.values import (
    Answer,
    AppendMedia,
    AppendPlace,
    AppendText,
    Blocked,
    ChooseIdentity,
    Edited,
    FinishIntake,
    Followed,
    ForgetMessage,
    GroupTouched,
    Hide,
    Location,
    MarkBlocked,
    MarkUnblocked,
    Media,
    NoteUnknown,
    OpenCase,
    Page,
    Press,
    RaiseUrgency,
    ReadProfile,
    Shred,
    SilentFor,
    SmallTalk,
    Sticker,
    Unhide,
    Unknown,
    Unsent,
    WantsHuman,
    fill,
)

STORY = "電気代が払えなくて困っています"


def test_a_first_text_opens_a_case_and_the_answer_says_everything_at_once() -> None:
    talk = Talk()
    out = talk.do(STORY)
    assert out.effects == (OpenCase("resident"), AppendText(STORY))
    for said in (
        "ありがとう",
        "7K3M-92Q5",
        "自動の返事",
        "職員が読みます",
        "11月24日",
        "ためだけに使います",
        "けす",
        "答えたくない",
    ):
        assert said in talk.words
    assert len(out.says) == 3
    assert labels(out.says)[-4:] == ["いま危ない", "危なくない", "分からない", "答えたくない"]


def test_pressing_through_to_the_end() -> None:
    talk = Talk()
    talk.do(STORY)
    assert talk.press("危なくない").effects == (Answer("safety", "safe"),)
    out = talk.press("名前を言わない")
    assert out.effects == (ChooseIdentity("anonymous"),)
    assert "表示名" in talk.words
    talk.press("自分のこと")
    talk.press("いない")
    talk.press("このLINEで")
    talk.press("夕方だけ")
    assert "どうなるとよいですか" in talk.words and talk.state.window == "evening"
    out = talk.press("まだ分からない")
    assert out.effects == (Answer("hope", "unsure"),) and out.says[0].tone == "summary" and out.says[0].lasting
    assert "{due} と {x} は、そのまま" in talk.words
    out = talk.press("これでいい")
    assert out.effects == (FinishIntake(),)
    assert talk.press("急ぎに変える").effects == (RaiseUrgency("high"),)


def test_every_question_can_be_typed_by_number_label_or_refused() -> None:
    talk = Talk()
    assert talk.do(STORY, "４").effects == (Answer("safety", "skip"),)
    assert talk.do("答えたくない").effects == (ChooseIdentity("anonymous"),)
    assert talk.do("家族のこと").effects == (Answer("who", "family"),)
    assert talk.do("①③").effects == (Answer("home", "child,ill"),)
    assert talk.do("電話").effects == (Answer("contact", "phone"),)
    assert talk.do("０９０−１２３４−５６７８").effects == (Answer("phone", "09012345678"),)
    assert talk.do("2番").effects == (Answer("voicemail", "yes"),)
    assert talk.do("午後です。").effects == (AppendText("午後です。"),)
    assert talk.do("午後").effects == (Answer("hour", "afternoon"),)
    assert talk.do("はい").effects == (FinishIntake(),)


def test_what_somebody_hopes_for_is_asked_once_of_themselves_and_read_as_their_story() -> None:
    talk = Talk()
    talk.do(STORY, "2", "1", "1", "4", "電話", "答えたくない")
    assert talk.state.pending == "hope"
    assert talk.do("ありがとう").effects == (AppendText("ありがとう"),), "a greeting is no wish"
    hoped = "子どもと安心して暮らしたい"
    assert talk.do(hoped).effects == (AppendText(hoped), Answer("hope", hoped))
    assert talk.state.pending == "summary"
    talk.press("直す")
    assert talk.press("だれのこと").says and talk.do("1").says[0].tone == "summary", "not asked again"
    talk.press("直す")
    talk.press("どうなるとよいか")
    assert talk.do("答えたくない").effects == (Answer("hope", "skip"),)


@pytest.mark.parametrize("who", ["家族のこと", "近所の人のこと"])
def test_nobody_is_asked_what_another_person_hopes_for(who: str) -> None:
    talk = Talk()
    talk.do(STORY, "2", "1", who, "4", "窓口")
    assert talk.state.pending == "summary"


def test_after_a_cry_for_help_nobody_is_asked_what_they_hope_for() -> None:
    talk = Talk()
    talk.do(STORY, "2", "1", "自分のこと", "4")
    talk.do("もう限界です", alarm=("suicide",))
    assert talk.do(Press("t1:contact:visit:1")).state.pending != "hope"
    talk = Talk()
    talk.do(STORY, "2", "1", "自分のこと", "4", "窓口")
    out = talk.do("死にたい", alarm=("suicide",))
    assert any(isinstance(one, Page) for one in out.effects) and not any(isinstance(one, Answer) for one in out.effects)


def test_names_are_given_by_choice_only() -> None:
    talk = Talk()
    talk.do(STORY, "2", "呼び名だけ")
    assert talk.do("さとう").effects == (ChooseIdentity("nickname", "さとう"),)
    talk = Talk()
    talk.do(STORY, "2", "3")
    assert talk.press("LINEの名前を使う").effects == (ChooseIdentity("name"), ReadProfile())
    talk = Talk()
    talk.do(STORY, "2", "3")
    sentence = "名前は言いたくないけれど、母のことです。"
    assert talk.do(sentence).effects == (AppendText(sentence),)
    assert talk.state.pending == "name"


def test_more_text_is_kept_and_the_question_reworded_only_once() -> None:
    talk = Talk()
    talk.do(STORY)
    assert talk.do("子どもがいます").effects == (AppendText("子どもがいます"),)
    assert "危ないことがありますか" in talk.words
    talk.do("家賃もあります")
    assert "危ないことがありますか" not in talk.words
    assert "いま危ない" in labels(talk.out.says)
    assert talk.do("2").effects == (Answer("safety", "safe"),)


def test_a_question_of_yesterday_does_not_catch_todays_number() -> None:
    talk = Talk()
    talk.do(STORY)
    talk.wait(days=3)
    assert talk.do("1").effects == (AppendText("1"),)
    assert talk.state.case


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("こんにちは", "greet"),
        ("ありがとうございます！", "thanks"),
        ("何時までですか？", "hours"),
        ("どこですか", "office"),
        ("😊", "greet"),
    ],
)
def test_harmless_words_open_nothing(text: str, kind: str) -> None:
    talk = Talk()
    assert talk.do(text).effects == (SmallTalk(kind),)
    assert not talk.state.case and "自動の返事" in talk.words


@pytest.mark.parametrize(
    "text", ["こんにちは、お金がありません", "つらい", "?!どうしたら", "ありがとう、でももう無理です", "母が"]
)
def test_in_doubt_it_is_a_case(text: str) -> None:
    assert Talk().do(text).effects == (OpenCase("resident"), AppendText(text))


@pytest.mark.parametrize("word", ["人と話す", "ひととはなしたい", "職員と話したい。"])
def test_a_person_can_always_be_asked_for(word: str) -> None:
    talk = Talk()
    talk.do(STORY)
    assert talk.do(word).effects == (WantsHuman(), FinishIntake())
    assert Talk().do(word).effects == (OpenCase("resident"), WantsHuman(), FinishIntake())
    closed = Talk(replace(OPTIONS, someone_can_read_now=False))
    closed.do(word)
    assert "すぐには読めません" in closed.words


def test_yameru_stops_the_questions_and_keeps_the_case() -> None:
    talk = Talk()
    talk.do(STORY)
    assert talk.do("やめる。").effects == (FinishIntake(),)
    assert "職員が読みます" in talk.words and "けす" in talk.words
    assert talk.state.case and talk.state.pending is None
    assert talk.do("やめる").effects == ()
    assert Talk().do("ヤメル").effects == ()


@pytest.mark.parametrize("again", ["はい", "1", "消す", "けす"])
def test_kesu_asks_once_and_then_shreds(again: str) -> None:
    talk = Talk()
    talk.do(STORY)
    out = talk.do("消して")
    assert out.effects == () and out.says[0].lasting
    assert talk.do(again).effects == (Shred(),)
    assert not talk.state.case and "いつでも" in talk.words
    assert talk.do("けす").effects == ()


def test_kesu_is_undone_by_no_and_by_writing_on() -> None:
    talk = Talk()
    talk.do(STORY, "けす", "いいえ")
    assert "消していません" in talk.words and talk.state.pending == "safety"
    talk.do("けす")
    assert talk.do("やっぱり母のことで").effects == (AppendText("やっぱり母のことで"),)
    assert "消していません" in talk.words and talk.state.pending == "safety"


def test_an_old_delete_button_asks_anew_or_touches_nothing() -> None:
    talk = Talk()
    talk.do(STORY, "けす")
    button = talk.out.says[0].choices[0]
    talk.do("まだ書きます")
    assert talk.do(Press(button.value)).effects == ()
    assert talk.state.pending == "delete"
    assert talk.do("1").effects == (Shred(),)
    talk.do("あたらしい困りごとです")
    assert talk.do(Press(button.value)).effects == ()
    assert talk.state.pending == "safety"


def test_the_hide_word_is_one_innocent_reply_and_then_silence() -> None:
    talk = Talk()
    talk.do(STORY)
    out = talk.do("ゴミの日")
    assert out.effects == (Hide(),)
    assert [fill(say, {}).text for say in out.says] == list(NEUTRAL[:5])
    for event in (
        "だれ？",
        "けす",
        "はい",
        "ことば",
        Press("t1:menu:status:1"),
        Media("image", "9"),
        Followed(True),
        GroupTouched(True),
    ):
        assert talk.do(event).says == ()
    assert talk.do("もう無理").effects == (AppendText("もう無理"),)
    assert talk.do("たすけて").effects == (AppendText("たすけて"), RaiseUrgency("emergency"), Page(("help",)))
    assert talk.out.says == ()
    assert talk.do("そうだん").effects == (Unhide(),)
    assert len(talk.out.says) == 1 and talk.state.case


def test_hidden_without_a_case_still_takes_in() -> None:
    talk = Talk()
    talk.do("かくす")
    assert talk.do("なぐられた", alarm=("violence",)).effects == (
        OpenCase("resident"),
        AppendText("なぐられた"),
        RaiseUrgency("emergency"),
        Page(("violence",)),
    )
    assert talk.out.says == ()


def test_danger_pages_at_once_with_fitting_numbers_and_no_more_questions() -> None:
    talk = Talk()
    out = talk.do("もう死にたい", alarm=("suicide",))
    assert out.effects == (
        OpenCase("resident"),
        AppendText("もう死にたい"),
        RaiseUrgency("emergency"),
        Page(("suicide",)),
    )
    assert [choice.value for choice in out.says[-1].choices if choice.kind == "tel"] == [
        "tel:110",
        "tel:119",
        "tel:0120279338",
    ]
    assert out.says[-1].tone == "emergency" and talk.state.pending is None
    assert "7K3M-92Q5" in talk.words and "すぐに読めません" not in talk.words
    assert talk.do("家にいます").effects == (AppendText("家にいます"),)
    again = talk.do("死にたい", alarm=("suicide",))
    assert Page(("suicide",)) in again.effects and again.says[-1].tone == "plain"


def test_danger_is_honest_when_nobody_can_read() -> None:
    talk = Talk(replace(OPTIONS, someone_can_read_now=False, in_hours=False))
    talk.do("子どもがたたかれている", alarm=("child",))
    assert "すぐに読めません" in talk.words
    assert "tel:189" in [choice.value for choice in talk.out.says[-1].choices]
    talk.press("電話できない")
    assert "すぐに読めません" in talk.words
    talk.do(Location(35.0, 135.0, "本町1-2"))
    assert talk.out.effects == (AppendPlace(35.0, 135.0, "本町1-2"),)


@pytest.mark.parametrize("word", ["119", "１１０番", "いま危ない", "タスケテ！"])
def test_bare_calls_for_help(word: str) -> None:
    assert Page(("help",)) in Talk().do(word).effects
    talk = Talk()
    talk.do(STORY)
    assert Page(("help",)) in talk.do(word).effects


def test_fine_lowers_nothing() -> None:
    talk = Talk()
    talk.do("たすけて")
    assert talk.press("もう大丈夫").effects == ()
    assert "このまま続けて見ます" in talk.words
    assert talk.do("もう大丈夫です").effects == (AppendText("もう大丈夫です"),)
    assert talk.state.danger


def test_the_card_of_numbers_pages_only_when_it_is_now() -> None:
    talk = Talk()
    assert talk.do(Press("t1:menu:help:0")).effects == ()
    assert "tel:119" in [choice.value for choice in talk.out.says[0].choices]
    assert talk.press("いま危ない").effects == (OpenCase("resident"), RaiseUrgency("emergency"), Page(("help",)))


def test_stickers_media_places_are_words_too() -> None:
    talk = Talk()
    assert talk.do(Sticker(("Sad",))).effects == (SmallTalk("sticker"),)
    assert talk.do(Media("audio", "55")).effects == (OpenCase("resident"), AppendMedia("audio", "55"))
    assert talk.do(Sticker(("Sad", "cry"))).effects == (AppendText("［スタンプ］Sad・cry"),)
    assert Page(("suicide",)) in talk.do(Sticker(("しにたい",)), alarm=("suicide",)).effects


def test_followed_blocked_unsent_edited_unknown() -> None:
    talk = Talk()
    assert talk.do(Followed(False)).effects == () and len(talk.out.says) == 2
    assert talk.do(Followed(True)).effects == (MarkUnblocked(),)
    assert talk.do(Blocked()).effects == (MarkBlocked(),) and talk.out.says == ()
    assert talk.do(Unsent("9")).effects == (ForgetMessage("9"),) and talk.out.says == ()
    assert talk.do(Unknown("beacon")).effects == (NoteUnknown("beacon"),) and talk.out.says == ()
    assert talk.do(Edited("9", STORY)).effects == (ForgetMessage("9"), OpenCase("resident"), AppendText(STORY))
    assert talk.do(Edited("9", "直した")).effects == (ForgetMessage("9"), AppendText("直した"))
    assert talk.do(Press("action=buy")).effects == (NoteUnknown("press"),)


def test_thirty_silent_minutes_finish_once_and_say_nothing() -> None:
    talk = Talk()
    talk.do(STORY)
    assert talk.do(SilentFor(10)).effects == ()
    assert talk.do(SilentFor(30)).effects == (FinishIntake(),)
    assert talk.do(SilentFor(30)).effects == () and talk.out.says == ()
    assert talk.do("2").effects == (Answer("safety", "safe"),)


def test_a_group_is_refused_politely_once() -> None:
    talk = Talk()
    assert len(talk.do(GroupTouched(True)).says) == 1
    assert talk.do(GroupTouched(False)).says == ()
    assert len(Talk().do(GroupTouched(False)).says) == 1


def test_language_changes_at_any_time_and_comes_back() -> None:
    talk = Talk()
    talk.do(STORY, "ことば")
    talk.press("やさしい日本語")
    assert talk.state.pending == "safety" and "あぶない" in talk.words
    assert talk.do("1").effects[0] == Answer("safety", "now")
    talk = Talk()
    talk.do("言葉", "ふつうの日本語")
    assert talk.state.language == "ja" and talk.state.pending is None


def test_a_partner_presses_through_a_report() -> None:
    talk = Talk()
    talk.do(Followed(False))
    assert talk.press("仕事で気づいた").effects == ()
    assert talk.press("コードがない").effects == ()
    assert talk.press("いいえ").effects == (OpenCase("lifeline"), Answer("l_danger", "no"))
    assert talk.press("郵便がたまっている").effects == (Answer("l_sign", "post"),)
    assert talk.press("✓ 郵便がたまっている").effects == (Answer("l_sign", ""),)
    assert talk.do("1と4").effects == (Answer("l_sign", "post,bill"),)
    day = next(choice for choice in talk.out.says[-1].choices if choice.kind == "date")
    assert talk.do(Press(day.value, {"date": "2026-11-30"})).effects == (Answer("l_bill", "2026-11-30"),)
    assert talk.do(Location(35.0, 135.0)).effects == (AppendPlace(35.0, 135.0, ""),)
    when = next(choice for choice in talk.out.says[-1].choices if choice.kind == "datetime")
    assert talk.do(Press(when.value, {"datetime": "2026-11-22T10:00"})).effects == (
        Answer("l_when", "2026-11-22T10:00"),
    )
    talk.press("話した")
    assert talk.press("いやだと言った").effects == (Answer("l_consent", "refuses"),)
    assert talk.do("カーテンが閉まっています").effects == (AppendText("カーテンが閉まっています"),)
    assert talk.state.pending == "l_summary"
    talk.press("直す")
    talk.press("いつ")
    assert talk.do("きのうの夕方").effects == (Answer("l_when", "きのうの夕方"),)
    assert talk.press("このまま送る").effects == (FinishIntake(),)
    assert "通報番号：7K3M-92Q5" in talk.words
    talk.press("仕事で気づいた")
    talk.press("コードがない")
    assert not talk.state.case
    assert talk.press("分からない").effects[0] == OpenCase("lifeline")


def test_a_partners_free_text_opens_a_report_too() -> None:
    talk = Talk()
    text = "検針で伺った家のメーターが止まったままです"
    assert talk.do(text).effects == (OpenCase("lifeline"), AppendText(text))
    assert "通報番号" in talk.words and talk.state.pending == "l_danger"
    out = talk.press("はい")
    assert out.effects == (Answer("l_danger", "yes"), RaiseUrgency("emergency"), Page(("collapse",)))
    talk.press("続き")
    assert talk.state.pending == "l_sign"
    assert talk.do("カーテンが閉まったまま").effects == (AppendText("カーテンが閉まったまま"),)
    assert talk.do("本町1-2-3 みほん荘").effects == (Answer("l_place", "本町1-2-3 みほん荘"),)


def test_a_case_under_way_is_not_left_by_a_worker_press() -> None:
    talk = Talk()
    talk.do(STORY)
    assert talk.do(Press("t1:menu:worker:1")).effects == () and talk.state.reporter == "resident"


def test_fixing_one_topic_comes_back_to_the_summary() -> None:
    talk = Talk()
    talk.do(STORY, "2", "1", "1", "4", "1", "1", "1")
    talk.press("直す")
    talk.press("だれのこと")
    assert talk.press("家族のこと").effects == (Answer("who", "family"),)
    assert talk.state.pending == "summary"
    talk.press("消してやめる")
    assert talk.press("消す").effects == (Shred(),)


def test_the_door_keeps_questions_off_the_channel() -> None:
    talk = Talk(replace(OPTIONS, mode="door"))
    out = talk.do(STORY)
    assert out.effects == (OpenCase("resident"), AppendText(STORY)) and talk.state.pending is None
    assert out.says[0].choices[0].kind == "uri"
    assert (
        fill(out.says[0], {"receipt": "1", "due": "2", "link": "https://door.example/x"})
        .choices[0]
        .value.startswith("https")
    )
    talk.do("夜がつらいです")
    assert talk.out.effects == (AppendText("夜がつらいです"),)


def test_a_municipality_that_only_informs_says_so_but_hears_danger() -> None:
    talk = Talk(replace(OPTIONS, mode="info"))
    assert talk.do(STORY).effects == (SmallTalk("info"),)
    assert "届きません" in talk.words
    assert talk.do("死にたい", alarm=("suicide",)).effects[0] == OpenCase("resident")


def test_a_naive_clock_is_a_mistake() -> None:
    talk = Talk()
    talk.now = talk.now.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        talk.do("x")
