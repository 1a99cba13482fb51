"""The proposal says who declines help: the one whom the words name, and never more than they name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from play_town import FakeReader, Town, assessment

from bots import read
from handoff import plan_store
from handoff.plan import Plan
from triage.assessment import Evidence

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)
WORDS = "82歳の母です。50代の息子は訪問を断っています。私も足が弱りました"


def _planned(town: Town, words: str, refusing: str) -> Plan:
    town.say(words)
    case, _ = town.case()
    at = words.index(refusing)
    mark = Evidence(at, at + len(refusing), "refuses_support", refusing, "refuses")
    found = replace(assessment(), refuses_support=True, needs_human=False, evidence=(mark,))
    assert read.read(town.parts, FakeReader(found), case.id, 1) == "read"
    plan = plan_store.plan_of(town.office.sealer, town.case()[1])
    assert plan is not None and plan.rule == "O1"
    return plan


def test_it_is_the_son_and_slack_does_not_hear_it(town: Town) -> None:
    plan = _planned(town, WORDS, "訪問を断って")
    assert "息子が支援を望んでいないため" in plan.reason_ja
    assert "本人" not in plan.reason_ja + plan.reason_plain_ja
    assert "息子" not in plan.reason_plain_ja


def test_it_is_who_writes(town: Town) -> None:
    assert "本人が支援を望んでいないため" in _planned(town, "役所の世話にはなりたくない", "役所の世話").reason_ja
