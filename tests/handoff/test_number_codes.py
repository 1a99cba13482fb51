"""Case labels and receipt codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.number import (
    ALPHABET,
    RECEIPT_BYTES,
    case_label,
    label_of,
    parse_label,
    parse_receipt,
    receipt,
    report_label,
)
from intake.practice import FIRST


def test_the_alphabet_cannot_be_misread() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("0O1I") & set(ALPHABET)


def test_known_codes() -> None:
    assert receipt(bytes(5)) == "2222-2222"
    assert receipt(b"\xff" * 5) == "ZZZZ-ZZZZ"
    assert receipt(b"\x00\x00\x00\x00\x01") == "2222-2223"


@pytest.mark.parametrize("length", [0, 4, 6])
def test_wrong_number_of_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="5 random bytes"):
        receipt(bytes(length))


@given(
    st.binary(min_size=RECEIPT_BYTES, max_size=RECEIPT_BYTES), st.binary(min_size=RECEIPT_BYTES, max_size=RECEIPT_BYTES)
)
def test_codes_are_one_to_one_and_come_back_however_typed(one: bytes, other: bytes) -> None:
    code = receipt(one)
    assert (code == receipt(other)) == (one == other)
    wide = code.lower().translate({ord(c): ord(c) + 0xFEE0 for c in "abcdefghijklmnopqrstuvwxyz23456789"})
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", "ー"), f" {code} ", wide):
        assert parse_receipt(typed) == code


@pytest.mark.parametrize("text", ["", "7K3M-92Q", "7K3M-92Q0", "7K3M-92QI", "受付番号", "7K3M-92Q5-2"])
def test_no_code(text: str) -> None:
    assert parse_receipt(text) is None


def test_labels() -> None:
    assert (case_label(1), case_label(412), case_label(12345)) == ("T-0001", "T-0412", "T-12345")
    assert report_label(412) == "L-0412"
    for text in ("T-0412", "t-412", "412", "Ｔ－０４１２", "L-0412", "T 0412"):
        assert parse_label(text) == 412
    for text in ("", "T-", "T-0", "X-412", "四百", "1" * 13):
        assert parse_label(text) is None
    with pytest.raises(ValueError, match="from 1"):
        case_label(0)


def test_practice_cases_have_a_series_of_their_own_that_says_so() -> None:
    assert (label_of(FIRST + 1, "resident"), label_of(FIRST + 412, "lifeline")) == ("練習-T-0001", "練習-L-0412")
    for typed in ("練習-T-0412", "練習T412", "練習－Ｔ－０４１２", "練習-L-0412"):
        assert parse_label(typed) == FIRST + 412
    assert parse_label("練習") is None and parse_label("練習-T-0") is None
