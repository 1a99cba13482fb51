"""The tables of the handoff's life (つなぎの流れ): packets, who saw them, assessment sheets, plans, meetings.

Times are ms since 1970 in UTC. What is about a person is sealed under the case's key; the rest are ids and codes.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intake.records import Base


class Packet(Base):
    """One packet (連絡票・申込票 …) as it was made: cut to its basis, never changed afterwards.

    `kind`: `application` 相談受付・申込票 | `assessment` インテーク・アセスメント | `referral` 情報提供シート/連絡票
    | `watch` 見守り報告 | `meeting` 会議の一枚目. `variant`: `consent` 同意あり | `no_consent` 同意なし | `anonymous`.
    """

    __tablename__ = "packets"
    __table_args__ = (UniqueConstraint("tenant", "number"), Index("packets_case", "case_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    """Of the town's packets (連絡票の番号), printed on every sheet."""
    kind: Mapped[str] = mapped_column(String(16))
    basis: Mapped[str] = mapped_column(String(8))
    variant: Mapped[str] = mapped_column(String(16))
    body_sealed: Mapped[bytes]
    """JSON as `docs/schema/packet-v1.json` has it, after the cut."""
    dropped: Mapped[str] = mapped_column(String(200), default="")
    """How many fields the cut left out, by class: `tax:2,reporter:1`."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who decided by name where the basis asks for it."""
    made_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[int]
    stopped_at: Mapped[int | None]
    """Consent was withdrawn: it may not be shown or sent any further."""


class PacketLook(Base):
    """Who saw a packet, and how (閲覧者の記録): `screen`, `pdf`, `xlsx`, `json`, `api`, `print`."""

    __tablename__ = "packet_looks"
    __table_args__ = (Index("packet_looks_packet", "packet_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    packet_id: Mapped[int] = mapped_column(ForeignKey("packets.id"))
    staff_id: Mapped[int | None]
    token_id: Mapped[int | None]
    """The API token by which a system fetched it."""
    way: Mapped[str] = mapped_column(String(8))
    at: Mapped[int]


class CaseSheet(Base):
    """What is known for the forms (聞きとりシート): field → value, source and whose, as JSON under the case's key."""

    __tablename__ = "case_sheets"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    body_sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[int | None]
    changed_at: Mapped[int]


class PlanState(Base):
    """What came back from 重層的支援会議 (プランの状態); the plan itself lives outside.

    `state`: `made` 策定 | `changed` 変更 | `ended` 終結 | `suspended` 中断 | `returned` 包括的相談への戻し.
    """

    __tablename__ = "plan_states"
    __table_args__ = (Index("plan_states_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[str] = mapped_column(String(16))
    plan_number: Mapped[str] = mapped_column(String(40), default="")
    next_on: Mapped[str] = mapped_column(String(10), default="")
    """The next review (`2027-03-01`), "" for none."""
    main_desk: Mapped[str] = mapped_column(String(64), default="")
    """The desk that stays in charge (主担当)."""
    note_sealed: Mapped[bytes | None]
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]


class Agenda(Base):
    """A case on the list of a meeting in a month (会議の候補・議題).

    `state`: `candidate` (the machine proposes) → `chosen` | `dropped` → `discussed`. `why`: codes joined by ','.
    """

    __tablename__ = "agendas"
    __table_args__ = (UniqueConstraint("tenant", "meeting", "month", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    meeting: Mapped[str] = mapped_column(String(32))
    month: Mapped[str] = mapped_column(String(7))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    why: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(16), default="candidate")
    decide_sealed: Mapped[bytes | None]
    """What the meeting is to decide; under the case's key."""
    result_sealed: Mapped[bytes | None]
    by_staff: Mapped[int | None]
    at: Mapped[int]


class Lesson(Base):
    """What a case taught (惜しいケース `near`, 足りなかった資源 `lack`): written about nobody, after the fact."""

    __tablename__ = "lessons"
    __table_args__ = (Index("lessons_month", "tenant", "kind", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    case_id: Mapped[int | None]
    month: Mapped[str] = mapped_column(String(7))
    theme: Mapped[str] = mapped_column(String(32), default="")
    text_sealed: Mapped[bytes | None]
    """Under a key of its own (`key_id`): it outlives the case, so it may name nobody."""
    key_id: Mapped[int]
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]
