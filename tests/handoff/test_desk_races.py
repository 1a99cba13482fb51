"""Two things at once, each in a transaction of its own: nobody waits for ever, and every case has its one place."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from desk_kit import act, case_of, refused, ticket_of
from play_town import Town
from sqlalchemy import update

from bots.practice.making import PracticeTown
from handoff import (
    acting,
    answers,
    desk,
    drafts,
    folding,
    leaving,
    ledger,
    linking,
    overlay,
    overlay_desks,
    queue,
    sightings,
)  # fmt: skip
from handoff.office import Conflict, Refused
from handoff.records import CaseLink, Staff, Ticket
from intake.clock import now_ms
from intake.ids import new_id
from intake.records import Case

on_postgresql = pytest.mark.parametrize("standing_parts", ["postgresql"], indirect=True)
SLOW_S = 0.3
"""How long each holds its first lock, so that the other surely has its own by then."""


def both(*acts: Callable[[], Any]) -> list[Any]:
    """What came of each, begun at the same moment: its result, or the code with which it was refused."""

    def tried(one: Callable[[], Any]) -> Any:
        try:
            return one()
        except Refused as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(tried, acts))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has locked a case thinks for a while before they touch another."""
    real = ledger.case_and_ticket

    def slowly(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        if more.get("lock"):
            time.sleep(SLOW_S)
        return found

    monkeypatch.setattr(ledger, "case_and_ticket", slowly)


@pytest.fixture
def pair(town: Town) -> tuple[int, int]:
    return case_of(town, "U-a", "祖母の薬代が払えません"), case_of(town, "U-b", "家賃が払えません")


@on_postgresql
@pytest.mark.usefixtures("slow")
def test_two_fold_crosswise_and_one_wins(town: Town, pair: tuple[int, int]) -> None:
    one, other = pair
    satou, tanaka = town.staff("佐藤"), town.staff("田中")
    found = both(
        lambda: act(town, folding.fold, one, other, satou, now_ms()),
        lambda: act(town, folding.fold, other, one, tanaka, now_ms()),
    )
    assert sorted(found, key=str) == [None, "folded"]
    assert sorted(ticket_of(town, case).folded_into is None for case in pair) == [False, True]


@on_postgresql
@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("which", [(0, 1), (1, 0)])
def test_the_main_case_goes_while_somebody_writes_in_the_folded_one(
    town: Town, pair: tuple[int, int], which: tuple[int, int]
) -> None:
    folded, main = pair[which[0]], pair[which[1]]
    act(town, folding.fold, folded, main, town.staff(), now_ms())

    def on(case_id: int, what: Callable[..., None]) -> None:
        with town.work() as session:
            found = ledger.case_and_ticket(session, "mihon", case_id, lock=True)
            assert found is not None
            what(town.office, session, *found, now_ms())

    assert both(lambda: on(main, queue.erased), lambda: on(folded, queue.person_wrote)) == [None, None]
    assert ticket_of(town, folded).folded_into is None


@on_postgresql
@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("which", [(0, 1), (1, 0)])
def test_practice_is_cleared_while_somebody_writes_in_it(
    town: Town, pair: tuple[int, int], which: tuple[int, int]
) -> None:
    folded, main = pair[which[0]], pair[which[1]]
    act(town, folding.fold, folded, main, town.staff(), now_ms())
    with town.work() as session:
        session.execute(update(Ticket).values(practice=True))

    def write() -> None:
        with town.work() as session:
            found = ledger.case_and_ticket(session, "mihon", folded, lock=True)
            if found is not None and found[0].erased_at is None:
                queue.person_wrote(town.office, session, *found, now_ms())

    parts = town.parts
    assert both(PracticeTown(parts, parts.tenants["mihon"]).clear, write) == [2, None]


@on_postgresql
@pytest.mark.usefixtures("slow")
def test_a_link_is_decided_while_the_machine_finds_more_reasons_for_it(town: Town, pair: tuple[int, int]) -> None:
    low, high = sorted(pair)
    with town.work() as session:
        link = CaseLink(
            id=new_id(), tenant="mihon", low_case=low, high_case=high, reasons="near", state="suggested", at=now_ms()
        )  # fmt: skip
        session.add(link)
    staff, words = town.staff(), "北町1丁目2番3号"

    def place(case_id: int) -> None:
        with town.work() as session:
            found = ledger.case_and_ticket(session, "mihon", case_id, lock=True)
            assert found is not None
            sightings.place_words(town.office, session, *found, words, now_ms())

    place(high)
    assert both(
        lambda: act(town, linking.decide, link.id, staff, "confirm", now_ms()), lambda: place(low)
    ) == [None, None]  # fmt: skip


@pytest.mark.parametrize("wish", ["claim", "hand", "reply"])
def test_who_has_left_meanwhile_takes_nothing(town: Town, wish: str) -> None:
    case_id, satou, home = town.open(), town.staff(), town.office.pack.fallback
    act(town, leaving.hand_over, None, satou.id, {}, now_ms())
    more: dict[str, tuple[Any, ...]] = {
        "claim": (now_ms(),), "hand": (home, "C8", "お願い", "続ける", now_ms()), "reply": ("返事", now_ms(), "once"),
    }  # fmt: skip
    refused(town, "left", getattr(desk, wish), case_id, satou, *more[wish])
    assert ticket_of(town, case_id).owner_id is None


def test_who_moved_to_another_desk_meanwhile_takes_nothing_of_the_old_one(town: Town) -> None:
    case_id = town.open()
    worker = town.staff("鈴木", "worker", town.office.pack.fallback)
    with town.work() as session:
        session.get_one(Staff, worker.id).desk = "kodomo"
    refused(town, "moved", desk.claim, case_id, worker, now_ms())


def test_a_claim_and_its_makers_leaving_at_once_leave_no_owner_who_is_gone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, satou, real = town.open(), town.staff(), acting.moved

    def slowly(*args: Any, **more: Any) -> str:
        time.sleep(SLOW_S)
        return real(*args, **more)

    def leave() -> None:
        time.sleep(SLOW_S / 2)  # the claim has looked at everything by now, and has not been written
        act(town, leaving.hand_over, None, satou.id, {}, now_ms())

    monkeypatch.setattr(desk, "moved", slowly)
    found = both(lambda: act(town, desk.claim, case_id, satou, now_ms()), leave)
    row, person = ticket_of(town, case_id), town.one(Staff, id=satou.id)
    assert found == [None, "changed"]
    assert (row.owner_id, person.active) == (satou.id, True)


def test_two_leave_and_name_each_other(town: Town, pair: tuple[int, int]) -> None:
    people = (town.staff("佐藤"), town.staff("田中"))
    for case_id, person in zip(pair, people, strict=True):
        act(town, desk.claim, case_id, person, now_ms())

    def leave(who: int) -> int:
        to = {pair[who]: f"staff:{people[1 - who].id}"}
        gone: int = act(town, leaving.hand_over, None, people[who].id, to, now_ms())
        return gone

    found = both(lambda: leave(0), lambda: leave(1))
    stays = people[found.index("changed")]
    assert 1 in found
    assert [ticket_of(town, case_id).owner_id for case_id in pair] == [stays.id, stays.id]


def test_what_the_person_wrote_while_it_was_being_closed_is_not_closed_away(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    act(town, desk.claim, case_id, satou, now_ms())
    with town.work() as session:
        seen = answers.newest_id(session, case_id)
    town.say("やっぱり助けてください")
    with pytest.raises(Conflict) as found:
        act(town, desk.close, case_id, satou, "done", "", now_ms(), seen_upto=seen)
    assert found.value.code == "words_meanwhile" and "読み直して" in found.value.message_ja
    assert ticket_of(town, case_id).state == "claimed"
    with town.work() as session:
        seen = answers.newest_id(session, case_id)
    act(town, desk.close, case_id, satou, "done", "", now_ms(), seen_upto=seen)


def test_two_windows_of_one_person_keep_a_draft_at_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id, satou, real = town.open(), town.staff(), drafts.seen_by

    def slowly(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        time.sleep(SLOW_S)
        return found

    monkeypatch.setattr(drafts, "seen_by", slowly)
    wishes = [lambda word=word: act(town, drafts.save, case_id, satou, word, now_ms()) for word in ("一", "二")]
    assert both(*wishes) == [None, None]
    monkeypatch.undo()
    with town.work() as session:
        assert drafts.load(town.office, session, case_id, satou) in ("一", "二")


@on_postgresql
@pytest.mark.usefixtures("slow")
def test_a_desk_is_closed_while_one_of_its_people_takes_a_case_there(town: Town) -> None:
    case_id, home = town.open(), town.office.pack.fallback
    worker = town.staff("鈴木", "worker", home)
    pack = town.office.pack
    left = replace(pack, desks=tuple(found for found in pack.desks if found.id != home), fallback="kodomo")
    gone = overlay.Change(1, "desk", home, json.dumps({"retired_to": "kodomo"}))

    def closing() -> int:
        with town.work() as session:
            return overlay_desks.move_left_behind(town.office, session, left, now_ms(), None, [gone])

    found = both(closing, lambda: act(town, desk.claim, case_id, worker, now_ms()))
    assert found[0] == 1 and found[1] in (None, "moved")
    assert town.one(Staff, id=worker.id).desk == "kodomo"


def test_a_case_erased_since_somebody_looked_is_seen_as_erased(town: Town) -> None:
    case_id = town.open()
    with town.work() as session:
        before = ledger.case_and_ticket(session, "mihon", case_id)
        assert before is not None
        erase = update(Case).where(Case.id == case_id).values(erased_at=now_ms())
        session.execute(erase, execution_options={"synchronize_session": False})
        after = ledger.case_and_ticket(session, "mihon", case_id, lock=True)
        assert after is not None and after[0].erased_at is not None


def test_a_folded_case_whose_owner_leaves_calls_nobody_out_to_the_one_it_stands_under(
    town: Town, pair: tuple[int, int]
) -> None:
    folded, main = pair
    satou, tanaka = town.staff("佐藤"), town.staff("田中")
    act(town, desk.claim, folded, satou, now_ms())
    act(town, desk.claim, main, tanaka, now_ms())
    act(town, desk.set_urgency, folded, satou, "emergency", "", now_ms())
    act(town, folding.fold, folded, main, satou, now_ms())
    before = _called(town)
    act(town, leaving.hand_over, None, satou.id, {folded: "desk"}, now_ms())
    assert _called(town) == before
    assert ticket_of(town, folded).owner_id is None


def _called(town: Town) -> list[tuple[str, str]]:
    return [job for job in town.jobs() if job[0] in ("remind", "call")]
