"""Reading what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.conversation.words import (
    control,
    fold,
    from_worker,
    is_skip,
    load_words,
    numbers,
    phone,
    short_name,
    smalltalk,
    wants_quiet,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("けす", "delete"),
        ("消す。", "delete"),
        ("ケス", "delete"),
        ("ｹｽ", "delete"),
        (" け す ", "delete"),
        ("やめる！", "quit"),
        ("止める", "quit"),
        ("かくす", "hide"),
        ("ゴミの日", "hide"),
        ("ごみの日🗑", "hide"),
        ("１１９", "danger"),
        ("119番", "danger"),
        ("ことば", "language"),
        ("言葉", "language"),
        ("Language", "language"),
        ("人と話す", "human"),
        ("ひととはなす", "human"),
        ("相談", "consult"),
        ("ソウダン", "consult"),
        ("もう大丈夫です", "fine"),
    ],
)
def test_control_words_in_every_writing(text: str, name: str) -> None:
    assert control(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "仕事を辞めたい",
        "やめたい",
        "消えたい",
        "全部終わりにしたい",
        "隠してきました",
        "相談しても無駄でした",
        "けすけす",
        "",
        "1190",
    ],
)
def test_a_story_is_no_control_word(text: str) -> None:
    assert control(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "おはよう。つらいです",
        "何時まで耐えればいいですか",
        "ありがとうと言われたい",
        "どこに行けばいいか分からない",
        "こんにちは" * 20,
    ],
)
def test_a_story_is_no_small_talk(text: str) -> None:
    assert smalltalk(text) is None


def test_small_talk_of_two_parts() -> None:
    assert smalltalk("こんにちは。よろしくお願いします") == "greet"
    assert smalltalk("こんにちは、何時までですか？") == "hours"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1", (1,)),
        ("２", (2,)),
        ("③", (3,)),
        ("①③", (1, 3)),
        ("1と3", (1, 3)),
        ("1、 4", (1, 4)),
        ("2番", (2,)),
        ("2です", (2,)),
        ("1 1", (1,)),
        ("110", ()),
        ("1-2-3", ()),
        ("1人です", ()),
        ("", ()),
        ("に", ()),
    ],
)
def test_numbers(text: str, found: tuple[int, ...]) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("090-1234-5678", "09012345678"),
        ("（03）1234 5678", "0312345678"),
        ("０９０１２３４５６７８", "09012345678"),
        ("1234", None),
        ("電話は 0312345678", None),
        ("110", None),
    ],
)
def test_phone(text: str, found: str | None) -> None:
    assert phone(text) == found


def test_names_skips_and_workers() -> None:
    assert short_name(" さとう ") == "さとう"
    assert short_name("母が倒れました。") is None and short_name("あ" * 21) is None and short_name("\n") is None
    assert is_skip("答えたくない。") and not is_skip("答えたくないけど、母のことです")
    assert from_worker("水道の検針で伺いました") and not from_worker("水道代が払えません")


def test_no_word_means_two_things() -> None:
    words = load_words()
    assert not set(words.control) & set(words.smalltalk)
    assert not set(words.control) & words.skip


@settings(deadline=None)
@given(st.text(max_size=60))
def test_reading_never_fails(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    control(text), smalltalk(text), numbers(text), phone(text), short_name(text), from_worker(text), is_skip(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("二", 2), ("三番", 3), ("にばん", 2), ("②番", 2), ("2!", 2), ("2 です", 2), ("１です。", 1), ("1番で", 1),
        ("一人", None), ("二十", None), ("2時", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_type_it(text: str, found: int | None) -> None:
    assert numbers(text) == (() if found is None else (found,))


@pytest.mark.parametrize("text", ["言いたくないです", "名前は言いたくない", "ひみつ", "特にない", "いやだ", "とばして"])
def test_no_is_said_in_many_ways(text: str) -> None:
    assert is_skip(text)


def test_what_is_told_is_no_name() -> None:
    assert short_name("夫が帰ってきた") is None
    assert [short_name(name) for name in ("鈴木はるか", "はしもとかおる", "山田です")] == [
        "鈴木はるか",
        "はしもとかおる",
        "山田です",
    ]


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("学校には言わないで。家にいたくない", True), ("親に言わないでほしい", True), ("お母さんにばれたくない", True),
        ("Please don't tell my husband", True), ("đừng nói với chồng tôi", True), ("不要告诉我老公", True),
        ("父は何も言わないで寝ています", False), ("救急車で運ばれました", False), ("がんばれない", False),
    ],
)  # fmt: skip
def test_the_fear_that_others_hear_of_it_is_heard(text: str, quiet: bool) -> None:
    assert wants_quiet(text) is quiet
