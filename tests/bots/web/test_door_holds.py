"""What our own page still shows after the person guarded, hid or erased the talk, or came back from elsewhere."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from starlette.requests import Request

from bots import passphrase
from bots.web import links
from bots.web.guard import address
from handoff import calls
from handoff.records import Call
from intake import cases
from intake.clock import now_ms, to_datetime
from intake.records import Case, Contact

WORDS = "あおい うみ"


def guard(town, hours=13):
    """The open case gets a passphrase, and nothing was said for hours."""
    with town.work() as session:
        contact = session.get(Contact, town.one(Contact).id)
        session.get(Case, contact.case_id).pass_hash = passphrase.hash_of(WORDS)
        state = json.loads(cases.talk_of(town.parts.vault, contact))
        state["last"] = (to_datetime(now_ms()) - timedelta(hours=hours)).isoformat()
        cases.keep_talk(town.parts.vault, contact, json.dumps(state))


def link(town):
    with town.work() as session:
        return links.make_link(session, session.get(Contact, town.one(Contact).id), now_ms())


def receipt(town):
    return cases.receipt_of(town.parts.vault.sealer, town.one(Case))


def test_a_link_to_a_guarded_talk_shows_nothing_before_the_words_are_said(guest, town):
    town.say("家賃が払えません")
    guard(town)
    guest.post(f"/d/{link(town)}")
    page = guest.get("/talk")
    assert "合い言葉" in page.text and "家賃" not in page.text and receipt(town) not in page.text
    assert guest.client.get("/talk/new?after=0").status_code == 204
    page = guest.say("ちがう ことば")
    assert "家賃" not in page.text and "ちがう" not in page.text
    page = guest.say(WORDS)
    assert "家賃が払えません" in page.text
    assert WORDS not in town.messages()


def test_the_first_words_on_a_guarded_page_may_be_the_right_ones(guest, town):
    town.say("家賃が払えません")
    guard(town)
    guest.post(f"/d/{link(town)}")
    guest.get("/talk")
    assert "家賃が払えません" in guest.say(WORDS).text
    assert len(town.messages()) == 1


def test_number_and_words_open_a_guarded_talk_and_close_it_elsewhere(guest, guests, town):
    guest.start("家賃が払えません")
    guard(town)
    other = guests()
    assert other.post("/back", receipt=receipt(town), words=WORDS).status_code == 303
    assert "家賃が払えません" in other.get("/talk").text
    assert guest.get("/talk").status_code == 401


@pytest.mark.parametrize("hide", ["かくす", "ゴミの日"])
def test_hiding_on_line_closes_our_page_for_good(guest, town, hide):
    town.say("家賃が払えません")
    guest.post(f"/d/{link(town)}")
    unused = link(town)
    assert "家賃" in guest.get("/talk").text
    town.say(hide)
    town.say("相談")
    assert guest.get("/talk").status_code == 401
    assert guest.post(f"/d/{unused}").status_code == 410


def test_erasing_on_line_leaves_nothing_of_the_talk_for_our_page(guest, town):
    town.say("家賃が払えません")
    guest.post(f"/d/{link(town)}")
    guest.get("/talk")
    guest.say("あいことば")
    assert town.one(Contact).page_sealed is not None
    town.say("けす")
    town.say("けす")
    assert town.one(Case).erased_at is not None and town.one(Contact).page_sealed is None


def test_words_without_a_mark_of_their_form_are_never_taken_for_a_double(guest, town):
    guest.start()
    csrf = guest.hidden("csrf")
    for _ in range(2):
        guest.post("/talk", csrf=csrf, text="きょうも電話が来ました")
    assert len(town.messages()) == 3


PART = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n\\ud800 \xff\r\n'
BODY = b"".join(PART % name for name in (b"text", b"receipt", b"words", b"place", b"label", b"code")) + b"--x--\r\n"


@pytest.mark.parametrize("charset", ["undefined", "unicode_escape", "punycode"])
def test_a_form_in_a_strange_codec_is_refused_and_breaks_nothing(guest, town, charset):
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    for url in ("/soudan", "/back", "/talk", "/tsuho", "/renraku", "/kakunin", "/exit"):
        assert guest.client.post(url, content=BODY, headers=headers).status_code == 403, url
    assert town.all(Case) == []


def test_a_whole_home_network_counts_as_one_address():
    def seen(host):
        return address(Request({"type": "http", "client": (host, 1), "headers": []}))

    assert seen("2001:db8:1:2::1") == seen("2001:db8:1:2:ffff::9") != seen("2001:db8:1:3::1")
    assert seen("::ffff:192.0.2.7") == seen("192.0.2.7") != seen("192.0.2.8")
    assert seen("testclient") == "testclient"


def test_a_flood_of_danger_from_the_web_is_all_taken_in_and_rings_ten_telephones_at_most(guests, town):
    for _ in range(calls.CROWD + 3):
        guests().start("助けて。いま殴られています")
    assert len(town.all(Case)) == len(town.all(Call, state="open")) == calls.CROWD + 3
    assert len(town.slack("page")) == calls.CROWD
    town.say("助けて。いま殴られています")
    assert len(town.slack("page")) == calls.CROWD + 1, "who has an account is called for as ever"
    first, last = town.all(Call)[0], town.all(Call)[calls.CROWD]
    with town.work() as session:
        calls.end(session, first.case_id)
    with town.work() as session:
        assert calls.go_on(town.office, session, last.id, 1, now_ms()) == "called"
    assert len(town.slack("page")) == calls.CROWD + 2, "one that was heard makes room for the next"
