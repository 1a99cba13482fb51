"""`toritsugi feed …`: lists and watching systems that send us signs (見守り・訪問の記録)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bots.cli_partner import open_town

feed_app = typer.Typer(no_args_is_help=True, help="見守り・安否確認のしくみと、全戸訪問の一覧。")
Town = Annotated[str, typer.Option(help="自治体（設定の名前）。一つだけなら要りません。")]
_MOST_FAULTS = 20


@feed_app.command()
def add(
    name: Annotated[str, typer.Argument(help="名前（英小文字・数字・ハイフン）")],
    label: Annotated[str, typer.Option(help="画面に出す名前（例: 見守り電球）")] = "",
    kind: Annotated[str, typer.Option(help="watch（見守り・安否確認）か visit（全戸訪問）")] = "watch",
    files_only: Annotated[bool, typer.Option("--files-only", help="CSV だけで受ける（秘密を作らない）")] = False,
    tenant: Town = "",
) -> None:
    """新しく加えます。webhook の秘密は、ここで一度だけ表示します。"""
    from handoff import feed_register
    from handoff.office import Refused
    from intake.clock import now_ms

    with open_town(tenant) as (parts, town):
        try:
            with parts.sessions.begin() as session:
                signed = kind == "watch" and not files_only
                secret = feed_register.add(town.office, session, name, label, kind, now_ms(), signed=signed)
        except Refused as refusal:
            _no(refusal.message_ja)
        typer.echo(f"加えました: {name}")
        if secret:
            typer.echo(f"宛先　{parts.settings.base_url}/feeds/{town.name}/{name}")
            typer.echo(f"秘密　{secret}")
            typer.echo("秘密は、もう一度は表示できません。相手のしくみに入れたら、この画面を消してください。")


@feed_app.command("list")
def list_feeds(tenant: Town = "") -> None:
    """一覧を表示します（秘密は出しません）。"""
    from handoff import feed_register
    from intake.db import reading

    with open_town(tenant) as (parts, town), reading(parts.sessions) as session:
        for feed in feed_register.listed(session, town.name):
            way = "webhook・CSV" if feed.secret_sealed is not None else "CSV"
            over = "（終わりました）" if feed.ended_at is not None else f"　{way}"
            typer.echo(f"{feed.name}　{feed.label}　{feed_register.KIND_JA[feed.kind]}{over}")


@feed_app.command()
def end(name: Annotated[str, typer.Argument(help="名前")], tenant: Town = "") -> None:
    """やめます。秘密は消え、もう何も受けません。"""
    from handoff import feed_register
    from handoff.office import Refused
    from intake.clock import now_ms

    with open_town(tenant) as (parts, town):
        try:
            with parts.sessions.begin() as session:
                feed_register.end(town.office, session, name, now_ms())
        except Refused as refusal:
            _no(refusal.message_ja)
        typer.echo(f"やめました: {name}")


@feed_app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV（UTF-8 か Shift_JIS）")],
    feed: Annotated[str, typer.Option(help="どの記録か（feed list の名前）")],
    check: Annotated[bool, typer.Option("--check", help="読めるかを見るだけで、何も変えません")] = False,
    tenant: Town = "",
) -> None:
    """CSV を取りこみます。読めない行が一つでもあれば、何も変えません。同じ行は二度入りません。"""
    from handoff import feed_csv, feed_register, feeds
    from intake.clock import now_ms
    from intake.db import reading

    try:
        body = file.read_bytes()
    except OSError as fault:
        _no(f"ファイルが読めません（{type(fault).__name__}）: {file}")
    with open_town(tenant) as (parts, town):
        with reading(parts.sessions) as session:
            known = feed_register.find(session, town.name, feed)
        if known is None:
            _no("その名前のものはありません。`toritsugi feed list` で確かめてください。")
        found = feed_csv.read(body, known.kind)
        for line, sentence in found.faults[:_MOST_FAULTS]:
            typer.echo(f"{line} 行目：{sentence}", err=True)
        if found.faults:
            _no(f"読めない行が {len(found.faults)} 行あります。何も変えていません。")
        if check:
            typer.echo(
                f"読めます。{len(found.signs)} 行（気になることのない行：{found.unmarked}）。何も変えていません。"
            )
            return
        with parts.sessions.begin() as session:
            taken = feeds.take(town.office, session, feed, {sign.key: sign for sign in found.signs}, now_ms())
        typer.echo(f"確かめる行：{taken.new}　すぐ相談にした行：{taken.cases}　前からある行：{taken.known}")


def _no(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
