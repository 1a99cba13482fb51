"""`toritsugi pack …`: look a municipality pack over, show it, write it down (自治体パックの確認)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from bots.cli_pack_new import add_new
from handoff.clock import TOKYO
from handoff.numbers import load_registry
from handoff.overlay import Laid
from handoff.overlay_export import to_toml
from handoff.pack import Level, Pack, PackError, Project, check, load

if TYPE_CHECKING:
    from bots.parts import Tenant

pack_app = typer.Typer(help="自治体パックを確かめる", no_args_is_help=True, add_completion=False)

add_new(pack_app)

Name = Annotated[str, typer.Argument(help="パックの名前（例: mihon）。--effective のときは要りません。")]
Effective = Annotated[bool, typer.Option("--effective", help="画面から変えたものも重ねます（動いている町の設定で）。")]
Town = Annotated[str, typer.Option(help="自治体（設定の名前）。一つだけなら要りません。")]
ERROR_EXIT = 2


@dataclass(frozen=True, slots=True)
class _Shown:
    """A pack with what to call it and what of the changes on screen cannot be used."""

    name: str
    laid: Laid

    @property
    def pack(self) -> Pack:
        return self.laid.pack


@pack_app.command("check")
def check_command(name: Name = "", effective: Effective = False, tenant: Town = "") -> None:
    """誤り・注意・お知らせを表示する。誤りがあれば終了コード 2、なければ 0。"""
    with _shown(name, effective, tenant) as shown:
        pack, problems = shown.pack, check(shown.pack, datetime.now(TOKYO).date())
        for change in shown.laid.unusable:
            typer.echo(f"誤り　画面からの変更が使えません: {change.kind} {change.key}（unusable_change）")
        for problem in problems:
            typer.echo(f"{problem.level.label_ja}　{problem.message_ja}（{problem.code}）")
        counts = {level: sum(problem.level is level for problem in problems) for level in Level}
        counts[Level.ERROR] += len(shown.laid.unusable)
        summary = "　".join(f"{level.label_ja} {count}件" for level, count in counts.items())
        typer.echo(f"{pack.municipality}（{shown.name}）: {summary}")
        if counts[Level.ERROR]:
            raise typer.Exit(ERROR_EXIT)


@pack_app.command("show")
def show_command(name: Name = "", effective: Effective = False, tenant: Town = "") -> None:
    """パックの中身（窓口・会議・番号）を表示する。"""
    with _shown(name, effective, tenant) as shown:
        _show(shown.pack)


@pack_app.command("export")
def export_command(
    out: Annotated[Path | None, typer.Option(help="書き出すファイル（なければ画面に出します）")] = None,
    tenant: Town = "",
) -> None:
    """画面から変えたものをふくめたパックを TOML で書き出す。git に残せます。読みもどすと同じパックになります。"""
    with _shown("", effective=True, tenant=tenant) as shown:
        at = f"{datetime.now(TOKYO):%Y-%m-%d %H:%M}"
        head = f"{shown.pack.municipality}のパック。{at} に toritsugi pack export で書き出し。"
        text = to_toml(shown.pack, load_registry(), head)
        if out is None:
            typer.echo(text, nl=False)
            return
        try:
            out.write_text(text, "utf-8")
        except OSError as error:
            typer.echo(f"誤り　書けません（{type(error).__name__}）: {out}", err=True)
            raise typer.Exit(ERROR_EXIT) from None
        typer.echo(f"書き出しました: {out}")
        for change in shown.laid.unusable:
            typer.echo(f"注意　使えない変更はふくめていません: {change.kind} {change.key}", err=True)


def _show(pack: Pack) -> None:
    fictional = "（架空）" if pack.fictional else ""
    typer.echo(f"{pack.municipality}{fictional}　コード {pack.code}　{pack.form.label_ja}　LINE: {pack.line_mode}")
    typer.echo(f"受けとめる窓口: {pack.office}　当番: {pack.on_call.label if pack.on_call.available else 'なし'}")
    typer.echo("\n窓口")
    for desk in pack.desks:
        parts = "・".join(project.label_ja for project in Project if project in desk.projects)
        hours = desk.hours_ja or "時間は分かりません"
        typer.echo(f"  {desk.name}　{parts}　{desk.reach_ja}　{hours}　確認日 {desk.verified_on or 'なし'}")
    typer.echo("\n会議")
    for meeting in pack.meetings:
        typer.echo(f"  {meeting.name}　根拠 {meeting.basis}　{meeting.every_ja}")
        typer.echo(f"    構成員: {'、'.join(meeting.members) or '名簿はまだありません'}")
    typer.echo("\n番号")
    for number in pack.numbers:
        typer.echo(f"  {number.label}　{number.number or number.url or number.line_id}　{number.hours_ja}")


@contextmanager
def _shown(name: str, effective: bool, tenant: str) -> Iterator[_Shown]:
    """The pack of that name; with `effective` the running town's, its changes on screen included."""
    if not effective:
        if not name:
            typer.echo("誤り　パックの名前を書いてください（例: toritsugi pack check mihon）。", err=True)
            raise typer.Exit(ERROR_EXIT)
        try:
            found = load(name)
        except PackError as error:
            typer.echo(f"誤り　{error}", err=True)
            raise typer.Exit(ERROR_EXIT) from error
        yield _Shown(name, Laid(found))
        return
    with _town(tenant) as (town, laid):
        typer.echo(f"画面からの変更をふくみます（{town.name}）。", err=True)
        yield _Shown(town.name, laid)


@contextmanager
def _town(name: str) -> Iterator[tuple[Tenant, Laid]]:
    from bots.parts import build, console_tenant
    from bots.settings import load as load_settings
    from handoff import overlay_store
    from intake.db import reading

    # What is logged must not stand in a file that is made of our output.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    parts = build(load_settings())
    try:
        if name and name not in parts.tenants:
            typer.echo(f"その自治体は設定にありません。{'・'.join(parts.tenants)} のどれかです (--tenant)。", err=True)
            raise typer.Exit(ERROR_EXIT)
        town = parts.tenants[name] if name else console_tenant(parts)
        with reading(parts.sessions) as session:
            laid = overlay_store.effective(town.office, session)
        yield town, laid
    finally:
        parts.close()
