"""The life of one つなぎ as a table (作成・送付 → 受領 → 引受 | 返却). Pure: is a step allowed, what does it ask for.

One row a recipient. A case on its way waits until every recipient has answered; at most one of them (`lead`) becomes
主担当. 通告・通報 holds nothing up: the case stays as it is, and only the receipt is waited for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from handoff.ticket import NotAllowed


class State(StrEnum):
    """Where one つなぎ stands."""

    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"

    @property
    def label_ja(self) -> str:
        """The word on screen."""
        return _STATE_JA[self]

    @property
    def shape(self) -> str:
        """A shape beside the word, so that a state is not told by colour alone."""
        return _SHAPE[self]


class Action(StrEnum):
    """What somebody does to it."""

    RECEIVE = "receive"
    ACCEPT = "accept"
    RETURN = "return_"
    TAKE_BACK = "take_back"


class Actor(StrEnum):
    """Who does it: staff of the desk that was asked (or 受付 for it), staff who write down what it said by telephone or
    FAX, whoever sent it or has the case."""

    RECIPIENT = "recipient"
    NOTER = "noter"
    SENDER = "sender"


class Purpose(StrEnum):
    """What a case is handed on for (つなぐ目的)."""

    CONSULT = "consult"
    COORDINATION = "coordination"
    OUTREACH = "outreach"
    PARTICIPATION = "participation"
    MEETING = "meeting"
    NOTIFICATION = "notification"
    TRANSFER = "transfer"

    @property
    def label_ja(self) -> str:
        """The choice on screen."""
        return _PURPOSE_JA[self]

    @property
    def by_receipt(self) -> bool:
        """Whether the receipt is the answer: a notification or a meeting has nothing to take on."""
        return self in (Purpose.NOTIFICATION, Purpose.MEETING)


class Form(StrEnum):
    """The three forms of 参加支援 (参加支援の型)."""

    INDIVIDUAL = "individual"
    PLACE = "place"
    AREA = "area"

    @property
    def label_ja(self) -> str:
        """個別支援型, 場づくり型 or 地域支援型."""
        return {"individual": "個別支援型", "place": "場づくり型", "area": "地域支援型"}[self.value]


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed step. `needs_reason`: a written reason. Who only notes it says besides who told it, when and how."""

    to: State
    by: frozenset[Actor]
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What one recipient's つなぎ says, as far as decisions need it."""

    desk: str
    state: State
    purpose: Purpose = Purpose.CONSULT
    lead: bool = False

    @property
    def waits(self) -> bool:
        """Whether the recipient has still to answer."""
        return self.state is State.SENT or (self.state is State.RECEIVED and not self.purpose.by_receipt)

    @property
    def holds(self) -> bool:
        """Whether the case is on its way (つなぎ中) because of it."""
        return self.waits and self.purpose is not Purpose.NOTIFICATION


UNSETTLED = (State.SENT, State.RECEIVED)
"""States of a つなぎ that nobody took on, gave back or took back yet. Whether it is waited for: `Part.waits`."""
THERE = (*UNSETTLED, State.ACCEPTED)
"""States in which it is with the desk that was asked: neither given back nor taken back."""

_STATE_JA = {
    State.SENT: "送付済・返事待ち",
    State.RECEIVED: "受け取り済",
    State.ACCEPTED: "引き受け済",
    State.RETURNED: "返却",
    State.TAKEN_BACK: "取り戻し",
}
_SHAPE = {
    State.SENT: "→", State.RECEIVED: "◇", State.ACCEPTED: "✓", State.RETURNED: "↩", State.TAKEN_BACK: "×",
}  # fmt: skip
_PURPOSE_JA = {
    Purpose.CONSULT: "相談をつなぐ",
    Purpose.COORDINATION: "多機関協働",
    Purpose.OUTREACH: "アウトリーチ（訪問など）",
    Purpose.PARTICIPATION: "参加支援",
    Purpose.MEETING: "会議にかける",
    Purpose.NOTIFICATION: "通告・通報",
    Purpose.TRANSFER: "ほかの市町村へ",
}
_ANSWERING = frozenset({Actor.RECIPIENT, Actor.NOTER})
_S, _R, _A = State.SENT, State.RECEIVED, State.ACCEPTED

TABLE: dict[tuple[State, Action], Step] = {
    (_S, Action.RECEIVE): Step(_R, _ANSWERING),
    # Who accepts at once has received it as well.
    (_S, Action.ACCEPT): Step(_A, _ANSWERING),
    (_R, Action.ACCEPT): Step(_A, _ANSWERING),
    # 「丸投げ」を受けない: whoever was asked may always give it back, and says why.
    (_S, Action.RETURN): Step(State.RETURNED, _ANSWERING, needs_reason=True),
    (_R, Action.RETURN): Step(State.RETURNED, _ANSWERING, needs_reason=True),
    # 参加での様子が相談に返る (A19): what was taken on may come back later too.
    (_A, Action.RETURN): Step(State.RETURNED, _ANSWERING, needs_reason=True),
    (_S, Action.TAKE_BACK): Step(State.TAKEN_BACK, frozenset({Actor.SENDER}), needs_reason=True),
    (_R, Action.TAKE_BACK): Step(State.TAKEN_BACK, frozenset({Actor.SENDER}), needs_reason=True),
}

_REFUSED = {
    (_R, Action.RECEIVE): ("received", "もう受け取りました。"),
    (_A, Action.RECEIVE): ("accepted", "もう引き受けました。"),
    (_A, Action.ACCEPT): ("accepted", "もう引き受けました。"),
    (_A, Action.TAKE_BACK): ("accepted", "つなぎ先がもう引き受けました。つなぎ先と話して、返してもらってください。"),
}


def apply(state: State, action: Action, actor: Actor, *, reason: str = "", heard: str = "") -> State:
    """The state after the step. Raises `NotAllowed`. `reason` and `heard` are looked at for presence only."""
    found = TABLE.get((state, action))
    if found is None:
        over = f"このつなぎは「{state.label_ja}」です。もう変えられません。"
        raise NotAllowed(*_REFUSED.get((state, action), ("wrong_state", over)))
    if actor not in found.by:
        raise NotAllowed("not_yours", "それができるのは、つないだ人です。" if Actor.SENDER in found.by else _NOT_ASKED)
    if actor is Actor.NOTER and not heard.strip():
        raise NotAllowed("heard_needed", "だれが・いつ・どうやって答えたか（電話・FAX など）を書いてください。")
    if found.needs_reason and not reason.strip():
        raise NotAllowed("note_needed", "理由を書いてください。")
    return found.to


_NOT_ASKED = "それができるのは、つなぎ先の窓口の人です。"


class Standing(StrEnum):
    """What the answers so far come to."""

    WAITING = "waiting"
    """Somebody has still to answer."""
    TAKEN = "taken"
    """Whoever was to become 主担当 took it on."""
    SHARED = "shared"
    """Others took it on, but whoever was to become 主担当 did not: it stays with the sender."""
    HELPED = "helped"
    """Nobody was to become 主担当, and at least one took it on (or received it, where that is all)."""
    BACK = "back"
    """Nobody took it on."""


def standing(parts: Iterable[Part]) -> Standing:
    """What the answers to one packet come to. Those taken back count as if they had not been asked."""
    asked = [part for part in parts if part.state is not State.TAKEN_BACK]
    if any(part.waits for part in asked):
        return Standing.WAITING
    took = [part for part in asked if part.state in (State.ACCEPTED, State.RECEIVED)]
    if not took:
        return Standing.BACK
    if any(part.lead and part.state is State.ACCEPTED for part in took):
        return Standing.TAKEN
    return Standing.SHARED if any(part.lead and part.state is State.RETURNED for part in asked) else Standing.HELPED


def standing_ja(found: Standing) -> str:
    """The sentence for whoever sent it."""
    return _STANDING_JA[found]


_STANDING_JA = {
    Standing.WAITING: "返事を待っています。引き受けてもらうまで、担当はこちらのままです。",
    Standing.TAKEN: "つなぎ先が主担当になりました。",
    Standing.SHARED: "主担当をお願いした窓口は返しました。ほかの窓口は引き受けています。主担当は、こちらのままです。",
    Standing.HELPED: "つなぎ先が受けました。主担当は、こちらのままです。",
    Standing.BACK: "引き受けた窓口はありません。担当は、こちらのままです。",
}
