"""`toritsugi demo --check` as a newcomer runs it, on each database: one JSON line, exit 0, nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_the_whole_line_arrives_exactly_once(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own = tmp_path_factory.mktemp("own")  # other towns may come and go beside this one
    command = [sys.executable, "-m", "bots", "demo", "--check"]
    if database == "postgresql":
        command += ["--database", request.getfixturevalue("postgres_server")]
    environment = {**os.environ, "TMPDIR": str(own)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=environment)
    assert done.stdout.count("\n") == 1, done.stderr
    result = json.loads(done.stdout)
    assert done.returncode == 0, result
    assert {"ok", "seconds_to_alert", "seconds_to_reply", "cases", "lost", "duplicated"} <= result.keys()
    assert result["ok"] is True
    assert (result["cases"], result["lost"], result["duplicated"]) == (3, 0, 0)
    assert result["database"] == database
    assert list(own.glob("toritsugi-demo-*")) == []


def test_an_unreachable_database_is_one_sentence_and_exit_code_2() -> None:
    command = [
        sys.executable,
        "-m",
        "bots",
        "demo",
        "--check",
        "--database",
        "postgresql://nobody:secret@127.0.0.1:1/x",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "--database" in done.stderr
    assert "secret" not in done.stderr + done.stdout
