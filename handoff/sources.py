"""By which path a case came (情報の経路 R1–R6 of the domain sheet §1.3), and how far what came may go.

A path that a form, a feed or a meeting brought stands in `CaseSource`; every other follows from `Case.route`. R5 (情報
提供の取り決め) is no path of a case but the agreement behind R3b: it stands in the register of partners (協定台帳).
Works in the caller's transaction and never commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.office import Office
from handoff.path_codes import PATHS, Path, path_of
from handoff.path_records import CaseSource
from handoff.secrecy import SECRECIES
from intake import cases
from intake.records import Case
from intake.seal import Cell, Sealer

_BEYOND: Final = frozenset({"C2a", "C2b", "C2c", "C2d", "C3"})
"""A duty to notify and a life in danger go before the secrecy of any meeting."""
_WITHOUT_ITS_WORDS: Final = "C0"
"""With the person's consent their own words may go; what the meeting told is cut out (`handoff.packet.cut`)."""
ADDED: Final = "proxy:"
"""What begins `Message.source` of words that staff wrote down of the person later (`proxy.add_words`)."""

__all__ = [
    "ADDED",
    "PATHS",
    "Path",
    "Source",
    "goes_beyond",
    "kept_from",
    "known",
    "path_of",
    "paths_of",
    "remember",
    "restriction",
    "source_of",
    "stays_behind",
    "words_of",
]


@dataclass(frozen=True, slots=True)
class Source:
    """How one case came, for its page. `meeting`: where it was told, or which questionnaire; "" elsewhere.

    `secrecy`: see `restriction`.
    """

    path: Path
    meeting: str = ""
    secrecy: str = ""

    @property
    def secrecy_ja(self) -> str:
        """「支援会議（社会福祉法106条の6）で聞いた情報です。…」; "" where nothing restricts it."""
        rule = SECRECIES.get(self.secrecy)
        return rule.told_ja if rule is not None else ""


def source_of(session: Session, case: Case) -> str:
    """The path code of the case (`R1` … `R6`)."""
    row = session.get(CaseSource, case.id)
    return row.path if row is not None else path_of(case.route)


def paths_of(session: Session, cases: Sequence[Case]) -> dict[int, str]:
    """case id → path code, looked up at once."""
    rows = select(CaseSource.case_id, CaseSource.path).where(CaseSource.case_id.in_([case.id for case in cases]))
    known: dict[int, str] = {row.case_id: row.path for row in session.execute(rows)}
    return {case.id: known.get(case.id) or path_of(case.route) for case in cases}


def restriction(session: Session, case: Case) -> str:
    """The code of `SECRECIES` under which the case was told to us in a meeting (R2), "" for none.

    It may go no further than that: ask `goes_beyond` before it is shared on another basis.
    """
    row = session.get(CaseSource, case.id)
    return row.secrecy if row is not None else ""


def goes_beyond(secrecy: str, basis: str) -> bool:
    """Whether nothing of what was told under `secrecy` ("" for nothing) may go on `basis`.

    With the person's consent the case may go, and the meeting's words stay: see `stays_behind`.
    """
    return stays_behind(secrecy, basis) and basis != _WITHOUT_ITS_WORDS


def stays_behind(secrecy: str, basis: str) -> bool:
    """Whether what was told under `secrecy` ("" for nothing) is left out of what goes on `basis`. Pure."""
    return bool(secrecy) and basis != secrecy and basis not in _BEYOND


def kept_from(session: Session, case_ids: Sequence[int], basis: str) -> frozenset[int]:
    """Those of the cases of which what a meeting told is left out on `basis`, looked up at once."""
    rows = select(CaseSource.case_id, CaseSource.secrecy).where(CaseSource.case_id.in_(case_ids))
    return frozenset(row.case_id for row in session.execute(rows) if stays_behind(row.secrecy, basis))


def known(session: Session, sealer: Sealer, case: Case) -> Source | None:
    """All that is known of how the case came; None for a route of a newer release."""
    row = session.get(CaseSource, case.id)
    path = PATHS.get(row.path if row is not None else path_of(case.route))
    if path is None:
        return None
    if row is None:
        return Source(path)
    meeting = ""
    if row.meeting_sealed is not None and case.erased_at is None:
        meeting = sealer.open_text(_cell(case), row.meeting_sealed)
    return Source(path, meeting, row.secrecy)


def remember(
    office: Office, session: Session, case: Case, path: str, now: int, *, meeting: str = "", secrecy: str = ""
) -> None:
    """Write down by which path the case came. Raises `ValueError` on an unknown path or secrecy."""
    if path not in PATHS or (secrecy and secrecy not in SECRECIES):
        raise ValueError("no such path or secrecy")
    sealed = office.sealer.seal_text(case.key_id, _cell(case), meeting) if meeting else None
    session.merge(
        CaseSource(
            case_id=case.id, tenant=case.tenant, path=path, meeting_sealed=sealed, secrecy=secrecy, at=now
        )
    )  # fmt: skip


def words_of(office: Office, session: Session, case: Case) -> tuple[str, str]:
    """Of a case that was told in a meeting: what was told there, and what the person said to staff since.

    ("", "") once it was erased.
    """
    said: dict[bool, list[str]] = {True: [], False: []}
    for message in cases.person_messages(session, case):
        words = cases.text_of(office.sealer, message) if message.kind in cases.READABLE else ""
        if words:
            said[message.source.startswith(ADDED)].append(words)
    return "\n".join(said[False]), "\n".join(said[True])


def _cell(case: Case) -> Cell:
    return Cell(case.tenant, "case_sources", "meeting_sealed", case.id)
