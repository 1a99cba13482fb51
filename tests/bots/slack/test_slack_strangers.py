"""Who is a guest or not registered sees nothing, and not a word that they typed is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_town import CHANNEL, TEAM, Town, click, submission
from sqlalchemy import select

from bots.slack import act, gate, names, roster
from bots.slack.app import make_bolt
from bots.slack.dispatch import dispatch
from bots.slack.parse import from_payload, unspoken
from handoff.login import link_identity
from handoff.records import Audit

CANARY = "カナリアの秘密"
Calls = list[tuple[str, dict[str, Any]]]


async def send(town: Town, payload: dict[str, Any]) -> int:
    return (await dispatch(make_bolt(town.parts), town.parts, from_payload(payload))).status


def viewed(town: Town) -> int:
    with town.sessions() as session:
        return len(session.scalars(select(Audit).where(Audit.action == "viewed")).all())


def carried(case_id: int) -> str:
    return json.dumps({"c": str(case_id), "v": 1, "ch": CHANNEL})


def template(case_id: int, user: str) -> dict[str, Any]:
    """A template chosen in 返信, with something typed already."""
    pressed = click(names.TEMPLATE, case_id, user=user)
    chosen = {"type": "static_select", "action_id": names.TEMPLATE, "block_id": "b", "action_ts": "1.1"}
    view = submission(names.REPLY_DRAFT, {"reply": CANARY}, carried(case_id), user=user)["view"]
    return pressed | {"actions": [chosen | {"selected_option": {"value": "first"}}], "view": view}


def typed(case_id: int, user: str, team: str = TEAM) -> list[dict[str, Any]]:
    """Everything in which somebody's words come to us."""
    return [
        template(case_id, user) | {"user": {"id": user, "team_id": team}},
        submission(names.FIND_SEND, {"number": CANARY}, "", user=user, team=team),
        submission(names.REPLY_SEND, {"preview": CANARY}, carried(case_id), user=user, team=team),
        submission(names.REPORT_SEND, {"what": CANARY, "danger": "=no"}, "", user=user, team=team),
        {"command": "/toritsugi", "text": CANARY, "team_id": TEAM, "user_id": user, "trigger_id": "tr.9"},
    ]


@pytest.mark.parametrize("which", range(5))
@pytest.mark.parametrize("user", ["U9", "U1"])
async def test_of_a_stranger_no_typed_word_is_kept(town: Town, slack_calls: Calls, user: str, which: int) -> None:
    case_id = town.case()
    if user == "U1":
        roster.MEMORY.put((TEAM, "U1"), "guest", 60)
    before = viewed(town)
    assert await send(town, typed(case_id, user)[which]) == 200
    (kept,) = town.accepted
    assert CANARY not in json.dumps(kept.payload, ensure_ascii=False)
    with town.sessions.begin() as session:
        (told,) = act.handle(town.parts.act, session, kept.payload, 1, 7)
    assert told.text.startswith("登録されていない" if user == "U9" else "ゲスト"), "their job says why"
    assert viewed(town) == before
    assert not slack_calls


async def test_from_another_workspace_neither(town: Town, slack_calls: Calls) -> None:
    for payload in typed(town.case(), "U1", team="T2")[:4]:
        assert await send(town, payload) == 200
    assert len(town.accepted) == 4
    assert all(CANARY not in json.dumps(kept.payload, ensure_ascii=False) for kept in town.accepted)
    assert not slack_calls


async def test_who_became_a_guest_is_shown_nothing(
    town: Town, slack_calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is remembered of them: Slack is asked before the words of a case are."""
    case_id, asked = town.case(), []

    def guest(_client: object, team: str, user: str) -> str:
        asked.append(user)
        roster.MEMORY.put((team, user), "guest", 60)
        return "guest"

    monkeypatch.setattr(gate, "kind_of", guest)
    assert await send(town, click(names.OPEN, case_id)) == 200
    assert (asked, viewed(town), slack_calls) == (["U1"], 0, [])


async def test_while_slack_does_not_say_nothing_is_shown_and_the_person_is_told(
    town: Town, slack_calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "kind_of", lambda *_: "unclear")
    assert await send(town, click(names.OPEN, town.case())) == 200
    ((method, sent),) = slack_calls
    assert method == "views.open" and "確かめられません" in json.dumps(sent, ensure_ascii=False)
    assert viewed(town) == 0


def test_what_a_button_says_by_ids_is_kept(town: Town) -> None:
    pressed = from_payload(click(names.CLAIM, 41))
    again = from_payload(unspoken(pressed).payload)
    assert (again.name, again.partition, again.user_id) == (pressed.name, pressed.partition, pressed.user_id)


async def test_once_linked_they_are_staff(town: Town, slack_calls: Calls) -> None:
    with town.sessions.begin() as session:
        link_identity(session, town.office.tenant, "slack", f"{TEAM}:U9", town.satou.id)
    assert await send(town, click(names.OPEN, town.case(), user="U9")) == 200
    assert viewed(town) == 1
