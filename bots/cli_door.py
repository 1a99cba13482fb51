"""`toritsugi door …`: the plain web entrance (ウェブの入口) as an address and a QR code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bots.settings import BadSettings, Settings, load

door_app = typer.Typer(help="ウェブの入口（LINE を使わない相談の画面）", no_args_is_help=True, add_completion=False)


@door_app.command("qr")
def qr_command(
    out: Annotated[Path | None, typer.Option(help="QR を書くファイル（.svg か .png）。")] = None,
    town: Annotated[str, typer.Option(help="自治体の名前。省くと、はじめに出す自治体。")] = "",
    page: Annotated[str, typer.Option(help="soudan（相談）か hitokoto（気になった一言）。")] = "soudan",
) -> None:
    """入口の宛先を表示し、QR を画面に出すか、ファイルに書きます。"""
    import segno

    if page not in PAGES:
        raise BadSettings("--page は soudan か hitokoto です。")
    address = entrance(load(), town, page)
    code = segno.make(address, error="m")
    typer.echo(address)
    if out is None:
        code.terminal(compact=True)
        return
    if out.suffix not in (".svg", ".png"):
        raise BadSettings("--out は .svg か .png で終わるファイルです。")
    try:
        code.save(str(out), scale=8, border=4)
    except OSError as fault:
        raise BadSettings(f"ファイルに書けません ({type(fault).__name__}、--out)。") from None
    typer.echo(f"QR を書きました: {out}")


PAGES = ("soudan", "hitokoto")


def entrance(settings: Settings, town: str = "", page: str = "soudan") -> str:
    """The address of a municipality's entrance. Raises `BadSettings` when it is unknown or not clear."""
    names = tuple(settings.tenants)
    first = settings.console_tenant or (names[0] if len(names) == 1 else "")
    wanted = town or first
    if wanted not in names:
        raise BadSettings("自治体が分かりません (--town または TORITSUGI_CONSOLE_TENANT)。")
    prefix = "" if wanted == first else f"/w/{wanted}"
    return f"{settings.base_url}{prefix}/{page}"
