"""災害モード on screen: on and off with a look before, and the list of people to be asked first if they are safe."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from handoff import disaster, disaster_words, safety_list
from handoff.console.case_pages import typed
from handoff.console.draw import draw
from handoff.console.guard import Reader, Visit, Watcher, allow, posted
from handoff.console.parts import console_of
from handoff.office import Refused

Switcher = Annotated[Visit, Depends(allow(posted, "intake", "manager"))]
_PAGE = "/console/disaster"


def add_disaster(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/disaster", disaster_page, methods=["GET"])
    router.add_api_route("/disaster", switched, methods=["POST"])
    router.add_api_route("/disaster/list", safety_page, methods=["GET"])


def disaster_page(request: Request, found: Watcher, done: Annotated[str, Query(max_length=8)] = "") -> Response:
    """How it stands, what it does, and the form for who may change it."""
    return _page(request, found, done=done)


def switched(
    request: Request, found: Switcher, notice: Annotated[str, Form()] = "", sure: Annotated[str, Form()] = "",
    off: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Without `sure` only the look at what people will read; nothing has changed then."""
    parts = console_of(request).parts
    words = typed(notice).strip()
    if sure != "yes" and off != "yes":
        if not words or len(words) > disaster.LONGEST:
            problem = f"お知らせを書いてください（{disaster.LONGEST}字まで）。"
            return _page(request, found, problem=problem, notice=words, status=422)
        return _page(request, found, look=f"{words}\n{disaster_words.slow_words('ja')}", notice=words)
    try:
        with parts.sessions.begin() as session:
            if off == "yes":
                disaster.switch_off(parts.office, session, found.staff, parts.now())
            else:
                disaster.switch_on(parts.office, session, found.staff, words, parts.now())
    except Refused as refusal:
        return _page(request, found, problem=refusal.message_ja, notice=words, status=422)
    return Response(status_code=303, headers={"Location": f"{_PAGE}?done={'off' if off == 'yes' else 'on'}"})


def safety_page(
    request: Request, found: Reader, page: Annotated[int, Query(ge=1, le=1000)] = 1
) -> Response:  # fmt: skip
    """安否の確認リスト. The look is logged."""
    console = console_of(request)
    parts = console.parts
    with parts.sessions.begin() as session:
        listed = safety_list.listed(parts.office, session, found.staff, parts.now(), console.gists, page)
    return draw(request, "safety_list.html", found, listed=listed, most=safety_list.MOST)


def _page(
    request: Request, found: Visit, *, problem: str = "", notice: str = "", look: str = "", done: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    return draw(
        request, "disaster.html", found, status, problem=problem, notice=notice, look=look, done=done,
        longest=disaster.LONGEST, may=found.staff.role in disaster.MAY_SWITCH, slow=disaster_words.slow_words("ja"),
    )  # fmt: skip
