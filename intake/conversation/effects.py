"""What the caller carries out, in order and in one transaction, before the says are filled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from intake.conversation.events import MediaKind

Route: TypeAlias = Literal["resident", "lifeline", "professional"]
IdentityMode: TypeAlias = Literal["anonymous", "nickname", "name"]
Level: TypeAlias = Literal["high", "emergency"]


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Begin a case now (number at once, 記入中). Always the first effect of its step."""

    route: Route


@dataclass(frozen=True, slots=True)
class AppendText:
    """Seal these words under the open case, as typed, with the message id of the event being handled."""

    text: str


@dataclass(frozen=True, slots=True)
class AppendMedia:
    """Fetch and seal this medium under the open case."""

    kind: MediaKind
    ref: str


@dataclass(frozen=True, slots=True)
class AppendPlace:
    """Seal this place under the open case."""

    lat: float
    lon: float
    label: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` is a choice key, several joined by ',', or typed words (phone, place). A later answer replaces."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class FinishIntake:
    """The person is done (or silent): 記入中 becomes 受付済."""


@dataclass(frozen=True, slots=True)
class WantsHuman:
    """The person asked for a person."""


@dataclass(frozen=True, slots=True)
class Page:
    """Call the on-call person now; `kinds` sorted. May repeat within a case: the caller folds repeats."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RaiseUrgency:
    """Raise the case to at least this level. There is no effect that lowers."""

    level: Level


@dataclass(frozen=True, slots=True)
class Shred:
    """Destroy the key of the open case: the person confirmed けす."""


@dataclass(frozen=True, slots=True)
class ChooseIdentity:
    """How the person wants to be known; `name` is what they typed, None when not (yet) given."""

    mode: IdentityMode
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ReadProfile:
    """The person chose to give their name by the display name: only now may the profile be read."""


@dataclass(frozen=True, slots=True)
class Hide:
    """Hide word: switch to the innocent menu and push nothing until `Unhide`."""


@dataclass(frozen=True, slots=True)
class Unhide:
    """「相談」 was sent: the ordinary menu, notices allowed again."""


@dataclass(frozen=True, slots=True)
class ForgetMessage:
    """Null every copy of the message with this id."""

    ref: str


@dataclass(frozen=True, slots=True)
class MarkBlocked:
    """Pushes cannot arrive."""


@dataclass(frozen=True, slots=True)
class MarkUnblocked:
    """Pushes can arrive again."""


@dataclass(frozen=True, slots=True)
class NoteUnknown:
    """Count an event (or press) this version does not know."""

    type: str


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A greeting or office question answered without a case; count it and keep it liftable."""

    kind: str


@dataclass(frozen=True, slots=True)
class Enrol:
    """Somebody proved with a partner's code that they work there; `name` is what they typed, None when withheld."""

    partner: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class LeavePartner:
    """The person does not report for their partner any more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The person proved with receipt and passphrase that a case is theirs: it goes on in this talk."""

    receipt: str


@dataclass(frozen=True, slots=True)
class SetPassphrase:
    """Guard the open case with these words (合い言葉); None takes the guard away."""

    words: str | None


@dataclass(frozen=True, slots=True)
class AnswerConsent:
    """The answer to a consent that was asked for (`Consent.id`), or whether the person wants to be at its meeting."""

    ask: int
    answer: Literal[
        "given", "partial", "refused", "withdrawn", "attend_wants", "attend_no", "attend_later", "attend_skip"
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskData:
    """The person asks to see, correct or stop the use of what we hold of them (開示・訂正・利用停止)."""

    kind: Literal["disclosure", "correction", "stop"]


@dataclass(frozen=True, slots=True)
class CancelData:
    """The person takes back what they asked for in this talk about their own data."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """The next words are about something else: leave the present case as it is, open for staff.

    `since_reopened`: the person's words since the case was closed move over into a case of their own.
    """

    since_reopened: bool = False


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the person says after the end: is the trouble lighter? `again` also asks to be heard once more."""

    answer: Literal["better", "same", "again"]


Effect: TypeAlias = (
    OpenCase
    | AppendText
    | AppendMedia
    | AppendPlace
    | Answer
    | FinishIntake
    | WantsHuman
    | Page
    | RaiseUrgency
    | Shred
    | ChooseIdentity
    | ReadProfile
    | Hide
    | Unhide
    | ForgetMessage
    | MarkBlocked
    | MarkUnblocked
    | NoteUnknown
    | SmallTalk
    | Enrol
    | LeavePartner
    | Claim
    | SetPassphrase
    | AnswerConsent
    | AskData
    | CancelData
    | NewCase
    | Feedback
)
