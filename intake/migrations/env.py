"""Alembic's entry: it works on the connection that `intake.migrations.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from intake.records import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
