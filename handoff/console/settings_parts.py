"""What every page of settings shares (設定の画面の土台): who may, the form, 前 → 後 before saving, 〔前に戻す〕.

A form is read, tried against the pack (nothing is written), shown as 前 → 後, and only then saved. What was typed goes
into the page of 前 → 後 as the change itself, which is tried again when it is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session

from handoff import overlay_desks, overlay_store
from handoff.clock import TOKYO
from handoff.console.draw import draw
from handoff.console.guard import Absent, Visit, allow, posted, visit
from handoff.console.parts import console_of
from handoff.console.settings_form import Sent
from handoff.console.settings_preview import preview
from handoff.console.settings_sections import SECTIONS, Section
from handoff.desks import desk as desk_of
from handoff.office import Conflict, Refused
from handoff.overlay_rows import changes_of
from handoff.overlay_store import Unusable, Wish
from handoff.overlay_words import Difference, differences
from handoff.pack import Desk, Pack
from intake.clock import to_datetime

Manager = Annotated[Visit, Depends(allow(visit, "manager"))]
ManagerPost = Annotated[Visit, Depends(allow(posted, "manager"))]


async def sent_form(request: Request) -> Sent:
    """The fields of the form that was sent; files are no fields."""
    found: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value.replace("\0", ""))
    return Sent({name: tuple(values) for name, values in found.items()})


Form = Annotated[Sent, Depends(sent_form)]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form was not taken: by field, and above the form. Nothing was changed."""

    fields: Mapping[str, str] = field(default_factory=dict)
    top: str = ""
    status: int = 422

    def at(self, name: str) -> str:
        """What is wrong with this field, "" when nothing is."""
        return self.fields.get(name, "")


FINE = Trouble(status=200)
Again = Callable[[Trouble], Response]
"""Draws the form again with what was typed and what is wrong."""
FIELD_OF: Mapping[str, str] = {
    "unreachable": "phone", "wrong_layer": "layer", "never_open": "known", "wrong_every_minutes": "every_minutes",
    "empty_round": "rota", "wrong_rota_name": "rota", "unknown_address": "rota", "no_way_to_desk": "domains",
    "unknown_desk": "desk", "unknown_sign": "signs", "wrong_generation": "generation", "wrong_office": "office",
    "no_neutral": "neutral", "wrong_neutral": "neutral", "telling_neutral": "neutral", "wrong_notice": "text",
    "wrong_template": "text", "unknown_placeholder": "text", "telling_template": "text", "fallback_narrow": "projects",
}  # fmt: skip
"""Beside which field a finding of `pack check` stands."""


def settings_page(
    request: Request, found: Visit, page: str, section: Section | None = None, status: int = 200, /, **context: object
) -> Response:
    """Template `settings/<page>`, among the sections."""
    context.setdefault("trouble", FINE)
    saved = request.query_params.get("saved") == "1"
    return draw(
        request, f"settings/{page}", found, status, sections=SECTIONS, section=section, saved=saved, **context
    )  # fmt: skip


def pack_now(request: Request) -> Pack:
    """The pack with every change, not seconds old."""
    with console_of(request).reading() as session:
        return overlay_store.effective(console_of(request).parts.office, session).pack


def seen_of(request: Request, kind: str, key: str) -> int:
    """The newest change of this thing, to be sent along with the form."""
    console = console_of(request)
    with console.reading() as session:
        changes = changes_of(session, console.tenant)
    return overlay_store.newest_id(changes, kind, key)


def newest(request: Request, kind: str, key: str, sent: Sent, trouble: Trouble) -> int:
    """What goes along with a form that is drawn again: who came too late has seen the newest now."""
    return seen_of(request, kind, key) if trouble.status == 409 else sent.seen()


def known_desk(pack: Pack, desk_id: str) -> Desk:
    """The desk of an address. Raises `Absent`."""
    found = desk_of(pack, desk_id)
    if found is None:
        raise Absent
    return found


def confirm(
    request: Request, found: Visit, section: Section, wish: Wish, again: Again, wrong: Mapping[str, str] | None = None
) -> Response:
    """前 → 後 of a wish, to be saved by one more press; the form again when it cannot be."""
    if wrong:
        return again(Trouble(wrong, "直すところがあります。まだ何も変わっていません。"))
    console = console_of(request)
    with console.reading() as session:
        try:
            proposal = overlay_store.propose(console.parts.office, session, wish)
            extra = moving_words(session, console.tenant, proposal.before, proposal.after)
        except Refused as refusal:
            return again(trouble_of(refusal, wish))
    changed = differences(proposal.before, proposal.after, now_of(request))
    if not changed:
        return again(Trouble(top="いまの設定と同じです。変わるところがありません。", status=200))
    return shown(request, found, section, wish, changed, proposal.after, extra=extra)


def shown(
    request: Request,
    found: Visit,
    section: Section,
    wish: Wish,
    changed: tuple[Difference, ...],
    after: Pack,
    *,
    extra: tuple[str, ...] = (),
    status: int = 200,
    conflict: str = "",
) -> Response:
    """The page of 前 → 後."""
    desk = desk_of(after, wish.key) if wish.kind == "hours" else None
    days = preview(desk.hours, now_of(request).date()) if desk else ()
    return settings_page(
        request, found, "confirm.html", section, status, wish=wish, changed=changed, days=days, extra=extra,
        conflict=conflict,
    )  # fmt: skip


def moving_words(session: Session, tenant: str, before: Pack, after: Pack) -> tuple[str, ...]:
    """How many open cases a closing desk's successor takes over."""
    gone = {desk.id: desk.name for desk in before.desks}
    left = gone.keys() - {desk.id for desk in after.desks}
    counts = {desk_id: overlay_desks.open_cases(session, tenant, desk_id) for desk_id in left}
    return tuple(
        f"{gone[desk_id]}の終わっていない相談 {count} 件が移ります。" for desk_id, count in counts.items() if count
    )


def trouble_of(refusal: Refused, wish: Wish) -> Trouble:
    """A refusal as it stands on the page: beside its field where there is one."""
    if isinstance(refusal, Unusable):
        fields: dict[str, str] = {}
        for problem in refusal.problems:
            name = _field(problem.code, problem.message_ja, wish.value)
            fields[name] = "　".join([*filter(None, [fields.get(name)]), problem.message_ja])
        top = "直すところがあります。まだ何も変わっていません。"
        return Trouble(fields, fields.pop("", "") or top)
    return Trouble(top=refusal.message_ja, status=409 if isinstance(refusal, Conflict) else 422)


def _field(code: str, message: str, value: str) -> str:
    if code == "wrong_digits":
        number = message.rpartition(": ")[2]
        return "fax" if f'"fax": "{number}"' in value and f'"phone": "{number}"' not in value else "phone"
    return FIELD_OF.get(code, "")


def now_of(request: Request) -> datetime:
    """Now, in Tokyo."""
    return to_datetime(console_of(request).parts.now()).astimezone(TOKYO)
