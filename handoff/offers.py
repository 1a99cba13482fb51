"""資源のたね: who wants to help, lend or give. Outside every case, for 地域づくり; each under a key of its own.

In the caller's transaction; never commits. Keys named by a return value are to be destroyed after the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import desks, ledger
from handoff.acting import seen_by
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef
from handoff.pack import Desk, Project
from handoff.path_records import Offer
from intake.ids import new_id
from intake.seal import Cell
from triage.offering import KIND_JA

ASK_MS: Final = 30 * 60_000
"""How long the question how to reach somebody stays open."""
MOST_A_DAY: Final = 5
"""More than these from one person in a day are read as any other message."""
LONGEST: Final = 1_000
STATE_JA: Final = {
    "new": "新しい申し出",
    "card": "資源カードにしました",
    "thanked": "お礼をしました",
    "dropped": "終わりにしました",
}
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Seed:
    """One offer as the 地域づくり desk sees it."""

    id: int
    kind: str
    state: str
    at: int
    text: str = field(repr=False)
    reach: str = field(repr=False)
    settled_at: int | None = None

    @property
    def kind_ja(self) -> str:
        """What is offered, in words."""
        return KIND_JA.get(self.kind, KIND_JA["other"])

    @property
    def state_ja(self) -> str:
        """Where it stands, in words."""
        return STATE_JA[self.state]


def may_see(office: Office, staff: StaffRef) -> bool:
    """受付, and who works at a desk of 地域づくり."""
    if staff.tenant != office.tenant or staff.role not in ("intake", "worker"):
        return False
    desk = desks.desk(office.pack, staff.desk)
    return staff.role == "intake" or (desk is not None and Project.COMMUNITY in desk.projects)


def desk_of(office: Office) -> Desk:
    """The desk of 地域づくり; where there is none, the one that takes everything."""
    found = next((desk for desk in office.pack.desks if Project.COMMUNITY in desk.projects), None)
    return found or desks.fallback(office.pack)


def take(
    office: Office, session: Session, kind: str, text: str, now: int, *, contact_id: int | None = None,
    lookup: str | None = None, reach: str | None = None,
) -> int:  # fmt: skip
    """Keep an offer; returns its id. `reach` of None: how to reach them will be asked."""
    row_id, key_id = new_id(), office.vault.keys.create(office.tenant, "offer")
    row = Offer(
        id=row_id, tenant=office.tenant, key_id=key_id, kind=kind if kind in KIND_JA else "other",
        contact_id=contact_id, lookup=lookup, at=now,
        text_sealed=office.sealer.seal_text(key_id, _cell(office, "text_sealed", row_id), text.strip()[:LONGEST]),
    )  # fmt: skip
    session.add(row)
    if reach is not None:
        keep_reach(office, row, reach)
    session.flush()
    ledger.audit(session, office.audit_key, office.tenant, at=now, action="offer_taken", staff_id=None, detail=row.kind)
    return row_id


def keep_reach(office: Office, row: Offer, reach: str) -> None:
    """How to reach them, in their own words; "" when they did not want to say."""
    cell = _cell(office, "reach_sealed", row.id)
    row.reach_sealed = office.sealer.seal_text(row.key_id, cell, reach.strip()[:LONGEST])


def asked(session: Session, tenant: str, contact_id: int, now: int) -> Offer | None:
    """The offer of this person whose question is still open."""
    return session.scalar(
        select(Offer)
        .where(
            Offer.tenant == tenant, Offer.contact_id == contact_id, Offer.state == "new",
            Offer.reach_sealed.is_(None), Offer.at > now - ASK_MS,
        )
        .order_by(Offer.id.desc())
        .limit(1)
    )  # fmt: skip


def too_many(session: Session, tenant: str, contact_id: int, now: int) -> bool:
    """Whether this person offered so much today that a person should read it as any other message."""
    count = select(func.count()).where(
        Offer.tenant == tenant, Offer.contact_id == contact_id, Offer.at > now - _DAY_MS
    )  # fmt: skip
    return (session.scalar(count) or 0) >= MOST_A_DAY


def of_contact(session: Session, tenant: str, contact_id: int, lookup: str | None = None) -> Sequence[Offer]:
    """Their offers that still hold words; with `lookup` only that of this message."""
    wanted = select(Offer).where(
        Offer.tenant == tenant, Offer.contact_id == contact_id, Offer.text_sealed.is_not(None)
    )  # fmt: skip
    return session.scalars(wanted.where(Offer.lookup == lookup) if lookup else wanted).all()


def forget(office: Office, row: Offer, now: int) -> int:
    """Its words are gone (取消・けす, or it was no offer). Returns the key to destroy."""
    row.text_sealed = row.reach_sealed = row.lookup = None
    row.state, row.settled_at = "dropped", now
    return row.key_id


def words_of(office: Office, row: Offer) -> str:
    """What was written, "" when it is gone."""
    return _open(office, row, "text_sealed", row.text_sealed)


def listed(office: Office, session: Session, staff: StaffRef, now: int) -> tuple[Seed, ...]:
    """Every offer that still holds words, the new ones first. Looking is on record. Raises `NotFound`."""
    _check(office, staff)
    rows = session.scalars(
        select(Offer).where(Offer.tenant == office.tenant, Offer.text_sealed.is_not(None)).order_by(Offer.id.desc())
    ).all()
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="offers_seen", staff_id=staff.id, detail=f"{len(rows)}"
    )
    return tuple(_seed(office, row) for row in sorted(rows, key=lambda row: (row.state != "new", -row.id)))


def opened(office: Office, session: Session, staff: StaffRef, offer_id: int) -> Seed:
    """One of them. Raises `NotFound`."""
    return _seed(office, _row(office, session, staff, offer_id))


def settle(office: Office, session: Session, staff: StaffRef, offer_id: int, state: str, now: int) -> None:
    """お礼をした (`thanked`), 資源カードにした (`card`), 終わり (`dropped`).

    Raises `NotFound`, `Refused("bad_state")`, `Conflict("settled")`.
    """
    row = _row(office, session, staff, offer_id, lock=True)
    if state not in ("card", "thanked", "dropped"):
        raise Refused("bad_state", "どうしたかを選んでください。")
    if row.state in ("card", "dropped"):
        raise Conflict("settled", "もう終わっています。画面を読み直してください。")
    row.state, row.settled_by, row.settled_at = state, staff.id, now
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action="offer_settled", staff_id=staff.id,
        detail=f"#{offer_id} {state}",
    )  # fmt: skip


def from_case(
    office: Office, session: Session, staff: StaffRef, case_id: int, kind: str, text: str, reach: str, now: int
) -> int:
    """An offer that somebody made within a case, written down anew by staff: nothing of the case comes along.

    Raises `NotFound`, `Refused("empty" | "bad_kind")`.
    """
    case, row = seen_by(office, session, case_id, staff, lock=True)
    if not text.strip():
        raise Refused("empty", "申し出の内容を、その人の困りごとを入れずに書いてください。")
    if kind not in KIND_JA:
        raise Refused("bad_kind", "申し出の種類を選んでください。")
    made = take(office, session, kind, text, now, reach=reach)
    ledger.remember(
        session, office.sealer, case, at=now, actor="staff", staff_id=staff.id, what="offer_noted", detail=kind
    )  # fmt: skip
    ledger.changed(session, office.outbox, row)
    return made


def _check(office: Office, staff: StaffRef) -> None:
    if not may_see(office, staff):
        raise NotFound("not_found", "ページがないか、見る権限がありません。")


def _row(office: Office, session: Session, staff: StaffRef, offer_id: int, *, lock: bool = False) -> Offer:
    _check(office, staff)
    row = session.get(Offer, offer_id, with_for_update=lock)
    if row is None or row.tenant != office.tenant or row.text_sealed is None:
        raise NotFound("not_found", "その申し出は見つかりません。")
    return row


def _seed(office: Office, row: Offer) -> Seed:
    reach = _open(office, row, "reach_sealed", row.reach_sealed)
    return Seed(row.id, row.kind, row.state, row.at, words_of(office, row), reach, row.settled_at)


def _open(office: Office, row: Offer, column: str, sealed: bytes | None) -> str:
    return "" if sealed is None else office.sealer.open_text(_cell(office, column, row.id), sealed)


def _cell(office: Office, column: str, row_id: int) -> Cell:
    return Cell(office.tenant, "offers", column, row_id)
