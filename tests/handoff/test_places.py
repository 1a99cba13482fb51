"""One place written in many ways is one key; another room, a date or a wish is none."""

from __future__ import annotations

import pytest

from handoff.places import Mark, address_of, cell_of, cells_around, customer_of, marks_of

TOWN = "みほん市"
SAME = (
    "みほん市本町１丁目２番３号",
    "本町1-2-3",
    "本町一丁目２の３",
    "みほん県みほん市 本町 1丁目2−3",
    "本町１ー２ー３",
    "本町1丁目2番地3",
)


@pytest.mark.parametrize("written", SAME)
def test_six_ways_of_writing_are_one_home(written: str) -> None:
    assert address_of(written, TOWN) == ("本町1-2-3", "")


@pytest.mark.parametrize(
    "written",
    ["本町1-2-3 コーポみほん 203号室", "本町1-2-3-203", "本町1丁目2番3号　２０３", "本町1-2-3コーポ203"],
)
def test_rooms_are_told_apart_and_the_house_is_near(written: str) -> None:
    home, near = marks_of(written, TOWN)
    other, same_house = marks_of("本町1-2-3 コーポみほん204", TOWN)
    assert home.key == "本町1-2-3#203" and home != other
    assert near == same_house and near.kind == "near"


@pytest.mark.parametrize(
    "written", ["分からない", "駅の前", "3時ごろ来た家", "customer", "here", "", "いつもの所の2階の人", "skip"]
)
def test_what_names_no_lot_is_no_mark(written: str) -> None:
    assert marks_of(written, TOWN) == ()


def test_about_there_is_near_only() -> None:
    assert marks_of("本町1-2-3 付近", TOWN) == (Mark("near", "house:本町1-2-3"),)


@pytest.mark.parametrize("written", ["お客さま番号 12-3456-7890", "１２３４５６７８９０", "12 3456 7890"])
def test_customer_numbers_belong_to_their_partner(written: str) -> None:
    assert customer_of(written) == "1234567890"
    assert marks_of(written, TOWN, "SUIDO-01") == (Mark("customer", "SUIDO-01:1234567890"),)


@pytest.mark.parametrize("metres", [1, 40, 99])
@pytest.mark.parametrize("lat", [26.2, 35.0, 35.9999, 43.1])
def test_no_border_of_a_cell_parts_neighbours(lat: float, metres: float) -> None:
    """Walk along a street: whoever is within a hundred metres shares a cell with the neighbours of the other."""
    for step in range(60):
        here = (lat + step * 0.00007, 141.0 + step * 0.00009)
        there = (here[0] + metres / 111_320 * 0.7, here[1] + metres / 111_320 * 0.7)
        around = cells_around(*here)
        assert len(set(around)) == 9 and cell_of(*here) in around
        if int(here[0]) == int(there[0]):
            assert cell_of(*there) in around


def test_far_places_share_nothing() -> None:
    assert cell_of(40.830, 140.740) not in cells_around(40.835, 140.740)
