"""Changes on screen over a pack: taken back exactly, in any order, each touching its own; exported whole."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff import overlay
from handoff.numbers import load_registry
from handoff.overlay import Change
from handoff.overlay_export import to_toml
from handoff.overlay_tables import desk_hours_table, desk_table, on_call_table
from handoff.overlay_texts import own_notice
from handoff.pack import Desk, Meeting, Pack, PackError, Project, load, parse
from handoff.packs.values import Area, Former, Link, Resource

PACK, REGISTRY = load("mihon"), load_registry()
OWN = {
    "label": "みほん市の防災電話",
    "number": "0120-000-000",
    "kinds": ["disaster"],
    "open": {"every": ["9:00-17:00"]},
}


def desk(desk_id: str, **changed: object) -> dict[str, object]:
    found = next(one for one in PACK.desks if one.id == desk_id)
    return {**desk_table(found), **changed}


VALUES: tuple[tuple[str, str, object], ...] = (
    ("desk", "kodomo", desk("kodomo", phone="000-0000-0555", themes=["school"])),
    ("desk", "sumai", {"retired_to": "jiritsu"}),
    ("desk", "shinsetsu", desk("hokatsu", name="あたらしい窓口", domains=["elderly"])),
    (
        "hours",
        "marugoto",
        {"weekdays": ["9:00-12:00", "13:00-16:00"], "exception": [{"day": "2026-12-01", "spans": []}]},
    ),
    ("hours", "hokatsu", {"unknown": True, "hours_ja": "電話で聞いてください。"}),
    ("hours", "kokoro", {"mon": ["9:00-10:00"], "rule": [{"weekday": "mon", "nth": -1, "spans": []}]}),
    ("on_call", "all", {**on_call_table(PACK.on_call), "every_minutes": 9}),
    ("sla", "all", {"emergency_minutes": 10}),
    ("number", "er7119", {"on": True}),
    ("number", "dv_plus", {"on": False}),
    ("number", "police", {"on": True, "verified_on": "2026-11-20"}),
    ("number", "own-1", OWN),
    ("partner", "GAS-02", {"name": "みほんガス", "kind": "ガス", "generation": 2}),
    ("partner", "NEW-09", {"name": "あたらしい店", "kind": "配達", "until": "2029-03-31"}),
    ("text", "office", "ふくし相談室"),
    ("text", "neutral", ["あしたの天気です。", "図書館の「本」は {三冊} までです\\。"]),
    ("text", "exit_url", "https://example.org/"),
    ("text", "template:read", {"off": True}),
    (
        "text",
        "template:own",
        {"title": "また来週", "text": "ありがとうございます。\n{office}です。", "kinds": ["consultation"]},
    ),
    ("text", "notice:read", "読みました。\nお待ちください。"),
)
CHANGES = tuple(
    Change(number, kind, key, overlay.to_json(value)) for number, (kind, key, value) in enumerate(VALUES, 1)
)
some = st.lists(st.sampled_from(CHANGES), unique=True)


def laid(changes: list[Change]) -> Pack:
    return overlay.overlaid(PACK, changes, REGISTRY)


@given(some)
def test_taking_everything_back_is_the_pack_of_the_file(changes: list[Change]) -> None:
    back = [replace(change, id=change.id + 1000, value="") for change in changes]
    assert laid(changes + back) == PACK == laid(back)


@given(some, st.sampled_from(CHANGES))
def test_taking_one_back_is_as_if_it_had_never_been(changes: list[Change], one: Change) -> None:
    others = [change for change in changes if change != one]
    assert laid([*others, one, replace(one, id=5000, value="")]) == laid(others)


@given(some, st.randoms())
def test_rows_may_come_in_any_order(changes: list[Change], chance: random.Random) -> None:
    mixed = list(changes)
    chance.shuffle(mixed)
    assert laid(mixed) == laid(changes)


@settings(deadline=None)  # what is asked is that both are the same; how long reading takes belongs in `bench`
@given(some)
def test_the_pack_that_is_exported_reads_back_the_same(changes: list[Change]) -> None:
    pack = laid(changes)
    assert parse(to_toml(pack, REGISTRY, "書き出し\nみほん市")) == pack


def test_nothing_of_a_pack_is_left_out_of_the_file() -> None:
    said: dict[str, Any] = {
        "excerpt": True,
        "staff_names": True,
        "partner_photos": True,
        "min_cell": 12,
        "note": "",
        "fictional": True,
        "prefecture": "みほん県",
        "areas": (Area("北の町", "999980", "北", "takikan"), Area("南の町")),
        "lead": "takikan",
        "referrers": ("地域包括支援センター",),
        "members": ("みほん市役所", "みほん保健所"),
        "resources": (
            Resource(
                "ie",
                "ひと部屋",
                "home",
                "individual",
                "空き部屋",
                "本町",
                "毎日",
                "だれでも",
                "電話で",
                "1 部屋",
                True,
                "北の町",
                date(2026, 11, 1),
            ),
            Resource("plain", "なまえだけ"),
        ),
        "links": (Link("法律の相談", "https://example.jp/", date(2026, 11, 1)), Link("名前だけ")),
        "plan_until": date(2029, 3, 31),
        "coordinator_only": False,
        "meetings": (*PACK.meetings, Meeting("m", "会議", "C0", "takikan", "毎月 第2木曜", 2, 3, ("保健所",))),
        "desks": (
            *PACK.desks,
            Desk(
                "new",
                "新しい課",
                frozenset({Project.COMPREHENSIVE}),
                unconfirmed=True,
                bound=True,
                since=date(2022, 4, 1),
                until=date(2030, 3, 31),
                formerly=(Former(date(2022, 3, 31), "古い課", "古い係"),),
            ),
        ),
    }
    assert parse(to_toml(replace(PACK, **said), REGISTRY)) == replace(PACK, **said)
    assert {field.name for field in fields(Pack)} == {
        "name", "municipality", "code", "fictional", "office", "form", "line_mode", "fallback", "desks", "numbers",
        "routes", "meetings", "partners", "on_call", "sla", "neutral", "excerpt", "staff_names", "partner_photos",
        "retention_days", "note", "exit_url", "notices", "min_cell", "templates",
        "prefecture", "areas", "lead", "referrers", "members", "resources", "links", "plan_until", "coordinator_only",
    }, "a new field of a pack must be written by `overlay_export` too"  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.kind}-{change.key}")
def test_a_change_touches_its_own_kind_only(change: Change) -> None:
    touched = {field.name for field in fields(Pack) if getattr(laid([change]), field.name) != getattr(PACK, field.name)}
    allowed = {
        "desk": {"desks", "routes", "meetings", "on_call", "lead", "areas"}, "hours": {"desks"},
        "on_call": {"on_call"}, "sla": {"sla"},
        "number": {"numbers"}, "partner": {"partners"},
        "text": {"office", "neutral", "exit_url", "notices", "templates"},
    }  # fmt: skip
    assert touched and touched <= allowed[change.kind]
    assert not overlay.faults(PACK, laid([change]))


def test_a_closed_desk_hands_on_what_led_to_it() -> None:
    areas = (Area("北の町", "999980", "北", "takikan"), Area("南の町", desk="ken-haibo"), Area("東の町"))
    pack = overlay.overlaid(
        replace(PACK, areas=areas),
        [
            Change(1, "desk", "takikan", '{"retired_to": "marugoto"}'),
            Change(2, "desk", "ken-haibo", '{"retired_to": "kokoro"}'),
        ],
        REGISTRY,
    )
    ids = {one.id for one in pack.desks}
    assert PACK.lead == "takikan" and pack.lead == "marugoto" and pack.lead in ids
    assert [one.desk for one in pack.areas] == ["marugoto", "kokoro", ""]
    assert not {"takikan", "ken-haibo"} & ids
    assert {one.desk for one in pack.meetings} <= ids and {one for route in pack.routes for one in route.desks} <= ids
    heir = next(one for one in pack.desks if one.id == "kokoro")
    assert {"dv", "suicide"} <= heir.themes


@pytest.mark.parametrize(
    ("kind", "key", "value", "words"),
    [
        ("desk", "marugoto", '{"retired_to": "hokatsu"}', "閉じられません"),
        ("desk", "sumai", '{"retired_to": "sumai"}', "引きつぐ窓口がありません"),
        ("desk", "sumai", '{"name": "住まい", "colour": "red"}', "知らない項目"),
        ("hours", "sumai", '{"mon": ["9:00-25:00"]}', "値が違います"),
        ("hours", "sumai", "[1]", "表ではありません"),
        ("text", "template:own", '{"title": "x", "text": "x", "kinds": ["none"]}', "値が違います"),
        ("text", "danger", '"なし"', "変えられません"),
        ("text", "exit_url", '"http://example.org"', "https"),
        ("text", "office", '"a\\u0007b"', "値が読めません"),
        ("number", "own-2", '{"label": "x"', "値が読めません"),
        ("slack", "all", "{}", "知らない設定"),
    ],
)
def test_what_no_pack_could_hold_is_refused(kind: str, key: str, value: str, words: str) -> None:
    with pytest.raises(PackError, match=words):
        laid([Change(1, kind, key, value)])


@pytest.mark.parametrize(
    ("kind", "key", "value", "code"),
    [
        ("desk", "sumai", desk("sumai", phone="03-12"), "wrong_digits"),
        ("desk", "sumai", desk("sumai", phone=""), "unreachable"),
        ("hours", "kodomo", {"closed_on_holidays": True}, "never_open"),
        ("number", "police", {"on": False}, "no_emergency_number"),
        ("sla", "all", {"emergency_minutes": 0}, "wrong_sla"),
        ("text", "office", " ", "wrong_office"),
        ("text", "neutral", [], "no_neutral"),
        ("text", "neutral", ["福祉の相談です"], "telling_neutral"),
        ("text", "notice:read", "あ\n" * 5, "wrong_notice"),
        ("partner", "GAS-02", {"name": "g", "kind": "g", "signs": ["nothing"]}, "unknown_sign"),
    ],
)
def test_what_pack_check_refuses_is_left_out_and_named(kind: str, key: str, value: object, code: str) -> None:
    bad = Change(99, kind, key, overlay.to_json(value))
    assert code in {problem.code for problem in overlay.faults(PACK, laid([bad]))}
    found = overlay.laid(PACK, [*CHANGES, bad], REGISTRY)
    assert [left.key for left in found.unusable] == [key]
    usable = [change for change in CHANGES if (change.kind, change.key) != (kind, key)]
    assert found.pack == laid(usable)


def test_mihon_says_its_hours_in_words_again() -> None:
    for one in PACK.desks:
        value = overlay.to_json(desk_hours_table(one))
        assert laid([Change(1, "hours", one.id, value)]) == PACK
    assert date(2027, 1, 16) in {day.day for day in PACK.hours.exceptions} if PACK.hours else False


def test_own_words_of_a_notice_keep_the_first_line_that_tells_nothing() -> None:
    pack = laid([Change(1, "text", "notice:read", '"読みました {笑}。"')])
    assert own_notice(pack, "read", "ja") == "お知らせがあります。\n読みました {{笑}}。"
    assert own_notice(pack, "read", "vi") is own_notice(pack, "closed", "ja") is own_notice(PACK, "read", "ja") is None
