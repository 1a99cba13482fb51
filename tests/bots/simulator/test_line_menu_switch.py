"""Hiding shows one person the innocent menu, 「相談」 gives theirs back: rows in order, against a running simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from play_town import TENANT, Town
from sqlalchemy import update

from bots.deliver import Senders, deliver
from bots.line import menu_row
from bots.line.account import Account
from bots.line.menus import HIDDEN, menus_for
from bots.line.send import LineSender, Sent
from bots.line.setup import Plan, set_up
from bots.settings import LineSettings
from intake.clock import now_ms
from intake.conversation import values as talk
from intake.door_records import Member
from intake.ids import new_id
from intake.records import Contact, Outgoing


@pytest.fixture
def sender(sim, settings, town: Town) -> Iterator[LineSender]:
    made = LineSender(line_of(settings))
    sim.say(town.user, "はじめまして")
    yield made
    made.close()


@pytest.fixture
def menus(sender: LineSender, settings) -> None:
    account = Account(line_of(settings))
    plan = Plan(menus_for("talk"), f"{settings.product_url}/line/mihon")
    assert all(step.ok for step in set_up(account, plan))
    account.close()


def line_of(settings) -> LineSettings:
    token = settings.line_access_token
    return LineSettings(channel_secret="x" * 16, access_token=token, api_base=settings.base_url + "/line-api")


def shown(sim, town: Town) -> str:
    """The kind of menu on the person's phone."""
    menu = sim.phone_state(town.user)["menu"]
    return menu["name"].split()[1] if menu else ""


def send_all(town: Town, sender: LineSender) -> list[Outgoing]:
    """Deliver every menu row in order; as they then are."""
    for row in town.all(Outgoing, purpose="menu"):
        deliver(town.parts, Senders({TENANT: sender}, {}), row.id, 0)
    return town.all(Outgoing, purpose="menu")


def test_hide_and_back_in_order(sim, town: Town, sender: LineSender, menus: None) -> None:
    assert shown(sim, town) == "main"
    town.say("母の介護で困っています")
    town.say("かくす")
    row = town.one(Outgoing, purpose="menu")
    assert (row.state, row.case_id, town.body(row)) == ("waiting", None, f'{{"alias": "{HIDDEN}"}}')
    assert not any(answer.lane == row.lane for answer in town.answers()), "a menu holds up no answer"
    pushed = len(sim.phone(town.user))
    assert [sent.state for sent in send_all(town, sender)] == ["sent"]
    assert shown(sim, town) == "hidden"
    town.say("相談")
    assert [sent.state for sent in send_all(town, sender)] == ["sent", "sent"]
    assert shown(sim, town) == "main"
    assert len(sim.phone(town.user)) == pushed, "a menu is no message"


def test_both_waiting_rows_leave_in_their_order(sim, town: Town, sender: LineSender, menus: None) -> None:
    for said in ("かくす", "相談", "かくす"):
        town.say(said)
    # Hiding dropped what waited for this person; the last wish stands.
    assert [row.state for row in send_all(town, sender)][-1] == "sent"
    assert shown(sim, town) == "hidden"


def test_a_partners_worker_gets_their_own_menu_back(sim, town: Town, sender: LineSender, menus: None) -> None:
    town.say("こんにちは")
    contact = town.one(Contact)
    with town.work() as session:
        mine = session.get_one(Contact, contact.id)
        menu_row.switch(town.parts, session, mine, talk.Enrol("SUIDO-01"), 1)
        session.add(Member(id=new_id(), tenant=TENANT, partner="SUIDO-01", contact_id=contact.id, joined_at=now_ms()))
    send_all(town, sender)
    assert shown(sim, town) == "worker"
    town.say("かくす")
    send_all(town, sender)
    assert shown(sim, town) == "hidden"
    town.say("相談")
    send_all(town, sender)
    assert shown(sim, town) == "worker"
    with town.work() as session:
        session.execute(update(Member).values(left_at=now_ms()))
        menu_row.switch(town.parts, session, session.get_one(Contact, contact.id), talk.LeavePartner(), 2)
    send_all(town, sender)
    assert shown(sim, town) == "main"


def test_without_menus_on_the_account_nothing_waits(sim, town: Town, sender: LineSender) -> None:
    town.say("かくす")
    town.say("相談")
    assert [(row.state, row.error) for row in send_all(town, sender)] == [("dropped", "no_menu"), ("sent", "")]
    assert shown(sim, town) == ""


def test_a_menu_that_was_made_anew_meanwhile_is_found(sim, town: Town, sender: LineSender, menus: None, line) -> None:
    assert sender.link_menu(town.user, HIDDEN) == Sent()
    target = line.get(f"/v2/bot/richmenu/alias/{HIDDEN}").json()["richMenuId"]
    order = line.get(f"/v2/bot/richmenu/{target}").json()
    del order["richMenuId"]
    fresh = line.post("/v2/bot/richmenu", json={**order, "name": "toritsugi hidden 2"}).json()["richMenuId"]
    line.post(f"/v2/bot/richmenu/{fresh}/content", content=b"\x89PNG....", headers={"Content-Type": "image/png"})
    line.post(f"/v2/bot/richmenu/alias/{HIDDEN}", json={"richMenuId": fresh})
    line.delete(f"/v2/bot/richmenu/{target}")
    town.say("かくす")
    send_all(town, sender)
    assert sim.phone_state(town.user)["menu"]["id"] == fresh


def test_line_away_keeps_the_row_and_its_wish(sim, town: Town, sender: LineSender, menus: None) -> None:
    sim.fault("error_before", "line.menu", status=503)
    town.say("かくす")
    assert [(row.state, row.error) for row in send_all(town, sender)] == [("waiting", "503")]
    assert shown(sim, town) == "main"
