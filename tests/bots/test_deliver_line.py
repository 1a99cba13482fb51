"""Delivery to LINE against a sender that answers what the test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from play_town import STORY, Town
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from bots.deliver import GIVE_UP_MS, Senders, deliver
from bots.line.send import Refused, Result, Sent, TokenSpent, Unclear, Wait
from handoff import desk, view
from intake.clock import now_ms
from intake.records import Contact, Outgoing
from intake.seal import Cell, Sealer


class Crash(BaseException):
    """The process dies here: no `except Exception` may see it."""


@dataclass
class Line:
    """The methods of `LineSender`; `script` answers call by call, the last answer stays."""

    script: list[Result | Callable[[], Result]] = field(default_factory=lambda: [Sent("r1")])
    calls: list[tuple[str, str, str, Sequence[Any]]] = field(default_factory=list)
    quota: int | None = None

    def reply(self, token: str, messages: Sequence[Any]) -> Result:
        self.calls.append(("reply", token, "", messages))
        return self._next()

    def push(self, to: str, messages: Sequence[Any], retry_key: str) -> Result:
        self.calls.append(("push", to, retry_key, messages))
        return self._next()

    def mark_read(self, token: str) -> Result:
        self.calls.append(("seen", token, "", ()))
        return self._next()

    def quota_left(self) -> int | None:
        return self.quota

    def _next(self) -> Result:
        found = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return found() if callable(found) else found

    def ways(self) -> list[str]:
        return [call[0] for call in self.calls]


def crash() -> Result:
    raise Crash


def run(town: Town, line: Line, row: Outgoing, attempt: int = 0) -> str:
    return deliver(town.parts, Senders({"mihon": line}, {}), row.id, attempt)  # type: ignore[dict-item]


def again(town: Town, row: Outgoing) -> Outgoing:
    found: Outgoing = town.one(Outgoing, id=row.id)
    return found


def change(town: Town, row: Outgoing, **values: Any) -> None:
    with town.work() as session:
        session.execute(update(Outgoing).where(Outgoing.id == row.id).values(**values))


def answered(town: Town, said: str = STORY) -> Outgoing:
    town.say(said)
    row: Outgoing = town.answers()[-1]
    return row


def replied(town: Town, text: str = "お電話します", once: str = "a") -> Outgoing:
    """A reply of staff: it has no reply token, so it is pushed."""
    satou = town.staff()
    with town.work() as session:
        desk.reply(town.office, session, town.case()[0].id, satou, text, now_ms(), once)
    found: Outgoing = town.all(Outgoing, purpose="reply")[-1]
    return found


def test_a_reply_goes_by_its_token_once_and_its_words_are_blanked(town: Town) -> None:
    row, line = answered(town), Line()
    assert run(town, line, row) == "done"
    assert run(town, line, row) == "done"
    assert line.ways() == ["reply"]
    assert line.calls[0][1].startswith("token-")
    after = again(town, row)
    assert (after.state, after.via, after.remote_id, after.attempts) == ("sent", "reply", "r1", 1)
    assert after.sent_at is not None
    assert (after.body_sealed, after.reply_sealed) == (None, None)


@pytest.mark.parametrize("how", ["clock", "line"])
def test_a_token_of_no_use_becomes_a_push_with_the_rows_own_key(town: Town, how: str) -> None:
    row = answered(town)
    if how == "clock":
        change(town, row, reply_until=now_ms() - 1)
    line = Line([Sent("p1")] if how == "clock" else [TokenSpent(), Sent("p1")])
    run(town, line, row)
    assert line.calls[-1][:3] == ("push", "U-play", row.retry_key)
    assert line.ways() == (["push"] if how == "clock" else ["reply", "push"])
    assert (again(town, row).state, again(town, row).via) == ("sent", "push")


def test_while_it_is_being_sent_the_row_says_so(town: Town) -> None:
    row = answered(town)
    seen: list[tuple[str, int, str]] = []

    def look() -> Result:
        now = again(town, row)
        seen.append((now.state, now.attempts, now.via))
        return Sent()

    run(town, Line([look]), row)
    assert seen == [("sending", 1, "reply")]


def test_a_crash_while_replying_is_not_repeated_and_shown_as_unknown(town: Town) -> None:
    row, line = answered(town), Line([crash])
    with pytest.raises(Crash):
        run(town, line, row)
    after = Line()
    run(town, after, row)
    assert after.calls == []
    assert again(town, row).state == "unknown"
    town.say("それから、息子のことも")
    assert town.body(town.answers()[-1]).count("受付番号") >= 1


def test_a_crash_while_pushing_is_repeated_with_the_same_key(town: Town) -> None:
    town.open()
    row, line = replied(town), Line([crash])
    change(town, town.answers()[0], state="sent")
    with pytest.raises(Crash):
        run(town, line, row)
    after = Line()
    run(town, after, row)
    assert [line.calls[-1][2], after.calls[-1][2]] == [row.retry_key] * 2
    assert again(town, row).state == "sent"


def test_an_unclear_reply_is_tried_once_more_with_the_same_token_then_unknown(town: Town) -> None:
    row, line = answered(town), Line([Unclear("500")])
    run(town, line, row)
    assert line.ways() == ["reply", "reply"]
    assert len({call[1] for call in line.calls}) == 1
    assert again(town, row).state == "unknown"


def test_an_unclear_push_is_repeated_by_push_even_while_the_token_lives(town: Town) -> None:
    """LINE refused the reply for its rate, the push's answer was lost: a reply now could say it twice."""
    row, line = answered(town), Line([Wait(1.0, "429"), Unclear("500")])
    assert run(town, line, row) == "waiting"
    change(town, row, not_before=0)
    after = Line()
    assert run(town, after, row, 1) == "done"
    assert [call[:3] for call in after.calls] == [("push", "U-play", row.retry_key)]


def test_asked_to_wait_the_row_waits_and_leaves_a_later_job(town: Town) -> None:
    town.open()
    change(town, town.answers()[0], state="sent")
    row, line = replied(town), Line([Wait(120.0, "429")])
    before = now_ms()
    assert run(town, line, row) == "waiting"
    after = again(town, row)
    assert (after.state, after.error, after.attempts) == ("waiting", "429", 1)
    assert after.not_before >= before + 120_000
    assert ("deliver", f"out-{row.id:019d}-1") in town.jobs()
    second = Line()
    assert run(town, second, row, 1) == "waiting"
    assert second.calls == [], "asked to wait, we wait"


def test_no_quota_gives_up_visibly(town: Town) -> None:
    town.open()
    change(town, town.answers()[0], state="sent")
    row = replied(town)
    run(town, Line([Wait(30.0, "429")], quota=0), row)
    assert (again(town, row).state, again(town, row).error) == ("failed", "quota")


def test_order_holds_when_an_earlier_row_of_the_lane_waits(town: Town) -> None:
    town.open()
    change(town, town.answers()[0], state="sent")
    first, second = replied(town, "一通め", "a"), None
    satou = town.one_staff()
    with town.work() as session:
        desk.reply(town.office, session, town.case()[0].id, satou, "二通め", now_ms(), "b")
    second = town.all(Outgoing, purpose="reply")[-1]
    waits = Line([Wait(60.0, "429")])
    assert run(town, waits, first) == "waiting"
    later = Line()
    assert run(town, later, second) == "waiting"
    assert later.calls == []
    change(town, first, not_before=0)
    run(town, later, second, 1)
    assert [call[3][0]["text"] for call in later.calls] == ["一通め", "二通め"]


@pytest.mark.parametrize(
    ("flag", "state", "error"), [("hidden", "dropped", "hidden"), ("blocked", "failed", "blocked")]
)
def test_nothing_is_pushed_to_who_hides_or_blocked_us(town: Town, flag: str, state: str, error: str) -> None:
    town.open()
    change(town, town.answers()[0], state="sent")
    row, line = replied(town), Line()
    with town.work() as session:
        session.execute(update(Contact).values({flag: True}))
    run(town, line, row)
    assert line.calls == []
    assert (again(town, row).state, again(town, row).error) == (state, error)


def test_hiding_takes_back_what_was_still_on_its_way(town: Town) -> None:
    first = answered(town)
    town.say("かくす")
    last, line = town.answers()[-1], Line()
    run(town, line, last)
    assert len(line.calls) == 1, "one reply of neutral bubbles, and nothing from before"
    assert (again(town, first).state, again(town, first).error) == ("dropped", "hidden")
    assert again(town, last).state == "sent"


def test_what_was_erased_is_dropped(town: Town) -> None:
    first = answered(town)
    town.say("けす")
    town.say("けす")
    line = Line()
    run(town, line, first)
    assert line.calls == []
    assert (again(town, first).state, again(town, first).error) == ("dropped", "erased")


def test_after_a_day_it_gives_up_where_staff_see_it(town: Town) -> None:
    town.open()
    change(town, town.answers()[0], state="sent")
    row = replied(town)
    change(town, row, created_at=now_ms() - GIVE_UP_MS - 1)
    assert run(town, Line([Unclear("500")]), row) == "done"
    assert again(town, row).state == "failed"


def test_a_refused_row_fails_and_the_next_one_leaves(town: Town) -> None:
    town.open()
    town.say("それから")
    line = Line([Refused("403"), Sent("x")])
    first, second = town.answers()
    run(town, line, second)
    assert [again(town, row).state for row in (first, second)] == ["failed", "sent"]


def test_a_row_that_cannot_be_sent_at_all_does_not_block_its_lane(town: Town) -> None:
    town.open()
    town.say("それから")
    first, second = town.answers()
    change(town, first, body_sealed=b"\x01broken")
    run(town, Line(), second)
    assert again(town, first).state in ("unknown", "failed")
    assert again(town, second).state == "sent"


def test_backoff_grows(town: Town) -> None:
    town.open()
    change(town, town.answers()[0], state="sent")
    row = replied(town)
    waits = []
    for attempt in range(4):
        change(town, row, not_before=0)
        before = now_ms()
        run(town, Line([Unclear("500")]), row, attempt)
        waits.append(again(town, row).not_before - before)
    assert waits == sorted(waits)
    assert waits[-1] > 10 * waits[0]


def test_without_an_account_it_fails_visibly(town: Town) -> None:
    row = answered(town)
    deliver(town.parts, Senders({}, {}), row.id, 0)
    assert (again(town, row).state, again(town, row).error) == ("failed", "no_line_account")


def test_a_database_that_is_away_for_a_moment_makes_no_reply_unknown(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, line, away = answered(town), Line(), [1, 1]
    real = Sealer.open_text

    def flaky(sealer: Sealer, cell: Cell, envelope: bytes) -> str:
        if away:
            away.pop()
            raise OperationalError("x", {}, Exception("y"))
        return real(sealer, cell, envelope)

    monkeypatch.setattr(Sealer, "open_text", flaky)
    monkeypatch.setattr("bots.patience.time.sleep", lambda _seconds: None)
    run(town, line, row)
    assert line.ways() == ["reply"]
    assert again(town, row).state == "sent"


@pytest.mark.parametrize(
    ("hidden", "answer", "state"),
    [(False, Sent(), "sent"), (False, Unclear("500"), "dropped"), (True, Sent(), "dropped")],
)
def test_read_marks_are_tried_once_and_never_after_hiding(town: Town, hidden: bool, answer: Result, state: str) -> None:
    message = {"type": "text", "id": "m-1", "text": STORY, "markAsReadToken": "read-me"}
    town.take(town.event("message", message=message))
    case_id, staff, line = town.case()[0].id, town.staff(), Line([answer])
    with town.work() as session:
        view.open_case(town.office, session, case_id, staff, now_ms(), "console")
        session.execute(update(Contact).values(hidden=hidden))
    row = town.one(Outgoing, purpose="seen")
    for earlier in town.all(Outgoing, channel="line"):
        if earlier.id < row.id:
            with town.work() as session:
                session.execute(update(Outgoing).where(Outgoing.id == earlier.id).values(state="sent"))
    run(town, line, row)
    assert town.one(Outgoing, purpose="seen").state == state
    assert [call[:2] for call in line.calls] == ([] if hidden else [("seen", "read-me")])
