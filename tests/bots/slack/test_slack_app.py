"""The Bolt app from an arrival to Slack's answer: stored before it is acknowledged, shown only to those who may see."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_town import CHANNEL, TEAM, Town, click, submission
from slack_world import is_inert
from sqlalchemy import select

from bots.slack import names
from bots.slack.app import make_bolt
from bots.slack.dispatch import Answer, dispatch
from bots.slack.limits import problems
from bots.slack.parse import SlackArrival, from_payload, parse
from handoff.records import Audit
from intake.records import Case, Contact

SAMPLES = Path(__file__).parents[2] / "fixtures" / "slack"
Calls = list[tuple[str, dict[str, Any]]]


async def send(town: Town, payload: dict[str, Any]) -> Answer:
    return await dispatch(make_bolt(town.parts), town.parts, from_payload(payload))


def viewed(town: Town) -> int:
    with town.sessions() as session:
        return len(session.scalars(select(Audit).where(Audit.action == "viewed")).all())


def view_of(calls: Calls) -> dict[str, Any]:
    (method, sent) = calls[-1]
    assert method in ("views.open", "views.update")
    view = sent["view"]
    found: dict[str, Any] = json.loads(view) if isinstance(view, str) else view
    assert problems(found) == []
    assert is_inert(found)
    return found


def carried(case_id: int) -> str:
    return json.dumps({"c": str(case_id), "v": 1, "ch": CHANNEL})


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("[0-9]*")), ids=lambda path: path.stem[:24])
async def test_every_sample_gets_200_and_is_kept(town: Town, slack_calls: Calls, path: Path) -> None:
    body = path.read_bytes()  # noqa: ASYNC240 - a test may block
    form = "application/x-www-form-urlencoded"
    arrival = parse(body, form if path.suffix == ".txt" else "application/json")
    answer = await dispatch(make_bolt(town.parts), town.parts, arrival)
    assert answer.status == 200
    if arrival.kind == "url_verification":
        assert json.loads(answer.body) == {"challenge": arrival.payload["challenge"]}
        assert town.accepted == []
    else:
        assert [found.event_key for found in town.accepted] == [arrival.event_key]
    if arrival.kind == "options":
        assert json.loads(answer.body) == {"options": []}
    assert slack_calls == []


async def test_a_thread_message_is_seen_without_its_words(town: Town, slack_calls: Calls) -> None:
    event = {"type": "message", "channel": CHANNEL, "user": "U1", "text": "伺います", "ts": "2.2", "thread_ts": "1.1"}
    payload = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev9", "event": event}
    assert (await send(town, payload)).status == 200
    (seen,) = town.accepted
    assert "伺います" not in json.dumps(seen.payload, ensure_ascii=False)
    assert town.rows() == []
    assert slack_calls == []


@pytest.mark.parametrize("action_id", sorted(names.CHANGING_ACTIONS))
async def test_a_changing_click_is_stored_before_the_answer(town: Town, slack_calls: Calls, action_id: str) -> None:
    answer = await send(town, click(action_id, town.case()))
    assert (answer.status, answer.body) == (200, "")
    assert [found.name for found in town.accepted] == [action_id]
    assert slack_calls == []


async def test_no_acknowledgement_without_the_commit(town: Town, slack_calls: Calls) -> None:
    def broken(_arrival: SlackArrival) -> bool:
        raise OSError("disk full: 水道が止まる")

    down = replace(town.parts, accept=broken)
    for payload in (
        click(names.CLAIM, town.case()),
        click("unknown_button", 1),
        {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": {"type": "message"}},
        submission(names.REPLY_SEND, {"preview": "はい"}, carried(1)),
    ):
        assert (await dispatch(make_bolt(down), down, from_payload(payload))).status == 500


async def test_failures_are_logged_by_class_only(
    town: Town, slack_calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_arrival: SlackArrival) -> bool:
        raise OSError("disk full: 水道が止まる")

    down = replace(town.parts, accept=broken)
    with caplog.at_level(logging.WARNING):
        await dispatch(make_bolt(down), down, from_payload(click(names.CLAIM, town.case())))
    assert "OSError" in caplog.text
    assert "水道" not in caplog.text


async def test_opening_a_case_shows_it_and_is_on_record(town: Town, slack_calls: Calls) -> None:
    case_id = town.case("水道が止まると言われました")
    answer = await send(town, click(names.OPEN, case_id))
    assert (answer.status, answer.body) == (200, "")
    assert slack_calls[0][1]["trigger_id"] == "tr.1"
    assert "水道が止まると言われました" in json.dumps(view_of(slack_calls), ensure_ascii=False)
    assert viewed(town) == 1
    assert town.accepted == []


@pytest.mark.parametrize(
    ("flag", "why"),
    [
        ("hidden", "この方は画面をかくしています。返事は、本人が『相談』と送るまで届きません。"),
        ("blocked", "この方は LINE をブロックしています。"),
    ],
)
async def test_nobody_types_an_answer_that_reaches_nobody(town: Town, slack_calls: Calls, flag: str, why: str) -> None:
    case_id = town.case()
    with town.sessions.begin() as session:
        contact = session.get_one(Contact, session.get_one(Case, case_id).contact_id)
        setattr(contact, flag, True)
    await send(town, click(names.REPLY, case_id))
    view = view_of(slack_calls)
    assert view["callback_id"] == names.ATTEMPT_SEND, "what was said otherwise is written down instead"
    assert not [block for block in view["blocks"] if block.get("block_id", "").startswith("reply")]
    assert why in json.dumps(view, ensure_ascii=False)


@pytest.mark.parametrize("action_id", sorted(names.ACTING - {names.CORRECT, names.SEND_BACK}))
async def test_forms_open_with_ids_only_in_their_metadata(town: Town, slack_calls: Calls, action_id: str) -> None:
    case_id = town.case()
    assert (await send(town, click(action_id, case_id))).status == 200
    kept = json.loads(view_of(slack_calls)["private_metadata"])
    newest = {"u": kept["u"]} if action_id in (names.REPLY, names.CLOSE) else {}
    assert kept == {"c": str(case_id), "v": kept["v"], "ch": CHANNEL} | newest
    assert all(value.isascii() and len(value) < 25 for value in kept.values() if isinstance(value, str))


async def test_who_was_asked_opens_the_form_of_giving_back_and_reads_only_the_number(
    town: Town, slack_calls: Calls
) -> None:
    case_id = town.case("ガスが止まっています", route="lifeline")
    town.ask_desk(case_id, "U8")
    assert (await send(town, click(names.SEND_BACK, case_id, user="U8"))).status == 200
    view = view_of(slack_calls)
    assert view["callback_id"] == names.SEND_BACK_SEND
    kept = json.loads(view["private_metadata"])
    assert kept == {"c": str(case_id), "v": 0, "ch": CHANNEL}
    assert all(value.isascii() and len(value) < 25 for value in kept.values() if isinstance(value, str))
    drawn = json.dumps(view, ensure_ascii=False)
    assert "T-0001 を返す" in drawn
    assert "L-" not in drawn and "ガス" not in drawn, "who reported, and what, is not for the receiver to know"
    assert viewed(town) == 0


@pytest.mark.parametrize("action_id", sorted(names.SHOWING_ACTIONS | names.CHANGING_ACTIONS))
@pytest.mark.parametrize("stranger", [{"team": "T2"}, {"place": "T2"}, {"team": "T2", "place": "T2"}])
async def test_another_workspace_sees_and_does_nothing(
    town: Town, slack_calls: Calls, action_id: str, stranger: dict[str, str]
) -> None:
    answer = await send(town, click(action_id, town.case(), **stranger))
    assert (answer.status, answer.body) == (200, "")
    assert slack_calls == []
    assert viewed(town) == 0
    assert len(town.accepted) == 1  # its job audits the attempt and tells the person


@pytest.mark.parametrize("action_id", sorted(names.SHOWING_ACTIONS - {names.DANGER}))
async def test_somebody_not_linked_sees_nothing(town: Town, slack_calls: Calls, action_id: str) -> None:
    assert (await send(town, click(action_id, town.case(), user="U9"))).status == 200
    assert slack_calls == []
    assert viewed(town) == 0
    assert len(town.accepted) == 1


async def test_a_case_that_is_not_there_is_a_polite_modal(town: Town, slack_calls: Calls) -> None:
    await send(town, click(names.OPEN, 12345))
    assert "見つかりません" in json.dumps(view_of(slack_calls), ensure_ascii=False)
    old = click(names.OPEN, 1)
    old["actions"][0]["value"] = "T-0412"
    await send(town, old)
    assert "開けません" in json.dumps(view_of(slack_calls), ensure_ascii=False)


async def test_a_reply_is_shown_again_before_it_is_sent(town: Town, slack_calls: Calls) -> None:
    case_id = town.case()
    drafted = await send(town, submission(names.REPLY_DRAFT, {"reply": "あした伺います"}, carried(case_id)))
    answer = json.loads(drafted.body)
    assert answer["response_action"] == "update"
    assert problems(answer["view"]) == []
    assert answer["view"]["callback_id"] == names.REPLY_SEND
    assert answer["view"]["private_metadata"] == carried(case_id)
    assert answer["view"]["blocks"][1]["element"]["initial_value"] == "あした伺います"
    assert town.accepted == []
    sent = await send(town, submission(names.REPLY_SEND, {"preview": "あした伺います"}, carried(case_id)))
    assert json.loads(sent.body) == {"response_action": "clear"}
    assert [found.name for found in town.accepted] == [names.REPLY_SEND]


@pytest.mark.parametrize("callback_id", [names.REPLY_DRAFT, names.REPLY_SEND])
async def test_an_empty_reply_is_sent_back(town: Town, slack_calls: Calls, callback_id: str) -> None:
    block = "reply" if callback_id == names.REPLY_DRAFT else "preview"
    answer = json.loads((await send(town, submission(callback_id, {block: " "}, carried(1)))).body)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [block]
    assert town.accepted == []


async def test_the_slash_command_and_the_shortcut_open_a_report(town: Town, slack_calls: Calls) -> None:
    command = {
        "command": "/toritsugi", "text": "郵便がたまっている", "team_id": TEAM, "user_id": "U1", "channel_id": "C5",
        "trigger_id": "tr",
    }  # fmt: skip
    assert (await send(town, command)).status == 200
    view = view_of(slack_calls)
    assert view["callback_id"] == names.REPORT_SEND
    assert json.loads(view["private_metadata"]) == {"ch": "C5"}
    assert "郵便がたまっている" in json.dumps(view, ensure_ascii=False)
    shortcut = {
        "type": "shortcut", "callback_id": names.REPORT_SHORTCUT, "team": {"id": TEAM}, "user": {"id": "U1"},
        "trigger_id": "tr",
    }  # fmt: skip
    assert (await send(town, shortcut)).status == 200
    assert view_of(slack_calls)["callback_id"] == names.REPORT_SEND


async def test_danger_in_a_report_says_110_and_119_at_once_and_after(town: Town, slack_calls: Calls) -> None:
    values = {"what": "倒れている", "when": "=now", "danger": "=yes", "wish": "=unmet"}
    chosen = submission(names.REPORT_SEND, values, "") | click(names.DANGER, 1)
    await send(town, chosen)
    view = view_of(slack_calls)
    assert "先に 110・119" in view["blocks"][0]["text"]["text"]
    assert "倒れている" in json.dumps(view, ensure_ascii=False)
    answer = json.loads((await send(town, submission(names.REPORT_SEND, values, ""))).body)
    assert answer["response_action"] == "update"
    assert "119" in json.dumps(answer["view"])
    assert problems(answer["view"]) == []
    assert [found.name for found in town.accepted] == [names.REPORT_SEND]


async def test_slack_refusing_a_view_is_an_error_for_the_person_not_a_silent_success(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from slack_sdk.errors import SlackApiError

    async def refuse(_self: AsyncWebClient, _method: str, **_kwargs: Any) -> dict[str, Any]:
        raise SlackApiError("水道", {"ok": False, "error": "expired_trigger_id"})

    monkeypatch.setattr(AsyncWebClient, "api_call", refuse)
    assert (await send(town, click(names.OPEN, town.case()))).status == 500
    assert "expired_trigger_id" in caplog.text
    assert "水道" not in caplog.text


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "block_actions", "user": 5, "team": 7, "actions": [{"action_id": "case_open"}]},
        {"type": "block_actions", "actions": 5, "channel": 3},
        {"type": "view_submission", "view": 5, "user": {"id": "U1", "team_id": TEAM}},
        {"type": "event_callback", "event": 5, "event_id": "E"},
        {"type": "event_callback", "authorizations": [5]},
        {"type": "url_verification"},
        {"response_urls": [1]},
        {},
    ],
)
async def test_odd_shapes_are_kept_and_never_an_error(town: Town, slack_calls: Calls, odd: dict[str, Any]) -> None:
    assert (await send(town, odd)).status == 200
    assert slack_calls == []


async def test_a_click_that_bolt_cannot_read_is_refused(town: Town, slack_calls: Calls) -> None:
    assert (await send(town, click(names.CLAIM, 1) | {"channel": 5})).status == 400
    assert slack_calls == []
