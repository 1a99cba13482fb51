"""統計: what is published of finished months, quarters and years; charts, tables and CSV. No case, no words."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from handoff import facts, ledger, statistics, statistics_shape, statistics_view
from handoff.console.charts import charts_of
from handoff.console.draw import draw
from handoff.console.guard import Absent, Visit, allow, visit
from handoff.console.parts import console_of
from handoff.csv_text import csv_file

Counter = Annotated[Visit, Depends(allow(visit, "intake", "worker", "manager", "auditor"))]
Year = Annotated[str, Query(pattern="^([0-9]{4})?$")]
_SECTION = re.compile(r"[a-z]{1,20}")


def add_stats(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/stats", stats_page, methods=["GET"])
    router.add_api_route("/stats/{section}.csv", stats_csv, methods=["GET"])


def stats_page(request: Request, found: Counter, year: Year = "") -> Response:
    """One fiscal year: its months, quarters and the year, as far as they are published."""
    console = console_of(request)
    office, now = console.parts.office, console.parts.now()
    with console.reading() as session:
        years = statistics.years(session, office.tenant)
        month, so_far = statistics.running(session, office.tenant, now)
        year = year or (years[0] if years else statistics.fiscal_year(month))
        published = statistics.published(session, office.tenant, year)
    columns = statistics_shape.columns(year, published)
    sections = statistics_view.sections(year, published, office.pack)
    return draw(
        request, "stats.html", found,
        year=year, years=years, columns=columns, heat=statistics_view.heat(year, published),
        sections=[(one, charts_of(one, columns, office.pack.sla)) for one in sections],
        so_far=so_far if so_far == 0 or so_far >= office.pack.min_cell else None, month=month,
        closes_at=facts.closes_at(month), least=office.pack.min_cell, hidden=statistics_shape.HIDDEN,
    )  # fmt: skip


def stats_csv(request: Request, found: Counter, section: str, year: Year = "") -> Response:
    """One section of one fiscal year as a file; on record. It holds what the page shows and no more."""
    console = console_of(request)
    office, now = console.parts.office, console.parts.now()
    if not _SECTION.fullmatch(section) or not year:
        raise Absent
    with console.parts.sessions.begin() as session:
        published = statistics.published(session, office.tenant, year)
        lines = statistics_view.lines(year, published, office.pack, section) if published else None
        if lines is None:
            raise Absent
        ledger.audit(
            session, office.audit_key, office.tenant, at=now, action="stats_exported", staff_id=found.staff.id,
            detail=f"{year} {section}",
        )  # fmt: skip
    few = f"{office.pack.min_cell}件未満"
    note = f"{statistics_shape.HIDDEN} は {few}の数か、ひくと {few}の数が分かる数です。"
    body = csv_file([*lines, [], [note]])
    name = f"toukei-{year}-{section}.csv"
    return Response(body, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})
