"""Marking words and showing unseen characters (`handoff.console.marked`)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.console.marked import Piece, marked, plain, visible, window
from handoff.console.words import tag_of, tone_of
from triage.assessment import Evidence, SetAside, SetAsideBecause

LABELS = st.sampled_from(["child", "dv", "housing", "self", "emergency", "unheard_of"])


@st.composite
def texts_with_evidence(draw: st.DrawFn) -> tuple[str, list[Evidence]]:
    text = draw(st.text(max_size=60))
    spots = draw(st.lists(st.tuples(st.integers(-2, 70), st.integers(-2, 70), LABELS), max_size=8))
    return text, [Evidence(start, end, label, text[max(start, 0) : end], "r") for start, end, label in spots]


def spelled(piece: Piece) -> str:
    return chr(int(piece.text[2:], 16)) if piece.odd else piece.text


@given(texts_with_evidence())
def test_nothing_is_lost_and_marks_lie_where_evidence_says(case: tuple[str, list[Evidence]]) -> None:
    text, evidence = case
    pieces = marked(text, evidence, tone_of)
    assert "".join(spelled(piece) for piece in pieces) == text
    at = 0
    for piece in pieces:
        size = 1 if piece.odd else len(piece.text)
        for spot in range(at, at + size):
            inside = {
                e.label for e in evidence
                if 0 <= e.start <= spot < e.end <= len(text) and tone_of(e.label)
            }  # fmt: skip
            assert set(piece.labels) == inside
            assert bool(piece.tone) == bool(inside)
        at += size


@given(texts_with_evidence(), st.integers(4, 30))
def test_a_window_shows_evidence_where_it_stands(case: tuple[str, list[Evidence]], size: int) -> None:
    text, evidence = case
    cut, moved, before, after = window(text, evidence, size)
    assert len(cut) <= size and cut in text
    assert (before or after) == (cut != text)
    for e in moved:
        assert 0 <= e.start < e.end <= len(cut)
    if any(0 <= e.start < e.end <= len(text) for e in evidence):
        assert moved


def test_the_most_exact_words_give_the_tone() -> None:
    evidence = [Evidence(0, 6, "poverty", "子どもの家で", "r"), Evidence(0, 3, "child", "子ども", "r")]
    first, second, third = marked("子どもの家で。", evidence, tone_of)
    assert (first.text, first.tone, first.labels) == ("子ども", "child", ("child", "poverty"))
    assert (second.text, second.tone) == ("の家で", "poverty")
    assert third == Piece("。")
    assert (first.last, second.last) == ((), ("child", "poverty"))


def test_words_that_were_not_counted_are_marked_with_their_reason() -> None:
    text = "水道は止まって\u200bいません。"
    denied = SetAside(3, 11, "lifeline_stop", text[3:11], SetAsideBecause.DENIED)
    outside = SetAside(3, 99, "lifeline_stop", "", SetAsideBecause.PAST)
    pieces = marked(text, [Evidence(0, 2, "poverty", "水道", "r")], tone_of, [denied, outside])
    assert [(p.text, p.aside, p.last, p.last_aside) for p in pieces] == [
        ("水道", (), ("poverty",), ()), ("は", (), (), ()), ("止まって", ("denied",), (), ()),
        ("U+200B", ("denied",), (), ()), ("いませ", ("denied",), (), ("denied",)), ("ん。", (), (), ()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("poverty", "lifeline_stop"), "困窮"), (("dementia", "care"), "介護"), (("dv", "child"), "子ども・DV"),
        (("housing", "high"), "住まい・緊急度 高い"), (("refuses_support",), "支援を断っている"), (("new",), ""),
    ],
)  # fmt: skip
def test_what_stands_behind_marked_words(labels: tuple[str, ...], said: str) -> None:
    assert tag_of(labels) == said


@pytest.mark.parametrize("char", ["\u202e", "\u200b", "\u2066", "\ufeff", "\u00ad", "\x00", "\x1b", "\ud800", "\u3164"])
def test_unseen_characters_are_shown(char: str) -> None:
    pieces = visible(f"い{char}ろ")
    assert [piece.odd for piece in pieces] == [False, True, False]
    assert pieces[1].text == f"U+{ord(char):04X}"
    assert char not in plain(f"い{char}ろ")


@pytest.mark.parametrize("text", ["👩‍👧", "改行\nと\tタブ", "が", "❤️", "ﾊﾝｶｸ　全角"])
def test_ordinary_text_stays(text: str) -> None:
    assert plain(text) == text
