"""The forms of a case: what they change, what they refuse, and that a refusal changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from console_browser import Browser
from console_town import MINUTE, Town, add_case, reading
from sqlalchemy import select

from handoff import desk
from handoff.records import History, Ticket
from handoff.ticket import CloseReason
from handoff.wording import TONGUE_JA
from intake.cases import keep_talk
from intake.conversation.script import LANGUAGES
from intake.conversation.values import State
from intake.records import Case, Contact, Message, Outgoing

Browsers = Callable[..., Browser]


def ticket_of(town: Town, name: str) -> Ticket:
    with town.sessions() as session:
        return session.get_one(Ticket, town.case[name])


def paged(town: Town) -> int:
    with town.sessions() as session:
        return len(session.scalars(select(History.id).where(History.what == "paged")).all())


def claimed(town: Town, name: str, who: str = "sato") -> str:
    with town.sessions.begin() as session:
        desk.claim(town.office, session, town.case[name], town.staff[who], town.now - MINUTE)
    return f"/console/cases/{town.case[name]}"


def once_in(page: str) -> str:
    return re.findall(r'name="once" value="([^"]+)"', page)[0]


def test_claim_takes_the_case_and_goes_where_it_was_pressed(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    url = f"/console/cases/{busy.case['dv']}"
    assert client.send_form(f"{url}/claim", back="queue").headers["location"] == f"/console/?case={busy.case['dv']}"
    assert ticket_of(busy, "dv").owner_id == busy.staff["sato"].id
    pane = client.post(
        f"{url}/release", data={"csrf": client.csrf}, headers={"Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
    )
    assert pane.headers["location"] == f"{url}/pane"
    assert ticket_of(busy, "dv").owner_id is None


def test_who_comes_second_is_told_in_words(busy: Town, browser: Browsers) -> None:
    url = claimed(busy, "dv", "suzuki")
    answer = browser("sato").send_form(f"{url}/claim")
    assert answer.status_code == 409 and "鈴木さんが担当になりました" in answer.text
    assert ticket_of(busy, "dv").owner_id == busy.staff["suzuki"].id


def test_a_reply_is_shown_before_it_is_sent_and_sent_once(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    url = claimed(busy, "dv")
    once = once_in(client.get(url).text)
    text = "読みました。\r\nいま安全なところにいますか。<script>alert(1)</script>"
    preview = client.send_form(f"{url}/reply", text=text, once=once, step="preview")
    assert (
        preview.status_code == 200
        and "そのまま本人の LINE に届きます" in preview.text
        and "<script>a" not in preview.text
    )
    assert once_in(preview.text) == once
    edited = client.send_form(f"{url}/reply", text=text, once=once, step="edit")
    assert 'id="reply-text"' in edited.text and "いま安全なところ" in edited.text
    before = len(busy.outbox.drafts)
    for _ in range(3):
        assert client.send_form(f"{url}/reply", text=text, once=once, step="send").status_code == 303
    replies = [draft for draft in busy.outbox.drafts[before:] if draft.purpose == "reply"]
    assert len(replies) == 1 and replies[0].body is not None and "\\r" not in replies[0].body


@pytest.mark.parametrize("once", ["", "1-aaaaaaaaaaaaaaaa", "x" * 500, "<b>"])
def test_a_reply_without_its_own_token_is_only_previewed(busy: Town, browser: Browsers, once: str) -> None:
    client = browser("sato")
    url = claimed(busy, "dv")
    answer = client.send_form(f"{url}/reply", text="読みました", once=once, step="send")
    assert answer.status_code == 200 and "この文を送る" in answer.text
    assert not [draft for draft in busy.outbox.drafts if draft.purpose == "reply" and draft.case_id == busy.case["dv"]]


REFUSED = [
    ("reply", {"text": " ", "step": "preview"}, "返事の文が空です"),
    ("reply", {"text": "あ" * 5001, "step": "send", "once": "token"}, "5,000字まで"),
    ("hand", {"to_desk": "hokatsu", "basis": "C0", "ask": "", "keep": "x"}, "当方が続けること"),
    ("hand", {"to_desk": "nowhere", "basis": "C0", "ask": "x", "keep": "x"}, "つなぎ先を選んでください"),
    ("hand", {"to_desk": "hokatsu", "basis": "", "ask": "x", "keep": "たしかめる"}, "根拠"),
    ("close", {"reason": ""}, "閉じる理由を選んでください"),
    ("close", {"reason": "other", "note": " "}, "理由を書いてください"),
    ("urgency", {"urgency": "normal", "reason": " "}, "理由を書いてください"),
    ("urgency", {"urgency": "boundless"}, "緊急度を選んでください"),
    ("note", {"text": "\x00"}, "メモが空です"),
    ("attempt", {"way": "phone", "result": "met", "at": "きのう"}, "日付と時刻"),
    ("attempt", {"way": "phone", "result": "met", "at": "2026-11-20T14:00"}, "ひとこと"),
]


@pytest.mark.parametrize(("action", "fields", "words"), REFUSED)
def test_a_refusal_stands_beside_its_form_and_changes_nothing(
    busy: Town, browser: Browsers, action: str, fields: dict[str, str], words: str
) -> None:
    client = browser("sato")
    url = claimed(busy, "dv")
    before = ticket_of(busy, "dv")
    if "once" in fields:
        fields = {**fields, "once": f"{busy.case['dv']}-{'a' * 16}"}
    answer = client.send_form(f"{url}/{action}", **fields)
    assert answer.status_code == 422 and f'id="wrong-{action}"' in answer.text
    beside = re.search(rf'id="wrong-{action}"[^>]*>([^<]+)<', answer.text)
    assert beside and words in beside.group(1)
    after = ticket_of(busy, "dv")
    assert (after.state, after.urgency, after.version) == (before.state, before.urgency, before.version)
    for name in ("ask", "keep"):
        if len(fields.get(name, "")) > 1:
            assert fields[name] in answer.text


def test_a_call_back_and_a_visit_stand_on_the_timeline_and_the_day_to_look_above_it(
    busy: Town, browser: Browsers
) -> None:
    client, url = browser("sato"), claimed(busy, "dv")
    assert 'value="2026-11-20T14:05"' in client.get(url).text, "now, unless somebody says otherwise"
    visit = {
        "way": "visit", "result": "not_met", "at": "2026-11-20T14:01", "said": "留守。<i>名刺を置いた",
        "interests": "将棋", "family": "姉", "look_on": "2026-12-01",
    }  # fmt: skip
    assert client.send_form(f"{url}/attempt", **visit).headers["location"] == f"{url}#timeline"
    page = client.get(url).text
    assert "本人と話せませんでした（訪問）" in page and "留守。&lt;i&gt;名刺" in page
    assert "次に見る日：<b>12月1日（火）</b>" in page and "糸口になる家族：姉" in page
    assert 'value="2026-12-01"' in page, "the day stays in the form: the next call does not lose it unseen"
    assert ticket_of(busy, "dv").replied_at is None
    called = {"way": "phone", "result": "met", "at": "2026-11-20T14:03", "said": "話せた"}
    client.send_form(f"{url}/attempt", **called)
    assert ticket_of(busy, "dv").replied_at is not None and "次に見る日：" not in client.get(url).text
    assert "将棋" in client.get(f"{url}/hearing").text


def test_handing_closing_paging_lowering_and_notes(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    url = claimed(busy, "dv")
    assert client.send_form(f"{url}/note", text="電話ずみ <i>").status_code == 303
    sure = client.send_form(f"{url}/page")
    assert sure.status_code == 200 and "呼び出してよいですか" in sure.text and not paged(busy)
    assert client.send_form(f"{url}/page", sure="yes").status_code == 303
    assert paged(busy) == 1
    assert client.send_form(f"{url}/urgency", urgency="high", reason="本人が安全な場所にいる").status_code == 303
    assert ticket_of(busy, "dv").urgency == "high"
    handed = {"to_desk": "kodomo", "basis": "C2a", "ask": "家の様子を見る", "keep": "本人への返事"}
    assert client.send_form(f"{url}/hand", **handed).status_code == 303
    assert ticket_of(busy, "dv").state == "claimed"  # 通告 holds nothing up
    page = client.get(url).text
    assert (
        "電話ずみ &lt;i&gt;" in page
        and "こども家庭センター、児童虐待の通告" in page
        and "緊急度を下げました（高い）" in page
    )
    other = claimed(busy, "gas")
    assert client.send_form(f"{other}/close", reason="done").status_code == 303
    assert ticket_of(busy, "gas").state == "closed"
    assert "終わった相談" in client.get("/console/?view=closed").text


def test_small_talk_stands_apart_and_can_be_lifted(town: Town, browser: Browsers) -> None:
    from triage.assessment import Kind

    add_case(town, "hello", "ありがとうございました。", reading("ありがとうございました。", {}, kind=Kind.SMALLTALK))
    client = browser("sato")
    assert "ありがとうございました" not in client.get("/console/").text
    assert "ありがとうございました" in client.get("/console/?view=other").text
    assert client.send_form(f"/console/cases/{town.case['hello']}/lift").status_code == 303
    assert "ありがとうございました" in client.get("/console/").text


def test_unsent_words_and_unsure_messages_are_said(busy: Town, browser: Browsers) -> None:
    with busy.sessions.begin() as session:
        message = session.scalars(select(Message).where(Message.case_id == busy.case["dv"])).one()
        message.body_sealed, message.unsent_at = None, busy.now
        session.query(Outgoing).filter_by(purpose="reply").update({"state": "failed"})
    client = browser("sato")
    assert "送信を取り消しました" in client.get(f"/console/cases/{busy.case['dv']}").text
    assert "送れませんでした" in client.get(f"/console/cases/{busy.case['family']}").text


def test_reading_a_case_is_logged_and_the_log_holds_no_content(busy: Town, browser: Browsers) -> None:
    browser("sato").get(f"/console/cases/{busy.case['dv']}")
    log = browser("mori").get("/console/audit").text
    assert "佐藤" in log and "相談をひらきました" in log and "T-0001" in log and "つながっています" in log
    assert "怒鳴" not in log
    with busy.sessions() as session:
        assert session.scalars(select(History.what).where(History.case_id == busy.case["dv"])).all()


def test_a_handed_case_is_taken_back_with_a_reason_or_accepted(busy: Town, browser: Browsers) -> None:
    url = claimed(busy, "dv")
    sender = browser("sato")
    handed = {"to_desk": "kodomo", "basis": "C3", "ask": "家の様子を見る", "keep": "本人への返事"}
    handed["decided_by"] = str(busy.staff["sato"].id)
    assert "つなぎを取り戻す" not in sender.get(url).text
    sender.send_form(f"{url}/hand", **handed)
    page = sender.get(url).text
    assert "つなぎを取り戻す" in page and "つなぎを引き受ける" not in page
    answer = sender.send_form(f"{url}/take_back", reason=" ")
    assert answer.status_code == 422 and 'id="wrong-take_back"' in answer.text and "理由を書いてください" in answer.text
    assert sender.send_form(f"{url}/take_back", reason="ちがう窓口 <i>").status_code == 303
    assert ticket_of(busy, "dv").state == "claimed"
    page = sender.get(url).text
    assert "つなぎを取り戻しました（こども家庭センター）" in page and "ちがう窓口 &lt;i&gt;" in page
    sender.send_form(f"{url}/hand", **handed)
    refusal = sender.send_form(f"{url}/accept")
    assert refusal.status_code == 422 and "自分がつないだ相談です" in refusal.text
    other = browser("suzuki")
    assert "つなぎを引き受ける" in other.get(url).text
    assert other.send_form(f"{url}/accept").status_code == 303
    assert ticket_of(busy, "dv").owner_id == busy.staff["suzuki"].id
    assert "つなぎを引き受けました（こども家庭センター）" in other.get(url).text


def test_the_head_of_a_closed_case_says_why_and_when(busy: Town, browser: Callable[..., Browser]) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['water']}"
    with busy.sessions.begin() as session:
        desk.claim(busy.office, session, busy.case["water"], busy.staff["sato"], busy.now)
    assert "待ち " in client.get(url).text
    with busy.sessions.begin() as session:
        desk.close(busy.office, session, busy.case["water"], busy.staff["sato"], "done", "", busy.now)
    page = client.get(url).text
    assert f"<b>閉じました（{CloseReason.DONE.label_ja}・11月20日（金）14:05）</b>" in page
    assert "待ち " not in page and "期限なし" not in page


def test_the_language_that_the_person_chose_stands_beside_the_machines_guess(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['water']}"
    assert "本人がえらびました" not in client.get(url).text
    with busy.sessions.begin() as session:
        contact = session.get_one(Contact, session.get_one(Case, busy.case["water"]).contact_id)
        keep_talk(busy.office.vault, contact, State(language="vi", case=True).to_json())
    assert "ことば：ベトナム語 Tiếng Việt（本人がえらびました）" in client.get(url).text
    assert set(TONGUE_JA) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("route", "whose"),
    [("lifeline", "知らせた人"), ("professional", "知らせた人"), ("advice", "相談した職員"), ("resident", "本人")],
)
def test_whose_words_they_are_stands_above_them(town: Town, browser: Browsers, route: str, whose: str) -> None:
    said = "検針に行くと、郵便がたまっていました。"
    case_id = add_case(town, "one", said, reading(said, {}), route=route)
    client = browser("sato")
    for path in (f"/console/cases/{case_id}", f"/console/cases/{case_id}/print"):
        page = client.get(path).text
        assert re.search(rf"<h2[^>]*>{whose}のことば</h2>", page)
        assert whose == "本人" or "本人のことば</h2>" not in page
    pane = client.get(f"/console/cases/{case_id}/pane", headers={"HX-Request": "true"}).text
    assert f">{whose}のことば</h3>" in pane
