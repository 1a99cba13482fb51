"""`toritsugi call test`: every address is tried, and which took it is said; no address is printed."""

from __future__ import annotations

import json
import os

import pytest
from calls_kit import listening
from typer.testing import CliRunner

from bots.cli import app
from bots.settings import BadSettings


def test_every_way_is_tried_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as hooks:
        hooks.failing.add("second")
        notify = {name: [hooks.address(name)] for name in ("first", "second")}
        monkeypatch.setenv("TORITSUGI_CONFIG", os.devnull)
        monkeypatch.setenv("TORITSUGI_TENANTS", json.dumps({"mihon": {"notify": notify}, "other": {}}))
        said = CliRunner().invoke(app, ["call", "test", "--town", "mihon"])
        assert (said.exit_code, hooks.names) == (1, ["first"])
        assert "first　届きました" in said.output and "second　届きませんでした" in said.output
        assert "練習" in hooks.arrived[0][1]["title"] and "hunter2" not in said.output
        hooks.failing.clear()
        assert CliRunner().invoke(app, ["call", "test", "--town", "mihon"]).exit_code == 0
        nobody = CliRunner().invoke(app, ["call", "test", "--town", "other"])
        assert nobody.exit_code == 1 and "呼び出し先がありません" in nobody.output
        unknown = CliRunner().invoke(app, ["call", "test", "--town", "nowhere"])
        assert isinstance(unknown.exception, BadSettings) and "mihon・other" in str(unknown.exception)
