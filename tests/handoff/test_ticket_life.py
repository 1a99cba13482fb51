"""The table of moves, and that no case is ever left without an owner or a queue."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from handoff.ticket import (
    IN_QUEUE,
    OPEN,
    OWNED,
    TABLE,
    Action,
    Actor,
    CloseReason,
    NotAllowed,
    Owner,
    State,
    allowed,
    apply,
    transition,
)


def refused(state: State, action: Action, actor: Actor, reason: CloseReason | None = None, note: str = "") -> str:
    with pytest.raises(NotAllowed) as caught:
        apply(state, action, actor, reason=reason, note=note)
    assert caught.value.message_ja.endswith("。")
    return caught.value.code


@pytest.mark.parametrize(
    ("state", "action", "actor", "to"),
    [
        (State.DRAFT, Action.MESSAGE, Actor.RESIDENT, State.DRAFT),
        (State.DRAFT, Action.FINISH, Actor.MACHINE, State.RECEIVED),
        (State.DRAFT, Action.FINISH, Actor.RESIDENT, State.RECEIVED),
        (State.DRAFT, Action.CLAIM, Actor.PERSON, State.CLAIMED),
        (State.DRAFT, Action.ERASE, Actor.RESIDENT, State.ERASED),
        (State.RECEIVED, Action.FINISH, Actor.MACHINE, State.RECEIVED),
        (State.RECEIVED, Action.CLAIM, Actor.PERSON, State.CLAIMED),
        (State.RECEIVED, Action.HAND, Actor.PERSON, State.HANDED),
        (State.RECEIVED, Action.ERASE, Actor.RESIDENT, State.ERASED),
        (State.CLAIMED, Action.FINISH, Actor.RESIDENT, State.CLAIMED),
        (State.CLAIMED, Action.RELEASE, Actor.PERSON, State.RECEIVED),
        (State.CLAIMED, Action.HAND, Actor.PERSON, State.HANDED),
        (State.HANDED, Action.ACCEPT, Actor.PERSON, State.CLAIMED),
        (State.HANDED, Action.MESSAGE, Actor.RESIDENT, State.HANDED),
        (State.CLOSED, Action.MESSAGE, Actor.RESIDENT, State.RECEIVED),
    ],
)
def test_moves(state: State, action: Action, actor: Actor, to: State) -> None:
    assert apply(state, action, actor) is to


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_machine_raises_but_never_lowers_closes_or_decides(state: State) -> None:
    assert apply(state, Action.RAISE, Actor.MACHINE) is state
    for action in set(Action) - {Action.RAISE, Action.FINISH}:
        code = refused(state, action, Actor.MACHINE, CloseReason.DONE, "理由")
        assert code in {"machine", "wrong_state", "already_claimed", "handed"}
    assert set(allowed(state, Actor.MACHINE)) == {Action.RAISE, Action.FINISH}


@pytest.mark.parametrize("state", sorted(OPEN))
def test_a_resident_raises_but_does_not_lower_or_close(state: State) -> None:
    assert apply(state, Action.RAISE, Actor.RESIDENT) is state
    assert refused(state, Action.LOWER, Actor.RESIDENT, note="もう大丈夫") == "resident"
    assert refused(state, Action.CLOSE, Actor.RESIDENT, CloseReason.WISH) == "resident"


@pytest.mark.parametrize("state", sorted(OPEN))
def test_lowering_needs_a_written_reason(state: State) -> None:
    assert refused(state, Action.LOWER, Actor.PERSON) == "note_needed"
    assert refused(state, Action.LOWER, Actor.PERSON, note=" 　\n") == "note_needed"
    assert apply(state, Action.LOWER, Actor.PERSON, note="電話で確かめた") is state


def test_closing_needs_a_reason() -> None:
    assert refused(State.CLAIMED, Action.CLOSE, Actor.PERSON) == "reason_needed"
    assert refused(State.CLAIMED, Action.CLOSE, Actor.PERSON, CloseReason.OTHER) == "note_needed"
    assert apply(State.CLAIMED, Action.CLOSE, Actor.PERSON, reason=CloseReason.OTHER, note="転居") is State.CLOSED
    for reason in set(CloseReason) - {CloseReason.OTHER}:
        assert apply(State.CLAIMED, Action.CLOSE, Actor.PERSON, reason=reason) is State.CLOSED


def test_what_is_being_written_is_closed_only_as_a_prank_or_a_double() -> None:
    assert apply(State.DRAFT, Action.CLOSE, Actor.PERSON, reason=CloseReason.PRANK) is State.CLOSED
    assert refused(State.DRAFT, Action.CLOSE, Actor.PERSON, CloseReason.DONE) == "reason_wrong"


def test_a_case_on_its_way_is_closed_only_when_taken_over() -> None:
    assert apply(State.HANDED, Action.CLOSE, Actor.PERSON, reason=CloseReason.TAKEN_OVER) is State.CLOSED
    assert refused(State.HANDED, Action.CLOSE, Actor.PERSON, CloseReason.DONE) == "reason_wrong"
    assert refused(State.RECEIVED, Action.CLOSE, Actor.PERSON, CloseReason.TAKEN_OVER) == "reason_wrong"


def test_returning_needs_a_reason_and_keeps_the_sender() -> None:
    assert refused(State.HANDED, Action.RETURN, Actor.PERSON) == "note_needed"
    assert apply(State.HANDED, Action.RETURN, Actor.PERSON, note="対象の地区が違う") is State.CLAIMED
    assert transition(State.HANDED, Action.RETURN, Actor.PERSON).owner is Owner.KEEP


def test_opening_again_by_hand_needs_a_reason() -> None:
    assert refused(State.CLOSED, Action.REOPEN, Actor.PERSON) == "note_needed"
    assert apply(State.CLOSED, Action.REOPEN, Actor.PERSON, note="電話がありました") is State.RECEIVED
    assert transition(State.CLOSED, Action.REOPEN, Actor.PERSON).owner is Owner.CLEAR


def test_somebody_was_first() -> None:
    assert refused(State.CLAIMED, Action.CLAIM, Actor.PERSON) == "already_claimed"
    assert refused(State.HANDED, Action.CLAIM, Actor.PERSON) == "handed"
    assert refused(State.HANDED, Action.HAND, Actor.PERSON) == "handed"
    assert refused(State.CLOSED, Action.CLAIM, Actor.PERSON) == "closed"


@pytest.mark.parametrize("state", [State.CLAIMED, State.HANDED, State.CLOSED])
def test_a_resident_cannot_erase_what_somebody_works_on(state: State) -> None:
    assert refused(state, Action.ERASE, Actor.RESIDENT) in {"resident", "handed"}


def test_staff_erase_only_with_a_reason() -> None:
    assert refused(State.DRAFT, Action.ERASE, Actor.PERSON, note="理由") == "not_yours"
    for state in (State.RECEIVED, State.CLAIMED, State.CLOSED):
        assert refused(state, Action.ERASE, Actor.PERSON) == "note_needed"
        assert apply(state, Action.ERASE, Actor.PERSON, note="本人の求め") is State.ERASED


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("actor", Actor)
def test_nothing_comes_back_from_erased(action: Action, actor: Actor) -> None:
    assert refused(State.ERASED, action, actor, CloseReason.DONE, "理由") == "erased"


def test_a_message_to_a_closed_case_tells_the_last_owner() -> None:
    assert transition(State.CLOSED, Action.MESSAGE, Actor.RESIDENT).tells_last_owner
    assert transition(State.CLOSED, Action.REOPEN, Actor.PERSON).tells_last_owner


def test_every_state_and_reason_has_its_word() -> None:
    assert [state.label_ja for state in State] == ["記入中", "受付済", "担当あり", "つなぎ中", "閉じた", "記録を消した"]
    assert [reason.label_ja for reason in CloseReason] == [
        "対応が終わった",
        "つなぎ先が引き受けた",
        "本人の希望",
        "いたずら・誤送信",
        "重複",
        "中断（連絡がとれない。本人が書けば、また開く）",
        "その他（理由を書く）",
    ]


def test_the_table_never_leaves_an_owned_state_without_an_owner() -> None:
    for (state, _), row in TABLE.items():
        if row.to in OWNED:
            assert row.owner is Owner.TAKE or (row.owner is Owner.KEEP and state in OWNED)
        if row.to in IN_QUEUE and state in OWNED:
            assert row.owner is Owner.CLEAR


class CaseLife(RuleBasedStateMachine):
    """A case under random moves by everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.DRAFT
        self.owner: str | None = None

    @rule(
        action=st.sampled_from(Action),
        actor=st.sampled_from(Actor),
        who=st.sampled_from(["佐藤", "田中"]),
        reason=st.none() | st.sampled_from(CloseReason),
        note=st.sampled_from(["", "理由"]),
    )
    def move(self, action: Action, actor: Actor, who: str, reason: CloseReason | None, note: str) -> None:
        before = self.state
        try:
            self.state = apply(before, action, actor, reason=reason, note=note)
        except NotAllowed:
            assert self.state is before
            return
        change = transition(before, action, actor).owner
        if change is Owner.TAKE:
            assert actor is Actor.PERSON
            self.owner = who
        elif change is Owner.CLEAR:
            self.owner = None
        assert actor is Actor.PERSON or self.state is not State.CLOSED or before is State.CLOSED

    @invariant()
    def never_nobodys(self) -> None:
        if self.state in OPEN:
            assert (self.state in IN_QUEUE) != (self.owner is not None)


TestCaseLife = CaseLife.TestCase
TestCaseLife.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
