from __future__ import annotations

import pytest

from triage.assessment import SetAsideBecause
from triage.reader import Reader


@pytest.mark.parametrize(
    ("text", "label", "because", "words"),
    [
        ("㈱の件です。夫に殴られたことはありません。", "dv", SetAsideBecause.DENIED, "夫に殴られたことはありません"),
        ("昔は借金がありましたが、全部返しました。", "debt", SetAsideBecause.PAST, "借金が"),
        ("もし電気が止まったらどうなりますか", "lifeline_stop", SetAsideBecause.IMAGINED, "電気が止まったら"),
        ("同僚はうつ病で休んでいますが、私は元気です", "mental_health", SetAsideBecause.OTHER_PERSON, "うつ病"),
    ],
)
def test_what_is_not_counted_is_told_at_its_words(
    text: str, label: str, because: SetAsideBecause, words: str, reader: Reader
) -> None:
    found = [one for one in reader.read(text).set_aside if one.label == label]
    assert [(one.because, one.text) for one in found] == [(because, words)]
    assert all(text[one.start : one.end] == one.text for one in found)


def test_whom_the_text_speaks_of_stands_at_its_words_in_the_original(reader: Reader) -> None:
    text = "㈱○○の者です。８２歳の母と、隣のおばあさんのことです。"
    found = reader.read(text).mentions
    assert [(m.text, m.role, m.band, m.age) for m in found] == [
        ("８２歳の母", "parent", "elderly", 82),
        ("隣のおばあさん", "neighbour", "elderly", None),
    ]
    assert all(text[m.start : m.end] == m.text for m in found)


def test_the_writer_is_mentioned_only_with_an_age(reader: Reader) -> None:
    assert [(m.role, m.age) for m in reader.read("84歳です。足が悪くて買い物に行けません").mentions] == [("self", 84)]
    assert not reader.read("私は借金があります").mentions


def test_why_names_the_bunsetu_that_a_label_rests_on(reader: Reader) -> None:
    why = reader.why("家賃を三か月滞納していて、天気はいいです。")
    assert "poverty" in why.assessment.domains
    part, fall = why.rests_on("poverty", 1)[0]
    assert part in {"家賃を", "三か月", "滞納して", "滞納していて"} or "滞納" in part
    assert fall > 0
    assert why.thresholds["poverty"] > 0


@pytest.mark.parametrize("text", ["", "🙏", "あ", "水。" * 700])
def test_any_text_can_be_explained(text: str, reader: Reader) -> None:
    why = reader.why(text)
    assert len(why.fallen) == len(why.parts)
