"""`toritsugi pack new` and `pack diff`: begin a municipality's pack, and see what changed (パックを作る・くらべる)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from handoff import pack_new
from handoff.clock import TOKYO
from handoff.numbers import load_registry
from handoff.pack import Form, Level, LineMode, Pack, PackError, check, load, parse, right_digits
from handoff.pack_diff import differences
from handoff.packs.codes import Municipality

ERROR_EXIT = 2
_FORMS = {"running": "実施", "preparing": "移行準備", "none": "未実施"}
_MODES = {"door": "入口だけ（話は自前のページで）", "talk": "トークでも受ける", "info": "案内だけ"}


def add_new(app: typer.Typer) -> None:
    """Put the two commands on `pack`."""
    app.command("new")(new_command)
    app.command("diff")(diff_command)


def new_command(
    town: Annotated[str, typer.Option(help="市町村の名前か、5けた・6けたのコード。なければ聞きます。")] = "",
    office: Annotated[str, typer.Option(help="受けとめる窓口の名前")] = "",
    form: Annotated[str, typer.Option(help="事業の形: running 実施・preparing 移行準備・none 未実施")] = "",
    line_mode: Annotated[str, typer.Option(help="LINE の使い方: door・talk・info")] = "",
    phone: Annotated[str | None, typer.Option(help="受けとめる窓口の電話（分からなければ空）")] = None,
    name: Annotated[str, typer.Option(help="短い名前（英小文字）")] = "",
    out: Annotated[Path | None, typer.Option(help="書き出すファイル（なければ <短い名前>.toml）")] = None,
    force: Annotated[bool, typer.Option("--force", help="ファイルがあっても書きかえる")] = False,
) -> None:
    """新しい自治体のパックを作る。聞かれたことに答えるか、すべてをオプションで書く。分からないことは空のままでよい。"""
    place = _town(town or typer.prompt("市町村の名前かコード"))
    typer.echo(f"{place.full}　コード {place.code6}（はじめの5けた {place.code6[:5]}、検査数字 {place.code6[5]}）")
    name = name or typer.prompt("短い名前（英小文字）", default="town")
    if not (name.isascii() and name.replace("-", "").isalnum()):
        _stop("短い名前は、英小文字・数字・「-」で書いてください。")
    office = office or typer.prompt("受けとめる窓口の名前", default="福祉まるごと相談")
    form = form or typer.prompt(f"事業の形（{_said(_FORMS)}）", default="none")
    line_mode = line_mode or typer.prompt(f"LINE の使い方（{_said(_MODES)}）", default="door")
    if form not in _FORMS or line_mode not in _MODES:
        _stop(f"事業の形は {'・'.join(_FORMS)}、LINE の使い方は {'・'.join(_MODES)} のどれかです。")
    phone = typer.prompt("電話（分からなければ Enter）", default="", show_default=False) if phone is None else phone
    if phone and not right_digits(phone):
        _stop(f"電話のけたが違います: {phone}")
    wanted = pack_new.Wanted(place, name, office, Form(form), LineMode(line_mode), phone)
    _write(pack_new.text_of(pack_new.first_pack(wanted), load_registry()), out or Path(f"{name}.toml"), force=force)


def diff_command(
    before: Annotated[str, typer.Argument(help="前のパック（名前か .toml のファイル）")],
    after: Annotated[str, typer.Argument(help="後のパック（名前か .toml のファイル）")],
) -> None:
    """二つのパックの違いを、窓口・時間・電話・会議・番号の順に表示する。"""
    old, new = _loaded(before), _loaded(after)
    found = differences(old, new)
    for line in found:
        typer.echo(line)
    typer.echo(f"{old.municipality}（{before}）→ {new.municipality}（{after}）: 違い {len(found)}件")


def _town(text: str) -> Municipality:
    found = pack_new.town_of(text)
    if not found:
        _stop(f"その市町村が見つかりません: {text}　コードのときは、6けた目（検査数字）も確かめてください。")
    if len(found) > 1:
        both = "・".join(f"{one.full}（{one.code6}）" for one in found)
        _stop(f"同じ名前がいくつかあります。コードで書いてください: {both}")
    return found[0]


def _write(text: str, path: Path, *, force: bool) -> None:
    pack = parse(text)
    problems = check(pack, datetime.now(TOKYO).date())
    if any(problem.level is Level.ERROR for problem in problems):
        _stop("。".join(problem.message_ja for problem in problems if problem.level is Level.ERROR))
    if path.exists() and not force:
        _stop(f"ファイルがもうあります: {path}（書きかえるときは --force）")
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        _stop(f"書けません（{type(error).__name__}）: {path}")
    warnings = sum(problem.level is Level.WARNING for problem in problems)
    typer.echo(f"書きました: {path}　誤り 0件　注意 {warnings}件")
    typer.echo(f"次に: toritsugi pack check {path}　で、足りないところを確かめてください。")


def _loaded(name: str) -> Pack:
    try:
        return load(name)
    except PackError as error:
        _stop(str(error))


def _said(choices: dict[str, str]) -> str:
    return "、".join(f"{key}＝{word}" for key, word in choices.items())


def _stop(message: str) -> NoReturn:
    typer.echo(f"誤り　{message}", err=True)
    raise typer.Exit(ERROR_EXIT)
