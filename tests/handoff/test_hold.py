"""保留: a case out of the way until its time, until the person writes, or until it becomes 今すぐ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from desk_kit import MINUTE, act, note_of, refused, steps, ticket_of
from play_town import Town

from bots import timers
from handoff import desk, hold, ledger, queue, view
from handoff.clock import TOKYO
from handoff.office import StaffRef
from handoff.records import History
from intake.clock import now_ms, to_ms

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


@pytest.fixture
def begun(town: Town) -> tuple[int, StaffRef]:
    """A case that somebody has, whose person was answered."""
    case_id, satou = town.open(), town.staff()
    act(town, desk.reply, case_id, satou, "はい", now_ms(), "a")
    return case_id, satou


def holds(town: Town) -> list[str]:
    return [job.split("-", 2)[2] for name, job in town.jobs() if name == "remind" and "-hold-" in job]


def listed(town: Town, staff: StaffRef, name: str = "mine") -> list[int]:
    with town.work() as session:
        return [item.case_id for item in view.queue(town.office, session, staff, name, now_ms())]


def test_it_ends_at_its_time_and_not_before_and_the_promise_stays(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, satou = begun
    until = now_ms() + 60 * MINUTE
    act(town, hold.hold, case_id, satou, until, "書類を待っています", now_ms())
    row = ticket_of(town, case_id)
    assert (row.hold_until, row.owner_id, row.state) == (until, satou.id, "claimed")
    entry = town.all(History, case_id=case_id, what="held")[0]
    assert note_of(town, entry) == "書類を待っています"
    assert timers.remind(town.parts, case_id, "hold-1.1") == "over", "the timer of an earlier hold ends no later one"
    assert timers.remind(town.parts, case_id, holds(town)[0]) == "woken"
    assert ticket_of(town, case_id).hold_until is None
    assert steps(town, case_id)[-1] == "hold_over"
    assert timers.remind(town.parts, case_id, holds(town)[0]) == "over"


def test_set_again_after_it_was_taken_back_it_has_a_timer_of_its_own(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, satou = begun
    until = now_ms() + 60 * MINUTE
    for _ in range(2):
        act(town, hold.hold, case_id, satou, until, "", now_ms())
        act(town, hold.unhold, case_id, satou, now_ms())
    act(town, hold.unhold, case_id, satou, now_ms())
    assert len(set(holds(town))) == 2
    assert steps(town, case_id).count("unheld") == 2


def _raise(town: Town, case_id: int, satou: StaffRef) -> None:
    act(town, desk.set_urgency, case_id, satou, "emergency", "", now_ms())


@pytest.mark.parametrize(
    ("wakes", "how"),
    [
        ("hold_over", lambda town, case_id, satou: town.say("やっぱり今日お願いします")),
        ("hold_over", _raise),
        ("hold_over", lambda town, case_id, satou: act(town, desk.page, case_id, satou, now_ms())),
        ("", lambda town, case_id, satou: act(town, desk.close, case_id, satou, "done", "", now_ms())),
    ],
)
def test_the_persons_word_danger_and_the_end_wake_it(
    town: Town, begun: tuple[int, StaffRef], wakes: str, how: Callable[[Town, int, StaffRef], object]
) -> None:
    case_id, satou = begun
    act(town, hold.hold, case_id, satou, now_ms() + 60 * MINUTE, "", now_ms())
    version = ticket_of(town, case_id).version
    how(town, case_id, satou)
    row = ticket_of(town, case_id)
    assert row.hold_until is None
    assert row.version > version, "the card is drawn anew"
    assert (wakes in steps(town, case_id)) == bool(wakes)


def test_who_gives_it_up_leaves_it_in_sight(town: Town, begun: tuple[int, StaffRef]) -> None:
    case_id, satou = begun
    act(town, hold.hold, case_id, satou, now_ms() + 60 * MINUTE, "", now_ms())
    act(town, desk.release, case_id, satou, now_ms())
    assert ticket_of(town, case_id).hold_until is None
    assert listed(town, satou, "open") == [case_id]


def test_what_may_not_be_put_off(town: Town) -> None:
    case_id, satou, now = town.open(), town.staff(), now_ms()
    other = town.staff("よそ", "worker", town.office.pack.fallback)
    due = ticket_of(town, case_id).due_at
    assert due is not None
    said = refused(town, "past_due", hold.hold, case_id, satou, due + 1, "", now)
    assert "約束" in said
    act(town, hold.hold, case_id, satou, min(due, now + MINUTE), "", now)
    act(town, hold.unhold, case_id, satou, now)
    refused(town, "not_owner", hold.hold, case_id, other, now + MINUTE, "", now)
    for wrong in (now, now - 1, now + 40 * 86_400_000):
        refused(town, "bad_until", hold.hold, case_id, satou, wrong, "", now)
    act(town, desk.set_urgency, case_id, satou, "emergency", "", now)
    refused(town, "emergency", hold.hold, case_id, satou, now + MINUTE, "", now)
    act(town, desk.set_urgency, case_id, satou, "normal", "電話で確かめました", now)
    act(town, desk.claim, case_id, satou, now)
    act(town, desk.close, case_id, satou, "done", "", now)
    refused(town, "wrong_state", hold.hold, case_id, satou, now + MINUTE, "", now)
    assert ticket_of(town, case_id).hold_until is None


def test_nobody_is_reminded_of_it_until_it_wakes(town: Town) -> None:
    case_id, satou, now = town.open(), town.staff(), now_ms()
    act(town, hold.hold, case_id, satou, now + MINUTE, "", now)
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id, lock=True) or (None, None)
        assert case is not None
        assert row is not None
        assert queue.remind(town.office, session, case, row, "normal-1.0", now) == "aside"
    before = len([job for name, job in town.jobs() if name == "remind"])
    assert timers.remind(town.parts, case_id, holds(town)[0]) == "woken"
    assert len([job for name, job in town.jobs() if name == "remind"]) == before + 1
    assert listed(town, satou, "open") == [case_id]


@pytest.mark.parametrize(
    ("code", "at", "until"),
    [
        ("1h", (2026, 11, 24, 10, 0), (2026, 11, 24, 11, 0)),
        ("tomorrow", (2026, 11, 24, 10, 0), (2026, 11, 25, 8, 30)),
        ("tomorrow", (2026, 11, 20, 17, 0), (2026, 11, 24, 8, 30)),  # Friday; Monday is a holiday
        ("monday", (2026, 11, 24, 10, 0), (2026, 11, 30, 8, 30)),
        ("monday", (2026, 11, 30, 7, 0), (2026, 12, 7, 8, 30)),
        ("week", (2026, 11, 24, 10, 0), (2026, 12, 1, 8, 30)),
        ("week", (2026, 12, 22, 10, 0), (2027, 1, 4, 8, 30)),  # over the end of the year
    ],
)
def test_choices_end_when_the_office_opens(town: Town, code: str, at: tuple[int, ...], until: tuple[int, ...]) -> None:
    now, wanted = (to_ms(datetime(*parts, tzinfo=TOKYO)) for parts in (at, until))  # type: ignore[arg-type]
    assert hold.until(code, town.office.pack, now) == wanted
    assert set(hold.CHOICES) == {"1h", "tomorrow", "monday", "week"}
