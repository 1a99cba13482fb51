"""`toritsugi call …`: try the ways by which people are called (呼び出しの練習)."""

from __future__ import annotations

from typing import Annotated

import typer

from bots.settings import BadSettings, TenantSettings, load

call_app = typer.Typer(no_args_is_help=True, help="当番の呼び出し。")


@call_app.callback()
def calling() -> None:
    """当番の呼び出し。"""


@call_app.command("test")
def practise(town: Annotated[str, typer.Option(help="自治体の名前（二つ以上あるとき）")] = "") -> None:
    """すべての呼び出し先に練習の知らせを送り、どこに届いたかを出します。届かない先があれば終了コード 1。"""
    settings = load()
    if town and town not in settings.tenants:
        raise BadSettings(f"その自治体は設定にありません。{'・'.join(settings.tenants)} のどれかです (--town)。")
    chosen = {name: found for name, found in settings.tenants.items() if not town or name == town}
    results = [_practised(name, found) for name, found in chosen.items()]
    if not results or not all(results):
        raise typer.Exit(1)


def _practised(name: str, settings: TenantSettings) -> bool:
    """Call every address of one town; whether there are any and all took it."""
    from bots import call_ways
    from bots.ring import ring
    from handoff.pack import load as load_pack

    call_ways.settled(name, settings, load_pack(settings.pack))
    took = ring(settings)
    typer.echo(f"{name}:")
    for way, arrived in took.items():
        typer.echo(f"  {way}　{'届きました' if arrived else '届きませんでした'}")
    if not took:
        typer.echo("  呼び出し先がありません。Slack か notify を設定してください。")
    return bool(took) and all(took.values())
