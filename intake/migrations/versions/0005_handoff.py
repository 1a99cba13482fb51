"""The whole handoff: packets, meetings, paths in, resources, retention, what goes outward."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 (a list of tables)
    """Apply."""
    op.create_table(
        "feed_rows",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("feed", sa.String(length=32), nullable=False),
        sa.Column("row_key", sa.String(length=80), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant", "feed", "row_key"),
    )
    op.create_index("feed_rows_state", "feed_rows", ["tenant", "state", "id"], unique=False)
    op.create_table(
        "feeds",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant", "name"),
    )
    op.create_table(
        "disasters",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("by_staff", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by_staff"], ["staff.id"]),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("disasters_tenant", "disasters", ["tenant", "ended_at"], unique=False)
    op.create_table(
        "disaster_told",
        sa.Column("disaster_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["disaster_id"], ["disasters.id"]),
        sa.PrimaryKeyConstraint("disaster_id", "contact_id"),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reach_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("lookup", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("offers_state", "offers", ["tenant", "state", "id"], unique=False)
    op.create_table(
        "remarks",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("place_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("remarks_state", "remarks", ["tenant", "state", "id"], unique=False)
    op.create_table(
        "shredded",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("label", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("shredded_tenant", "shredded", ["tenant", "at"], unique=False)
    op.create_table(
        "survey_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("batch", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index("survey_codes_batch", "survey_codes", ["tenant", "batch"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("by_staff", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_staff"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_table(
        "lessons",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("theme", sa.String(length=32), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("by_staff", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_staff"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("lessons_month", "lessons", ["tenant", "kind", "month"], unique=False)
    op.create_table(
        "resources",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("offer_id", sa.BigInteger(), nullable=True),
        sa.Column("by_staff", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_staff"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("resources_tenant", "resources", ["tenant", "id"], unique=False)
    op.create_table(
        "webhook_targets",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=False),
        sa.Column("events", sa.String(length=200), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_staff", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_staff"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "agendas",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("meeting", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(length=80), nullable=False),
        sa.Column("basis", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decide_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("result_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by_staff", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant", "meeting", "month", "case_id"),
    )
    op.create_table(
        "case_sheets",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "case_sources",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=4), nullable=False),
        sa.Column("meeting_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("secrecy", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_table(
        "packets",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("basis", sa.String(length=8), nullable=False),
        sa.Column("variant", sa.String(length=16), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("dropped", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant", "number"),
    )
    op.create_index("packets_case", "packets", ["case_id", "id"], unique=False)
    op.create_table(
        "plan_states",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("plan_number", sa.String(length=40), nullable=False),
        sa.Column("next_on", sa.String(length=10), nullable=False),
        sa.Column("main_desk", sa.String(length=64), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("by_staff", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_staff"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("plan_states_case", "plan_states", ["case_id", "id"], unique=False)
    op.create_table(
        "retention_holds",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_staff", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_staff"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("retention_holds_case", "retention_holds", ["case_id"], unique=False)
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["webhook_targets.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("target_id", "event_id"),
    )
    op.create_index("webhook_deliveries_state", "webhook_deliveries", ["tenant", "state", "id"], unique=False)
    op.create_table(
        "packet_looks",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("packet_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("token_id", sa.BigInteger(), nullable=True),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["packet_id"],
            ["packets.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("packet_looks_packet", "packet_looks", ["packet_id", "id"], unique=False)
    op.add_column("handovers", sa.Column("packet_id", sa.BigInteger(), nullable=True))
    op.add_column("handovers", sa.Column("purpose", sa.String(length=16), server_default="consult", nullable=False))
    op.add_column("handovers", sa.Column("form", sa.String(length=16), server_default="", nullable=False))
    op.add_column("handovers", sa.Column("desk_name", sa.String(length=120), server_default="", nullable=False))
    op.add_column("handovers", sa.Column("lead", sa.Boolean(), server_default="1", nullable=False))
    op.add_column("handovers", sa.Column("due_at", sa.BigInteger(), nullable=True))
    op.add_column("handovers", sa.Column("reminded_at", sa.BigInteger(), nullable=True))
    op.add_column("handovers", sa.Column("received_at", sa.BigInteger(), nullable=True))
    op.add_column("handovers", sa.Column("received_by", sa.BigInteger(), nullable=True))
    op.add_column("handovers", sa.Column("settled_at", sa.BigInteger(), nullable=True))
    op.add_column("handovers", sa.Column("settled_by", sa.BigInteger(), nullable=True))
    op.add_column("handovers", sa.Column("reason_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("handovers", sa.Column("decided_by", sa.BigInteger(), nullable=True))
    op.add_column("staff", sa.Column("titles", sa.String(length=80), server_default="", nullable=False))
    op.add_column("tickets", sa.Column("area", sa.String(length=32), server_default="", nullable=False))
    op.create_index("handovers_case", "handovers", ["case_id", "id"], unique=False)
    op.create_index("handovers_desk", "handovers", ["tenant", "to_desk", "state"], unique=False)


def downgrade() -> None:  # noqa: PLR0915 (a list of tables)
    """Take back."""
    op.drop_index("handovers_desk", table_name="handovers")
    op.drop_index("handovers_case", table_name="handovers")
    op.drop_column("tickets", "area")
    op.drop_column("staff", "titles")
    op.drop_column("handovers", "decided_by")
    op.drop_column("handovers", "reason_sealed")
    op.drop_column("handovers", "settled_by")
    op.drop_column("handovers", "settled_at")
    op.drop_column("handovers", "received_by")
    op.drop_column("handovers", "received_at")
    op.drop_column("handovers", "reminded_at")
    op.drop_column("handovers", "due_at")
    op.drop_column("handovers", "lead")
    op.drop_column("handovers", "desk_name")
    op.drop_column("handovers", "form")
    op.drop_column("handovers", "purpose")
    op.drop_column("handovers", "packet_id")
    op.drop_index("packet_looks_packet", table_name="packet_looks")
    op.drop_table("packet_looks")
    op.drop_index("webhook_deliveries_state", table_name="webhook_deliveries")
    op.drop_table("webhook_deliveries")
    op.drop_index("retention_holds_case", table_name="retention_holds")
    op.drop_table("retention_holds")
    op.drop_index("plan_states_case", table_name="plan_states")
    op.drop_table("plan_states")
    op.drop_index("packets_case", table_name="packets")
    op.drop_table("packets")
    op.drop_table("case_sources")
    op.drop_table("case_sheets")
    op.drop_table("agendas")
    op.drop_table("webhook_targets")
    op.drop_index("resources_tenant", table_name="resources")
    op.drop_table("resources")
    op.drop_index("lessons_month", table_name="lessons")
    op.drop_table("lessons")
    op.drop_table("api_tokens")
    op.drop_index("survey_codes_batch", table_name="survey_codes")
    op.drop_table("survey_codes")
    op.drop_index("shredded_tenant", table_name="shredded")
    op.drop_table("shredded")
    op.drop_index("remarks_state", table_name="remarks")
    op.drop_table("remarks")
    op.drop_index("offers_state", table_name="offers")
    op.drop_table("offers")
    op.drop_index("feed_rows_state", table_name="feed_rows")
    op.drop_table("feed_rows")
    op.drop_table("feeds")
    op.drop_table("disaster_told")
    op.drop_index("disasters_tenant", table_name="disasters")
    op.drop_table("disasters")
