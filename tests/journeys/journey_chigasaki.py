"""茅ヶ崎 in browsers: the person at the door, 受付 and 社協 at the console, and what may stand nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from journey_kit import until
from journey_stage import PATIENCE_MS, SHOTS, Phone, Stage, a_stage
from journey_web import visitor
from pypdf import PdfReader
from sqlalchemy import select

from bots.demo.town import CHANNEL, CHILD_CHANNEL, TENANT
from bots.parts import Parts, build
from bots.simulator.client import SimulatorRefusedError
from handoff import login
from handoff.records import Staff, Ticket
from handoff.ticket import State

PERSON, MIDORI, SHAKYO = "recluse", "U0TANTOU", "c-shakyo"
NAME, CALLER, CALLER_PHONE = "浜辺トキ", "根津ひろし", "0467-00-0099"
TAX = ("四十一万三千円", "納税課の分納")
"""Words that only the tax office knows."""
WORDS = ("くらげ荘", "編み物", "七十万円")
"""Words of the person's own."""


@dataclass(slots=True)
class Town:
    """The running town, the person's telephone and page, みどり of 社協 in a browser of her own."""

    stage: Stage
    parts: Parts = field(repr=False)
    phone: Phone = field(repr=False)
    door: Any = field(repr=False)
    midori: Any = field(repr=False)
    case: int = 0
    packets: list[tuple[str, str]] = field(default_factory=list, repr=False)
    """(basis, all its words) of every packet so far."""

    @property
    def console(self) -> Any:
        """あお's browser."""
        return self.stage.desk.console

    @property
    def home(self) -> str:
        """Where the product is."""
        return self.stage.desk.home

    def at(self, path: str = "", page: Any = None) -> Any:
        """A page of the case, for あお when nobody else is named."""
        page = page or self.console
        page.goto(f"{self.home}/console/cases/{self.case}{path}")
        return page

    def place(self) -> str:
        """Who has the case: the name of its one owner, or the one desk in whose queue it stands."""
        with self.parts.sessions() as session:
            row = session.scalars(select(Ticket).where(Ticket.case_id == self.case)).one()
            owner = session.get(Staff, row.owner_id) if row.owner_id else None
            queued = State(row.state) is State.RECEIVED
            assert queued == (owner is None) and (owner is None or owner.active), (row.state, row.owner_id)
            known = {desk.id for desk in self.parts.tenants[TENANT].pack.desks}
            assert row.owner_desk in known and row.folded_into is None
            return owner.name if owner is not None else f"列：{row.owner_desk}"

    def link(self) -> None:
        """Open the newest one-time link on the telephone, in the person's own browser."""
        bodies = json.dumps([one["content"] for one in self.stage.client.phone(PERSON)])
        found = [word for word in bodies.split('"') if "/d/" in word]
        self.door.goto(found[-1])
        self.door.get_by_role("button", name="ひらく").click()
        self.door.wait_for_url("**/talk")

    def press(self, label: str) -> None:
        """A button of the person's page, gone once it was taken."""
        button = self.door.get_by_role("button", name=label, exact=True)
        button.first.click()
        button.first.wait_for(state="detached")

    def write(self, text: str) -> None:
        """Words of the person, on their page."""
        self.door.fill("#text", text)
        self.door.get_by_role("button", name="おくる", exact=True).last.click()

    def hears(self, *rows: tuple[str, str, str]) -> None:
        """Write on 聞きとりシート: (field, value, source); "" leaves the source as it stands."""
        page = self.at("/hearing")
        for one in page.locator("details.fold").all():
            one.evaluate("fold => { fold.open = true; }")
        for name, value, source in rows:
            page.fill(f"#v-{name}", value)
            if source:
                page.locator(f"[name='s.{name}']").select_option(source)
        page.get_by_role("button", name="保存する").click()
        page.get_by_text("保存しました").wait_for()

    def tables(self, meeting: str, decide: str, keep: str) -> None:
        """Put the case on the meeting's list of this month, and make its first sheet."""
        page = self.console
        page.goto(f"{self.home}/console/meetings?meeting={meeting}")
        item = page.locator(f"#c{self.case}")
        item.get_by_label("この会議で決めてほしいこと").fill(decide)
        item.get_by_role("button", name="議題にする").click()
        item.locator("summary", has_text="会議の一枚目").click()
        item.get_by_label("一枚目に書く").fill(keep)
        item.get_by_role("button", name="会議の一枚目をつくる").click()
        page.wait_for_url(re.compile(f"/cases/{self.case}"))

    def asks(self, desk: str = "") -> None:
        """〔本人に聞く〕 of a desk, or of the meeting: the person hears of it on LINE and answers on their page."""
        page = self.at()
        self.stage.desk.open("同意を聞く・記録する")
        if desk:
            page.select_option("#consent-desk", desk)
        else:
            page.locator("#consent").get_by_label("会議で関係機関と考える").first.check()
        page.get_by_role("button", name="本人に聞く", exact=True).click()
        page.get_by_role("button", name="この質問を送る").click()
        page.locator("#consents", has_text="本人に聞いています").wait_for()  # else the person looks too early
        self.phone.sees("お知らせがあります")

    def packet(self, number: str, page: Any = None) -> dict[str, Any]:
        """Open the packet of that number, take it as PDF and as data, keep its words for `clean`; the data."""
        page = self.at("/packets", page)
        page.get_by_role("link", name=number).click()
        page.wait_for_url("**/packets/*")
        with page.expect_download() as asked:
            page.get_by_role("link", name="PDF", exact=True).click()
        raw = Path(asked.value.path()).read_bytes()
        assert raw[:4] == b"%PDF"
        paper = PdfReader(BytesIO(raw))
        assert 1 <= len(paper.pages) <= 2  # A4, one or two sheets (domain sheet §0.9)
        body: dict[str, Any] = page.context.request.get(f"{page.url.partition('?')[0]}/json").json()
        said = "".join(sheet.extract_text() for sheet in paper.pages) + json.dumps(body, ensure_ascii=False)
        self.packets.append((body["basis"]["code"], said))
        if SHOTS:
            (Path(SHOTS) / f"{number}.pdf").write_bytes(raw)
            (Path(SHOTS) / f"{number}.json").write_text(json.dumps(body, ensure_ascii=False))
        return body

    def clean(self) -> None:
        """Nobody who reported stands in a packet, no tax without consent, and nothing of anybody in Slack."""
        client = self.stage.client
        slack = str([client.channel(CHANNEL), client.channel(CHILD_CHANNEL), client.views()]) + self.whispers()
        assert not [word for word in (NAME, CALLER, CALLER_PHONE, *TAX, *WORDS) if word in slack]
        for basis, said in self.packets:
            never = (CALLER, CALLER_PHONE, *(() if basis == "C0" else TAX))
            assert not [word for word in never if word in said], basis

    def told(self, *words: str) -> None:
        """Wait until Slack says all of it to みどり."""
        until(self.stage.client, lambda: all(word in self.whispers() for word in words))

    def whispers(self) -> str:
        """All that Slack said to みどり alone; "" before the first word."""
        try:
            return str(self.stage.client.channel(f"D{MIDORI[1:]}")["messages"])
        except SimulatorRefusedError:
            return ""

    def shot(self, name: str, page: Any = None) -> None:
        """A picture of a page for somebody who wants to look."""
        if SHOTS:
            (page or self.console).screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@contextmanager
def a_chigasaki(hour: datetime) -> Iterator[Town]:
    """The town with its own pack at `hour`; みどり works at 社協."""
    with a_stage(hour=hour, pack="chigasaki", undo_seconds=0) as stage, visitor(stage.page.context.browser) as door:
        parts = build(stage.town.settings)
        context = stage.page.context.browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP")
        try:
            midori = context.new_page()
            midori.set_default_timeout(PATIENCE_MS)
            with parts.sessions.begin() as session:
                staff = session.scalars(select(Staff).where(Staff.name == "みどり")).one()
                staff.desk = SHAKYO
                link = login.make_link(session, TENANT, staff.id, int(hour.timestamp() * 1000), ttl_ms=8 * 3_600_000)
            midori.goto(f"{stage.desk.home}/console/login/{link}")
            midori.get_by_role("button", name="入る").click()
            midori.get_by_role("heading", name="受付の一覧").wait_for()
            yield Town(stage, parts, stage.phone(PERSON), door, midori)
        finally:
            context.close()
            parts.close()
