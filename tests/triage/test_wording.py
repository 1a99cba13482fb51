"""What staff read of the machine's reasons (`triage.wording`, `triage.people_ja`)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import triage.people_ja
from triage.assessment import (
    FIELDS,
    THEMES,
    Assessment,
    Complexity,
    Domain,
    Evidence,
    Kind,
    Mention,
    Reason,
    Reporter,
    SetAside,
    SetAsideBecause,
    Urgency,
)
from triage.people_ja import BAND_JA, ROLE_JA, people_ja, who_ja
from triage.persons import Band
from triage.wording import (
    BECAUSE_JA,
    FIELD_JA,
    about_ja,
    asides,
    asserted,
    grounds,
    guessed,
    household_ja,
    name_ja,
    sentences,
    unsure_ja,
)

TEXT = "80代の母と暮らしています。水道が止まると紙が来ました。叩いたりはしていません。"


def read(**changes: Any) -> Assessment:
    values: dict[str, Any] = {
        "kind": Kind.CONSULTATION, "reporter": Reporter.SELF, "domains": frozenset(), "themes": frozenset(),
        "complexity": Complexity.SINGLE, "complexity_reasons": frozenset(), "urgency": Urgency.NORMAL,
        "refuses_support": False, "needs_human": False,
    }  # fmt: skip
    return Assessment(**(values | changes))


def spoken(words: str, label: str, text: str = TEXT) -> Evidence:
    at = text.index(words)
    return Evidence(at, at + len(words), label, words, "cue")


def aside(words: str, because: SetAsideBecause, label: str) -> SetAside:
    at = TEXT.index(words)
    return SetAside(at, at + len(words), label, words, because)


def mention(text: str, role: str, age: int | None = None, band: str = "any", at: int = 0) -> Mention:
    return Mention(at, at + len(text), text, role, band, age)


def everything() -> Assessment:
    return read(
        domains=frozenset(Domain), themes=frozenset(THEMES), complexity=Complexity.COMPLEX,
        complexity_reasons=frozenset(Reason), urgency=Urgency.EMERGENCY, refuses_support=True,
    )  # fmt: skip


def test_a_domain_is_said_with_its_words_and_the_theme_they_mean() -> None:
    found = read(
        domains=frozenset({Domain.POVERTY}), themes=frozenset({"lifeline_stop", "care"}), urgency=Urgency.HIGH,
        evidence=(
            spoken("水道が止まる", "poverty"), spoken("水道が止まると", "lifeline_stop"),
            spoken("水道が止まる", "care"), spoken("紙が来ました", "poverty"),
        ),
    )  # fmt: skip
    assert [ground.sentence for ground in grounds(found)] == [
        "『水道が止まる』『紙が来ました』→ 困窮（ライフライン停止）",
        "『水道が止まる』→ 介護",
        "『水道が止まると』→ ライフライン停止",
        "推定→ 緊急度 高い",
    ]
    assert guessed(found) == ("緊急度 高い",)


def test_every_asserted_label_has_words_or_says_that_it_is_a_guess() -> None:
    found = grounds(everything())
    assert len(found) == len(Domain) + len(THEMES) + len(Reason) + 2
    assert all(ground.source == "推定" for ground in found)
    assert asserted(read(complexity=Complexity.COMPLEX)) == ("complex",)
    assert asserted(read()) == ()


def test_what_staff_set_is_neither_quoted_nor_guessed() -> None:
    found = read(domains=frozenset({Domain.CHILD}))
    assert [ground.sentence for ground in grounds(found, {"child"})] == ["職員が直しました→ 子ども"]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("p8050", "8050世帯"), ("double_care", "ダブルケア"), ("young_carer", "ヤングケアラー"),
        ("household", "複合① 世帯に困りごとのある人が複数"), ("emergency", "緊急度 今すぐ"),
        ("refuses_support", "支援を断っている"),
    ],
)  # fmt: skip
def test_labels_are_called_as_staff_call_them(label: str, name: str) -> None:
    assert name_ja(label) == name


def test_what_does_not_count_is_said_with_its_reason() -> None:
    words = "叩いたりはしていません"
    denied = SetAsideBecause.DENIED
    found = read(set_aside=(aside(words, denied, "abuse_child"), aside(words, denied, "emergency")))
    assert [one.sentence for one in asides(found)] == [
        "『叩いたりはしていません』は否定されています（児童虐待・緊急度 今すぐに数えていません）"
    ]
    assert asides(found, {"abuse_child"})[0].names == ("緊急度 今すぐ",)
    newer = read(set_aside=(aside(words, SetAsideBecause.PAST, "label_of_tomorrow"),))
    assert asides(newer)[0].sentence == "『叩いたりはしていません』は前のことで、いまは落ち着いているようです"
    assert set(BECAUSE_JA) == set(SetAsideBecause)


def test_nothing_is_unsure_of_a_text_that_was_not_read() -> None:
    assert unsure_ja(read(unsure=frozenset({"urgency", "domains"}))) == "機械は自信がありません：分野・緊急度"
    assert unsure_ja(read()) == unsure_ja(Assessment.unread("timeout")) == ""
    assert tuple(FIELD_JA) == FIELDS


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (mention("80代の母", "parent", 80, "elderly"), "母（80代）"),
        (mention("８２歳の義父", "parent", 82, "elderly"), "義父（82歳）"),
        (mention("79の母", "parent", 79, "elderly"), "母（79歳）"),
        (mention("小3の息子", "child", 9, "child"), "息子（9歳くらい）"),
        (mention("五十代の弟", "sibling", 50, "adult"), "弟（50代）"),
        (mention("親御さん", "parent"), "両親"),
        (mention("おばあちゃん", "grandparent", band="elderly"), "祖母"),
        (mention("父", "parent", band="elderly"), "父（高齢）"),
        (mention("一人娘", "child", band="child"), "娘（子ども）"),
        (mention("お隣さん", "neighbour"), "近所の人"),
        (mention("だれ", "role_of_tomorrow", 30, "new"), "だれか（30歳くらい）"),
    ],
)  # fmt: skip
def test_people_are_named_as_staff_name_them(found: Mention, said: str) -> None:
    assert who_ja(found) == said


def test_every_role_and_band_has_a_name_and_every_word_one_that_fits() -> None:
    table = tomllib.loads((Path(triage.people_ja.__file__).parent / "kin.toml").read_text("utf-8"))["kin"]
    assert {row["role"] for row in table} == set(ROLE_JA)
    assert set(BAND_JA) == set(map(str, Band))
    pairs = [(row["role"], word) for row in table for word in row["words"]]
    named = {(role, word): who_ja(mention(word, role)) for role, word in pairs}
    assert {named["grandparent", word] for word in ("ばっちゃ", "ばあば", "曾祖母", "ひいおばあちゃん")} == {"祖母"}
    assert {named["grandparent", word] for word in ("じいじ", "じっちゃ", "曾祖父")} == {"祖父"}
    women = {word for (role, word), name in named.items() if role == "parent" and name in ("母", "義母")}
    men = {word for (role, word), name in named.items() if role == "parent" and name in ("父", "義父")}
    assert {"お袋", "ママ", "かあちゃん", "実母", "姑"} <= women and {"親父", "パパ", "とうちゃん", "舅"} <= men
    assert not women & men


def test_everybody_is_said_once_and_the_writer_only_with_an_age() -> None:
    people = (
        mention("わたし", "self"), mention("母", "parent", at=9), mention("80代の母", "parent", 80, "elderly", at=20),
        mention("弟", "sibling", at=30), mention("母", "parent", at=40),
    )  # fmt: skip
    assert people_ja(people) == ("母（80代）", "弟")
    assert about_ja(read(mentions=people)) == "母（80代）・弟のこと"
    assert people_ja((mention("15さいのぼく", "self", 15, "child"),)) == ("書いた人（15歳）",)
    assert about_ja(read()) == ""


def test_an_old_couple_with_care_may_be_rourou_kaigo() -> None:
    husband = mention("82歳の夫", "spouse", 82, "elderly")
    care = read(themes=frozenset({"care"}), mentions=(husband,))
    assert household_ja(care) == "老老介護かもしれません（夫（82歳）、推定）"
    assert household_ja(read(mentions=(husband,))) == ""
    parents = (mention("85歳の父", "parent", 85, "elderly"), mention("82歳の母", "parent", 82, "elderly", at=9))
    assert household_ja(read(themes=frozenset({"care"}), mentions=parents)) == ""
    daughter = (*parents, mention("66歳の娘", "child", 66, "elderly", at=20))
    assert household_ja(read(themes=frozenset({"care"}), mentions=daughter)).startswith("老老介護かもしれません")


def test_sentences_hold_all_of_it() -> None:
    found = read(
        domains=frozenset({Domain.POVERTY}), evidence=(spoken("水道が止まる", "poverty"),),
        set_aside=(aside("叩いたりはしていません", SetAsideBecause.DENIED, "abuse_child"),),
        mentions=(mention("80代の母", "parent", 80, "elderly"),), unsure=frozenset({"themes"}),
    )  # fmt: skip
    assert sentences(found) == (
        "『水道が止まる』→ 困窮",
        "『叩いたりはしていません』は否定されています（児童虐待に数えていません）",
        "母（80代）のこと",
        "機械は自信がありません：テーマ",
    )
