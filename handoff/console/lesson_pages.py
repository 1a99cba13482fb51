"""惜しいケース・足りなかった資源: written about nobody, by month; what 地域づくり may know of needs. CSV on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response

from handoff import facts, ledger, lessons, needs
from handoff.console.case_pages import Field, typed
from handoff.console.draw import draw
from handoff.console.guard import READERS, Absent, Reader, ReaderPost, Visit, allow, visit
from handoff.console.parts import console_of
from handoff.csv_text import csv_file
from handoff.lesson_check import Finding
from handoff.meetings import MONTH
from handoff.office import NotFound, Refused
from handoff.statistics import fiscal_year
from triage.labels import THEME_JA

Looker = Annotated[Visit, Depends(allow(visit, *READERS, "manager"))]
LessonId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Month = Annotated[str, Query(max_length=7)]
_ABOUT = r"^([0-9]{0,18}|[1-8][0-9]{18}|9[01][0-9]{17})$"
"""A case's id as far as one can be (below 2^63), or nothing."""
About = Annotated[str, Query(pattern=_ABOUT)]
"""The case that taught it ("" for none): its names are looked for in the text, and nothing of it is kept."""


def add_lessons(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/lessons", month_page, methods=["GET"])
    router.add_api_route("/lessons", written, methods=["POST"])
    router.add_api_route("/lessons/needs.csv", needs_csv, methods=["GET"])
    router.add_api_route("/lessons/{kind}.csv", lessons_csv, methods=["GET"])
    router.add_api_route("/lessons/{lesson_id}/remove", removed, methods=["POST"])


def month_page(request: Request, found: Looker, month: Month = "", about: About = "") -> Response:
    """One month: both lists, how many of each theme in the year, and the needs of the last published month."""
    return _page(request, found, month, values={"about": about})


def written(
    request: Request, found: ReaderPost, kind: Field = "", month: Field = "", theme: Field = "", text: Field = "",
    sure: Field = "", about: Annotated[str, Form(pattern=_ABOUT)] = "",
) -> Response:  # fmt: skip
    """Write one down. What may tell who it is about is shown first, and asked about once."""
    parts, text = console_of(request).parts, typed(text)
    values = {"kind": kind, "month": month, "theme": theme, "text": text, "about": about}
    try:
        with parts.sessions.begin() as session:
            lessons.write(
                parts.office, session, found.staff, kind, month, theme, text, parts.now(), sure=sure == "yes",
                case_id=int(about) if about else None,
            )  # fmt: skip
    except lessons.Doubtful as doubt:
        return _page(request, found, month, values=values, problem=doubt.message_ja, findings=doubt.findings)
    except NotFound:
        raise
    except Refused as refusal:
        return _page(request, found, month, values=values, problem=refusal.message_ja)
    return Response(status_code=303, headers={"Location": f"/console/lessons?month={month}"})


def removed(request: Request, lesson_id: LessonId, found: ReaderPost, month: Field = "") -> Response:
    """Take one away, with its key."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        key_id = lessons.remove(parts.office, session, found.staff, lesson_id, parts.now())
    parts.office.vault.destroy([key_id])
    back = month if MONTH.fullmatch(month) else ""
    return Response(status_code=303, headers={"Location": f"/console/lessons?month={back}"})


def lessons_csv(request: Request, found: Reader, kind: str, month: Month = "") -> Response:
    """One list of one month as a file; on record."""
    parts = console_of(request).parts
    if kind not in lessons.KIND_JA or not MONTH.fullmatch(month):
        raise Absent
    with parts.sessions.begin() as session:
        lines = lessons.lines(parts.office, session, found.staff, kind, month, parts.now())
    return _file(csv_file(lines), f"{kind}-{month}.csv")


def needs_csv(request: Request, found: Looker, month: Month = "") -> Response:
    """The needs of a published month by theme, small numbers hidden; on record."""
    parts = console_of(request).parts
    office = parts.office
    with parts.sessions.begin() as session:
        rows = needs.by_theme(office, session, month)
        if not rows:
            raise Absent
        ledger.audit(
            session, office.audit_key, office.tenant, at=parts.now(), action="stats_exported", staff_id=found.staff.id,
            detail=f"{month} needs",
        )  # fmt: skip
    return _file(csv_file(needs.lines(rows, month, office.pack.min_cell)), f"needs-{month}.csv")


def _file(body: bytes, name: str) -> Response:
    return Response(body, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _page(
    request: Request, found: Visit, month: str, *, values: dict[str, str] | None = None, problem: str = "",
    findings: tuple[Finding, ...] = (),
) -> Response:  # fmt: skip
    parts = console_of(request).parts
    office, now = parts.office, parts.now()
    shown = month if MONTH.fullmatch(month) and month <= facts.month_of(now) else facts.month_of(now)
    reads = found.staff.role in READERS
    with console_of(request).reading() as session:
        lists = {kind: lessons.of_month(office, session, kind, shown) if reads else () for kind in lessons.KIND_JA}
        counted = lessons.counts(session, office.tenant, fiscal_year(shown))
        closed = needs.months(session, office.tenant)
        wanted = next((one for one in closed if one <= shown), closed[0] if closed else "")
        rows = needs.by_theme(office, session, wanted) if wanted else ()
    return draw(
        request, "lessons.html", found, 422 if problem else 200, month=shown, lists=lists, kinds=lessons.KIND_JA,
        yearly=_yearly(counted), themes=THEME_JA, values=values or {}, problem=problem, findings=findings,
        needs=[one for one in rows if one.count is not None], untold=sum(one.count is None for one in rows),
        needs_month=wanted, least=office.pack.min_cell, longest=lessons.LONGEST, reads=reads,
        this_month=facts.month_of(now),
    )  # fmt: skip


def _yearly(counted: Mapping[tuple[str, str, str], int]) -> list[tuple[str, int, int]]:
    """(theme in words, 惜しい, 足りない) of the year, the most first."""
    themes = {theme for _, _, theme in counted}
    rows = []
    for theme in themes:
        near, lack = (
            sum(count for (kind, _, one), count in counted.items() if kind == wanted and one == theme)
            for wanted in ("near", "lack")
        )
        rows.append((THEME_JA.get(theme, "そのほか"), near, lack))
    return sorted(rows, key=lambda row: (-row[1] - row[2], row[0]))
