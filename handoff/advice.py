"""支援者の相談: staff ask the 多機関協働 desk for advice, with or without a case. Works in the caller's transaction.

It becomes a case of its own (route `advice`) in that desk's queue. Nobody need name a resident for it: a case that it
is about is named by its number, and only by somebody who may see that case.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import acting, ledger, number, queue
from handoff.arrivals import dangerous
from handoff.desk_records import AdviceAsker
from handoff.desks import fallback, for_project
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.pack import Pack, Project
from handoff.reach import ADVICE
from handoff.records import Ticket
from intake.cases import add_message, open_case
from intake.records import Case, Message
from triage.assessment import Urgency

ROUTE: Final = ADVICE
WISH_JA: Final = {"ask": "助言がほしい（担当は自分のまま）", "hand": "引きうけてもらえるか相談したい"}
MAX_LENGTH: Final = 3_000
_ABSENT: Final = "その相談は見つかりません。"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a member of staff asks. `wish`: a key of `WISH_JA`; `unclear`: まだ課題がはっきりしない."""

    question: str = field(repr=False)
    wish: str = "ask"
    unclear: bool = False
    about: str = ""
    tried: str = field(default="", repr=False)


def desk_of(pack: Pack) -> str:
    """The id of the desk that is asked: the pack's first of 多機関協働, else the one that takes everything."""
    found = for_project(pack, Project.COORDINATION)
    return found[0].id if found else fallback(pack).id


def ask(
    office: Office, session: Session, staff: StaffRef, asked: Asked, now: int, once: str, *, channel: str = "slack"
) -> int:
    """Open the case of the question; returns its id. `once` makes a repeated click harmless. `channel`: where asked.

    Raises `Refused("empty")`, `Refused("too_long")`, `Refused("no_right")` for 管理 and 監査, and `NotFound` for a
    number that is none or not for this person's eyes.
    """
    if staff.role not in ("intake", "worker"):
        raise Refused("no_right", "この役割では相談を登録できません。")
    if not asked.question.strip():
        raise Refused("empty", "相談したいことを、ひとこと書いてください。")
    if max(len(asked.question), len(asked.tried)) > MAX_LENGTH:
        raise Refused("too_long", f"文が長すぎます（{MAX_LENGTH:,}字まで）。")
    told = session.scalar(select(Message.case_id).where(Message.tenant == office.tenant, Message.source == once))
    if told is not None:
        return told
    about = case_about(office, session, staff, asked.about)
    if about:  # locked before the audit log, whose chain everybody who holds a case waits for
        ledger.case_and_ticket(session, office.tenant, about[0].id, lock=True)
    case = open_case(
        session, office.vault, office.tenant, channel=channel, route=ROUTE, contact=None,
        receipt=number.receipt(secrets.token_bytes(number.RECEIPT_BYTES)), now=now,
    )  # fmt: skip
    text = _words(office.pack, staff, asked, about[0] if about else None)
    session.add(AdviceAsker(case_id=case.id, tenant=case.tenant, staff_id=staff.id, at=now))
    message = add_message(session, office.sealer, case, source=once, author="person", kind="text", text=text, at=now)
    row = queue.open_ticket(office, session, case, kind="consultation", now=now)
    row.owner_desk = desk_of(office.pack)
    queue.finish(office, session, case, row, now)
    office.outbox.read_later(session, case.id, message or 0)
    ledger.audit(
        session, office.audit_key, case.tenant, at=now, action="advice_asked", staff_id=staff.id, case_id=case.id
    )
    if about:
        label = number.label_of(case.number, case.route)
        ledger.remember(
            session, office.sealer, about[0], at=now, actor="staff", staff_id=staff.id, what="advice_asked",
            detail=label,
        )  # fmt: skip
        ledger.changed(session, office.outbox, about[1], quiet=True)
    return case.id


def ring(office: Office, session: Session, case_id: int, asked: Asked, now: int) -> bool:
    """Words of danger in a question call whoever is on duty, as they do anywhere. Says whether they did."""
    found = ledger.case_and_ticket(session, office.tenant, case_id, lock=True) if dangerous(asked.question) else None
    if found is None:
        return False
    case, row = found
    queue.raise_urgency(office, session, case, row, Urgency.EMERGENCY, now)
    queue.page(office, session, row, now)
    ledger.changed(session, office.outbox, row)
    return True


def case_about(office: Office, session: Session, staff: StaffRef, typed: str) -> tuple[Case, Ticket] | None:
    """The case of a number that somebody typed, None for an empty field.

    Raises `NotFound` with the same words for what is no number, no case, or not for this person's eyes.
    """
    if not typed.strip():
        return None
    count = number.parse_label(typed)
    found = None
    if count is not None:
        case_id = session.scalar(select(Case.id).where(Case.tenant == office.tenant, Case.number == count))
        found = ledger.case_and_ticket(session, office.tenant, case_id) if case_id else None
    if found is None or not acting.may_see(found[1], staff):
        raise NotFound("not_found", _ABSENT)
    return found


def _words(pack: Pack, staff: StaffRef, asked: Asked, about: Case | None) -> str:
    """The text of the case: the question as written, then what stands around it."""
    desk = next((known.name for known in pack.desks if known.id == staff.desk), pack.office)
    lines = [
        ("してほしいこと", WISH_JA.get(asked.wish, "")),
        ("課題", "まだはっきりしない" if asked.unclear else ""),
        ("もとの相談", number.label_of(about.number, about.route) if about else ""),
        ("これまでにしたこと", asked.tried.strip()),
        ("相談した職員", f"{staff.name}（{desk}）"),
    ]
    return "\n".join([asked.question.strip(), *(f"{head}：{text}" for head, text in lines if text)])
