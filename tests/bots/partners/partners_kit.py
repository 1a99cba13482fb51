"""A browser without a screen at the partners' forms of the play town."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from play_town import TENANT, Town
from starlette.testclient import TestClient

from bots.partners.codes import code_for
from bots.web.router import make_door

ORIGIN = "http://testserver"
SAME = {"Sec-Fetch-Site": "same-origin"}


def app_of(town: Town) -> FastAPI:
    app = FastAPI()
    app.include_router(make_door(town.parts))
    return app


@contextmanager
def browser_of(town: Town) -> Iterator[TestClient]:
    with TestClient(app_of(town), base_url=ORIGIN, follow_redirects=False) as client:
        yield client


def once_in(page: str) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


def code(town: Town, partner: str = "SUIDO-01") -> str:
    tenant = town.parts.tenants[TENANT]
    return code_for(town.parts, tenant, next(one for one in tenant.pack.partners if one.code == partner))


def tsuho(town: Town, client: TestClient, **fields: object) -> str:
    """Send a report; the page with the number."""
    once = once_in(client.get("/tsuho").text)
    values = {"once": once, "sign": ["silent"], "place": "本町1-2-3", "danger": "no"} | fields
    answer = client.post("/tsuho", data=values, headers=SAME)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/todoita"
    return client.get("/todoita").text
