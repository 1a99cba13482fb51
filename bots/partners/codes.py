"""Enrolment codes of partners (登録コード), kept nowhere: made from the register and the pepper whenever needed."""

from __future__ import annotations

import hmac
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bots.parts import Parts, Tenant
from handoff import number
from handoff.clock import TOKYO
from handoff.pack import Partner
from intake.clock import now_ms, to_datetime
from intake.records import InboxEvent

TRIES = 10
"""Wrong codes that one person may type in an hour; a code has 45 bits."""
WRONG = "partner_code:wrong"
_HOUR_MS = 3_600_000


def code_for(parts: Parts, tenant: Tenant, partner: Partner) -> str:
    """The code that this partner's workers type once. Another one in every town and after each new `generation`."""
    found = parts.vault.blind.of(tenant.name, "partner", f"{partner.code}:{partner.generation}")
    return number.partner_code(bytes.fromhex(found.partition(":")[2]))


def valid(partner: Partner, today: date) -> bool:
    """Whether the agreement holds today (its last day still counts)."""
    return partner.until is None or today <= partner.until


def today_of(now: int) -> date:
    """The day in Japan at `now` (ms)."""
    return to_datetime(now).astimezone(TOKYO).date()


def find(tenant: Tenant, code: str) -> Partner | None:
    """The partner with this code in the register (`SUIDO-01`), None when there is none."""
    return next((partner for partner in tenant.pack.partners if partner.code == code), None)


def partner_of(parts: Parts, tenant: Tenant, text: str, now: int | None = None) -> tuple[str, str] | None:
    """(code in the register, name) of the partner whose enrolment code the whole text is; None when nobody's.

    A partner whose agreement is over matches nothing. Every partner is compared in constant time.
    """
    typed = number.parse_partner_code(text)
    if typed is None:
        return None
    today, found = today_of(now_ms() if now is None else now), None
    for partner in tenant.pack.partners:
        same = hmac.compare_digest(code_for(parts, tenant, partner), typed)
        if same and valid(partner, today):
            found = (partner.code, partner.name)
    return found


def try_code(
    parts: Parts, session: Session, tenant: Tenant, event: InboxEvent, text: str, now: int
) -> tuple[str, str] | None:
    """`partner_of` for the text of this event, at most `TRIES` wrong ones an hour and person; a wrong one is noted.

    Over the limit the right code fails too, so that guessing learns nothing.
    """
    if number.parse_partner_code(text) is None or _wrong_tries(session, event, now) >= TRIES:
        return None
    found = partner_of(parts, tenant, text, now)
    if found is None:
        event.note = WRONG
    return found


def _wrong_tries(session: Session, event: InboxEvent, now: int) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(InboxEvent)
            .where(
                InboxEvent.tenant == event.tenant,
                InboxEvent.partition == event.partition,
                InboxEvent.note == WRONG,
                InboxEvent.received_at > now - _HOUR_MS,
            )
        )
        or 0
    )
