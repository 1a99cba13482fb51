"""設定: the index with what is stale, saving after 前 → 後, the history of a setting and 〔前に戻す〕."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from handoff import overlay_store
from handoff.console.guard import Absent
from handoff.console.parts import console_of
from handoff.console.settings_desks import add_desks
from handoff.console.settings_hours import add_hours
from handoff.console.settings_numbers import add_numbers
from handoff.console.settings_on_call import add_on_call
from handoff.console.settings_others import add_others
from handoff.console.settings_partners import add_partner_settings
from handoff.console.settings_parts import (
    Form,
    Manager,
    ManagerPost,
    moving_words,
    now_of,
    settings_page,
    shown,
    trouble_of,
)  # fmt: skip
from handoff.console.settings_sections import OF_KIND, Section
from handoff.console.settings_texts import add_texts
from handoff.office import Refused
from handoff.overlay_store import Wish
from handoff.overlay_words import differences
from handoff.pack import STALE_DAYS, Level, Pack, Problem, check

HOME = "/console/settings"
_OF_AGE = frozenset({"stale", "never_verified"})
Key = Annotated[str, Query(max_length=80)]


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry that nobody made sure of lately. `since`: days, None when never."""

    name: str
    since: int | None
    path: str


def add_settings(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/settings", index_page, methods=["GET"])
    router.add_api_route("/settings/save", save, methods=["POST"])
    router.add_api_route("/settings/history", history_page, methods=["GET"])
    router.add_api_route("/settings/back", back, methods=["POST"])
    for add in (add_desks, add_hours, add_on_call, add_texts, add_numbers, add_partner_settings, add_others):
        add(router)


def index_page(request: Request, found: Manager) -> Response:
    """What there is to set, what is stale, what cannot be used, the latest changes."""
    console = console_of(request)
    office, now = console.parts.office, now_of(request)
    with console.reading() as session:
        laid = overlay_store.effective(office, session)
        lately = overlay_store.lately(session, console.tenant)
    checked, old = check(laid.pack, now.date()), stale(laid.pack, now.date())
    return settings_page(
        request, found, "index.html", stale=old, unusable=laid.unusable, lately=lately,
        problems=[one for one in checked if one.level is Level.ERROR], warnings=warnings(checked, old),
        of_kind=OF_KIND, names=names_of(laid.pack),
    )  # fmt: skip


def stale(pack: Pack, today: date) -> tuple[Stale, ...]:
    """Desks and lines that were never made sure of, or not for `STALE_DAYS`; desks first."""
    entries = [(desk.name, desk.verified_on, f"desks/{desk.id}") for desk in pack.desks]
    entries += [(line.label, line.verified_on, "numbers") for line in pack.numbers]
    return tuple(
        Stale(name, (today - day).days if day else None, path)
        for name, day, path in entries
        if day is None or (today - day).days > STALE_DAYS
    )


def warnings(checked: Iterable[Problem], old: Iterable[Stale]) -> tuple[str, ...]:
    """What `pack check` warns of, but for what stands among `old` already; an ended plan first, for it is all of it."""
    said = tuple(f"{one.name}: " for one in old)
    found = [
        one
        for one in checked
        if one.level is Level.WARNING and not (one.code in _OF_AGE and one.message_ja.startswith(said))
    ]
    return tuple(one.message_ja for one in sorted(found, key=lambda one: one.code != "plan_over"))


def names_of(pack: Pack) -> dict[str, str]:
    """`kind key` → what staff call the thing."""
    names = {f"{kind} {desk.id}": desk.name for desk in pack.desks for kind in ("desk", "hours")}
    names |= {f"number {line.id}": line.label for line in pack.numbers}
    return names | {f"partner {one.code}": one.name for one in pack.partners}


def save(request: Request, found: ManagerPost, sent: Form) -> Response:
    """変える: write what the page of 前 → 後 showed. Refused or overtaken: that page again, with why."""
    console = console_of(request)
    wish = wish_of(sent.one("kind"), sent.one("key"), sent.one("value"), sent.one("seen"))
    section = _section(wish.kind)
    try:
        with console.parts.sessions.begin() as session:
            overlay_store.put(console.parts.office, session, found.staff, wish, console.parts.now())
    except Refused as refusal:
        if refusal.code == "not_manager":
            raise Absent from None
        trouble = trouble_of(refusal, wish)
        said = "　".join([*trouble.fields.values()]) or trouble.top
        with console.reading() as session:
            pack = overlay_store.effective(console.parts.office, session).pack
        return shown(request, found, section, wish, (), pack, status=trouble.status, conflict=said)
    return RedirectResponse(f"{HOME}/{section.path}?saved=1", 303)


def history_page(request: Request, found: Manager, kind: Key, key: Key) -> Response:
    """Who changed this when, and what."""
    console, section = console_of(request), _section(kind)
    with console.reading() as session:
        entries = overlay_store.history(console.parts.office, session, kind, key)
        pack = overlay_store.effective(console.parts.office, session).pack
    changes = [(entry, differences(entry.before, entry.after, now_of(request))) for entry in entries]
    called = names_of(pack).get(f"{kind} {key}", section.title)
    return settings_page(request, found, "history.html", section, entries=changes, kind=kind, key=key, called=called)


def back(request: Request, found: ManagerPost, sent: Form) -> Response:
    """前に戻す: what stood before the newest change, by way of 前 → 後."""
    console = console_of(request)
    kind, key = sent.one("kind"), sent.one("key")
    section = _section(kind)
    with console.reading() as session:
        before = overlay_store.value_before(session, console.tenant, kind, key)
        if before is None:
            raise Absent
        wish = Wish(kind, key, *before)
        pack = overlay_store.effective(console.parts.office, session).pack
        try:
            proposal = overlay_store.propose(console.parts.office, session, wish)
        except Refused as refusal:
            trouble = trouble_of(refusal, wish)
            said = "　".join(trouble.fields.values()) or trouble.top
            return shown(request, found, section, wish, (), pack, status=trouble.status, conflict=said)
        extra = moving_words(session, console.tenant, proposal.before, proposal.after)
    changed = differences(proposal.before, proposal.after, now_of(request))
    return shown(request, found, section, wish, changed, proposal.after, extra=extra)


def wish_of(kind: str, key: str, value: str, seen: str) -> Wish:
    """What a form asks for. Raises `Absent` for what no page of ours sends."""
    if kind not in OF_KIND or not key or not seen.isascii() or not seen.isdigit() or len(seen) > 19:
        raise Absent
    return Wish(kind, key, value, int(seen))


def _section(kind: str) -> Section:
    found = OF_KIND.get(kind)
    if found is None:
        raise Absent
    return found
