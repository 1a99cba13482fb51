"""下見 and 練習 on the console: who sees them, what they do, and that they are good pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from browser_kit import needs_browser
from console_browser import Browser
from console_screen import DESKTOP, PHONE, check
from console_town import Town
from fastapi import FastAPI
from serve_kit import address_of, free_socket, served

from handoff import shadow
from handoff.console.router import make_console
from handoff.practice import MOST

Browsers = Callable[..., Browser]


@dataclass
class Practised:
    """Practice cases that are only counted."""

    count: int = 0
    asked: list[int] = field(default_factory=list)

    def make(self, count: int) -> int:
        self.asked.append(count)
        self.count += count
        return count

    def clear(self) -> int:
        cleared, self.count = self.count, 0
        return cleared

    def standing(self) -> int:
        return self.count


@pytest.fixture
def practised() -> Practised:
    return Practised()


@pytest.fixture
def quiet_site(busy: Town, practised: Practised) -> Iterator[str]:
    """The console of the busy town in shadow mode, with practice, on a real port."""
    busy.office = replace(busy.office, shadow=True)
    app, sock = FastAPI(), free_socket()
    app.include_router(make_console(busy.parts(public_url=address_of(sock), practice=practised)))
    with served(app, sock) as address:
        yield address


def test_outside_shadow_mode_there_is_no_such_page_and_no_banner(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    assert client.get("/console/shadow").status_code == 404
    assert client.send_form(f"/console/cases/{busy.case['water']}/shadow", verdict="same").status_code == 404
    assert "下見" not in client.get("/console/").text


def test_reception_compares_and_the_manager_sees_figures_alone(busy: Town, browser: Browsers) -> None:
    busy.office = replace(busy.office, shadow=True)
    reception, manager = browser("sato"), browser("kato")
    shown = reception.get("/console/shadow")
    assert shown.status_code == 200
    assert "だれにも何も送りません" in shown.text
    answer = reception.send_form(f"/console/cases/{busy.case['water']}/shadow", verdict="same")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/shadow")
    answer = reception.send_form(f"/console/cases/{busy.case['gas']}/shadow", verdict="different")
    assert answer.headers["location"].endswith("#correct")
    with busy.sessions() as session:
        found = shadow.agreement(session, busy.office)
    assert (found.same, found.different) == (1, 1)
    figures = manager.get("/console/shadow").text
    assert "50" in figures
    assert "水道" not in figures
    for who in ("tanaka", "mori"):
        assert browser(who).get("/console/shadow").status_code == 404
    for who in ("tanaka", "kato", "mori"):
        forbidden = browser(who).send_form(f"/console/cases/{busy.case['water']}/shadow", verdict="same")
        assert forbidden.status_code == 404


def test_the_manager_makes_and_clears_practice(busy: Town, browser: Browsers, practised: Practised) -> None:
    manager = browser("kato", practice=practised)
    assert manager.get("/console/training").status_code == 200
    for wrong in ("", "0", str(MOST + 1), "１２", "-3"):
        assert manager.send_form("/console/training", count=wrong).status_code == 422
    assert manager.send_form("/console/training", count="12").status_code == 303
    assert practised.asked == [12]
    assert manager.send_form("/console/training/clear").status_code == 422
    assert practised.count == 12
    assert manager.send_form("/console/training/clear", confirmed="yes").status_code == 303
    assert practised.count == 0
    for who in ("sato", "tanaka", "mori"):
        client = browser(who, practice=practised)
        assert client.get("/console/training").status_code == 404
        assert client.send_form("/console/training", count="3").status_code == 404
    assert browser("kato").get("/console/training").status_code == 404, "not where nobody can practise"


@needs_browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_are_accessible(
    quiet_site: str, visit: Callable[..., Any], practised: Practised, busy: Town, size: tuple[int, int]
) -> None:
    """`quiet_site` comes first: pages must be closed before it stops."""
    page = visit("sato", size)
    page.context.add_cookies([{"name": "toritsugi", "value": busy.token("sato"), "url": quiet_site}])
    page.goto(f"{quiet_site}/console/shadow")
    check(page)
    page.click(".compare li:first-child button:has-text('合っていた')")
    page.wait_for_selector(".verdict.same")
    check(page)
    page.goto(f"{quiet_site}/console/")
    page.wait_for_selector(".shadow-bar")
    check(page)
    practised.count = 12
    manager = visit("kato", size)
    manager.context.add_cookies([{"name": "toritsugi", "value": busy.token("kato"), "url": quiet_site}])
    for where in ("shadow", "training"):
        manager.goto(f"{quiet_site}/console/{where}")
        check(manager)
