"""The tables of what goes outward and what must go (外部連携・保存期間). Times are ms since 1970 in UTC."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intake.records import Base


class ApiToken(Base):
    """A token of the REST API (連携の鍵): stored hashed, with scopes and an end; shown once."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(200))
    """Codes joined by ' ': see `handoff.tokens`."""
    desk: Mapped[str] = mapped_column(String(64), default="")
    """The desk whose cases and packets it may see, "" for the whole town."""
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[int]
    expires_at: Mapped[int]
    revoked_at: Mapped[int | None]
    used_at: Mapped[int | None]


class WebhookTarget(Base):
    """An address that hears of events (Standard Webhooks). Its signing secret is sealed under a key of its own."""

    __tablename__ = "webhook_targets"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    url: Mapped[str] = mapped_column(String(400))
    events: Mapped[str] = mapped_column(String(200))
    """Event names joined by ' '."""
    key_id: Mapped[int]
    secret_sealed: Mapped[bytes]
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]
    ended_at: Mapped[int | None]


class WebhookDelivery(Base):
    """One event on its way to one address. It carries ids and codes, never a word of anybody.

    `state`: `waiting` → `sent` | `failed` (gave up; on screen).
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("target_id", "event_id"),
        Index("webhook_deliveries_state", "tenant", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    target_id: Mapped[int] = mapped_column(ForeignKey("webhook_targets.id"))
    event_id: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[int | None]
    body: Mapped[str] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[int]
    sent_at: Mapped[int | None]


class RetentionHold(Base):
    """A case that must be kept beyond its time (廃棄の停止), with the reason under the case's key."""

    __tablename__ = "retention_holds"
    __table_args__ = (Index("retention_holds_case", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    reason_sealed: Mapped[bytes]
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]
    lifted_by: Mapped[int | None]
    lifted_at: Mapped[int | None]


class Shredded(Base):
    """What was destroyed (廃棄の記録): number, kind, rule, when and by whom; nothing of what it said."""

    __tablename__ = "shredded"
    __table_args__ = (Index("shredded_tenant", "tenant", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int | None]
    label: Mapped[str] = mapped_column(String(24))
    """The case's number, or the number of rows of another kind."""
    kind: Mapped[str] = mapped_column(String(24))
    """The kind of record of `retention_days` (`consultation`, `abuse`, `meeting` …)."""
    why: Mapped[str] = mapped_column(String(16))
    """`expired`, `request`, `person` (けす)."""
    days: Mapped[int]
    staff_id: Mapped[int | None]
    at: Mapped[int]


class Incident(Base):
    """A leak or what may be one (事故の記録). The words lie under a key of their own; nothing is ever taken away."""

    __tablename__ = "incidents"
    __table_args__ = (Index("incidents_tenant", "tenant", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    known_on: Mapped[str] = mapped_column(String(10))
    """The day (Tokyo) on which somebody of the office first knew."""
    people: Mapped[int | None]
    """How many people it is about; None: not known yet."""
    words_sealed: Mapped[bytes]
    steps: Mapped[str] = mapped_column(String(400))
    """JSON: step of `handoff.incidents.STEP_JA` → [day, staff id]."""
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]
