"""Where people live on our own page and on the partners' forms, with the pack of Aomori's nine towns."""

from __future__ import annotations

import math
import re

import pytest

from handoff.pack import load
from handoff.records import Ticket
from intake import given
from intake.records import Case

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
TOWNS = ("平内町", "今別町", "蓬田村", "外ヶ浜町", "西目屋村", "藤崎町", "大鰐町", "田舎館村", "板柳町")


@pytest.fixture
def nine(town, monkeypatch):
    shelf = town.office.shelf
    monkeypatch.setattr(shelf, "_pack", load("aomori"))
    monkeypatch.setattr(shelf, "_look_at", math.inf)
    return town


def test_the_page_offers_the_towns_once_and_keeps_the_one_that_was_pressed(nine, guest):
    guest.start("父の介護で、もう眠れません")
    for said in ("2", "1", "2"):
        guest.say(said)
    page = guest.shown.text
    assert "住んでいるところは、どこですか" in page and all(name in page for name in (*TOWNS, "ほかの市町村"))
    guest.say(press=guest.choice("外ヶ浜町"))
    row = nine.case()[1]
    assert (row.area, row.owner_desk) == ("外ヶ浜町", "east-center")
    assert "住んでいるところは、どこですか" not in guest.shown.text.rpartition("いっしょに暮らしている人")[2]


@pytest.mark.parametrize(
    ("town_said", "elsewhere", "area", "desk"),
    [
        ("田舎館村", "", "田舎館村", "chunan-center"),
        ("other", "弘前市", "弘前市", "east-center"),
        ("", "弘前市", "弘前市", "east-center"),
        ("other", "どこか遠く", "ほかの市町村", "east-center"),
        ("", "", "", "east-center"),
        ("もうない町", "", "", "east-center"),
    ],
)
def test_a_clinic_s_slip_says_where_the_person_lives(nine, guest, town_said, elsewhere, area, desk):
    page = guest.get("/renraku").text
    assert "本人が住んでいる市町村" in page and page.count('name="town"') == len(TOWNS) + 1
    sent = {
        "once": re.search(r'name="once" value="([^"]+)"', page)[1], "organisation": "外ヶ浜診療所",
        "story": "薬を減らして飲んでいます", "town": town_said, "elsewhere": elsewhere,
    }  # fmt: skip
    assert guest.post("/renraku", **sent).status_code == 303
    row, case = nine.one(Ticket), nine.one(Case)
    assert (row.area, row.owner_desk) == (area, desk)
    assert given.answers_of(nine.office.sealer, case).get("elsewhere", "") == elsewhere


def test_a_pack_without_places_asks_on_no_form(town, guest):
    assert "本人が住んでいる市町村" not in guest.get("/renraku").text + guest.get("/tsuho").text
