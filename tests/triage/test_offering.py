"""An offer is known by its words; whatever also speaks of a need stays a 相談."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.offering import KIND_JA, read_offer, speaks_of_need

RAW = tomllib.loads(files("triage").joinpath("offering.toml").read_text("utf-8"))
NEEDS = ("母が病気で困っています", "家賃が払えません", "死にたいです", "ひきこもっています", "少しなら働けます")


@pytest.mark.parametrize(("kind", "said"), [(one["kind"], said) for one in RAW["offer"] for said in one["hits"]])
def test_an_offer_is_known_with_its_kind(kind: str, said: str) -> None:
    found = read_offer(said)
    assert found is not None and found.kind == kind and found.plain and kind in KIND_JA
    assert read_offer(f"はじめまして。{said}。よろしくお願いします。") == found


@pytest.mark.parametrize("said", [said for one in RAW["offer"] for said in one["misses"]])
def test_what_only_looks_like_one_is_none(said: str) -> None:
    found = read_offer(said)
    assert found is None or not found.plain


@given(st.sampled_from([said for one in RAW["offer"] for said in one["hits"]]), st.sampled_from(NEEDS), st.booleans())
def test_an_offer_beside_a_need_is_never_plain(offer: str, need: str, first: bool) -> None:
    said = f"{offer}。{need}" if first else f"{need}。{offer}"
    found = read_offer(said)
    assert found is not None and not found.plain and speaks_of_need(said)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    read_offer(text)


def test_a_long_story_is_no_plain_offer() -> None:
    found = read_offer("手伝いたいです。" + "あ" * 500)
    assert found is not None and not found.plain
