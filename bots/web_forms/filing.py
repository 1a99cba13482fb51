"""A form becomes a case (通報・連絡票の受付): everything in one transaction, a doubled form harmless."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bots.media.brought import Brought
from bots.media.receive import keep_brought
from bots.parts import Parts, Tenant
from bots.web_forms.report import Sent, answers_of, words_of
from handoff import agreements, areas, ledger, loop, number, opening, queue, reporters, sightings
from handoff.number import label_of
from handoff.pack import Partner
from handoff.records import Ticket
from intake import cases, given
from intake.db import reading
from intake.doubled import first_time, key_of
from intake.records import Case, InboxEvent
from triage.assessment import Urgency

CHANNEL = "web"
_ROUTE = {"tsuho": "lifeline", "renraku": "professional"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter is given: the number, the code that goes with it, and how far it has come."""

    label: str
    code: str
    stage: loop.Stage
    kind: str
    danger: bool = False
    tells: bool = True


def file(
    parts: Parts,
    tenant: Tenant,
    sent: Sent,
    partner: Partner | None,
    now: int,
    brought: Brought | None = None,
    *,
    channel: str = CHANNEL,
) -> None:
    """Open the case of a checked form; a form that was sent before changes nothing. Commits."""
    rings = sent.danger or bool(parts.alarm.scan(sent.typed).kinds)
    with parts.sessions.begin() as session:
        what, note = _what(sent.once), f"form:{sent.kind}"
        event = first_time(session, parts.vault, tenant.name, channel, what, now, note=note)
        if event is None:
            return
        case, row = opening.open_case(tenant.office, session, channel=channel, route=_ROUTE[sent.kind], now=now)
        event.case_id = case.id
        office, text = tenant.office, words_of(sent)
        source, written = f"in:{event.id}:0", None
        if text:
            written = cases.add_message(
                session, office.sealer, case, source=source, author="person", kind="text", text=text, at=now
            )
        if brought is not None:
            _keep(parts, session, case, event.id, brought, now)
        for name, said in answers_of(sent):
            given.keep_answer(office.sealer, case, name, said, None)
        areas.told(office, session, case, row, now)
        _reporter(parts, session, sent, partner, case, now)
        if partner is not None:
            agreements.goes_first(office, session, case, partner)
        code = partner.code if partner else ""
        for words in (sent.get("place"), sent.get("customer")):
            sightings.place_words(office, session, case, row, words, now, partner=code)
        queue.finish(office, session, case, row, now)
        if rings:
            queue.raise_urgency(office, session, case, row, Urgency.EMERGENCY, now)
            ledger.remember(session, office.sealer, case, at=now, actor="person", what="alarm")
            queue.page(office, session, row, now)
            ledger.changed(session, office.outbox, row)
        elif sent.grave:
            queue.raise_urgency(office, session, case, row, Urgency.HIGH, now)
            ledger.changed(session, office.outbox, row)
        if written:
            office.outbox.read_later(session, case.id, written)


def _keep(parts: Parts, session: Session, case: Case, event_id: int, brought: Brought, now: int) -> None:
    """The message of the file that came with the form; its text is the mark of its bytes, no word of anybody."""
    mark = f"web:{hashlib.sha256(brought.body).hexdigest()[:32]}"
    source, sealer = f"in:{event_id}:1", parts.vault.sealer
    written = cases.add_message(
        session, sealer, case, source=source, author="person", kind=brought.kind, text=mark, at=now
    )
    keep_brought(parts, session, case, written or 0, brought, now)


def receipt_of(parts: Parts, tenant: Tenant, once: str) -> Receipt | None:
    """What came of the form with this mark; None when there is none, or its case was erased."""
    with reading(parts.sessions) as session:
        case_id = session.scalar(
            select(InboxEvent.case_id).where(
                InboxEvent.tenant == tenant.name,
                InboxEvent.channel == CHANNEL,
                InboxEvent.event_key == key_of(_what(once)),
            )
        )
        found = ledger.case_and_ticket(session, tenant.name, case_id) if case_id else None
        return _receipt(parts, tenant, session, *found) if found and found[0].erased_at is None else None


def status_of(parts: Parts, tenant: Tenant, label: str, code: str) -> loop.Stage | None:
    """How far a report has come, by its number and its code together; None for anything that does not fit."""
    typed, count = number.parse_receipt(code), number.parse_label(label)
    lookup = parts.vault.blind.of(tenant.name, "receipt", typed or "")
    with reading(parts.sessions) as session:
        case = session.scalar(select(Case).where(Case.tenant == tenant.name, Case.receipt_lookup == lookup))
        if typed is None or case is None or case.number != count or case.route not in loop.ROUTES:
            return None
        found = ledger.case_and_ticket(session, tenant.name, case.id)
        return loop.stage_told(tenant.office, session, *found) if found and case.erased_at is None else None


def _reporter(parts: Parts, session: Session, sent: Sent, partner: Partner | None, case: Case, now: int) -> None:
    organisation = sent.get("organisation")
    if partner is not None:
        organisation = f"{partner.name}　{organisation}".strip("　")
    about = reporters.About(
        partner=partner.code if partner else "",
        organisation=organisation,
        name=sent.get("name"),
        phone=sent.get("phone"),
        channel=CHANNEL,
    )
    reporters.keep(session, parts.vault, case, about, now)


def _receipt(parts: Parts, tenant: Tenant, session: Session, case: Case, row: Ticket) -> Receipt:
    kind = next(kind for kind, route in _ROUTE.items() if route == case.route)
    danger = row.urgency == Urgency.EMERGENCY
    return Receipt(
        label_of(case.number, case.route), cases.receipt_of(parts.vault.sealer, case),
        loop.stage_told(tenant.office, session, case, row), kind, danger,
        tells=agreements.tells(tenant.office, session, case),
    )  # fmt: skip


def _what(once: str) -> str:
    return f"form\x1f{once}"
