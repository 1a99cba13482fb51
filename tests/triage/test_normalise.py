from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.clauses import MOST_CLAUSES, clauses
from triage.normalise import normalise

ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("original", "normal"),
    [
        ("㈱ガス", "(株)ガス"),
        ("ｶﾞｽﾀﾞｲ", "ガスダイ"),
        ("８４さい", "84さい"),
        ("もうむりむりむり！！！", "もうむり!"),
        ("つらーーーい", "つらーい"),
        ("50000円", "50000円"),
        ("はははたすけて", "はははたすけて"),
        ("a\ud800b\x00c", "abc"),
        ("助" + "\u0301" * 200 + "けて", "助けて"),
    ],
)
def test_normal_form(original: str, normal: str) -> None:
    assert normalise(original).text == normal


def test_a_run_maps_to_all_of_its_original() -> None:
    source = normalise("㈱むりむりむりです")
    start = source.text.index("むり")
    assert source.original_span(start, start + 2) == (1, 7)
    assert source.original_span(0, 3) == (0, 1)


@given(ANY)
def test_every_normal_character_points_into_the_original(original: str) -> None:
    source = normalise(original)
    assert len(source.text) == len(source.starts) == len(source.ends)
    assert list(source.starts) == sorted(source.starts)
    for i in range(len(source.text)):
        start, end = source.original_span(i, i + 1)
        assert 0 <= start < end <= len(original)


@given(ANY)
def test_clauses_cover_every_visible_character_once(original: str) -> None:
    text = normalise(original).text
    cut = clauses(text)
    assert all(a < b for a, b in cut)
    assert all(b <= c for (_, b), (c, _) in pairwise(cut))
    assert len(cut) <= MOST_CLAUSES + 1


def test_a_span_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        normalise("あ").original_span(0, 2)
