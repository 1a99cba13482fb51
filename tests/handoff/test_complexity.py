"""The four checks of 複合 (①〜④): which hold, with the words that caused them, and nothing where nothing was read."""

from __future__ import annotations

import pytest
from play_town import assessment

from handoff.complexity import checks
from triage.assessment import Complexity, Domain, Evidence, Reason


def _holding(**read: object) -> str:
    return "".join(one.code for one in checks(assessment(**read)) if one.holds)


@pytest.mark.parametrize(
    ("read", "codes"),
    [
        ({}, ""),
        ({"domains": frozenset({Domain.ELDERLY})}, ""),
        ({"domains": frozenset({Domain.ELDERLY, Domain.POVERTY})}, "M2"),
        ({"themes": frozenset({"p8050"})}, "M1"),
        ({"domains": frozenset({Domain.CHILD, Domain.ELDERLY}), "themes": frozenset({"double_care"})}, "M1M2M4"),
        ({"complexity": Complexity.COMPLEX, "complexity_reasons": frozenset({Reason.GAP})}, "M3M4"),
        ({"complexity": Complexity.COMPLEX, "complexity_reasons": frozenset(Reason)}, "M1M2M3M4"),
    ],
)
def test_what_holds(read: dict[str, object], codes: str) -> None:
    assert _holding(**read) == codes


def test_the_words_behind_it_stand_beside_it_and_in_no_reason() -> None:
    said = "母は認知症で、息子は部屋から出ません"
    read = assessment(
        themes=frozenset({"p8050"}),
        evidence=(Evidence(7, 18, "p8050", said[7:18], "cue"), Evidence(0, 5, "dementia", said[:5], "cue")),
    )
    first = checks(read)[0]
    assert first.holds and first.words == (said[7:18],)
    assert all(word not in one.why_ja for one in checks(read) for word in first.words)
