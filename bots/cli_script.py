"""`toritsugi script …`: look the conversation's wordings over, language by language (台本の確認)."""

from __future__ import annotations

import typer

from bots.line.limits import LABEL, utf16
from intake.conversation.flow import QUESTIONS
from intake.conversation.script import LANGUAGES, Script, ScriptError, load, shipped
from intake.conversation.words import load_words

script_app = typer.Typer(help="会話の台本を確かめる", no_args_is_help=True, add_completion=False)

MOST_LINES = 5
_MARK = "✓ "


@script_app.callback()
def _group() -> None:
    """会話の台本を確かめる。"""


@script_app.command("check")
def check_command() -> None:
    """言語ごとに、そろっているか・確認済みか・長いボタン・長い文を表示する。誤りがあれば終了コード 1。"""
    wrong = [language for language in LANGUAGES if not _told(language)]
    try:
        load_words()
    except ValueError as error:
        typer.echo(f"誤り　いつでも使えることば: {error}")
        wrong.append("words")
    if wrong:
        raise typer.Exit(1)


def _told(language: str) -> bool:
    """Print one language; whether it is without errors."""
    if language not in shipped():
        typer.echo(f"{language}　誤り　台本がありません")
        return False
    try:
        script = load(language)
    except ScriptError as error:
        typer.echo(f"{language}　誤り　{error}")
        return False
    problems = problems_of(script, load("ja"))
    checked = "確認済み" if script.checked or language.startswith("ja") else "要確認"
    longest = max(labels_of(script), key=utf16)
    state = "そろっています" if not problems else f"誤り {len(problems)}件"
    typer.echo(f"{language}　{state}　{checked}　いちばん長いボタン {utf16(longest)}「{longest}」")
    for problem in problems:
        typer.echo(f"  {problem}")
    return not problems


def problems_of(script: Script, japanese: Script) -> list[str]:
    """What a script lacks beside Japanese, and what LINE would cut or refuse; empty when all is well."""
    found = [f"ない、または余分: say.{key}" for key in sorted(japanese.say.keys() ^ script.say.keys())]
    found += [f"ない、または余分: summary.{key}" for key in sorted(japanese.summary.keys() ^ script.summary.keys())]
    texts = {f"say.{key}": (bubble.text, 0) for key, bubble in script.say.items()}
    texts |= {f"ask.{key}": (ask.text, int(len(ask.choices) > 1)) for key, ask in script.ask.items()}
    found += [
        f"{MOST_LINES} 行をこえる: {key}" for key, (text, more) in texts.items() if _lines(text) + more > MOST_LINES
    ]
    return found + [f"ボタンが {LABEL} 字をこえる:「{label}」" for label in labels_of(script) if utf16(label) > LABEL]


def labels_of(script: Script) -> list[str]:
    """Every label a button may bear, marked ones with their mark."""
    chosen = [
        (_MARK if QUESTIONS[key].toggle else "") + wordings[0]
        for key, ask in script.ask.items()
        for wordings in ask.choices.values()
    ]
    return [*chosen, *script.menu.values(), script.skip]


def _lines(text: str) -> int:
    return len(text.split("\n"))
