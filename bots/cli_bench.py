"""`toritsugi bench`: measurements, each against its floor in the same run."""

from __future__ import annotations

import typer

bench_app = typer.Typer(no_args_is_help=True, help="計測（同じ回の中で、基準と並べて測ります）。")
