"""The ways in on the console: what was told in a meeting, 気になった一言, lists as CSV, 災害モード."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from console_browser import Browser
from console_town import Town
from sqlalchemy import func, select

from handoff import feed_register, sources
from handoff.path_records import Disaster, FeedRow, Remark
from intake.records import Case

Browsers = Callable[..., Browser]


def count(town: Town, table: type) -> int:
    with town.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def told(**changes: str) -> dict[str, str]:
    return {
        "once": secrets.token_urlsafe(24), "way": "meeting", "text": "二人暮らしの家で、窓がずっと閉まっているとのこと",
        "about": "self", "danger": "no", **changes,
    }  # fmt: skip


def test_what_was_told_in_a_meeting_carries_its_secrecy(town: Town, browser: Browsers) -> None:
    client = browser("sato")
    meeting = town.office.pack.meetings[0]
    for missing in ({}, {"meeting_name": "地域ケア個別会議"}, {"secrecy": "C1"}, {"meeting": "x", "secrecy": "C1"}):
        assert client.send_form("/console/take-down", **told(**missing)).status_code == 422
    assert count(town, Case) == 0
    page = client.get(client.send_form("/console/take-down", **told(meeting=meeting.id)).headers["location"]).text
    assert "<b>会議の情報</b>" in page and meeting.name in page and "守秘" in page
    assert "受付番号を伝えて" not in page
    with town.sessions() as session:
        case = session.scalars(select(Case)).one()
        assert (case.route, sources.restriction(session, case)) == ("meeting", meeting.basis)
    free = told(meeting_name="地域ケア個別会議", secrecy="none")
    page = client.get(client.send_form("/console/take-down", **free).headers["location"]).text
    assert "地域ケア個別会議" in page and "守秘：" not in page
    bound = told(meeting_name="地域ケア個別会議", secrecy="R2-care")
    page = client.get(client.send_form("/console/take-down", **bound).headers["location"]).text
    assert "介護保険法115条の48" in page and "渡す根拠になりません" in page and "本人が同意したとき" in page
    assert (
        "<b>電話・窓口・FAX・訪問</b>"
        in client.get(client.send_form("/console/take-down", **told(way="phone")).headers["location"]).text
    )


def test_a_remark_is_left_and_made_a_case_on_screen(town: Town, browser: Browsers) -> None:
    reception, worker = browser("sato"), browser("tanaka")
    once = secrets.token_urlsafe(24)
    for _ in range(2):
        left = worker.send_form("/console/remarks", once=once, text="最近見かけない人がいます", place="本町1-2-3")
        assert left.status_code == 303
    assert count(town, Remark) == 1
    assert "最近見かけない人がいます" in worker.get("/console/remarks").text
    page = reception.get("/console/remarks").text
    remark = re.search(r'name="remark" value="(\d+)"', page)
    assert remark is not None
    assert worker.send_form("/console/remarks/case", remark=remark[1]).status_code == 404
    made = reception.send_form("/console/remarks/case", remark=remark[1])
    assert "<b>地域の気づき</b>" in reception.get(made.headers["location"]).text
    assert reception.send_form("/console/remarks/case", remark=remark[1]).status_code == 409
    assert reception.send_form("/console/remarks", once="x", text="のこす言葉").status_code == 422
    again = reception.send_form("/console/remarks", once=secrets.token_urlsafe(24), text="  ")
    assert again.status_code == 422 and "変わっていません" in again.text


def test_a_list_is_looked_at_before_anything_changes(town: Town, browser: Browsers) -> None:
    with town.sessions.begin() as session:
        feed_register.add(town.office, session, "homon", "秋の訪問", "visit", town.now, signed=False)
    client = browser("sato")

    def send(body: bytes) -> str:
        sent = client.post(
            "/console/lists", data={"csrf": client.csrf, "feed": "homon"}, files={"file": ("a.csv", body, "text/csv")},
            headers={"Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
        return str(sent.text)

    bad = send("訪問日,場所,気になったこと\r\nきのう,本町1,灯りがつかない\r\n".encode("cp932"))
    assert "2 行目：日付が読めません" in bad and "きのう" not in bad
    look = send("訪問日,場所,気になったこと\r\n2026-11-19,本町1,<b>灯り\r\n".encode("cp932"))
    assert "まだ何も変わっていません" in look and "&lt;b&gt;灯り" in look
    assert count(town, FeedRow) == 0
    text = look.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0].replace("&lt;", "<")
    sure = {"feed": "homon", "sure": "yes", "text": text.replace("&gt;", ">")}
    assert client.send_form("/console/lists", **sure).headers["location"].endswith("done=1-0-0")
    assert client.send_form("/console/lists", **sure).headers["location"].endswith("done=0-0-1")
    with town.sessions() as session:
        row = session.scalars(select(FeedRow)).one()
    made = client.send_form(f"/console/lists/{row.id}/case")
    assert "<b>全戸訪問</b>" in client.get(made.headers["location"]).text
    assert client.send_form(f"/console/lists/{row.id}/drop").status_code == 409


def test_the_disaster_mode_is_confirmed_and_stands_on_every_page(town: Town, browser: Browsers) -> None:
    client, manager = browser("sato"), browser("kato")
    notice = "大雨のため、避難所を開いています。"
    look = client.send_form("/console/disaster", notice=notice)
    assert "まだ変わっていません" in look.text
    assert count(town, Disaster) == 0
    assert client.send_form("/console/disaster", notice="").status_code == 422
    assert client.send_form("/console/disaster", notice=notice, sure="yes").status_code == 303
    for page in (manager.get("/console/people"), browser("mori").get("/console/audit"), client.get("/console/")):
        assert "災害モード" in page.text and notice in page.text
    assert manager.send_form("/console/disaster", off="yes").status_code == 303
    assert client.send_form("/console/disaster", off="yes").status_code == 422
    assert notice not in client.get("/console/").text
    assert browser("tanaka").send_form("/console/disaster", notice=notice, sure="yes").status_code == 404
