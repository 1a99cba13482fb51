"""The tables of handoff (つなぎ): tickets, history, corrections, staff, Slack cards, audit."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intake.records import Base


class Ticket(Base):
    """A case's place in the 包括的相談 queue: one row a case, from its first text on.

    States and moves: `handoff.ticket`. `version` rises with every change, so that two people cannot both win.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("tickets_queue", "tenant", "state", "urgency"),
        Index("tickets_changed", "tenant", "changed_at"),
        Index("tickets_owner", "tenant", "owner_id", "state"),
        Index("tickets_answered", "tenant", "first_reply_at"),
        Index("tickets_closed", "tenant", "closed_at"),
        Index("tickets_folded", "folded_into"),
        Index("tickets_desk", "tenant", "owner_desk", "changed_at"),
        Index("tickets_mine", "tenant", "owner_id", "changed_at"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16), default="consultation")
    urgency: Mapped[str] = mapped_column(String(16))
    urgency_by: Mapped[str] = mapped_column(String(16), default="machine")
    waiting_since: Mapped[int]
    """When the person last began to wait for us."""
    due_at: Mapped[int | None]
    replied_at: Mapped[int | None]
    """When staff last answered; later than `waiting_since` means that we wait for the person (返事待ち)."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    owner_desk: Mapped[str] = mapped_column(String(64))
    """The desk whose queue it stands in (always one)."""
    claimed_at: Mapped[int | None]
    closed_at: Mapped[int | None]
    close_reason: Mapped[str] = mapped_column(String(32), default="")
    reading_sealed: Mapped[bytes | None]
    """`triage.assessment.Assessment.to_json` of all the person's text so far, under the case's key."""
    plan_sealed: Mapped[bytes | None]
    """`handoff.plan.Plan` as JSON, under the case's key."""
    judged_sealed: Mapped[bytes | None]
    """`handoff.judged.Standing`: the labels that people set, above the machine's, under the case's key."""
    read_at: Mapped[int | None]
    read_upto: Mapped[int] = mapped_column(default=0)
    """The id of the last message that the reading covers."""
    last_owner_id: Mapped[int | None]
    """Who had it last: a word after the end reaches them first."""
    reminded_at: Mapped[int | None]
    opened_at: Mapped[int | None]
    """When a person of staff first opened the words that now wait (読みました)."""
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[int] = mapped_column(default=0, server_default="0")
    """When it last changed (ms UTC): what `version` counts, for pages that look for changes."""
    hold_until: Mapped[int | None]
    """保留: out of the way until then, or until the person writes; the owner or the queue stays."""
    folded_into: Mapped[int | None]
    """まとめた先: the case that this one was folded into; see `handoff.desk_records.Fold`."""
    first_reply_at: Mapped[int | None]
    """When a person of staff first answered: the 初動 of the statistics."""
    speaker: Mapped[str] = mapped_column(String(16), default="bot", server_default="bot")
    """Who speaks with the person: `bot`, `human` since staff answered, `returned` (given back to the bot)."""
    practice: Mapped[bool] = mapped_column(default=False, server_default="0")
    """A case of the practice mode (練習): about nobody, in no statistics."""
    look_at: Mapped[int | None]
    """次に見る日: when whoever has it wants to look again (`handoff.attempts`), whoever waits for whom."""
    area: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """The municipality (or district) where the person of concern lives, as the pack names it; "" is 未確認."""


class HandOver(Base):
    """A case passed to another desk (つなぎ): what we ask for, and what we keep doing."""

    __tablename__ = "handovers"
    __table_args__ = (Index("handovers_case", "case_id", "id"), Index("handovers_desk", "tenant", "to_desk", "state"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    from_desk: Mapped[str] = mapped_column(String(64))
    to_desk: Mapped[str] = mapped_column(String(64))
    basis: Mapped[str] = mapped_column(String(8))
    ask_sealed: Mapped[bytes]
    keep_sealed: Mapped[bytes]
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(16), default="sent")
    """`sent` 送付 → `received` 受領 → `accepted` 引受 | `returned` 返却; `taken_back` by the sender:
    `handoff.handover`."""
    scope: Mapped[str] = mapped_column(String(16), default="")
    """What may go: "" all that the basis allows, `text` only the person's own words (書いたことだけ)."""
    at: Mapped[int]
    packet_id: Mapped[int | None]
    """The packet that goes with it; several recipients of one packet share it (`handoff.flow_records.Packet`)."""
    purpose: Mapped[str] = mapped_column(String(16), default="consult", server_default="consult")
    """`consult` 相談, `coordination` 多機関協働, `outreach`, `participation`, `meeting`, `notification` 通告・通報,
    `transfer` ほかの市町村へ.
    """
    form: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """参加支援の型 `individual` 個別支援型, `place` 場づくり型, `area` 地域支援型; "" otherwise."""
    desk_name: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """The recipient's name as it was then: a later change of section leaves old packets as they are."""
    lead: Mapped[bool] = mapped_column(default=True, server_default="1")
    """Whether this recipient becomes 主担当 when it accepts; of several recipients at most one."""
    due_at: Mapped[int | None]
    """Until when the recipient is asked to answer."""
    reminded_at: Mapped[int | None]
    received_at: Mapped[int | None]
    received_by: Mapped[int | None]
    settled_at: Mapped[int | None]
    settled_by: Mapped[int | None]
    reason_sealed: Mapped[bytes | None]
    """Why it came back (返却の理由), or who answered when and how where staff wrote it down, under the case's key."""
    decided_by: Mapped[int | None]
    """Who decided by name, where the basis asks for it."""


class History(Base):
    """What happened to a case, in order (経過). Codes only; notes are sealed."""

    __tablename__ = "history"
    __table_args__ = (Index("history_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[int]
    actor: Mapped[str] = mapped_column(String(16))
    """`person`, `machine` or `staff`."""
    staff_id: Mapped[int | None]
    what: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(String(120), default="")
    note_sealed: Mapped[bytes | None]


class Correction(Base):
    """What a person of staff corrected in the machine's reading (見立ての直し), for training after a review.

    `state`: `new` → `reviewed` (somebody wrote `text` without names) | `refused`. Gone with the case's words.
    """

    __tablename__ = "corrections"
    __table_args__ = (Index("corrections_state", "tenant", "state", "id"), Index("corrections_case", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    at: Mapped[int]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    record_sealed: Mapped[bytes]
    """`handoff.correction_store.Record` as JSON, under the case's key."""
    state: Mapped[str] = mapped_column(String(16), default="new")
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[int | None]
    text_sealed: Mapped[bytes | None]
    """The text as a reviewer wrote it, about nobody in particular; under the case's key all the same."""


class Staff(Base):
    """A person of the town or its desks (職員). Found by (issuer, subject), never by name."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))
    """受付 `intake` · 担当 `worker` · 管理 `manager` · 監査 `auditor`."""
    desk: Mapped[str] = mapped_column(String(64), default="")
    active: Mapped[bool] = mapped_column(default=True)
    titles: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """What they are beside their role, joined by ',': `coordinator` 推進員, `csw`, `professional` 専門職."""
    left_at: Mapped[int | None]
    """When they left (異動・退職): their cases were handed over then."""
    created_at: Mapped[int]


class SlackCard(Base):
    """Where a case's card stands in Slack, so that it is updated in place."""

    __tablename__ = "slack_cards"
    __table_args__ = (Index("slack_cards_ts", "channel", "ts"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    ts: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    """The ticket version that the card shows."""


class Audit(Base):
    """Who saw or did what (監査記録): an append-only chain of HMACs per tenant."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("tenant", "seq"),
        Index("audit_case", "case_id", "seq"),
        Index("audit_staff", "tenant", "staff_id", "seq"),
        Index("audit_staff_action", "tenant", "staff_id", "action", "seq"),
        Index("audit_at", "tenant", "at"),
        Index("audit_action", "tenant", "action", "seq"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    at: Mapped[int]
    staff_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[int | None]
    detail: Mapped[str] = mapped_column(String(120), default="")
    chain: Mapped[str] = mapped_column(String(64))


class Call(Base):
    """A call to whoever is on duty (呼び出し), repeated by the rota until somebody acknowledges it.

    `state`: `open` → `acked` | `ended` (the case was closed or erased).
    """

    __tablename__ = "calls"
    __table_args__ = (Index("calls_case", "case_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    step: Mapped[int] = mapped_column(default=0)
    """How many rounds were called."""
    at: Mapped[int]
    acked_at: Mapped[int | None]
    acked_by: Mapped[int | None]
    """The member of staff, None when it was acknowledged by the link in the call."""
    ack_hash: Mapped[str] = mapped_column(String(64), default="")


class CaseLink(Base):
    """Two cases that may be about one person or home (結びつき). The machine suggests, a person confirms or undoes.

    `state`: `suggested` → `confirmed` | `refused`; `confirmed` → `undone`. `reasons`: codes joined by ','.
    """

    __tablename__ = "case_links"
    __table_args__ = (UniqueConstraint("tenant", "low_case", "high_case"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    low_case: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    high_case: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    reasons: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(16), default="suggested")
    staff_id: Mapped[int | None]
    at: Mapped[int]


class Heartbeat(Base):
    """The last sign of life of a process (`serve`, `work`)."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    at: Mapped[int]
