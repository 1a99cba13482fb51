"""`toritsugi api …`: what the REST API offers (外部連携). Keys and addresses are made on the console by 管理."""

from __future__ import annotations

import json

import typer

api_app = typer.Typer(no_args_is_help=True, help="外部連携の API。", add_completion=False)


@api_app.callback()
def describing() -> None:
    """外部連携の API。"""


@api_app.command()
def openapi() -> None:
    """API の説明（OpenAPI）を JSON で出します。"""
    from bots.api.app import described

    typer.echo(json.dumps(described(), ensure_ascii=False, indent=1))
