"""Proof by receipt and passphrase: what opens, what locks, and that nothing tells a live number from a dead one."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from play_town import TENANT, Town
from sqlalchemy import event as listen

from bots import passphrase
from bots.passphrase import fold, offered_words, prove, word_list
from bots.tries import FIRST_LOCK_MS, LONGEST_LOCK_MS, MAX_WRONG, Tries
from handoff import queue
from intake import cases
from intake.records import Case, Counter

NOW = 1_790_000_000_000
HOUR = 3_600_000
WORDS = "りんご ふうしゃ"
NOBODY = "2222-3333"


def guarded(town: Town, words: str | None = WORDS) -> str:
    """The receipt of a case with a passphrase."""
    with town.work() as session:
        vault = town.parts.vault
        case = cases.open_case(
            session, vault, TENANT, channel="line", route="resident", contact=None, receipt="7K3M-92Q5", now=NOW
        )
        queue.open_ticket(town.office, session, case, kind="consultation", now=NOW)
        case.pass_hash = passphrase.hash_of(words) if words else None
        return cases.receipt_of(town.parts.vault.sealer, case)


def tried(town: Town, receipt: str, words: str, now: int = NOW, asker: str = "a") -> str:
    with town.work() as session:
        found = prove(town.parts, session, TENANT, receipt, words, now, asker)
        return found if isinstance(found, str) else "ok"


def test_the_right_words_open_however_they_are_typed(town: Town) -> None:
    receipt = guarded(town)
    for typed in (WORDS, "リンゴ－フウシャ", " りんごふうしゃ ", "ﾘﾝｺﾞ・ﾌｳｼｬ"):
        assert tried(town, receipt.lower(), typed) == "ok"
    assert tried(town, receipt, "りんご みかん") == "no"
    assert tried(town, receipt, "") == "no"


def test_nothing_opens_without_a_passphrase_nor_after_erasing(town: Town) -> None:
    receipt = guarded(town, None)
    assert tried(town, receipt, "") == tried(town, receipt, WORDS) == "no"
    with town.work() as session:
        case = session.get(Case, town.one(Case).id)
        assert case is not None
        case.pass_hash, case.erased_at = passphrase.hash_of(WORDS), NOW
    assert tried(town, receipt, WORDS) == "no"
    assert tried(town, NOBODY, WORDS) == tried(town, "nonsense", WORDS) == "no"


@pytest.mark.parametrize("live", [True, False])
def test_five_wrong_words_lock_and_the_right_ones_must_wait(town: Town, live: bool) -> None:
    receipt = guarded(town)
    asked = receipt if live else NOBODY
    answers = [tried(town, asked, "ちがう", asker=f"a{count}") for count in range(7)]
    assert answers == ["no"] * MAX_WRONG + ["locked"] * 2
    later = NOW + FIRST_LOCK_MS
    assert tried(town, asked, "ちがう", later, "b") == "no"
    assert tried(town, asked, "ちがう", later + FIRST_LOCK_MS, "c") == "locked"
    assert tried(town, asked, WORDS, later + 2 * FIRST_LOCK_MS, "d") == ("ok" if live else "no")
    assert tried(town, asked, "ちがう", later + 2 * FIRST_LOCK_MS + 1, "e") == ("no" if live else "locked")


def test_an_asker_and_a_town_have_only_so_many_wrong_tries_an_hour(town: Town) -> None:
    receipt = guarded(town)
    codes = [f"2222-33{one}{two}" for one in "456789AB" for two in "234"]
    first = [tried(town, code, "ちがう", asker="one") for code in codes[:6]]
    assert first == ["no"] * 5 + ["locked"]
    assert tried(town, receipt, WORDS, asker="another") == "ok"
    rest = [tried(town, code, "ちがう", asker=f"x{at}") for at, code in enumerate(codes[6:])]
    assert rest.count("no") == 15 and rest[-1] == "locked"
    assert tried(town, receipt, WORDS, asker="another") == "locked"
    assert tried(town, receipt, WORDS, NOW + HOUR, asker="another") == "ok"


def test_a_hit_and_a_miss_do_the_same_work(town: Town) -> None:
    """The same number of statements and of hashes: what is left is the row itself, far below a millisecond."""
    receipt = guarded(town)
    work = {}
    for name, code in (("hit", receipt), ("miss", NOBODY)):
        seen: list[str] = []

        def count(_c: object, _k: object, statement: str, *_rest: object, seen: list[str] = seen) -> None:
            seen.append(statement.split(maxsplit=1)[0])

        listen.listen(town.parts.engine, "before_cursor_execute", count)
        assert tried(town, code, "ちがう") == "no"
        listen.remove(town.parts.engine, "before_cursor_execute", count)
        work[name] = seen
    assert work["hit"] == work["miss"]


def test_strangers_lock_nobody_out_of_their_own_talk(town: Town) -> None:
    receipt = guarded(town)
    for at in range(25):
        tried(
            town,
            receipt if at < 6 else f"2222-33{at:02d}".replace("0", "A").replace("1", "B"),
            "ちがう",
            asker=f"x{at}",
        )
    assert tried(town, receipt, WORDS, asker="one more") == "locked"
    with town.work() as session:
        assert not isinstance(prove(town.parts, session, TENANT, receipt, WORDS, NOW, "me", own=True), str)
        mine = [prove(town.parts, session, TENANT, receipt, "ちがう", NOW, f"me{at}", own=True) for at in range(7)]
    assert mine == ["no"] * MAX_WRONG + ["locked"] * 2, "who holds the telephone may not guess for ever either"


def test_a_flood_of_tries_makes_no_hashes_and_none_is_made_while_others_wait(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, made, slow = guarded(town), [], passphrase._scrypt
    monkeypatch.setattr(passphrase, "_scrypt", lambda words, salt: made.append(words) or slow(words, salt))
    for at in range(40):
        tried(town, receipt, "ちがう", asker=f"x{at}")
    assert len(made) == MAX_WRONG
    later = NOW + FIRST_LOCK_MS
    guessed = passphrase.guess(town.parts, TENANT, receipt, WORDS)
    made.clear()
    with town.work() as session:
        found = prove(town.parts, session, TENANT, receipt, WORDS, later, "b", guessed=guessed)
        assert not isinstance(found, str) and made == []
        found.pass_hash = passphrase.hash_of("べつの ことば")
        assert prove(town.parts, session, TENANT, receipt, WORDS, later, "b", guessed=guessed) == "no"


def test_old_counters_are_forgotten(town: Town) -> None:
    tried(town, NOBODY, "ちがう")
    tried(town, "2222-4444", "ちがう", NOW + 8 * 24 * HOUR, "b")
    names = [row.name[:4] for row in town.all(Counter) if row.name.startswith(("try-", "ask-"))]
    assert sorted(names) == ["ask-", "try-"]


@given(st.lists(st.tuples(st.integers(0, 48 * HOUR), st.booleans()), max_size=60))
@settings(max_examples=200, deadline=None)
def test_however_tries_are_spread_few_are_looked_at(steps: list[tuple[int, bool]]) -> None:
    """In any order of waiting and guessing: after the fifth in a row at most one try a lock, each lock longer."""
    tries, now, locks, in_row = Tries(), NOW, [], 0
    for wait, patient in steps:
        now += wait
        if tries.locked(now) and patient:
            now = tries.until
        if tries.locked(now):
            continue
        fresh = tries.until < now - 7 * 24 * HOUR
        tries = tries.wrong(now)
        in_row = 1 if fresh else in_row + 1
        locks = [] if fresh else locks
        locks.append(tries.until - now)
        assert (locks[-1] > 0) == (in_row >= MAX_WRONG)
    grown = [lock for lock in locks if lock]
    assert grown == sorted(grown)
    assert all(FIRST_LOCK_MS <= lock <= LONGEST_LOCK_MS for lock in grown)
    if grown:
        assert grown[0] == FIRST_LOCK_MS


def _sounds(word: str) -> str:
    """Without voicing, small letters and long vowels: what is misheard and mistyped."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", word) if sign not in "\u3099\u309a")
    bare = bare.translate(str.maketrans("ぁぃぅぇぉっゃゅょ", "あいうえおつやゆよ")).replace("ー", "")
    return re.sub("([おこそとのほもよろ])う", r"\1", bare)


def test_the_words_on_offer_are_many_plain_and_unlike_each_other() -> None:
    words = word_list()
    assert len(words) >= 1024
    assert all(re.fullmatch("[ぁ-んー]{3,8}", word) for word in words)
    assert len({_sounds(word) for word in words}) == len(words)
    first, second = offered_words().split(" ")
    assert first in words and second in words
    assert fold(f"{first} {second}") == first + second.replace(" ", "") or "ー" in first + second
