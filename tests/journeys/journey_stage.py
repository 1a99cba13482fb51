"""Hands and eyes in the browser: people's telephones on the practice page, the desk's Slack and the console."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from browser_kit import chromium
from journey_kit import PATIENCE_S, a_town, phones, until
from sqlalchemy import select

from bots.demo.town import TENANT, Town
from bots.parts import build
from bots.simulator.client import SimulatorClient
from handoff import login
from handoff.records import Staff

PATIENCE_MS = int(PATIENCE_S * 1000)
SHOTS = os.environ.get("TORITSUGI_SHOTS", "")
"""A folder for pictures of the main moments, for somebody who wants to look at them; none are taken without."""
_ANSWERS = "#talk .bubble-row.theirs:not(:has(.dots))"
_SHOWN = f"""([mark, words]) => {{
  const said = [...document.querySelectorAll({_ANSWERS!r})].slice(mark).map((one) => one.innerText).join("\\n");
  return words.every((word) => said.includes(word)) ? said || "（なし）" : false;
}}"""


@dataclass(slots=True)
class Phone:
    """One person's telephone on the practice page. `sees` looks at what came after this person's last act."""

    page: Any = field(repr=False)
    client: SimulatorClient = field(repr=False)
    person: str
    mark: int = 0

    def take(self, *, first: bool = False) -> Phone:
        """Hold this telephone; `first` sends the first words that the practice page has for this person."""
        if not first and not self.client.phone(self.person):
            self.client.act(self.person, "follow")
            until(self.client, lambda: self.client.answers(self.person))
        self.mark = len(self.client.answers(self.person))
        label = next(one["label"] for one in self.client.personas() if one["key"] == self.person)
        button = self.page.locator(f"[data-persona={self.person}]")
        if button.count():
            button.click()
        else:
            self.page.select_option("#other", self.person)
            self.page.click("#other-form button")
        self.page.wait_for_selector(f"#phone-who:text-is('{label}')")
        self.page.wait_for_function(
            "least => document.querySelectorAll('#talk .bubble-row').length >= least", arg=max(self.mark, 1)
        )
        return self

    def says(self, *texts: str) -> Phone:
        """Write each text and send it with Enter."""
        for text in texts:
            mine = self.page.locator("#talk .mine").count()
            self._marks()
            self.page.fill("#say", text)
            self.page.press("#say", "Enter")
            self.page.wait_for_function("n => document.querySelectorAll('#talk .mine').length > n", arg=mine)
        return self

    def presses(self, label: str) -> Phone:
        """Press the newest button with this label: a chip, else one that stays in the talk, else one of the menu."""
        self._marks()
        chip = self.page.locator("#chips").get_by_role("button", name=label, exact=True)
        stays = self.page.locator("#talk").get_by_role("button", name=label, exact=True)
        menu = self.page.locator("#menu").get_by_role("button", name=label, exact=True)
        chip.or_(stays).or_(menu).last.wait_for()
        found = next(one for one in (chip, stays, menu) if one.count())
        found.last.click()
        return self

    def picks(self, kind: str) -> Phone:
        """Send something beside words (`data-pick`), as the dialog offers it."""
        self._marks()
        self.page.click(f"[data-pick={kind}]")
        self.page.click("#ask button[type=submit]")
        return self

    def sees(self, *words: str) -> str:
        """Wait for all these words among what came since this person's last act; all of it."""
        try:
            return str(self.page.wait_for_function(_SHOWN, arg=[self.mark, list(words)]).json_value())
        except Exception as late:
            shown = "\n".join(self.page.locator(_ANSWERS).all_inner_texts()[self.mark :])
            raise AssertionError(f"not seen: {words}\n{shown}") from late

    def buttons(self) -> list[str]:
        """What can be pressed under the newest message."""
        return [str(text) for text in self.page.locator("#chips button").all_inner_texts()]

    def calls(self) -> list[str]:
        """The telephone buttons of this talk, as LINE would dial them."""
        return [
            uri for one in self.client.phone(self.person) for uri in _uris(one["content"]) if uri.startswith("tel:")
        ]

    def _marks(self) -> None:
        self.mark = self.page.locator(_ANSWERS).count()


@dataclass(slots=True)
class Desk:
    """Staff: the console in a browser of their own, and the channel."""

    console: Any = field(repr=False)
    client: SimulatorClient = field(repr=False)
    home: str

    def case(self, words: str, view: str = "") -> Any:
        """Open the page of the case whose card shows these words; the page of the browser."""
        listing = f"{self.home}/console/{f'?view={view}' if view else ''}"
        until(self.client, lambda: self._card(listing, words))
        href = self._card(listing, words).first.locator("h2 a").get_attribute("href")
        self.console.goto(f"{self.home}{href}")
        return self.console

    def open(self, label: str) -> None:
        """Unfold a form of the case page."""
        self.console.locator("summary", has_text=label).click()

    def sends(self, text: str) -> None:
        """Answer the person from the case page that is open."""
        self.console.fill("#reply-text", text)
        self.console.click("text=送る前に確かめる")
        self.console.click("text=この文を送る")
        self.console.wait_for_selector(f".line-staff >> text={text}")

    def posts(self) -> str:
        """All that stands in the channel."""
        return str(self.client.channel()["messages"])

    def notices(self) -> list[dict[str, Any]]:
        """The calls that went beside Slack (e-mail, SMS): to, title, text."""
        return list(self.client._get("/control/notify"))

    def _card(self, listing: str, words: str) -> Any:
        self.console.goto(listing)
        found = self.console.locator(".card", has_text=words)
        return found if found.count() else None


@dataclass(slots=True)
class Stage:
    """A running town with a telephone and a desk in two browsers."""

    town: Town
    client: SimulatorClient = field(repr=False)
    page: Any = field(repr=False)
    desk: Desk = field(repr=False)
    before: dict[str, int]
    """What was counted before anybody wrote: setting the account up asks for menus that are not there yet."""

    def phone(self, person: str) -> Phone:
        """The telephone of this person of the practice page."""
        return Phone(self.page, self.client, person)

    def shot(self, name: str, *pages: Any) -> None:
        """Pictures for somebody who wants to look (see SHOTS): the whole talk on a long telephone, and these pages."""
        if SHOTS:
            device = self.page.locator("#device")
            tall = "(one, height) => { one.style.height = height; one.style.position = 'relative'; }"
            device.evaluate(tall, f"{self.page.evaluate('document.querySelector(`#talk`).scrollHeight') + 560}px")
            device.screenshot(path=str(Path(SHOTS) / f"{name}.png"))
            device.evaluate(tall, "")
            for number, page in enumerate(pages):
                page.screenshot(path=str(Path(SHOTS) / f"{name}-{number}.png"), full_page=True)

    def settled(self) -> None:
        """LINE and Slack took everything as documented, and no post came twice.

        The same words to one person twice in a minute (`duplicate_line_messages`) are no fault here: people ask again.
        """
        counted = self.client.counters()
        kinds = ("line_refused", "slack_refused", "retry_key_conflicts", "duplicate_slack_posts", "webhook_failures")
        more = {kind: counted[kind] - self.before[kind] for kind in kinds}
        assert more == dict.fromkeys(kinds, 0), more
        assert self.client.warnings() == []


@contextmanager
def a_stage(*, hour: datetime | None = None, pack: str = "mihon", **changes: Any) -> Iterator[Stage]:
    """A town at `hour` with browsers before it."""
    with a_town(hour=hour, pack=pack, **changes) as running, phones(running) as client, chromium() as browser:
        # As wide as a telephone: the practice page puts its panes below each other.
        page = browser.new_page(viewport={"width": 360, "height": 900})
        console = browser.new_page(viewport={"width": 1280, "height": 900})
        for one in (page, console):
            one.set_default_timeout(PATIENCE_MS)
        page.goto(running.page)
        page.wait_for_selector("text=つながっています")
        console.goto(_way_in(running, hour))
        console.get_by_role("button", name="入る").click()
        console.get_by_role("heading", name="受付の一覧").wait_for()
        yield Stage(running, client, page, Desk(console, client, running.settings.base_url), client.counters())


def _way_in(running: Town, hour: datetime | None) -> str:
    """A link to sign in, made at the town's own hour (`Town.console` was made now)."""
    if hour is None:
        return running.console
    parts = build(running.settings)
    try:
        with parts.sessions.begin() as session:
            staff = session.scalars(select(Staff.id).where(Staff.role == "intake").order_by(Staff.id)).first() or 0
            link = login.make_link(session, TENANT, staff, int(hour.timestamp() * 1000), ttl_ms=8 * 3_600_000)
    finally:
        parts.close()
    return f"{running.settings.base_url}/console/login/{link}"


def _uris(node: Any) -> list[str]:
    if isinstance(node, list):
        return [uri for one in node for uri in _uris(one)]
    if not isinstance(node, dict):
        return []
    own = [node["uri"]] if isinstance(node.get("uri"), str) else []
    return own + [uri for one in node.values() for uri in _uris(one)]
