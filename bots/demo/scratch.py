"""A database for one demo: SQLite needs none; on PostgreSQL a new database is made and dropped again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from bots.settings import BadSettings
from intake.db import BadDatabaseUrl, parse_url


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """ "" for SQLite in the demo's folder, else the URL of a new database on the server that `url` names.

    Raises `BadSettings` when the server cannot be reached or does not let us make a database.
    """
    if not url:
        yield ""
        return
    try:
        server = parse_url(url)
    except BadDatabaseUrl as fault:
        raise BadSettings(str(fault)) from None
    if server.get_backend_name() == "sqlite":
        yield ""
        return
    name = f"toritsugi_demo_{secrets.token_hex(4)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
    except DBAPIError:
        raise BadSettings("PostgreSQL につながらないか、データベースを作る権限がありません (--database)。") from None
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        engine.dispose()
