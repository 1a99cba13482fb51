"""Database engines: SQLite (WAL) by default, PostgreSQL by URL, from the same code.

Write transactions on SQLite begin with `BEGIN IMMEDIATE`, because an upgraded read lock fails at once with
`database is locked`, whatever the busy timeout. Readers open with the option `read_only` and never wait for a writer.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.orm import Session, sessionmaker

from intake.records import Counter

APP_SCHEMA = "app"
_BUSY_MS = 30_000


class BadDatabaseUrl(ValueError):
    """The database URL is neither SQLite nor PostgreSQL."""


def parse_url(url: str) -> URL:
    """The SQLAlchemy URL with the driver that we ship (psycopg 3). Raises `BadDatabaseUrl`, never echoing the URL."""
    try:
        parsed = make_url(url)
    except Exception:  # noqa: BLE001 (whatever it is, it may quote the password in the URL)
        raise BadDatabaseUrl("データベースのURLが読めません (TORITSUGI_DATABASE_URL)。") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+pysqlite")
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise BadDatabaseUrl("データベースは sqlite か postgresql だけです (TORITSUGI_DATABASE_URL)。")


_POSTGRES_SPEED: Final = "-c jit=off -c random_page_cost=1.1"
"""What we ask is short: compiling it costs more than it saves, and PostgreSQL, which reckons with turning disks, would
rather read all of 100,000 cases than fetch the 1,500 of a queue by their ids (26 ms instead of 6)."""


def make_engine(url: str, *, pool_size: int = 8, schema: str | None = APP_SCHEMA, durable: bool = True) -> Engine:
    """A new engine with a pool of its own. Web, durable engine and domain work never share one.

    `hide_parameters` keeps personal text out of every database error.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            hide_parameters=True,
            pool_size=pool_size,
            max_overflow=0,
            connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False},
        )
        _prepare_sqlite(engine, durable=durable)
        return engine
    options = _POSTGRES_SPEED + (f" -c search_path={schema}" if schema else "")
    return create_engine(
        parsed,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={"options": options},
    )


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose values stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def is_sqlite(engine: Engine) -> bool:
    """Whether the embedded database is used."""
    return engine.dialect.name == "sqlite"


def reading(sessions: sessionmaker[Session]) -> Session:
    """A session that only reads: on SQLite it takes no write lock."""
    engine = sessions.kw["bind"]
    return sessions(bind=engine.execution_options(read_only=True))


def _prepare_sqlite(engine: Engine, *, durable: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        _switch_to_wal(connection)
        for pragma in (
            f"synchronous={'FULL' if durable else 'NORMAL'}",
            f"busy_timeout={_BUSY_MS}",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Write-ahead logging. Two processes that open a new file at once would refuse each other without waiting:
    SQLite does not apply its busy timeout to this switch."""
    for left in range(_BUSY_MS // 50, -1, -1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(0.05)
        else:
            return


def insert_ignore(session: Session, table: type[Any], values: dict[str, Any]) -> bool:
    """`INSERT … ON CONFLICT DO NOTHING`: True when the row is new, False when one like it is there already."""
    core = table.__table__
    make = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    # Returned rows are counted, because drivers differ in what `rowcount` says of an ignored insert.
    statement = make(core).values(**values).on_conflict_do_nothing().returning(next(iter(core.primary_key)))
    return session.execute(statement).first() is not None


def next_number(session: Session, tenant: str, name: str) -> int:
    """The next number of a gapless series; the row stays locked until the caller's transaction ends."""
    insert_ignore(session, Counter, {"tenant": tenant, "name": name, "value": 0})
    return session.execute(
        update(Counter)
        .where(Counter.tenant == tenant, Counter.name == name)
        .values(value=Counter.value + 1)
        .returning(Counter.value)
    ).scalar_one()
