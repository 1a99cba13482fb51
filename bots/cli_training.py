"""`toritsugi training …`: practice cases about nobody, made and cleared (練習)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bots.settings import load
from handoff.practice import MOST

if TYPE_CHECKING:
    from bots.practice.making import PracticeTown

training_app = typer.Typer(no_args_is_help=True, help="練習の相談（つくり話）を作り、消します。")


@training_app.command()
def make(
    count: Annotated[int, typer.Option(min=1, max=MOST, help="いくつ作るか")] = 12,
) -> None:
    """つくり話の相談を作ります。数字には入らず、当番も呼びません。"""
    with _town() as town:
        made = town.make(count)
        typer.echo(f"練習の相談を {made} 件作りました（いま {town.standing()} 件）。")


@training_app.command()
def clear(
    yes: Annotated[bool, typer.Option("--yes", help="たしかめずに消します。")] = False,
) -> None:
    """練習の相談を、すべて閉じて消します。ほんとうの相談は消えません。"""
    with _town() as town:
        standing = town.standing()
        if standing and not yes:
            typer.confirm(f"練習の相談 {standing} 件を消します。もどせません。よいですか", abort=True)
        typer.echo(f"練習の相談を {town.clear()} 件消しました。")


@contextmanager
def _town() -> Iterator[PracticeTown]:
    from bots.durable import prepare
    from bots.parts import build, console_tenant
    from bots.practice.making import PracticeTown

    parts = build(load())
    prepare(parts.job_engine)  # practice may be made before the product ever ran
    try:
        yield PracticeTown(parts, console_tenant(parts))
    finally:
        parts.close()
