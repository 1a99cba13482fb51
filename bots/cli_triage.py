"""`toritsugi triage`: read messages from the command line, retrain and evaluate the heads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bots.cli_measure import measure_app, refuse
from bots.cli_triage_corrections import export_corrections
from bots.cli_triage_explain import explain
from triage import labels
from triage.assessment import THEMES, Assessment, Domain, Reason
from triage.wording import sentences

if TYPE_CHECKING:
    from triage.reader import Reader

triage_app = typer.Typer(
    no_args_is_help=True, help="見立て：文を読み、分野・テーマ・緊急度と、その根拠の言葉を出します。"
)
triage_app.add_typer(measure_app)
triage_app.command("export-corrections")(export_corrections)
triage_app.command("explain")(explain)

_BATCH: Final = 128
_FIELDS: Final = (
    "kind", "reporter", "domains", "themes", "complexity", "complexity_reasons", "urgency", "refuses_support",
    "needs_human", "probabilities", "evidence", "model_version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the input: a message, or what is wrong with it."""

    number: int
    id: object = None
    text: str = ""
    error: str = ""


@triage_app.command()
def read(
    text: Annotated[str | None, typer.Argument(help="読む文。")] = None,
    jsonl: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help='1 行に {"id", "text"} の JSON。')
    ] = None,
    out: Annotated[Path | None, typer.Option(help="結果の JSON Lines を書くファイル。")] = None,
) -> None:
    """文を一つ読んで見せます。または --jsonl IN --out OUT でまとめて読みます（壊れた行があれば終了コード 1）。"""
    if jsonl is not None and out is not None and text is None:
        if out.exists() and out.samefile(jsonl):
            raise typer.BadParameter("--jsonl と --out に同じファイルは使えません。")
        raise typer.Exit(1 if _read_file(jsonl, out) else 0)
    if text is not None and jsonl is None and out is None:
        _show(text, _reader().read(text))
        return
    raise typer.BadParameter("文を一つ渡すか、--jsonl と --out を一緒に渡してください。")


@triage_app.command()
def train(
    out: Annotated[Path, typer.Option(file_okay=False, help="新しいモデルを書くフォルダー。")] = Path("model-new"),
    quick: Annotated[
        bool, typer.Option("--quick", help="同じデータとコードで一度測った、著者を外した点数を使い回します。")
    ] = False,
) -> None:
    """triage/data の文で学習し直します（同じデータなら同じ結果。2 コアで 30 分ほど）。

    使うには compare で今のモデルと比べ、promote で入れ替えます。
    """
    try:
        from triage.train.run import train_model
    except ModuleNotFoundError as missing:
        refuse("train", missing)
    version = train_model(out, say=typer.echo, quick=quick)
    typer.echo(f"書きました: {out} ({version})。次は toritsugi triage compare・promote です。")


def _reader() -> Reader:
    from triage.reader import Reader

    return Reader.load()


def _read_file(source: Path, target: Path) -> int:
    """Read every line; returns how many were broken. The file appears whole or not at all."""
    partial = target.with_name(target.name + ".part")
    try:
        with source.open("rb") as lines, partial.open("w", encoding="utf-8", newline="\n") as written:
            read, broken = _copy(lines, written)
        partial.replace(target)
    except OSError as fault:
        typer.echo(f"読み書きできません ({type(fault).__name__}、--jsonl・--out)。", err=True)
        raise typer.Exit(2) from None
    finally:
        with suppress(OSError):
            partial.unlink()
    if broken:
        typer.echo(f"{read} 行のうち {broken} 行は読めませんでした（結果の error の行）。", err=True)
    return broken


def _copy(lines: IO[bytes], written: IO[str]) -> tuple[int, int]:
    """Read and answer all lines; how many there were, and how many were broken."""
    read = broken = 0
    reader = _reader()
    parsed = _lines(lines)
    while batch := list(islice(parsed, _BATCH)):
        read += len(batch)
        broken += sum(bool(line.error) for line in batch)
        assessed = iter(reader.read_many([line.text for line in batch if not line.error]))
        for line in batch:
            written.write(_record(line, None if line.error else next(assessed)))
    return read, broken


def _lines(source: IO[bytes]) -> Iterator[_Line]:
    for number, raw in enumerate(source, start=1):
        if raw.strip():
            yield _parsed(number, raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw)


def _parsed(number: int, raw: bytes) -> _Line:
    try:
        record = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
        if isinstance(record, dict):
            json.dumps(record.get("id"), allow_nan=False)  # 1e999 is infinite, and the id goes out as it came in
    except UnicodeDecodeError:
        return _Line(number, error="UTF-8 ではありません")
    except (ValueError, RecursionError):
        return _Line(number, error="JSON ではありません")
    if not isinstance(record, dict):
        return _Line(number, error="JSON のオブジェクトではありません")
    if "text" not in record:
        return _Line(number, error="text がありません")
    if not isinstance(record["text"], str):
        return _Line(number, error="text が文字列ではありません")
    return _Line(number, id=record.get("id"), text=record["text"])


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def _record(line: _Line, assessment: Assessment | None) -> str:
    if assessment is None:
        return json.dumps({"line": line.number, "error": line.error}, ensure_ascii=False) + "\n"
    answer = assessment.to_json()
    record = {"id": line.id, **{field: answer[field] for field in _FIELDS}}
    with suppress(UnicodeEncodeError):
        plain = json.dumps(record, ensure_ascii=False)
        plain.encode("utf-8")
        return plain + "\n"
    return json.dumps(record, ensure_ascii=True) + "\n"


def _show(text: str, assessment: Assessment) -> None:
    console = Console(highlight=False)
    console.print(_marked(text, assessment), soft_wrap=True)
    console.print()
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in _rows(assessment):
        table.add_row(Text(name, style="bold"), Text(value))
    console.print(table)
    console.print()
    for sentence in sentences(assessment):
        console.print(Text(_printable(sentence)))
    if foreign := labels.foreign_ja(assessment):
        console.print(Text(foreign, style="bold"))
    console.print(Text("機械の見立てです。決めるのは人です。", style="dim"))


def _marked(text: str, assessment: Assessment) -> Text:
    shown = Text(_printable(text))
    for evidence in assessment.evidence:
        shown.stylize("bold underline", evidence.start, evidence.end)
    for aside in assessment.set_aside:
        shown.stylize("dim italic", aside.start, aside.end)
    return shown


def _rows(assessment: Assessment) -> list[tuple[str, str]]:
    domains = [labels.DOMAIN_JA[domain] for domain in Domain if domain in assessment.domains]
    themes = [labels.THEME_JA[theme] for theme in THEMES if theme in assessment.themes]
    reasons = [labels.REASON_JA[reason] for reason in Reason if reason in assessment.complexity_reasons]
    return [
        ("種類", labels.KIND_JA[assessment.kind]),
        ("書いた人", labels.REPORTER_JA[assessment.reporter]),
        ("分野", "・".join(domains) or "なし"),
        ("テーマ", "・".join(themes) or "なし"),
        ("複合", "、".join([labels.COMPLEXITY_JA[assessment.complexity], *reasons])),
        ("緊急度", labels.URGENCY_JA[assessment.urgency]),
        ("支援を断っている", "はい" if assessment.refuses_support else "いいえ"),
        ("人の目で", "はい（機械には分からないところがあります）" if assessment.needs_human else "いいえ"),
    ]


def _printable(text: str) -> str:
    """The text for a terminal, character for character: control characters and lone surrogates become 〓."""
    return "".join(
        c if c == "\n" or (c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF) or c == "\u3000" else "〓" for c in text
    )
