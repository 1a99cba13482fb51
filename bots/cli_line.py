"""`toritsugi line …`: set the LINE account up, look it over, draw its menus, and check it against the guideline."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bots.settings import BadSettings, Settings, TenantSettings, load

if TYPE_CHECKING:
    from bots.line.account import Account
    from bots.settings import LineSettings
    from handoff.pack import Pack

line_app = typer.Typer(no_args_is_help=True, help="LINE 公式アカウントの用意と点検。")
Town = Annotated[str, typer.Option("--town", help="自治体（設定の名前）。一つだけなら要りません。")]


@line_app.command()
def setup(
    town: Town = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="何も変えず、することだけを出します。")] = False,
) -> None:
    """メニューと Webhook を用意します。何度動かしても同じです。うまくいかないことがあれば 1 で終わります。"""
    from bots.line.menus import menus_for
    from bots.line.setup import BY_HAND, Plan, set_up, webhook_url

    settings, name, tenant = _tenant(town)
    line, pack = _line(name, tenant), _pack(tenant)
    url = webhook_url(settings.base_url, name, line.api_base)
    plan = Plan(menus_for(pack.line_mode.value), url)
    well = True
    with _account(line) as account:
        for step in set_up(account, plan, rehearse=dry_run):
            well = well and step.ok
            typer.echo(step.line())
    typer.echo("\n人がすること（LINE Official Account Manager　https://manager.line.biz/）")
    for number, words in enumerate(BY_HAND, 1):
        typer.echo(f"{number}. {words}")
    raise typer.Exit(0 if well else 1)


@line_app.command()
def doctor(
    town: Town = "", qr: Annotated[Path | None, typer.Option(help="友だち追加の QR の絵（SVG）を書くファイル")] = None
) -> None:
    """アカウントを点検します。よければ 0、直すことがあれば 1 で終わります。"""
    from bots.line.doctor import Wanted, findings, look
    from bots.line.menus import menus_for
    from bots.line.setup import webhook_url
    from handoff.clock import TOKYO

    settings, name, tenant = _tenant(town)
    line, pack = _line(name, tenant), _pack(tenant)
    wanted = Wanted(
        destination=line.destination,
        webhook=webhook_url(settings.base_url, name, line.api_base),
        menus=menus_for(pack.line_mode.value),
        pack=pack,
        today=datetime.now(TOKYO).date(),
        notify=len(tenant.notify),
        slack=tenant.slack is not None,
    )
    with _account(line) as account:
        seen = look(account)
    found = list(findings(seen, wanted))
    for step in found:
        typer.echo(step.line())
    if seen.bot is not None:
        _friends(seen.bot.basic_id, qr)
    raise typer.Exit(0 if all(step.ok for step in found) else 1)


@line_app.command()
def menus(
    out: Annotated[Path, typer.Option(help="絵を書くフォルダ")],
    font: Annotated[Path | None, typer.Option(help="日本語の太い書体（.ttc・.otf・.ttf）")] = None,
) -> None:
    """メニューの絵を、menus.toml から描きます。"""
    from bots.line.menu_image import NoFont, draw, find_font
    from bots.line.menus import load_menus

    try:
        shape = find_font(font)
        out.mkdir(parents=True, exist_ok=True)
        for menu in load_menus():
            path = out / menu.image_name
            path.write_bytes(draw(menu, shape))
            typer.echo(f"{path}　{path.stat().st_size // 1000} KB")
    except NoFont as fault:
        raise BadSettings(str(fault)) from None
    except OSError as fault:
        raise BadSettings(f"絵を書けません ({type(fault).__name__}、--out・--font)。") from None


@line_app.command()
def guideline(
    town: Town = "", html: Annotated[Path | None, typer.Option(help="同じ表を HTML で書くファイル")] = None
) -> None:
    """政府の LINE ガイドラインに、いまの設定がどう合うかを出します。"""
    from bots.installation import installation
    from handoff import guideline as rules
    from handoff.clock import TOKYO
    from handoff.console.selfcheck import as_file

    settings, _, tenant = _tenant(town)
    pack, found = _pack(tenant), installation(settings, tenant)
    typer.echo(f"{rules.TITLE}　{pack.municipality}\n見くらべた文書：{rules.GUIDELINE}\n{rules.CAUTION}\n")
    for row in rules.rows(pack, found):
        typer.echo(f"{row.mark.value}　{row.about}\n　　{row.says}\n　　もと：{row.source}")
    if html is not None:
        day = datetime.now(TOKYO).strftime("%Y年%-m月%-d日")
        try:
            html.write_text(as_file(pack, found, day), "utf-8")
        except OSError as fault:
            raise BadSettings(f"ファイルを書けません ({type(fault).__name__}、--html)。") from None
        typer.echo(f"\n書きました: {html}")


@line_app.command()
def report(
    town: Town = "",
    month: Annotated[str, typer.Option(help="2026-10 のように。なければ先月")] = "",
    csv: Annotated[Path | None, typer.Option(help="同じ数を CSV で書くファイル")] = None,
) -> None:
    """月ごとの LINE の利用報告です。数だけを出します。利用を承認した人への定期の報告に使えます。"""
    from bots.line.usage import usage
    from bots.parts import build
    from handoff import facts
    from handoff.csv_text import csv_file
    from handoff.meetings import MONTH
    from intake.clock import now_ms

    settings, name, tenant = _tenant(town)
    pack, this_month = _pack(tenant), facts.month_of(now_ms())
    wanted = month or facts.month_of(facts.month_start(this_month) - 1)
    if not MONTH.fullmatch(wanted) or wanted > this_month:
        raise BadSettings("月は 2026-10 のように書きます。これからの月は、まだ出せません (--month)。")
    parts = build(settings)
    try:
        with parts.sessions() as session:
            counts = usage(session, name, wanted)
    finally:
        parts.close()
    typer.echo(f"LINE の利用報告　{pack.municipality}　{wanted}{'（途中）' if wanted == this_month else ''}")
    typer.echo(f"LINE の使い方：{pack.line_mode.value}（設定の点検は toritsugi line guideline）\n")
    for one in counts:
        typer.echo(f"{one.number:>7,}　{one.name}")
    if csv is not None:
        lines = [["月", "項目", "数"], *([wanted, one.name.strip(), str(one.number)] for one in counts)]
        try:
            csv.write_bytes(csv_file(lines))
        except OSError as fault:
            raise BadSettings(f"ファイルを書けません ({type(fault).__name__}、--csv)。") from None
        typer.echo(f"\n書きました: {csv}")


def _friends(basic_id: str, qr: Path | None) -> None:
    """The address and QR that make somebody a friend of the account."""
    import segno

    url = f"https://line.me/R/ti/p/{basic_id.replace('@', '%40')}"
    code = segno.make(url, error="m")
    typer.echo(f"\n友だち追加：{url}")
    if sys.stdout.isatty():
        code.terminal(compact=True)
    if qr is not None:
        try:
            code.save(str(qr), kind="svg", scale=8, border=4, title="LINE 友だち追加")
        except OSError as fault:
            raise BadSettings(f"ファイルを書けません ({type(fault).__name__}、--qr)。") from None
        typer.echo(f"QR を書きました: {qr}")


def _tenant(town: str) -> tuple[Settings, str, TenantSettings]:
    """The municipality meant. No key and no database is opened: this also works before `toritsugi init`."""
    settings = load()
    known = list(settings.tenants)
    if not town and len(known) == 1:
        town = known[0]
    if town not in settings.tenants:
        names = "・".join(known) or "（なし）"
        raise BadSettings(f"自治体を選んでください (--town)。設定にあるのは {names} です。")
    return settings, town, settings.tenants[town]


def _line(name: str, tenant: TenantSettings) -> LineSettings:
    if tenant.line is None:
        raise BadSettings(f"この自治体には LINE の設定がありません (TORITSUGI_TENANTS__{name.upper()}__LINE)。")
    return tenant.line


def _pack(tenant: TenantSettings) -> Pack:
    from handoff.pack import load as load_pack

    return load_pack(tenant.pack)


@contextmanager
def _account(line: LineSettings) -> Iterator[Account]:
    from bots.line.account import Account

    account = Account(line)
    try:
        yield account
    finally:
        account.close()
