"""The four generic package names must be ours, and nobody else's (docs/decisions/0002)."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bots", "intake", "triage", "handoff")


@pytest.mark.parametrize("room", ROOMS)
def test_room_resolves_inside_our_tree(room: str) -> None:
    found = Path(importlib.import_module(room).__file__ or "")
    assert found.parents[1] == ROOT


def test_lock_depends_on_none_of_the_names() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    assert not {package["name"] for package in lock["package"]} & set(ROOMS)


def test_wheel_must_not_be_uploaded() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]


def test_no_test_folder_is_a_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))
