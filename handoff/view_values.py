"""What staff see, as frozen values (見え方の値). Public through `handoff.view`."""

from __future__ import annotations

from dataclasses import dataclass, field

from handoff.enclosed import Enclosed
from handoff.judged import Standing
from handoff.plan import Plan
from handoff.reach import LINE_WAY, Way
from triage.assessment import Assessment


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a case. `author`: person, machine, staff. `text` is "" when unsent (取消)."""

    id: int
    at: int
    author: str
    staff_name: str
    kind: str
    text: str
    unsent: bool
    delivery: str
    """For messages to the person: `waiting`, `sent`, `unknown` 送信不明, `failed`; else ""."""
    attachment: Enclosed | None = None
    """For a photo, voice, video or file, whose `text` is "": the channel's id of it is no word of anybody."""
    outgoing_id: int = 0
    """The row of the outbox for a message to the person, else 0."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the history (経過)."""

    at: int
    actor: str
    staff_name: str
    what: str
    detail: str
    note: str


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One card of the queue (受付の一覧). Times in ms UTC; `due_at` None when no promise can be computed."""

    case_id: int
    label: str
    """`T-0412`."""
    state: str
    kind: str
    urgency: str
    route: str
    identity: str
    title: str
    """The first words of the person's text (at most 40 code points)."""
    excerpt: str
    assessment: Assessment | None
    """As it counts, with people's labels above the machine's. Its evidence offsets point into `excerpt`'s full text,
    `text`."""
    text: str
    breadth: int
    waiting_since: int
    due_at: int | None
    owner_name: str
    owner_id: int | None
    owner_desk: str
    version: int
    judged: Standing = field(default_factory=Standing)
    """The labels that people set (職員が直しました)."""
    urgency_by: str = "machine"
    """Who set the urgency last: `machine` or `staff`."""
    read_upto: int = 0
    """The id of the last message that `assessment` covers."""
    silence: str = ""
    """Why no answer reaches the person now (届かない可能性): a key of `handoff.reach.SILENCE_JA`, "" when one does."""
    refused: bool = False
    """The person concerned does not want to be reported (同意なし)."""
    hold_until: int | None = None
    """保留: out of the way until then (ms UTC), or until the person writes."""
    folded_into: int | None = None
    """まとめた先: the case under which this one stands."""
    folded_label: str = ""
    """`T-0412` of the case that this one was folded into."""
    answered: bool = False
    """Staff answered, and we wait for the person (返事待ち)."""
    speaker: str = "bot"
    """Who speaks with the person: `bot`, `human` since staff answered, `returned` (given back to the bot)."""
    practice: bool = False
    """A case of the practice mode (練習): about nobody."""
    lives: str = ""
    """Where the person of concern lives, or that it is another municipality (`handoff.residence`); "" while unknown."""
    town: str = ""
    """The same without a district: the municipality alone, which may stand on a card of Slack."""

    @property
    def by_staff(self) -> frozenset[str]:
        """Every label that people set, an urgency of theirs among them: none of these is a guess."""
        return self.judged.labels | ({self.urgency} if self.urgency_by == "staff" else frozenset())


@dataclass(frozen=True, slots=True)
class Undoable:
    """An answer of this member of staff that has not left yet (取り消せます), until `until` (ms UTC)."""

    outgoing_id: int
    until: int


@dataclass(frozen=True, slots=True)
class FoldedCase:
    """A case that stands under another (まとめた相談), as that one's page shows it: its words come there."""

    case_id: int
    label: str
    route: str
    lines: tuple[Line, ...]
    waiting: bool
    """Whether its person waits for an answer of their own."""
    reachable: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case, whole (相談の画面)."""

    item: QueueItem
    receipt: str
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    plan: Plan | None
    answers: tuple[tuple[str, str], ...]
    """(question in Japanese, answer in Japanese) of the intake."""
    name: str
    """The name the person gave, or ""."""
    reachable: bool
    way: Way = LINE_WAY
    """Where an answer stands for the person, and when they last looked there."""
    language: str = ""
    """The language that the person chose for the conversation, "" when they chose none."""
    newest_id: int = 0
    """The id of the newest message of the person or of staff: what whoever answers had before them (`seen_upto`)."""
    undoable: tuple[Undoable, ...] = ()
    """What whoever looks wrote and can still take back."""
    speaker: str = "bot"
    """As in `item`."""
    folded: tuple[FoldedCase, ...] = ()
    """The cases that stand under this one and may be seen, the oldest first."""
    whose: str = "本人"
    """Who speaks in the case (`wording.speaker_ja`): a report holds no word of the person it is about."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures on top of the queue."""

    overdue: int
    due_soon: int
    """Within 30 minutes."""
    longest_wait_ms: int
    today: int
    today_complex: int
    unclaimed: int
    mine: int
    waiting_reply: int
    handed: int


VIEWS = (
    "open", "mine", "replied", "handed", "held", "due", "complex", "child", "lifeline", "foreign", "other", "closed",
)  # fmt: skip
"""未対応, 自分の担当, 返事待ち, つなぎ中, 複合, 子ども, ライフライン通報, 外国語, その他, 終わった."""
