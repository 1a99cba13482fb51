"""`/toritsugi`, its menu, the shortcuts, finding by number, 支援者の相談."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_town import CHANNEL, TEAM, Town, submission
from slack_world import NOW, is_inert

from bots.slack import blocks, command, limits, names, shows
from bots.slack.act import handle
from bots.slack.gate import Stranger
from bots.slack.parse import from_payload, unspoken
from handoff import advice, desk, ledger, login
from handoff.office import NotFound, StaffRef
from handoff.records import Audit, Ticket
from intake.cases import person_text
from intake.records import Case


def typed(words: str, user: str = "U1") -> dict[str, Any]:
    return {
        "command": "/toritsugi", "text": words, "team_id": TEAM, "user_id": user, "channel_id": CHANNEL,
        "trigger_id": "1.2",
    }  # fmt: skip


def shown(town: Town, payload: dict[str, Any]) -> str:
    view = shows.shown(town.parts, from_payload(payload))
    assert not list(limits.problems(view)), list(limits.problems(view))
    assert is_inert(view)
    return json.dumps(view, ensure_ascii=False)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("", command.Wanted("menu")),
        ("　", command.Wanted("menu")),
        ("使い方", command.Wanted("help")),
        ("ＨＥＬＰ", command.Wanted("help")),
        ("通報　新聞がたまっている", command.Wanted("report", "新聞がたまっている")),
        ("新聞がたまっている", command.Wanted("report", "新聞がたまっている")),
        ("Ｔ－０４１２", command.Wanted("find", about="Ｔ－０４１２")),
        ("412", command.Wanted("find", about="412")),
        ("相談 412 どこから手をつけるか", command.Wanted("advice", "どこから手をつけるか", "412")),
        ("相談 どこから手をつけるか 3つある", command.Wanted("advice", "どこから手をつけるか 3つある")),
    ],
)
def test_what_a_command_asks_for(words: str, wanted: command.Wanted) -> None:
    assert command.wanted(words) == wanted


def test_every_modal_of_the_command_holds_slacks_limits(town: Town) -> None:
    assert names.MENU_ADVICE in shown(town, typed(""))
    assert "/toritsugi 相談" in shown(town, typed("使い方"))
    assert "あ" * 200 in shown(town, typed("通報 " + "あ" * 4000))
    assert "多機関協働" in shown(town, typed("相談 " + "い" * 4000))
    assert "number" in shown(town, typed("番号"))


def test_a_case_is_found_by_its_number_and_absent_and_forbidden_read_alike(town: Town) -> None:
    case_id = town.case("水道が止まると言われました")
    with town.sessions.begin() as session:
        case = session.get(Case, case_id)
        assert case is not None
        label = f"T-{case.number:04d}"
        other = login.add_staff(session, "mihon", "鈴木", "worker", "hokatsu", NOW)
        login.link_identity(session, "mihon", "slack", f"{TEAM}:U9", other)
    assert "水道が止まると言われました" in shown(town, typed(label))
    with town.sessions() as session:
        viewed = session.query(Audit).filter_by(action="viewed", case_id=case_id).count()
    assert viewed == 1
    forbidden, absent = shown(town, typed(label, "U9")), shown(town, typed("T-9999", "U9"))
    assert forbidden == absent
    assert "見つかりません" in absent
    with pytest.raises(Stranger):
        shows.shown(town.parts, from_payload(typed(label, "U404")))


def test_a_marked_message_fills_the_report_and_is_kept_nowhere(town: Town) -> None:
    payload = {
        "type": "message_action", "callback_id": names.MESSAGE_SHORTCUT, "team": {"id": TEAM},
        "user": {"id": "U1", "team_id": TEAM}, "channel": {"id": CHANNEL}, "trigger_id": "1.3", "action_ts": "1.1",
        "message": {"text": "雨戸が &lt;三日&gt; 閉まったまま", "ts": "1.1"},
    }  # fmt: skip
    assert "雨戸が <三日> 閉まったまま" in shown(town, payload)
    assert town.accepted == []
    assert "雨戸" not in str(unspoken(from_payload(payload)).payload)


def test_advice_becomes_a_case_of_the_coordination_desk(town: Town) -> None:
    case_id = town.case("母のことで")
    values = {"question": "家族みんなに困りごとがあり迷っています", "unclear": "=", "wish": "=hand", "about": "1"}
    payload = submission(names.ADVICE_SEND, values, blocks.channel_reference(CHANNEL))
    payload["view"]["state"]["values"]["unclear"] = {
        "choice": {"type": "checkboxes", "selected_options": [{"value": "yes"}]}
    }
    with town.sessions.begin() as session:
        told = handle(town.parts.act, session, payload, NOW, 7)
        assert handle(town.parts.act, session, payload, NOW, 7)  # twice is once
        made = session.query(Case).filter_by(route=advice.ROUTE).one()
        row = session.get(Ticket, made.id)
        text, _ = person_text(session, town.office.sealer, made)
    assert "受けつけました" in told[0].text
    assert row is not None
    assert (row.state, row.owner_desk) == ("received", advice.desk_of(town.office.pack))
    assert row.owner_desk != town.office.pack.fallback
    assert "まだはっきりしない" in text
    assert "引きうけて" in text
    assert "T-0001" in text
    with town.sessions() as session:
        found = ledger.case_and_ticket(session, "mihon", case_id)
    assert found is not None


def test_advice_about_a_case_of_others_is_refused_like_one_that_is_not(town: Town) -> None:
    town.case("母のことで")
    worker = StaffRef(99, "mihon", "鈴木", "worker", "hokatsu")
    with town.sessions.begin() as session:
        for about in ("1", "777", "なし"):
            with pytest.raises(NotFound) as refused:
                advice.ask(town.office, session, worker, advice.Asked("助けて", about=about), NOW, "x")
            assert refused.value.message_ja == "その相談は見つかりません。"
        with pytest.raises(desk.Refused):
            advice.ask(town.office, session, worker, advice.Asked(" "), NOW, "x")
        assert session.query(Case).count() == 1
