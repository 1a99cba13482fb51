"""`toritsugi staff`: the people of the desk from the command line, with the same rules as on screen."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bots import cli
from intake import secrets

REAL = "hemmelig-7Fz2kQ9w"


@pytest.fixture(autouse=True)
def _ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("TORITSUGI_"):
            monkeypatch.delenv(name)
    slack = {"team_id": "T1", "channel": "C1", "bot_token": REAL, "signing_secret": REAL}
    monkeypatch.setenv("TORITSUGI_TENANTS", json.dumps({"mihon": {"slack": slack}}))
    secrets.create(Path("keys"), data_exists=False)
    Path("data").mkdir()


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, ["staff", *words])


def test_from_the_first_to_the_last_day() -> None:
    made = run("add", "佐藤", "--role", "manager", "--slack", "U0123")
    assert made.exit_code == 0 and "/console/login/" in made.output
    sato = re.search(r"id (\d+)", made.output)
    assert sato
    assert "/console/invite/" in run("invite", sato[1]).output
    refused = run("leave", sato[1], "--yes")
    assert refused.exit_code == 2 and "管理の人がいなくなります" in refused.output
    assert run("add", "田中", "--role", "manager").exit_code == 0
    assert run("leave", sato[1]).exit_code == 2, "nothing is done without a yes"
    left = run("leave", sato[1], "--yes")
    assert left.exit_code == 0 and "0 件を渡しました" in left.output
    shown = run("list").output
    assert re.search(r"佐藤.*リンクだけ.*異動・退職", shown) and re.search(r"田中.*manager.*います", shown)
    assert run("login", sato[1]).exit_code == 2 and run("leave", sato[1], "--yes").exit_code == 2
    assert run("sessions").exit_code == 0
    assert run("sessions", "--end").exit_code == 2
    assert "0 台" in run("sessions", sato[1], "--end").output
