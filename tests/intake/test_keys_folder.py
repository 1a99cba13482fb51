"""The key folder and the key store."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from intake import secrets
from intake.db import make_engine
from intake.ids import IdMaker, new_id
from intake.keystore import KeyStore
from intake.seal import Cell, KeyDestroyed, Sealer, Unreadable

KEK = bytes(range(32))


def test_keys_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "keys"
    before = os.umask(0)
    try:
        made = secrets.create(folder, data_exists=False)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ("kek", "pepper", "audit", "session")} == {0o600}
    assert len({made.kek, made.pepper, made.audit, made.session}) == 4
    assert secrets.load(folder) == made


def test_keys_are_never_made_again(tmp_path: Path) -> None:
    made = secrets.create(tmp_path / "keys", data_exists=False)
    with pytest.raises(secrets.KeysExist):
        secrets.create(tmp_path / "keys", data_exists=False)
    assert secrets.load(tmp_path / "keys") == made


@pytest.mark.parametrize("left", ["kek", "session", "keys.db"])
def test_one_left_over_file_is_enough_to_refuse(tmp_path: Path, left: str) -> None:
    (tmp_path / left).write_bytes(b"x")
    with pytest.raises(secrets.KeysExist):
        secrets.create(tmp_path, data_exists=False)
    assert [path.name for path in tmp_path.iterdir()] == [left]


def test_with_data_there_no_keys_are_made(tmp_path: Path) -> None:
    with pytest.raises(secrets.KeysExist):
        secrets.create(tmp_path / "keys", data_exists=True)
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    secrets.create(tmp_path / "keys", data_exists=False)
    (tmp_path / "keys" / "audit").chmod(mode)
    with pytest.raises(secrets.KeysUnsafe):
        secrets.load(tmp_path / "keys")


@pytest.mark.parametrize("value", [b"", b"kort!", bytes(32), b"ab" * 16, bytes(range(33))])
def test_a_short_or_constant_key_is_refused_and_not_shown(tmp_path: Path, value: bytes) -> None:
    secrets.create(tmp_path / "keys", data_exists=False)
    (tmp_path / "keys" / "pepper").write_bytes(value)
    with pytest.raises(secrets.KeysUnsafe) as found:
        secrets.load(tmp_path / "keys")
    assert not value or repr(value)[2:-1] not in str(found.value)


def test_missing_keys_name_the_command_and_make_nothing(tmp_path: Path) -> None:
    with pytest.raises(secrets.KeysMissing, match="toritsugi init"):
        secrets.load(tmp_path / "keys")
    assert list(tmp_path.iterdir()) == []


def test_keys_are_never_printed(tmp_path: Path) -> None:
    made = secrets.create(tmp_path / "keys", data_exists=False)
    assert "kek" not in repr(made)
    assert made.kek.hex() not in repr(made)


@pytest.fixture
def stores(database_url: str, tmp_path: Path) -> Iterator[list[KeyStore]]:
    """Two processes' stores over one key database."""
    (tmp_path / "data").mkdir()
    made = [KeyStore(make_engine(database_url, schema=None), KEK) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(KeyStore.prepare, made))
    yield made
    for store in made:
        store.close()


def test_a_scope_has_one_key_whoever_asks_first(stores: list[KeyStore]) -> None:
    def ask(number: int) -> int:
        return stores[number % 2].scoped("mihon", "inbox", f"2026-11-{number % 3}")

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(ask, range(24)))
    assert len(set(found)) == 3
    assert len({stores[0].get(key_id) for key_id in found}) == 3
    assert stores[0].scoped("hoka", "inbox", "2026-11-0") not in found


def test_keys_differ_and_a_destroyed_one_is_gone_for_everybody(stores: list[KeyStore]) -> None:
    first, second = stores
    key_id, other = first.create("mihon", "case"), first.create("mihon", "case")
    assert len(second.get(key_id)) == 32
    assert second.get(key_id) != second.get(other)
    first.destroy(key_id)
    first.destroy(key_id)
    with pytest.raises(KeyDestroyed):
        second.get(key_id)
    assert len(second.get(other)) == 32


def test_a_destroyed_scope_begins_anew(stores: list[KeyStore]) -> None:
    old = stores[0].scoped("mihon", "inbox", "day")
    stores[0].destroy(old)
    fresh = stores[0].scoped("mihon", "inbox", "day")
    assert fresh != old
    assert len(stores[0].get(fresh)) == 32


def test_another_kek_opens_nothing(stores: list[KeyStore], database_url: str) -> None:
    key_id = stores[0].create("mihon", "case")
    cell = Cell("mihon", "messages", "body_sealed", 1)
    sealed = Sealer(stores[0]).seal(key_id, cell, b"x")
    stranger = KeyStore(make_engine(database_url, schema=None), KEK[::-1])
    try:
        with pytest.raises(Unreadable) as found:
            Sealer(stranger).open(cell, sealed)
        assert not isinstance(found.value, KeyDestroyed)
    finally:
        stranger.close()


def test_ids_rise_across_threads_and_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    make = IdMaker()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _n: [make() for _ in range(500)], range(8)))
    assert all(run == sorted(set(run)) for run in found)
    assert len({one for run in found for one in run}) == 4_000
    last = make()
    monkeypatch.setattr("intake.ids.time.time", lambda: 1_704_067_200.0)
    assert make() == last + 1
    assert 0 < new_id() < 2**63
