"""Delivery to Slack against a client that answers what the test wants."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from play_town import STORY, FakeReader, Town, assessment
from slack_sdk.errors import SlackApiError
from sqlalchemy import update

from bots.deliver import Senders, deliver
from bots.read import read
from bots.slack.post import SlackPoster
from handoff import calls, desk, ledger, queue
from handoff.records import SlackCard, Ticket
from intake.clock import now_ms
from intake.records import Message, Outgoing
from triage.assessment import Assessment, Kind, Urgency

FINE = {"ok": True, "channel": {"id": "C0MADOGUCHI", "is_private": True, "is_member": True}}


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Said:
    data: dict[str, Any]


@dataclass
class Refusing:
    status_code: int
    data: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def refuse(code: str, status: int = 200, **headers: str) -> Callable[[], Said]:
    def act() -> Said:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        raise SlackApiError("no", Refusing(status, {"ok": False, "error": code}, named))

    return act


def cut() -> Said:
    raise ConnectionResetError


def crash() -> Said:
    raise Crash


@dataclass
class Client:
    """The methods of `WebClient` that are used; it keeps what was posted, and `fail` answers first."""

    info: dict[str, Any] = field(default_factory=lambda: dict(FINE))
    fail: list[Callable[[], Said]] = field(default_factory=list)
    lose: bool = False
    """Post, then lose the answer once."""
    posted: list[dict[str, Any]] = field(default_factory=list)
    updated: list[dict[str, Any]] = field(default_factory=list)

    def conversations_info(self, *, channel: str) -> Said:
        return Said(self.info)

    def chat_postMessage(self, **message: Any) -> Said:  # noqa: N802 (Slack spells it so)
        if self.fail:
            return self.fail.pop(0)()
        self.posted.append(message | {"ts": f"{len(self.posted) + 1}.0"})
        if self.lose:
            self.lose = False
            raise ConnectionResetError
        return Said({"ok": True, "ts": self.posted[-1]["ts"]})

    def chat_update(self, **message: Any) -> Said:
        if self.fail:
            return self.fail.pop(0)()
        self.updated.append(message)
        return Said({"ok": True, "ts": message["ts"]})

    def conversations_history(self, **_how: Any) -> Said:
        return Said({"ok": True, "messages": list(reversed(self.posted))})

    def chat_postEphemeral(self, **message: Any) -> Said:  # noqa: N802 (Slack spells it so)
        return self.chat_postMessage(**message)


def run(town: Town, client: Client, row: Outgoing, attempt: int = 0) -> Outgoing:
    poster = SlackPoster(client, "C0MADOGUCHI")  # type: ignore[arg-type]
    deliver(town.parts, Senders({}, {"mihon": poster}), row.id, attempt)
    found: Outgoing = town.one(Outgoing, id=row.id)
    return found


def ready(town: Town, row: Outgoing) -> None:
    with town.work() as session:
        session.execute(update(Outgoing).where(Outgoing.id == row.id).values(not_before=0))


def card_row(town: Town) -> Outgoing:
    town.open()
    found: Outgoing = town.slack("card")[-1]
    return found


def test_a_card_is_posted_then_updated_in_place_and_never_twice(town: Town) -> None:
    row, client = card_row(town), Client()
    after = run(town, client, row)
    assert (after.state, after.via, after.remote_id) == ("sent", "post", "1.0")
    assert town.one(SlackCard).ts == "1.0"
    satou = town.staff()
    with town.work() as session:
        desk.claim(town.office, session, row.case_id or 0, satou, now_ms())
    newer = town.slack("card")[-1]
    assert (run(town, client, newer).via, client.updated[0]["ts"]) == ("update", "1.0")
    assert len(client.posted) == 1
    assert town.one(SlackCard).version == town.one(Ticket).version


def test_the_card_says_at_once_that_somebody_hid_the_screen(town: Town) -> None:
    row, client = card_row(town), Client()
    run(town, client, row)
    town.say("かくす")
    run(town, client, town.slack("card")[-1])
    assert "届かない可能性：画面をかくしています" in json.dumps(client.updated, ensure_ascii=False)
    town.say("相談")
    run(town, client, town.slack("card")[-1])
    assert "届かない可能性" not in json.dumps(client.updated[-1], ensure_ascii=False)


def test_an_older_card_row_finds_the_newer_one_shown(town: Town) -> None:
    first, client = card_row(town), Client()
    satou = town.staff()
    with town.work() as session:
        desk.claim(town.office, session, first.case_id or 0, satou, now_ms())
    last = town.slack("card")[-1]
    run(town, client, last)
    assert {row.state for row in town.slack("card")} == {"sent", "dropped"}
    assert len(client.posted) + len(client.updated) == 1


@pytest.mark.parametrize("flag", ["is_ext_shared", "is_archived", "public", "not_member", "not_found"])
def test_a_channel_that_must_not_be_posted_to_holds_the_row(town: Town, flag: str) -> None:
    row, client = card_row(town), Client()
    info: dict[str, Any] = dict(FINE["channel"])  # type: ignore[call-overload]
    if flag == "public":
        info["is_private"] = False
    elif flag == "not_member":
        info["is_member"] = False
    elif flag == "not_found":
        client.conversations_info = lambda **_how: refuse("channel_not_found")()  # type: ignore[method-assign]
    else:
        info[flag] = True
    client.info = {"ok": True, "channel": info}
    after = run(town, client, row)
    assert after.state == "held"
    assert after.error
    assert (client.posted, client.updated) == ([], [])


def test_asked_to_wait_it_waits_as_long(town: Town) -> None:
    row = card_row(town)
    before = now_ms()
    after = run(town, Client(fail=[refuse("ratelimited", 429, Retry_After="77")]), row)
    assert (after.state, after.error) == ("waiting", "429")
    assert after.not_before >= before + 77_000
    assert ("deliver", f"out-{row.id:019d}-1") in town.jobs()


def test_a_lost_answer_is_looked_for_before_posting_again(town: Town) -> None:
    row, client = card_row(town), Client(lose=True)
    after = run(town, client, row)
    assert after.state == "waiting"
    assert after.error.startswith("maybe")
    ready(town, row)
    assert run(town, client, row, 1).state == "sent"
    assert (len(client.posted), len(client.updated)) == (1, 1)


def test_a_lost_answer_then_a_rate_limit_is_still_looked_for(town: Town) -> None:
    row, client = card_row(town), Client(lose=True)
    run(town, client, row)
    ready(town, row)
    client.fail = [refuse("ratelimited", 429, Retry_After="1")]
    run(town, client, row, 1)
    ready(town, row)
    client.info, right = {"ok": True}, client.info
    run(town, client, row, 2)
    ready(town, row)
    client.info = right
    assert run(town, client, row, 3).state == "sent"
    assert len(client.posted) == 1


def test_a_crash_while_posting_is_reconciled(town: Town) -> None:
    row, client = card_row(town), Client()
    real = client.chat_postMessage

    def post_and_die(**message: Any) -> Said:
        real(**message)
        raise Crash

    client.chat_postMessage = post_and_die  # type: ignore[method-assign]
    with pytest.raises(Crash):
        run(town, client, row)
    assert town.one(Outgoing, id=row.id).state == "sending"
    client.chat_postMessage = real  # type: ignore[method-assign]
    assert run(town, client, row, 1).state == "sent"
    assert len(client.posted) == 1


@pytest.mark.parametrize("code", ["invalid_auth", "invalid_blocks"])
def test_what_cannot_work_fails_visibly(town: Town, code: str) -> None:
    after = run(town, Client(fail=[refuse(code)]), card_row(town))
    assert (after.state, after.error) == ("failed", code)


def test_a_page_is_repeated_after_a_crash_but_not_after_the_end(town: Town) -> None:
    town.say("助けて")
    row = town.slack("page")[0]
    with pytest.raises(Crash):
        run(town, Client(fail=[crash]), row)
    client = Client()
    assert run(town, client, row, 1).state == "sent"
    assert any("今すぐ" in message["text"] for message in client.posted)
    assert all("助けて" not in json.dumps(message, ensure_ascii=False) for message in client.posted)


@pytest.mark.parametrize("by_link", [False, True])
def test_a_call_that_somebody_took_loses_its_button_and_says_who_looks(town: Town, by_link: bool) -> None:
    town.say("助けて")
    first, client, satou = town.slack("page")[0], Client(), town.staff()
    run(town, client, first)
    page = next(message for message in client.posted if "わたしが見ます" in message["text"])
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", first.case_id or 0, lock=True) or (None, None)
        assert case is not None and row is not None
        assert calls.acknowledge(town.office, session, case, row, now_ms(), None if by_link else satou)
    (taken,) = town.slack("taken")
    client.fail = [refuse("ratelimited", 429, Retry_After="1")]
    assert run(town, client, taken).state == "waiting"
    ready(town, taken)
    assert run(town, client, taken, 1).state == "sent"
    changed = client.updated[-1]
    assert changed["ts"] == page["ts"]
    assert "T-0001 の呼び出し：" + ("だれかが見ています。" if by_link else "佐藤 さんが見ています。") == changed["text"]
    assert "わたしが見ます" in json.dumps(page, ensure_ascii=False)
    assert "わたしが見ます" not in json.dumps(changed, ensure_ascii=False)


def test_a_reminder_of_a_case_that_was_taken_is_dropped(town: Town) -> None:
    case_id, satou = town.open(), town.staff()
    with town.work() as session:
        case, row = ledger.case_and_ticket(session, "mihon", case_id) or (None, None)
        assert case is not None
        assert row is not None
        queue.remind(town.office, session, case, row, "normal-1.0", 1_795_485_600_000)  # a Tuesday at ten in Tokyo
    with town.work() as session:
        desk.claim(town.office, session, case_id, satou, now_ms())
    client = Client()
    after = run(town, client, town.slack("reminder")[0])
    assert (after.state, after.error) == ("dropped", "taken")
    assert "まだ決まって" not in json.dumps(client.posted, ensure_ascii=False)


def test_an_erased_case_leaves_a_card_without_words(town: Town) -> None:
    row, client = card_row(town), Client()
    run(town, client, row)
    town.say("けす")
    town.say("けす")
    assert run(town, client, town.slack("card")[-1]).state == "sent"
    assert "介護" not in json.dumps([client.posted, client.updated], ensure_ascii=False)


def test_small_talk_never_gets_a_card(town: Town) -> None:
    row, client = card_row(town), Client()
    assert read(town.parts, FakeReader(assessment(kind=Kind.SMALLTALK)), row.case_id or 0, 1) == "read"
    assert run(town, client, row).state == "dropped"
    assert client.posted == []


def test_a_reading_that_failed_still_reaches_people(town: Town) -> None:
    case_id = town.open(STORY)
    assert read(town.parts, FakeReader(Assessment.unread("timeout")), case_id, town.all(Message)[-1].id) == "read"
    ticket = town.one(Ticket)
    assert Urgency(ticket.urgency).rank >= Urgency.HIGH.rank
    assert ticket.kind == "consultation"
    client = Client()
    run(town, client, town.slack("card")[-1])
    assert len(client.posted) == 1
    assert [row.state for row in town.slack("card")].count("sent") == 1
