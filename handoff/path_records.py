"""The tables of the ways in (情報の経路 R1–R6) and of the town's resources. Times are ms since 1970 in UTC."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intake.records import Base


class CaseSource(Base):
    """By which path a case came (R1–R6), and the secrecy that came with it (会議の情報の守秘)."""

    __tablename__ = "case_sources"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(4))
    meeting_sealed: Mapped[bytes | None]
    """The meeting's name, under the case's key."""
    secrecy: Mapped[str] = mapped_column(String(8), default="")
    """The code of `handoff.secrecy` under which it was told to us, "" for none: it goes no further than that."""
    at: Mapped[int]


class Remark(Base):
    """A remark in passing (気になった一言): no case until a person makes it one. Under a key of its own.

    `state`: `new` → `case` | `noted` | `dropped`.
    """

    __tablename__ = "remarks"
    __table_args__ = (Index("remarks_state", "tenant", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[int]
    text_sealed: Mapped[bytes | None]
    place_sealed: Mapped[bytes | None]
    staff_id: Mapped[int | None]
    """Who wrote it, None for somebody who did not say."""
    way: Mapped[str] = mapped_column(String(8))
    """`slack`, `console`, `web`."""
    state: Mapped[str] = mapped_column(String(8), default="new")
    case_id: Mapped[int | None]
    at: Mapped[int]
    settled_by: Mapped[int | None]
    settled_at: Mapped[int | None]


class FeedRow(Base):
    """One row of a list or signal from a watching system (全戸訪問・ICT 安否確認), until a person looked at it.

    `state`: `new` → `case` | `dropped`. The same row sent twice is one row (`row_key`).
    """

    __tablename__ = "feed_rows"
    __table_args__ = (UniqueConstraint("tenant", "feed", "row_key"), Index("feed_rows_state", "tenant", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    feed: Mapped[str] = mapped_column(String(32))
    row_key: Mapped[str] = mapped_column(String(80))
    key_id: Mapped[int]
    body_sealed: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(String(8), default="new")
    case_id: Mapped[int | None]
    at: Mapped[int]
    settled_by: Mapped[int | None]
    settled_at: Mapped[int | None]


class Feed(Base):
    """A list or a watching system that may send us signs (見守り・訪問の記録のもと). Made by `toritsugi feed add`.

    `kind`: `visit` 全戸訪問 (rows wait for a person), `watch` 見守り・安否確認 (a sign opens a case at once).
    """

    __tablename__ = "feeds"
    __table_args__ = (UniqueConstraint("tenant", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(32))
    label: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(8))
    key_id: Mapped[int]
    secret_sealed: Mapped[bytes | None]
    """The secret of its signatures (Standard Webhooks), None for one that comes as files only."""
    created_at: Mapped[int]
    ended_at: Mapped[int | None]


class SurveyCode(Base):
    """A one-time code printed on a questionnaire (アンケートの QR); only its hash is stored."""

    __tablename__ = "survey_codes"
    __table_args__ = (Index("survey_codes_batch", "tenant", "batch"),)

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    batch: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[int]
    expires_at: Mapped[int]
    used_at: Mapped[int | None]
    contact_id: Mapped[int | None]
    """Who began to write with it: the case that they then open came by this path."""
    case_id: Mapped[int | None]


class Offer(Base):
    """Somebody who wants to help, lend or give (資源のたね): outside every case, for 地域づくり. Own key.

    `kind`: `help`, `place`, `work`, `goods`, `money`, `other`. `state`: `new` → `card` | `thanked` | `dropped`.
    """

    __tablename__ = "offers"
    __table_args__ = (Index("offers_state", "tenant", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    text_sealed: Mapped[bytes | None]
    reach_sealed: Mapped[bytes | None]
    """How to reach them, if they said so ("" sealed: they were asked and did not say)."""
    contact_id: Mapped[int | None]
    lookup: Mapped[str | None] = mapped_column(String(80))
    """The blind index of the message, by which taking it back (取消) finds it."""
    state: Mapped[str] = mapped_column(String(8), default="new")
    at: Mapped[int]
    settled_by: Mapped[int | None]
    settled_at: Mapped[int | None]


class Resource(Base):
    """A card of the town's resources (資源カード) written on screen, beside those of the pack. About no case."""

    __tablename__ = "resources"
    __table_args__ = (Index("resources_tenant", "tenant", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    """JSON of `handoff.packs.values.Resource`: what, where, days, who may come, contact, vacancy."""
    public: Mapped[bool] = mapped_column(default=False)
    """Whether residents see it."""
    offer_id: Mapped[int | None]
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]
    ended_at: Mapped[int | None]


class Disaster(Base):
    """One stretch of 災害モード, with what everybody is told meanwhile. About nobody."""

    __tablename__ = "disasters"
    __table_args__ = (Index("disasters_tenant", "tenant", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    notice: Mapped[str] = mapped_column(Text)
    """What residents read: public, written by staff."""
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[int | None]


class DisasterTold(Base):
    """Who has read the notice of a disaster in an answer: once each."""

    __tablename__ = "disaster_told"

    disaster_id: Mapped[int] = mapped_column(ForeignKey("disasters.id"), primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
