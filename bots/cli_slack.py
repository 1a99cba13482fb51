"""`toritsugi slack …`: the manifest of the app with what to do, and the look over what was done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bots.settings import BadSettings, Settings, TenantSettings, load

if TYPE_CHECKING:
    from bots.slack.manifest import Mode

slack_app = typer.Typer(no_args_is_help=True, help="Slack アプリの用意と点検。")
Town = Annotated[str, typer.Option("--town", help="自治体（設定の名前）。一つだけなら要りません。")]


@slack_app.command()
def setup(
    town: Town = "",
    mode: Annotated[str, typer.Option(help="http（外から届く）か socket（外から届かない庁内）。")] = "",
    write: Annotated[Path | None, typer.Option("--write", help="マニフェスト（JSON）を書くファイル。")] = None,
) -> None:
    """アプリのマニフェストを出し、することを順に言います。ここでは、Slack に何もしません。"""
    from bots.slack.manifest import manifest
    from bots.slack.setup import steps

    settings, name, tenant = _tenant(town)
    chosen = _mode(mode, tenant)
    try:
        made = manifest(name, settings.base_url, chosen)
    except ValueError:
        raise BadSettings(
            "Slack から届く https:// の住所を入れるか、--mode socket を使ってください (TORITSUGI_PUBLIC_URL)。"
        ) from None
    text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
    if write is None:
        typer.echo(text)
    else:
        try:
            write.write_text(text, "utf-8")
        except OSError as fault:
            raise BadSettings(f"ファイルを書けません ({type(fault).__name__}、--write)。") from None
        typer.echo(f"マニフェストを書きました: {write}\n")
    for number, words in enumerate(steps(name, chosen), 1):
        typer.echo(f"{number}. {words}")


@slack_app.command()
def doctor(town: Town = "") -> None:
    """Slack の用意を点検します。よければ 0、直すことがあれば 1 で終わります。"""
    from bots.parts import build
    from bots.slack.doctor import Wanted, findings
    from bots.slack.examine import look
    from bots.slack.roster import linked_users
    from intake.db import reading

    settings, name, tenant = _tenant(town)
    if tenant.slack is None:
        raise BadSettings(f"この自治体には Slack の設定がありません (TORITSUGI_TENANTS__{name.upper()}__SLACK)。")
    parts = build(settings)
    try:
        with reading(parts.sessions) as session:
            linked = linked_users(session, name, tenant.slack.team_id)
    finally:
        parts.close()
    found = list(findings(look(tenant.slack, settings.base_url, name), Wanted(tenant.slack, linked)))
    for step in found:
        typer.echo(step.line())
    raise typer.Exit(0 if all(step.ok for step in found) else 1)


def _mode(given: str, tenant: TenantSettings) -> Mode:
    chosen = given or (tenant.slack.mode if tenant.slack else "http")
    if chosen == "http":
        return "http"
    if chosen == "socket":
        return "socket"
    raise BadSettings("http か socket をえらんでください (--mode)。")


def _tenant(town: str) -> tuple[Settings, str, TenantSettings]:
    settings = load()
    known = list(settings.tenants)
    if not town and len(known) == 1:
        town = known[0]
    if town not in settings.tenants:
        names = "・".join(known) or "（なし）"
        raise BadSettings(f"自治体を選んでください (--town)。設定にあるのは {names} です。")
    return settings, town, settings.tenants[town]
