"""`toritsugi pack …`: look a municipality pack over and show it (自治体パックの確認)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from handoff.clock import TOKYO
from handoff.pack import Level, Pack, PackError, Project, check, load

pack_app = typer.Typer(help="自治体パックを確かめる", no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(help="パックの名前（例: mihon）")]
ERROR_EXIT = 2


@pack_app.command("check")
def check_command(name: Name) -> None:
    """誤り・注意・お知らせを表示する。誤りがあれば終了コード 2、なければ 0。"""
    pack = _loaded(name)
    problems = check(pack, datetime.now(TOKYO).date())
    for problem in problems:
        typer.echo(f"{problem.level.label_ja}　{problem.message_ja}（{problem.code}）")
    counts = {level: sum(problem.level is level for problem in problems) for level in Level}
    summary = "　".join(f"{level.label_ja} {count}件" for level, count in counts.items())
    typer.echo(f"{pack.municipality}（{name}）: {summary}")
    if counts[Level.ERROR]:
        raise typer.Exit(ERROR_EXIT)


@pack_app.command("show")
def show_command(name: Name) -> None:
    """パックの中身（窓口・会議・番号）を表示する。"""
    pack = _loaded(name)
    fictional = "（架空）" if pack.fictional else ""
    typer.echo(f"{pack.municipality}{fictional}　コード {pack.code}　{pack.form.label_ja}　LINE: {pack.line_mode}")
    typer.echo(f"受けとめる窓口: {pack.office}　当番: {pack.on_call.label if pack.on_call.available else 'なし'}")
    typer.echo("\n窓口")
    for desk in pack.desks:
        parts = "・".join(project.label_ja for project in Project if project in desk.projects)
        hours = desk.hours_ja or "時間は分かりません"
        typer.echo(f"  {desk.name}　{parts}　{desk.phone or desk.email}　{hours}　確認日 {desk.verified_on or 'なし'}")
    typer.echo("\n会議")
    for meeting in pack.meetings:
        typer.echo(f"  {meeting.name}　根拠 {meeting.basis}　{meeting.every_ja}")
    typer.echo("\n番号")
    for number in pack.numbers:
        typer.echo(f"  {number.label}　{number.number or number.url or number.line_id}　{number.hours_ja}")


def _loaded(name: str) -> Pack:
    try:
        return load(name)
    except PackError as error:
        typer.echo(f"誤り　{error}", err=True)
        raise typer.Exit(ERROR_EXIT) from error
