"""Tables of what a person gives, agrees to and comes back with (同意・添付・戻り口). Times are ms since 1970 in UTC."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intake.records import Base


class Attachment(Base):
    """A photo, voice, video or file that a person sent (添付), re-encoded and sealed under the case's key.

    `state`: `waiting` (not fetched yet) → `kept` | `gone` (taken back, or LINE has it no more) | `too_large`
    | `unsafe` (not what it says it is) | `failed` (gave up). One row a message.
    """

    __tablename__ = "attachments"
    __table_args__ = (Index("attachments_case", "case_id", "id"), Index("attachments_state", "tenant", "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="waiting")
    media_type: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(default=0)
    """Bytes of the kept copy."""
    duration: Mapped[int] = mapped_column(default=0)
    """Milliseconds of sound or film, 0 for others."""
    name_sealed: Mapped[bytes | None]
    """The file's name as sent."""
    body_sealed: Mapped[bytes | None] = mapped_column(deferred=True)
    """Up to 50 MB: read only when somebody opens it."""
    note: Mapped[str] = mapped_column(String(80), default="")
    """Why it is not kept, as a code."""
    created_at: Mapped[int]
    not_before: Mapped[int] = mapped_column(default=0)
    """Not to be asked for again before this time."""
    fetched_at: Mapped[int | None]


class Consent(Base):
    """One consent, asked for or given (同意): what for, in which wording, when and how; taking it back keeps the row.

    `what`: `record` 受付の記録 | `handoff` 引継ぎ | `share` 関係機関との共有. `state`: `asked` → `given` | `partial`
    (書いたことだけ) | `refused` | `withdrawn`. `way`: `button`, `words`, `web`, `staff` (asked by voice or at the
    counter).
    """

    __tablename__ = "consents"
    __table_args__ = (Index("consents_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    what: Mapped[str] = mapped_column(String(16))
    desk: Mapped[str] = mapped_column(String(64), default="")
    """The desk it would go to, of `share` the meeting (both ids of the pack), "" for the record itself."""
    to_sealed: Mapped[bytes | None]
    """The name of a recipient that is no desk of the pack, under the case's key; `desk` then holds a code of it."""
    state: Mapped[str] = mapped_column(String(16))
    version: Mapped[str] = mapped_column(String(24))
    """Which wording was shown (`intake.conversation.script.CONSENT_VERSION`)."""
    language: Mapped[str] = mapped_column(String(8), default="ja")
    way: Mapped[str] = mapped_column(String(16), default="")
    staff_id: Mapped[int | None]
    """Who asked, None for the machine."""
    by_whom: Mapped[str] = mapped_column(String(8), default="")
    """Whose word it is (だれの同意): `self` 本人, `proxy` 代理, `guardian` 保護者; "" while nobody answered."""
    attend: Mapped[str] = mapped_column(String(8), default="")
    """Of `share`: whether the person wants to be at the meeting: `wants`, `no`, `later`, `skip`; "" while unknown."""
    asked_at: Mapped[int]
    answered_at: Mapped[int | None]
    withdrawn_at: Mapped[int | None]


class DoorLink(Base):
    """A one-time link to our own page (一度だけの入り口); only its hash is stored."""

    __tablename__ = "door_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    created_at: Mapped[int]
    expires_at: Mapped[int]
    used_at: Mapped[int | None]


class DoorVisit(Base):
    """A browser on our own page (相談の画面の訪問); the cookie's value is stored hashed."""

    __tablename__ = "door_visits"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    created_at: Mapped[int]
    seen_at: Mapped[int]
    ended_at: Mapped[int | None]


class Member(Base):
    """A worker of a partner who enrolled with its code (協定事業所の人). The name is sealed under the contact's key."""

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("tenant", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    partner: Mapped[str] = mapped_column(String(32))
    """The partner's code in the pack (協定台帳)."""
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    name_sealed: Mapped[bytes | None]
    joined_at: Mapped[int]
    left_at: Mapped[int | None]


class Reporter(Base):
    """Who reported a case (通報者), in a vault of its own: its own key, in no packet, opened with a reason only."""

    __tablename__ = "reporters"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[int]
    about_sealed: Mapped[bytes | None]
    """JSON: `partner`, `organisation`, `name`, `phone`, `channel`; what is unknown is absent."""
    at: Mapped[int]


class PlaceMark(Base):
    """A place or customer number named in a case, by blind index only, so that sightings of one place can meet."""

    __tablename__ = "place_marks"
    __table_args__ = (UniqueConstraint("case_id", "lookup"), Index("place_marks_lookup", "tenant", "lookup"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(16))
    """`address`, `customer` or `near` (a cell of about a hundred metres)."""
    lookup: Mapped[str] = mapped_column(String(80))
