"""The pure files of handoff stay pure: importing them loads no database, web or SDK, and reads no pack."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
PURE = tuple(next(one for one in CONTRACTS if one["name"].startswith("what decides in handoff"))["source_modules"])
HEAVY = ("sqlalchemy", "fastapi", "starlette", "linebot", "slack_bolt", "slack_sdk", "dbos", "spacy", "numpy")


def test_importing_the_pure_files_loads_nothing_heavy_and_opens_no_toml() -> None:
    program = f"""
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
for name in {PURE!r}:
    __import__(name)
assert not [name for name in {HEAVY!r} if name in sys.modules], "heavy"
assert not [path for path in opened if path.endswith(".toml")], "toml"
"""
    subprocess.run([sys.executable, "-c", program], check=True)
