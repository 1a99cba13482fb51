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

from handoff.basis import BASES
from handoff.office import Office
from handoff.path_codes import PATHS, Path, path_of
from handoff.path_records import CaseSource
from intake.records import Case
from intake.seal import Cell, Sealer

_BEYOND: Final = frozenset({"C2a", "C2b", "C2c", "C2d", "C3"})
"""A duty to notify and a life in danger go before the secrecy of any meeting."""

__all__ = [
    "PATHS",
    "Path",
    "Source",
    "goes_beyond",
    "known",
    "path_of",
    "paths_of",
    "remember",
    "restriction",
    "source_of",
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
        basis = BASES.get(self.secrecy)
        if basis is None:
            return ""
        return (
            f"「{basis.name_ja}」の根拠（{basis.law}）で聞いた情報です。"
            "同じ根拠でだけ渡せます。通告・通報と、命や体を守るためのときは、この限りではありません。"
        )


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
    """The basis code under which the case was told to us in a meeting (R2), "" for none.

    It may go no further than that basis: ask `goes_beyond` before it is shared on another.
    """
    row = session.get(CaseSource, case.id)
    return row.secrecy if row is not None else ""


def goes_beyond(secrecy: str, basis: str) -> bool:
    """Whether sharing on `basis` would carry what was told under `secrecy` ("" for nothing) further than allowed."""
    return bool(secrecy) and basis != secrecy and basis not in _BEYOND


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
    """Write down by which path the case came. Raises `ValueError` on an unknown path or basis."""
    if path not in PATHS or (secrecy and secrecy not in BASES):
        raise ValueError("no such path or basis")
    sealed = office.sealer.seal_text(case.key_id, _cell(case), meeting) if meeting else None
    session.merge(
        CaseSource(
            case_id=case.id, tenant=case.tenant, path=path, meeting_sealed=sealed, secrecy=secrecy, at=now
        )
    )  # fmt: skip


def _cell(case: Case) -> Cell:
    return Cell(case.tenant, "case_sources", "meeting_sealed", case.id)
