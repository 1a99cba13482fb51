"""The rota of a pack: read with clear errors, checked by `toritsugi pack check`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handoff.pack import Level, OnCall, PackError, check, load, parse
from handoff.packs.reading import resource

TODAY = date(2026, 11, 22)
PLACE = 'rota = [["first"], ["first", "second"]]'


def changed(rota: str = PLACE, every: str = "every_minutes = 5") -> str:
    text = resource("mihon")
    assert PLACE in text and "every_minutes = 5" in text
    return text.replace(PLACE, rota).replace("every_minutes = 5", every)


def test_mihon_has_a_rota() -> None:
    on_call = load("mihon").on_call
    assert (on_call.rota, on_call.every_minutes, on_call.office_rota) == ((("first",), ("first", "second")), 5, ())
    assert parse(changed('office_rota = [["desk"]]')).on_call.office_rota == (("desk",),)


@pytest.mark.parametrize(
    ("rota", "every", "words"),
    [
        ('rota = ["first"]', "every_minutes = 5", "rota は名前の並びの並び"),
        ("rota = [[1]]", "every_minutes = 5", "rota は名前の並びの並び"),
        (PLACE, "every_minutes = 0", "1〜60"),
        (PLACE, "every_minutes = 61", "1〜60"),
        (PLACE, 'every_minutes = "5"', "every_minutes の種類"),
        (PLACE, "every_minuets = 5", "知らない項目 every_minuets"),
    ],
)
def test_a_slip_in_the_rota_is_refused_with_its_place(rota: str, every: str, words: str) -> None:
    with pytest.raises(PackError, match=words) as refusal:
        parse(changed(rota, every))
    assert "on_call" in str(refusal.value)


@pytest.mark.parametrize(
    ("on_call", "code", "level"),
    [
        (OnCall(True, "当番", "night", ((),)), "empty_round", Level.ERROR),
        (OnCall(True, "当番", "night", (("First!",),)), "wrong_rota_name", Level.ERROR),
        (OnCall(True, "当番", "night", (("first",),), 90), "wrong_every_minutes", Level.ERROR),
        (OnCall(True, "当番", "night"), "no_rota", Level.INFO),
    ],
)
def test_a_rota_that_cannot_be_called_is_found(on_call: OnCall, code: str, level: Level) -> None:
    found = {problem.code: problem.level for problem in check(replace(load("mihon"), on_call=on_call), TODAY)}
    assert found.get(code) is level
    assert code not in {problem.code for problem in check(load("mihon"), TODAY)}
