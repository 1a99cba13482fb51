"""`/hitokoto` (R1): anonymous, one field, half a minute; danger becomes a case at once, whatever the limits say."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from play_town import Town
from starlette.testclient import TestClient

from bots.web.limits import Gauge
from bots.web.router import make_door
from handoff.path_records import Remark
from handoff.records import Call
from intake.records import Case

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(town: Town) -> TestClient:
    app = FastAPI()
    app.include_router(make_door(town.parts))
    return TestClient(app, follow_redirects=False)


def send(client: TestClient, text: str, **more: str):  # type: ignore[no-untyped-def]
    once = re.findall(r'name="once" value="([^"]+)"', client.get("/hitokoto").text)[0]
    return client.post("/hitokoto", data={"once": once, "text": text, "place": "", **more}, headers=HERE)


def test_a_remark_of_somebody_unnamed_is_kept_and_is_no_case(client: TestClient, town: Town) -> None:
    sent = send(client, "サロンに来なくなった人がいます", place="本町1-2-3")
    assert sent.status_code == 303
    assert "残しました" in client.get(sent.headers["location"]).text
    row = town.one(Remark)
    assert (row.way, row.staff_id, row.state) == ("web", None, "new")
    assert town.all(Case) == []
    empty = send(client, "  ", place="本町1")
    assert empty.status_code == 422 and "まだ残していません" in empty.text and "本町1" in empty.text
    assert send(client, "あ" * 501).status_code == 422
    elsewhere = client.post("/hitokoto", data={"once": "x" * 22, "text": "a"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert len(town.all(Remark)) == 1


def test_danger_is_never_held_back(client: TestClient, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gauge, "may_begin", lambda *_: False)
    held = send(client, "元気がない人がいます")
    assert held.status_code == 429 and "元気がない人がいます" in held.text
    assert send(client, "隣の人が死にたいと言っています").status_code == 303
    assert town.one(Call).case_id == town.one(Case).id
