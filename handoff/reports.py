"""A report by a partner or a worker opens a case (通報・代行入力). Works in the caller's transaction, never commits."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import ledger, number, queue, reporters, sightings
from handoff.office import Office, Refused, StaffRef
from intake import given
from intake.cases import add_message, open_case
from intake.records import Message


def file_report(
    office: Office,
    session: Session,
    staff: StaffRef,
    text: str,
    route: str,
    now: int,
    once: str,
    *,
    place: str = "",
    answers: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """A partner's or a worker's report from Slack or the console opens a case (通報・代行入力). Returns its id.

    `route` is `professional` or `slack`; `once` makes a repeated click harmless; `place` is the place as typed;
    `answers` (question of the conversation → answer) stand beside the words. Who reported stands in the vault alone.
    Raises `Refused("empty")`; auditors and managers may not report content.
    """
    if staff.role not in ("intake", "worker"):
        raise Refused("no_right", "この役割では相談を登録できません。")
    if not text.strip():
        raise Refused("empty", "気づいたことを書いてください。")
    told = session.scalar(select(Message.case_id).where(Message.tenant == office.tenant, Message.source == once))
    if told is not None:
        return told
    case = open_case(
        session,
        office.vault,
        office.tenant,
        channel="slack",
        route=route,
        contact=None,
        receipt=number.receipt(secrets.token_bytes(number.RECEIPT_BYTES)),
        now=now,
    )
    for question, said in answers.items():
        given.keep_answer(office.sealer, case, question, said, None)
    message = add_message(session, office.sealer, case, source=once, author="person", kind="text", text=text, at=now)
    organisation = next((desk.name for desk in office.pack.desks if desk.id == staff.desk), office.pack.office)
    about = reporters.About(organisation=organisation, name=staff.name, channel="slack")
    reporters.keep(session, office.vault, case, about, now)
    row = queue.open_ticket(office, session, case, kind="consultation", now=now)
    queue.finish(office, session, case, row, now)
    office.outbox.read_later(session, case.id, message or 0)
    sightings.place_words(office, session, case, row, place, now)
    # The log tells that this person reported, and leaves the case to the vault.
    ledger.audit(session, office.audit_key, case.tenant, at=now, action="reported", staff_id=staff.id)
    return case.id
