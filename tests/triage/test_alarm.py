"""What `triage.alarm` promises: which words ring, which stay silent, and that any text is safe and cheap."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.alarm import KINDS, Alarm
from triage.alarm.fold import fold

CASES = Path(__file__).parent / "alarm_cases"
ALARM = Alarm.load()


def cases(name: str) -> list[dict[str, object]]:
    return [json.loads(row) for row in (CASES / f"{name}.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", cases("danger"), ids=lambda case: str(case["text"]))
def test_danger_rings(case: dict[str, object]) -> None:
    assert set(case["kinds"]) <= ALARM.scan(str(case["text"])).kinds


@pytest.mark.parametrize("case", cases("lookalike"), ids=lambda case: str(case["text"]))
def test_lookalike_is_silent(case: dict[str, object]) -> None:
    assert not ALARM.scan(str(case["text"]))


@pytest.mark.parametrize(
    "text",
    ["死にたい", "しにたい", "シニタイ", "ｼﾆﾀｲ", "し に た い", "し。に。た。い", "しにたーーい", "しにたぁい",
     "タヒにたい", "氏にたい", "４にたい", "死🥺に🥺た🥺い", "死\u200bに\u200bたい", "し\u0300に\u0301た\u0302い"],
)  # fmt: skip
def test_one_wish_in_many_spellings(text: str) -> None:
    assert "suicide" in ALARM.scan(text).kinds


def test_a_voicing_mark_apart_is_joined() -> None:
    assert "violence" in ALARM.scan("ﾅｸﾞﾗﾚﾀ").kinds
    assert "violence" in ALARM.scan(unicodedata.normalize("NFD", "なぐられた")).kinds


def test_offsets_are_code_points_of_the_original() -> None:
    text = "㈱🥺\ud83d です。ﾅｸﾞ ら れ、ました"
    (hit,) = ALARM.scan(text).hits
    assert text[hit.start : hit.end] == hit.text == "ﾅｸﾞ ら れ"


def test_a_denial_silences_only_its_own_words() -> None:
    assert not ALARM.scan("死にたいわけではありません")
    assert "suicide" in ALARM.scan("死にたいわけじゃないけど消えたい").kinds
    assert "suicide" in ALARM.scan("死にたいわけではないとは言い切れません").kinds
    assert "suicide" in ALARM.scan("死にたい。わけではありません、が口ぐせでした").kinds


def test_words_of_another_person_ring() -> None:
    assert "suicide" in ALARM.scan("「死にたい」と母が言うのです").kinds


def test_story_past_and_condition_are_silent_but_now_is_not() -> None:
    assert not ALARM.scan("ドラマで首を絞められた人の話です")
    assert not ALARM.scan("三十年前、父に殴られました")
    assert not ALARM.scan("もし玄関で倒れていた場合はどうすれば")
    assert "violence" in ALARM.scan("三十年前も今日も、父に殴られました").kinds


def test_a_good_end_silences_a_search_but_never_a_wish_to_die() -> None:
    assert not ALARM.scan("認知症の母が今朝出たきり戻りませんでしたが、見つかりました")
    assert "suicide" in ALARM.scan("死にたいです。お騒がせしました").kinds


@pytest.mark.parametrize(
    "text", ["", " ", "。", "\n", "\ud800", "\udfff\ud800", "ﾞ", "\u3099", "\x00", "e" + "\u0301" * 5000]
)
def test_odd_texts_are_silent(text: str) -> None:
    assert not ALARM.scan(text)


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=80))
def test_any_text_is_safe(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.origin)
    assert folded.origin == sorted(folded.origin)
    assert folded.breaks == sorted(folded.breaks)
    for hit in ALARM.scan(text).hits:
        assert text[hit.start : hit.end] == hit.text
        assert hit.kind in KINDS


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_cry_for_help_rings_wherever_it_stands(before: str, after: str) -> None:
    assert ALARM.scan(f"{before}。薬を50錠飲みました。{after}")


@pytest.mark.parametrize(
    "piece", ["たすけて", "死にたいわけではない", "子どもが今夜", "あ", "。", "死にたい。もし昔ドラマで"]
)
def test_a_long_text_gives_a_bounded_answer(piece: str) -> None:
    assert len(ALARM.scan(piece * 20_000).hits) <= 5 * 200


@pytest.mark.parametrize("filler", ["今日はいい天気です。", "死にたい。もし昔ドラマで", "子どもが今夜"])
def test_danger_at_the_head_or_tail_of_a_huge_text_rings(filler: str) -> None:
    cry = "薬を50錠飲みました。"
    for text in (cry + filler * 100_000, filler * 100_000 + "。" + cry):
        alert = ALARM.scan(text)
        assert "self_harm" in alert.kinds
        assert all(text[hit.start : hit.end] == hit.text for hit in alert.hits)


def test_the_report_counts_by_urgency(tmp_path: Path) -> None:
    from triage.alarm.report import report

    file = tmp_path / "x.jsonl"
    rows = [{"text": "たすけて", "urgency": "emergency"}, {"text": "こんにちは", "urgency": "normal"}]
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    assert list(report([file]))[-1] == "all  emergency 1/1 (1.00)  high 0/0 (0.00)  normal 0/1 (0.00)"
