"""Engines, numbers, migrations: the same promises on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, MetaData, inspect, select, text
from sqlalchemy.orm import Session

import handoff.desk_records
import handoff.flow_records
import handoff.login_records
import handoff.outward_records
import handoff.path_records
import handoff.records
import intake.door_records
import intake.tombstones  # noqa: F401 (their tables belong to the metadata)
from intake import migrations
from intake.cases import add_message, contact_of, open_case, text_of
from intake.db import (
    BadDatabaseUrl,
    insert_ignore,
    is_sqlite,
    make_engine,
    make_sessions,
    next_number,
    parse_url,
    reading,
)
from intake.ids import new_id
from intake.keystore import KeyStore
from intake.records import Base, Counter, Message
from intake.seal import BlindIndex, Sealer

# `.dump` of a database which the code of 9f4b5f6 made: the second release, whose newest migration was 0004.
LANDED = Path(__file__).parents[1] / "fixtures" / "schema_0004.sql"


@pytest.fixture
def engine(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "data").mkdir()
    made = make_engine(database_url)
    migrations.upgrade(made)
    yield made
    made.dispose()


def differences(engine: Engine) -> list[object]:
    """What alembic would change to make the database as the metadata says."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def downgrade(engine: Engine, to: str = "base") -> None:
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        config.attributes["connection"] = connection
        command.downgrade(config, to)
        connection.commit()


def test_the_migrated_schema_is_the_metadatas_up_down_and_up_again(engine: Engine) -> None:
    assert handoff.records.Ticket.__table__ in Base.metadata.sorted_tables
    assert differences(engine) == []
    migrations.upgrade(engine)
    assert differences(engine) == []
    downgrade(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrations.upgrade(engine)
    assert differences(engine) == []


def test_a_database_of_the_first_release_keeps_its_cases(engine: Engine) -> None:
    downgrade(engine, "0001")
    case = {"id": 1, "tenant": "mihon", "state": "received", "kind": "consultation", "urgency": "normal"}
    with engine.begin() as connection:
        known = MetaData()
        known.reflect(connection)
        for name in ("cases", "tickets"):
            row = {column.name: case.get(column.name, _filler(column)) for column in known.tables[name].columns}
            row |= {"case_id": 1} if name == "tickets" else {"contact_id": None}
            connection.execute(known.tables[name].insert().values({k: v for k, v in row.items() if v is not None}))
    migrations.upgrade(engine)
    assert differences(engine) == []
    with Session(engine) as session:
        kept = session.scalars(select(handoff.records.Ticket)).one()
        assert (kept.case_id, kept.kind, kept.judged_sealed) == (1, "consultation", None)


def shape(engine: Engine) -> dict[str, tuple[set[str], set[tuple[str | None, tuple[str | None, ...]]]]]:
    """Of each table the names of its columns, and its indexes with theirs."""
    seen = inspect(engine)
    return {
        table: (
            {column["name"] for column in seen.get_columns(table)},
            {
                (index["name"], tuple(index["column_names"]))
                for index in seen.get_indexes(table)
                if not index.get("duplicates_constraint")
            },
        )
        for table in seen.get_table_names()
    }


def test_a_database_of_the_second_release_stands_as_it_landed_and_comes_up(engine: Engine, tmp_path: Path) -> None:
    """A migration that landed is never edited: a database stamped with it would get nothing of the edit."""
    landed = sqlite3.connect(tmp_path / "landed.db")
    landed.executescript(LANDED.read_text())
    landed.close()
    old = make_engine(f"sqlite:///{tmp_path / 'landed.db'}")
    try:
        downgrade(engine, "0004")
        assert shape(engine) == shape(old)
        for each in (engine, old):
            migrations.upgrade(each)
            assert differences(each) == []
    finally:
        old.dispose()


def _filler(column: Column[Any]) -> object:
    """Anything that fits a column which must not be empty."""
    return None if column.nullable or column.foreign_keys else {int: 0, bool: False, bytes: b""}.get(
        column.type.python_type, "x"
    )  # fmt: skip


def test_two_processes_may_migrate_at_once(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    program = (
        "import sys; from intake.db import make_engine; from intake.migrations import upgrade; "
        "engine = make_engine(sys.argv[1]); sys.stdin.readline(); upgrade(engine); upgrade(engine)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, database_url], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    engine = make_engine(database_url)
    assert differences(engine) == []
    engine.dispose()


def test_a_failed_migration_says_why_and_lets_the_next_try(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(config: Config, _revision: str) -> None:
        config.attributes["connection"].execute(text("SELECT * FROM no_such_table"))

    with monkeypatch.context() as patched:
        patched.setattr(migrations.command, "upgrade", broken)
        with pytest.raises(Exception, match="no_such_table"):
            migrations.upgrade(engine)
    other = make_engine(engine.url.render_as_string(hide_password=False))
    try:
        if not is_sqlite(other):
            with other.begin() as connection:
                connection.execute(text("SET lock_timeout = '2s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": migrations._LOCK})
        migrations.upgrade(other)
    finally:
        other.dispose()


def test_insert_ignore_counts_alike(engine: Engine) -> None:
    with make_sessions(engine).begin() as session:
        row = {"tenant": "mihon", "name": "x", "value": 1}
        assert insert_ignore(session, Counter, row) is True
        assert insert_ignore(session, Counter, row | {"value": 2}) is False
        assert session.get_one(Counter, ("mihon", "x")).value == 1


def test_numbers_have_no_gaps_under_concurrency_and_after_rollback(engine: Engine) -> None:
    sessions = make_sessions(engine)

    def draw(number: int) -> int | None:
        with sessions() as session:
            found = next_number(session, "mihon", "case")
            if number % 3 == 0:
                session.rollback()
                return None
            session.commit()
            return found

    with ThreadPoolExecutor(6) as pool:
        drawn = [found for found in pool.map(draw, range(30)) if found is not None]
    assert sorted(drawn) == list(range(1, 21))
    with sessions.begin() as session:
        assert next_number(session, "hoka", "case") == 1


def test_readers_and_a_writer_do_not_wait_for_each_other(engine: Engine) -> None:
    sessions = make_sessions(engine)
    with sessions() as writer:
        insert_ignore(writer, Counter, {"tenant": "mihon", "name": "x", "value": 1})
        with reading(sessions) as reader:
            assert reader.scalar(select(Counter.value)) is None
            writer.commit()  # would be refused at once if the reader held a write lock
            if is_sqlite(engine):
                assert reader.scalar(select(Counter.value)) is None, "a reader sees one moment"
    with reading(sessions) as reader:
        assert reader.scalar(select(Counter.value)) == 1


def test_sqlite_is_opened_as_promised(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_a_new_sqlite_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    def open_it(number: int) -> object:
        engine = make_engine(f"sqlite:///{tmp_path / f'{number // 8}.db'}", schema=None)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (x)")
                return connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        finally:
            engine.dispose()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(open_it, range(80))) == {"wal"}


@pytest.mark.parametrize("url", ["mysql://u:hunter2@h/x", "hunter2", "", "postgresql://u:hunter2@h:hunter2/x"])
def test_a_bad_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadDatabaseUrl) as found:
        parse_url(url)
    assert "hunter2" not in str(found.value)
    assert found.value.__cause__ is None


def test_nul_and_surrogates_do_not_wedge_a_transaction(engine: Engine, tmp_path: Path) -> None:
    vault = _vault(tmp_path)
    sessions = make_sessions(engine)
    with sessions.begin() as session:
        contact = contact_of(session, vault, "mihon", "line", "U\x00\ud800", 1)
        again = contact_of(session, vault, "mihon", "line", "U\x00\ud800", 2)
        assert contact.id == again.id
        case = open_case(
            session, vault, "mihon", channel="line", route="resident", contact=contact, receipt="7K3M-92Q5", now=1
        )
        add_message(
            session, vault.sealer, case, source="in:1", author="person", kind="text", text="あ\x00い\ud800", at=1
        )
    with sessions() as session:
        assert text_of(vault.sealer, session.scalars(select(Message)).one()) == "あ\x00い\ufffd"
    vault.keys.close()


def _vault(folder: Path):  # type: ignore[no-untyped-def]
    from intake.cases import Vault

    keys = KeyStore(make_engine(f"sqlite:///{folder / 'keys.db'}", schema=None), bytes(range(32)))
    keys.prepare()
    return Vault(keys, Sealer(keys), BlindIndex(b"p" * 32))


def test_errors_of_the_database_hold_no_values(engine: Engine) -> None:
    sessions = make_sessions(engine)
    with pytest.raises(Exception) as found, sessions.begin() as session:
        session.execute(text("INSERT INTO counters (tenant, name, value) VALUES (:t, NULL, 1)"), {"t": "himitsu"})
    assert "himitsu" not in str(found.value).split("DETAIL")[0]


def test_erased_words_are_in_no_byte_of_the_file(tmp_path: Path) -> None:
    """A sealed value is not the canary; nulled, its ciphertext leaves the file and its log too."""
    from intake.cases import erase_case, forget_message

    path = tmp_path / "x.db"
    engine = make_engine(f"sqlite:///{path}")
    migrations.upgrade(engine)
    vault, sessions = _vault(tmp_path), make_sessions(engine)
    with sessions.begin() as session:
        case = open_case(
            session, vault, "mihon", channel="line", route="resident", contact=None, receipt="7K3M-92Q5", now=1
        )
        for number in range(3):
            add_message(
                session, vault.sealer, case, source=f"in:{number}", author="person", kind="text",
                text="カナリアの言葉" * 50, at=1, lookup=f"1:{number}",
            )  # fmt: skip
    sealed = [row[0] for row in sqlite3.connect(path).execute("SELECT body_sealed FROM messages")]
    with sessions.begin() as session:
        assert forget_message(session, "mihon", "1:0", 2) == [case.id]
        assert forget_message(session, "hoka", "1:1", 2) == [], "another town's message stays"
    with sessions.begin() as session:
        erase_case(session, session.merge(case), 3)
    vault.keys.destroy(case.key_id)
    with sessions.begin() as session:
        assert all(row.body_sealed is None for row in session.scalars(select(Message)))
    with engine.connect() as connection:
        connection.rollback()
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bytes_left = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.name.startswith("x.db"))
    assert "カナリア".encode() not in bytes_left
    assert b"7K3M-92Q5" not in bytes_left
    assert [envelope[9:40] in bytes_left for envelope in sealed] == [False] * 3
    engine.dispose()
    vault.keys.close()
    assert new_id() > 0
