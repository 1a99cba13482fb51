"""`toritsugi training` and `toritsugi slack setup` as an operator meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bots.cli import app
from bots.settings import BadSettings
from intake import secrets as keys


@pytest.fixture
def new_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A town that was set up a minute ago and never ran."""
    monkeypatch.setenv("TORITSUGI_CONFIG", "/dev/null")
    monkeypatch.setenv("TORITSUGI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TORITSUGI_KEYS_DIR", str(tmp_path / "keys"))
    monkeypatch.setenv("TORITSUGI_TENANTS", json.dumps({"mihon": {"pack": "mihon"}}))
    (tmp_path / "data").mkdir()
    keys.create(tmp_path / "keys", data_exists=False)


def test_practice_is_made_and_cleared_before_the_product_ever_ran(new_town: None) -> None:
    made = CliRunner().invoke(app, ["training", "make", "--count", "2"])
    assert made.exit_code == 0, made.output
    assert "2 件作りました" in made.output
    assert CliRunner().invoke(app, ["training", "make", "--count", "99"]).exit_code == 2
    cleared = CliRunner().invoke(app, ["training", "clear", "--yes"])
    assert "2 件消しました" in cleared.output


def test_setup_writes_the_manifest_and_says_what_to_do(new_town: None, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["slack", "setup", "--mode", "socket", "--write", str(tmp_path / "m.json")])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "m.json").read_text("utf-8"))["settings"]["socket_mode_enabled"] is True
    assert "10. toritsugi slack doctor" in done.output
    refused = CliRunner().invoke(app, ["slack", "setup"])
    assert isinstance(refused.exception, BadSettings)
    assert "TORITSUGI_PUBLIC_URL" in str(refused.exception)
