"""A worker on LINE: the code, the report, the vault, the loop, and what is gone afterwards."""

from __future__ import annotations

import json
import logging
import math
import re
from dataclasses import replace

import pytest
from partners_kit import SAME, browser_of, code, tsuho
from play_town import TENANT, Town
from sqlalchemy import update

from bots.partners import members
from bots.slack.card import card
from bots.slack.case_view import case_view
from bots.web import screen
from handoff import desk, reporters, view
from handoff.office import NotFound, Refused
from handoff.packs.values import LineMode
from handoff.records import Audit, History, Ticket
from intake import given
from intake.clock import now_ms
from intake.db import reading
from intake.door_records import Member, PlaceMark, Reporter
from intake.keystore import data_keys
from intake.records import Case, Contact, Outgoing

NAME = "柿崎鮎美"
PHONE = "000-0000-4321"


def _enrol(town: Town, partner: str = "SUIDO-01") -> Contact:
    town.say("仕事で気づいた")
    town.say(code(town, partner))
    town.say(NAME)
    contact: Contact = town.one(Contact)
    return contact


def _options(town: Town, contact: Contact) -> members.MemberOptions:
    with town.work() as session:
        return members.member_options(town.parts, session, town.parts.tenants[TENANT], contact, now_ms())


def _report(town: Town, place: str = "本町1-2-3") -> Case:
    for said in ("仕事で気づいた", "いいえ", "応答がない", "これで全部", place, "今日", "会えなかった"):
        town.say(said)
    town.say("雨戸が閉まったままでした")
    town.say("このまま送る")
    return max(town.all(Case), key=lambda case: case.number)


def test_a_worker_joins_leaves_and_counts_while_the_agreement_holds(town: Town) -> None:
    contact = _enrol(town)
    found = _options(town, contact)
    assert found["member"] == "みほん水道サービス" and found["signs"][0] == "meter" and not found["photos"]
    assert town.one(Member).name_sealed is not None and NAME.encode() not in town.one(Member).name_sealed
    tenant = town.parts.tenants[TENANT]
    with town.work() as session:
        future = 2_000_000_000_000  # in 2033 the agreement is over
        assert members.member_options(town.parts, session, tenant, contact, future) == {}
        assert members.leave(session, tenant, contact, now_ms())
        assert not members.leave(session, tenant, contact, now_ms())
    assert _options(town, contact) == {} and town.one(Member).name_sealed is None
    _enrol(town, "IRYO-04")
    assert _options(town, contact)["member_professional"] is True
    assert len(town.all(Member)) == 1


def test_a_report_on_line_keeps_the_worker_in_the_vault_only(
    town: Town, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    _enrol(town)
    case = _report(town)
    assert case.route == "lifeline"
    assert {mark.kind for mark in town.all(PlaceMark)} == {"address", "near"}
    with browser_of(town) as client:
        page = tsuho(town, client, name=NAME, phone=PHONE, place="本町1-2-3")
    with town.work() as session:  # as if the worker had also given their name to the talk
        contact = session.get_one(Contact, town.one(Contact).id)
        contact.name_sealed = town.parts.vault.sealer.seal_text(
            contact.key_id, _name_cell(contact), NAME
        )  # fmt: skip
        session.execute(update(Case).values(identity="name"))
    staff, shown = town.staff(), [page]
    for one in town.all(Case):
        with town.work() as session:
            seen = view.open_case(town.office, session, one.id, staff, now_ms(), "console")
            shown.append(repr(seen))
            shown.append(json.dumps(card(seen.item, seen.plan, now_ms(), excerpt=True).blocks, ensure_ascii=False))
            shown.append(json.dumps(case_view(seen, now_ms()), ensure_ascii=False, default=str))
            shown.append(repr(view.queue(town.office, session, staff, "lifeline", now_ms())))
    logged = capsys.readouterr()
    shown += [caplog.text, logged.out, logged.err]
    shown += [town.body(row) for row in town.all(Outgoing) if row.body_sealed and row.purpose != "answer"]
    assert all(NAME not in text and PHONE not in text for text in shown)
    with town.work() as session:
        about = reporters.reveal(town.office, session, case.id, staff, "確かめの電話のため", now_ms())
    assert (about.name, about.organisation, about.channel) == (NAME, "みほん水道サービス", "line")


def test_the_next_report_begins_by_button_and_is_a_case_of_its_own(town: Town) -> None:
    _enrol(town)
    first = _report(town)
    town.say("仕事で気づいた")
    town.press(next(part for part in town.said().split('"') if part.startswith("t1:l_danger:yes:")))
    assert "先に電話してください" in town.said()
    assert sorted(case.number for case in town.all(Case)) == [first.number, first.number + 1]
    assert [row.urgency for row in town.all(Ticket)] == ["normal", "emergency"]


def _name_cell(contact: Contact):  # type: ignore[no-untyped-def]
    from intake.seal import Cell

    return Cell(contact.tenant, "contacts", "name_sealed", contact.id)


def test_the_vault_opens_with_a_reason_which_stays(town: Town) -> None:
    _enrol(town)
    case, staff = _report(town), town.staff()
    worker = town.staff("田中", "worker", town.office.pack.desks[-1].id)
    for who, why, error in ((staff, " ", Refused), (worker, "見たい", NotFound)):
        with pytest.raises(error), town.work() as session:
            reporters.reveal(town.office, session, case.id, who, why, now_ms())
    assert not town.all(Audit, action="reporter_opened")
    with town.work() as session:
        reporters.reveal(town.office, session, case.id, staff, "安全の確かめ", now_ms())
    assert town.one(Audit, action="reporter_opened").case_id == case.id
    assert town.one(History, what="reporter_opened").note_sealed is not None


def test_erasing_a_report_destroys_the_vaults_key_and_the_marks(town: Town) -> None:
    _enrol(town)
    for said in ("仕事で気づいた", "いいえ", "応答がない", "これで全部", "本町1-2-3"):
        town.say(said)
    case, vault = town.one(Case), town.one(Reporter)
    assert town.all(PlaceMark)
    town.say("けす")
    town.say("はい")
    assert town.one(Case, id=case.id).erased_at is not None
    assert town.all(PlaceMark) == [] and town.one(Reporter).about_sealed is None
    with town.parts.vault.keys.engine.connect() as connection:
        left = {row.id for row in connection.execute(data_keys.select())}
    assert vault.key_id not in left and case.key_id not in left


def test_the_contact_of_a_professional_goes_to_the_vault_and_with_its_message(town: Town) -> None:
    _enrol(town, "IRYO-04")
    for said in ("仕事で気づいた", "いいえ", "介護", "これで全部", "薬が切れています", "70代", "本町1-2-3", "知らない"):
        town.say(said)
    town.say("訪ねてほしい")
    town.say("受診を待ちます")
    town.say(f"地域連携室 {PHONE}", ref="m-contact")
    case = town.one(Case)
    assert case.route == "professional"
    with town.work() as session:
        about = reporters.about_of(session, town.parts.vault.sealer, case)
    assert about is not None and PHONE in about.phone and about.organisation == "みほん診療所"
    assert PHONE not in str(given.answers_of(town.parts.vault.sealer, case)) + "".join(town.messages())
    town.unsend("m-contact")
    with town.work() as session:
        about = reporters.about_of(session, town.parts.vault.sealer, case)
    assert about is not None and about.phone == "" and about.name == NAME


def test_the_loop_says_each_step_once_and_nothing_else(town: Town) -> None:
    _enrol(town)
    case, staff = _report(town), town.staff()
    for _ in range(2):
        with town.work() as session:
            desk.claim(town.office, session, case.id, staff, now_ms())
        with town.work() as session:
            desk.release(town.office, session, case.id, staff, now_ms())
    with town.work() as session:
        desk.close(town.office, session, case.id, staff, "done", "", now_ms())
    notices = [row for row in town.all(Outgoing, channel="line", purpose="notice") if row.dedupe.startswith("loop-")]
    said = [json.loads(town.body(row))["says"][0]["text"] for row in notices]
    assert len(said) == 2 and "確かめています" in said[0] and "対応しました" in said[1]
    assert all("本町" not in text and "佐藤" not in text for text in said)
    tenant = town.parts.tenants[TENANT]
    door = replace(tenant, office=replace(tenant.office, packs=replace(tenant.pack, line_mode=LineMode.DOOR)))
    with reading(town.parts.sessions) as session:
        shown = screen.screen(town.parts, session, door, session.get_one(Contact, case.contact_id), now_ms())
    assert "対応しました" in shown.says[-1].text, "where LINE carries no content our own page says it"


def test_an_agreement_says_who_gets_the_report_first_and_whether_its_reporter_hears_more(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = town.office.shelf
    agreed = tuple(replace(one, tell="none", desk="outreach") for one in shelf.base.partners)
    monkeypatch.setattr(shelf, "_pack", replace(shelf.base, partners=agreed))
    monkeypatch.setattr(shelf, "_look_at", math.inf)
    _enrol(town)
    case, staff = _report(town), town.staff()
    assert town.one(Ticket).owner_desk == "outreach"
    with town.work() as session:
        desk.claim(town.office, session, case.id, staff, now_ms())
    with town.work() as session:
        desk.close(town.office, session, case.id, staff, "done", "", now_ms())
    assert [row for row in town.all(Outgoing) if row.dedupe.startswith("loop-")] == []
    with browser_of(town) as client:
        page = tsuho(town, client, code=code(town))
        assert "「受理」だけです" in page and "確認中" not in page
        number, secret = re.findall(r"<dd>([^<]+)</dd>", page)[:2]
        second = town.all(Ticket)[-1]
        assert second.owner_desk == "outreach"
        with town.work() as session:
            desk.claim(town.office, session, second.case_id, staff, now_ms())
        shown = client.post("/kakunin", data={"label": number, "code": secret}, headers=SAME).text
        assert '<li aria-current="step">受理</li>' in shown


def test_nobody_is_told_who_hid_the_talk_or_wrote_for_themselves(town: Town) -> None:
    _enrol(town)
    case, staff = _report(town), town.staff()
    with town.work() as session:
        session.execute(update(Contact).values(hidden=True))
    with town.work() as session:
        desk.claim(town.office, session, case.id, staff, now_ms())
    assert [row for row in town.all(Outgoing) if row.dedupe.startswith("loop-")] == []
