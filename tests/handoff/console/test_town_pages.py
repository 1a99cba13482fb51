"""資源・居場所, 資源のたね, 会議, 惜しいケース and 希望・つよみ on the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from console_browser import Browser
from console_town import TOWN, Town, add_case, reading
from sqlalchemy import select
from statistics_year import keep_facts, publish_all

from handoff import desk, facts, login, meeting_acts, offers, resources, wishes
from handoff.facts import Fact
from handoff.flow_records import Agenda, Lesson, Packet
from handoff.office import StaffRef
from handoff.pack import load
from handoff.packet.sheet import sheet_of
from handoff.path_records import Offer, Resource
from handoff.records import Audit, Ticket
from intake import given
from intake.records import Case
from triage.assessment import Complexity, Domain, Reason

Browsers = Callable[..., Browser]
STORY = "家にいるばかりでつらいです。行く所がほしいです。料理が得意です。姉がときどき来てくれます"


def _house(town: Town, name: str = "house") -> int:
    words = "母の介護と借金で困っています"
    read = reading(words, {"介護": "care", "借金": "debt"}, domains=(Domain.ELDERLY, Domain.POVERTY))
    read = replace(read, complexity=Complexity.COMPLEX, complexity_reasons=frozenset({Reason.HOUSEHOLD}))
    return add_case(town, name, words, read)


def test_the_plan_and_other_bodies_stand_beside_the_cards_unconfirmed_ones_said_so(
    town: Town, browser: Browsers
) -> None:
    def told(name: str) -> str:
        pack = load(name)
        known = tuple(replace(one, verified_on=one.verified_on and date(2026, 11, 1)) for one in pack.links)
        town.office = replace(town.office, packs=replace(pack, links=known))
        return str(browser("tanaka").get("/console/resources").text).partition('id="links-title"')[2]

    mihon, chigasaki, aomori = told("mihon"), told("chigasaki"), told("aomori")
    assert 'href="https://www.houterasu.or.jp/"' in mihon and "確かめました" in mihon and "見本" in mihon
    assert "2026-03-31" in chigasaki and "終わっています" in chigasaki and "令和4年度" in chigasaki
    assert aomori.count("まだ確かめていません") == len(load("aomori").links) and "https://" not in aomori
    assert "居宅介護支援事業所" in aomori, "who brings people (情報提供元)"


def test_a_card_is_written_found_changed_and_put_away(town: Town, browser: Browsers) -> None:
    client = browser("tanaka")
    refused = client.send_form("/console/resources/new", name=" ", what="だれでも来られる場")
    assert refused.status_code == 422 and "名前を書いて" in refused.text and "だれでも来られる場" in refused.text
    done = client.send_form(
        "/console/resources/new", name="ひだまりカフェ<b>", kind="place", form="place", days="月・水 11時から",
        who="だれでも", vacancy="いつでも", public="1", verified_on="2026-11-01",
    )  # fmt: skip
    assert done.status_code == 303
    page = client.get("/console/resources").text
    assert "ひだまりカフェ&lt;b&gt;" in page and "住民に見せる" in page and "未確認" in page
    for query, there in (("day=水", True), ("day=火", False), ("kind=work", False), ("form=place", True),
                         ("words=だれでも", True),
                         ("free=1", True), ("kind=nonsense", True)):  # fmt: skip
        assert ("ひだまりカフェ" in client.get(f"/console/resources?{query}").text) is there, query
    with town.sessions() as session:
        card = session.scalars(select(Resource)).one()
    client.send_form(f"/console/resources/{card.id}", name="ひだまり食堂", kind="food")
    assert "ひだまり食堂" in client.get("/console/resources").text
    with town.sessions() as session:
        assert resources.shown(town.office, session) == tuple(one for one in town.office.pack.resources if one.public)
    client.send_form(f"/console/resources/{card.id}/end")
    assert "ひだまり食堂" not in client.get("/console/resources").text
    assert client.get(f"/console/resources/{card.id}").status_code == 404


def test_an_offer_is_for_the_desk_of_community_and_becomes_a_card(town: Town, browser: Browsers) -> None:
    with town.sessions.begin() as session:
        made = offers.take(town.office, session, "place", "空き家を貸せます", town.now, reach="090-0000-0000")
        staff_id = login.add_staff(session, TOWN, "高橋", "worker", "chiiki", town.now)
    town.staff["takahashi"] = StaffRef(staff_id, TOWN, "高橋", "worker", "chiiki")
    client = browser("takahashi")
    page = client.get("/console/offers").text
    assert "空き家を貸せます" in page and "090-0000-0000" in page
    for stranger in ("tanaka", "kato", "mori"):
        assert browser(stranger).get("/console/offers").status_code == 404
        assert "資源のたね" not in browser(stranger).get("/console/resources").text
    assert browser("tanaka").get(f"/console/resources/new?offer={made}").status_code == 404
    draft = client.get(f"/console/resources/new?offer={made}").text
    assert "空き家を貸せます" in draft and "090-0000-0000" not in draft
    client.send_form(f"/console/offers/{made}", state="thanked")
    client.send_form("/console/resources/new", name="空き家", kind="place", offer=str(made))
    with town.sessions() as session:
        assert session.get_one(Offer, made).state == "card"
        assert session.scalars(select(Resource)).one().offer_id == made
        looks = session.scalars(select(Audit).where(Audit.action == "offers_seen")).all()
    assert [look.staff_id for look in looks] == [staff_id]
    again = client.send_form(f"/console/offers/{made}", state="dropped")
    assert again.status_code == 422 and "もう終わって" in again.text


def test_an_offer_within_a_case_is_seen_and_written_down_without_the_case(town: Town, browser: Browsers) -> None:
    case_id = add_case(
        town, "mixed", "手伝いたいです。でも借金で眠れません", reading("手伝いたいです。でも借金で眠れません", {})
    )
    client = browser("sato")
    assert "申し出のことばがあります" in client.get(f"/console/cases/{case_id}").text
    empty = client.send_form(f"/console/cases/{case_id}/offer", kind="help", text=" ")
    assert empty.status_code == 422 and "困りごとを入れずに" in empty.text
    client.send_form(f"/console/cases/{case_id}/offer", kind="help", text="子ども食堂を手伝いたいとのこと", reach="")
    with town.sessions() as session:
        row = session.scalars(select(Offer)).one()
        assert (row.contact_id, row.kind, row.state) == (None, "help", "new")
    assert "資源のたねに写しました" in client.get(f"/console/cases/{case_id}").text


def test_wishes_stand_as_the_persons_own_words_and_go_into_the_forms(town: Town, browser: Browsers) -> None:
    case_id = add_case(town, "own", STORY, reading(STORY, {}))
    page = browser("sato").get(f"/console/cases/{case_id}").text
    assert "希望・つよみ" in page and "行く所がほしいです。" in page and "本人が書いたことばです" in page
    with town.sessions.begin() as session:
        case = session.get_one(Case, case_id)
        found = wishes.of_case(town.office, session, case)
        assert [(one.kind, one.own) for one in found] == [("wish", True), ("strength", True), ("tie", True)]
        sheet = sheet_of(town.office, session, case, session.get_one(Ticket, case_id))
        assert sheet.entries["wishes"].value == "「行く所がほしいです。」"
        assert sheet.entries["strengths"].value == "「料理が得意です。」"
        given.keep_answer(town.office.sealer, case, "who", "neighbor", None)
        assert [one.own for one in wishes.of_case(town.office, session, case)] == [False] * 3
        assert wishes.by_field(wishes.of_case(town.office, session, case)) == {}
    assert "本人が言ったかどうかは未確認" in browser("sato").get(f"/console/cases/{case_id}").text


def test_a_list_of_a_meeting_is_decided_and_printed(town: Town, browser: Browsers) -> None:
    case_id, month = _house(town), facts.month_of(town.now)
    client = browser("sato")
    page = client.get("/console/meetings").text
    assert "みほん市支援会議" in page and "世帯でみないと分からない" in page and "社会福祉法106条の6" in page
    where = {"meeting": "shien", "month": month}
    refused = client.send_form(f"/console/cases/{case_id}/agenda", move="choose", decide=" ", **where)
    assert refused.status_code == 422 and "決めてほしいこと" in refused.text
    chosen = client.send_form(f"/console/cases/{case_id}/agenda", move="choose", decide="だれが訪ねるか", **where)
    assert chosen.headers["location"] == f"/console/meetings?meeting=shien&month={month}#c{case_id}"
    paper = client.get(f"/console/meetings/print?meeting=shien&month={month}").text
    assert "だれが訪ねるか" in paper and "守秘義務" in paper
    with town.sessions.begin() as session:
        session.get_one(Case, case_id).route = "lifeline"
    assert "L-0001" in client.get(f"/console/meetings?meeting=shien&month={month}").text
    paper = client.get(f"/console/meetings/print?meeting=shien&month={month}").text
    assert "T-0001" in paper and "L-0" not in paper, "that a partner reported it is not for the members"
    with town.sessions.begin() as session:
        session.get_one(Case, case_id).route = "resident"
    sheet = client.send_form(f"/console/cases/{case_id}/agenda", move="sheet", note="週に一度、電話します", **where)
    assert sheet.status_code == 303, sheet.text
    with town.sessions() as session:
        packet = session.scalars(select(Packet)).one()
        assert (packet.kind, packet.basis, packet.variant) == ("meeting", "C1", "no_consent")
    other = _house(town, "other")
    number = client.get(f"/console/cases/{other}").text
    assert "T-0002" in number
    client.send_form("/console/meetings/add", number="T-0002", decide="お金のこと", **where)
    done = client.send_form(f"/console/cases/{case_id}/agenda", move="discuss", note="包括が訪ねる", **where)
    assert done.status_code == 303
    with town.sessions() as session:
        rows = session.scalars(select(Agenda).order_by(Agenda.case_id)).all()
        assert {row.case_id: row.state for row in rows} == {case_id: "discussed", other: "chosen"}
    urgent = client.send_form(f"/console/cases/{other}/agenda", move="hurry", **where)
    assert urgent.status_code == 303 and "会議を待たずに急ぐ" in client.get("/console/meetings").text
    for wrong in ({"move": "choose", "meeting": "x", "month": month}, {"move": "", **where}, {}):
        assert client.send_form(f"/console/cases/{case_id}/agenda", **wrong).status_code == 422
    assert client.send_form("/console/meetings/add", number="T-9999", decide="x", **where).status_code == 422


def test_who_brings_nothing_together_finds_no_list(town: Town, browser: Browsers) -> None:
    case_id, month = _house(town), facts.month_of(town.now)
    with town.sessions.begin() as session:
        meeting_acts.choose(
            town.office, session, town.staff["sato"], "shien", month, case_id, "カナリアのこと", town.now
        )  # fmt: skip
    for who in ("tanaka", "kato", "mori"):
        client = browser(who)
        assert client.get("/console/meetings").status_code == 404
        assert "/console/meetings" not in client.get("/console/stats").text
        answer = client.send_form(f"/console/cases/{case_id}/agenda", move="drop", meeting="shien", month=month)
        assert answer.status_code == 404 and "カナリア" not in answer.text


def test_what_a_case_taught_is_written_from_it_without_its_names(town: Town, browser: Browsers) -> None:
    case_id, month = _house(town), facts.month_of(town.now)
    client, url = browser("sato"), f"/console/cases/{case_id}"
    assert client.send_form(f"{url}/hearing", version="0", **{"v.name": "見本 花子"}).status_code == 303
    assert f"/console/lessons?about={case_id}" not in client.get(url).text
    with town.sessions.begin() as session:
        desk.claim(town.office, session, case_id, town.staff["sato"], town.now)
        desk.close(town.office, session, case_id, town.staff["sato"], "done", "", town.now)
    assert f'href="/console/lessons?about={case_id}#write-title"' in client.get(url).text
    assert f'name="about" value="{case_id}"' in client.get(f"/console/lessons?about={case_id}").text
    form = {"kind": "lack", "month": month, "theme": "isolation", "text": "花子さんを送る人がいない", "sure": "yes"}
    for unknown in ("7", "9" * 19, "１２"):
        assert client.send_form("/console/lessons", **form, about=unknown).status_code == 404
    told = client.send_form("/console/lessons", **form, about=str(case_id))
    assert told.status_code == 422 and "「花子」" in told.text and f'name="about" value="{case_id}"' in told.text
    with town.sessions() as session:
        assert session.scalars(select(Lesson)).all() == []


def test_a_lesson_is_asked_about_before_it_is_kept(town: Town, browser: Browsers) -> None:
    client, month = browser("tanaka"), facts.month_of(town.now)
    form = {"kind": "lack", "month": month, "theme": "isolation"}
    hard = client.send_form("/console/lessons", text="090-1234-5678 に送迎がなかった", **form)
    assert hard.status_code == 422 and "電話番号のようです" in hard.text and 'name="sure"' not in hard.text
    soft = client.send_form("/console/lessons", text="82歳の人に送迎がなかった", **form)
    assert soft.status_code == 422 and 'name="sure"' in soft.text
    assert client.send_form("/console/lessons", text="82歳の人に送迎がなかった", sure="yes", **form).status_code == 303
    page = client.get("/console/lessons").text
    assert "82歳の人に送迎がなかった" in page and "社会的孤立" in page
    told = client.get(f"/console/lessons/lack.csv?month={month}")
    assert told.headers["content-type"].startswith("text/csv") and "送迎" in told.text and "田中" not in told.text
    overseer = browser("kato").get("/console/lessons").text
    assert "82歳" not in overseer and "社会的孤立" in overseer
    assert browser("kato").get(f"/console/lessons/lack.csv?month={month}").status_code == 404
    assert client.get("/console/lessons/other.csv?month=2026-01").status_code == 404
    with town.sessions() as session:
        row = session.scalars(select(Lesson)).one()
        assert session.scalars(select(Audit).where(Audit.action == "lessons_exported")).one().staff_id
    assert client.send_form(f"/console/lessons/{row.id}/remove", month=month).status_code == 303
    assert "82歳" not in client.get("/console/lessons").text


def test_needs_of_a_published_month_are_told_without_small_numbers(town: Town, browser: Browsers) -> None:
    at = facts.month_start("2026-04")
    made = [("care",)] * 14 + [("debt",)] * 9 + [()] * 12
    with town.sessions.begin() as session:
        keep_facts(
            town.office, session,
            [Fact("2026-04", hour=9, weekday=1, route="resident", themes=one, opened_at=at) for one in made],
        )  # fmt: skip
    client = browser("tanaka")
    assert "公表した月が、まだありません" in client.get("/console/lessons").text
    assert client.get("/console/lessons/needs.csv?month=2026-04").status_code == 404, "not before it is published"
    with town.sessions.begin() as session:
        publish_all(town.office, session, facts.closes_at("2026-04"))
    page = client.get("/console/lessons").text
    assert "2026年4月" in page and '<th scope="row">介護</th><td>14</td>' in page and "債務・滞納</th><td>" not in page
    told = client.get("/console/lessons/needs.csv?month=2026-04").text
    assert "2026-04,介護,14" in told and "2026-04,債務・滞納,＊" in told
