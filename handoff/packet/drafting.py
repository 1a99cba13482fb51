"""A packet as it would be (連絡票の下書き): permitted, collected, cut, anonymous where needed. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from handoff.basis import REPLY
from handoff.clock import TOKYO
from handoff.number import case_label
from handoff.office import Office, Refused, StaffRef
from handoff.packet import answering, consented, permitted
from handoff.packet.anonymise import anonymised, blur, known_of
from handoff.packet.as_json import Body, Letterhead, body_of
from handoff.packet.cut import Variant, cut, variant_of
from handoff.packet.fields import forms
from handoff.packet.names import names_in
from handoff.packet.sealed import edition
from handoff.packet.sheet import sheet_of
from handoff.records import Staff, Ticket
from intake.clock import to_datetime
from intake.records import Case

LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What packet somebody wants; as the keywords of `store.make`."""

    kind: str
    basis: str
    recipients: tuple[str, ...]
    ask: str = field(repr=False)
    keep: str = field(default="", repr=False)
    scope: str = ""
    decided_by: int | None = None
    checked: str = field(default="", repr=False)


def draft(
    office: Office, session: Session, case: Case, row: Ticket, staff: StaffRef, wish: Wish, now: int
) -> tuple[Body, str]:
    """The packet without a number, and what stayed behind by why (`tax:2,reporter:1`).

    Raises `Refused` with the first reason why it may not be made. No look at the right of `staff` to act on the case.
    """
    if case.erased_at is not None:
        raise Refused("erased", "本人が消した相談です。連絡票は作れません。")
    if wish.kind not in forms():
        raise Refused("no_kind", "連絡票の種類を選んでください。")
    answers = wish.basis == REPLY.code
    to = (
        answering.to(office, session, case, wish.kind, wish.recipients)
        if answers
        else permitted.recipients_of(office, case, wish.recipients)
    )
    if not to:
        raise Refused("no_recipient", "だれに渡すかを選んでください。")
    if not wish.ask.strip():
        raise Refused("incomplete", "「お願いしたいこと」を書いてください。")
    if max(map(len, _typed(wish))) > LONGEST:
        raise Refused("too_long", f"文が長すぎます（{LONGEST:,}字まで）。")
    decider = _name(session, office, wish.decided_by)
    ask, keep, checked = map(str.strip, _typed(wish))
    whole = sheet_of(office, session, case, row)
    if answers:
        scope, variant = "", Variant.NO_CONSENT
        left = answering.only(office, session, case, whole, _typed(wish))
    else:
        scope = permitted.scope_of(office, session, case, wish.basis, to, wish.scope, decider, wish.kind)
        permitted.of_no_meeting(office, session, case, wish.basis, _typed(wish))
        variant, ids = variant_of(wish.basis), [one.id for one in to]
        whole = replace(whole, consents=consented.record_for(office, session, case, wish.kind, ids))
        if variant is Variant.CONSENT:
            theirs = consented.entries_for(office, session, case, wish.kind, ids)
            whole = replace(whole, entries={**whole.entries, **theirs})
        left = cut(whole, wish.basis, variant, scope)
    if variant is Variant.ANONYMOUS:
        known = known_of(whole, permitted.secrets_of(office, session, case), names_in)
        left, ask, keep = anonymised(left, known), blur(ask, known), blur(keep, known)
        checked = blur(checked, known)
    desk = permitted.desk_of(office, staff, row)
    head = Letterhead(
        number="",
        kind=wish.kind,
        basis=wish.basis,
        variant=variant,
        scope=scope,
        municipality=office.pack.municipality,
        code=office.pack.code,
        # never L-…: that a partner reported it is not for the receiver to know
        case="" if variant is Variant.ANONYMOUS else case_label(case.number),
        made_at=to_datetime(now).astimezone(TOKYO).isoformat(timespec="minutes"),
        desk=desk.name,
        desk_phone=desk.phone,
        desk_fax=desk.fax,
        by=staff.name,
        decided_by=decider,
        recipients=to,
        ask=ask,
        keep=keep,
        edition=edition(office, session, case, wish.kind, [one.name for one in to]),
        checked=checked,
    )
    dropped = ",".join(f"{why}:{count}" for why, count in sorted(left.dropped.items()))
    return body_of(head, left), dropped


def _typed(wish: Wish) -> tuple[str, str, str]:
    return wish.ask, wish.keep, wish.checked


def _name(session: Session, office: Office, staff_id: int | None) -> str:
    row = session.get(Staff, staff_id) if staff_id is not None else None
    return row.name if row is not None and row.tenant == office.tenant else ""
