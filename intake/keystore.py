"""The key store (鍵束): wrapped data keys in a database of their own, apart from the data they open."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import BigInteger, LargeBinary, MetaData, String, Table, UniqueConstraint, delete, func, insert, select
from sqlalchemy import Column as Col
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from intake.clock import now_ms
from intake.ids import new_id
from intake.seal import KeyDestroyed, Unreadable

metadata = MetaData()
_JAPAN = timezone(timedelta(hours=9))
_LOCK = 7_021_108

data_keys = Table(
    "data_keys",
    metadata,
    Col("id", BigInteger, primary_key=True, autoincrement=False),
    Col("tenant", String(64), nullable=False),
    Col("purpose", String(16), nullable=False),
    Col("scope", String(64), nullable=False),
    Col("wrapped", LargeBinary, nullable=False),
    Col("created_at", BigInteger, nullable=False),
    UniqueConstraint("tenant", "purpose", "scope"),
)


class KeyStore:
    """Makes, finds and destroys data keys. A key is committed here before anything is sealed with it."""

    def __init__(self, engine: Engine, kek: bytes) -> None:
        self._engine = engine
        self._reading = engine.execution_options(read_only=True)  # on SQLite: no write lock to open a value
        self._kek = AESGCM(kek)
        self._scoped: dict[tuple[str, str, str], int] = {}
        self._lock = threading.Lock()

    @property
    def engine(self) -> Engine:
        """The store's own database, for housekeeping."""
        return self._engine

    def prepare(self) -> None:
        """Create the table where it is missing. Several processes may do so at once."""
        with self._engine.begin() as connection:
            if self._engine.dialect.name != "sqlite":
                # SQLite's write lock keeps others out by itself.
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            metadata.create_all(connection)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def create(self, tenant: str, purpose: str) -> int:
        """A new key for one case (`case`) or one contact (`contact`). Returns its id."""
        key_id = new_id()
        self._insert(key_id, tenant, purpose, f"#{key_id}")
        return key_id

    def create_many(self, tenant: str, purpose: str, count: int) -> dict[int, bytes]:
        """`count` new keys by their ids, made in one transaction: for measurements that fill a whole town."""
        keys = {new_id(): AESGCM.generate_key(256) for _ in range(count)}
        with self._engine.begin() as connection:
            connection.execute(
                insert(data_keys), [self._row(key_id, tenant, purpose, key=key) for key_id, key in keys.items()]
            )
        return keys

    def scoped(self, tenant: str, purpose: str, scope: str) -> int:
        """The key shared by a scope, such as one day of the inbox; made on first use by whichever process is first."""
        cache_key = (tenant, purpose, scope)
        with self._lock:
            known = self._scoped.get(cache_key)
        if known is None:
            known = self._find_or_insert(tenant, purpose, scope)
            with self._lock:
                self._scoped[cache_key] = known
        return known

    def of_day(self, tenant: str, purpose: str, at: int, kind: str = "") -> int:
        """The scoped key of the day (in Japan) of `at` (ms), for one kind of content: `2026-11-22`, `group-2026-11-22`.

        Made by the day so that it can die: what it sealed goes with it.
        """
        day = datetime.fromtimestamp(at / 1000, _JAPAN).date().isoformat()
        return self.scoped(tenant, purpose, f"{kind}-{day}" if kind else day)

    def get(self, key_id: int) -> bytes:
        """The key's bytes. Raises `KeyDestroyed` when it is gone, `Unreadable` when the KEK does not fit."""
        with self._reading.connect() as connection:
            row = connection.execute(
                select(data_keys.c.wrapped, data_keys.c.tenant).where(data_keys.c.id == key_id)
            ).one_or_none()
        if row is None:
            raise KeyDestroyed("the data key is gone")
        try:
            return self._kek.decrypt(row.wrapped[:12], row.wrapped[12:], _aad(row.tenant, key_id))
        except InvalidTag:
            raise Unreadable("the key folder does not belong to this data") from None

    def destroy(self, key_id: int) -> None:
        """Remove a key for good. Destroying it again changes nothing."""
        with self._engine.begin() as connection:
            connection.execute(delete(data_keys).where(data_keys.c.id == key_id))
        with self._lock:
            self._scoped = {scope: known for scope, known in self._scoped.items() if known != key_id}

    def present(self, key_ids: Sequence[int]) -> list[int]:
        """Those of `key_ids` that are not destroyed yet."""
        with self._reading.connect() as connection:
            found = select(data_keys.c.id).where(data_keys.c.id.in_(key_ids))
            return list(connection.scalars(found)) if key_ids else []

    def made(self, purposes: Sequence[str], before: int, since: int = 0) -> list[tuple[int, str]]:
        """(id, tenant) of the keys of these purposes made from `since` until `before` (ms), oldest first."""
        columns = data_keys.c
        query = select(columns.id, columns.tenant).where(
            columns.purpose.in_(purposes), columns.created_at >= since, columns.created_at < before
        )
        with self._reading.connect() as connection:
            return [(row.id, row.tenant) for row in connection.execute(query.order_by(columns.id))]

    def _find_or_insert(self, tenant: str, purpose: str, scope: str) -> int:
        found = self._find(tenant, purpose, scope)
        if found is not None:
            return found
        key_id = new_id()
        try:
            self._insert(key_id, tenant, purpose, scope)
        except IntegrityError:
            found = self._find(tenant, purpose, scope)
            if found is None:
                raise
            return found
        return key_id

    def _find(self, tenant: str, purpose: str, scope: str) -> int | None:
        columns = data_keys.c
        with self._reading.connect() as connection:
            return connection.execute(
                select(columns.id).where(columns.tenant == tenant, columns.purpose == purpose, columns.scope == scope)
            ).scalar_one_or_none()

    def _insert(self, key_id: int, tenant: str, purpose: str, scope: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(data_keys).values(**self._row(key_id, tenant, purpose, scope)))

    def _row(self, key_id: int, tenant: str, purpose: str, scope: str = "", *, key: bytes = b"") -> dict[str, Any]:
        nonce = os.urandom(12)
        wrapped = nonce + self._kek.encrypt(nonce, key or AESGCM.generate_key(256), _aad(tenant, key_id))
        scope = scope or f"#{key_id}"
        return {
            "id": key_id, "tenant": tenant, "purpose": purpose, "scope": scope, "wrapped": wrapped,
            "created_at": now_ms(),
        }  # fmt: skip


def _aad(tenant: str, key_id: int) -> bytes:
    return f"data-key\x1f{tenant}\x1f{key_id}".encode()
