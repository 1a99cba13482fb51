"""A person's words appear where they belong, sealed, and nowhere else: not in a log, a card, a column, an error."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

import pytest
from play_town import FakeReader, Town, assessment
from sqlalchemy import inspect, text

import bots.answer
from bots.deliver import Senders, deliver
from bots.durable import JsonSerializer
from bots.line.send import Sent
from bots.read import read
from bots.slack.post import SlackPoster
from handoff import desk, view
from handoff.records import Ticket
from intake import cases, given
from intake.clock import now_ms
from intake.keystore import data_keys
from intake.records import Case, Contact, Message, Outgoing
from triage.assessment import Evidence, Urgency

CANARY = "きんいろカナリア7713"
USER = "Ucanary00000000000000000000007713"
NAME = "カナリア花子7713"
TELEPHONE = "09077137713"


def spellings(words: str) -> list[bytes]:
    """The ways in which the words could stand somewhere."""
    raw = words.encode()
    wide = [words.encode("utf-16-le"), words.encode("utf-16-be")]
    return [raw, raw.hex().encode(), json.dumps(words)[1:-1].encode(), base64.b64encode(raw)[:-4], *wide]


SECRETS = [form for words in (CANARY, USER, NAME, TELEPHONE) for form in spellings(words)]


def hits(where: str, data: object) -> list[str]:
    raw = data if isinstance(data, bytes) else str(data).encode("utf-8", "replace")
    return [f"{where}: spelling {number}" for number, form in enumerate(SECRETS) if form in raw]


def tables_in_clear(town: Town) -> list[str]:
    """Every value of every table, of ours, of the job engine and of the key store."""
    found = []
    engine = town.parts.engine
    looker = inspect(engine)
    schemas = [None] if engine.dialect.name == "sqlite" else ["app", "dbos"]
    names = [(schema, name) for schema in schemas for name in looker.get_table_names(schema=schema)]
    assert {"messages", "outgoing", "inbox", "workflow_status"} <= {name for _, name in names}
    with engine.connect() as connection:
        for schema, name in names:
            target = f'"{schema}"."{name}"' if schema else f'"{name}"'
            result = connection.execute(text(f"SELECT * FROM {target}"))
            columns = list(result.keys())
            for row in result:
                for column, value in zip(columns, row, strict=True):
                    found += hits(f"{name}.{column}", bytes(value) if isinstance(value, memoryview) else value)
    with town.parts.vault.keys._engine.connect() as connection:
        for row in connection.execute(data_keys.select()):
            found += hits("data_keys", row)
    return found


class Line:
    """Takes one message, then breaks with the person's words in its error."""

    def __init__(self) -> None:
        self.calls = 0

    def reply(self, _token: str, messages: Any) -> Any:
        self.calls += 1
        if self.calls > 1:
            raise ValueError(f"{CANARY} {messages}")
        return Sent("1")

    def push(self, to: str, messages: Any, _key: str) -> Any:
        raise ValueError(f"{to} {CANARY} {messages}")

    def quota_left(self) -> None:
        return None


class Slack:
    """Keeps everything that it is given."""

    def __init__(self) -> None:
        self.given: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        def call(**how: Any) -> Any:
            self.given.append((name, how))
            answer = {"ok": True, "ts": "1.0", "channel": {"is_private": True, "is_member": True}}
            return type("Said", (), {"data": answer})()

        return call


def test_the_persons_words_are_nowhere_in_clear(
    town: Town, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(bots.answer.time, "sleep", lambda _seconds: None)
    town.user = USER
    town.say(f"{CANARY}。家賃が払えません")
    case_id = town.case()[0].id
    for words in ("匿名", f"{CANARY}のことも", f"死にたい {CANARY}"):
        town.say(words)
    with town.work() as session:
        case, contact = session.get_one(Case, case_id), session.get_one(Contact, town.one(Contact).id)
        given.keep_answer(town.office.sealer, case, "phone", TELEPHONE, None)
        cases.keep_name(town.parts.vault, contact, NAME)
    quotes = (Evidence(0, len(CANARY), "housing", CANARY, "cue"),)
    reader = FakeReader(assessment(evidence=quotes, urgency=Urgency.HIGH, themes=frozenset({"housing"})))
    assert read(town.parts, reader, case_id, town.all(Message)[-1].id) == "read"
    assert CANARY in reader.asked[0], "the test reaches the words at all"

    satou = town.staff()
    with town.work() as session:
        assert CANARY in view.open_case(town.office, session, case_id, satou, now_ms(), "console").item.text
        desk.note(town.office, session, case_id, satou, f"メモ {CANARY}", now_ms())
        desk.reply(town.office, session, case_id, satou, f"お返事 {CANARY}", now_ms(), "once")
        desk.file_report(town.office, session, satou, f"通報 {CANARY}", "professional", now_ms(), "rep")
        desk.set_urgency(town.office, session, case_id, satou, "normal", f"理由 {CANARY}", now_ms())

    line, slack = Line(), Slack()
    senders = Senders({"mihon": line}, {"mihon": SlackPoster(slack, "C0MADOGUCHI")})  # type: ignore[dict-item, arg-type]
    for row in town.all(Outgoing):
        deliver(town.parts, senders, row.id, 0)
    assert {"unknown", "failed", "sent"} <= {row.state for row in town.all(Outgoing)}

    def poison(*_args: object) -> list[int]:
        raise RuntimeError(f"{CANARY} {USER}")

    with monkeypatch.context() as patched:
        patched.setattr(bots.answer, "answer_line", poison)
        assert town.say(f"{CANARY} 毒").state == "quarantined"

    logged = capsys.readouterr()
    assert "answer_failed" in logged.out, "the log is captured"
    assert "deliver_failed" in logged.out
    found = hits("stdout", logged.out) + hits("stderr", logged.err) + hits("caplog", caplog.text)
    assert any(name == "chat_postMessage" for name, _ in slack.given)
    found += hits("slack", json.dumps(slack.given, ensure_ascii=False))
    found += hits("slack", json.dumps(slack.given))
    found += tables_in_clear(town)
    assert found == []
    assert town.one(Ticket, case_id=case_id).urgency == "normal"


def test_a_refusal_by_the_desk_quotes_nobody(town: Town) -> None:
    town.say(f"{CANARY}。家賃が払えません")
    case_id, satou = town.case()[0].id, town.staff()
    wishes: list[tuple[Any, tuple[Any, ...]]] = [
        (desk.reply, (CANARY * 1_000, now_ms(), "o")),
        (desk.close, ("other", CANARY, now_ms())),
        (desk.hand, ("x", "C0", CANARY, CANARY, now_ms())),
        (desk.set_urgency, (CANARY, CANARY, now_ms())),
    ]
    for what, args in wishes:
        with pytest.raises(desk.Refused) as refusal, town.work() as session:
            what(town.office, session, case_id, satou, *args)
        assert hits("refusal", repr(refusal.value) + str(refusal.value) + refusal.value.message_ja) == []


def test_a_stored_failure_of_a_job_keeps_class_and_code_only() -> None:
    kept = JsonSerializer().serialize(ValueError(CANARY))
    assert "ValueError" in kept
    assert hits("job", kept) == []
    with pytest.raises(TypeError) as refusal:
        JsonSerializer().serialize({"text": object()})
    assert hits("job", refusal.value) == []
