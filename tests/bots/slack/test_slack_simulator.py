"""Hands on the simulator's screens, our bot behind it: over HTTP and in Socket Mode, with the real desk."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from serve_kit import free_socket, served
from slack_desk import CHANNEL, STAFF, TEAM, Desk, product
from slack_town import Town, founded
from slack_world import NOW, assessment, walk
from sqlalchemy import delete, select

from bots.simulator.app import create_app
from bots.simulator.client import SimulatorClient
from bots.simulator.settings import SimulatorSettings
from bots.simulator.slack_workspace import STRANGER
from bots.slack import names, post
from bots.slack.app import make_bolt
from bots.slack.card import card
from bots.slack.socket import SocketLink
from handoff import ledger, login, plan_store, queue, view
from handoff.plan import Facts, Source, decide
from handoff.records import Correction
from intake.clock import to_datetime
from intake.records import Case
from triage.assessment import Assessment, Domain


@pytest.fixture(scope="module", params=["http", "socket"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One simulator and one bot for all tests of a way in; each test brings its own case."""
    sock, product_sock = free_socket(), free_socket()
    with contextlib.ExitStack() as stack:
        town = stack.enter_context(founded(tmp_path_factory.mktemp("town")))
        town.parts = replace(town.parts, office=replace(town.parts.office, undo_seconds=30))
        settings = SimulatorSettings(
            product_url=f"http://127.0.0.1:{product_sock.getsockname()[1]}",
            port=sock.getsockname()[1],
            line_channel_secret="line-secret",
            line_access_token="line-token",
            slack_signing_secret=town.parts.signing_secret,
            slack_bot_token="xoxb-sim",
            slack_app_token="xapp-sim",
            slack_retry_delays_s=(0.01,),
            slack_ack_timeout_s=5.0,
            trigger_ttl_s=30.0,
        )
        with town.sessions.begin() as session:
            staff_id = login.add_staff(session, "mihon", "受付さん", "intake", "", NOW)
            login.link_identity(session, "mihon", "slack", f"{TEAM}:{STAFF}", staff_id)
        url = stack.enter_context(served(create_app(settings), sock))
        sim = stack.enter_context(SimulatorClient(url))
        made = Desk(town, town.parts, sim, set())
        made.parts = replace(
            town.parts,
            team_id=TEAM,
            bot_token="xoxb-sim",
            app_token="xapp-sim",
            channel_id=CHANNEL,
            api_base=url + "/slack-api/",
            accept=made.accept,
        )
        stack.enter_context(served(product(made.parts, request.param), product_sock))
        yield made
        sim.settle()


def test_a_case_from_card_to_answer(desk: Desk) -> None:
    case_id = desk.town.case("水道が止まると言われました")
    ts = desk.draw(case_id)
    assert "水道" not in json.dumps(desk.sim.channel(), ensure_ascii=False)

    desk.sim.press(ts, names.OPEN)
    shown = desk.sim.open_view()
    assert shown is not None
    assert "水道が止まると言われました" in json.dumps(shown, ensure_ascii=False)
    desk.sim.close_view()

    desk.sim.press(ts, names.CLAIM)
    assert desk.until(lambda: desk.ticket(case_id).owner_id)
    assert desk.draw(case_id, ts) == ts
    assert "受付さん" in json.dumps(desk.sim.channel(), ensure_ascii=False)

    desk.sim.press(ts, names.REPLY)
    assert desk.sim.submit(values={"reply-0": "あした伺います"})["result"] == "update"
    preview = desk.sim.open_view()
    assert preview is not None
    assert preview["callback_id"] == names.REPLY_SEND
    assert desk.town.rows(channel="line", purpose="reply") == []
    assert desk.sim.submit()["result"] == "clear"
    assert len(desk.town.rows(channel="line", purpose="reply", case_id=case_id)) == 1

    desk.choose(ts, names.CLOSE)
    assert desk.sim.submit(values={"reason": "done"})["result"] == "clear"
    assert desk.ticket(case_id).state == "closed"
    assert desk.sim.warnings() == []


def test_a_template_follows_what_was_typed_and_an_answer_is_taken_back(desk: Desk) -> None:
    case_id = desk.town.case()
    ts = desk.draw(case_id)
    desk.sim.press(ts, names.REPLY)
    first = desk.sim.open_view()
    assert first is not None
    (menu,) = (found for found in walk(first["blocks"]) if found.get("action_id") == names.TEMPLATE)
    assert "押したカードのあと" not in json.dumps(first, ensure_ascii=False)
    chosen = menu["options"][0]["value"]
    view_id = first["id"]
    desk.sim.press("", names.TEMPLATE, value=chosen, view_id=view_id, values={"reply-0": "こんにちは。"})
    filled = desk.sim.open_view()
    assert filled is not None
    (field,) = (block for block in filled["blocks"] if block["type"] == "input")
    assert field["block_id"] == "reply-1"
    words = field["element"]["initial_value"]
    assert words.startswith("こんにちは。\n")
    assert len(words) > 20
    assert desk.sim.submit()["result"] == "update"
    assert "30秒のあいだは取り消せます" in json.dumps(desk.sim.open_view(), ensure_ascii=False)
    assert desk.sim.submit()["result"] == "clear"
    (row,) = desk.town.rows(channel="line", purpose="reply", case_id=case_id)
    told = desk.sim.channel()["ephemerals"][-1]
    assert "たつと送られます" in told["text"]
    desk.sim.press(told["ts"], names.UNDO)
    assert desk.until(lambda: "取り消しました" in desk.whispers()[-1])
    assert [found.state for found in desk.town.rows(id=row.id)] == ["dropped"]
    desk.sim.press(ts, names.REPLY)
    again = json.dumps(desk.sim.open_view(), ensure_ascii=False)
    assert "まえに書いて、送っていない文です" in again
    assert "こんにちは。" in again
    assert "押したカードのあとに変わっています" in again  # this card was not drawn anew
    desk.sim.close_view()


def test_hold_fold_and_reopen_have_their_modals(desk: Desk) -> None:
    first, second = desk.town.case(), desk.town.case()
    ts = desk.draw(second)
    desk.choose(ts, names.HOLD)
    assert desk.sim.submit(values={"until": "1h"})["result"] == "clear"
    assert desk.ticket(second).hold_until is not None
    desk.draw(second, ts)
    desk.choose(ts, names.UNHOLD)
    assert desk.until(lambda: desk.ticket(second).hold_until is None)
    desk.choose(ts, names.FOLD)
    assert desk.sim.submit()["result"] == "errors"
    with desk.town.sessions() as session:
        number = session.get_one(Case, first).number
    assert desk.sim.submit(values={"number": f"T-{number}"})["result"] == "clear"
    assert desk.ticket(second).folded_into == first
    desk.draw(second, ts)
    desk.sim.press(ts, names.UNFOLD)
    assert desk.until(lambda: desk.ticket(second).folded_into is None)
    desk.draw(second, ts)
    desk.choose(ts, names.CLOSE)
    assert desk.sim.submit(values={"reason": "done"})["result"] == "clear"
    desk.draw(second, ts)
    desk.sim.press(ts, names.REOPEN)
    assert desk.sim.submit(values={"reason": "また連絡があった"})["result"] == "clear"
    assert desk.ticket(second).state == "received"
    assert desk.sim.warnings() == []


def test_a_thread_message_stays_in_slack(desk: Desk) -> None:
    case_id = desk.town.case()
    ts = desk.draw(case_id)
    rows, seen = len(desk.town.rows()), len(desk.seen)
    desk.sim.write("あした伺いますと伝えて", thread_ts=ts)
    desk.sim.settle()
    assert len(desk.seen) == seen + 1
    assert len(desk.town.rows()) == rows
    assert desk.town.rows(channel="line", case_id=case_id) == []


def test_urgency_and_page(desk: Desk) -> None:
    case_id = desk.town.case()
    ts = desk.draw(case_id)
    desk.choose(ts, names.RAISE_HIGH)
    assert desk.until(lambda: desk.ticket(case_id).urgency == "high")
    desk.draw(case_id, ts)
    desk.choose(ts, names.URGENCY)
    assert desk.sim.submit(values={"urgency-high": "normal"})["result"] == "errors"
    assert desk.sim.submit(values={"reason": "電話で話して落ちついた"})["result"] == "clear"
    assert desk.ticket(case_id).urgency == "normal"
    desk.sim.press(ts, names.PAGE)
    assert desk.until(lambda: desk.town.rows(purpose="page", case_id=case_id))
    assert any("当番を呼び出しました" in words for words in desk.whispers())


def test_correct(desk: Desk) -> None:
    case_id, office = desk.town.case(), desk.town.office
    read = assessment("水道", domains=frozenset({Domain.CHILD}), themes=frozenset({"school"}))
    with desk.town.sessions.begin() as session:
        found = ledger.case_and_ticket(session, "mihon", case_id, lock=True)
        assert found is not None
        made = decide(read, Facts(Source.RESIDENT, "ja", 9), office.pack, to_datetime(NOW))
        queue.take_reading(office, session, *found, read, made, upto=1, now=NOW)
    ts = desk.draw(case_id)
    desk.choose(ts, names.CORRECT)
    assert desk.sim.submit()["result"] == "errors", "nothing was changed yet"
    assert desk.sim.submit(values={"domains-child": ["poverty"]})["result"] == "clear"
    counted = desk.until(lambda: _poverty(desk, case_id))
    assert (counted.domains, counted.themes) == ({Domain.POVERTY}, {"school"})
    desk.draw(case_id, ts)
    with desk.town.sessions() as session:
        assert session.scalars(select(Correction.case_id)).all() == [case_id]
    assert desk.sim.warnings() == []
    with desk.town.sessions.begin() as session:
        session.execute(delete(Correction))


def _poverty(desk: Desk, case_id: int) -> Assessment | None:
    read = plan_store.reading_of(desk.town.office.sealer, desk.ticket(case_id))
    return read if read is not None and Domain.POVERTY in read.domains else None


def test_hand_over(desk: Desk) -> None:
    case_id = desk.town.case()
    ts = desk.draw(case_id)
    desk.sim.press(ts, names.HAND)
    to_desk = next(one.id for one in desk.town.office.pack.desks if one.id != desk.town.office.pack.fallback)
    values = {"desk": to_desk, "ask": "訪問をお願いします", "keep": "LINEでのやりとり"}
    values |= {"basis": "C3", "decided": ["me"]}
    assert desk.sim.submit(values=values)["result"] == "clear"
    assert desk.ticket(case_id).state == "handed"


def test_a_report_with_danger(desk: Desk) -> None:
    pages = len(desk.town.rows(purpose="page"))
    desk.sim.slash("/toritsugi", "郵便がたまっている")
    assert desk.sim.open_view()
    desk.sim.press("", names.DANGER, value="yes", view_id=(desk.sim.open_view() or {})["id"])
    warned = desk.until(desk.sim.open_view)
    assert "先に 110・119" in json.dumps(warned, ensure_ascii=False)
    sent = desk.sim.submit(values={"when": "now", "danger": "yes", "wish": "unmet"})
    assert sent["result"] == "update"
    assert len(desk.town.rows(purpose="page")) == pages + 1
    assert desk.sim.warnings() == []


@pytest.mark.parametrize("user", ["U0TANTOU", STRANGER])
def test_who_is_not_linked_or_not_of_this_town_is_told_and_nothing_happens(desk: Desk, user: str) -> None:
    case_id = desk.town.case()
    ts = desk.draw(case_id)
    before = len(desk.whispers())
    for action_id in (names.CLAIM, names.OPEN, names.REPLY):
        desk.sim.press(ts, action_id, user=user)
    assert desk.sim.open_view(user) is None
    assert desk.ticket(case_id).owner_id is None
    # Who is not in the channel gets a direct message instead.
    direct = [str(found["text"]) for found in desk.sim.channel(f"D{user[1:]}")["messages"]] if user == STRANGER else []
    told = desk.whispers()[before:] + direct
    assert len(told) == 3
    assert all("できません" in words or "登録されていない" in words for words in told)


def test_events_of_every_kind_are_answered(desk: Desk) -> None:
    desk.sim.open_home()
    desk.sim.settle()
    assert all(
        tries["status"] == 200 for one in desk.sim.deliveries() for tries in one.get("tries", []) if "status" in tries
    )


def test_the_channel_is_asked_before_each_post(desk: Desk) -> None:
    client = post.make_client(desk.parts.bot_token, desk.parts.api_base)
    for kind, code in (
        ("ext_shared", "ext_shared"), ("pending_ext_shared", "pending_ext_shared"), ("org_shared", "org_shared"),
        ("public_channel", "not_private"),
    ):  # fmt: skip
        desk.sim.fault(kind)
        assert post.check_channel(client, CHANNEL) == post.Held(code)
        desk.sim.clear_faults()
    assert post.check_channel(client, CHANNEL) == post.Channel(CHANNEL)


def test_an_interrupted_post_is_found_again(desk: Desk) -> None:
    case_id = desk.town.case()
    ts = desk.draw(case_id)
    client = post.make_client(desk.parts.bot_token, desk.parts.api_base)
    with desk.town.sessions() as session:
        found = ledger.case_and_ticket(session, "mihon", case_id)
        assert found is not None
        made = card(view.item_of(desk.town.office, session, *found), None, NOW)
    assert post.post_card(client, CHANNEL, made, case_id, 9, maybe_posted=True) == ts
    assert len([one for one in desk.sim.channel()["messages"] if str(case_id) in json.dumps(one)]) == 1


async def test_socket_mode_needs_its_token(town: Town) -> None:
    with pytest.raises(ValueError, match="app token"):
        SocketLink(make_bolt(town.parts), town.parts)
    await asyncio.sleep(0)
