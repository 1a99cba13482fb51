"""Messages taken back before they came (取消が先に届いたとき): their words must not be kept when they arrive."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from intake.db import insert_ignore
from intake.records import Base


class Tombstone(Base):
    """The blind index of a message id that was unsent."""

    __tablename__ = "tombstones"

    tenant: Mapped[str] = mapped_column(String(64), primary_key=True)
    lookup: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[int]


def bury(session: Session, tenant: str, lookup: str, now: int) -> None:
    """Remember that this message was taken back."""
    insert_ignore(session, Tombstone, {"tenant": tenant, "lookup": lookup, "at": now})


def buried(session: Session, tenant: str, lookup: str) -> bool:
    """Whether this message was taken back."""
    return session.get(Tombstone, (tenant, lookup)) is not None
