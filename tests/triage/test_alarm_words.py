"""Every rule of the lexicon hits its own examples by itself, and its look-alikes stay silent."""

from __future__ import annotations

import pytest

from triage.alarm import KINDS, Alarm
from triage.alarm.rules import Lexicon, Rule, read_lexicon

LEXICON = read_lexicon()
BY_NAME = {rule.name: rule for rule in LEXICON.rules}
HITS = [(rule.name, text) for rule in LEXICON.rules for text in rule.hit]
MISSES = [(rule.name, text) for rule in LEXICON.rules for text in rule.miss]


@pytest.fixture(scope="module")
def alarm() -> Alarm:
    return Alarm.load()


def only(rule: Rule) -> Alarm:
    return Alarm(Lexicon((rule,), LEXICON.roles))


@pytest.fixture(scope="module")
def alarms() -> dict[str, Alarm]:
    return {rule.name: only(rule) for rule in LEXICON.rules}


@pytest.mark.parametrize(("name", "text"), HITS)
def test_example_hits(alarms: dict[str, Alarm], name: str, text: str) -> None:
    assert alarms[name].scan(text).kinds == {BY_NAME[name].kind}


@pytest.mark.parametrize(("name", "text"), MISSES)
def test_lookalike_is_silent(alarm: Alarm, name: str, text: str) -> None:
    assert not alarm.scan(text), name


def test_every_rule_has_an_example_and_a_reason_and_every_kind_a_rule() -> None:
    assert all(rule.hit and rule.why for rule in LEXICON.rules)
    assert {rule.kind for rule in LEXICON.rules} == set(KINDS)
