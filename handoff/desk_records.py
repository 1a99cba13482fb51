"""The tables of the desk's daily work (窓口の道具): drafts, looks, views, folds, passes, settings, requests, counts.

Times are ms since 1970 in UTC. What a person or a member of staff wrote is sealed; the rest are ids and codes.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from intake.records import Base


class ReplyDraft(Base):
    """An answer that somebody began to write (下書き): one a case and person, gone when it is sent or thrown away."""

    __tablename__ = "reply_drafts"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    text_sealed: Mapped[bytes]
    """Under the case's key; the cell's row id is the case's, its column `text_sealed:<staff id>`."""
    at: Mapped[int]


class Presence(Base):
    """Who has a case open now (閲覧中). A row is fresh for 45 seconds and worth nothing after that."""

    __tablename__ = "presences"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64), index=True)
    writing: Mapped[bool] = mapped_column(default=False)
    """Whether they are writing an answer (返事を書いています)."""
    at: Mapped[int]


class SavedView(Base):
    """A way of looking at the queue that a person keeps (保存した見方). `filters`: JSON of codes, no free text."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(40))
    filters: Mapped[str] = mapped_column(String(400))
    at: Mapped[int]


class Fold(Base):
    """One case folded into another (まとめる). `undone_at`: parted again. The words of both stay where they are."""

    __tablename__ = "folds"
    __table_args__ = (Index("folds_case", "case_id"), Index("folds_into", "into_case"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    into_case: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    state_before: Mapped[str] = mapped_column(String(16))
    owner_before: Mapped[int | None]
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]
    undone_at: Mapped[int | None]
    undone_by: Mapped[int | None]


class CasePass(Base):
    """A case opened outside one's own desk for a written reason (緊急の閲覧): good until `until`, told to 監査."""

    __tablename__ = "case_passes"
    __table_args__ = (Index("case_passes_staff", "staff_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    reason_sealed: Mapped[bytes]
    """Under the case's key."""
    at: Mapped[int]
    until: Mapped[int]
    seen_by: Mapped[int | None]
    """Who of 監査 confirmed having looked at it."""


class SignInTry(Base):
    """A sign-in by OpenID Connect on its way to the provider and back. Used once, good for ten minutes."""

    __tablename__ = "sign_in_tries"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    browser_hash: Mapped[str] = mapped_column(String(64))
    """Of a cookie: only the browser that set out may come back."""
    invite_hash: Mapped[str] = mapped_column(String(64), default="")
    """The login link of kind `invite` that is being taken up, "" for an ordinary sign-in."""
    expires_at: Mapped[int]


class SettingChange(Base):
    """A setting of the pack that the town changed on screen (設定の変更); the newest of a (kind, key) counts.

    `kind`: `desk`, `hours`, `on_call`, `text`, `number`, `partner`, `slack`. `value`: JSON, "" takes the change back.
    """

    __tablename__ = "setting_changes"
    __table_args__ = (Index("setting_changes_tenant", "tenant", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(80))
    value: Mapped[str] = mapped_column(Text)
    by_staff: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]


class DataRequest(Base):
    """What a person asks for about their own data (開示・訂正・削除・利用停止の請求).

    `kind`: `disclosure`, `correction`, `deletion`, `stop`. `state`: `new` → `working` → `done` | `refused`,
    or `withdrawn` by the person.
    `way`: `line`, `web`, `counter`, `phone`, `letter`.
    """

    __tablename__ = "data_requests"
    __table_args__ = (Index("data_requests_state", "tenant", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(16))
    way: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="new")
    identity_checked: Mapped[bool] = mapped_column(default=False)
    """Whether somebody made sure who asks (本人確認)."""
    note_sealed: Mapped[bytes | None]
    """Why, and what was decided; under the case's key."""
    by_staff: Mapped[int | None]
    at: Mapped[int]
    due_at: Mapped[int]
    """Thirty days after it came (個人情報保護法83条)."""
    done_at: Mapped[int | None]
    done_by: Mapped[int | None]


class CaseFact(Base):
    """What a case counts as in the statistics (統計の一行), as codes sealed under the town's statistics key.

    Outlives the case's words; `handoff.statistics` says what stands in it. `month`: `2026-11`, of the opening in Tokyo.
    """

    __tablename__ = "case_facts"
    __table_args__ = (Index("case_facts_month", "tenant", "month"),)

    case_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    month: Mapped[str] = mapped_column(String(7))
    facts_sealed: Mapped[bytes]
    key_id: Mapped[int]
    at: Mapped[int]
    """`Ticket.changed_at` of what it was made from."""


class PublishedFigures(Base):
    """The statistics of a finished period as they were published (公表した集計): never changed, small cells left out.

    `period`: `2026-11`, `2026-Q3` of the fiscal year 2026, `2026-FY`. Whole numbers only, about nobody: in clear.
    """

    __tablename__ = "published_figures"

    tenant: Mapped[str] = mapped_column(String(64), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    """JSON as `handoff.statistics` reads it."""
    least: Mapped[int]
    """The smallest count that was published then."""
    at: Mapped[int]


class SlackHome(Base):
    """Who opened our App Home in Slack, so that it is drawn anew when their cases change."""

    __tablename__ = "slack_homes"

    tenant: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[int]
    drawn_at: Mapped[int] = mapped_column(default=0)


class AdviceAsker(Base):
    """Who of staff asked for advice (支援者の相談): to them alone its answers go."""

    __tablename__ = "advice_askers"
    __table_args__ = (Index("advice_askers_staff", "staff_id", "at"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    tenant: Mapped[str] = mapped_column(String(64))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[int]
    seen_at: Mapped[int | None]
    """When the asker last opened it: what was answered later is new to them."""
