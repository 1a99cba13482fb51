"""`toritsugi partner …`: the register of partners and the codes for their workers (協定台帳)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from bots.settings import load

if TYPE_CHECKING:
    from bots.parts import Parts, Tenant

partner_app = typer.Typer(no_args_is_help=True, help="協定事業所の台帳と、登録のコード。")
Town = Annotated[str, typer.Option(help="自治体（設定の名前）。一つだけなら要りません。")]


@partner_app.command("list")
def list_partners(tenant: Town = "") -> None:
    """台帳を表示します（登録のコードは出しません）。"""
    from bots.partners.codes import today_of, valid
    from intake.clock import now_ms

    with open_town(tenant) as (_, town):
        today = today_of(now_ms())
        for partner in town.pack.partners:
            until = f"{partner.until} まで" if partner.until else "期限なし"
            over = "" if valid(partner, today) else "（期限が過ぎています）"
            form = "連絡票" if partner.professional else "通報"
            typer.echo(f"{partner.code}　{partner.name}　{partner.kind}　{form}　{until}{over}")


@partner_app.command()
def code(
    partner: Annotated[str, typer.Argument(help="台帳のコード（例: SUIDO-01）")],
    qr: Annotated[Path | None, typer.Option(help="QR の絵（SVG）を書くファイル")] = None,
    line_id: Annotated[str, typer.Option(help="LINE 公式アカウントの ID（@…）")] = "",
    tenant: Town = "",
) -> None:
    """働く人に渡す登録のコードと、LINE・ウェブの入り口を出します。"""
    from bots.partners.codes import code_for, find, today_of, valid
    from intake.clock import now_ms

    with open_town(tenant) as (parts, town):
        found = find(town, partner)
        if found is None:
            known = "・".join(one.code for one in town.pack.partners) or "（なし）"
            typer.echo(f"そのコードは台帳にありません。{known} のどれかです。", err=True)
            raise typer.Exit(2)
        if not valid(found, today_of(now_ms())):
            typer.echo(f"{found.name} の協定は {found.until} で終わっています。コードは使えません。", err=True)
            raise typer.Exit(2)
        secret, page = code_for(parts, town, found), web_address(parts, found.professional)
        typer.echo(f"{found.name}（{found.code}、{found.generation} 代目）")
        typer.echo(f"登録のコード　{secret}")
        typer.echo(f"期限　　　　　{found.until or 'なし'}")
        link = page
        if line_id:
            link = line_link(line_id, secret)
            typer.echo(f"LINE で登録　 {link}")
        typer.echo(f"ウェブの入力　{page}")
        if qr is not None:
            _draw(link, qr)
            typer.echo(f"QR を書きました: {qr}（{'LINE' if line_id else 'ウェブ'}）")


def line_link(line_id: str, secret: str) -> str:
    """LINE's address that opens the talk with 「登録 CODE」 typed already, for `@…` with or without the sign."""
    return f"https://line.me/R/oaMessage/{quote('@' + line_id.removeprefix('@'), safe='')}/?{quote('登録 ' + secret)}"


def web_address(parts: Parts, professional: bool) -> str:
    """The address of the web form. The code is not in it: addresses are written down by everything they pass."""
    return f"{parts.settings.base_url}/{'renraku' if professional else 'tsuho'}"


def _draw(link: str, path: Path) -> None:
    import segno

    try:
        segno.make(link, error="m").save(str(path), kind="svg", scale=6, border=4)
    except OSError as fault:
        typer.echo(f"QR を書けません（{type(fault).__name__}）: {path}", err=True)
        raise typer.Exit(2) from None


@contextmanager
def open_town(name: str) -> Iterator[tuple[Parts, Tenant]]:
    """The parts and the town of this name ("" for the only one) while the block runs. Ends the program with 2."""
    from bots.parts import build, console_tenant

    parts = build(load())
    try:
        if name and name not in parts.tenants:
            typer.echo(f"その自治体は設定にありません。{'・'.join(parts.tenants)} のどれかです (--tenant)。", err=True)
            raise typer.Exit(2)
        yield parts, parts.tenants[name] if name else console_tenant(parts)
    finally:
        parts.close()
