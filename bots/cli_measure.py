"""`toritsugi triage check-data`, `evaluate`, `compare`, `promote`: the data and the models measured."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from triage.train.compare import Comparison
    from triage.train.study import Row

measure_app = typer.Typer()

_NO_TRAIN_GROUP: Final = "学習には train グループが要ります: uv run --group train toritsugi triage {command}"
_TRAIN_ONLY: Final = frozenset({"sklearn", "scipy", "matplotlib"})
_MODEL: Final = Path(__file__).parent.parent / "triage" / "model"
_HEADINGS: Final = ("項目", "値", "件数", "95 % 書き手内", "95 % 書き手間", "95 % Wilson", "目標", "")


def refuse(command: str, missing: ModuleNotFoundError) -> NoReturn:
    """Say that the train group is missing and end; another missing module is raised again."""
    if (missing.name or "").split(".")[0] not in _TRAIN_ONLY:
        raise missing
    typer.echo(_NO_TRAIN_GROUP.format(command=command), err=True)
    raise typer.Exit(2)


@measure_app.command("check-data")
def check_data(
    folder: Annotated[Path | None, typer.Argument(exists=True, help="調べるフォルダ（またはファイル）。")] = None,
) -> None:
    """学習の文とラベルを、手引きどおりか・根拠が文にあるか・ほかの著者と重ならないか調べます。"""
    from triage.train.check import check_data as check
    from triage.train.corpus import DATA

    place = folder or DATA
    paths = [place] if place.is_file() else sorted(place.glob("*.jsonl"))
    if not paths:
        raise typer.BadParameter("*.jsonl がありません。")
    checked = check(paths)
    for fault in checked.faults:
        typer.echo(str(fault))
    if checked.faults:
        typer.echo(f"直すところが {len(checked.faults)} あります。", err=True)
        raise typer.Exit(1)
    allowed = sum(not pair.fault for pair in checked.alike)
    typer.echo(
        f"{len(paths)} ファイル、{len(checked.lines)} 件。よさそうです（だれもが書く短い言葉の重なり {allowed} 組）。"
    )


@measure_app.command()
def evaluate(
    quick: Annotated[bool, typer.Option("--quick", help="学習済みの結果があれば使います。")] = False,
    curve: Annotated[bool, typer.Option("--curve", help="著者を減らして学習したときの成績も測ります。")] = False,
    cache: Annotated[Path | None, typer.Option(file_okay=False, help="学習の結果を置くフォルダ。")] = None,
    docs: Annotated[Path, typer.Option(file_okay=False, help="報告を書くフォルダ。")] = Path("docs"),
) -> None:
    """著者を一人ずつ、次に題を外して学習し、見ていない文の成績を出して docs/triage-report.md に書きます。"""
    try:
        from triage.language import one_blas_thread
        from triage.train.card import write_card
        from triage.train.corpus import read_corpus
        from triage.train.folds import default_cache
        from triage.train.report import write_report
        from triage.train.run import out_of_fold
        from triage.train.study import study
    except ModuleNotFoundError as missing:
        refuse("evaluate", missing)
    one_blas_thread()
    typer.echo("文を読んでいます")
    found = study(read_corpus(), out_of_fold, typer.echo, cache or default_cache(), quick=quick, curve=curve)
    _table("著者を外した評価（leave-one-author-out）", found.by_author)
    _table("題を外した評価（leave-topic-out）", found.by_topic)
    if not docs.is_dir():
        typer.echo(f"{docs} がないので、報告は書きません。")
        return
    typer.echo(f"書きました: {write_report(found, docs)}")
    card = docs / "model-card.md"
    if card.exists():
        write_card(found, card)
        typer.echo(f"書きました: {card}")


@measure_app.command()
def compare(
    old: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="今までのモデルのフォルダ。")],
    new: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="新しいモデルのフォルダ。")],
) -> None:
    """二つのモデルを、どちらも書き手を知らずに読んだ同じ文で比べます。"""
    try:
        from triage.train.compare import NoScoresError, NothingSharedError, compare_folders, scores_in
        from triage.train.corpus import read_corpus
    except ModuleNotFoundError as missing:
        refuse("compare", missing)
    try:
        for folder in (old, new):
            scores_in(folder)
        typer.echo("文を読んでいます")
        _show(compare_folders(read_corpus(), old, new))
    except NoScoresError as missing_scores:
        _no_scores(missing_scores.folder)
    except NothingSharedError:
        _no_comparison()


@measure_app.command()
def promote(
    new: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="学習し直したモデルのフォルダ。")],
    because: Annotated[str, typer.Option(help="成績が下がっても入れる理由（20 字以上）。")] = "",
) -> None:
    """新しいモデルを、成績が下がっていなければ triage/model に入れます。下がるなら理由が要ります（記録に残ります）。"""
    try:
        from triage.encoder import TamperedModelError
        from triage.train.compare import NoScoresError, NothingSharedError
        from triage.train.corpus import read_corpus
        from triage.train.promote import LEAST_REASON, NotComparedError, WorseModelError, ready
        from triage.train.promote import promote as install
    except ModuleNotFoundError as missing:
        refuse("promote", missing)
    try:
        if not ready(new, _MODEL, because):
            typer.echo("今のモデルは読めないか成績の記録がないので、比べずに入れます（記録に残ります）。")
        typer.echo("文を読んでいます")
        done = install(read_corpus(), new, _MODEL, datetime.now(UTC), because)
    except WorseModelError as worse:
        _show(worse.comparison)
        typer.echo(f"成績が下がっています。入れるなら --because に理由を {LEAST_REASON} 字以上で書きます。", err=True)
        raise typer.Exit(1) from None
    except NotComparedError:
        _refused(f"今のモデルと比べられません。入れるなら --because に理由を {LEAST_REASON} 字以上で書きます。")
    except NoScoresError as missing_scores:
        _no_scores(missing_scores.folder)
    except TamperedModelError:
        _refused(f"{new} のモデルは、記録と違うか、今の学習のしかたのものではありません。triage train で作り直します。")
    except FileNotFoundError as missing_file:
        _refused(f"{new} のモデルに要るファイルがありません: {Path(missing_file.filename or '').name}")
    except NothingSharedError:
        _no_comparison()
    if done.comparison:
        _show(done.comparison)
    typer.echo(f"入れました: {done.old or '（なし）'} → {done.new}")


def _no_scores(folder: Path) -> NoReturn:
    """End before the minutes of reading when a model has no scores to compare."""
    from triage.train.scores import SCORES

    if not (folder / SCORES).is_file():
        _refused(f"{folder} に {SCORES} がないので比べられません（triage train が作ります）。")
    _refused(f"{folder} の {SCORES} は壊れているか、ほかのモデルやラベルのものなので比べられません。")


def _refused(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def _no_comparison() -> NoReturn:
    _refused("どちらのモデルも書き手を知らずに読んだ文が足りず、比べられません。")


def _table(title: str, rows: list[Row]) -> None:
    from triage.train.tables import cells

    table = Table(title=title)
    for heading in _HEADINGS:
        table.add_column(heading, justify="left" if heading in ("項目", "") else "right")
    words = {"reached": "届いた", "not reached": "届いていない"}
    for row in rows:
        *shown, done = cells(row)
        table.add_row(*shown, words.get(done, ""))
    Console().print(table)


def _show(found: Comparison) -> None:
    from triage.train.tables import named, number, span

    table = Table(title=f"同じ {found.count} 件（書き手 {found.authors} 人）での比較")
    for heading in ("項目", "前", "後", "差", "差の 95 %（書き手内）", "差の 95 %（書き手間）"):
        table.add_column(heading, justify="left" if heading == "項目" else "right")
    for change in found.changes:
        shown = [number(change.old.value), number(change.new.value), f"{change.difference:+.3f}"]
        table.add_row(named(change.old.key), *shown, span(change.within), span(change.across))
    Console().print(table)
