"""The routes of the API: cases, published statistics. Every call stands in the audit log before its answer leaves."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import select

from bots.api.asking import NOT_FOUND, ApiFault, Asking, needs, on_record
from bots.api.shapes import CaseShape, CasesShape, DeskShape, FiguresShape
from handoff import outward, statistics
from handoff.csv_text import csv_file
from handoff.desk_records import PublishedFigures
from handoff.number import parse_label
from handoff.outward import CaseHead
from intake.clock import to_datetime
from intake.db import reading

Cases = Annotated[Asking, Depends(needs("cases:read"))]
Statistics = Annotated[Asking, Depends(needs("statistics:read"))]
State = Literal["", "draft", "received", "claimed", "handed", "closed"]
_CURSOR: Final = re.compile(r"([0-9]{1,16})-([0-9]{1,19})")
_PERIOD: Final = re.compile(r"[0-9]{4}-(?:[0-9]{2}|Q[1-4]|FY)")
_COLUMNS: Final = (
    "number", "state", "kind", "route", "path", "urgency", "domains", "complexity", "area", "desk", "opened_at",
    "due_at", "changed_at", "closed_at", "close_reason",
)  # fmt: skip


def add_routes(router: APIRouter) -> None:
    """Put the routes on `router`."""
    router.add_api_route("/cases", list_cases, methods=["GET"], summary="相談の一覧（番号と状態）")
    router.add_api_route(
        "/cases.csv", list_csv, methods=["GET"], summary="相談の一覧（CSV）", response_class=Response,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    )  # fmt: skip
    router.add_api_route("/cases/{number}", one_case, methods=["GET"], summary="一つの相談（番号と状態）")
    router.add_api_route("/statistics/{period}", figures, methods=["GET"], summary="公表した統計")


def list_cases(
    asked: Cases,
    after: Annotated[str, Query(max_length=40, description="The cursor `next` of the page before")] = "",
    state: State = "",
    limit: Annotated[int, Query(ge=1, le=outward.PAGE)] = outward.PAGE,
) -> CasesShape:
    """Cases in the order of their last change. Follow `next` to read everything, then ask again with the last one."""
    found = _read(asked, after, state, limit)
    last = f"{found[-1].changed_at}-{found[-1].case_id}" if len(found) == limit else ""
    return CasesShape(cases=[_shape(head) for head in found], next=last)


def list_csv(asked: Cases, after: Annotated[str, Query(max_length=40)] = "", state: State = "") -> Response:
    """The same page as a file for a spreadsheet; the header `X-Next` holds the cursor."""
    found = _read(asked, after, state, outward.PAGE)
    lines = [_COLUMNS, *(tuple(_cell(_shape(head), column) for column in _COLUMNS) for head in found)]
    last = f"{found[-1].changed_at}-{found[-1].case_id}" if len(found) == outward.PAGE else ""
    return Response(
        csv_file(lines), media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="cases.csv"', "X-Next": last},
    )  # fmt: skip


def one_case(asked: Cases, number: str) -> CaseShape:
    """One case by its number, such as T-0412."""
    count = parse_label(number[:40])
    with reading(asked.api.parts.sessions) as session:
        head = outward.case(asked.tenant.office, session, asked.token, count) if count else None
    if head is None:
        raise ApiFault(404, "not_found", NOT_FOUND)
    on_record(asked, "api_case", case_id=head.case_id)
    return _shape(head)


def figures(asked: Statistics, period: str) -> FiguresShape:
    """What was published of one month (2026-11), quarter (2026-Q3) or fiscal year (2026-FY)."""
    wanted = period if _PERIOD.fullmatch(period) else ""  # PostgreSQL takes no NUL in a question
    with reading(asked.api.parts.sessions) as session:
        row = session.scalar(
            select(PublishedFigures).where(
                PublishedFigures.tenant == asked.tenant.name, PublishedFigures.period == wanted
            )
        )
        found = statistics.Figures.of(row) if row is not None else None
    if found is None:
        raise ApiFault(404, "not_found", "その期間の統計は、まだ公表していません。")
    on_record(asked, "api_statistics", detail=found.period)
    return FiguresShape(
        period=found.period, least=found.least, totals=dict(found.totals),
        tables={name: dict(rows) for name, rows in found.tables.items()}, times=dict(found.times),
    )  # fmt: skip


def _read(asked: Asking, after: str, state: str, limit: int) -> list[CaseHead]:
    cursor = (0, 0)
    if after:
        found = _CURSOR.fullmatch(after)
        if found is None:
            raise ApiFault(422, "bad_cursor", "after は、前の答えの next をそのまま入れてください。")
        cursor = int(found[1]), min(int(found[2]), 2**63 - 1)
    with reading(asked.api.parts.sessions) as session:
        heads = outward.cases(asked.tenant.office, session, asked.token, cursor, state=state, limit=limit)
    on_record(asked, "api_cases", detail=str(len(heads)))
    return list(heads)


def _shape(head: CaseHead) -> CaseShape:
    return CaseShape.model_validate(
        {
            "number": head.number, "state": head.state, "kind": head.kind, "route": head.route, "path": head.path,
            "urgency": head.urgency, "domains": list(head.domains), "complexity": head.complexity, "area": head.area,
            "desk": DeskShape(id=head.desk, name=head.desk_name), "owned": head.owned,
            "opened_at": moment(head.opened_at), "due_at": moment(head.due_at),
            "changed_at": moment(head.changed_at), "closed_at": moment(head.closed_at),
            "close_reason": head.close_reason,
        }
    )  # fmt: skip


def moment(at: int | None) -> str | None:
    """RFC 3339 in UTC."""
    return to_datetime(at).isoformat().replace("+00:00", "Z") if at is not None else None


def _cell(shape: CaseShape, column: str) -> str:
    value = getattr(shape, column)
    if isinstance(value, DeskShape):
        return value.name
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value) if value is not None else ""
