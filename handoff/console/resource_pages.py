"""資源・居場所: what there is in town, with filters; cards written on screen. About no case."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from handoff import offers, resources, service_list
from handoff.clock import TOKYO
from handoff.console.draw import draw
from handoff.console.guard import READERS, Visit, allow, posted, visit
from handoff.console.parts import console_of
from handoff.office import NotFound, Refused
from handoff.pack import Pack
from handoff.packs.local import RESOURCE_FORM_JA, RESOURCE_KIND_JA, Link
from handoff.resources import DAYS, LIMITS, Filter
from intake.clock import to_datetime

Looker = Annotated[Visit, Depends(allow(visit, *READERS, "manager"))]
Writer = Annotated[Visit, Depends(allow(posted, *READERS, "manager"))]
CardId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Word = Annotated[str, Query(max_length=60)]
_CHOICES = ("kind", "form", "area", "public", "verified_on")


def add_resources(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/resources", list_page, methods=["GET"])
    router.add_api_route("/resources/new", new_page, methods=["GET"])
    router.add_api_route("/resources/new", written, methods=["POST"])
    router.add_api_route("/resources/{card_id}", card_page, methods=["GET"])
    router.add_api_route("/resources/{card_id}", rewritten, methods=["POST"])
    router.add_api_route("/resources/{card_id}/end", ended, methods=["POST"])


def list_page(
    request: Request, found: Looker, kind: Word = "", form: Word = "", area: Word = "", day: Word = "",
    words: Word = "", free: Word = "",
) -> Response:  # fmt: skip
    """Every card that fits. What does not stand in a list of choices is no filter."""
    console = console_of(request)
    office = console.parts.office
    areas = tuple(place.name for place in office.pack.areas)
    wanted = Filter(
        kind=kind if kind in RESOURCE_KIND_JA else "", form=form if form in RESOURCE_FORM_JA else "",
        area=area if area in areas else "", day=day if day and day in DAYS else "", words=words, free=free == "1",
    )  # fmt: skip
    with console.reading() as session:
        every = resources.cards(office, session)
    return draw(
        request, "resources.html", found, cards=resources.found(every, wanted), every=len(every), wanted=wanted,
        kinds=RESOURCE_KIND_JA, forms=RESOURCE_FORM_JA, areas=areas, days=DAYS,
        seeds=offers.may_see(office, found.staff), pack=office.pack, links=links_of(office.pack, _today(request)),
        over=service_list.plan_over(office.pack, _today(request)),
    )  # fmt: skip


def links_of(pack: Pack, today: date) -> tuple[tuple[str, tuple[tuple[Link, bool], ...]], ...]:
    """The pages of the plan and of other bodies under their headings, and whether each was looked at lately."""
    heads = (("計画", "plan"), ("関係機関", ""))
    return tuple(
        (head, tuple((one, service_list.sure_of(one, today)) for one in pack.links if one.kind == kind))
        for head, kind in heads
    )


def new_page(request: Request, found: Looker, offer: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0) -> Response:
    """An empty card, or the draft of one out of an offer (資源のたね)."""
    typed: dict[str, str] = {}
    if offer:
        console = console_of(request)
        with console.reading() as session:
            seed = offers.opened(console.parts.office, session, found.staff, offer)
        kind = {"place": "place", "work": "work", "help": "work", "goods": "food"}.get(seed.kind, "other")
        typed = {"what": seed.text[: LIMITS["what"]], "kind": kind}
    return _form(request, found, typed, offer=offer)


async def written(request: Request, found: Writer) -> Response:
    """Write a card."""
    return await _write(request, found, None)


def card_page(request: Request, card_id: CardId, found: Looker) -> Response:
    """A card written on screen, to be changed."""
    console = console_of(request)
    with console.reading() as session:
        card = resources.one(console.parts.office, session, card_id)
    typed = {name: str(getattr(card.resource, name) or "") for name in (*LIMITS, *_CHOICES)}
    return _form(request, found, typed | {"public": "1" if card.resource.public else ""}, card_id=card_id)


async def rewritten(request: Request, card_id: CardId, found: Writer) -> Response:
    """Write it anew."""
    return await _write(request, found, card_id)


def ended(request: Request, card_id: CardId, found: Writer) -> Response:
    """Take it away."""
    parts = console_of(request).parts
    with parts.sessions.begin() as session:
        resources.end(parts.office, session, found.staff, card_id, parts.now())
    return Response(status_code=303, headers={"Location": "/console/resources"})


def _today(request: Request) -> date:
    return to_datetime(console_of(request).parts.now()).astimezone(TOKYO).date()


async def _write(request: Request, found: Visit, card_id: int | None) -> Response:
    import anyio.to_thread

    form = {name: str(value).replace("\0", "") for name, value in (await request.form()).items()}
    return await anyio.to_thread.run_sync(lambda: _kept(request, found, card_id, form))


def _kept(request: Request, found: Visit, card_id: int | None, form: dict[str, str]) -> Response:
    parts = console_of(request).parts
    said = form.get("offer", "")
    offer = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0
    try:
        with parts.sessions.begin() as session:
            resources.write(
                parts.office, session, found.staff, form, parts.now(), card_id=card_id, offer_id=offer or None
            )
    except NotFound:
        raise
    except Refused as refusal:
        return _form(request, found, form, card_id=card_id, offer=offer, problem=refusal.message_ja)
    return Response(status_code=303, headers={"Location": "/console/resources"})


def _form(
    request: Request, found: Visit, typed: dict[str, str], *, card_id: int | None = None, offer: int = 0,
    problem: str = "",
) -> Response:  # fmt: skip
    areas = tuple(place.name for place in console_of(request).parts.office.pack.areas)
    return draw(
        request, "resource.html", found, 422 if problem else 200, typed=typed, card_id=card_id, offer=offer,
        problem=problem, kinds=RESOURCE_KIND_JA, forms=RESOURCE_FORM_JA, areas=areas, limits=LIMITS,
    )  # fmt: skip
