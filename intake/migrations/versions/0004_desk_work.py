"""The desk's daily work: hold, fold, drafts, looks, views, passes, settings, requests, counts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "case_facts",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("facts_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("case_facts_month", "case_facts", ["tenant", "month"], unique=False)
    op.create_table(
        "published_figures",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("least", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "period"),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("invite_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash"),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("filters", sa.String(length=400), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("staff_id", "name"),
    )
    op.create_table(
        "setting_changes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by_staff", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_staff"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("setting_changes_tenant", "setting_changes", ["tenant", "id"], unique=False)
    op.create_table(
        "slack_homes",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("tenant", "user_id"),
    )
    op.create_table(
        "case_passes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("seen_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("case_passes_staff", "case_passes", ["staff_id", "case_id"], unique=False)
    op.create_table(
        "data_requests",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("identity_checked", sa.Boolean(), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by_staff", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("data_requests_state", "data_requests", ["tenant", "state", "id"], unique=False)
    op.create_table(
        "folds",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("into_case", sa.BigInteger(), nullable=False),
        sa.Column("state_before", sa.String(length=16), nullable=False),
        sa.Column("owner_before", sa.BigInteger(), nullable=True),
        sa.Column("by_staff", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_staff"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["into_case"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("folds_case", "folds", ["case_id"], unique=False)
    op.create_index("folds_into", "folds", ["into_case"], unique=False)
    op.create_table(
        "presences",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "staff_id"),
    )
    op.create_index(op.f("ix_presences_tenant"), "presences", ["tenant"], unique=False)
    op.create_table(
        "reply_drafts",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "staff_id"),
    )
    op.add_column("console_sessions", sa.Column("via", sa.String(length=16), server_default="link", nullable=False))
    op.add_column("console_sessions", sa.Column("browser", sa.String(length=60), server_default="", nullable=False))
    op.add_column("login_links", sa.Column("kind", sa.String(length=16), server_default="link", nullable=False))
    op.add_column("login_links", sa.Column("by_staff", sa.BigInteger(), nullable=True))
    op.add_column("staff", sa.Column("left_at", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("changed_at", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("tickets", sa.Column("hold_until", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("folded_into", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("first_reply_at", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("speaker", sa.String(length=16), server_default="bot", nullable=False))
    op.add_column("tickets", sa.Column("practice", sa.Boolean(), server_default="0", nullable=False))
    op.execute("UPDATE tickets SET changed_at = COALESCE(closed_at, waiting_since)")
    op.create_index("tickets_changed", "tickets", ["tenant", "changed_at"], unique=False)
    op.create_index("cases_opened", "cases", ["tenant", "opened_at"], unique=False)
    op.create_index("audit_staff", "audit", ["tenant", "staff_id", "seq"], unique=False)
    op.create_index("audit_at", "audit", ["tenant", "at"], unique=False)
    op.create_index("tickets_owner", "tickets", ["tenant", "owner_id", "state"], unique=False)
    op.create_index("console_sessions_staff", "console_sessions", ["staff_id", "seen_at"], unique=False)
    op.create_index("slack_cards_ts", "slack_cards", ["channel", "ts"], unique=False)
    op.create_index("outgoing_case", "outgoing", ["case_id", "id"], unique=False)
    op.create_index("audit_case", "audit", ["case_id", "seq"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("audit_case", table_name="audit")
    op.drop_index("slack_cards_ts", table_name="slack_cards")
    op.drop_index("outgoing_case", table_name="outgoing")
    op.drop_index("console_sessions_staff", table_name="console_sessions")
    op.drop_index("cases_opened", table_name="cases")
    op.drop_index("audit_at", table_name="audit")
    op.drop_index("audit_staff", table_name="audit")
    op.drop_index("tickets_owner", table_name="tickets")
    op.drop_index("tickets_changed", table_name="tickets")
    op.drop_column("tickets", "practice")
    op.drop_column("tickets", "speaker")
    op.drop_column("tickets", "first_reply_at")
    op.drop_column("tickets", "folded_into")
    op.drop_column("tickets", "hold_until")
    op.drop_column("tickets", "changed_at")
    op.drop_column("staff", "left_at")
    op.drop_column("login_links", "by_staff")
    op.drop_column("login_links", "kind")
    op.drop_column("console_sessions", "browser")
    op.drop_column("console_sessions", "via")
    op.drop_table("reply_drafts")
    op.drop_index(op.f("ix_presences_tenant"), table_name="presences")
    op.drop_table("presences")
    op.drop_index("folds_into", table_name="folds")
    op.drop_index("folds_case", table_name="folds")
    op.drop_table("folds")
    op.drop_index("data_requests_state", table_name="data_requests")
    op.drop_table("data_requests")
    op.drop_index("case_passes_staff", table_name="case_passes")
    op.drop_table("case_passes")
    op.drop_table("slack_homes")
    op.drop_index("setting_changes_tenant", table_name="setting_changes")
    op.drop_table("setting_changes")
    op.drop_table("saved_views")
    op.drop_table("sign_in_tries")
    op.drop_table("published_figures")
    op.drop_index("case_facts_month", table_name="case_facts")
    op.drop_table("case_facts")
