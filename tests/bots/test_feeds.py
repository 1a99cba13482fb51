"""Signs by webhook and by file (R4a, R4b): signed, once only, never lost, the same person in one open case."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from play_town import TENANT, FakeReader, Town
from sqlalchemy.exc import OperationalError
from standardwebhooks.webhooks import Webhook
from starlette.testclient import TestClient

from bots.feeds import make_router
from bots.read import read
from handoff import feed_register, feeds, plan_store, queue, sources
from handoff.feed_signal import Sign
from handoff.office import Conflict, NotFound, Refused
from handoff.path_records import Feed, FeedRow
from handoff.records import Call, Ticket
from intake import cases
from intake.clock import now_ms
from intake.records import Case

SIGNAL = {"type": "watch.no_reply", "data": {"person": "A-1", "days": 4, "place": "本町1-2-3"}}


def add(town: Town, name: str = "denkyu", kind: str = "watch") -> str:
    with town.work() as session:
        return feed_register.add(town.office, session, name, "見守り電球", kind, now_ms(), signed=kind == "watch")


def post(town: Town, secret: str, body: Any, *, ident: str = "d1", at: float | None = None, to: str = "denkyu") -> Any:
    raw = body if isinstance(body, str) else json.dumps(body)
    when = datetime.fromtimestamp(at or time.time(), tz=UTC)
    headers = {
        "webhook-id": ident, "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": Webhook(secret).sign(ident, when, raw),
    }  # fmt: skip
    return client(town).post(f"/feeds/{TENANT}/{to}", content=raw, headers=headers)


def client(town: Town) -> TestClient:
    app = FastAPI()
    app.include_router(make_router(town.parts))
    return TestClient(app, raise_server_exceptions=False)


def test_a_signed_sign_is_a_case_at_once_and_the_same_person_stays_in_it(town: Town) -> None:
    secret = add(town)
    assert secret not in str([row.secret_sealed for row in town.all(Feed)])
    assert post(town, secret, SIGNAL).json() == {"taken": True}
    assert post(town, secret, SIGNAL).json() == {"taken": False}  # the same delivery
    case, row = town.one(Case), town.one(Ticket)
    assert (case.route, row.urgency, row.state) == ("feed", "high", "received")
    longer = {"type": "watch.no_reply", "data": {"person": "A-1", "days": 5}}
    assert post(town, secret, longer, ident="d2").status_code == 200
    with town.work() as session:
        text, _ = cases.person_text(session, town.office.sealer, session.get_one(Case, case.id))
        assert sources.source_of(session, session.get_one(Case, case.id)) == "R4b"
    assert "4日間" in text and "5日間" in text
    read(town.parts, FakeReader(), case.id, 0)
    with town.work() as session:
        read_now = plan_store.reading_of(town.office.sealer, session.get_one(Ticket, case.id))
        assert read_now is not None and "no_contact" in read_now.themes
    other = {"type": "watch.call", "data": {"person": "B-2"}}
    assert post(town, secret, other, ident="d3").status_code == 200
    assert len(town.all(Case)) == 2
    assert town.one(Call).case_id != case.id  # a call for help rings
    with town.work() as session:
        session.get_one(Ticket, case.id).state = "closed"
    assert post(town, secret, longer, ident="d4").status_code == 200
    assert len(town.all(Case)) == 3  # the old one is over: a new one, so that nothing is lost


@pytest.mark.parametrize("how", ["secret", "feed", "old", "early", "shape", "id", "none", "bytes"])
def test_what_is_not_signed_so_changes_nothing_and_is_told_alike(town: Town, how: str) -> None:
    secret, wrong = add(town), "whsec_" + "QUJD" * 8
    made = {
        "secret": lambda: post(town, wrong, SIGNAL),
        "feed": lambda: post(town, secret, SIGNAL, to="other"),
        "old": lambda: post(town, secret, SIGNAL, at=time.time() - 400),
        "early": lambda: post(town, secret, SIGNAL, at=time.time() + 400),
        "shape": lambda: client(town).post(
            f"/feeds/{TENANT}/denkyu",
            content=b"{}",
            headers={"webhook-id": "1", "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,x,y v2"},
        ),
        "id": lambda: post(town, secret, SIGNAL, ident="x" * 300),
        "none": lambda: client(town).post(f"/feeds/nowhere/{'denkyu'}", content=b"{}"),
        "bytes": lambda: client(town).post(f"/feeds/{TENANT}/denkyu", content=b"\xff\xfe"),
    }[how]()
    assert (made.status_code, made.json()) == (401, {"error": "bad_signature"})
    assert town.all(Case) == [] and town.all(FeedRow) == []


def test_a_bad_body_is_told_by_its_field(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = add(town)
    bad = post(town, secret, {"type": "watch.no_reply", "data": {"person": "見本はなこ"}})
    assert (bad.status_code, bad.json()["error"]) == (400, "bad_body")
    assert "はなこ" not in bad.text

    def away(*_: object, **__: object) -> None:
        raise OperationalError("x", {}, Exception())

    monkeypatch.setattr(queue, "open_ticket", away)
    assert post(town, secret, SIGNAL).status_code == 503
    monkeypatch.undo()
    assert post(town, secret, SIGNAL).json() == {"taken": True}  # the same delivery, sent again


def test_a_feed_that_ended_takes_nothing_and_its_name_is_not_used_again(town: Town) -> None:
    secret = add(town)
    with town.work() as session:
        feed_register.end(town.office, session, "denkyu", now_ms())
    assert post(town, secret, SIGNAL).status_code == 401
    for name in ("denkyu", "Bad Name", "../x"):
        with town.work() as session, pytest.raises(Refused):
            feed_register.add(town.office, session, name, "", "watch", now_ms(), signed=True)


def test_rows_of_visits_wait_for_a_person_but_danger_does_not(town: Town) -> None:
    add(town, "homon", "visit")
    staff, other = town.staff(), town.staff("田中", "worker", "hokatsu")
    quiet = Sign("visit", "", 0, "2026-11-20", "本町1-2-3", "郵便がたまっている")
    rings = Sign("visit", "", 0, "2026-11-20", "本町9", "首に縄のあとがあり、死にたいと言った")
    signs = {sign.key: sign for sign in (quiet, rings)}
    with town.work() as session:
        assert feeds.take(town.office, session, "homon", signs, now_ms(), staff) == feeds.Taken(1, 1, 0)
    with town.work() as session:
        assert feeds.take(town.office, session, "homon", signs, now_ms(), staff) == feeds.Taken(0, 0, 2)
    assert town.one(Call).case_id == town.one(Case).id
    (row,) = town.all(FeedRow, state="new")
    assert "郵便" not in str(row.body_sealed)
    with town.work() as session, pytest.raises(NotFound):
        feeds.make_case(town.office, session, row.id, other, now_ms())
    with town.work() as session:
        case_id, keys = feeds.make_case(town.office, session, row.id, staff, now_ms())
        assert sources.source_of(session, session.get_one(Case, case_id)) == "R4a"
        assert keys == [row.key_id]
    with town.work() as session, pytest.raises(Conflict):
        feeds.drop(town.office, session, row.id, staff, now_ms())
