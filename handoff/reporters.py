"""The reporter vault (通報者の保管): who reported a case, under a key of its own, in no view, card, packet or export.

Whoever receives a notice of child abuse must not reveal who gave it (児童虐待防止法7条). So the case itself knows
nothing of its reporter; who needs to know opens the vault with a reason, which stands in history and audit log.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy.orm import Session

from handoff.acting import done, seen_by
from handoff.agreements import cell_of
from handoff.office import NotFound, Office, Refused, StaffRef
from handoff.plan_store import reading_of
from handoff.records import Ticket
from intake.cases import Vault
from intake.door_records import Reporter
from intake.records import Case
from intake.seal import Sealer

ROUTES = frozenset({"lifeline", "professional", "slack", "remark", "meeting", "feed"})
"""The ways by which somebody reports another person's trouble."""
LAW_JA = (
    "児童虐待の通告かもしれません。通告した人を特定させることは、だれにも漏らしてはいけません（児童虐待防止法7条）。"
    "保護者・関係機関・ほかの職員にも伝えないでください。"
)


@dataclass(frozen=True, slots=True)
class About:
    """Who reported. What is unknown is "". `partner`: the code in the register; `channel`: line, web, slack, or a way
    of `proxy.WAY_JA`.
    """

    partner: str = ""
    organisation: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    channel: str = ""
    said_in: str = field(default="", repr=False)
    """Blind index of the message that gave the telephone: taking it back takes it out of the vault too."""


def keep(session: Session, vault: Vault, case: Case, about: About, now: int) -> None:
    """Put the reporter of this case into the vault, or replace what it holds."""
    row = session.get(Reporter, case.id)
    if row is None:
        key_id = vault.keys.create(case.tenant, "reporter")
        row = Reporter(case_id=case.id, tenant=case.tenant, key_id=key_id, at=now)
        session.add(row)
    known = {name: value for name, value in asdict(about).items() if value}
    row.about_sealed = vault.sealer.seal_text(row.key_id, cell_of(row), json.dumps(known, ensure_ascii=False))
    session.flush()


def holds(session: Session, tenant: str, case_id: int) -> bool:
    """Whether the vault holds somebody for this case. No authorization check."""
    row = session.get(Reporter, case_id)
    return row is not None and row.tenant == tenant and row.about_sealed is not None


def about_of(session: Session, sealer: Sealer, case: Case) -> About | None:
    """Who reported, None when the vault holds nobody. Only for the loop back to the reporter: staff use `reveal`."""
    row = session.get(Reporter, case.id)
    if row is None or row.tenant != case.tenant or row.about_sealed is None:
        return None
    return About(**json.loads(sealer.open_text(cell_of(row), row.about_sealed)))


def add_phone(session: Session, vault: Vault, case: Case, phone: str, said_in: str, now: int) -> None:
    """Put how the reporter can be reached beside what the vault knows of them."""
    known = about_of(session, vault.sealer, case) or About(channel=case.channel)
    keep(session, vault, case, replace(known, phone=phone, said_in=said_in), now)


def take_back(session: Session, vault: Vault, case: Case, said_in: str) -> None:
    """The message with the telephone was taken back (取消)."""
    known = about_of(session, vault.sealer, case)
    if known is not None and known.said_in == said_in:
        keep(session, vault, case, replace(known, phone="", said_in=""), case.opened_at)


def reveal(office: Office, session: Session, case_id: int, staff: StaffRef, reason: str, now: int) -> About:
    """通報した人を見る. The reason goes into the history; that it was opened, into history and audit log.

    Raises `Refused("reason_needed")`, `NotFound` for a case that may not be seen or has nobody in the vault.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    about = about_of(session, office.sealer, case)
    if about is None:
        raise NotFound("not_found", "通報した人の記録はありません。")
    if not reason.strip():
        raise Refused("reason_needed", "見る理由を書いてください。")
    done(office, session, case, row, staff, now, "reporter_opened", note=reason.strip())
    return about


def law_ja(office: Office, row: Ticket) -> str:
    """The law to be read beside the reporter of a case about abuse of a child, else ""."""
    read = reading_of(office.sealer, row)
    return LAW_JA if read is not None and "abuse_child" in read.themes else ""


def forget(session: Session, case: Case) -> list[int]:
    """Empty the vault of this case (けす). Returns the keys to be destroyed after the commit."""
    row = session.get(Reporter, case.id)
    if row is None or row.tenant != case.tenant:
        return []
    row.about_sealed = None  # the row stays and names its key, so that the sweep can finish what a crash cut short
    return [row.key_id]
