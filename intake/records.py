"""The tables of intake (受付). Sealed columns end in `sealed`; all times are ms since 1970 in UTC.

Clear on purpose: ids, tenant, states and times. What a person wrote, who they are and how to reach them is sealed.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The one metadata of the product: intake and handoff tables migrate together."""

    type_annotation_map = {int: BigInteger, bytes: LargeBinary}  # noqa: RUF012


class InboxEvent(Base):
    """One raw event as the channel sent it, sealed under the day's inbox key, until it is taken in (受信箱).

    `state`: `new` → `answered` (raw blanked) | `unknown` (kept, visible) | `refused` | `quarantined` (gave up).
    """

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("tenant", "channel", "event_key"), Index("inbox_state", "tenant", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    event_key: Mapped[str] = mapped_column(String(128))
    partition: Mapped[str] = mapped_column(String(80))
    event_at: Mapped[int]
    received_at: Mapped[int]
    raw_sealed: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(String(16), default="new")
    note: Mapped[str] = mapped_column(String(80), default="")
    case_id: Mapped[int | None]
    handled_at: Mapped[int | None]


class Contact(Base):
    """A person's address on a channel (連絡先), found by blind index; what it is, is sealed under its own key."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("tenant", "channel", "lookup"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    lookup: Mapped[str] = mapped_column(String(80))
    key_id: Mapped[int]
    address_sealed: Mapped[bytes]
    name_sealed: Mapped[bytes | None]
    talk_sealed: Mapped[bytes | None]
    """The conversation's state (`intake.conversation.State`) as JSON."""
    case_id: Mapped[int | None]
    """The case this conversation is about now."""
    hidden: Mapped[bool] = mapped_column(default=False)
    blocked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[int]
    last_event_at: Mapped[int] = mapped_column(default=0)
    unread_sealed: Mapped[bytes | None]
    """LINE's `markAsReadToken` of the newest message that no person of staff has opened."""
    page_sealed: Mapped[bytes | None]
    """What our own page shows now: the last bubbles as JSON, for the door lane."""


class Case(Base):
    """One consultation (相談ケース) from its first text on. Its content lives in messages under the case's key."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("tenant", "number"),
        UniqueConstraint("tenant", "receipt_lookup"),
        Index("cases_opened", "tenant", "opened_at"),
        Index("cases_contact", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    receipt_lookup: Mapped[str] = mapped_column(String(80))
    receipt_sealed: Mapped[bytes | None]
    key_id: Mapped[int]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    channel: Mapped[str] = mapped_column(String(16))
    route: Mapped[str] = mapped_column(String(16))
    """How it came in (`handoff.plan_values.Source`): `resident`, `lifeline`, `remark`, `feed` …"""
    identity: Mapped[str] = mapped_column(String(16), default="anonymous")
    answers_sealed: Mapped[bytes | None]
    """Answers to the intake questions as JSON."""
    opened_at: Mapped[int]
    finished_at: Mapped[int | None]
    erased_at: Mapped[int | None]
    pass_hash: Mapped[str | None] = mapped_column(String(160))
    """The passphrase (合い言葉) that the person set, as a salted hash; None: there is none."""
    pass_tries: Mapped[int] = mapped_column(default=0)
    pass_locked_until: Mapped[int | None]


class Message(Base):
    """One thing said in a case, by the person, the machine or staff (やりとり)."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("tenant", "case_id", "source"),
        Index("messages_case", "case_id", "id"),
        Index("messages_lookup", "tenant", "lookup"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    source: Mapped[str] = mapped_column(String(80))
    """What made it, once: `in:<inbox id>`, `out:<outgoing id>`, `note:<id>`."""
    author: Mapped[str] = mapped_column(String(16))
    """`person`, `machine` or `staff`."""
    staff_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(16))
    """`text`, `sticker`, `image`, `audio`, `video`, `file`, `location`, `answer`."""
    body_sealed: Mapped[bytes | None]
    lookup: Mapped[str | None] = mapped_column(String(80))
    """Blind index of the channel's message id, for unsend."""
    at: Mapped[int]
    unsent_at: Mapped[int | None]


class Outgoing(Base):
    """One message to a channel (送信箱). Its retry key is fixed here, when it is written.

    `state`: `waiting` → `sending` → `sent` | `unknown` (送信不明: a reply whose fate a crash hid; never repeated)
    | `failed` (gave up; on screen) | `held` (a channel that must not be posted to) | `dropped` (hidden or erased).
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        UniqueConstraint("tenant", "dedupe"),
        Index("outgoing_state", "tenant", "state", "id"),
        Index("outgoing_lane", "lane", "state", "id"),
        Index("outgoing_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    """`line`, `slack`, or `notify` (e-mail, SMS, webhook … through apprise)."""
    purpose: Mapped[str] = mapped_column(String(16))
    """`answer`, `reply`, `notice`, `menu`, `seen` to a person; `card`, `page`, `taken`, `reminder`, `health` to
    staff.
    """
    dedupe: Mapped[str] = mapped_column(String(96))
    contact_id: Mapped[int | None]
    case_id: Mapped[int | None]
    key_id: Mapped[int | None]
    reply_sealed: Mapped[bytes | None]
    reply_until: Mapped[int | None]
    body_sealed: Mapped[bytes | None]
    retry_key: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    via: Mapped[str] = mapped_column(String(8), default="")
    """How it went: `reply`, `push`, `post`, `update`."""
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[int] = mapped_column(default=0)
    """Not to be tried again before this time (the channel asked us to wait)."""
    lane: Mapped[str] = mapped_column(String(96), default="")
    """Rows of one lane leave in the order of their ids: one person on LINE, or one case in Slack."""
    error: Mapped[str] = mapped_column(String(80), default="")
    remote_id: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[int]
    sent_at: Mapped[int | None]


class Counter(Base):
    """A gapless number per tenant, taken under the write lock (受付番号など)."""

    __tablename__ = "counters"

    tenant: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int]
