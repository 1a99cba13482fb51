"""`toritsugi survey …`: questionnaires with a one-time code as QR (アンケートの QR)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bots.cli_partner import open_town

survey_app = typer.Typer(no_args_is_help=True, help="アンケートに刷る、一度だけのコードと QR。")
Town = Annotated[str, typer.Option(help="自治体（設定の名前）。一つだけなら要りません。")]


@survey_app.command()
def make(
    batch: Annotated[str, typer.Option(help="アンケートの名前（英小文字・数字・ハイフン）")],
    count: Annotated[int, typer.Option(help="いくつ作るか")],
    out: Annotated[Path, typer.Option(help="書くファイル（.csv か .pdf）")],
    days: Annotated[int, typer.Option(help="何日使えるか")] = 120,
    tenant: Town = "",
) -> None:
    """コードを作り、CSV（差しこみ印刷用）か PDF（切って貼る QR）に書きます。コードは、ここでだけ分かります。"""
    from bots.survey_sheet import as_csv, as_pdf
    from handoff import surveys
    from handoff.office import Refused
    from intake.clock import now_ms

    if out.suffix not in (".csv", ".pdf"):
        _no("--out は .csv か .pdf で終わるファイルです。")
    if out.exists():
        _no(f"そのファイルは、もうあります。ほかの名前にしてください: {out}")
    with open_town(tenant) as (parts, town):
        first = parts.settings.console_tenant or next(iter(parts.tenants))
        prefix = "" if town.name == first else f"/w/{town.name}"
        base = f"{parts.settings.base_url}{prefix}/a"
        try:
            # The file is written before the commit: codes that nobody holds must not stand in the database.
            with parts.sessions.begin() as session:
                codes = surveys.make(town.office, session, batch, count, days, now_ms())
                sheet = as_csv if out.suffix == ".csv" else as_pdf
                out.write_bytes(sheet(codes, base))
        except Refused as refusal:
            _no(refusal.message_ja)
        except OSError as fault:
            _no(f"ファイルに書けません（{type(fault).__name__}）: {out}")
        typer.echo(f"{count} 個のコードを書きました: {out}（{days} 日使えます）")


@survey_app.command("list")
def list_batches(tenant: Town = "") -> None:
    """アンケートごとに、作った数・使われた数・相談になった数を表示します。"""
    from handoff import surveys
    from intake.db import reading

    with open_town(tenant) as (parts, town), reading(parts.sessions) as session:
        for one in surveys.batches(session, town.name):
            typer.echo(f"{one.name}　作った {one.made}　使われた {one.used}　相談 {one.cases}")


def _no(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
