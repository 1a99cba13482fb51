"""What staff and the machine do to a case (窓口の仕事): the effects around `ticket` and `plan`.

Every function works inside the caller's transaction and never commits; it writes history, audit and outgoing rows
together with the change, so that either all of it happened or none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from handoff.pack import Pack
    from intake.outbox import Outbox
    from intake.seal import Sealer


@dataclass(frozen=True, slots=True)
class StaffRef:
    """A signed-in member of staff (職員), as authorization needs it. `role`: intake, worker, manager, auditor."""

    id: int
    tenant: str
    name: str
    role: str
    desk: str


class Refused(Exception):
    """A wish that cannot be granted. `code` is for tests and logs, `message_ja` for the person on screen."""

    def __init__(self, code: str, message_ja: str) -> None:
        super().__init__(code)
        self.code = code
        self.message_ja = message_ja


class NotFound(Refused):
    """No such case for this person: the same answer for absent and forbidden."""


class Conflict(Refused):
    """Somebody else was first (さきに担当になりました)."""


@dataclass(frozen=True, slots=True)
class Office:
    """What the effects need: the municipality's pack, the sealer, the audit key, and the way out."""

    tenant: str
    pack: Pack
    sealer: Sealer
    audit_key: bytes
    outbox: Outbox


def claim(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """担当する. Raises `Conflict` when another person has it, `NotFound` when it may not be seen."""
    raise NotImplementedError


def release(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """担当をやめる: back to the desk's queue."""
    raise NotImplementedError


def reply(office: Office, session: Session, case_id: int, staff: StaffRef, text: str, now: int, once: str) -> None:
    """返信: the text goes to the person's channel as written. `once` makes a repeated click harmless.

    Raises `Refused("empty")`, `Refused("too_long")` (over 5,000 UTF-16 units), `Refused("no_channel")` when the
    person cannot be reached on LINE (blocked, erased, reported from Slack or hidden), `Conflict` when another person owns it.
    """
    raise NotImplementedError


def hand(
    office: Office, session: Session, case_id: int, staff: StaffRef, to_desk: str, basis: str, ask: str, keep: str, now: int
) -> None:
    """つなぐ: to a desk of the pack, with a basis code, what we ask for and what we keep doing (both required)."""
    raise NotImplementedError


def close(
    office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, note: str, now: int
) -> None:
    """閉じる with a reason of `ticket.CloseReason`; `other` needs a note."""
    raise NotImplementedError


def set_urgency(
    office: Office, session: Session, case_id: int, staff: StaffRef, urgency: str, reason: str, now: int
) -> None:
    """緊急度を直す. Lowering needs a reason."""
    raise NotImplementedError


def page(office: Office, session: Session, case_id: int, staff: StaffRef, now: int) -> None:
    """緊急として呼び出す: everybody on call."""
    raise NotImplementedError


def note(office: Office, session: Session, case_id: int, staff: StaffRef, text: str, now: int) -> None:
    """メモ: seen by staff only."""
    raise NotImplementedError


def file_report(office: Office, session: Session, staff: StaffRef, text: str, route: str, now: int, once: str) -> int:
    """A partner's or a worker's report from Slack or the console opens a case. Returns its id."""
    raise NotImplementedError
