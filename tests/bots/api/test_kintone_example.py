"""The kintone example as it stands: our delivery, its check, our API, and a server that speaks kintone's protocol."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from play_town import STORY, TENANT, Town
from serve_kit import address_of, free_socket, served

from bots import hooks as sending
from bots.api.app import PATH, make_api
from handoff import desk, hooks, tokens
from handoff.login import add_staff
from handoff.office import StaffRef
from handoff.outward_records import WebhookDelivery
from intake.clock import now_ms

EXAMPLE = Path(__file__).parents[3] / "examples" / "kintone" / "bridge.py"


@pytest.fixture(scope="module")
def bridge() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kintone_bridge", EXAMPLE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Kintone:
    """`PUT /k/v1/records.json` with UPSERT, as cybozu.dev documents it."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.app = FastAPI()

        @self.app.put("/k/v1/records.json")
        async def update(request: Request) -> Any:
            if request.headers.get("x-cybozu-api-token") != "kintone-token":
                return Response(status_code=401)
            body = await request.json()
            assert body["upsert"] is True and body["app"] == 7
            answers = []
            for one in body["records"]:
                key, new = one["updateKey"], one["updateKey"]["value"] not in self.records
                assert key["field"] == "番号"
                self.records.setdefault(key["value"], {}).update(one["record"])
                answers.append({"id": "1", "revision": "1", "operation": "INSERT" if new else "UPDATE"})
            return {"records": answers}


def test_a_case_becomes_one_record_and_stays_true(town: Town, bridge: ModuleType) -> None:
    kintone, sock = Kintone(), free_socket()
    ours = FastAPI()
    ours.mount(PATH, make_api(town.parts))
    with town.parts.sessions.begin() as session:
        boss = add_staff(session, TENANT, "管理の人", "manager", "", now_ms())
        token = tokens.add(town.office, session, boss, "kintone", ["cases:read"], "", 30, now_ms())
        url = f"{address_of(sock)}/toritsugi"
        secret = hooks.add(town.office, session, boss, "kintone", url, ["case.claimed", "case.closed"], now_ms())
        staff_id = add_staff(session, TENANT, "受付の人", "intake", "marugoto", now_ms())
    who = StaffRef(staff_id, TENANT, "受付の人", "intake", "marugoto")
    town.say(STORY)
    case, _ = town.case()
    with served(kintone.app) as there, served(ours) as here:
        settings = {
            "TORITSUGI_URL": here, "TORITSUGI_TOKEN": token, "TORITSUGI_WEBHOOK_SECRET": secret, "KINTONE_URL": there,
            "KINTONE_APP": "7", "KINTONE_TOKEN": "kintone-token",
        }  # fmt: skip
        with served(bridge.make_bridge(settings), sock):
            with town.parts.sessions.begin() as session:
                desk.claim(town.office, session, case.id, who, now_ms())
            send(town)
            assert kintone.records["T-0001"]["状態"]["value"] == "claimed"
            with town.parts.sessions.begin() as session:
                desk.close(town.office, session, case.id, who, "done", "", now_ms())
            send(town)
    assert list(kintone.records) == ["T-0001"] and kintone.records["T-0001"]["状態"]["value"] == "closed"
    assert "介護" not in str(kintone.records)


def test_what_is_not_signed_is_refused(bridge: ModuleType) -> None:
    settings = {
        "TORITSUGI_URL": "http://127.0.0.1:1", "TORITSUGI_TOKEN": "x", "TORITSUGI_WEBHOOK_SECRET": "whsec_QUJDREVGRw==",
        "KINTONE_URL": "http://127.0.0.1:1", "KINTONE_APP": "7", "KINTONE_TOKEN": "x",
    }  # fmt: skip
    client = TestClient(bridge.make_bridge(settings))
    assert client.post("/toritsugi", content=b"{}").status_code == 400
    forged = {"webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    assert client.post("/toritsugi", content=b"{}", headers=forged).status_code == 400


def send(town: Town) -> None:
    for row in town.all(WebhookDelivery, state="waiting"):
        assert sending.deliver_hook(town.parts, row.id, row.attempts) == "sent"
