"""`toritsugi script check` names what a language lacks."""

from __future__ import annotations

from dataclasses import replace

from typer.testing import CliRunner

from bots.cli import app
from bots.cli_script import problems_of
from intake.conversation.script import LANGUAGES, load


def test_every_language_is_complete() -> None:
    result = CliRunner().invoke(app, ["script", "check"])
    assert result.exit_code == 0, result.output
    rows = result.output.splitlines()
    assert [row.split("　")[0] for row in rows] == list(LANGUAGES)
    assert sum("要確認" in row for row in rows) == len(LANGUAGES) - 2


def test_gaps_and_long_words_are_named() -> None:
    script = load("en")
    short = replace(script, say={key: bubble for key, bubble in script.say.items() if key != "done"})
    assert problems_of(short, load("ja")) == ["ない、または余分: say.done"]
    wide = replace(script, menu={**script.menu, "quit": "x" * 21})
    assert any("21" not in problem and "x" * 21 in problem for problem in problems_of(wide, load("ja")))
    tall = replace(script, say={**script.say, "kept": replace(script.say["kept"], text="a\nb\nc\nd\ne\nf")})
    assert problems_of(tall, load("ja")) == ["5 行をこえる: say.kept"]
