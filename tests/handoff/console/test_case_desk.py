"""A case's page as the desk works with it: answers taken back, waiting, folding, words taken down, paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from console_browser import Browser
from console_town import MINUTE, Town, add_case, reading
from httpx2 import Response
from sqlalchemy import func, select

from handoff import desk, view
from handoff.first_line import first_line
from handoff.packs.local import Area
from handoff.records import Audit, Call, Ticket
from handoff.view_item import item_of
from intake.cases import add_message
from intake.door_records import Reporter
from intake.records import Case, Message, Outgoing

Browsers = Callable[..., Browser]
FRAGMENT = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}


def row_of(town: Town, case_id: int) -> Ticket:
    with town.sessions() as session:
        return session.get_one(Ticket, case_id)


def field_in(page: str, name: str) -> str:
    return re.findall(rf'name="{name}"[^>]*value="([^"]+)"', page)[0]


def writes(town: Town, name: str, text: str, at: int) -> None:
    """The person of the case writes once more."""
    with town.sessions.begin() as session:
        case = session.get_one(Case, town.case[name])
        add_message(
            session, town.office.sealer, case, source=f"in:{at}", author="person", kind="text", text=text, at=at
        )


def answered(town: Town, who: str, text: str, name: str = "dv") -> int:
    with town.sessions.begin() as session:
        case_id = town.case[name]
        sent = desk.reply(town.office, session, case_id, town.staff[who], text, town.now, f"{case_id}-{who}")
        assert sent is not None
        return sent


def test_an_answer_can_be_taken_back_and_comes_back_into_the_box(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['dv']}"
    page = client.get(url).text
    sent = client.send_form(
        f"{url}/reply", text="いま、<行きます>。", once=field_in(page, "once"), seen=field_in(page, "seen"), step="send"
    )
    assert sent.status_code == 303
    with busy.sessions.begin() as session:
        # The plain outbox of these tests knows no waiting time.
        row = session.scalars(select(Outgoing).where(Outgoing.case_id == busy.case["dv"], Outgoing.purpose == "reply"))
        (outgoing,) = row.all()
        outgoing.state, outgoing.not_before = "waiting", busy.now + 25_000
        row_id = outgoing.id
    page = client.get(url).text
    assert "14:05:25 に送ります。それまで取り消せます。" in page and "取り消す</button>" in page
    assert "取り消す</button>" not in browser("suzuki").get(url).text
    assert client.send_form(f"{url}/undo", outgoing=str(row_id)).headers["location"] == f"{url}#reply"
    page = client.get(url).text
    assert "送信を取り消しました" in page and "いま、&lt;行きます&gt;。</textarea>" in page.replace("\n", "")
    assert client.send_form(f"{url}/undo", outgoing=str(row_id)).status_code == 303


def test_who_answers_second_reads_the_first_answer_and_keeps_their_words(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['dv']}"
    page = client.get(url).text
    answered(busy, "suzuki", "先に書きました。")
    with busy.sessions.begin() as session:
        desk.release(busy.office, session, busy.case["dv"], busy.staff["suzuki"], busy.now)
    form = {"text": "わたしの文", "once": field_in(page, "once"), "step": "send"}
    refused = client.send_form(f"{url}/reply", seen=field_in(page, "seen"), **form)
    assert refused.status_code == 409 and "さきに届いた返事" in refused.text
    assert (
        "先に書きました。" in refused.text.partition("さきに届いた返事")[2] and "わたしの文</textarea>" in refused.text
    )
    assert client.send_form(f"{url}/reply", seen=field_in(refused.text, "seen"), **form).status_code == 303
    page = client.get(url).text
    assert "返事をしました。本人の返事を待っています" in page and "期限なし" not in page


def test_drafts_keep_themselves_and_belong_to_their_writer(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['dv']}"
    kept = client.post(f"{url}/draft", data={"csrf": client.csrf, "text": "書きかけ"}, headers=FRAGMENT)
    assert "下書きを保存しました（14:05）" in kept.text
    assert "書きかけ</textarea>" in client.get(url).text and "前に書いた下書きです" in client.get(url).text
    other = browser("suzuki").get(url).text
    assert "書きかけ" not in other and "佐藤 さんが返事を書いています" not in client.get(url).text
    assert client.send_form(f"{url}/reply", text="つづき", step="draft").headers["location"] == f"{url}#reply"
    assert "つづき</textarea>" in client.get(url).text
    chosen = re.findall(r'<option value="([^"]+)" data-text', client.get(url).text)[0]
    page = client.send_form(f"{url}/reply", text="つづき", template=chosen, step="template").text
    assert re.search(r"つづき\n.+</textarea>", page, re.S) and "{" not in page.partition('id="reply-text"')[2][:400]


def test_the_first_line_is_looked_at_before_it_stands_on_a_locked_screen(busy: Town, browser: Browsers) -> None:
    assert first_line("\nこんにちは。みほん市です。\n借金のこと").words == ()
    assert first_line("借金のことですが、きのう殴られましたか。").words == ("借金", "殴られ")
    client, url = browser("sato"), f"/console/cases/{busy.case['dv']}"
    page = client.send_form(f"{url}/reply", text="借金のことです。", step="preview").text
    assert "ほかの人に見られると困ることば" in page and "「<bdi>借金</bdi>」" in page
    page = client.send_form(f"{url}/reply", text="こんにちは。\n借金のことです。", step="preview").text
    assert "ほかの人に見られると困ることば" not in page


def test_one_timeline_holds_words_looks_posts_and_what_is_new(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['family']}"
    with busy.sessions.begin() as session:
        session.query(Outgoing).filter_by(purpose="card").update({"state": "sent", "via": "post"})
        for minutes in (30, 20):
            at = busy.now - minutes * MINUTE
            view.open_case(busy.office, session, busy.case["family"], busy.staff["suzuki"], at, "slack")
    client.get(url)
    busy.now += MINUTE
    writes(busy, "family", "あたらしい話です。", busy.now - 1000)
    page = client.get(url).text
    assert "鈴木さんがSlack で開きました（2回、最後は 13:45）" in page
    assert "Slack に知らせました" in page and "佐藤さんが開きました（2回、最後は 14:06）" in page
    assert page.index("ここから新しいことば") < page.rindex("あたらしい話です。") and "新しいことば 1 件へ" in page
    assert "11月20日（金）" in page and page.count('name="only"') == 4
    assert 'id="new"' not in client.get(url).text


def test_news_say_only_that_something_moved_and_bring_it_without_the_forms(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['dv']}"
    since = re.findall(r"/news\?since=([0-9]+)", client.get(url).text)[0]
    assert client.get(f"{url}/news?since={since}", headers=FRAGMENT).status_code == 204
    with busy.sessions.begin() as session:
        desk.note(busy.office, session, busy.case["dv"], busy.staff["suzuki"], "電話ずみ", busy.now)
    bar = client.get(f"{url}/news?since={since}", headers=FRAGMENT)
    assert bar.status_code == 200 and "新しい動きがあります" in bar.text and "電話ずみ" not in bar.text
    fresh = client.get(f"{url}/fresh", headers=FRAGMENT).text
    assert "電話ずみ" in fresh and "<textarea" not in fresh and 'id="seen-upto"' in fresh
    assert browser("tanaka").get(f"{url}/news?since=0").status_code == 404


def test_a_case_waits_is_folded_is_closed_and_opens_again(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    url = f"/console/cases/{busy.case['gas']}"
    assert "いつまで" in client.send_form(f"{url}/hold", until="never").text
    assert row_of(busy, busy.case["gas"]).hold_until is None
    assert client.send_form(f"{url}/hold", until="1h", why="電話を待つ").status_code == 303
    page = client.get(url).text
    assert "保留しています（11月20日（金）15:05 まで）" in page and "わけ：<bdi>電話を待つ</bdi>" in page
    assert client.send_form(f"{url}/unhold").status_code == 303
    assert client.send_form(f"{url}/fold", number="9999").status_code == 422
    assert client.send_form(f"{url}/fold", number="ｔ－２").status_code == 303
    page = client.get(url).text
    assert row_of(busy, busy.case["gas"]).folded_into == busy.case["water"] and "もとに戻す" in page
    assert "待ち 0:" not in page and "担当はまだいません" not in page
    assert "ここにまとめた相談" in client.get(f"/console/cases/{busy.case['water']}").text
    assert client.send_form(f"{url}/unfold").status_code == 303
    asked = client.send_form(f"{url}/close", reason="prank")
    assert asked.status_code == 200 and "閉じてよいですか" in asked.text
    assert row_of(busy, busy.case["gas"]).state == "received"
    assert client.send_form(f"{url}/close", reason="prank", sure="yes").status_code == 303
    assert client.send_form(f"{url}/reopen", reason=" ").status_code == 422
    assert client.send_form(f"{url}/reopen", reason="まちがえた").status_code == 303
    assert row_of(busy, busy.case["gas"]).state == "received"
    page = client.get(url).text
    assert "もう一度開いた相談です（11月20日（金）14:05、佐藤さん）" in page and "わけ：<bdi>まちがえた</bdi>" in page


def test_a_call_is_taken_down_once_and_shows_who_took_it(town: Town, browser: Browsers) -> None:
    client = browser("sato")
    page = client.get("/console/take-down").text
    form = {
        "once": field_in(page, "once"), "way": "phone", "about": "other", "relation": "となりの人",
        "caller": "山田花子", "caller_phone": "0240-00-1111", "name": "すずき様", "phone": "0240-00-2222",
        "place": "みほん市本町1-1", "wish": "refuses", "text": "母の介護で眠れない。<b>",
    }  # fmt: skip
    refused = client.send_form("/console/take-down", **form)
    assert refused.status_code == 422 and "いま危ないか" in refused.text
    assert all(said in refused.text for said in ("母の介護で眠れない。&lt;b&gt;", "山田花子", "すずき様"))
    answers = [client.send_form("/console/take-down", **form, danger="no") for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    page = client.get(answers[0].headers["location"]).text
    case_id = int(re.findall(r"/cases/([0-9]+)", answers[0].headers["location"])[0])
    with town.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert session.get(Reporter, case_id) is not None
    assert "受けた人：佐藤さん" in page and "電話" in page and "受付番号を伝えてください" in page
    assert "代行：佐藤 さんが聞いて書きました" in page and "すずき様" in page and "同意なし" in page
    assert "山田花子" not in page and "0240-00-1111" not in page and "となりの人" not in page
    assert "電話・窓口などで受けた相談です" in page and 'id="reply-text"' not in page
    assert "山田花子" not in client.get(f"/console/cases/{case_id}/print").text


def test_where_the_person_lives_is_taken_down_only_where_the_pack_asks(town: Town, browser: Browsers) -> None:
    assert 'name="town"' not in browser("sato").get("/console/take-down").text
    pack = replace(town.office.pack, areas=(Area("平内町", "023019"), Area("本町地区")))
    town.office = replace(town.office, packs=pack)
    client = browser("sato")

    def told(**said: str) -> Response:
        once = field_in(client.get("/console/take-down").text, "once")
        return client.send_form(
            "/console/take-down", once=once, way="phone", about="other", danger="no", text="眠れません。", **said
        )

    wrong = told(town="other", elsewhere="ない町")
    assert wrong.status_code == 422 and "その名前の市町村が見つかりません" in wrong.text and "ない町" in wrong.text
    assert told(town="どこか").status_code == 422
    for said, area, card in (
        ({"town": "平内町"}, "平内町", "平内町"),
        ({"town": "本町地区"}, "本町地区", ""),
        ({"town": "other", "elsewhere": "八王子市"}, "東京都八王子市", "ほかの市町村の方（東京都八王子市）"),
        ({"town": "other"}, "ほかの市町村", "ほかの市町村の方"),
        ({}, "", ""),
    ):
        case_id = int(re.findall(r"/cases/([0-9]+)", told(**said).headers["location"])[0])
        assert row_of(town, case_id).area == area
        with town.sessions() as session:
            case, row = session.get_one(Case, case_id), session.get_one(Ticket, case_id)
            assert item_of(town.office, session, case, row).town == card


def test_danger_on_the_telephone_calls_whoever_is_on_duty(town: Town, browser: Browsers) -> None:
    client = browser("sato")
    once = field_in(client.get("/console/take-down").text, "once")
    form = {
        "once": once,
        "way": "counter",
        "about": "self",
        "text": "窓口に来ています。",
        "danger": "yes",
        "mine": "yes",
    }
    page = client.get(client.send_form("/console/take-down", **form).headers["location"]).text
    assert "いま危ないときは、先に電話です" in page and "自分の担当" in page
    with town.sessions() as session:
        row = session.scalars(select(Ticket)).one()
        assert row.urgency == "emergency" and session.scalars(select(Call)).one().case_id == row.case_id


def test_words_heard_later_are_added_once_and_wake_the_case(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['gas']}"
    with busy.sessions.begin() as session:
        desk.close(busy.office, session, busy.case["gas"], busy.staff["sato"], "done", "", busy.now)
    once = field_in(client.get(url).text, "once")
    assert client.send_form(f"{url}/words", way="phone", text=" ", once=once).status_code == 422
    for _ in range(2):
        assert client.send_form(f"{url}/words", way="phone", text="また寒いそうです。", once=once).status_code == 303
    with busy.sessions() as session:
        said = select(Message).where(Message.case_id == busy.case["gas"], Message.staff_id == busy.staff["sato"].id)
        assert [(one.author, one.kind) for one in session.scalars(said)] == [("person", "text")]
    assert row_of(busy, busy.case["gas"]).state == "received"
    assert "また寒いそうです。" in client.get(url).text


def test_the_paper_says_what_is_unknown_and_its_printing_is_logged(busy: Town, browser: Browsers) -> None:
    client, url = browser("sato"), f"/console/cases/{busy.case['family']}"
    handed = {"to_desk": "kodomo", "basis": "C2a", "ask": "家の様子を見る", "keep": "本人への返事"}
    assert client.send_form(f"{url}/hand", **handed).status_code == 303
    page = client.get(f"{url}/print").text
    assert all(said in page for said in ("家の様子を見る", "本人への返事", "こども家庭センター", "未確認", "受領欄"))
    with busy.sessions() as session:
        log = select(Audit.action).where(Audit.case_id == busy.case["family"]).order_by(Audit.seq.desc()).limit(1)
        assert session.scalar(log) == "printed"
    assert browser("tanaka").get(f"/console/cases/{busy.case['dv']}/print").status_code == 404


def test_the_household_stands_as_a_table_with_the_words_that_say_so(town: Town, browser: Browsers) -> None:
    text = "同居の80代の母の介護をしています。弟は10年家にいます。"
    add_case(town, "home", text, reading(text, {"介護をして": "care", "10年家にいます": "hikikomori"}))
    page = browser("sato").get(f"/console/cases/{town.case['home']}").text
    rows = re.findall(
        r'<tr><th scope="row">(.+?)</tr>', page.partition('id="household-title"')[2].partition("</table>")[0]
    )
    cells = [re.sub(r"<[^>]+>", "|", row).replace("||", "|") for row in rows]
    assert any(cell.startswith("母|80代|同居|") for cell in cells)
    assert any(cell.startswith("弟|未確認|未確認|ひきこもり|") and "10年家にいます" in cell for cell in cells)


@pytest.mark.parametrize("action", ["undo", "retry", "give_back", "hold", "fold", "close", "reopen", "words", "draft"])
def test_no_form_of_a_case_answers_somebody_of_another_desk(busy: Town, browser: Browsers, action: str) -> None:
    url = f"/console/cases/{busy.case['dv']}/{action}"
    sent = {"text": "x", "once": f"{busy.case['dv']}-{'a' * 16}", "way": "phone", "until": "1h", "outgoing": "1"}
    assert browser("tanaka").send_form(url, **sent, reason="done", number="2").status_code == 404
    assert browser("kato").send_form(url, **sent, reason="done").status_code == 404


def test_the_asker_of_advice_reads_the_answer_on_a_page_of_their_own(busy: Town, browser: Browsers) -> None:
    from handoff import advice

    with busy.sessions.begin() as session:
        case_id = advice.ask(
            busy.office, session, busy.staff["tanaka"], advice.Asked("迷っています <i>"), busy.now, "ask-1"
        )
    client = browser("sato")
    url = f"/console/cases/{case_id}"
    page = client.get(url).text
    assert "相談した職員のことば</h2>" in page and "とどく所：相談した職員" in page
    sent = client.send_form(
        f"{url}/reply", text="家計から <b>", once=field_in(page, "once"), seen=field_in(page, "seen"), step="send"
    )
    assert sent.status_code == 303
    with busy.sessions.begin() as session:
        session.scalars(
            select(Outgoing).where(Outgoing.case_id == case_id, Outgoing.purpose == "reply")
        ).one().state = "sent"
    asker = browser("tanaka")
    listed = asker.get("/console/asked").text
    assert "新しいお返事があります" in listed and "迷って" not in listed and "家計から" not in listed
    opened = asker.get(f"/console/asked?case={case_id}").text
    assert "迷っています &lt;i&gt;" in opened and "家計から &lt;b&gt;" in opened
    assert "新しいお返事" not in asker.get("/console/asked").text
    for who in ("sato", "kato", "mori"):
        other = browser(who).get(f"/console/asked?case={case_id}")
        absent = browser(who).get("/console/asked?case=7")
        assert (other.status_code, other.text) == (absent.status_code, absent.text) and other.status_code == 404


def test_advice_is_asked_on_screen_as_in_slack_and_its_answer_stands_in_the_menu(busy: Town, browser: Browsers) -> None:
    asker = browser("tanaka")
    page = asker.get("/console/asked").text
    typed = {"once": field_in(page, "once"), "question": "家族みんなに困りごとがあり、迷っています", "unclear": "yes"}
    refused = asker.send_form("/console/asked", **typed, about="T-9999")
    assert refused.status_code == 422 and "見つかりません" in refused.text and "迷っています" in refused.text
    sent = [asker.send_form("/console/asked", **typed) for _ in range(2)]
    assert [one.headers["location"] for one in sent] == ["/console/asked?done=asked"] * 2
    with busy.sessions.begin() as session:
        (case,) = session.scalars(select(Case).where(Case.route == "advice")).all()
        assert (case.channel, session.get_one(Ticket, case.id).urgency) == ("staff", "normal")
        helper = busy.staff["sato"]
        row_id = desk.reply(busy.office, session, case.id, helper, "家計から", busy.now, "a1")
        session.get_one(Outgoing, row_id).state = "sent"
    assert "新しいお返事 1 件" in asker.get("/console/").text
    asker.get(f"/console/asked?case={case.id}")
    assert "新しいお返事" not in asker.get("/console/").text
    assert asker.send_form("/console/asked", question="x", once="old").status_code == 422
    for who in ("kato", "mori"):
        assert browser(who).send_form("/console/asked", **typed).status_code == 404


def test_danger_in_a_question_for_advice_calls_whoever_is_on_duty(busy: Town, browser: Browsers) -> None:
    asker = browser("tanaka")
    once = field_in(asker.get("/console/asked").text, "once")
    said = asker.send_form("/console/asked", once=once, question="本人が今夜死にたいと言っています")
    assert said.headers["location"] == "/console/asked?done=danger"
    assert "110・119" in asker.get(said.headers["location"]).text
    with busy.sessions() as session:
        (case,) = session.scalars(select(Case).where(Case.route == "advice")).all()
        assert session.get_one(Ticket, case.id).urgency == "emergency"
        assert session.scalars(select(Call).where(Call.case_id == case.id)).all()
