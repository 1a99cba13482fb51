"""The demo pack holds together, and `check` finds what would send somebody to a wrong or missing desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handoff.clock import Hours
from handoff.pack import (
    Desk,
    Form,
    Level,
    LineMode,
    Meeting,
    Number,
    OnCall,
    Pack,
    PackError,
    Project,
    Route,
    check,
    load,
    parse,
    right_digits,
)
from handoff.packs.reading import resource
from triage.assessment import THEMES, Domain

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def mihon() -> Pack:
    return load("mihon")


def codes(pack: Pack, level: Level, today: date = TODAY) -> set[str]:
    return {problem.code for problem in check(pack, today) if problem.level is level}


def with_desk(pack: Pack, desk: Desk) -> Pack:
    return replace(pack, desks=(*pack.desks, desk))


GOOD = Desk("x", "窓口", frozenset({Project.COMMUNITY}), phone="000-0000-0099", owner="係", verified_on=TODAY)


def test_mihon_is_what_the_demo_needs(mihon: Pack) -> None:
    assert (mihon.municipality, mihon.code, mihon.fictional) == ("みほん市", "999998", True)
    assert (mihon.form, mihon.line_mode, mihon.excerpt) == (Form.RUNNING, LineMode.TALK, False)
    assert mihon.form.label_ja == "実施"
    assert mihon.hours is not None
    assert mihon.desks[0].hours_ja == "平日 8:30〜17:15（祝日・年末年始は休み）"
    assert all(desk.hours_ja for desk in mihon.desks)
    assert mihon.on_call.available
    assert mihon.room_codes == {"C0", "C1", "C5", "C9"}
    assert len(mihon.neutral) >= 3
    assert {project for desk in mihon.desks for project in desk.projects} == set(Project)
    assert {domain for desk in mihon.desks for domain in desk.domains} == set(Domain)
    assert {theme for desk in mihon.desks for theme in desk.themes} == set(THEMES)


def test_mihon_has_no_error_and_says_what_is_unknown(mihon: Pack) -> None:
    assert codes(mihon, Level.ERROR) == set()
    assert codes(mihon, Level.WARNING) == {"never_verified"}  # lines known from memory only, such as 110
    assert codes(mihon, Level.INFO) == {"hours_unknown", "not_official", "link_without_url"}
    unknown = [one.message_ja for one in check(mihon, TODAY) if one.code == "link_without_url"]
    assert len(unknown) == 1 and "実施計画（見本）" in unknown[0], "the plan of a fictional town has no page"


def test_nobody_can_dial_a_number_of_mihon(mihon: Pack) -> None:
    for desk in mihon.desks:
        for number in filter(None, (desk.phone, desk.fax)):
            assert number.startswith("000-")
    real = replace(mihon, desks=(replace(mihon.desks[0], phone="017-752-1888"), *mihon.desks[1:]))
    assert "wrong_digits" in codes(real, Level.ERROR)


def test_neutral_bubbles_hold_no_telling_word(mihon: Pack) -> None:
    for word in ("相談", "福祉", "まるごと", "悩み", "DV", "虐待", "支援", "窓口"):
        assert not any(word in bubble for bubble in mihon.neutral)


def test_a_pack_is_frozen(mihon: Pack) -> None:
    with pytest.raises(AttributeError):
        mihon.name = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    "number",
    ["110", "119", "189", "188", "#8008", "0120-279-338", "0120-0-78310", "0570-064-556", "017-752-1888",
     "0174-35-3081", "03-3614-3900", "050-3655-0279", "090-1234-5678", "0800-123-4567", "0570013904"],
)  # fmt: skip
def test_right_digits(number: str) -> None:
    assert right_digits(number)


@pytest.mark.parametrize(
    "number",
    ["", "111", "0120-279-33", "0120-279-3388", "050-3655-027", "017-752-18888", "1-752-1888", "000-0000-0001", "#80",
     "#80088", "０１２０-279-338", "0120 279 338", "0120--279-338", "tel:110", "+81-17-752-1888"],
)  # fmt: skip
def test_wrong_digits(number: str) -> None:
    assert not right_digits(number)


def test_every_number_of_the_registry_can_be_dialled(mihon: Pack) -> None:
    for number in mihon.numbers:
        assert number.number == "" or right_digits(number.number)


@pytest.mark.parametrize(
    ("desk", "code"),
    [
        (replace(GOOD, phone="000-0000"), "wrong_digits"),
        (replace(GOOD, fax="000-00000-001"), "wrong_digits"),
        (replace(GOOD, phone=""), "unreachable"),
        (replace(GOOD, layer="world"), "wrong_layer"),
        (replace(GOOD, hours=Hours(week=((),) * 7)), "never_open"),
        (replace(GOOD, projects=frozenset()), "no_way_to_desk"),
        (replace(GOOD, id="marugoto"), "double_desk"),
    ],
)
def test_a_desk_that_misleads_is_an_error(mihon: Pack, desk: Desk, code: str) -> None:
    assert codes(with_desk(mihon, GOOD), Level.ERROR) == set()
    assert codes(with_desk(mihon, desk), Level.ERROR) == {code}


def test_stale_entries_warn_after_180_days(mihon: Pack) -> None:
    for day, found in (
        (date(2026, 5, 26), {"never_verified"}),
        (date(2026, 5, 25), {"never_verified", "stale"}),
        (date(2027, 1, 1), {"never_verified", "verified_in_future"}),
    ):
        assert codes(with_desk(mihon, replace(GOOD, verified_on=day)), Level.WARNING) == found
    assert "never_verified" in codes(replace(mihon, numbers=(Number("x", "線", number="110"),)), Level.WARNING)
    assert codes(with_desk(mihon, replace(GOOD, owner="")), Level.WARNING) >= {"no_owner"}


@pytest.mark.parametrize(
    ("change", "level", "code"),
    [
        ({"fallback": "nowhere"}, Level.ERROR, "no_fallback"),
        ({"fallback": "sanka"}, Level.ERROR, "fallback_narrow"),
        ({"code": "12345"}, Level.ERROR, "wrong_code"),
        ({"code": "022013", "fictional": False}, Level.ERROR, "wrong_code"),
        ({"neutral": ()}, Level.ERROR, "no_neutral"),
        ({"numbers": ()}, Level.ERROR, "no_emergency_number"),
        ({"routes": (Route("Z", ("nowhere",), "理由"),)}, Level.ERROR, "unknown_desk"),
        ({"meetings": (Meeting("m", "会議", "C77", "takikan"),)}, Level.ERROR, "unknown_basis"),
        ({"meetings": (Meeting("m", "会議", "C1", "nowhere"),)}, Level.ERROR, "unknown_desk"),
        ({"on_call": OnCall(True, "当番", "nowhere")}, Level.ERROR, "unknown_desk"),
        ({"on_call": OnCall()}, Level.WARNING, "no_on_call"),
    ],
)
def test_a_frame_that_misleads_is_found(mihon: Pack, change: dict[str, object], level: Level, code: str) -> None:
    assert code in codes(replace(mihon, **change), level)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["022012", "142077", "131075", "023019", "023671", "011011"])
def test_real_municipality_codes_hold(mihon: Pack, code: str) -> None:
    assert "wrong_code" not in codes(replace(mihon, code=code, fictional=False), Level.ERROR)


def test_missing_fields_of_work_warn(mihon: Pack) -> None:
    lonely = replace(mihon, desks=mihon.desks[:1], routes=(), meetings=(), on_call=OnCall(), lead="")
    assert codes(lonely, Level.WARNING) >= {"domain_without_desk", "project_without_desk", "no_on_call"}
    assert codes(lonely, Level.ERROR) == set()


def test_an_agreement_warns_after_its_last_day(mihon: Pack) -> None:
    assert "agreement_over" not in codes(mihon, Level.WARNING, date(2028, 3, 31))
    assert "agreement_over" in codes(mihon, Level.WARNING, date(2028, 4, 1))


def test_errors_come_first(mihon: Pack) -> None:
    levels = [problem.level for problem in check(replace(mihon, neutral=()), TODAY)]
    assert levels == sorted(levels, key=list(Level).index)
    assert levels[0] is Level.ERROR


@pytest.mark.parametrize("name", ["nowhere", "../mihon", "numbers", "", "mihon.toml", "ｍｉｈｏｎ"])
def test_no_such_pack(name: str) -> None:
    with pytest.raises(PackError):
        load(name)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('line_mode = "talk"', 'line_mode = "shout"', "line_mode"),
        ('fallback = "marugoto"', "", "fallback"),
        ("excerpt = false", 'excerpt = "no"', "excerpt"),
        ("emergency_minutes = 30", "emergency_minutes = true", "emergency_minutes"),
        ('themes = ["hikikomori"]', 'themes = ["hikikomorl"]', "hikikomorl"),
        ('themes = ["hikikomori"]', 'thems = ["hikikomori"]', "thems"),
        ('hours = "plaza"', 'hours = "plasa"', "plasa"),
        ('weekdays = ["9:00-12:00", "13:00-17:00"]', 'weekdays = ["9:00-25:00"]', "9:00-25:00"),
        ("on = []", 'on = ["er7118"]', "er7118"),
        ("statistics = 3650", 'statistics = "long"', "statistics"),
        ("[[meeting]]", "[[meetings]]", "meetings"),
        ("fictional = true", "fictional = ", "TOML"),
    ],
)
def test_a_slip_of_the_pen_is_refused_with_its_place(old: str, new: str, place: str) -> None:
    text = resource("mihon")
    assert old in text
    with pytest.raises(PackError, match=place):
        parse(text.replace(old, new))


def test_switches_of_the_registry() -> None:
    text = resource("mihon").replace("on = []\noff = []", 'on = ["er7119"]\noff = ["jinken_line"]')
    ids = [number.id for number in parse(text).numbers]
    assert "er7119" in ids
    assert not {"jinken_line", "yorisoi_tohoku3"} & set(ids)
    assert ids[:2] == ["police", "fire"]
