"""The month's report on LINE (`bots.line.usage`): what it counts, and that it says nothing of anybody."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from play_town import STORY, TENANT, Town
from sqlalchemy import select
from typer.testing import CliRunner

from bots import cli
from bots.line.usage import usage
from handoff import proxy
from handoff.facts import month_of, next_month
from intake import secrets
from intake.clock import now_ms
from intake.records import Case


def counted(town: Town, month: str) -> dict[str, int]:
    with town.parts.sessions() as session:
        return {one.name.strip(): one.number for one in usage(session, TENANT, month)}


def test_a_month_is_counted_and_no_other(town: Town) -> None:
    month = month_of(now_ms())
    assert set(counted(town, month).values()) == {0}
    town.say(STORY, "m1")
    town.say("電気も止まります", "m2")
    town.unsend("m2")
    with town.work() as session:
        staff, (case_id,) = town.staff(), session.scalars(select(Case.id)).all()
        proxy.add_words(town.office, session, case_id, staff, "phone", "電話で、家賃もと聞きました", now_ms(), "once")
    found = counted(town, month)
    assert found["LINE から始まった相談・通報"] == 1
    assert (found["LINE から届いたことば・写真など"], found["本人が LINE で取り消したもの"]) == (2, 1)
    assert found["うち写真・声・動画・ファイル"] == found["消した相談（「けす」・保存期間）"] == 0
    assert set(counted(town, next_month(month)).values()) == {0}
    with town.parts.sessions() as session:
        assert {one.number for one in usage(session, "another", month)} == {0}


@pytest.fixture
def _ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("TORITSUGI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TORITSUGI_TENANTS", json.dumps({"mihon": {}}))
    secrets.create(Path("keys"), data_exists=False)
    Path("data").mkdir()


@pytest.mark.usefixtures("_ready")
def test_the_command_tells_last_month_and_writes_a_file() -> None:
    done = CliRunner().invoke(cli.app, ["line", "report", "--csv", "r.csv"])
    assert done.exit_code == 0 and "LINE の利用報告　みほん市" in done.output
    lines = Path("r.csv").read_text("utf-8-sig").splitlines()
    last = lines[1].split(",")[0]
    assert next_month(last) == month_of(now_ms()) and len(lines) == 9
    for month in ("2026-13", next_month(month_of(now_ms()))):
        refused = CliRunner().invoke(cli.app, ["line", "report", "--month", month])
        assert refused.exit_code != 0 and "--month" in str(refused.exception)
