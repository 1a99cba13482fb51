"""Wishes, strengths and ties are quoted as the person said them; denials and the wish to die give nothing."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.hopes import KIND_JA, MOST, hopes

RAW = tomllib.loads(files("triage").joinpath("hopes.toml").read_text("utf-8"))


@pytest.mark.parametrize(("kind", "said"), [(one["kind"], said) for one in RAW["hope"] for said in one["hits"]])
def test_it_is_quoted_with_its_kind(kind: str, said: str) -> None:
    text = f"借金があって困っています。{said}。\nどうしたらいいですか"
    found = hopes(text)
    assert [(one.kind, one.words) for one in found] == [(kind, f"{said}。")] and kind in KIND_JA
    assert text[found[0].start : found[0].end] == found[0].words


@pytest.mark.parametrize("said", [said for one in RAW["hope"] for said in one["misses"]])
def test_what_is_none_gives_nothing(said: str) -> None:
    assert hopes(said) == ()


@given(st.text(max_size=400))
def test_offsets_are_those_of_the_text(text: str) -> None:
    for one in hopes(text):
        assert text[one.start : one.end] == one.words


def test_no_more_than_some_and_each_once() -> None:
    assert len(hopes("行く所がほしい。" * 30)) == 1
    assert len(hopes("".join(f"週{n}日なら働けます。絵が得意{'ー' * n}。" for n in range(1, 10)))) <= MOST
