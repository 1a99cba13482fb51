"""The command's menu, finding and 支援者の相談 on the simulator's screens, over HTTP and in Socket Mode."""

from __future__ import annotations

import json

from slack_desk import Desk
from sqlalchemy import select
from test_slack_simulator import desk

from bots.slack import names
from handoff import advice
from handoff.records import Ticket
from intake.records import Case

__all__ = ["desk"]


def test_the_menu_leads_to_advice_that_becomes_a_case(desk: Desk) -> None:
    desk.sim.slash(names.COMMAND)
    menu = desk.sim.open_view()
    assert menu is not None
    assert menu["callback_id"] == names.MENU_VIEW
    desk.sim.press("", names.MENU_ADVICE)
    form = desk.sim.open_view()
    assert form is not None
    assert form["callback_id"] == names.ADVICE_SEND
    assert desk.sim.submit(values={"question": "どこから手をつけるか迷っています", "wish": "ask"})["result"] == "clear"
    with desk.town.sessions() as session:
        case_id = desk.until(lambda: session.scalar(select(Case.id).where(Case.route == advice.ROUTE)))
        row = session.get(Ticket, case_id)
        assert row is not None
        assert row.owner_desk == advice.desk_of(desk.town.office.pack)
    assert any("支援者の相談を受けつけました" in said for said in desk.whispers())


def test_a_number_opens_the_case_and_another_says_one_sentence(desk: Desk) -> None:
    case_id = desk.town.case("水道が止まると言われました")
    with desk.town.sessions() as session:
        case = session.get(Case, case_id)
        assert case is not None
    desk.sim.slash(names.COMMAND, str(case.number))
    shown = desk.sim.open_view()
    assert "水道が止まると言われました" in json.dumps(shown, ensure_ascii=False)
    desk.sim.close_view()
    desk.sim.shortcut(names.FIND_SHORTCUT)
    assert desk.sim.submit(values={"number": "T-9999"})["result"] == "update"
    assert "見つかりません" in json.dumps(desk.sim.open_view(), ensure_ascii=False)
    desk.sim.close_view()


def test_a_message_becomes_a_report_only_when_it_is_sent(desk: Desk) -> None:
    desk.sim.write("雨戸が三日閉まったまま")
    ts = desk.sim.channel()["messages"][-1]["ts"]
    desk.sim.shortcut(names.MESSAGE_SHORTCUT, message_ts=ts)
    form = desk.sim.open_view()
    assert form is not None
    assert form["callback_id"] == names.REPORT_SEND
    assert "雨戸が三日閉まったまま" in json.dumps(form, ensure_ascii=False)
    desk.sim.close_view()
    with desk.town.sessions() as session:
        assert session.scalar(select(Case.id).where(Case.route == "slack")) is None
