"""The 通報 and the 連絡票 on our own page: filed once, with the reporter in the vault; only steps are told."""

from __future__ import annotations

import re

import pytest
from partners_kit import SAME, browser_of, code, once_in, tsuho
from play_town import FakeReader, Town, assessment

from bots.partners.codes import TRIES
from bots.read import read
from handoff import desk, reporters, view
from handoff.records import Ticket
from intake import given
from intake.clock import now_ms
from intake.door_records import PlaceMark, Reporter
from intake.records import Case, InboxEvent, Message, Outgoing
from intake.seal import Cell
from triage.assessment import Evidence, Urgency

NAME = "柿崎鮎美"


def _codes(page: str) -> tuple[str, str]:
    found = re.findall(r"<dd>([^<]+)</dd>", page)
    return found[0], found[1]


def _about(town: Town, case: Case) -> reporters.About:
    with town.work() as session:
        found = reporters.about_of(session, town.parts.vault.sealer, case)
        assert found is not None
        return found


def test_a_report_is_filed_once_with_its_reporter_in_the_vault(town: Town) -> None:
    with browser_of(town) as client:
        page = client.get("/tsuho/SUIDO-01")
        assert page.status_code == 200 and "みほん水道サービス" in page.text
        assert page.text.index("メーターが異常") < page.text.index("応答がない") < page.text.index("けが・あざ")
        values = {
            "once": once_in(page.text), "from": "SUIDO-01", "danger": "no", "sign": ["post", "silent"],
            "place": "本町1-2-3", "when": "today", "spoke": "spoke", "consent": "refuses",
            "word": "新聞がたまっています", "code": code(town), "name": NAME, "phone": "000-0000-1234",
        }  # fmt: skip
        for _ in range(2):
            assert client.post("/tsuho", data=values, headers=SAME).status_code == 303
        told = client.get("/todoita")
    case = town.one(Case)
    assert case.route == "lifeline" and case.channel == "web" and case.contact_id is None
    assert f"L-{case.number:04d}" in told.text and NAME not in told.text and told.headers["cache-control"] == "no-store"
    assert town.one(InboxEvent).case_id == case.id
    about = _about(town, case)
    assert (about.partner, about.name, about.phone, about.channel) == ("SUIDO-01", NAME, "000-0000-1234", "web")
    answers = given.answers_of(town.parts.vault.sealer, case)
    assert answers["l_sign"] == "post,silent" and answers["l_consent"] == "refuses" and NAME not in str(answers)
    assert "新聞がたまっています" in town.messages()[0] and NAME not in town.messages()[0]
    assert "応答がない" not in town.messages()[0], "the machine reads the worker's words, not our labels"
    with town.work() as session:
        shown = view.item_of(town.office, session, case, session.get(Ticket, case.id))
    assert shown.title.startswith("郵便がたまっている・応答がない｜新聞がたまっています")
    assert {mark.kind for mark in town.all(PlaceMark)} == {"address", "near"}
    assert town.one(Ticket).state == "received"


def test_what_must_be_mended_comes_back_with_all_that_was_typed(town: Town) -> None:
    with browser_of(town) as client:
        once = once_in(client.get("/tsuho").text)
        answer = client.post("/tsuho", data={"once": once, "word": "<b>暗い</b>", "code": "K234-5678-9A"}, headers=SAME)
        assert answer.status_code == 422
        assert "場所かお客さま番号" in answer.text and "コードが合いません" in answer.text
        assert "&lt;b&gt;暗い&lt;/b&gt;" in answer.text and once in answer.text
        assert town.all(Case) == []
        assert client.post("/tsuho", data={"once": once}).status_code in (303, 403, 422)
        foreign = client.post("/tsuho", data={"once": once}, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403 and town.all(Case) == []


def test_danger_is_filed_at_once_and_calls_somebody(town: Town) -> None:
    with browser_of(town) as client:
        page = tsuho(town, client, danger="yes", sign=[], place="")
    assert 'href="tel:119"' in page and "当番を呼び出しています" in page
    assert town.one(Ticket).urgency == "emergency"
    assert town.slack("page")


def test_wrong_codes_are_limited_from_one_place(town: Town) -> None:
    with browser_of(town) as client:
        once = once_in(client.get("/tsuho").text)
        values = {"once": once, "sign": ["silent"], "place": "本町1-2-3"}
        for _ in range(TRIES):
            wrong = client.post("/tsuho", data=values | {"code": "K234-5678-9A"}, headers=SAME)
            assert wrong.status_code == 422
        assert client.post("/tsuho", data=values | {"code": code(town)}, headers=SAME).status_code == 422
        assert client.post("/tsuho", data=values, headers=SAME).status_code == 303, (
            "without a code it goes all the same"
        )


def test_number_and_code_together_tell_the_steps_and_no_more(town: Town) -> None:
    with browser_of(town) as client:
        label, secret = _codes(tsuho(town, client))

        def asked(number: str, word: str) -> tuple[int, str]:
            answer = client.post("/kakunin", data={"label": number, "code": word}, headers=SAME)
            found = re.search(r'<li aria-current="step">([^<]+)</li>', answer.text)
            return answer.status_code, found[1] if found else ""

        assert asked(label, secret) == (200, "受理")
        assert asked("L-9999", secret) == asked(label, "ABCD-EFGH") == asked("", "") == (404, "")
        case, staff = town.one(Case), town.staff()
        with town.work() as session:
            desk.claim(town.office, session, case.id, staff, now_ms())
        assert asked(label, secret) == (200, "確認中")
        with town.work() as session:
            desk.release(town.office, session, case.id, staff, now_ms())
        assert asked(label.lower(), secret.lower()) == (200, "確認中")
        with town.work() as session:
            desk.close(town.office, session, case.id, staff, "done", "", now_ms())
        assert asked(label, secret) == (200, "対応済")
        assert town.all(Outgoing, channel="line") == [], "nobody is on LINE here"


def test_a_resident_cannot_be_looked_up_there(town: Town) -> None:
    town.open()
    case = town.case()[0]
    cell = Cell(case.tenant, "cases", "receipt_sealed", case.id)
    secret = town.parts.vault.sealer.open_text(cell, case.receipt_sealed)
    with browser_of(town) as client:
        answer = client.post("/kakunin", data={"label": f"L-{case.number}", "code": secret}, headers=SAME)
    assert answer.status_code == 404


def test_the_renraku_form_keeps_what_the_paper_asks(town: Town) -> None:
    with browser_of(town) as client:
        page = client.get("/renraku/IRYO-04")
        assert "病気や健康、障害のこと" in page.text and "◎" in page.text
        values = {
            "once": once_in(page.text), "issue": ["k01", "k12"], "most": "k03", "story": "薬が切れて来ません",
            "guess": "お金がないのかもしれません", "person": "70代、一人暮らし", "consent": "unaware", "way": ["visit"],
            "ask": "訪ねてほしい", "keep": "受診を待ちます", "organisation": "みほん診療所 地域連携室", "name": NAME,
        }  # fmt: skip
        assert client.post("/renraku", data=values, headers=SAME).status_code == 303
        told = client.get("/todoita").text
    case = town.one(Case)
    assert case.route == "professional" and f"L-{case.number:04d}" in told
    answers = given.answers_of(town.parts.vault.sealer, case)
    assert answers["p_issue"] == "k01,k03,k12" and answers["希望する対応"] == "訪問"
    assert answers["いちばんの困りごと（◎）"] == "収入・生活費のこと"
    assert "薬が切れて来ません" in town.messages()[0] and "お金がないのかも" not in town.messages()[0]
    about = _about(town, case)
    assert about.name == NAME and about.organisation == "みほん診療所 地域連携室"
    assert NAME not in str(answers) + town.messages()[0]


@pytest.mark.parametrize("address", ["/tsuho/NAI-99", "/w/nai/tsuho", "/renraku/x"])
def test_unknown_partners_and_towns_are_absent(town: Town, address: str) -> None:
    with browser_of(town) as client:
        assert client.get(address).status_code == 404


def test_the_vault_row_says_nothing_in_clear(town: Town) -> None:
    with browser_of(town) as client:
        tsuho(town, client, name=NAME, phone="000-0000-1234")
    row = town.one(Reporter)
    assert row.about_sealed is not None and NAME.encode() not in row.about_sealed
    case = town.one(Case)
    assert row.key_id not in (case.key_id, 0)


DARK = "窓が開いたままで、中は暗いです。"


@pytest.mark.parametrize(
    ("danger", "rule", "word", "urgency"),
    [
        ("no", "clause", DARK, "high"),
        ("no", "now.inside", DARK, "emergency"),
        ("no", "clause", DARK + "呼んでも返事がありません。", "emergency"),
        ("unsure", "clause", DARK, "emergency"),
        ("", "clause", DARK, "emergency"),
    ],
)
def test_an_answer_that_nobody_is_in_danger_stands_above_what_the_model_feels(
    town: Town, danger: str, rule: str, word: str, urgency: str
) -> None:
    with browser_of(town) as client:
        tsuho(town, client, danger=danger, word=word, when="today", place="みほん町1-2")
    assert town.messages() == [word], "our own labels are nobody's words"
    felt = assessment(urgency=Urgency.EMERGENCY, evidence=(Evidence(0, 5, "emergency", word[:5], rule),))
    assert read(town.parts, FakeReader(felt), town.one(Case).id, town.one(Message).id) == "read"
    assert town.one(Ticket).urgency == urgency
    assert bool(town.slack("page")) == (urgency == "emergency")
    with town.work() as session:
        shown = view.item_of(town.office, session, town.one(Case), town.one(Ticket))
    assert shown.assessment is not None and shown.assessment.urgency == urgency


def test_a_report_without_a_word_is_no_text_to_read(town: Town) -> None:
    with browser_of(town) as client:
        tsuho(town, client, word="")
    assert town.all(Message) == [] and not [name for name, _ in town.jobs() if name == "read"]
    with town.work() as session:
        shown = view.item_of(town.office, session, town.one(Case), town.one(Ticket))
    assert shown.title.startswith("応答がない")
