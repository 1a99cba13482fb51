"""The page of 窓口: every desk of the day with what it does; what nobody knows is said so and never shown as open."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from fastapi import FastAPI
from play_town import Town
from starlette.testclient import TestClient

from bots.web.router import make_door
from handoff.clock import TOKYO
from handoff.desks import of_area
from handoff.pack import load
from intake.conversation.script import LANGUAGES

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
OPEN, NIGHT = (datetime(2026, 11, 24, hour, tzinfo=TOKYO) for hour in (10, 22))
UNKNOWN = "分かりません（確認中）"
Page = Callable[..., str]


@pytest.fixture
def page(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The page of a pack at a time, as text."""
    clock = [OPEN]
    app = FastAPI()
    app.include_router(make_door(town.parts, lambda: int(clock[0].timestamp() * 1000)))
    shelf = town.office.shelf
    monkeypatch.setattr(shelf, "_look_at", math.inf)
    with TestClient(app) as client:

        def text(pack: str, at: datetime = OPEN, **query: str) -> str:
            clock[0] = at
            monkeypatch.setattr(shelf, "_pack", load(pack))
            got = client.get("/madoguchi", params=query)
            assert got.status_code == 200 and not got.cookies
            return got.text

        assert client.get("/w/nowhere/madoguchi").status_code == 404
        yield text


def _card(page: str, name: str) -> str:
    """The card of the desk whose name begins so."""
    found = [card for card in page.split("<article")[1:] if f">{name}" in card]
    assert found, name
    return found[0].partition("</article>")[0]


def test_each_desk_says_what_it_does_when_and_how_to_reach_it(page: Page) -> None:
    told = page("mihon")
    kodomo = _card(told, "こども家庭センター")
    for words in ("妊娠・子育て", "8:30〜17:15", "いま開いています", 'href="tel:00000000005"', "2026年11月1日"):
        assert words in kodomo, words
    assert "いまは閉まっています" in _card(page("mihon", NIGHT), "こども家庭センター")
    other = _card(told, "消費生活・法律の相談")
    assert "曜日によって違います" in other and "開いています" not in other and "閉まっています" not in other
    assert told.index("まよったら、ここへ") < told.index("福祉まるごと相談</h3>") < told.index("いろいろな窓口")
    assert "終わっています" not in told and 'action="/exit"' in told


@pytest.mark.parametrize("pack", ["aomori", "chigasaki", "sumida"])
def test_what_nobody_confirmed_is_never_shown_as_open(page: Page, pack: str) -> None:
    for at in (OPEN, NIGHT):
        told = page(pack, at)
        assert "いま開いています" not in told and "閉まっています" not in told
        assert told.count("まだ確かめていません") >= len(load(pack).desks)
    for desk in load(pack).desks:
        card = _card(told, desk.name)
        assert (UNKNOWN in card) == (not (desk.hours_ja and desk.phone)), desk.id


def test_each_town_has_its_own_desk_and_the_centre_of_its_area(page: Page) -> None:
    told, pack = page("aomori"), load("aomori")
    for area in pack.areas:
        town = told.partition(f'<summary><span lang="ja">{area.name}</span>')[2].partition("</details>")[0]
        assert town.count("<article") == 2 and all(one.name in town for one in of_area(pack, area.name))
    one = page("aomori", area="外ヶ浜町")
    assert "0174-22-2250" in one and "017-752-1888" in one and "青森県の児童相談所" in one
    assert "平内町心配ごと相談所" not in one and "<details" not in one
    assert page("aomori", area="どこか") == told


def test_an_old_list_says_so_and_other_pages_are_named_without_inventing_addresses(page: Page) -> None:
    told = page("chigasaki")
    assert "2026年3月31日に終わっています" in told and "実施計画" in told
    assert "ended on Mar 31, 2026." in page("chigasaki", lang="en")
    links = page("aomori").partition('id="links"')[2].partition("</section>")[0]
    assert links.count("<li>") == links.count("まだ確かめていません") == len(load("aomori").links)
    assert "<a " not in links
    assert 'href="https://www.houterasu.or.jp/"' in page("mihon")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_frames_the_list(page: Page, language: str) -> None:
    told = page("mihon", lang=language)
    assert "こども家庭センター" in told and ("窓口の一覧" in told) == (language == "ja")
    assert ("weekdays" in told) == (language == "en"), "known hours are said in the reader's language"
