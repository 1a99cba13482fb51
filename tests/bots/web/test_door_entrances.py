"""The ways in and out: one-time links, coming back, hiding, leaving, two towns, and what every answer carries."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from bots.line.deliver import deliver_line
from bots.line.send import Sent
from bots.web import links
from bots.web.router import make_door
from handoff import consents, desk
from handoff.packs.values import LineMode
from intake.clock import now_ms
from intake.door_records import DoorLink, DoorVisit
from intake.records import Case, Contact, Outgoing

MINUTE = 60_000


@pytest.fixture
def door_mode(town, monkeypatch):
    """The town lets LINE open the door only."""
    tenant = town.parts.tenants["mihon"]
    pack = replace(tenant.pack, line_mode=LineMode.DOOR)
    office = replace(tenant.office, packs=pack)
    monkeypatch.setitem(town.parts.tenants, "mihon", replace(tenant, office=office))
    return town


def link(town, life_ms: int = 30 * MINUTE) -> str:
    with town.work() as session:
        return links.make_link(session, session.get(Contact, town.one(Contact).id), now_ms(), life_ms=life_ms)


def test_a_link_opens_once_and_only_by_its_button(guest, guests, town):
    town.say("家賃が払えません")
    token = link(town)
    for _ in range(3):
        page = guest.get(f"/d/{token}")
        assert page.status_code == 200 and "家賃" not in page.text
    assert town.all(DoorVisit) == []
    opened = guest.post(f"/d/{token}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/talk")
    cookie = opened.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "max-age" not in cookie
    assert "家賃が払えません" in guest.get("/talk").text
    refused = [guests().post(f"/d/{token}"), guests().post("/d/unknown"), guests().post(f"/d/{link(town, -1)}")]
    assert {answer.status_code for answer in refused} == {410}
    assert len({answer.text for answer in refused}) == 1 and "set-cookie" not in refused[0].headers
    assert token not in str([row.token_hash for row in town.all(DoorLink)])


def test_a_form_from_elsewhere_or_of_another_visit_does_nothing(guest, guests, town):
    guest.start()
    fields = {"csrf": guest.hidden("csrf"), "once": guest.hidden("once"), "text": "ほかの話"}
    elsewhere = guest.client.post("/talk", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert guest.post("/talk", **(fields | {"csrf": "0" * 64})).status_code == 403
    assert guest.client.post("/exit", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert len(town.messages()) == 1


def test_every_answer_forbids_keeping_framing_and_foreign_scripts(guest):
    answers = [guest.get("/soudan"), guest.get("/talk"), guest.get("/d/x"), guest.get("/nothing"), guest.get("/back")]
    for answer in answers[:3] + answers[4:]:
        assert answer.headers["cache-control"] == "no-store" and answer.headers["referrer-policy"] == "no-referrer"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "<title>くらしの案内</title>" in answer.text


def test_leaving_ends_the_visit_here_too(guest, guests, town):
    guest.start()
    token = guest.client.cookies["page"]
    away = guest.post("/exit")
    assert away.status_code == 303 and away.headers["location"].startswith("https://www.jma.go.jp/")
    assert '"cache"' in away.headers["clear-site-data"] and '"cookies"' in away.headers["clear-site-data"]
    assert "page" not in guest.client.cookies
    thief = guests()
    thief.client.cookies.set("page", token)
    assert thief.get("/talk").status_code == 401 and "家賃" not in thief.shown.text
    assert guest.post("/exit", town="nowhere").status_code == 303


def test_an_idle_visit_is_over_but_its_words_are_not_lost(guest, town):
    guest.start()
    with town.work() as session:
        for row in session.query(DoorVisit):
            row.seen_at -= 31 * MINUTE
    page = guest.say("とても長く書いていました")
    assert page.status_code == 401 and "とても長く書いていました</textarea>" in page.text and "家賃" not in page.text
    assert len(town.messages()) == 1
    assert guest.post("/soudan", once=guest.hidden("once"), text="とても長く書いていました").status_code == 303
    assert len(town.all(Case)) == 2
    quiet = guest.client.get("/talk/new?after=0", headers={"HX-Request": "true"})
    assert quiet.status_code == 200


def test_looking_for_news_keeps_no_visit_alive(guest, town):
    guest.start()
    with town.work() as session:
        session.query(DoorVisit).one().seen_at -= 20 * MINUTE
    before = town.one(DoorVisit).seen_at
    guest.client.get("/talk/new?after=0")
    assert town.one(DoorVisit).seen_at == before
    guest.get("/talk")
    assert town.one(DoorVisit).seen_at > before


@pytest.mark.parametrize("word", ["かくす", "ゴミの日"])
def test_the_hide_word_shows_the_innocent_page_and_ends_every_visit(guest, guests, town, word):
    guest.start()
    other = guests()
    other.client.cookies.set("page", guest.client.cookies["page"])
    answer = guest.post("/talk", csrf=guest.hidden("csrf"), once=guest.hidden("once"), text=word)
    assert (answer.status_code, answer.headers["location"]) == (303, "/guide")
    page = guest.get("/guide")
    assert "今週のごみの日です" in page.text and "家賃" not in page.text
    assert other.get("/talk").status_code == 401 and "家賃" not in other.shown.text


def test_number_and_words_lead_back_from_another_browser(guest, guests, town):
    guest.start()
    from bots.passphrase import hash_of
    from intake import cases

    with town.work() as session:
        case = session.get(Case, town.one(Case).id)
        case.pass_hash = hash_of("さくら みかん")
    receipt = cases.receipt_of(town.parts.vault.sealer, town.one(Case))
    other = guests()
    other.get("/back")
    assert other.post("/back", receipt=receipt, words="").status_code == 422
    wrong = other.post("/back", receipt=receipt, words="ちがう ことば")
    assert wrong.status_code == 403 and "set-cookie" not in wrong.headers
    assert other.post("/back", receipt=receipt, words="さくらみかん").status_code == 303
    assert "家賃が払えません" in other.get("/talk").text


def test_a_case_from_line_moves_to_the_page_by_number_and_words(guest, town):
    from bots.passphrase import hash_of
    from intake import cases

    town.say("家賃が払えません")
    with town.work() as session:
        session.get(Case, town.one(Case).id).pass_hash = hash_of("さくら みかん")
    receipt = cases.receipt_of(town.parts.vault.sealer, town.one(Case))
    assert guest.post("/back", receipt=receipt, words="さくらみかん").status_code == 303
    assert "家賃が払えません" in guest.get("/talk").text
    assert town.one(Contact, channel="line").case_id is None
    assert town.one(Case).channel == "web"


class FakeSender:
    """Keeps what LINE would have been sent."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def push(self, _address: str, messages: object, _key: str) -> Sent:
        self.bodies.append(str(messages))
        return Sent("m1")


def test_in_door_mode_no_word_of_staff_goes_to_line(guest, door_mode):
    town = door_mode
    town.say("家賃が払えません")
    said = town.said()
    assert "/d/" in said and "家賃" not in said
    words = "住居確保給付金が使えます"
    with town.work() as session:
        desk.reply(town.office, session, town.one(Case).id, town.staff(), words, now_ms(), "r1")
    sender = FakeSender()
    row = town.one(Outgoing, purpose="reply")
    settled = deliver_line(town.parts, sender, row, interrupted=False)
    assert settled.state == "sent" and words not in sender.bodies[0] and "お知らせがあります" in sender.bodies[0]
    token = sender.bodies[0].split("/d/")[1].split("'")[0]
    assert guest.post(f"/d/{token}").status_code == 303
    assert words in guest.get("/talk").text
    guest.say("ありがとうございます")
    assert "ありがとうございます" in town.messages()


def test_in_info_mode_line_says_where_to_go_and_keeps_no_case(town, monkeypatch):
    tenant = town.parts.tenants["mihon"]
    pack = replace(tenant.pack, line_mode=LineMode.INFO)
    monkeypatch.setitem(town.parts.tenants, "mihon", replace(tenant, office=replace(tenant.office, packs=pack)))
    town.say("家賃が払えません")
    assert "役所・役場の職員には届きません" in town.said()
    assert town.one(Contact).case_id is None and town.messages() == []
    assert [case.finished_at is not None for case in town.all(Case)] in ([], [True])


def test_two_towns_share_an_installation_and_nothing_else(town, guest_at):
    first = town.parts.tenants["mihon"]
    pack = replace(first.pack, office="きた相談室", municipality="きた市")
    settings = town.parts.settings.model_copy(update={"console_tenant": "mihon"})
    outbox = town.parts.outbox
    other = replace(first, name="kita", office=replace(first.office, tenant="kita", packs=pack))
    parts = replace(town.parts, settings=settings, tenants={"mihon": first, "kita": other})
    assert outbox is parts.outbox
    app = FastAPI()
    app.include_router(make_door(parts))
    with TestClient(app, base_url="http://testserver", follow_redirects=False) as client:
        guest = guest_at(client)
        assert "きた相談室" in guest.get("/w/kita/soudan").text
        assert guest.get("/w/nowhere/soudan").status_code == 404
        page = guest.start(prefix="/w/kita")
        assert "きた相談室" in page.text and town.one(Contact).tenant == "kita"
        assert guest.post("/back", receipt="AAAA-AAAA", words="x").status_code == 403


def test_in_door_mode_line_carries_neither_record_nor_summary_nor_the_question_of_a_consent(guest, door_mode):
    town = door_mode
    town.say("家賃が払えません")
    assert guest.post(f"/d/{link(town)}").status_code == 303
    guest.get("/talk")
    for label in ("危なくない", "名前を言わない", "自分のこと", "いない"):
        guest.say(press=guest.choice(label)) if f">{label}<" in guest.shown.text else guest.say(label)
    for said in ("わたしの記録", "いまの状況", "ほかにもあります", "1"):
        town.say(said)
    who = town.staff()
    with town.work() as session:
        desk_id, name = next((one.id, one.name) for one in town.office.pack.desks)
        consents.ask(town.office, session, town.one(Case).id, who, "handoff", desk_id, now_ms(), person_sure=True)
    asked = town.one(Outgoing, purpose="notice")
    sender = FakeSender()
    deliver_line(town.parts, sender, asked, interrupted=False)
    bodies = "".join([*(town.body(row) for row in town.answers()), *sender.bodies])
    for word in ("家賃", "はじめた日", "伝えた窓口", name, "だれのこと"):
        assert word not in bodies, word
    assert "お知らせがあります" in sender.bodies[0]
    assert name in guest.get("/talk").text
