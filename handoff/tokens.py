"""Tokens of the REST API (連携の鍵): made by 管理, shown once, stored hashed, with scopes and an end.

In the caller's transaction; never commits.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import desks, ledger
from handoff.office import Office, Refused
from handoff.outward_records import ApiToken
from intake.ids import new_id

PREFIX: Final = "tst_"
"""Begins every token, so that scanners of code recognise one that leaked."""
DAY_MS: Final = 86_400_000
LONGEST_DAYS: Final = 400
_TOUCH_MS: Final = 60_000
SCOPES: Final[Mapping[str, str]] = {
    "cases:read": "相談の番号・状態・窓口・期限を読む（ことばや名前は読めません）",
    "packets:read": "連絡票を読む（根拠に合わせて中身をしぼったもの。読んだことは記録されます）",
    "statistics:read": "公表した統計を読む",
}
"""Scope → what it allows, in words."""


@dataclass(frozen=True, slots=True)
class TokenRef:
    """A token that holds: who asks (`name`), what it may (`scopes`), of which desk ("" the whole town)."""

    id: int
    tenant: str
    name: str
    scopes: frozenset[str]
    desk: str


@dataclass(frozen=True, slots=True)
class TokenView:
    """One token for the list; `state`: `good`, `over`, `revoked`."""

    id: int
    name: str
    scopes: tuple[str, ...]
    desk: str
    created_at: int
    expires_at: int
    used_at: int | None
    state: str


def add(
    office: Office, session: Session, staff_id: int, name: str, scopes: Collection[str], desk: str, days: int, now: int
) -> str:
    """A new token; its text is returned here and never again.

    Raises `Refused`: `no_name`, `no_scope`, `no_desk`, `bad_days`.
    """
    if not name.strip() or len(name.strip()) > 64:
        raise Refused("no_name", "どのシステムの鍵か、名前を書いてください（64文字まで）。")
    chosen = [scope for scope in SCOPES if scope in scopes]
    if not chosen or len(chosen) != len(set(scopes)):
        raise Refused("no_scope", f"できることを選んでください: {'、'.join(SCOPES)}")
    if desk and desks.desk(office.pack, desk) is None:
        raise Refused("no_desk", "その窓口はありません。")
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused("bad_days", f"期限は 1〜{LONGEST_DAYS} 日です。")
    text = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        id=new_id(), tenant=office.tenant, name=name.strip(), token_hash=_hash(text), scopes=" ".join(chosen),
        desk=desk, by_staff=staff_id, created_at=now, expires_at=now + days * DAY_MS,
    )  # fmt: skip
    session.add(row)
    _audited(office, session, "api_token_added", row, staff_id, now)
    return text


def revoke(office: Office, session: Session, staff_id: int, token_id: int, now: int) -> None:
    """The token works no more from now on. Raises `Refused("gone")` for one that is absent or revoked."""
    row = session.get(ApiToken, token_id, with_for_update=True)
    if row is None or row.tenant != office.tenant or row.revoked_at is not None:
        raise Refused("gone", "その鍵は、もう使えません。")
    row.revoked_at = now
    _audited(office, session, "api_token_revoked", row, staff_id, now)


def of_text(session: Session, text: str, now: int) -> TokenRef | None:
    """The token of that text while it holds, else None; that it was used is remembered by the minute."""
    if not text.startswith(PREFIX) or len(text) > 100:
        return None
    row = session.scalar(select(ApiToken).where(ApiToken.token_hash == _hash(text)))
    if row is None or row.revoked_at is not None or now >= row.expires_at:
        return None
    if row.used_at is None or now - row.used_at > _TOUCH_MS:
        row.used_at = now
    return TokenRef(row.id, row.tenant, row.name, frozenset(row.scopes.split()), row.desk)


def all_of(session: Session, tenant: str, now: int) -> Sequence[TokenView]:
    """Every token of the town, the newest first."""
    rows = session.scalars(select(ApiToken).where(ApiToken.tenant == tenant).order_by(ApiToken.id.desc()))
    return [
        TokenView(
            row.id, row.name, tuple(row.scopes.split()), row.desk, row.created_at, row.expires_at, row.used_at,
            "revoked" if row.revoked_at is not None else "over" if now >= row.expires_at else "good",
        )
        for row in rows
    ]  # fmt: skip


def _hash(text: str) -> str:
    """256 random bits need no salt and no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def _audited(office: Office, session: Session, action: str, row: ApiToken, staff_id: int, now: int) -> None:
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=action, staff_id=staff_id, detail=f"#{row.id}"
    )  # fmt: skip
