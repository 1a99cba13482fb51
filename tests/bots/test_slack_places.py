"""A card in every channel that its case belongs to: one channel's trouble is no other's, and what left is one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from play_town import STORY, Town, assessment
from slack_rooms import Rooms

from bots.deliver import Senders, deliver
from bots.slack import home_rows
from bots.slack.channels import lane, place_of, places
from bots.slack.limits import problems
from bots.slack.post import SlackPoster
from handoff import desk, ledger, login, queue, records
from handoff.desk_records import SlackHome
from handoff.office import StaffRef
from handoff.plan import Facts, Source, decide
from handoff.records import SlackCard
from intake import cases
from intake.clock import now_ms, to_datetime
from intake.records import Case, Outgoing
from triage.assessment import Domain

MAIN, KODOMO, HOKATSU, CHILD = "C0MADOGUCHI", "C0KODOMO", "C0HOKATSU", "C0CHILD"
CHANNELS = {"kodomo": KODOMO, "hokatsu": HOKATSU, "domain:child": CHILD}


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


def sent(town: Town, rooms: Rooms) -> None:
    """Deliver all that waits, as the jobs would, until nothing new is written."""
    senders = Senders({}, {"mihon": SlackPoster(rooms, MAIN, CHANNELS)})  # type: ignore[arg-type]
    seen: set[int] = set()
    while fresh := {row.id for row in town.all(Outgoing, channel="slack")} - seen:
        for row_id in sorted(fresh):
            deliver(town.parts, senders, row_id, 0)
        seen |= fresh


def told(town: Town, **domains: Any) -> int:
    """A case that was read; its id."""
    town.say(STORY)
    case, _ = town.case()
    done(town, case.id)
    read(town, case.id, **domains)
    return case.id


def done(town: Town, case_id: int) -> None:
    """The person has said that this is all."""
    with town.parts.sessions.begin() as session:
        both = ledger.case_and_ticket(session, "mihon", case_id, lock=True)
        assert both is not None
        queue.finish(town.office, session, *both, now_ms())


def read(town: Town, case_id: int, upto: int = 1, **changes: Any) -> None:
    found = assessment(**changes)
    with town.parts.sessions.begin() as session:
        both = ledger.case_and_ticket(session, "mihon", case_id, lock=True)
        assert both is not None
        made = decide(found, Facts(Source.RESIDENT, "ja", 9), town.office.pack, to_datetime(now_ms()))
        queue.take_reading(town.office, session, *both, found, made, upto=upto, now=now_ms())


def act(town: Town, what: Callable[..., Any], *given: Any, **more: Any) -> Any:
    with town.parts.sessions.begin() as session:
        return what(town.office, session, *given, **more)


def handed(town: Town, case_id: int, staff: StaffRef, to: str) -> None:
    act(town, desk.hand, case_id, staff, to, "C3", "訪問をお願いします", "LINEでのやりとり", now_ms())


def test_places_are_a_pure_matter() -> None:
    assert places(CHANNELS, ["kodomo", "marugoto"], ["child", "poverty"]) == {CHILD: False, KODOMO: True}
    assert places({"kodomo": "C1", "domain:child": "C1"}, ["kodomo"], ["child"]) == {"C1": True}
    assert place_of(lane("mihon", 7)) == ""
    assert place_of(lane("mihon", 7, "C1")) == "C1"
    assert place_of("line:7") == ""


def test_a_card_stands_where_the_case_belongs_and_becomes_one_line_where_it_left(town: Town, rooms: Rooms) -> None:
    satou = town.staff("佐藤")
    case_id = told(town, domains=frozenset({Domain.CHILD}))
    sent(town, rooms)
    assert [len(rooms.of(place)) for place in (MAIN, KODOMO, HOKATSU, CHILD)] == [1, 0, 0, 1]
    handed(town, case_id, satou, "hokatsu")
    sent(town, rooms)
    assert "つなぎ中" in rooms.of(HOKATSU)[0]
    act(town, desk.take_back, case_id, satou, "ちがう窓口でした", now_ms())
    sent(town, rooms)
    (moved,) = rooms.of(HOKATSU)
    assert "T-0001 はほかの窓口に移りました" in moved
    assert "action_id" not in moved
    assert "担当あり" in rooms.of(MAIN)[0]
    standing = {card.channel: card.version for card in town.all(SlackCard)}
    act(town, desk.note, case_id, satou, "メモ", now_ms())
    sent(town, rooms)
    after = {card.channel: card.version for card in town.all(SlackCard)}
    assert after[HOKATSU] == standing[HOKATSU] == 0
    assert after[MAIN] > standing[MAIN]
    handed(town, case_id, satou, "hokatsu")  # it comes back: the same message is a card again
    sent(town, rooms)
    assert len(rooms.of(HOKATSU)) == 1
    assert "つなぎ中" in rooms.of(HOKATSU)[0]


def test_corrected_domains_leave_their_channel(town: Town, rooms: Rooms) -> None:
    case_id = told(town, domains=frozenset({Domain.CHILD}))
    sent(town, rooms)
    read(town, case_id, upto=2**62, domains=frozenset({Domain.POVERTY}))
    sent(town, rooms)
    assert "移りました" in rooms.of(CHILD)[0]


@pytest.mark.parametrize("trouble", ["shared", "limited"])
@pytest.mark.parametrize("place", [MAIN, CHILD])
def test_one_channels_trouble_holds_up_no_other(town: Town, rooms: Rooms, trouble: str, place: str) -> None:
    getattr(rooms, trouble).add(place)
    case_id = told(town, domains=frozenset({Domain.CHILD}))
    sent(town, rooms)
    other = CHILD if place == MAIN else MAIN
    assert (len(rooms.of(place)), len(rooms.of(other))) == (0, 1)
    here = CHILD if place == CHILD else ""
    states = {row.state for row in town.all(Outgoing, purpose="card") if place_of(row.lane) == here}
    assert states == ({"held"} if trouble == "shared" else {"waiting"})
    if (trouble, place) == ("limited", MAIN):
        return  # the case's next change waits for these seconds too
    act(town, desk.claim, case_id, town.staff("佐藤"), now_ms())
    sent(town, rooms)
    assert "担当：佐藤" in rooms.of(other)[0]


def test_an_excerpt_goes_with_what_was_taken_back_or_erased(
    town: Town, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = town.parts.tenants["mihon"]
    office = replace(tenant.office, packs=replace(tenant.pack, excerpt=True))
    monkeypatch.setitem(town.parts.tenants, "mihon", replace(tenant, office=office))
    town.say("水道が止まると言われました。きんいろ", ref="m-1")
    case, _ = town.case()
    done(town, case.id)
    read(town, case.id, domains=frozenset({Domain.CHILD}))
    satou = town.staff("佐藤")
    handed(town, case.id, satou, "hokatsu")
    sent(town, rooms)
    assert "きんいろ" in rooms.of(MAIN)[0]
    assert "きんいろ" in rooms.of(HOKATSU)[0]
    assert "きんいろ" not in rooms.of(CHILD)[0]  # several desks may read a domain's channel
    town.unsend("m-1")
    sent(town, rooms)
    assert "きんいろ" not in "".join(map(str, rooms.posts.values()))
    assert "移りました" not in rooms.of(CHILD)[0]  # not moved: it will be read anew
    act(town, desk.take_back, case.id, satou, "ちがう窓口でした", now_ms())
    act(town, desk.release, case.id, satou, now_ms())
    with town.parts.sessions.begin() as session:
        both = ledger.case_and_ticket(session, "mihon", case.id, lock=True)
        assert both is not None
        queue.erased(town.office, session, *both, now_ms())
        cases.erase_case(session, both[0], now_ms())
    sent(town, rooms)
    for place in (MAIN, CHILD, HOKATSU):
        (only,) = rooms.of(place)
        assert "本人が消しました" in only
        assert "action_id" not in only


def linked(town: Town, name: str, user: str, role: str = "intake") -> StaffRef:
    staff = town.staff(name, role)
    with town.parts.sessions.begin() as session:
        login.link_identity(session, "mihon", "slack", f"T0MIHON:{user}", staff.id)
    return staff


def opens_home(town: Town, user: str) -> None:
    """The event as Slack sends it, through acceptance and the answer job."""
    from bots.answer import answer
    from bots.slack.parse import from_payload, seen_only
    from bots.slack.route import accept_slack

    event = {"type": "app_home_opened", "user": user, "channel": "D1", "tab": "home", "event_ts": "1.0"}
    payload = {"type": "event_callback", "team_id": "T0MIHON", "event_id": f"Ev{user}{now_ms()}", "event": event}
    arrival = seen_only(from_payload(payload))
    taken: list[int] = []

    class Acceptor:
        def accept_now(self, what: Any) -> bool:
            from bots.accept import record

            with town.parts.sessions.begin() as session:
                row_id = record(town.parts, session, what)
            assert row_id is not None
            taken.append(row_id)
            return True

    accept_slack("mihon", Acceptor(), arrival)  # type: ignore[arg-type]
    assert answer(town.parts, taken[0]) in ("done", "handled", "answered")


def test_the_home_lists_cases_without_a_word_and_follows_them(
    town: Town, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    satou = linked(town, "佐藤", "U1")
    case_id = told(town, domains=frozenset({Domain.CHILD}))
    opens_home(town, "U1")
    sent(town, rooms)
    home = rooms.homes["U1"]
    text = json.dumps(home, ensure_ascii=False)
    assert problems(home) == []
    assert "T-0001" in text
    assert "case_claim" in text
    assert "介護" not in text
    assert town.one(SlackHome, user_id="U1").drawn_at > 0
    act(town, desk.claim, case_id, satou, now_ms())
    act(town, desk.note, case_id, satou, "メモ", now_ms())
    sent(town, rooms)
    rounds = [row for row in town.all(Outgoing, purpose="home") if "-r" in row.dedupe]
    assert 1 <= len(rounds) <= 2  # once a round, however much changed
    monkeypatch.setattr(home_rows, "ROUND_MS", 1)
    act(town, desk.note, case_id, satou, "メモ", now_ms())
    sent(town, rooms)
    after = json.dumps(rooms.homes["U1"], ensure_ascii=False)
    assert "case_reply" in after
    assert "case_claim" not in after


def test_who_is_not_linked_sees_how_to_be_and_who_left_sees_no_cases(
    town: Town, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_rows, "ROUND_MS", 1)
    opens_home(town, "U9")
    sent(town, rooms)
    assert "U9" in json.dumps(rooms.homes["U9"], ensure_ascii=False)
    assert town.all(SlackHome) == []
    staff = linked(town, "佐藤", "U1")
    case_id = told(town)
    opens_home(town, "U1")
    sent(town, rooms)
    with town.parts.sessions.begin() as session:
        session.get_one(records.Staff, staff.id).active = False
    act(town, desk.claim, case_id, town.staff("田中"), now_ms())
    sent(town, rooms)
    assert "T-0001" not in json.dumps(rooms.homes["U1"], ensure_ascii=False)
    assert town.all(SlackHome) == []


def test_figures_people_see_no_cases_in_their_home(town: Town, rooms: Rooms) -> None:
    linked(town, "もも", "U1", "manager")
    told(town)
    opens_home(town, "U1")
    sent(town, rooms)
    assert "T-0001" not in json.dumps(rooms.homes["U1"], ensure_ascii=False)
    assert town.one(Case).number == 1
