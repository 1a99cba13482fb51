"""事故の記録 in the console: written by 管理, read by 監査, due by law, never taken away."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import timedelta

import pytest
from console_browser import Browser
from console_town import Town
from sqlalchemy import select

from handoff import incidents
from handoff.clock import TOKYO
from handoff.outward_records import Incident
from handoff.records import Audit
from intake.clock import to_datetime

Browsers = Callable[..., Browser]
URL = "/console/incidents"
LEAK = {"kind": "sensitive", "people": "1", "what": "控えの紙を、別の人に渡しました。", "cause": "机に重ねていました。"}


def test_what_leaked_is_written_with_what_is_due_and_what_was_done(town: Town, browser: Browsers) -> None:
    today = to_datetime(town.now).astimezone(TOKYO).date()
    manager, auditor = browser("kato"), browser("mori")
    assert manager.send_form(URL, known_on=str(today - timedelta(days=6)), **LEAK).status_code == 303
    page = html.unescape(auditor.get(URL).text)
    assert "控えの紙を" in page and "1人" in page and "期限をすぎました：</b>速報は" in page and "確報は" in page
    assert "<form" not in page.partition("<main")[2]
    with town.sessions() as session:
        (one,) = incidents.entries(town.office, session)
        assert one.due == {"outline": today - timedelta(days=1), "full": today + timedelta(days=24)}
        row = session.scalars(select(Incident)).one()
        assert "控え".encode() not in row.words_sealed
    assert manager.send_form(f"{URL}/{one.id}/step", step="outline").status_code == 303
    again = manager.send_form(f"{URL}/{one.id}/step", step="outline")
    assert again.status_code == 409 and "もう書いてあります" in again.text
    page = html.unescape(manager.get(URL).text)
    assert "個人情報保護委員会に速報した（加藤）" in page and "期限をすぎました" not in page and "確報は" in page
    assert manager.send_form(f"{URL}/{one.id}/step", step="done").status_code == 303
    page = manager.get(URL).text
    assert "（目安）" not in page and f"{URL}/{one.id}/step" not in page
    with town.sessions() as session:
        done = [row.action for row in session.scalars(select(Audit).order_by(Audit.seq)) if "incident" in row.action]
    assert [one for one in done if one != "incidents_seen"] == [
        "incident_added",
        "incident_stepped",
        "incident_stepped",
    ]
    assert "incidents_seen" in done


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"known_on": "きのう"}, "知った日を"),
        ({"known_on": "2999-01-01"}, "きょうより先"),
        ({"kind": "x"}, "どれにあたるか"),
        ({"people": "数人"}, "人数を数字で"),
        ({"what": " "}, "何が起きたか"),
        ({"cause": "あ" * 2_001}, "文が長すぎます"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_in_the_form(
    town: Town, browser: Browsers, changed: dict[str, str], said: str
) -> None:
    today = to_datetime(town.now).astimezone(TOKYO).date()
    told = browser("kato").send_form(URL, **{"known_on": str(today), **LEAK, **changed})
    assert told.status_code == 422 and said in told.text
    assert changed.get("cause", LEAK["cause"]) in html.unescape(told.text)
    with town.sessions() as session:
        assert session.scalars(select(Incident)).all() == []


def test_who_works_with_cases_finds_no_such_page(town: Town, browser: Browsers) -> None:
    for who in ("sato", "tanaka"):
        assert browser(who).get(URL).status_code == 404
        assert browser(who).send_form(URL, **LEAK).status_code == 404
    assert browser("mori").send_form(URL, **LEAK).status_code == 404
    assert browser("kato").send_form(f"{URL}/7/step", step="done").status_code == 404
    rights = browser("kato").get("/console/settings/roles").text
    assert "書けます" in rights.partition("事故の記録</th>")[2].partition("</tr>")[0], "管理 reads who may"
