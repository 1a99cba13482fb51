"""Schema changes (Alembic), run from code so that a town needs no extra command."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from intake.db import APP_SCHEMA, is_sqlite

_LOCK = 7_021_106


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema. Safe to call from several processes at once, and again."""
    with engine.connect() as connection:
        if not is_sqlite(engine):
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {APP_SCHEMA}"))
            connection.commit()
        try:
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        finally:
            connection.rollback()  # after a fault no statement would pass, and the lock would stay with the pool
            if not is_sqlite(engine):
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
                connection.commit()
