"""LINE's webhook at the door: nothing unsigned, broken, huge or meant for another bot gets in or leaves a trace."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from play_town import Town
from sqlalchemy import func, select
from starlette.testclient import TestClient

from bots.accept import Acceptor
from bots.line.route import BadSignature, make_router, verify
from bots.parts import Parts
from intake.db import reading
from intake.records import InboxEvent

SECRET = "demo-line-secret-0000"
EVENT = {
    "type": "message",
    "mode": "active",
    "timestamp": 1_795_320_000_000,
    "webhookEventId": "01M80",
    "replyToken": "r",
    "source": {"type": "user", "userId": "U1"},
    "message": {"id": "1", "type": "text", "text": "家賃が払えません"},
}
BODY = json.dumps({"destination": "U0", "events": [EVENT]}).encode()


@pytest.fixture
def parts(town: Town) -> Iterator[Parts]:
    tenants = dict(town.parts.tenants)
    yield town.parts
    town.parts.tenants.update(tenants)


@pytest.fixture
def door(parts: Parts) -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(make_router(parts, Acceptor(parts)))
    with TestClient(app) as client:
        yield client


def sign(body: bytes, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"X-Line-Signature": base64.b64encode(digest).decode()}


def stored(parts: Parts) -> int:
    with reading(parts.sessions) as session:
        return session.scalar(select(func.count()).select_from(InboxEvent)) or 0


def test_the_vector_that_line_publishes() -> None:
    # LINE Developers, "Verify webhook signature".
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    secret = "8c570fa6dd201bb328f1c1eac23a96d8"
    verify(body, "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=", secret)
    for wrong in ("GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLt=", "", None, "ぁ"):
        with pytest.raises(BadSignature):
            verify(body, wrong, secret)
    with pytest.raises(BadSignature):
        verify(body, sign(body, "")["X-Line-Signature"], "")


def test_a_signed_event_is_saved_once_and_then_acknowledged(door: TestClient, parts: Parts) -> None:
    for _ in range(2):
        assert door.post("/line/mihon", content=BODY, headers=sign(BODY)).status_code == 200
    assert stored(parts) == 1
    check = b'{"destination":"U0","events":[]}'
    assert door.post("/line/mihon", content=check, headers=sign(check)).status_code == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        pytest.param(BODY, {}, 401, id="no signature"),
        pytest.param(BODY, sign(BODY, "demo-another-secret"), 401, id="wrong signature"),
        pytest.param(b"", sign(b""), 400, id="no body"),
        pytest.param(b"{", sign(b"{"), 400, id="broken JSON"),
        pytest.param(b'{"events":[NaN]}', sign(b'{"events":[NaN]}'), 400, id="NaN"),
        pytest.param(b'{"events":["\\ud800"]}', sign(b'{"events":["\\ud800"]}'), 400, id="lone surrogate"),
        pytest.param(b"\xff" * 9, sign(b"\xff" * 9), 400, id="not UTF-8"),
        pytest.param(b" " * (1 << 20) + BODY, sign(b" " * (1 << 20) + BODY), 413, id="too large"),
        pytest.param(BODY, sign(BODY) | {"Content-Encoding": "gzip"}, 413, id="compressed"),
    ],
)
def test_what_is_refused_leaves_nothing(
    door: TestClient, parts: Parts, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = door.post("/line/mihon", content=body, headers=headers)
    assert (answer.status_code, answer.content) == (status, b"")
    assert stored(parts) == 0


def test_a_stream_without_a_length_is_cut_off(door: TestClient, parts: Parts) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    assert door.post("/line/mihon", content=endless(), headers=sign(b"")).status_code == 413
    assert stored(parts) == 0


def test_an_unknown_town_answers_like_a_wrong_signature(door: TestClient) -> None:
    known = door.post("/line/mihon", content=BODY, headers=sign(BODY, "demo-another-secret"))
    unknown = door.post("/line/elsewhere", content=BODY, headers=sign(BODY))
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (401, b"")


def test_another_bots_events_are_refused(parts: Parts) -> None:
    tenant = parts.tenants["mihon"]
    line = tenant.settings.line.model_copy(update={"destination": "Uours"})
    ours = type(tenant)(tenant.name, tenant.settings.model_copy(update={"line": line}), tenant.office)
    parts.tenants["mihon"] = ours
    app = FastAPI()
    app.include_router(make_router(parts, Acceptor(parts)))
    with TestClient(app) as client:
        for destination in ("Utheirs", 7, None):
            body = json.dumps({"destination": destination, "events": [EVENT]}).encode()
            assert client.post("/line/mihon", content=body, headers=sign(body)).status_code == 400
        body = json.dumps({"destination": "Uours", "events": [EVENT]}).encode()
        assert client.post("/line/mihon", content=body, headers=sign(body)).status_code == 200
    assert stored(parts) == 1
