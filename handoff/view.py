"""What staff see (見え方): the queue and one case as frozen values, opened after an authorization check.

Reading is not silent: `open_case` writes the audit log in the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff.office import Office, StaffRef
from handoff.plan import Plan
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
    """Its evidence offsets point into `excerpt`'s full text, `text`."""
    text: str
    breadth: int
    waiting_since: int
    due_at: int | None
    owner_name: str
    owner_id: int | None
    owner_desk: str
    version: int


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


VIEWS = ("open", "mine", "replied", "handed", "complex", "child", "lifeline", "foreign", "other", "closed")
"""Saved views of the queue: 未対応, 自分の担当, 返事待ち, つなぎ中, 複合, 子ども, ライフライン通報, 外国語, その他, 終わった."""


def queue(office: Office, session: Session, staff: StaffRef, view: str, now: int, *, limit: int = 100) -> tuple[QueueItem, ...]:
    """The queue by urgency, then waiting time, as this person may see it. An auditor sees no content."""
    raise NotImplementedError


def counts(office: Office, session: Session, staff: StaffRef, now: int) -> Counts:
    """The figures of the queue."""
    raise NotImplementedError


def open_case(office: Office, session: Session, case_id: int, staff: StaffRef, now: int, where: str) -> CaseView:
    """One case, for `staff`, logged as seen `where` (`console`, `slack`). Raises `desk.NotFound`."""
    raise NotImplementedError


def version(session: Session, tenant: str) -> int:
    """A number that changes whenever anything in the queue changed (for live pages)."""
    raise NotImplementedError
