"""One process of each role on SQLite; what another role left behind is taken up."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

from bots import durable
from bots.lone import Lone
from bots.settings import BadSettings


def test_a_second_one_of_the_same_role_is_refused_in_a_sentence(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'toritsugi.db'}")
    first, other = Lone(engine, "serve"), Lone(engine, "work")
    with pytest.raises(BadSettings, match="もう `serve` が動いています"):
        Lone(engine, "serve", wait_seconds=0)
    first.close()
    Lone(engine, "serve", wait_seconds=0).close()
    other.close()


def test_jobs_of_a_role_that_runs_no_more_are_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recovered: list[str] = []
    monkeypatch.setattr(durable, "pending_executors", lambda: {"up", "serve", "work"})
    monkeypatch.setattr(durable, "recover", lambda name: recovered.append(name) or 1)
    engine = create_engine(f"sqlite:///{tmp_path / 'toritsugi.db'}")
    own, alive = Lone(engine, "serve"), Lone(engine, "work")
    own.watch()
    assert recovered == ["up"]
    Lone(engine, "up", wait_seconds=0).close()
    own.close()
    alive.close()
