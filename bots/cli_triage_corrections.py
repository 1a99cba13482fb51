"""`toritsugi triage export-corrections`: what staff corrected and 管理 reviewed, as training records."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bots.settings import load


def export_corrections(
    out: Annotated[
        Path,
        typer.Option(
            help="書き出す JSON Lines。もうあるファイルには書きません。学習のデータには staff.jsonl の名で置きます。"
        ),
    ],
) -> None:
    """職員が直し、管理の人が確かめた文だけを、学習のために書き出します（docs/annotation-guideline.md の形）。"""
    from bots.parts import build
    from handoff import correction_export
    from intake.clock import now_ms

    if out.exists():
        _refuse("そのファイルはもうあります。ほかの名前にしてください (--out)。")
    if not out.parent.is_dir():
        _refuse("書き出すフォルダがありません (--out)。")
    parts = build(load())
    try:
        # The audit entry is committed before the file is there: no export that the log does not know of.
        with parts.sessions.begin() as session:
            records = [
                record
                for tenant in parts.tenants.values()
                for record in correction_export.reviewed(tenant.office, session, now_ms())
            ]
    finally:
        parts.close()
    if not records:
        typer.echo("書き出すものがありません。管理の人が確かめた直しが、まだありません。", err=True)
        raise typer.Exit(1)
    _write(out, records)
    typer.echo(f"{len(records)} 件を書き出しました: {out}")


def _write(out: Path, records: Iterable[Mapping[str, object]]) -> None:
    """The whole file, for its owner only, or none."""
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        _refuse("そのファイルはもうあります。ほかの名前にしてください (--out)。")
    except OSError as fault:
        _refuse(f"書けません ({type(fault).__name__}、--out)。")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as lines:
            lines.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    except OSError as fault:
        with suppress(OSError):
            out.unlink()
        _refuse(f"書けません ({type(fault).__name__}、--out)。")


def _refuse(sentence: str) -> NoReturn:
    typer.echo(f"書き出せません: {sentence}", err=True)
    raise typer.Exit(2)
