"""What a member of staff may wish in Slack, as values (職員の望み). Public through `bots.slack.wish`."""

from __future__ import annotations

from dataclasses import dataclass, field

from handoff.advice import Asked
from handoff.judged import Labels


@dataclass(frozen=True, slots=True)
class Press:
    """A button that says all: `act` is its name (`names.CLAIM`, `names.RELEASE`, `names.RAISE_NOW` …)."""

    case_id: int
    act: str


@dataclass(frozen=True, slots=True)
class Reply:
    """返信: `text` goes to the person as written. `upto`: the id of the newest message that the writer had seen."""

    case_id: int
    text: str = field(repr=False)
    upto: int | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """取り消す: an answer that waits is taken back."""

    case_id: int
    outgoing_id: int


@dataclass(frozen=True, slots=True)
class Hand:
    """つなぐ."""

    case_id: int
    desk: str
    basis: str
    ask: str = field(repr=False)
    keep: str = field(repr=False)
    heard: str = field(default="", repr=False)
    """When, and by whom, consent was heard by voice."""
    by_whom: str = ""
    """Whose consent that is (`handoff.consent_rows.WHOSE_JA`)."""
    decided: bool = False
    """Whoever sends it decides by name, where the basis asks for that."""


@dataclass(frozen=True, slots=True)
class Hold:
    """保留: until what `code` of `handoff.hold.CHOICES` says."""

    case_id: int
    code: str
    why: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Fold:
    """まとめる: into a case that was offered (`into`, its id as text) or whose number was typed."""

    case_id: int
    into: str
    number: str


@dataclass(frozen=True, slots=True)
class Close:
    """閉じる."""

    case_id: int
    reason: str
    note: str = field(repr=False)
    upto: int | None = None
    """The newest message that whoever closes had before them."""


@dataclass(frozen=True, slots=True)
class SendBack:
    """返す: the desk that was asked gives a つなぎ back."""

    case_id: int
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempted:
    """本人に伝えた・会った, a moment ago. `look_days`: how many days from today somebody looks again, 0 for none."""

    case_id: int
    way: str
    result: str
    said: str = field(repr=False)
    look_days: int = 0


@dataclass(frozen=True, slots=True)
class Reopen:
    """もう一度ひらく."""

    case_id: int
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetUrgency:
    """緊急度を直す. `lowers`: below what the modal showed."""

    case_id: int
    urgency: str
    reason: str = field(repr=False)
    lowers: bool


@dataclass(frozen=True, slots=True)
class Correct:
    """分野を直す: `shown` is what the modal showed of the words up to message `upto`, `wanted` what was made of it."""

    case_id: int
    shown: Labels
    wanted: Labels
    note: str = field(repr=False)
    upto: int


@dataclass(frozen=True, slots=True)
class Report:
    """気づきの通報. `danger`: the reporter says that somebody is in danger now."""

    what: str = field(repr=False)
    where: str = field(repr=False)
    when: str
    danger: str
    wish: str
    signs: str = ""
    """Keys of `intake.conversation.flow.SIGNS`, joined by dots."""


@dataclass(frozen=True, slots=True)
class AskAdvice:
    """支援者の相談."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class LeaveRemark:
    """気になった一言."""

    text: str = field(repr=False)
    place: str = field(default="", repr=False)


OfCase = Press | Reply | Undo | Hand | Hold | Fold | Close | Reopen | SendBack | SetUrgency | Correct | Attempted
"""What is wished of one case."""
Wish = OfCase | AskAdvice | LeaveRemark | Report
