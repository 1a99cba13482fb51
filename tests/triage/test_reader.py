from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage.assessment import Assessment, Domain, Kind, Urgency
from triage.reader import Reader

DATA = Path(__file__).parents[2] / "triage" / "data"


def holds(text: str, assessment: Assessment) -> None:
    """The promises of every assessment, whatever the text."""
    for e in assessment.evidence:
        assert text[e.start : e.end] == e.text
        assert e.start < e.end
    labels = {e.label for e in assessment.evidence}
    assert {str(d) for d in assessment.domains} | assessment.themes <= labels
    assert all(0 <= p <= 1 for p in assessment.probabilities.values())
    assert Assessment.from_json(json.loads(json.dumps(assessment.to_json()))) == assessment


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
def test_any_text_has_an_answer(reader: Reader, text: str) -> None:
    holds(text, reader.read(text))


def test_training_messages_keep_the_promises(reader: Reader) -> None:
    texts = [json.loads(line)["text"] for line in (DATA / "W1.jsonl").read_text("utf-8").splitlines()][:64]
    for text, assessment in zip(texts, reader.read_many(texts), strict=True):
        holds(text, assessment)


def test_a_batch_reads_as_one_by_one(reader: Reader) -> None:
    texts = ["水道が止まるという紙が来ました。", "", "母の物忘れがひどいです。父も足が悪く、二人とも通院できません。"]
    alone = [reader.read(text) for text in texts]
    for one, other in zip(alone, reader.read_many(texts), strict=True):
        assert one.evidence == other.evidence
        assert one.to_json() | {"probabilities": {}} == other.to_json() | {"probabilities": {}}


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("家賃を三か月滞納していて、アパートを追い出されそうです", Domain.POVERTY),
        ("82歳の母の物忘れがひどく、夜中に出て行こうとします", Domain.ELDERLY),
        ("赤ちゃんが泣き止まず、育児に疲れました", Domain.CHILD),
        ("統合失調症の弟が薬を飲まなくなりました", Domain.DISABILITY),
    ],
)
def test_plain_cases(reader: Reader, text: str, domain: Domain) -> None:
    found = reader.read(text)
    assert found.kind is Kind.CONSULTATION
    assert domain in found.domains


@pytest.mark.parametrize(
    "text",
    [
        "祖母が倒れて、呼んでも返事がありません",
        "いま夫が包丁を持って暴れています、助けて",
        "市販薬をたくさん飲みました、もう終わりにします",
    ],
)
def test_danger_now_is_an_emergency(reader: Reader, text: str) -> None:
    assert reader.read(text).urgency is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "text",
    ["死ぬほど眠い笑", "こんにちは", "ありがとうございました", "住民票は何時まで", "🙏", "？",
     "テスト送信です", "あ", "自殺対策の講座に出たいです、申し込みはどこですか"],
)  # fmt: skip
def test_hard_negatives_draw_nothing(reader: Reader, text: str) -> None:
    found = reader.read(text)
    assert not found.domains
    assert not found.themes
    assert found.urgency is not Urgency.EMERGENCY


@pytest.mark.parametrize("text", ["夫に殴られたことはありません。", "借金はありません。"])
def test_what_is_denied_draws_no_theme(reader: Reader, text: str) -> None:
    assert not reader.read(text).themes & {"dv", "debt"}


@pytest.mark.parametrize("text", ["", " ", "\x00\u200b", "\ud800", "🙏🎉", "？", "123"])
def test_a_text_without_a_letter_is_unread(reader: Reader, text: str) -> None:
    assert reader.read(text).unread_reason == "no_text"


@pytest.mark.parametrize("text", ["母が倒れています。" * 100_000, "🙏🎉🐶" * 100_000, "㍍㌘㌢㍑" * 2_900])
def test_long_texts_go_to_a_person(reader: Reader, text: str) -> None:
    found = reader.read(text)
    assert found.unread_reason or found.needs_human
    holds(text, found)


@pytest.mark.parametrize("piece", ["こんにちは。", "市役所は土曜日も開いていますか？"])
def test_a_long_text_is_never_mere_talk(reader: Reader, piece: str) -> None:
    found = reader.read(piece * 3_000)
    assert (found.kind, found.urgency) == (Kind.CONSULTATION, Urgency.HIGH)


def test_the_tail_of_a_long_text_is_read(reader: Reader) -> None:
    filler = "".join(f"{n}番目の日記です。" for n in range(3_000))
    text = filler + "いま夫に首を絞められました。助けて"
    found = reader.read(text)
    assert found.urgency.rank >= Urgency.HIGH.rank
    holds(text, found)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Chồng tôi đánh tôi, tôi sợ về nhà.", "vi"), ("我没有钱买吃的", "zh"), ("yachin ga haraemasen, tasukete", "ja"),
     ("I live in 大阪 and have no money for food", "en"), ("help me please, " * 700_000, "en")],
)  # fmt: skip
def test_another_language_gets_no_guess_and_a_person(reader: Reader, text: str, language: str) -> None:
    found = reader.read(text)
    assert found == replace(Assessment.unread("language"), language=language)
    assert found.needs_human
    assert found.urgency is Urgency.HIGH
    assert not found.domains | found.themes


def test_japanese_beside_another_language_is_read(reader: Reader) -> None:
    found = reader.read(
        "Tôi không có tiền. すみません、家賃が三か月はらえません。アパートを出てくださいと言われました。"
    )
    assert (found.language, found.unread_reason) == ("ja", "")
    assert found.domains


@pytest.mark.parametrize("piece", ["死にたい", "夫に殴られていません", "\n", "た\u0301\u0316", "\x00", "\ud800", "ア"])
def test_a_megabyte_of_anything_goes_to_a_person(reader: Reader, piece: str) -> None:
    found = reader.read(piece * (1_000_000 // len(piece)))
    assert found.needs_human
    assert found.urgency.rank >= Urgency.HIGH.rank
