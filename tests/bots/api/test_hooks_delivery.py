"""Webhooks: what happened is told once written, signed, without a word of anybody, and never into our own network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from play_town import STORY, TENANT, Town
from serve_kit import served
from standardwebhooks import Webhook

from bots import hooks as sending
from handoff import desk, hook_events, hooks
from handoff.login import add_staff
from handoff.office import Refused, StaffRef
from handoff.outward_records import WebhookDelivery
from handoff.records import Staff
from intake.clock import now_ms


class Ear:
    """A server that hears; answers with `status`."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.app = FastAPI()

        @self.app.post("/hook")
        async def hook(request: Request) -> Response:
            self.heard.append((dict(request.headers), await request.body()))
            return Response(status_code=self.status, headers={"Location": "http://127.0.0.1:1/"})


@pytest.fixture
def ear() -> Iterator[tuple[Ear, str]]:
    made = Ear()
    with served(made.app) as address:
        yield made, f"{address}/hook"


def target(town: Town, url: str, *events: str) -> str:
    with town.parts.sessions.begin() as session:
        who = add_staff(session, TENANT, "管理の人", "manager", "", now_ms())
        return hooks.add(town.office, session, who, "文書管理", url, events, now_ms())


def send_all(town: Town) -> list[str]:
    return [
        sending.deliver_hook(town.parts, row.id, row.attempts) for row in town.all(WebhookDelivery, state="waiting")
    ]


def claim(town: Town) -> None:
    case, _ = town.case()
    with town.parts.sessions.begin() as session:
        staff_id = add_staff(session, TENANT, "受付の人", "intake", "marugoto", now_ms())
        desk.claim(
            town.office, session, case.id, StaffRef(staff_id, TENANT, "受付の人", "intake", "marugoto"), now_ms()
        )


def test_a_claim_is_told_signed_and_without_a_word(town: Town, ear: tuple[Ear, str]) -> None:
    heard, url = ear
    secret = target(town, url, "case.claimed")
    town.say(STORY)
    claim(town)
    assert send_all(town) == ["sent"]
    ((headers, body),) = heard.heard
    event = Webhook(secret).verify(body, headers)
    assert event["type"] == "case.claimed" and event["data"] == {"municipality": TENANT, "case": "T-0001"}
    for personal in ("介護", "受付の人", "U-play"):
        assert personal not in body.decode()


def test_only_what_an_address_wants_is_told(town: Town, ear: tuple[Ear, str]) -> None:
    target(town, ear[1], "case.closed")
    town.say(STORY)
    claim(town)
    assert town.all(WebhookDelivery) == []


def test_it_is_tried_again_with_the_same_id_until_it_is_taken(town: Town, ear: tuple[Ear, str]) -> None:
    heard, url = ear
    target(town, url, "case.claimed")
    town.say(STORY)
    claim(town)
    heard.status = 500
    assert send_all(town) == ["waiting"]
    assert town.one(WebhookDelivery).error == "http_500"
    heard.status = 200
    assert send_all(town) == ["sent"]
    first, second = (headers["webhook-id"] for headers, _ in heard.heard)
    assert first == second


def test_it_gives_up_where_staff_see_it_and_goes_again_when_asked(town: Town, ear: tuple[Ear, str]) -> None:
    heard, url = ear
    target(town, url, "case.claimed")
    town.say(STORY)
    claim(town)
    heard.status = 302  # a redirect is not followed
    for _ in range(len(sending.WAITS_S) + 1):
        send_all(town)
    row = town.one(WebhookDelivery)
    assert (row.state, row.error) == ("failed", "http_302") and len(heard.heard) == len(sending.WAITS_S) + 1
    heard.status = 200
    with town.parts.sessions.begin() as session:
        hooks.again(town.office, session, town.all(Staff)[0].id, row.id, now_ms())
    assert send_all(town) == ["sent"]


def test_an_address_that_was_ended_hears_nothing_more(town: Town, ear: tuple[Ear, str]) -> None:
    target(town, ear[1], "case.claimed")
    town.say(STORY)
    claim(town)
    row = town.one(WebhookDelivery)
    with town.parts.sessions.begin() as session:
        key_id = hooks.end(town.office, session, town.all(Staff)[0].id, row.target_id, now_ms())
    town.parts.vault.keys.destroy(key_id)
    assert sending.deliver_hook(town.parts, row.id, 0) == "done" and ear[0].heard == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:pw@example.org/",
        "https://example.org/#x",
        "https:///x",
        "javascript:alert(1)",
        "https://例え.jp/",
        "https://" + "a" * 400 + ".jp/",
        "http://127.0.0.1.example.org/",
    ],
)
def test_an_address_that_is_none_is_refused(town: Town, url: str) -> None:
    with pytest.raises(Refused) as refusal:
        target(town, url, "case.closed")
    assert refusal.value.code == "bad_url"


@pytest.mark.parametrize(
    "inside",
    [
        "10.0.0.5",
        "192.168.1.1",
        "169.254.169.254",
        "127.0.0.1",
        "::1",
        "fd00::1",
        "100.64.0.1",
        "::ffff:10.0.0.1",
        "0.0.0.0",
        "2002:a00:1::1",
        "64:ff9b::a00:1",
        "64:ff9b:1::7f00:1",
    ],
)
def test_a_name_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    found: list[Any] = [(0, 0, 0, "", (inside, 443))]
    monkeypatch.setattr(sending.socket, "getaddrinfo", lambda *_args, **_more: found)
    outcome = sending.post("https://harmless.example.org/", "whsec_" + "QUJD" * 8, "evt_1", "{}", now_ms())
    assert outcome == sending.Outcome("address_refused", final=True)


def test_the_connection_goes_where_was_looked_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Any] = [(0, 0, 0, "", ("203.0.114.9", 443))]
    monkeypatch.setattr(sending.socket, "getaddrinfo", lambda *_args, **_more: found)
    assert sending._place("https://hooks.example.org/a?b=c") == ("https://203.0.114.9/a?b=c", "hooks.example.org")
    found.append((0, 0, 0, "", ("10.0.0.1", 443)))
    assert sending._place("https://hooks.example.org/") is None


def test_the_loop_makes_a_job_for_what_is_due(town: Town, ear: tuple[Ear, str]) -> None:
    target(town, ear[1], "case.claimed")
    town.say(STORY)
    claim(town)
    assert sending.plan(town.parts) == 1
    with town.parts.sessions.begin() as session:
        session.get_one(WebhookDelivery, town.one(WebhookDelivery).id).not_before = now_ms() + 60_000
    assert sending.plan(town.parts) == 0


def test_a_test_goes_to_the_one_address_alone(town: Town, ear: tuple[Ear, str]) -> None:
    target(town, ear[1], "case.closed")
    target(town, ear[1], "case.closed")
    first = town.all(hook_events.WebhookTarget)[0]
    with town.parts.sessions.begin() as session:
        assert hook_events.tell(session, TENANT, "test", now_ms(), only=first.id) == 1
    assert json.loads(town.one(WebhookDelivery).body)["type"] == "test"
