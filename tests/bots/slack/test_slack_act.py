"""Stored clicks against the real desk: once, by the right people, and never a word from a thread to LINE."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_town import CHANNEL, TEAM, Town, click, submission
from slack_world import NOW
from sqlalchemy import select

from bots.slack import names
from bots.slack.act import Notice, handle
from bots.slack.report import WISH_JA
from handoff.ledger import verify_audit
from handoff.records import Audit, Ticket
from intake.cases import person_text, text_of
from intake.door_records import Consent
from intake.records import Case, Message
from triage.alarm import Alarm

SAMPLES = Path(__file__).parents[2] / "fixtures" / "slack"


def act(town: Town, payload: dict[str, Any], inbox_id: int = 1) -> list[Notice]:
    with town.sessions.begin() as session:
        return handle(town.parts.act, session, json.loads(json.dumps(payload)), NOW, inbox_id)


def ticket(town: Town, case_id: int) -> Ticket:
    with town.sessions() as session:
        found = session.get(Ticket, case_id)
        assert found is not None
        return found


def audits(town: Town, action: str) -> list[Audit]:
    with town.sessions() as session:
        assert verify_audit(session, town.office.audit_key, "mihon") is None
        return list(session.scalars(select(Audit).where(Audit.action == action)))


def carried(case_id: int) -> str:
    return json.dumps({"c": str(case_id), "v": 1, "ch": CHANNEL})


def test_claim_and_who_was_later_is_told(town: Town) -> None:
    case_id = town.case()
    assert act(town, click(names.CLAIM, case_id)) == []
    assert ticket(town, case_id).owner_id == town.satou.id
    (notice,) = act(town, click(names.CLAIM, case_id, user="U2"), 2)
    assert (notice.channel_id, notice.user_id) == (CHANNEL, "U2")
    assert "さきに佐藤さんが担当になりました" in notice.text
    assert ticket(town, case_id).owner_id == town.satou.id
    assert act(town, click(names.RELEASE, case_id), 3) == []
    assert ticket(town, case_id).owner_id is None


def test_a_reply_goes_to_line_as_written_and_once(town: Town) -> None:
    case_id = town.case()
    sent = submission(names.REPLY_SEND, {"preview": " あした伺います\n😀 "}, carried(case_id))
    (notice,) = act(town, sent)
    assert "列に入れました" in notice.text
    act(town, sent)  # the same job again
    (row,) = town.rows(channel="line")
    assert row.purpose == "reply"
    from intake.seal import Cell

    body = town.office.sealer.open_text(Cell("mihon", "outgoing", "body_sealed", row.id), row.body_sealed or b"")
    assert json.loads(body)["text"] == " あした伺います\n😀 "


def test_a_reply_into_somebody_elses_case_is_refused(town: Town) -> None:
    case_id = town.case()
    act(town, click(names.CLAIM, case_id))
    (notice,) = act(town, submission(names.REPLY_SEND, {"preview": "伺います"}, carried(case_id), user="U2"), 2)
    assert "送っていません" in notice.text
    assert town.rows(channel="line", purpose="reply") == []


def test_hand_close_urgency_page(town: Town) -> None:
    case_id = town.case()
    assert act(town, submission("urgency_send", {"urgency-normal": "=high", "reason": ""}, carried(case_id))) == []
    assert ticket(town, case_id).urgency == "high"
    (refused,) = act(town, submission("urgency_send", {"urgency-high": "=normal", "reason": ""}, carried(case_id)), 2)
    assert "理由" in refused.text
    assert "当番を呼び出しました" in act(town, click(names.PAGE, case_id), 3)[0].text
    assert town.rows(purpose="page")
    to_desk = next(desk.id for desk in town.office.pack.desks if desk.id != town.office.pack.fallback)
    values = {"desk": f"={to_desk}", "basis": "=C3", "ask": "訪問をお願いします", "keep": "LINEでのやりとり"}
    (refused,) = act(town, submission(names.HAND_SEND, values, carried(case_id)), 7)
    assert "決めた人" in refused.text
    values["decided"] = "=me"
    assert act(town, submission(names.HAND_SEND, values, carried(case_id)), 4) == []
    assert ticket(town, case_id).state == "handed"
    (refused,) = act(town, submission(names.CLOSE_SEND, {"reason": "=done", "note": ""}, carried(case_id)), 5)
    assert "閉じられません" in refused.text
    assert act(town, submission(names.CLOSE_SEND, {"reason": "=taken_over", "note": ""}, carried(case_id)), 6) == []
    assert ticket(town, case_id).state == "closed"


def test_consent_heard_by_voice_is_written_down_with_the_handing(town: Town) -> None:
    case_id = town.case()
    to_desk = next(desk.id for desk in town.office.pack.desks if desk.id != town.office.pack.fallback)
    values = {"desk": f"={to_desk}", "basis": "=C0", "ask": "訪問をお願いします", "keep": "LINEでのやりとり"}
    (refused,) = act(town, submission(names.HAND_SEND, values | {"heard": ""}, carried(case_id)), 1)
    assert "まだ本人の同意がありません" in refused.text
    values |= {"heard": "けさ電話で佐藤が"}
    (unsaid,) = act(town, submission(names.HAND_SEND, values, carried(case_id)), 3)
    assert "だれの同意か" in unsaid.text
    heard = submission(names.HAND_SEND, values | {"by_whom": "=proxy"}, carried(case_id))
    assert act(town, heard, 2) == []
    with town.sessions() as session:
        assert [(row.desk, row.state, row.way, row.by_whom) for row in session.scalars(select(Consent))] == [
            (to_desk, "given", "staff", "proxy")
        ]


def test_a_report_opens_a_case_and_danger_pages_at_once(town: Town) -> None:
    values = {"what": "郵便がたまっている", "when": "=today", "danger": "=yes", "wish": "=unmet"}
    (notice,) = act(town, submission(names.REPORT_SEND, values, json.dumps({"ch": "C9"})))
    assert "110・119" in notice.text
    assert notice.channel_id == "C9"
    with town.sessions() as session:
        case = session.scalar(select(Case).where(Case.route == "slack"))
        assert case is not None
        row = session.get(Ticket, case.id)
        assert row is not None
        assert row.urgency == "emergency"
    assert [row.case_id for row in town.rows(purpose="page")] == [case.id]
    calm = submission(names.REPORT_SEND, values | {"danger": "=no"}, "")
    assert act(town, calm, 2)[0].channel_id == CHANNEL
    assert len(town.rows(purpose="page")) == 1


def test_words_of_danger_in_a_report_page_before_any_model(town: Town) -> None:
    values = {"what": "人が倒れていて返事がない", "when": "=now", "danger": "=no", "wish": "=unmet"}
    hearing = replace(town.parts.act, alarm=Alarm.load())
    with town.sessions.begin() as session:
        handle(hearing, session, submission(names.REPORT_SEND, values, ""), NOW, 1)
    assert len(town.rows(purpose="page")) == 1


@pytest.mark.parametrize("wish", sorted(WISH_JA))
def test_our_own_labels_ring_nobody_and_stand_beside_the_words(town: Town, wish: str) -> None:
    """「本人の意向：いやだと言った」 and its kin are ours: neither the alarm nor the model may hear them."""
    hearing = replace(town.parts.act, alarm=Alarm.load())
    what = "郵便がたまっている。"
    values = {"what": what, "where": "本町1", "when": "=now", "danger": "=no", "wish": f"={wish}", "signs": "=post"}
    with town.sessions.begin() as session:
        (notice,) = handle(hearing, session, submission(names.REPORT_SEND, values, ""), NOW, 1)
    assert "通報を受けつけました" in notice.text
    with town.sessions() as session:
        case = session.scalars(select(Case).where(Case.route == "slack")).one()
        (said,) = session.scalars(select(Message).where(Message.case_id == case.id))
        assert text_of(town.office.sealer, said) == what
        assert person_text(session, town.office.sealer, case)[0] == what, "what the model reads"
        assert session.get_one(Ticket, case.id).urgency != "emergency"
    assert town.rows(purpose="page") == []


@pytest.mark.parametrize(
    "stranger",
    [
        {"user": "U9"},
        {"team": "T2"},
        {"place": "T2"},
        {"team": "T2", "place": "T2"},
        {"team": "", "place": ""},
        {"user": ""},
    ],
)
def test_strangers_change_nothing_and_are_on_record(town: Town, stranger: dict[str, str]) -> None:
    case_id = town.case()
    before = len(town.rows())
    notices = act(town, click(names.CLAIM, case_id, **stranger))
    assert ticket(town, case_id).owner_id is None
    assert len(town.rows()) == before
    (entry,) = audits(town, "slack_refused")
    assert (entry.case_id, entry.staff_id) == (case_id, None)
    assert all("できません" in notice.text or "登録されていない" in notice.text for notice in notices)
    assert len(notices) == (0 if stranger.get("user") == "" else 1)


def test_the_same_user_id_of_another_workspace_is_somebody_else(town: Town) -> None:
    case_id = town.case()
    act(town, click(names.CLAIM, case_id, user="U1", team="T2", place=TEAM))
    assert ticket(town, case_id).owner_id is None


def test_absent_and_forbidden_cases_get_one_answer(town: Town) -> None:
    (absent,) = act(town, click(names.CLAIM, 12345))
    assert "見つかりません" in absent.text


def test_a_refusal_leaves_nothing_half_done(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from bots.slack import grant
    from handoff.office import Refused

    def half(_office: Any, session: Any, case_id: int, *_rest: Any) -> None:
        session.get(Ticket, case_id).owner_id = town.tanaka.id
        session.flush()
        raise Refused("no", "できません。")

    case_id = town.case()
    monkeypatch.setitem(grant._PRESSES, names.CLAIM, half)
    assert act(town, click(names.CLAIM, case_id))[0].text.startswith("できません。")
    assert ticket(town, case_id).owner_id is None


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("[0-9]*.json")), ids=lambda path: path.stem[:24])
def test_no_sample_ever_reaches_line_or_a_case(town: Town, path: Path) -> None:
    with town.sessions() as session:
        before = len(session.scalars(select(Message)).all())
    act(town, json.loads(path.read_text()))
    assert town.rows() == []
    with town.sessions() as session:
        assert len(session.scalars(select(Message)).all()) == before


def test_a_thread_message_under_a_card_never_leaves_slack(town: Town) -> None:
    town.case()
    before = len(town.rows())
    event = {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": "Ev9",
        "event": {
            "type": "message",
            "channel": CHANNEL,
            "user": "U1",
            "text": "伺います",
            "ts": "2.2",
            "thread_ts": "1.1",
        },
    }
    assert act(town, event) == []
    assert len(town.rows()) == before
    assert town.rows(channel="line") == []


@pytest.mark.parametrize("payload", [{}, {"type": "block_actions"}, {"type": "x", "a": float("nan")}])
def test_what_cannot_be_read_does_nothing(town: Town, payload: dict[str, Any]) -> None:
    assert act(town, payload) == []
