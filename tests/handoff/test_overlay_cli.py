"""`toritsugi pack show --effective` and `export`: what the town changed on screen, as a file that reads back."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bots import cli_pack
from handoff.numbers import load_registry
from handoff.overlay import Change, Laid, laid
from handoff.pack import load

RUN = CliRunner()
CHANGES = (
    Change(1, "text", "office", '"ふくし相談室"'),
    Change(2, "hours", "kodomo", '{"mon": ["9:00-10:00"]}'),
    Change(3, "desk", "sumai", '{"retired_to": "nowhere"}'),
)


@dataclass
class _Town:
    name: str = "mihon"


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Laid:
    found = laid(load("mihon"), CHANGES, load_registry())

    @contextmanager
    def town(name: str):  # type: ignore[no-untyped-def]
        yield _Town(), found

    monkeypatch.setattr(cli_pack, "_town", town)
    return found


def test_the_effective_pack_is_shown_and_what_cannot_be_used_is_an_error(running: Laid) -> None:
    shown = RUN.invoke(cli_pack.pack_app, ["show", "--effective"])
    assert shown.exit_code == 0 and "受けとめる窓口: ふくし相談室" in shown.output and "月 9:00〜10:00" in shown.output
    checked = RUN.invoke(cli_pack.pack_app, ["check", "--effective"])
    assert checked.exit_code == 2 and "画面からの変更が使えません: desk sumai" in checked.output


def test_the_exported_file_is_the_effective_pack(running: Laid, tmp_path: Path) -> None:
    out = tmp_path / "town.toml"
    assert RUN.invoke(cli_pack.pack_app, ["export", "--out", str(out)]).exit_code == 0
    assert load(str(out)) == running.pack != load("mihon")
    assert RUN.invoke(cli_pack.pack_app, ["export", "--out", str(tmp_path)]).exit_code == 2


def test_a_name_is_needed_where_no_town_runs() -> None:
    assert "パックの名前を書いてください" in RUN.invoke(cli_pack.pack_app, ["check"]).output
