"""Consents on the case page: asked, written down, shown with how and when; a warning about who blocked us."""

from __future__ import annotations

from collections.abc import Callable

from console_browser import Browser
from console_town import MINUTE, Town
from sqlalchemy import select

from handoff import desk
from handoff.records import HandOver
from intake import given
from intake.conversation.speech import consent_ask
from intake.conversation.values import Options, State
from intake.door_records import Consent
from intake.records import Case, Contact

Browsers = Callable[..., Browser]


def claimed(town: Town) -> str:
    with town.sessions.begin() as session:
        desk.claim(town.office, session, town.case["dv"], town.staff["sato"], town.now - MINUTE)
        given.keep_answer(town.office.sealer, session.get_one(Case, town.case["dv"]), "who", "self", None)
    return f"/console/cases/{town.case['dv']}"


def other_desk(town: Town) -> str:
    return next(found.id for found in town.office.pack.desks if found.id != town.office.pack.fallback)


def consents_of(town: Town) -> list[Consent]:
    with town.sessions() as session:
        return list(session.scalars(select(Consent).order_by(Consent.id)))


def test_staff_ask_the_person_and_see_that_it_was_asked(busy: Town, browser: Browsers) -> None:
    client, url, to = browser("sato"), claimed(busy), other_desk(busy)
    assert "まだ聞いていません" in client.get(url).text
    sure = client.send_form(f"{url}/consent", to_desk=to)
    assert sure.status_code == 200 and "本人に聞いてよいですか" in sure.text and not consents_of(busy)
    assert f'name="to_desk" value="{to}"' in sure.text
    assert client.send_form(f"{url}/consent", to_desk=to, sure="yes").status_code == 303
    page = client.get(url).text
    assert "本人に聞いています" in page and "文面" in page
    again = client.send_form(f"{url}/consent", to_desk=to, sure="yes")
    assert again.status_code == 422 and "もう本人に聞いています" in again.text
    assert [row.state for row in consents_of(busy)] == ["asked"]


def test_nothing_is_handed_on_consent_without_one(busy: Town, browser: Browsers) -> None:
    client, url, to = browser("sato"), claimed(busy), other_desk(busy)
    form = {"to_desk": to, "basis": "C0", "ask": "訪問をお願いします", "keep": "家計の相談"}
    refused = client.send_form(f"{url}/hand", **form)
    assert refused.status_code == 422 and "まだ本人の同意がありません" in refused.text
    unsaid = client.send_form(f"{url}/hand", **form, heard="けさ電話で佐藤が")
    assert unsaid.status_code == 422 and "だれの同意か" in unsaid.text and "けさ電話で佐藤が" in unsaid.text
    assert client.send_form(f"{url}/hand", **form, heard="けさ電話で佐藤が", by_whom="self").status_code == 303
    page = client.get(url).text
    assert "職員が口頭で聞いて" in page and "けさ電話で佐藤が" in page
    with busy.sessions() as session:
        assert session.scalars(select(HandOver.basis)).all() == ["C0"]


def test_what_was_heard_needs_when_and_who(busy: Town, browser: Browsers) -> None:
    client, url, to = browser("sato"), claimed(busy), other_desk(busy)
    refused = client.send_form(f"{url}/heard", to_desk=to, state="partial", by_whom="self", how=" ")
    assert refused.status_code == 422 and "いつ・だれが" in refused.text
    refused = client.send_form(f"{url}/heard", to_desk=to, state="partial", how="窓口で")
    assert refused.status_code == 422 and "だれの同意か" in refused.text
    form = {"to_desk": to, "state": "partial", "by_whom": "proxy", "how": "窓口で"}
    assert client.send_form(f"{url}/heard", **form).status_code == 303
    assert [(row.state, row.way, row.by_whom) for row in consents_of(busy)] == [("partial", "staff", "proxy")]
    assert "代理の同意" in client.get(url).text


def test_who_is_no_desk_is_written_by_name(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), claimed(busy)
    form = {"state": "given", "by_whom": "self", "how": "訪問で", "named": "民生委員 山田花子"}
    assert client.send_form(f"{url}/heard", **form).status_code == 303
    assert "民生委員 山田花子" in client.get(url).text
    refused = client.send_form(f"{url}/heard", **form | {"named": "名" * 81})
    assert refused.status_code == 422 and "名" * 81 in refused.text and len(consents_of(busy)) == 1
    wish = {"kind": "referral", "basis": "C0", "ask": "見守りを", "keep": "", "do": "preview"}
    assert "同意がまだ" in client.send_form(f"{url}/packets", **wish, others="民生委員 林").text
    assert "この内容で出ます" in client.send_form(f"{url}/packets", **wish, others="民生委員 山田花子").text


def test_the_meeting_is_asked_for_itself_and_the_answer_says_whether_they_come(busy: Town, browser: Browsers) -> None:
    client, url, to = browser("sato"), claimed(busy), other_desk(busy)
    page = client.get(url).text
    assert "会議で関係機関と考える" in page and '<option value="juso">みほん市重層的支援会議</option>' in page
    sure = client.send_form(f"{url}/consent", what="share", to_desk=to, to_meeting="juso")
    assert "「みほん市重層的支援会議」で関係機関と考えてよいか" in sure.text and not consents_of(busy)
    assert client.send_form(f"{url}/consent", what="share", to_meeting="juso", sure="yes").status_code == 303
    form = {"what": "share", "to_meeting": "juso", "state": "given", "by_whom": "self", "how": "窓口で"}
    assert client.send_form(f"{url}/heard", **form, attend="wants").status_code == 303
    assert [(row.what, row.desk, row.attend) for row in consents_of(busy)] == [("share", "juso", "wants")]
    assert "会議に出るか：出たい" in client.get(url).text
    assert client.send_form(f"{url}/consent", what="share", to_meeting="shien", sure="yes").status_code == 422


def test_the_form_says_when_somebody_else_writes_or_nobody_knows(busy: Town, browser: Browsers) -> None:
    client, url, to = browser("sato"), claimed(busy), other_desk(busy)
    for who, told in (("skip", "書いているのは本人だと、確かめました"), ("family", "ここからは本人に聞けません")):
        with busy.sessions.begin() as session:
            given.keep_answer(busy.office.sealer, session.get_one(Case, busy.case["dv"]), "who", who, None)
        assert told in client.get(url).text
        refused = client.send_form(f"{url}/consent", to_desk=to, sure="yes")
        assert refused.status_code == 422 and "口頭の答え" in refused.text
    assert not consents_of(busy)


def test_who_hid_the_screen_is_told_with_what_brings_the_answer_on(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), claimed(busy)
    with busy.sessions.begin() as session:
        case = session.get_one(Case, busy.case["dv"])
        session.get_one(Contact, case.contact_id).hidden = True
    page = client.get(url).text
    why = "この方は画面をかくしています。返事は、本人が『相談』と送るまで届きません。"
    assert why in page and "LINE をブロック" not in page and 'id="reply-text"' not in page
    assert "届かない可能性：画面をかくしています" in client.get("/console/?view=mine").text
    refused = client.send_form(f"{url}/reply", text="はい", step="send", once=f"{busy.case['dv']}-abcdefghijklmnop")
    assert refused.status_code == 422 and why in refused.text


def test_a_report_of_somebody_has_nobody_to_answer(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), claimed(busy)
    with busy.sessions.begin() as session:
        session.get_one(Case, busy.case["dv"]).contact_id = None
    page = client.get(url).text
    assert "通報（返事の宛先なし）" in page and "届かない可能性があります" not in page


def test_who_blocked_us_is_told_before_anybody_types(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), claimed(busy)
    with busy.sessions.begin() as session:
        case = session.get_one(Case, busy.case["dv"])
        contact = session.get_one(Contact, case.contact_id)
        contact.blocked = True
    page = client.get(url).text
    assert "届かない可能性があります" in page and 'id="reply-text"' not in page
    assert "この方は LINE をブロックしています。" in page
    assert "届かない可能性" in client.get("/console/?view=mine").text


def test_the_console_says_a_consent_to_the_words_alone_as_the_phone_does(busy: Town, browser: Browsers) -> None:
    client, url, to = browser("sato"), claimed(busy), other_desk(busy)
    asked = consent_ask(State(), Options(office="窓口"), 1, "handoff", "窓口")
    assert asked is not None
    on_phone = asked.choices[1].label
    client.send_form(f"{url}/heard", to_desk=to, state="partial", by_whom="self", how="窓口で")
    form = {"to_desk": to, "basis": "C0", "ask": "訪問をお願いします", "keep": "家計の相談"}
    assert client.send_form(f"{url}/hand", **form).status_code == 303
    page = client.get(url).text
    assert page.count(on_phone) >= 2 and "本文だけ" not in page  # the consent, and the handing on it
    fresh = client.get(f"/console/cases/{busy.case['water']}").text
    assert f'value="partial" required> {on_phone}<' in fresh
