"""The tables of signing in (入り口): linked identities, one-time ways in, signed-in browsers. Times in ms UTC."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intake.records import Base


class Identity(Base):
    """An identity linked to a staff member: `slack` (team and user id) or `local` (CLI login link)."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("tenant", "issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    issuer: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(160))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class LoginLink(Base):
    """A one-time way in; only its hash is stored. `kind`: `link` (made on the command line), `invite` (招待)."""

    __tablename__ = "login_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(16), default="link", server_default="link")
    by_staff: Mapped[int | None]
    """Who invited."""
    expires_at: Mapped[int]
    used_at: Mapped[int | None]


class ConsoleSession(Base):
    """A signed-in browser; the cookie's value is stored hashed. 30 minutes idle, 8 hours at most."""

    __tablename__ = "console_sessions"
    __table_args__ = (Index("console_sessions_staff", "staff_id", "seen_at"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    via: Mapped[str] = mapped_column(String(16), default="link", server_default="link")
    """How they came in: `link`, `invite`, `oidc`."""
    browser: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """Kind of browser and machine in words (「Chrome・Windows」), for the list of sign-ins."""
    created_at: Mapped[int]
    seen_at: Mapped[int]
    revoked_at: Mapped[int | None]
