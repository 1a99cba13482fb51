"""No basis, no send; 通告 waits for nobody; who reported goes nowhere."""

from __future__ import annotations

import pytest

from handoff.basis import BASES, IDENTITY, NOTIFICATION_OF_THEME, REPORTER, TAX, may_share
from triage.assessment import THEMES


def test_the_codes() -> None:
    assert list(BASES) == ["C0", "C1", "C2a", "C2b", "C2c", "C2d", "C3", "C4", "C5", "C6", "C7", "C8", "C9"]
    assert {code for code, basis in BASES.items() if basis.named_decision} == {"C1", "C3", "C8"}
    assert {code for code, basis in BASES.items() if basis.waits_for_consent} == {"C0"}
    assert {code for code, basis in BASES.items() if basis.notification} == {"C2a", "C2b", "C2c", "C2d"}
    for basis in BASES.values():
        assert basis.name_ja
        assert basis.law


@pytest.mark.parametrize("code", [None, "", "C", "C2", "c0", "本人の同意"])
def test_no_basis_no_send(code: str | None) -> None:
    verdict = may_share(code, consent=True, decided_by="佐藤", rooms=set(BASES), anonymous=True)
    assert (verdict.allowed, verdict.code) == (False, "no_basis")


@pytest.mark.parametrize("code", ["C2a", "C2b", "C2c", "C2d"])
def test_a_notification_waits_for_nobody(code: str) -> None:
    assert may_share(code).allowed


@pytest.mark.parametrize(
    ("code", "refusal", "given"),
    [
        ("C0", "no_consent", {"consent": True}),
        ("C1", "no_decision", {"decided_by": "佐藤", "rooms": {"C1"}}),
        ("C3", "no_decision", {"decided_by": "佐藤"}),
        ("C8", "no_decision", {"decided_by": "佐藤"}),
        ("C4", "no_room", {"rooms": {"C4"}}),
        ("C5", "no_room", {"rooms": {"C5"}}),
        ("C6", "no_room", {"rooms": {"C6"}}),
        ("C7", "no_room", {"rooms": {"C7"}}),
        ("C9", "not_anonymous", {"anonymous": True}),
    ],
)
def test_what_each_basis_needs(code: str, refusal: str, given: dict[str, object]) -> None:
    assert (may_share(code).allowed, may_share(code).code) == (False, refusal)
    assert may_share(code, **given).allowed  # type: ignore[arg-type]


def test_a_blank_name_decides_nothing_and_a_missing_meeting_is_said() -> None:
    assert may_share("C3", decided_by=" 　").code == "no_decision"
    assert may_share("C1", decided_by="佐藤").code == "no_room"


def test_what_is_cut() -> None:
    for code in BASES:
        verdict = may_share(code, consent=True, decided_by="佐藤", rooms=set(BASES), anonymous=True)
        assert verdict.allowed
        assert REPORTER in verdict.cuts
    assert TAX in BASES["C1"].cuts
    assert BASES["C9"].cuts >= IDENTITY | {TAX}


def test_notifications_of_themes() -> None:
    assert set(NOTIFICATION_OF_THEME) <= set(THEMES)
    assert all(BASES[code].notification for code in NOTIFICATION_OF_THEME.values())
