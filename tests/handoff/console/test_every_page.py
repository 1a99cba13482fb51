"""Every page of the console, for everybody who may open it, is a good page on a telephone and at 200 %.

The pages are the routes of the console itself, who may open them stands in `matrix_table.toml`. A new GET route is
asked by itself; one with a name in its address, or one that is no page, needs a line here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_kit import PHONE, chromium, needs_browser, new_page
from console_town import Town, copy_town
from every_page_town import Practised, fill
from fastapi import FastAPI
from serve_kit import address_of, free_socket, served

from handoff.console.router import make_console
from handoff.console.settings_setup import TownSetup

pytestmark = needs_browser
RULES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "matrix_table.toml").read_text())["routes"]
WHO = {"intake": "sato", "worker": "tanaka", "manager": "kato", "auditor": "mori"}
ZOOMED = 640
NAMES = {
    "case_id": "{case}", "staff_id": "{staff}", "request_id": "{request}", "correction_id": "{correction}",
    "desk_id": "kodomo", "code": "GAS-02", "card_id": "{card}", "packet_id": "{packet}",
}  # fmt: skip
"""What stands in an address for the name of a route's path."""
MORE = {
    "/console/": ("/console/", "/console/?case={case}", "/console/?view=custom&domain=child"),
    "/console/login/{token}": ("/console/login/{link}", "/console/login/gone"),
    "/console/invite/{token}": ("/console/invite/{invite}", "/console/invite/gone"),
    "/console/settings/desks/{desk_id}/close": ("/console/settings/desks/sumai/close",),
    "/console/settings/history": ("/console/settings/history?kind=desk&key=kodomo",),
    "/console/settings/texts/template": (
        "/console/settings/texts/template",
        "/console/settings/texts/template?id=read",
    ),
    "/console/stats": ("/console/stats", "/console/stats?year=2025"),
}
"""Addresses of a path where one plain one is not enough."""
NO_PAGE = {
    "/console": "leads to the front page",
    "/console/static/{name:path}": "a file",
    "/console/oidc": "leads to the provider",
    "/console/oidc/back": "leads back from the provider",
    "/console/invite/{token}/oidc": "leads to the provider",
    "/console/palette": "a list for a script",
    "/console/live": "a stream",
    "/console/calls": "a part of a page",
    "/console/looking": "a part of a page",
    "/console/cases/{case_id}/pane": "a part of a page",
    "/console/cases/{case_id}/news": "a part of a page",
    "/console/cases/{case_id}/fresh": "a part of a page",
    "/console/cases/{case_id}/attachments/{attachment_id}": "a file",
    "/console/cases/{case_id}/attachments/{attachment_id}/shown": "a part of a page",
    "/console/audit.csv": "a file",
    "/console/retention.csv": "a file",
    "/console/cases/{case_id}/packets/{packet_id}/pdf": "a file",
    "/console/cases/{case_id}/packets/{packet_id}/xlsx": "a file",
    "/console/cases/{case_id}/packets/{packet_id}/json": "a file",
    "/console/lessons/needs.csv": "a file",
    "/console/lessons/{kind}.csv": "a file",
    "/console/stats/{section}.csv": "a file",
}
"""GET routes that are no page of their own, and why."""
SLACK = TownSetup(slack=True, channel="C0MAIN", channels={"kodomo": "C0KODOMO"})
_FAULTS = """() => [
    ...(document.querySelectorAll('h1').length === 1 ? [] : [`${document.querySelectorAll('h1').length} h1`]),
    ...(document.title.trim() ? [] : ['no title']),
    ...(document.documentElement.lang === 'ja' ? [] : ['no language'])]"""
_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass
class House:
    """The served console with one window for each who may knock."""

    site: str
    shadow: str
    """The same town while nothing is sent (下見)."""
    names: dict[str, str]
    window: Callable[[str], Any] = field(repr=False)


@pytest.fixture(scope="module")
def house(busy_folder: tuple[Town, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    town = copy_town(*busy_folder, tmp_path_factory.mktemp("every-page"))
    names, windows = fill(town), dict[str, Any]()
    app, sock = FastAPI(), free_socket()
    app.include_router(
        make_console(town.parts(public_url=address_of(sock), practice=Practised(), slack_team="T1", setup=SLACK))
    )
    quiet, quiet_sock = FastAPI(), free_socket()
    town.office = replace(town.office, shadow=True)
    quiet.include_router(make_console(town.parts(public_url=address_of(quiet_sock))))
    with served(app, sock) as site, served(quiet, quiet_sock) as shadow, chromium() as chrome:

        def window(who: str) -> Any:
            if who not in windows:
                windows[who] = new_page(chrome, PHONE)
                windows[who].set_default_navigation_timeout(60_000)
                if who:
                    cookie = {"name": "toritsugi", "value": town.token(who), "url": site}
                    windows[who].context.add_cookies([cookie])
            return windows[who]

        yield House(site, shadow, names, window)
        for page in windows.values():
            page.context.close()
    town.close()


def paths() -> list[str]:
    """Every path of the console that can be asked for with GET."""
    return [route.removeprefix("GET ") for route in RULES if route.startswith("GET ")]


def visitors(path: str) -> list[str]:
    """Who may open it."""
    rule = RULES[f"GET {path}"]
    if rule == "open":
        return [""]
    if isinstance(rule, str):
        readers = ["intake", "worker"]
        rule = {"all": list(WHO), "case": readers, "asked": readers, "case:intake": ["intake"]}[rule]
    return [WHO[role] for role in rule if role != "coordinator"]  # a title opens the page that 受付 see


def addresses(path: str, names: dict[str, str]) -> list[str]:
    """Its addresses in the town."""
    plain = re.sub(r"\{(\w+)\}", lambda found: NAMES.get(found[1], found[0]), path)
    return [one.format_map(names) for one in MORE.get(path, (plain,))]


def faults(page: Any) -> list[str]:
    """What is wrong with the page that is open, and with what is folded on it."""
    found = list(page.evaluate(_FAULTS))
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
    for width in (ZOOMED, PHONE[0]):
        page.set_viewport_size({"width": width, "height": PHONE[1]})
        found += [f"scrolls sideways at {width}"] if page.evaluate(_WIDE) else []
    axe = Axe().run(page).response["violations"]
    found += [f"{one['id']} {[node['target'] for node in one['nodes']][:3]}" for one in axe]
    found += page.troubles
    page.troubles.clear()
    return found


def test_no_page_is_forgotten(house: House, busy_folder: tuple[Town, Path], tmp_path: Path) -> None:
    """Every GET route has its line in the matrix; what is called no page is none, and stands in the console."""
    town = copy_town(*busy_folder, tmp_path)
    routes = {route.path for route in make_console(town.parts()).routes if route.methods == {"GET"}}  # type: ignore[attr-defined]
    town.close()
    assert routes == set(paths())
    assert set(MORE) | set(NO_PAGE) <= routes
    asked = routes - set(MORE) - set(NO_PAGE)
    unnamed = sorted(path for path in asked if not set(re.findall(r"\{([^}]+)\}", path)) <= set(NAMES))
    assert not unnamed, f"what stands for the names in these addresses? {unnamed}"
    for path in sorted(set(NO_PAGE) - {"/console/live"}):
        for who in visitors(path):
            (address,) = addresses(re.sub(r"\{(?!case_id)[\w:]+\}", "7", path), house.names)
            said = house.window(who).request.get(f"{house.site}{address}", max_redirects=0)
            assert said.status != 200 or "<html" not in said.text(), f"{path} is a page"


@pytest.mark.parametrize("who", ["", *WHO.values()])
def test_every_page_is_a_good_page(house: House, who: str) -> None:
    page, wrong, seen = house.window(who), list[str](), 0
    for path in paths():
        if path in NO_PAGE or who not in visitors(path):
            continue
        for address in addresses(path, house.names):
            site = house.shadow if path == "/console/shadow" else house.site
            answer = page.goto(f"{site}{address}")
            seen += 1
            if answer.status != 200 and not address.endswith("/gone"):
                wrong.append(f"{address}: {answer.status}")
            wrong += [f"{address}: {one}" for one in faults(page)]
    assert not wrong, "\n".join(wrong)
    assert seen > 2
