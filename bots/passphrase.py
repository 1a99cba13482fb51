"""Coming back (戻り口): proof by receipt number and passphrase (合い言葉), and what a step may know of the words.

How hard it is to guess. A receipt has 32**8 ≈ 1.1e12 codes; with 10,000 of them live, a drawn one hits with 9.1e-9.
An asker gets 5 wrong tries an hour, a municipality 20 (whoever asks): at most 175,200 a year, 1.6e-3 live codes hit.
No answer tells a hit from a miss, so each hit is worth one guess at its words: two drawn from 1,024 fit with 9.5e-7,
which makes 1.5e-9 a year; for words of one's own we reckon with 1 in 2,000 (the conversation refuses the plainest),
which makes 8e-7. Who knows a receipt has 5 tries, then one a lock: fewer than 380 a year, 3.6e-4 for drawn words.
The price: twenty wrong tries from four accounts close this door for everybody until the hour is over. Writing anew
stays open, and staff can join the cases; and nobody is locked out of their own talk on their own telephone by it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bots.partners import codes
from bots.parts import Parts
from bots.tries import Tries, decoded, marks_of
from handoff import ledger, number
from intake import cases
from intake.conversation import values as talk
from intake.db import reading
from intake.records import Case

if TYPE_CHECKING:
    from bots.talk import Turn

MAX_LETTERS = 40
_SPACES = re.compile(r"[\s\-‐‑‒–—―−ー・、,./]+")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def fold(words: str) -> str:
    """As a passphrase is compared: width, case, kana script, spaces and hyphens make no difference."""
    plain = unicodedata.normalize("NFKC", words).translate(_TO_HIRAGANA)
    return _SPACES.sub("", plain).casefold()


def hash_of(words: str) -> str:
    """The salted scrypt hash of a passphrase, for `Case.pass_hash`."""
    salt = os.urandom(16)
    return f"s1${salt.hex()}${_scrypt(words, salt).hex()}"


@dataclass(frozen=True, slots=True)
class Guess:
    """Whether words fit a stored hash, found out before the transaction that decides."""

    stored: str | None = field(repr=False)
    right: bool


def guess(parts: Parts, tenant: str, receipt: str, words: str) -> Guess:
    """The slow part of `prove`, for callers who may do it outside a write transaction: on SQLite every other writer
    waits for that one, and a hash takes tens of milliseconds. Counts nothing and tells nothing."""
    lookup = _lookup(parts, tenant, receipt)
    with reading(parts.sessions) as session:
        stored = session.scalar(
            select(Case.pass_hash).where(Case.tenant == tenant, Case.receipt_lookup == lookup, Case.erased_at.is_(None))
        )
    return Guess(stored, _fits(words, stored))


def prove(
    parts: Parts,
    session: Session,
    tenant: str,
    receipt: str,
    words: str,
    now: int,
    asker: str = "",
    *,
    own: bool = False,
    guessed: Guess | None = None,
    beside: int | None = None,
) -> Case | Literal["no", "locked"]:
    """The case that `words` open, `no`, or `locked` (too many tries; not even the right words count now).

    Equal work for a hit, a miss, an erased case and one without a passphrase: the same hash, the same statements.
    A wrong try is counted in the caller's transaction. `asker`: who asks (contact id, address), for their own limit.
    `own`: somebody at their own guarded talk; strangers' wrong tries elsewhere must not lock them out, so their tries
    are counted by themselves. `guessed`: what `guess` found; used if the passphrase is still the one it saw. `beside`:
    the asker's own case, which is locked in the same go.
    """
    lookup = _lookup(parts, tenant, receipt)
    found = session.scalar(select(Case.id).where(Case.tenant == tenant, Case.receipt_lookup == lookup)) or -1
    # The ticket is what everybody locks first; two tries at once must not share one count.
    ledger.lock_all(session, (found, beside or found))
    case = session.scalar(
        select(Case)
        .where(Case.id == found, Case.erased_at.is_(None), Case.pass_hash.is_not(None))
        .execution_options(populate_existing=True)
    )
    marks = marks_of(session, tenant, lookup, asker or lookup, parts, own=own)
    tries = decoded(marks.values[0])
    if case is not None and not own:
        tries = Tries(case.pass_tries, case.pass_locked_until or 0)
    if tries.locked(now) or marks.full(now):  # before the hash: a flood of tries costs nothing
        return "locked"
    stored = case.pass_hash if case else None
    right = guessed.right if guessed is not None and guessed.stored == stored else _fits(words, stored)
    if right and case is not None:
        if own:
            marks.clear(session)
        else:
            case.pass_tries, case.pass_locked_until = 0, None
        return case
    after = tries.wrong(now)
    session.execute(
        update(Case)
        .where(Case.id == (case.id if case and not own else -1))
        .values(pass_tries=after.count, pass_locked_until=after.until)
    )
    marks.count(session, after, now)
    return "no"


def known(turn: Turn, state: talk.State, words: str) -> talk.Known:
    """What the step may know of these words: a receipt number, a passphrase that fits or not, a partner's code.

    A proof that fits is noted in `turn.proven`: `Claim` takes no other case. Words of which no passphrase can be made
    (a story) are no try.
    """
    if not words.strip():
        return talk.Known()
    session, receipt = turn.session, number.parse_receipt(words)
    if state.locked or (state.pending == "passphrase" and receipt is None):
        wanted = _own_receipt(turn) if state.locked else state.claiming
        if not wanted or not _may_be_passphrase(words):
            return talk.Known()
        asker = str(turn.contact.id)
        found = prove(
            turn.parts, session, turn.tenant.name, wanted, words, turn.now, asker, own=state.locked,
            beside=turn.contact.case_id,
        )  # fmt: skip
        if isinstance(found, str):
            return talk.Known(proof=found)
        turn.proven = found.id
        return talk.Known(proof="ok")
    partner = codes.try_code(turn.parts, session, turn.tenant, turn.event, words, turn.now)
    return talk.Known(partner=partner, receipt=receipt)


@cache
def word_list() -> tuple[str, ...]:
    """The words from which passphrases are drawn: plain nouns in hiragana, no two alike."""
    text = files("intake.conversation").joinpath("script/passwords.txt").read_text("utf-8")
    return tuple(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def offered_words() -> str:
    """Two words drawn at random, to be offered as a passphrase (`Options.offered`)."""
    words = word_list()
    first = secrets.choice(words)
    second = secrets.choice(words)
    return f"{first} {second}"


def _may_be_passphrase(words: str) -> bool:
    return len(words.strip()) <= MAX_LETTERS and not any(mark in words.strip() for mark in "。\n！？!?")


def _own_receipt(turn: Turn) -> str:
    case = turn.session.get(Case, turn.contact.case_id) if turn.contact.case_id else None
    return cases.receipt_of(turn.parts.vault.sealer, case) if case is not None else ""


def _scrypt(words: str, salt: bytes) -> bytes:
    return hashlib.scrypt(fold(words).encode("utf-8", "replace"), salt=salt, n=2**14, r=8, p=1, dklen=32)


def _fits(words: str, stored: str | None) -> bool:
    """Compares in equal work: without a hash, one that nothing fits is computed all the same."""
    version, _, rest = (stored or "s0$00000000000000000000000000000000$" + "0" * 64).partition("$")
    salt, _, digest = rest.partition("$")
    same = hmac.compare_digest(_scrypt(words, bytes.fromhex(salt)).hex(), digest)
    return same and version == "s1" and bool(fold(words))


def _lookup(parts: Parts, tenant: str, receipt: str) -> str:
    return parts.vault.blind.of(tenant, "receipt", number.parse_receipt(receipt) or "0000-0000")
