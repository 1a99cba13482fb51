"""Numbers that people read aloud: case labels (T-0412), partners' reports (L-0412), practice cases (練習-T-0001),
receipts (7K3M-92Q5), partners' enrolment codes (K7M3-92Q5-XR). Pure."""

from __future__ import annotations

import re
import unicodedata

from intake.practice import FIRST as PRACTICE

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 characters without 0, O, 1, I: five bits each
RECEIPT_BYTES = 5
REPORTED = frozenset({"lifeline", "professional"})
"""Routes by which partners write about somebody."""
PREFIX = "練習"
"""Stands before the number of a case about nobody."""
_PARTNER_BYTES = 6
_HYPHENS = re.compile(r"[\s\-‐‑‒–—―−ー－・]+")


def receipt(rng_bytes: bytes) -> str:
    """Eight characters like `7K3M-92Q5` out of exactly five random bytes (40 bits, every code equally likely).

    Raises `ValueError` on any other length. The caller draws the bytes (`secrets.token_bytes(RECEIPT_BYTES)`) and draws
    again when the code exists already.
    """
    if len(rng_bytes) != RECEIPT_BYTES:
        raise ValueError(f"a receipt needs {RECEIPT_BYTES} random bytes")
    number = int.from_bytes(rng_bytes, "big")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"


def parse_receipt(text: str) -> str | None:
    """The code that a person typed (full width, lower case, any hyphen) as `receipt` writes it; `None` if none."""
    letters = _HYPHENS.sub("", unicodedata.normalize("NFKC", text)).upper()
    if len(letters) != 8 or not set(letters) <= set(ALPHABET):
        return None
    return f"{letters[:4]}-{letters[4:]}"


def partner_code(digest: bytes) -> str:
    """A partner's enrolment code like `K7M3-92Q5-XR`: `K` and nine letters out of the first 45 bits of `digest`.

    Two letters longer than a receipt, so that neither is taken for the other. Raises `ValueError` under six bytes.
    """
    if len(digest) < _PARTNER_BYTES:
        raise ValueError("a partner's code needs six bytes")
    bits = int.from_bytes(digest[:_PARTNER_BYTES], "big") >> 3
    letters = "K" + "".join(ALPHABET[bits >> shift & 31] for shift in range(40, -1, -5))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def parse_partner_code(text: str) -> str | None:
    """The enrolment code that the whole text is (full width, any hyphen, 「登録」 before it), or `None`."""
    letters = _HYPHENS.sub("", unicodedata.normalize("NFKC", text)).upper().removeprefix("登録").lstrip(":")
    if len(letters) != 10 or not letters.startswith("K") or not set(letters) <= set(ALPHABET):
        return None
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def case_label(seq: int) -> str:
    """`T-0412` for the 412th case of a municipality; longer from 10,000 on. Raises `ValueError` below 1."""
    return _label("T", seq)


def report_label(seq: int) -> str:
    """`L-0412`, the 通報番号 that a partner is given; same count as the case. Raises `ValueError` below 1."""
    return _label("L", seq)


def label_of(seq: int, route: str) -> str:
    """What staff and reporter call the case: `L-0412` for a partner's report or 連絡票, `T-0412` for any other."""
    return report_label(seq) if route in REPORTED else case_label(seq)


def parse_label(text: str) -> int | None:
    """The count in a label that staff typed (`t-412`, `Ｔ－０４１２`, `412`, `練習-T-12`); `None` if it is none."""
    compact = _HYPHENS.sub("", unicodedata.normalize("NFKC", text)).upper()
    found = re.fullmatch(r"(練習)?[TL]?([0-9]{1,12})", compact)
    count = int(found.group(2)) if found else 0
    return count + PRACTICE if found and found.group(1) and count else count or None


def _label(letter: str, seq: int) -> str:
    if seq < 1:
        raise ValueError("a case is counted from 1")
    return f"{letter}-{seq:04d}" if seq <= PRACTICE else f"{PREFIX}-{letter}-{seq - PRACTICE:04d}"
