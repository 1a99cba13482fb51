"""A person's own views: from the filter to the nav, without scripts; whose they are, and how many."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from console_browser import Browser
from console_town import Town

from handoff import saved_views
from handoff.office import NotFound, Refused
from handoff.view_filters import Filter

Browsers = Callable[..., Browser]


def names(page: str) -> list[str]:
    """The own views in the nav, in their order."""
    return re.findall(r'view=s\d+"[^>]*><span>([^<]+)</span>', page)


def test_a_filter_is_named_stands_in_the_nav_with_its_count_and_is_put_in_order(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    page = client.get("/console/?view=custom&domain=child&urgency=high").text
    assert "しぼった一覧" in page and "分野：子ども・子育て" in page and "緊急度：高い" in page
    assert "<span>L-0002</span>" in page and "<span>T-0001</span>" not in page
    answer = client.send_form("/console/views", name=" 子ども・急ぎ ", domain="child", urgency="high")
    assert answer.status_code == 303
    page = client.get(answer.headers["location"]).text
    assert re.search(r'aria-current="page"><span>子ども・急ぎ</span><span class="count">1<', page)
    assert "<span>L-0002</span>" in page and "<span>T-0001</span>" not in page
    client.send_form("/console/views", name="通報", route="lifeline")
    with busy.sessions() as session:
        first, second = saved_views.views_of(session, busy.staff["sato"])
    client.send_form(f"/console/views/{second.id}", what="up")
    client.send_form(f"/console/views/{first.id}", what="rename", name="子ども")
    assert names(client.get("/console/").text) == ["通報", "子ども"]
    assert client.send_form(f"/console/views/{first.id}", what="rename", name="通報").status_code == 422
    client.send_form(f"/console/views/{second.id}", what="remove")
    assert names(client.get("/console/").text) == ["子ども"]
    assert names(browser("suzuki").get("/console/").text) == []


def test_what_cannot_be_saved_says_why_and_keeps_the_filter(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    for fields, said in (
        ({"name": "", "domain": "child"}, "見方の名前を書いてください"),
        ({"name": "すべて"}, "しぼる条件を 1 つ以上"),
        ({"name": "あ" * 41, "domain": "child"}, "40 文字まで"),
        ({"name": "変", "desk": "nowhere", "owner": "1"}, "しぼる条件を 1 つ以上"),
    ):
        answer = client.send_form("/console/views", **fields)
        assert answer.status_code == 422 and said in answer.text, fields
    assert names(client.get("/console/").text) == []
    assert browser("kato").send_form("/console/views", name="x", domain="child").status_code == 404


def test_views_belong_to_one_person_and_there_are_at_most_twenty(town: Town) -> None:
    with town.sessions.begin() as session:
        mine = saved_views.save(session, town.staff["sato"], "わたし", Filter(owner="me"), town.now)
        for act in (
            lambda: saved_views.rename(session, town.staff["suzuki"], mine, "x"),
            lambda: saved_views.remove(session, town.staff["suzuki"], mine),
            lambda: saved_views.move(session, town.staff["suzuki"], mine, 1),
        ):
            with pytest.raises(NotFound):
                act()
        for number in range(saved_views.MOST - 1):
            saved_views.save(session, town.staff["sato"], f"見方{number}", Filter(state="open"), town.now)
        with pytest.raises(Refused, match="too_many"):
            saved_views.save(session, town.staff["sato"], "多い", Filter(state="open"), town.now)
        saved_views.move(session, town.staff["sato"], mine, -1)
        found = [one.name for one in saved_views.views_of(session, town.staff["sato"])]
    assert found[0] == "わたし" and found[1:] == [f"見方{number}" for number in range(saved_views.MOST - 1)]
