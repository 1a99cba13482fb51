"""練習: 管理 makes practice cases for the people at the desk, and clears them again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from handoff import ledger
from handoff.console.draw import draw
from handoff.console.guard import Absent, Visit, allow, posted, visit
from handoff.console.parts import console_of
from handoff.practice import MOST, Practice

Manager = Annotated[Visit, Depends(allow(visit, "manager"))]
ManagerPost = Annotated[Visit, Depends(allow(posted, "manager"))]
_PAGE = "/console/training"


def add_training(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/training", training_page, methods=["GET"])
    router.add_api_route("/training", make, methods=["POST"])
    router.add_api_route("/training/clear", clear, methods=["POST"])


def training_page(request: Request, found: Manager) -> Response:
    """How many practice cases there are, and the two forms."""
    return _page(request, found)


def make(request: Request, found: ManagerPost, count: Annotated[str, Form()] = "") -> Response:
    """練習の相談を作る."""
    number = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    if not 1 <= number <= MOST:
        return _page(request, found, f"1〜{MOST} の数を入れてください。", 422)
    made = _practice(request).make(number)
    _log(request, found, "practice_made", str(made))
    return Response(status_code=303, headers={"Location": _PAGE})


def clear(request: Request, found: ManagerPost, confirmed: Annotated[str, Form()] = "") -> Response:
    """練習の相談をすべて消す, once the box was ticked."""
    if confirmed != "yes":
        return _page(request, found, "消すときは、たしかめの欄に印を付けてください。", 422)
    cleared = _practice(request).clear()
    _log(request, found, "practice_cleared", str(cleared))
    return Response(status_code=303, headers={"Location": _PAGE})


def _page(request: Request, found: Visit, problem: str = "", status: int = 200) -> Response:
    standing = _practice(request).standing()
    return draw(request, "training.html", found, status, standing=standing, most=MOST, problem=problem)


def _practice(request: Request) -> Practice:
    practice = console_of(request).parts.practice
    if practice is None:
        raise Absent
    return practice


def _log(request: Request, found: Visit, action: str, detail: str) -> None:
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        ledger.audit(
            session, parts.office.audit_key, parts.office.tenant, at=parts.now(), action=action,
            staff_id=found.staff.id, detail=detail,
        )  # fmt: skip
