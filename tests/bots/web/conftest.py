"""A browser without a screen at our own page of the play town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from play_town import Town
from starlette.testclient import TestClient

from bots.web.router import make_door

ORIGIN = "http://testserver"
STORY = "家賃が払えません。どうしたらいいですか"


@dataclass
class Guest:
    """Somebody at our own page: posts as the page's forms do."""

    client: TestClient
    shown: httpx2.Response | None = field(default=None)

    def get(self, url: str) -> httpx2.Response:
        self.shown = self.client.get(url)
        return self.shown

    def post(self, url: str, **fields: str) -> httpx2.Response:
        self.shown = self.client.post(url, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
        return self.shown

    def hidden(self, name: str) -> str:
        """A hidden field of the page shown last."""
        assert self.shown is not None
        found = re.search(rf'name="{name}" value="([^"]*)"', self.shown.text)
        assert found, name
        return found[1]

    def start(self, text: str = STORY, prefix: str = "") -> httpx2.Response:
        """The first page, its form, and the talk behind it."""
        self.get(f"{prefix}/soudan")
        self.post(f"{prefix}/soudan", once=self.hidden("once"), text=text)
        assert self.shown is not None and self.shown.status_code == 303, self.shown.text
        return self.get("/talk")

    def say(self, text: str = "", press: str = "", **more: str) -> httpx2.Response:
        """Send the talk's form and follow it."""
        answer = self.post("/talk", csrf=self.hidden("csrf"), once=self.hidden("once"), text=text, press=press, **more)
        return self.get("/talk") if answer.status_code == 303 else answer

    def send(self, body: bytes, media_type: str, text: str = "", name: str = "IMG_1.jpg") -> httpx2.Response:
        """Send the talk's form with a file, as a browser does, and follow it."""
        fields = {"csrf": self.hidden("csrf"), "once": self.hidden("once"), "text": text, "press": ""}
        self.shown = self.client.post(
            "/talk", data=fields, files={"file": (name, body, media_type)}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        return self.get("/talk") if self.shown.status_code == 303 else self.shown

    def choice(self, label: str) -> str:
        """The data of the button with this label."""
        assert self.shown is not None
        found = re.search(rf'name="press" value="([^"]*)" class="choice[^"]*">{label}<', self.shown.text)
        assert found, label
        return found[1]


@pytest.fixture
def guests(town: Town) -> Iterator[Any]:
    """Makes guests of the one running page, each with cookies of their own."""
    app = FastAPI()
    app.include_router(make_door(town.parts))
    opened: list[TestClient] = []

    def make() -> Guest:
        client = TestClient(app, base_url=ORIGIN, follow_redirects=False)
        opened.append(client)
        return Guest(client)

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def guest(guests: Any) -> Guest:
    """One guest."""
    made: Guest = guests()
    return made


@pytest.fixture
def guest_at() -> Any:
    """Makes a guest of another client."""
    return Guest
