"""本人の請求: written down, made sure of, decided; what leaves and what goes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from console_browser import Browser
from console_town import Town
from sqlalchemy import select

from handoff import answers, desk, facts, ledger, proxy, reporters, requests
from handoff.desk_records import CaseFact, DataRequest
from handoff.number import label_of
from handoff.proxy import Taken
from handoff.records import Audit, Correction, Ticket
from intake import cases, given
from intake.keystore import KeyStore
from intake.records import Case, Contact, Message, Outgoing
from intake.seal import KeyDestroyed

Browsers = Callable[..., Browser]


def _ask(town: Town, name: str, kind: str) -> int:
    with town.sessions.begin() as session:
        return requests.from_chat(town.office, session, session.get_one(Case, town.case[name]), kind, town.now)


def _label(town: Town, name: str) -> str:
    with town.sessions() as session:
        case = session.get_one(Case, town.case[name])
        return label_of(case.number, case.route)


def _free(town: Town, name: str) -> None:
    """Nobody has the case."""
    with town.sessions.begin() as session:
        row = session.get_one(Ticket, town.case[name])
        row.owner_id, row.state = None, "received"


def test_a_request_at_the_counter_is_written_down_and_refused_with_a_reason(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    form = {"number": _label(busy, "family"), "kind": "correction", "way": "counter", "how": "", "text": "電話もあった"}
    assert client.send_form("/console/requests", **(form | {"number": "T-9999"})).status_code == 422
    made = client.send_form("/console/requests", **form)
    url = made.headers["location"]
    page = client.get(url).text
    assert "電話もあった" in page and "まだしていません" in page
    assert "さきに本人確認" in client.send_form(f"{url}/correct", text="住所がちがう").text
    assert client.send_form(f"{url}/refuse", text=" ").status_code == 422
    assert client.send_form(f"{url}/refuse", text="ほかの人の記録のため").status_code == 303
    page = client.get(url).text
    assert "応じなかった" in page and "応じない理由：ほかの人の記録のため" in page
    assert "この請求は、もう終わっています" in client.send_form(f"{url}/note", text="また").text
    with busy.sessions() as session:
        sealed = session.scalars(select(DataRequest)).one().note_sealed
    assert sealed and not [one for one in ("電話もあった", "ほかの人の記録") if one.encode() in sealed]


@pytest.mark.parametrize("who", ["tanaka", "kato", "mori"])
def test_only_reception_sees_requests(busy: Town, browser: Browsers, who: str) -> None:
    made = _ask(busy, "family", "disclosure")
    client = browser(who)
    answers = [
        client.get("/console/requests"),
        client.get(f"/console/requests/{made}"),
        client.get("/console/requests/7"),
    ]
    answers += [client.send_form(f"/console/requests/{made}/disclose", mark="x")]
    assert {answer.status_code for answer in answers} == {404}


def test_what_is_disclosed_was_looked_through(busy: Town, browser: Browsers) -> None:
    client, case_id = browser("sato"), busy.case["family"]
    client.send_form(f"/console/cases/{case_id}/note", text="ないしょの検討")
    made = _ask(busy, "family", "disclosure")
    url = f"/console/requests/{made}"
    assert "ないしょの検討" not in client.get(url).text, "not before it is sure who asks"
    client.send_form(f"{url}/check", how="マイナンバーカード")
    page = client.get(url).text
    assert "ないしょの検討" in page
    mark = re.findall(r'name="mark" value="([0-9a-f]+)"', page)[0]
    black = re.findall(r'name="hide" value="([^"]+)" checked', page)
    first = re.findall(r'name="hide" value="(m[^"]+)"', page)[0]
    assert client.send_form(f"{url}/disclose", mark="0" * 32).status_code == 422, "the record is not what was looked at"
    form = {"csrf": client.csrf, "mark": mark, "form": "json", "hide": [*black, first]}
    sent = client.post(f"{url}/disclose", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    found = json.loads(sent.content)
    texts = [one["text"] for one in found["paragraphs"]]
    assert "ないしょの検討" not in sent.text and "■■■■■■" in texts and any("お父さま" in text for text in texts)
    again = client.post(f"{url}/disclose", data=form | {"form": "html"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert again.text.startswith("<!doctype html>") and "ないしょの検討" not in again.text
    with busy.sessions() as session:
        logged = session.scalars(select(Audit.detail).where(Audit.action == "disclosed")).all()
        assert logged == [f"disclosure hidden:{len(black) + 1}"] * 2
        told = session.scalars(select(Outgoing).where(Outgoing.dedupe.like("reply-request-%"))).all()
        assert len(told) == 1, "told once"


def test_who_reported_is_in_no_disclosure(busy: Town, browser: Browsers) -> None:
    staff = replace(busy.staff["suzuki"], name="柿崎鮎美")
    with busy.sessions.begin() as session:
        case_id = desk.file_report(
            busy.office, session, staff, "泣き声がします", "slack", busy.now, "r1", place="本町1"
        )
        assert reporters.holds(session, busy.office.tenant, case_id)
    busy.case["report"] = case_id
    client, made = browser("sato"), _ask(busy, "report", "disclosure")
    client.send_form(f"/console/requests/{made}/check", how="運転免許証")
    page = client.get(f"/console/requests/{made}").text
    assert "柿崎" not in page and "鈴木" not in page
    said = re.findall(r"<input type=\"checkbox\" name=\"hide\" value=\"m[^>]*>", page)
    assert said and all("checked" in line for line in said), "the reporter's words are black unless somebody decides"


def test_who_called_about_somebody_else_is_black_in_their_disclosure(busy: Town, browser: Browsers) -> None:
    taken = Taken("phone", "となりで泣き声がします", about="other", caller="柿崎鮎美", danger="unsure")
    with busy.sessions.begin() as session:
        busy.case["call"] = proxy.take_down(busy.office, session, busy.staff["sato"], taken, busy.now, "o" * 32)
    client, made = browser("sato"), _ask(busy, "call", "disclosure")
    client.send_form(f"/console/requests/{made}/check", how="運転免許証")
    page = client.get(f"/console/requests/{made}").text
    assert "柿崎" not in page
    said = re.findall(r"<input type=\"checkbox\" name=\"hide\" value=\"m[^>]*>", page)
    assert said and all("checked" in line for line in said)


def test_a_neighbour_who_wrote_in_a_talk_is_not_named_to_whom_they_wrote_of(busy: Town, browser: Browsers) -> None:
    with busy.sessions.begin() as session:
        case = session.get_one(Case, busy.case["family"])
        case.identity = "name"
        cases.keep_name(busy.office.vault, session.get_one(Contact, case.contact_id), "柿崎鮎美")
        given.keep_answer(busy.office.sealer, case, "who", "neighbor", None)
    client, made = browser("sato"), _ask(busy, "family", "disclosure")
    client.send_form(f"/console/requests/{made}/check", how="運転免許証")
    page = client.get(f"/console/requests/{made}").text
    assert "柿崎" not in page
    said = re.findall(r"<input type=\"checkbox\" name=\"hide\" value=\"m[^>]*>", page)
    assert said and any("checked" in line for line in said)


def test_a_reporter_hears_nothing_of_what_the_reported_person_asks(busy: Town, browser: Browsers) -> None:
    client, case_id = browser("sato"), busy.case["family"]
    with busy.sessions.begin() as session:
        session.get_one(Case, case_id).route = "lifeline"
    form = {"number": _label(busy, "family"), "kind": "correction", "way": "counter", "how": "運転免許証", "text": ""}
    url = client.send_form("/console/requests", **form).headers["location"]
    assert client.send_form(f"{url}/refuse", text="ほかの人の記録のため").status_code == 303
    with busy.sessions() as session:
        assert not session.scalars(select(Outgoing).where(Outgoing.dedupe.like("reply-request-%"))).all()


def test_what_became_of_a_request_leaves_whoever_has_the_case(busy: Town, browser: Browsers) -> None:
    client, made = browser("sato"), _ask(busy, "family", "stop")
    with busy.sessions.begin() as session:
        row = session.get_one(Ticket, busy.case["family"])
        row.owner_id, row.state = busy.staff["suzuki"].id, "claimed"
        before = row.replied_at
    client.send_form(f"/console/requests/{made}/check", how="窓口で顔なじみ")
    assert client.send_form(f"/console/requests/{made}/stop").status_code == 303
    with busy.sessions.begin() as session:
        told = session.scalars(select(Outgoing).where(Outgoing.dedupe.like("reply-request-%"))).one()
        assert answers.barred(session, told) == "", "the person is told, although 受付 writes and a worker has the case"
        found = ledger.case_and_ticket(session, busy.office.tenant, busy.case["family"])
        assert found is not None
        answers.recount(busy.office, session, *found, busy.now)
        assert found[1].replied_at == before, "nobody has answered their question by that"


def test_deletion_leaves_no_word_and_no_key(busy: Town, browser: Browsers) -> None:
    _free(busy, "family")
    client, case_id = browser("sato"), busy.case["family"]
    with busy.sessions.begin() as session:
        while facts.refresh(busy.office, session):
            pass
    client.send_form(f"/console/cases/{case_id}/note", text="ひみつのメモ")
    url = f"/console/requests/{_ask(busy, 'family', 'deletion')}"
    client.send_form(f"{url}/check", how="本人の LINE と合い言葉")
    assert client.send_form(f"{url}/delete", text="本人の求め").status_code == 422, "without the tick"
    assert client.send_form(f"{url}/delete", text="本人の求め", sure="yes").status_code == 303
    with busy.sessions() as session:
        case = session.get_one(Case, case_id)
        assert case.erased_at and session.get_one(Ticket, case_id).state == "erased"
        assert not [
            one for one in session.scalars(select(Message).where(Message.case_id == case_id)) if one.body_sealed
        ]
        keys: KeyStore = busy.keys
        with pytest.raises(KeyDestroyed):
            keys.get(case.key_id)
        assert session.scalars(select(Audit).where(Audit.action == "erased")).one().staff_id
        assert session.scalars(select(DataRequest)).one().state == "done"
        assert session.get(CaseFact, case_id) is None
    with busy.sessions.begin() as session:
        facts.refresh(busy.office, session)
        found = facts.of_months(busy.office, session, "2026-11", "2026-11")
        assert [one for one in found if one.erased] == [facts.Fact("2026-11", erased=True)]
    assert "消えています" in client.get(url).text
    assert client.get(f"/console/cases/{case_id}").status_code == 200


def test_a_stopped_case_is_in_no_statistics_and_no_training(busy: Town, browser: Browsers) -> None:
    client, case_id = browser("sato"), busy.case["family"]
    url = f"/console/requests/{_ask(busy, 'family', 'stop')}"
    with busy.sessions.begin() as session:
        facts.refresh(busy.office, session)
        assert session.get(CaseFact, case_id) is not None
    client.send_form(f"{url}/check", how="窓口で顔なじみ")
    assert client.send_form(f"{url}/stop").status_code == 303
    with busy.sessions.begin() as session:
        facts.refresh(busy.office, session)
        assert session.get(CaseFact, case_id) is None
        assert not session.scalars(
            select(Correction).where(Correction.state != "refused", Correction.case_id == case_id)
        ).all()


def test_the_same_wish_twice_is_one_request(busy: Town) -> None:
    assert _ask(busy, "family", "deletion") == _ask(busy, "family", "deletion")
    with busy.sessions() as session:
        assert requests.waiting(session, busy.office.tenant) == 1
