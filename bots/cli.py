"""The command `toritsugi`. Faults of configuration are one sentence in Japanese on stderr, and exit code 2."""

from __future__ import annotations

from typing import Annotated

import typer

from bots.cli_api import api_app
from bots.cli_bench import bench_app
from bots.cli_call import call_app
from bots.cli_door import door_app
from bots.cli_feed import feed_app
from bots.cli_line import line_app
from bots.cli_pack import pack_app
from bots.cli_partner import partner_app
from bots.cli_script import script_app
from bots.cli_slack import slack_app
from bots.cli_staff import audit_app, staff_app
from bots.cli_survey import survey_app
from bots.cli_training import training_app
from bots.cli_triage import triage_app
from bots.settings import BadSettings, load
from handoff.pack import PackError
from intake import secrets

app = typer.Typer(
    name="toritsugi",
    help="取次：市町村の重層的支援体制整備事業のための、LINE と Slack の受付。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(triage_app, name="triage")
app.add_typer(pack_app, name="pack")
app.add_typer(script_app, name="script")
app.add_typer(line_app, name="line")
app.add_typer(door_app, name="door")
app.add_typer(bench_app, name="bench")
app.add_typer(partner_app, name="partner")
app.add_typer(staff_app, name="staff")
app.add_typer(audit_app, name="audit")
app.add_typer(call_app, name="call")
app.add_typer(slack_app, name="slack")
app.add_typer(feed_app, name="feed")
app.add_typer(survey_app, name="survey")
app.add_typer(training_app, name="training")
app.add_typer(api_app, name="api")


@app.command()
def init() -> None:
    """鍵を作ります（0600、データの外）。データがすでにあるときは作り直しません。"""
    settings = load()
    sqlite = settings.data_dir / "toritsugi.db"
    data_exists = sqlite.exists() or _has_rows(settings.database)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        secrets.create(settings.keys_dir, data_exists=data_exists)
    except OSError as fault:
        names = "TORITSUGI_KEYS_DIR・TORITSUGI_DATA_DIR"
        raise BadSettings(f"フォルダを作れません ({type(fault).__name__}、{names})。") from None
    typer.echo(f"鍵を作りました: {settings.keys_dir.absolute()}（控えを、データと別の場所に置いてください）")


@app.command()
def up() -> None:
    """受付・返事・見立て・コンソールを、一つのプロセスで動かします。"""
    from bots.processes import run_web

    run_web(load(), "up")


@app.command()
def serve() -> None:
    """Webhook・返事・コンソールだけを動かします（見立ては work）。"""
    from bots.processes import run_web

    run_web(load(), "serve")


@app.command()
def work() -> None:
    """見立て・つなぎ・時間の仕事だけを動かします。"""
    from bots.processes import run_work

    run_work(load())


@app.command()
def demo(
    check: Annotated[bool, typer.Option("--check", help="画面なしで動かし、結果を JSON 一行で出します。")] = False,
    database: Annotated[str, typer.Option(help="postgresql://… を渡すと、そこに一時のデータベースを作ります。")] = "",
    port: Annotated[int, typer.Option(help="この番号と次の番号を使います。")] = 8800,
) -> None:
    """練習用の町を開きます。LINE・Slack の本物には何も送りません。Ctrl-C で、あとかたなく終わります。"""
    from bots.demo.run import run_check, run_demo

    code = run_check(database) if check else run_demo(database, port)
    raise typer.Exit(code)


def main() -> None:
    """Run the command line; configuration faults become one sentence and exit code 2."""
    try:
        app()
    except (BadSettings, PackError, secrets.KeysExist, secrets.KeysMissing, secrets.KeysUnsafe) as fault:
        typer.echo(str(fault), err=True)
        raise SystemExit(2) from None


def _has_rows(url: str) -> bool:
    """Whether a PostgreSQL database already holds our tables."""
    from sqlalchemy import inspect

    from bots.parts import reachable
    from intake.db import BadDatabaseUrl, is_sqlite, make_engine

    try:
        engine = make_engine(url)
    except BadDatabaseUrl as fault:
        raise BadSettings(str(fault)) from None
    if is_sqlite(engine):
        return False
    with reachable("TORITSUGI_DATABASE_URL"), engine.connect() as connection:
        return inspect(connection).has_table("cases")
