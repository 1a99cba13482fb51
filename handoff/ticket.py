"""The life of a case in the queue as a table (相談一件の動き). Pure: is a move allowed, and where does it end.

A case always has an owner or a queue: `Transition.owner` says what happens to the owner, and every open state without
one stands in a queue (`IN_QUEUE`). A machine may never close, lower, claim, hand or reopen; closing and lowering need
a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    RECEIVED = "received"
    CLAIMED = "claimed"
    HANDED = "handed"
    CLOSED = "closed"
    ERASED = "erased"

    @property
    def label_ja(self) -> str:
        """The word on screen."""
        return _STATE_JA[self]


class Action(StrEnum):
    """What somebody does to a case."""

    FINISH = "finish"
    MESSAGE = "message"
    CLAIM = "claim"
    RELEASE = "release"
    HAND = "hand"
    ACCEPT = "accept"
    RETURN = "return_"
    SETTLE = "settle"
    LEAD = "take_lead"
    NOTIFY = "notify"
    BRING_BACK = "bring_back"
    CLOSE = "close"
    REOPEN = "reopen"
    ERASE = "erase"
    RAISE = "raise_urgency"
    LOWER = "lower_urgency"
    CORRECT = "correct"


class Actor(StrEnum):
    """Who does it: a timer or triage, a member of staff, the person who wrote (resident, meter reader, partner)."""

    MACHINE = "machine"
    PERSON = "person"
    RESIDENT = "resident"


class CloseReason(StrEnum):
    """Why a case is closed."""

    DONE = "done"
    TAKEN_OVER = "taken_over"
    WISH = "wish"
    PRANK = "prank"
    DUPLICATE = "duplicate"
    SUSPENDED = "suspended"
    OTHER = "other"

    @property
    def label_ja(self) -> str:
        """The choice on screen."""
        return _REASON_JA[self]


class Owner(Enum):
    """What a move does to the owner (担当)."""

    KEEP = "keep"
    TAKE = "take"  # who acts becomes the owner
    CLEAR = "clear"  # back to the queue, or nobody's any more


class NotAllowed(Exception):
    """What a table refuses (`handoff.handover` too): `code` for programs, `message_ja` on screen, nothing personal."""

    def __init__(self, code: str, message_ja: str) -> None:
        super().__init__(code)
        self.code = code
        self.message_ja = message_ja


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move. `reasons` limits the closing reasons; `needs_note` asks for a written reason.

    `tells_last_owner`: the last owner is told although the case is in the queue (主担当にまず届く).
    """

    to: State
    by: frozenset[Actor]
    owner: Owner = Owner.KEEP
    needs_note: bool = False
    reasons: frozenset[CloseReason] = frozenset()
    tells_last_owner: bool = False


_STATE_JA = {
    State.DRAFT: "記入中",
    State.RECEIVED: "受付済",
    State.CLAIMED: "担当あり",
    State.HANDED: "つなぎ中",
    State.CLOSED: "閉じた",
    State.ERASED: "記録を消した",
}
_REASON_JA = {
    CloseReason.DONE: "対応が終わった",
    CloseReason.TAKEN_OVER: "つなぎ先が引き受けた",
    CloseReason.WISH: "本人の希望",
    CloseReason.PRANK: "いたずら・誤送信",
    CloseReason.DUPLICATE: "重複",
    CloseReason.SUSPENDED: "中断（連絡がとれない。本人が書けば、また開く）",
    CloseReason.OTHER: "その他（理由を書く）",
}

IN_QUEUE = frozenset({State.DRAFT, State.RECEIVED})
OWNED = frozenset({State.CLAIMED, State.HANDED})
OPEN = IN_QUEUE | OWNED

_ANYONE = frozenset(Actor)
_STAFF = frozenset({Actor.PERSON})
_RESIDENT = frozenset({Actor.RESIDENT})
_WRITERS = frozenset({Actor.RESIDENT, Actor.PERSON})  # staff write down what is said on the telephone
_REASONS = frozenset(CloseReason)
_JUNK = frozenset({CloseReason.PRANK, CloseReason.DUPLICATE})

D, R, C, H, X, E = State.DRAFT, State.RECEIVED, State.CLAIMED, State.HANDED, State.CLOSED, State.ERASED

TABLE: dict[tuple[State, Action], Transition] = {
    (D, Action.MESSAGE): Transition(D, _WRITERS),
    # 「これでいい」, or 30 silent minutes: the machine may finish, because waiting for a button would lose people.
    (D, Action.FINISH): Transition(R, _ANYONE),
    # Danger pages at once: staff may take a case whose person is still writing.
    (D, Action.CLAIM): Transition(C, _STAFF, Owner.TAKE),
    # A prank need not be waited for until it is finished; other reasons wait for what is still being written.
    (D, Action.CLOSE): Transition(X, _STAFF, Owner.CLEAR, reasons=_JUNK),
    # 「消してやめる」 before anybody took it.
    (D, Action.ERASE): Transition(E, _RESIDENT, Owner.CLEAR),
    (R, Action.MESSAGE): Transition(R, _WRITERS),
    # The 30-minute timer and the button may both fire: the second finds nothing to do and is no error.
    (R, Action.FINISH): Transition(R, _ANYONE),
    (R, Action.CLAIM): Transition(C, _STAFF, Owner.TAKE),
    # Handing without claiming first: who hands becomes the owner, so that a return comes back to somebody.
    (R, Action.HAND): Transition(H, _STAFF, Owner.TAKE),
    (R, Action.CLOSE): Transition(X, _STAFF, Owner.CLEAR, reasons=_REASONS - {CloseReason.TAKEN_OVER}),
    # The timer finished the case but nobody has read it yet: 「消してやめる」 still works, by the person only.
    (R, Action.ERASE): Transition(E, _WRITERS, Owner.CLEAR, needs_note=True),
    (C, Action.MESSAGE): Transition(C, _WRITERS),
    # A draft that was claimed for danger is finished later by the person or the timer: the owner stays.
    (C, Action.FINISH): Transition(C, _ANYONE),
    (C, Action.RELEASE): Transition(R, _STAFF, Owner.CLEAR),
    (C, Action.HAND): Transition(H, _STAFF),
    (C, Action.CLOSE): Transition(X, _STAFF, reasons=_REASONS),
    # Once somebody works on it, deletion is a request that a person carries out (記録の保存と守秘のため).
    (C, Action.ERASE): Transition(E, _STAFF, Owner.CLEAR, needs_note=True),
    (H, Action.MESSAGE): Transition(H, _WRITERS),
    (H, Action.FINISH): Transition(H, _ANYONE),
    # Who accepts becomes the owner (主担当); the sender keeps the case until then.
    (H, Action.ACCEPT): Transition(C, _STAFF, Owner.TAKE),
    # Returned with a reason, or taken back by the sender: the sender still owns it, the resident is not told.
    (H, Action.RETURN): Transition(C, _STAFF, needs_note=True),
    # 双方引受: 主担当 has it already, another recipient has still to answer.
    (H, Action.LEAD): Transition(H, _STAFF, Owner.TAKE),
    # The last answer came, from one that does not become 主担当: whoever has the case keeps it.
    (H, Action.SETTLE): Transition(C, _STAFF),
    # 通告・通報 moves nothing and waits for nothing; who makes it of a case that nobody has takes it.
    (D, Action.NOTIFY): Transition(C, _STAFF, Owner.TAKE),
    (R, Action.NOTIFY): Transition(C, _STAFF, Owner.TAKE),
    (C, Action.NOTIFY): Transition(C, _STAFF),
    (H, Action.NOTIFY): Transition(H, _STAFF),
    (X, Action.NOTIFY): Transition(X, _STAFF),
    # Whoever was notified takes the case on.
    (R, Action.LEAD): Transition(C, _STAFF, Owner.TAKE),
    (C, Action.LEAD): Transition(C, _STAFF, Owner.TAKE),
    # 会議からの戻し, 参加支援からの戻し: to the first desk's queue, and who sent it from there hears of it first.
    **{
        (state, Action.BRING_BACK): Transition(R, _STAFF, Owner.CLEAR, needs_note=True, tells_last_owner=True)
        for state in (R, C, H, X)
    },
    # A desk outside the system takes it by telephone or FAX: only that reason closes a case on its way.
    (H, Action.CLOSE): Transition(X, _STAFF, reasons=frozenset({CloseReason.TAKEN_OVER})),
    # 中断 is not an end: a word from the person opens the case again and the last owner hears of it first.
    (X, Action.MESSAGE): Transition(R, _WRITERS, Owner.CLEAR, tells_last_owner=True),
    (X, Action.REOPEN): Transition(R, _STAFF, Owner.CLEAR, needs_note=True, tells_last_owner=True),
    (X, Action.FINISH): Transition(X, _ANYONE),
    (X, Action.ERASE): Transition(E, _STAFF, Owner.CLEAR, needs_note=True),
    # An erased case has no row here: a new message begins a new case.
    **{(state, Action.RAISE): Transition(state, _ANYONE) for state in (D, R, C, H)},
    # 「もう大丈夫」 does not lower: only a person of staff does, with a reason.
    **{(state, Action.LOWER): Transition(state, _STAFF, needs_note=True) for state in (D, R, C, H)},
    # What the machine read is corrected by people only, after the end too: that is when one knows.
    **{(state, Action.CORRECT): Transition(state, _STAFF) for state in (D, R, C, H, X)},
}

_REFUSED = {
    (C, Action.CLAIM): ("already_claimed", "さきにほかの人が担当になりました。内容は見られます。"),
    (H, Action.CLAIM): ("handed", "つなぎ先の返事を待っています。"),
    (H, Action.HAND): ("handed", "ほかの窓口につなぐ前に、いまのつなぎを戻してください。"),
    (H, Action.ERASE): ("handed", "つなぎ先にも渡っています。さきに戻してください。"),
    (X, Action.CLAIM): ("closed", "閉じた相談です。もう一度開いてから担当になってください。"),
}


def transition(state: State, action: Action, actor: Actor) -> Transition:
    """The row of the table for this move. Raises `NotAllowed` when there is none or `actor` may not make it."""
    if state is State.ERASED:
        raise NotAllowed("erased", "本人が消した相談です。")
    found = TABLE.get((state, action))
    if found is None:
        code, message = _REFUSED.get((state, action), ("wrong_state", f"「{state.label_ja}」の相談ではできません。"))
        raise NotAllowed(code, message)
    if actor in found.by:
        return found
    if actor is Actor.MACHINE:
        raise NotAllowed("machine", "機械は決められません。職員が決めてください。")
    if actor is Actor.RESIDENT:
        raise NotAllowed("resident", "担当に伝えます。決めるのは職員です。")
    raise NotAllowed("not_yours", "本人だけができます。")


def apply(state: State, action: Action, actor: Actor, *, reason: CloseReason | None = None, note: str = "") -> State:
    """The state after the move. Raises `NotAllowed`.

    `reason` is needed to close, and `note` (a written reason) with 「その他」, to lower the urgency, to return a case,
    to open one again and for staff to erase one. The note is looked at for presence only.
    """
    found = transition(state, action, actor)
    if found.reasons:
        if reason is None:
            raise NotAllowed("reason_needed", "閉じる理由を選んでください。")
        if reason not in found.reasons:
            raise NotAllowed("reason_wrong", f"「{state.label_ja}」の相談は、この理由では閉じられません。")
    # The person's own wish to erase needs no explanation.
    needs_note = (found.needs_note and actor is not Actor.RESIDENT) or reason is CloseReason.OTHER
    if needs_note and not note.strip():
        raise NotAllowed("note_needed", "理由を書いてください。")
    return found.to


def allowed(state: State, actor: Actor) -> tuple[Action, ...]:
    """The moves that `actor` may make from here, for the buttons on screen."""
    return tuple(action for action in Action if (row := TABLE.get((state, action))) and actor in row.by)
