"""聞きとりシート and 連絡票 in the console: written, previewed, made, opened, and who saw it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import BytesIO

from console_browser import Browser
from console_town import Town
from openpyxl import load_workbook
from sqlalchemy import select

from handoff import desk, reporters
from handoff.flow_records import Packet, PacketLook
from handoff.packet.xlsx import EXAMPLES
from handoff.records import Audit, HandOver
from intake import given
from intake.records import Case

Browsers = Callable[..., Browser]


def written(client: Browser, url: str, **fields: str) -> int:
    version = re.search(r'name="version" value="(\d+)"', client.get(f"{url}/hearing").text)
    assert version
    return client.send_form(f"{url}/hearing", version=version[1], **fields).status_code


def test_a_packet_is_previewed_made_and_opened_with_every_look_on_record(busy: Town, browser: Browsers) -> None:
    client, case_id = browser("sato", packet_forms=EXAMPLES), busy.case["family"]
    url = f"/console/cases/{case_id}"
    assert written(client, url, **{"v.name": "=見本 花子", "v.income": "課税128万円", "s.income": "tax"}) == 303
    wish = {"kind": "application", "basis": "C1", "to": "hokatsu", "ask": "訪問を", "keep": "電話を"}
    assert "決めた人の名前" in client.send_form(f"{url}/packets", **wish, do="make").text
    seen = client.send_form(f"{url}/packets", **wish, do="preview", decided="1").text
    assert "税務の情報 1件" in seen and "128万" not in seen and "=見本 花子" in seen
    with busy.sessions() as session:
        assert session.scalars(select(Packet)).all() == []
    looked = re.search(r'name="seen" value="(\w+)"', seen)
    assert looked
    other = client.send_form(f"{url}/packets", **wish | {"ask": "別の願い"}, do="make", decided="1", seen=looked[1])
    assert (
        other.status_code == 409 and "もう一度、内容を見てください" in other.text and "この内容で出ます" in other.text
    )
    assert client.send_form(f"{url}/packets", **wish, do="make", decided="1").status_code == 409
    with busy.sessions() as session:
        assert session.scalars(select(Packet)).all() == []
    made = client.send_form(f"{url}/packets", **wish, do="make", decided="1", seen=looked[1])
    one = made.headers["location"].partition("?")[0]
    assert "P-0001" in client.get(one).text
    assert client.get(f"{one}/pdf?cover=1").content.startswith(b"%PDF")
    cell = load_workbook(BytesIO(client.get(f"{one}/xlsx").content)).worksheets[0]["C9"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=見本 花子", "s", True)
    assert "128万" not in json.dumps(client.get(f"{one}/json").json(), ensure_ascii=False)
    with busy.sessions() as session:
        assert list(session.scalars(select(PacketLook.way))) == ["screen", "pdf", "xlsx", "json"]
        assert len(list(session.scalars(select(Audit.id).where(Audit.action == "packet_seen")))) == 4
    assert "見た人 4 回" in client.get(f"{url}/packets").text


def test_a_reply_gets_its_address_after_a_reason_and_is_offered_where_somebody_wrote(
    busy: Town, browser: Browsers
) -> None:
    client, case_id = browser("sato"), busy.case["family"]
    url = f"/console/cases/{case_id}/packets"
    assert 'value="RE"' not in client.get(url).text
    with busy.sessions.begin() as session:
        case = session.get_one(Case, case_id)
        case.route = "professional"
        about = reporters.About(organisation="みほん病院", name="森下", channel="web")
        reporters.keep(session, busy.office.vault, case, about, busy.now)
    assert 'value="RE"' in client.get(url).text
    wish = {"kind": "reply", "basis": "RE", "ask": "受け取りました"}
    looked = re.search(r'name="seen" value="(\w+)"', client.send_form(url, **wish, do="preview").text)
    assert looked
    one = client.send_form(url, **wish, do="make", seen=looked[1]).headers["location"].partition("?")[0]
    assert "あて名を入れて印刷する" in client.get(one).text and "森下" not in client.get(one).text
    assert "理由" in client.send_form(f"{one}/addressed", reason=" ").text
    made = client.send_form(f"{one}/addressed", reason="返信する")
    assert made.content.startswith(b"%PDF") and made.headers["cache-control"] == "no-store"
    assert "森下" not in client.get(url).text


def test_two_people_at_one_sheet_are_told_and_nobody_is_overwritten(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['family']}/hearing"
    assert client.send_form(url, version="0", **{"v.kana": "みほん"}).status_code == 303
    late = client.send_form(url, version="0", **{"v.kana": "はなこ"})
    assert late.status_code == 409 and "ほかの人がこのシートを直しました" in late.text
    assert "はなこ" in late.text and "みほん" in late.text  # what was typed, and what stands there now
    assert 'value="みほん"' in client.get(url).text


def test_what_was_asked_and_is_known_is_not_ticked_as_unknown(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['family']}/hearing"
    assert 'name="q.facts" value="1">' in client.get(url).text, "what was told is there"
    fields = {"v.kana": "みほん", "q.kana": "1", "q.sex": "1"}
    assert client.send_form(url, version="0", **fields).status_code == 303
    page = client.get(url).text
    assert 'name="q.kana" value="1">' in page and 'name="q.sex" value="1" checked>' in page


def test_another_desk_neither_writes_nor_opens(busy: Town, browser: Browsers) -> None:
    with busy.sessions.begin() as session:
        desk.claim(busy.office, session, busy.case["family"], busy.staff["sato"], busy.now)
    client, url = browser("tanaka"), f"/console/cases/{busy.case['dv']}"
    for path in ("hearing", "packets", "packets/7", "packets/7/pdf"):
        assert client.get(f"{url}/{path}").status_code == 404
    assert client.send_form(f"{url}/packets", kind="meeting", do="make").status_code == 404


def test_a_desk_that_was_asked_does_not_read_that_somebody_reported(busy: Town, browser: Browsers) -> None:
    case_id, to = busy.case["family"], busy.staff["tanaka"].desk
    with busy.sessions.begin() as session:
        case = session.get_one(Case, case_id)
        case.route = "professional"
        reporters.keep(session, busy.office.vault, case, reporters.About(name="森下"), busy.now)
        given.keep_answer(busy.office.sealer, case, "p_contact", "みほん病院 森下", None)
        desk.claim(busy.office, session, case_id, busy.staff["sato"], busy.now)
    form = {"to_desk": to, "basis": "C2b", "ask": "訪問を", "keep": "電話を", "purpose": "notification", "lead": ""}
    client, asked = browser("sato"), browser("tanaka")
    sent = client.send_form(f"/console/cases/{case_id}/hand", **form)
    assert sent.status_code == 303, sent.text
    with busy.sessions() as session:
        one = f"/console/cases/{case_id}/packets/{session.scalars(select(Packet.id)).one()}"
    assert "知らせた人の情報 1件" in client.get(one).text
    seen = asked.get(one)
    assert seen.status_code == 200 and "知らせた人の情報" not in seen.text and "森下" not in seen.text


def test_what_was_looked_at_before_a_handing_is_what_goes(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['dv']}"
    with busy.sessions.begin() as session:
        desk.claim(busy.office, session, busy.case["dv"], busy.staff["sato"], busy.now)
    form = {"to_desk": "jiritsu", "basis": "C0", "ask": "訪問を", "keep": "電話を", "heard": "けさ電話で"}
    form |= {"by_whom": "self"}
    for nobody in ("9" * 19, "9" * 5000, "１"):
        refused = client.send_form(f"{url}/hand", **form | {"basis": "C1", "decided_by": nobody}, do="send")
        assert refused.status_code == 422 and "決めた人を選んでください" in refused.text
    looked = re.search(r'name="seen" value="(\w+)"', client.send_form(f"{url}/hand", **form, do="preview").text)
    assert looked
    other = client.send_form(f"{url}/hand", **form | {"ask": "別の願い"}, do="send", seen=looked[1])
    assert other.status_code == 409 and "もう一度、内容を見てください" in other.text
    with busy.sessions() as session:
        assert session.scalars(select(HandOver)).all() == [] == session.scalars(select(Packet)).all()
    assert client.send_form(f"{url}/hand", **form, do="send", seen=looked[1]).status_code == 303
