"""Sealing: what was sealed opens in its own place with its own key, and nowhere else."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.seal import BlindIndex, Cell, KeyDestroyed, Sealer, Unreadable

CELL = Cell("mihon", "messages", "body_sealed", 7)


class Keys:
    def __init__(self) -> None:
        self.known = {1: os.urandom(32), 2: os.urandom(32)}

    def get(self, key_id: int) -> bytes:
        if key_id not in self.known:
            raise KeyDestroyed("gone")
        return self.known[key_id]


@given(st.text(), st.integers(0, 2**63 - 1))
def test_text_comes_back_as_it_was(text: str, row_id: int) -> None:
    sealer, cell = Sealer(Keys()), replace(CELL, row_id=row_id)
    sealed = sealer.seal_text(1, cell, text)
    assert sealer.open_text(cell, sealed) == text
    assert sealed != sealer.seal_text(1, cell, text), "a nonce is never used twice"


@given(st.binary())
def test_bytes_come_back_as_they_were(plain: bytes) -> None:
    sealer = Sealer(Keys())
    assert sealer.open(CELL, sealer.seal(2, CELL, plain)) == plain


@pytest.mark.parametrize("text", ["\ud800", "あ\udfffい", "\x00"])
def test_lone_surrogates_become_a_mark_and_nul_stays(text: str) -> None:
    sealer = Sealer(Keys())
    opened = sealer.open_text(CELL, sealer.seal_text(1, CELL, text))
    assert opened == "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


@pytest.mark.parametrize(
    "moved",
    [
        replace(CELL, tenant="hoka"), replace(CELL, table="history"), replace(CELL, column="note_sealed"),
        replace(CELL, row_id=8), Cell("mihon\x1fmessages", "body_sealed", "", 7),
    ],
)  # fmt: skip
def test_a_moved_cell_does_not_open(moved: Cell) -> None:
    sealer = Sealer(Keys())
    with pytest.raises(Unreadable):
        sealer.open(moved, sealer.seal(1, CELL, b"x"))


def test_every_flipped_byte_and_every_cut_is_seen() -> None:
    sealer = Sealer(Keys())
    sealed = sealer.seal_text(1, CELL, "ひみつ")
    for at in range(len(sealed)):
        with pytest.raises(Unreadable):
            sealer.open(CELL, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
        with pytest.raises(Unreadable):
            sealer.open(CELL, sealed[:at])
    with pytest.raises(Unreadable):
        sealer.open(CELL, sealed + b"\x00")


def test_a_relabelled_key_does_not_open() -> None:
    """Key 2 written over key 1 in the header: the tag covers the header."""
    keys = Keys()
    keys.known[2] = keys.known[1]
    sealed = Sealer(keys).seal(1, CELL, b"x")
    with pytest.raises(Unreadable):
        Sealer(keys).open(CELL, sealed[:1] + (2).to_bytes(8, "big") + sealed[9:])


def test_a_destroyed_key_stays_destroyed_once_forgotten() -> None:
    keys = Keys()
    sealer = Sealer(keys)
    sealed = sealer.seal(1, CELL, b"x")
    del keys.known[1]
    sealer.forget(1)
    sealer.forget(1)
    for act in (lambda: sealer.open(CELL, sealed), lambda: sealer.seal(1, CELL, b"y")):
        with pytest.raises(KeyDestroyed):
            act()


def test_ciphers_in_memory_are_bounded() -> None:
    keys = Keys()
    keys.known = {number: os.urandom(32) for number in range(600)}
    sealer = Sealer(keys)
    for number in range(600):
        sealer.seal(number, CELL, b"x")
    assert len(sealer._ciphers) <= 512


def test_errors_hold_no_content() -> None:
    sealer = Sealer(Keys())
    sealed = sealer.seal_text(1, CELL, "ひみつ")
    with pytest.raises(Unreadable) as found:
        sealer.open(replace(CELL, row_id=1), sealed)
    assert "ひみつ" not in repr(found.value)


def test_the_blind_index_differs_by_town_kind_and_pepper() -> None:
    blind = BlindIndex(b"p" * 32)
    found = {
        blind.of("mihon", "line", "U1"), blind.of("hoka", "line", "U1"), blind.of("mihon", "slack", "U1"),
        blind.of("mihon", "line", "U2"), BlindIndex(b"q" * 32).of("mihon", "line", "U1"),
    }  # fmt: skip
    assert len(found) == 5
    assert blind.of("mihon", "line", "U1") == blind.of("mihon", "line", "U1")
    assert all(value.startswith("1:") and "U1" not in value and len(value) <= 80 for value in found)
