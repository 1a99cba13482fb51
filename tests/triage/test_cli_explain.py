from __future__ import annotations

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bots import cli_triage_explain
from bots.cli_triage import triage_app
from triage.reader import Reader


@pytest.fixture(autouse=True)
def _one_model(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_triage_explain, "_reader", lambda: reader)


def shown(text: str, reader: Reader) -> str:
    console = Console(width=240, highlight=False, color_system=None)
    with console.capture() as captured:
        cli_triage_explain.show(reader.why(text), console)
    return captured.get()


def test_every_label_has_its_words_rule_and_figures(reader: Reader) -> None:
    found = shown("ガスが止まりそうです。夫に殴られたことはありません。", reader)
    assert "『ガスが止まり』" in found
    assert "手がかり lifeline.stopped" in found
    assert "数えません：否定されています" in found
    assert "決めるのは人です" in found


@pytest.mark.parametrize("text", ["", "こんにちは", "\ud800\x1b[31m 母が倒れています"])
def test_any_text_is_shown(text: str, reader: Reader) -> None:
    assert "\x1b" not in shown(text, reader)


def test_the_command_is_there() -> None:
    result = CliRunner().invoke(triage_app, ["explain", "水道が止まりそうです"])
    assert result.exit_code == 0
    assert "決めるのは人です" in "".join(result.output.split())
