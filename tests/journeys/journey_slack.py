"""Hands of the desk's staff in Slack, as the practice page draws it: cards, menus, modals, the field below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from browser_kit import chromium, new_page
from journey_kit import a_town, phones, sees, until
from journey_stage import PATIENCE_MS
from playwright.sync_api import Locator, expect

from bots.demo.town import CHANNEL, CHILD_CHANNEL, Town
from bots.simulator.client import SimulatorClient

_LABEL = re.compile(r"\b[TLSAP]-\d{4}")
AO, KIIRO = "U0UKETSUKE", "U0TOUBAN"
"""Two of the reception's."""
CANARIES = ("すずらん荘", "かえで寮", "ひなげし", "しらかば", "ゆずりは", "まんさく")
"""A word of each person's own."""


@dataclass(slots=True)
class Pane:
    """One of the staff before the Slack pane of the practice page."""

    page: Any = field(repr=False)

    def card(self, label: str) -> Locator:
        """The card of this case."""
        return self.page.locator("#posts > li.post", has=self.page.locator(".b-context", has_text=f"{label}　")).first

    def reads(self, label: str, *words: str) -> None:
        """Wait until the card says all of it."""
        for one in words:
            expect(self.card(label)).to_contain_text(one)

    def press(self, label: str, name: str) -> None:
        """A button that stands on the card."""
        self.card(label).get_by_role("button", name=name, exact=True).click()

    def choose(self, label: str, name: str) -> None:
        """A choice of one of the card's menus."""
        menu = self.card(label).locator(".b-menu", has=self.page.locator("button", has_text=name))
        menu.locator("summary").click()
        menu.locator("button", has_text=name).click()

    def told(self, *words: str) -> Locator:
        """Wait for what is shown to this person alone; the newest such message."""
        found = self.page.locator("#posts article", has=self.page.locator(".tag.quiet"))
        for one in words:
            found = found.filter(has_text=one)
        found.last.wait_for()
        return found.last

    def modal(self, title: str) -> Locator:
        """Wait for the modal with this title on top."""
        found = self.page.locator("#modal[open]", has=self.page.locator("#modal-title", has_text=title))
        found.wait_for()
        return found

    def submit(self, name: str) -> None:
        """Send the modal that is open."""
        self.page.locator("#modal").get_by_role("button", name=name, exact=True).click()

    def closed(self) -> None:
        """Wait until no modal is open."""
        expect(self.page.locator("#modal[open]")).to_have_count(0)

    def content(self, label: str) -> str:
        """What 内容を見る shows of the case."""
        self.press(label, "内容を見る")
        shown = self.modal(f"{label} の内容").inner_text()
        self.leaves()
        return str(shown)

    def leaves(self) -> None:
        """Close the modal without sending it."""
        self.page.locator("#modal .modal-buttons button").first.click()
        self.closed()

    def writes(self, text: str) -> None:
        """Write in the field below, as a message or a command."""
        self.page.fill("#write", text)
        self.page.press("#write", "Enter")

    def tab(self, name: str) -> None:
        """Go to # 窓口, DM or ホーム."""
        self.page.get_by_role("group", name="Slackの場所").get_by_role("button", name=name, exact=True).click()


def pane(browser: Any, town: Town, user: str) -> Pane:
    """A browser window of their own for one of the staff."""
    page = new_page(browser, (1440, 900))
    page.set_default_timeout(PATIENCE_MS)
    page.route("**/console/**", lambda route: route.abort())  # the console's pane has journeys of its own
    page.goto(town.page)
    page.wait_for_selector("#live:has-text('つながっています')")
    page.select_option("#staff", user)
    return Pane(page)


@dataclass(slots=True)
class Scene:
    """A running town, あお before Slack, and the numbers of the cases by the digit of whoever wrote."""

    town: Town
    client: SimulatorClient = field(repr=False)
    browser: Any = field(repr=False)
    ao: Pane = field(repr=False)
    before: dict[str, int] = field(repr=False)
    case: dict[str, str] = field(default_factory=dict)

    def person(self, who: str, words: str) -> str:
        """Somebody writes for the first time, and wants no questions; the number of their case."""
        if who not in self.case:
            known = labels(self.client)
            self.client.say(user(who), words)
            sees(self.client, user(who), "受付番号")
            self.case[who] = new_label(self.client, known)
            self.client.say(user(who), "やめる")
            sees(self.client, user(who), "質問はここまで")
        return self.case[who]

    def rent(self) -> str:
        """The case that most of this is about."""
        return self.person("1", f"家賃のことで相談したいです。{CANARIES[0]}に住んでいます。")

    def owned(self, label: str) -> None:
        """See to it that あお has the case."""
        self.ao.card(label).wait_for()
        if "担当：あお" not in self.ao.card(label).inner_text():
            self.ao.press(label, "担当する")
            self.ao.reads(label, "担当：あお")


@contextmanager
def a_scene(hour: datetime, undo_s: int) -> Iterator[Scene]:
    """The town at `hour`, with one case in it. An answer of staff waits `undo_s`."""
    with a_town(hour=hour, undo_seconds=undo_s) as town, phones(town) as client, chromium() as browser:
        expect.set_options(timeout=PATIENCE_MS)
        made = Scene(town, client, browser, pane(browser, town, AO), client.counters())
        made.rent()
        yield made
        expect.set_options(timeout=5_000)  # Playwright's own


def user(who: str) -> str:
    """The LINE id of the person with this digit."""
    return "U" + who * 32


def labels(client: SimulatorClient) -> set[str]:
    """The numbers of all cards in the staff's channels."""
    texts = [one["text"] for where in (CHANNEL, CHILD_CHANNEL) for one in client.channel(where)["messages"]]
    return {found for text in texts for found in _LABEL.findall(str(text))}


def new_label(client: SimulatorClient, before: set[str]) -> str:
    """The number of the one card that came since."""
    (found,) = until(client, lambda: labels(client) - before)
    return str(found)


def in_slack(client: SimulatorClient) -> str:
    """All that anybody may find in Slack without asking for one case: posts, whispers, homes, what modals carry."""
    places = (CHANNEL, CHILD_CHANNEL, *(f"D{one[1:]}" for one in (AO, KIIRO)))
    channels = [client.channel(where) for where in places]
    views = [one["view"] for one in client.views()]
    homes = [view for view in views if view["type"] == "home"]
    carried = [(view.get("private_metadata"), view.get("external_id"), view["callback_id"]) for view in views]
    return str([channels, homes, carried])
