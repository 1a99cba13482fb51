"""The talk on our own page without scripts: from the first words to the answer of staff."""

from __future__ import annotations

import json

from handoff import desk, notices
from handoff.records import Ticket
from intake.clock import now_ms
from intake.door_records import DoorVisit
from intake.records import Case, Contact, InboxEvent, Message, Outgoing


def test_looking_stores_nothing_and_the_first_words_open_a_case(guest, town):
    page = guest.get("/soudan")
    assert page.status_code == 200 and "福祉まるごと相談" in page.text and "tel:110" in page.text
    assert town.all(Contact) == [] and "set-cookie" not in page.headers

    page = guest.start()
    assert page.status_code == 200
    case = town.one(Case)
    contact = town.one(Contact)
    assert (case.channel, contact.channel, contact.case_id) == ("web", "web", case.id)
    assert "家賃が払えません" in page.text and "受付番号" in page.text
    assert town.messages() == ["家賃が払えません。どうしたらいいですか"]
    assert [event.state for event in town.all(InboxEvent)] == ["answered"]
    assert town.all(Outgoing, channel="line") == []


def test_a_person_answers_to_the_end_and_reads_what_staff_say(guest, town):
    guest.start()
    for label in ("危なくない", "名前を言わない", "自分のこと", "いない", "この画面で", "まだ分からない"):
        page = guest.say(press=guest.choice(label))
    assert "LINE" not in page.text.split('id="present"')[1]
    assert "返事：この画面で" in page.text
    page = guest.say(press=guest.choice("これでいい"))
    assert "受けつけました" in page.text

    with town.work() as session:
        desk.reply(
            town.office, session, town.one(Case).id, town.staff(), "明日の10時に\nお話しできますか", now_ms(), "r1"
        )
    row = town.one(Outgoing, purpose="reply")
    assert (row.channel, row.state, row.via) == ("web", "sent", "page") and row.sent_at
    assert not [job for job in town.jobs() if job[1].startswith(f"out-{row.id:019d}")]
    page = guest.get("/talk")
    assert "明日の10時に" in page.text.split('id="later"')[1]
    newer = guest.client.get("/talk/new?after=0", headers={"HX-Request": "true"})
    assert "明日の10時に" in newer.text and "hx-swap-oob" in newer.text
    assert guest.client.get(f"/talk/new?after={2**62}").status_code == 204


def test_a_doubled_form_and_a_reload_are_taken_in_once(guest, town, guests):
    guest.get("/soudan")
    once = guest.hidden("once")
    for _ in range(2):
        assert guest.post("/soudan", once=once, text="眠れません").status_code == 303
    assert len(town.all(Contact)) == 1 and town.messages() == ["眠れません"]
    guest.get("/talk")
    fields = {"csrf": guest.hidden("csrf"), "once": guest.hidden("once"), "press": ""}
    for _ in range(2):
        assert guest.post("/talk", text="お金もありません", **fields).status_code == 303
    guest.get("/talk")
    assert town.messages() == ["眠れません", "お金もありません"]
    # Other words under the same mark are new words, whatever made the page old.
    guest.post("/talk", text="きのうから熱があります", **fields)
    assert town.messages()[-1] == "きのうから熱があります"


def test_what_was_typed_beside_a_pressed_button_is_kept_too(guest, town):
    guest.start()
    guest.say("電気も止まりそうです", guest.choice("危なくない"))
    assert "電気も止まりそうです" in town.messages()
    assert "どのように受けつけますか" in guest.shown.text


def test_two_browsers_of_one_person_and_one_that_stays_away(guest, guests, town):
    guest.start()
    stranger = guests()
    assert stranger.get("/talk").status_code == 401
    assert "家賃" not in stranger.shown.text
    contact = town.one(Contact)
    from bots.web import links

    with town.work() as session:
        other = links.begin(session, session.get(Contact, contact.id), now_ms())
    second = guests()
    second.client.cookies.set("page", other.token)
    assert "家賃が払えません" in second.get("/talk").text
    second.say("ほかの電話からも書けます")
    assert "ほかの電話からも書けます" in guest.get("/talk").text
    assert len(town.all(DoorVisit)) == 2


def test_odd_characters_and_tags_are_shown_and_do_nothing(guest, town):
    page = guest.start("<script>alert(1)</script> \u202eabc {receipt} '\"")
    assert "<script>alert" not in page.text and "&lt;script&gt;alert" in page.text
    assert "U+202E" in page.text and "\u202e" not in page.text
    assert "{receipt}" in page.text
    assert town.one(Message).body_sealed


def test_danger_is_answered_with_numbers_whatever_the_limits_say(guest, town, monkeypatch):
    from bots.web.limits import Gauge

    monkeypatch.setattr(Gauge, "may_write", lambda *_: False)
    monkeypatch.setattr(Gauge, "may_begin", lambda *_: False)
    guest.get("/soudan")
    refused = guest.post("/soudan", once=guest.hidden("once"), text="こまっています")
    assert refused.status_code == 429 and "こまっています</textarea>" in refused.text and not town.all(Contact)
    page = guest.start("夫に殴られました。助けてください")
    assert "tel:110" in page.text
    page = guest.say("しずかです")
    assert page.status_code == 429 and "しずかです</textarea>" in page.text
    page = guest.say("また殴られそうです。殺される。" + "あ" * 6000)
    assert page.status_code == 200 and any("殺される" in said for said in town.messages())


def test_too_long_is_refused_kindly_and_nothing_is_lost(guest, town):
    guest.start()
    long = "あ" * 5001
    page = guest.say(long)
    assert page.status_code == 413 and f"{long}</textarea>" in page.text and "分けておくってください" in page.text
    assert len(town.messages()) == 1
    page = guest.say("い" * 200_000)
    assert page.status_code == 413 and len(town.messages()) == 1
    page = guest.get("/talk")
    assert guest.say("   \n ").status_code == 422


def test_a_busy_database_keeps_the_words_in_the_form(guest, town, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from bots.web import take

    guest.start()

    def busy(*_args, **_more):
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(take, "take_in", busy)
    page = guest.say("だいじな話")
    assert page.status_code == 503 and "だいじな話</textarea>" in page.text and "こみあっています" in page.text
    monkeypatch.undo()
    guest.say("だいじな話")
    assert town.messages()[-1] == "だいじな話"


def test_a_notice_of_the_script_stands_on_the_page_with_its_buttons(guest, town):
    from handoff import letters
    from intake.conversation import values as talk

    guest.start()
    with town.work() as session:
        case = session.get(Case, town.one(Case).id)
        contact = session.get(Contact, case.contact_id)
        ask = talk.Say(
            "お待たせしています。{office}です。", (talk.Choice("急ぎに変える", "press", "t1:menu:urgent:1"),)
        )
        letters.notice(town.office, session, case, contact, ask, once="n1")
    assert town.one(Outgoing, purpose="notice").state == "sent"
    page = guest.get("/talk")
    assert "お待たせしています。福祉まるごと相談です。" in page.text
    assert "急ぎに変えました" in guest.say(press=guest.choice("急ぎに変える")).text


def test_a_doubled_first_form_at_the_same_moment_opens_one_talk(guests, town):
    from concurrent.futures import ThreadPoolExecutor

    first, second = guests(), guests()
    once = (first.get("/soudan"), first.hidden("once"))[1]
    with ThreadPoolExecutor(2) as pool:
        found = list(
            pool.map(lambda one: one.post("/soudan", once=once, text="眠れません").status_code, (first, second))
        )
    assert found == [303, 303]
    assert len(town.all(Contact)) == 1 and town.messages() == ["眠れません"]
    assert first.get("/talk").status_code == second.get("/talk").status_code == 200


def test_a_question_for_consent_stands_until_it_is_answered_and_can_be_taken_back(guest, town):
    from handoff import consents
    from intake.door_records import Consent

    guest.start()
    with town.work() as session:
        desk_id, name = next((one.id, one.name) for one in town.office.pack.desks)
        asked = (town.one(Case).id, town.staff(), "handoff", desk_id)
        consents.ask(town.office, session, *asked, now_ms(), person_sure=True)
    assert guest.get("/talk").text.count(f"「{name}」") == 1
    guest.say("べつの話です")
    page = guest.say("まだあります")
    assert page.text.count(f"「{name}」") == 1 and "役所・役場からの質問" in page.text
    page = guest.say(press=guest.choice("伝えてよい"))
    assert town.one(Consent).state == "given" and "役所・役場からの質問" not in page.text
    assert f"{name}：伝えてよい" in page.text and "あなたの答え" in page.text
    page = guest.say(press=guest.choice("取り消す"))
    assert town.one(Consent).state == "withdrawn" and f"{name}：" not in page.text


def test_who_agrees_to_a_meeting_says_once_whether_they_come_and_may_change_it(guest, town):
    from handoff import consents
    from intake.door_records import Consent

    guest.start()
    with town.work() as session:
        asked = (town.one(Case).id, town.staff(), "share", "juso")
        consents.ask(town.office, session, *asked, now_ms(), person_sure=True)
    guest.get("/talk")
    page = guest.say(press=guest.choice("伝えてよい")).text
    assert page.count("あなたも出たいですか") == 1 and 'class="asked open"' in page
    page = guest.say("わたしの記録").text
    assert "取り消す：みほん市重層的支援会議" in page and "あなたも出たいですか" in page, "open until answered"
    page = guest.say(press=guest.choice("まだ決めない")).text
    assert "みほん市重層的支援会議：まだ決めない" in page and 'class="asked open"' not in page
    page = guest.say(press=guest.choice("出たい")).text
    assert "みほん市重層的支援会議：出たい" in page and town.one(Consent).attend == "wants"
    assert "（伝えてよい、出たい）" in guest.say("わたしの記録").text


def test_the_record_names_the_desk_that_looks_after_them_and_the_notice_does_not(guest, town):
    guest.start()
    assert "担当の窓口：" not in guest.say("わたしの記録").text, "nobody has it yet"
    with town.work() as session:
        desk.claim(town.office, session, town.one(Case).id, town.staff(), now_ms())
    assert "担当の窓口：福祉まるごと相談" in guest.say("わたしの記録").text
    assert "佐藤" not in guest.shown.text, "a desk, not a person"
    line = town.say("家賃が払えません", user="U-line").case_id
    with town.work() as session:
        desk.claim(town.office, session, line, town.staff(), now_ms())
        case, row = session.get(Case, line), session.get(Ticket, line)
        notices.assigned(town.office, session, case, row, now_ms())
    (row,) = town.all(Outgoing, channel="line", purpose="notice", case_id=line)
    (said,) = json.loads(town.body(row))["says"]
    assert said["text"] == "お知らせがあります。\n担当の窓口が決まりました。"
