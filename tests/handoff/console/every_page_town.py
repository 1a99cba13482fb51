"""A busy town in which every page of the console has something to show, and what its addresses need."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from console_reasons import explained, explained_reading
from console_town import TOWN, Town
from every_page_meet import meet_names
from sqlalchemy import select
from sqlalchemy.orm import Session
from statistics_year import invent, keep_facts, publish_all

from handoff import (
    desk,
    disaster,
    facts,
    feed_register,
    feeds,
    login,
    passes,
    queue,
    remarks,
    reporters,
    requests,
    saved_views,
)
from handoff.correct import correct
from handoff.feed_signal import Sign
from handoff.judged import Labels
from handoff.numbers import load_registry
from handoff.overlay_shelf import PackShelf, Ways
from handoff.packet.sheet import save as save_sheet
from handoff.packet.store import make
from handoff.packet.values import Entry, Member, Source
from handoff.records import Correction, Ticket
from handoff.remarks import Said
from handoff.statistics import months_of_year
from handoff.view_filters import Filter
from intake.records import Case
from triage.assessment import Domain


@dataclass
class Practised:
    """Practice cases that are only counted."""

    count: int = 12

    def make(self, count: int) -> int:
        return count

    def clear(self) -> int:
        return self.count

    def standing(self) -> int:
        return self.count


def fill(town: Town) -> dict[str, str]:
    """Put something on every page; what stands for the names in addresses (`{case}`, `{staff}` …)."""
    town.office = replace(
        town.office,
        packs=PackShelf("mihon", town.office.pack, load_registry(), town.sessions, Ways(True, frozenset({"first"}))),
    )
    explained(town)
    case_id, office, staff = town.case["explained"], town.office, town.staff
    with town.sessions.begin() as session:
        session.get_one(Ticket, case_id).owner_desk = "kodomo"
        session.flush()
        desk.claim(office, session, case_id, staff["tanaka"], town.now)
        case = session.get_one(Case, case_id)
        about = reporters.About("SUIDO-01", "みほん水道サービス", "見本はなこ", "", "web")
        reporters.keep(session, office.vault, case, about, town.now)
        queue.page(office, session, session.get_one(Ticket, town.case["dv"]), town.now)
        number = str(session.get_one(Case, town.case["water"]).number)
        _ways_in(town, session)
        passes.ask(office, session, staff["tanaka"], number, "夜の当直で、電話がかかってきたため", town.now)
        saved_views.save(session, staff["sato"], "子ども・急ぎ", Filter(domain=("child",)), town.now)
        shown = Labels.of(explained_reading())
        labels = replace(shown, domains=shown.domains | {Domain.DISABILITY})
        correct(office, session, case_id, staff["tanaka"], labels, "電話で聞きました", town.now)
        asked = requests.from_chat(office, session, case, "disclosure", town.now)
        made = login.add_staff(session, TOWN, "山本", "worker", "kodomo", town.now)
        months = months_of_year("2025")
        rng = random.Random(11)
        for month in months:
            keep_facts(office, session, [invent(rng, month) for _ in range(25)])
        publish_all(office, session, facts.closes_at("2026-03"))
        return {
            "case": str(case_id),
            "request": str(asked),
            "staff": str(staff["suzuki"].id),
            "correction": str(session.scalars(select(Correction.id)).one()),
            "link": login.make_link(session, TOWN, staff["sato"].id, town.now),
            "invite": login.make_link(session, TOWN, made, town.now, kind="invite"),
            **meet_names(town, session, case_id),
            "packet": str(_packet(town, session, case_id)),
        }


def _packet(town: Town, session: Session, case_id: int) -> int:
    """A packet for the meeting, with a sheet behind it."""
    office, staff = town.office, town.staff["sato"]
    household = (Member("母", "82歳", "同居"), Member("兄", "56歳", "同居", source=Source.TAX))
    entries = {"name": Entry("見本 花子"), "issues": Entry(("K12", "K13")), "tax_status": Entry("非課税", Source.TAX)}
    save_sheet(office, session, case_id, staff, entries, household, 0, town.now)
    case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
    return make(
        office,
        session,
        case,
        row,
        staff,
        kind="meeting",
        basis="C1",
        recipients=["hokatsu"],
        ask="主担当を決めたい",
        keep="電話を続けます",
        now=town.now,
        decided_by=staff.id,
    ).id


def _ways_in(town: Town, session: Session) -> None:
    """Remarks of one place, rows of a list, and 災害モード, whose line then stands on every page."""
    office, staff = town.office, town.staff["sato"]
    for text in ("回覧板が止まったままです", "昼も雨戸が閉まっています"):
        remarks.leave(office, session, Said("web", text, "本町1-2-3"), town.now, text)
    feed_register.add(office, session, "homon", "秋の全戸訪問", "visit", town.now, signed=False)
    sign = Sign("visit", "", 0, "2026-11-19", "本町1-2-3", "郵便がたまっています")
    feeds.take(office, session, "homon", {sign.key: sign}, town.now)
    disaster.switch_on(office, session, staff, "大雨のため、避難所を開いています。", town.now)
