"""A paper (FAX・手紙) beside what was taken down of it: scanned, cleaned, sealed with the case. Never commits."""

from __future__ import annotations

from typing import BinaryIO, Final, Protocol

from sqlalchemy.orm import Session

from handoff.acting import done, seen_by
from handoff.office import Office, Refused, StaffRef
from intake.records import Case

MOST: Final = 1_000_000
"""Bytes of a scan: so much of an upload stays in memory, so that no paper of anybody ever lies open on a disk."""


class Scan(Protocol):
    """A scan that was looked at and may be kept."""

    def keep(self, session: Session, case: Case, staff_id: int, now: int) -> None:
        """Write its message and its sealed bytes into the case, in the caller's transaction."""
        ...


class Scans(Protocol):
    """Looks at scans (`bots.media.scans`)."""

    def look(self, source: BinaryIO, media_type: str, name: str) -> Scan:
        """Clean what was sent: a picture is encoded anew, a paper must be what it says. Takes seconds.

        Raises `Refused` with a sentence.
        """
        ...


def attach(office: Office, session: Session, case_id: int, staff: StaffRef, scan: Scan, now: int) -> None:
    """Put the scan into the case. Raises `NotFound`, `Refused("erased")`."""
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。紙は添えられません。")
    scan.keep(session, case, staff.id, now)
    done(office, session, case, row, staff, now, "scan_added")
