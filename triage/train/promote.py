"""Install a newly trained model: only when it is not worse, or with a written reason that is kept."""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from triage.heads import Heads
from triage.train.compare import GATES, Comparison, compare_folders
from triage.train.evaluate import Messages

HISTORY: Final = "history.toml"
LEAST_REASON: Final = 20
_KEPT: Final = (*GATES, "emergency read as emergency", "normal called emergency", "themes micro-F1", "domains exact")


class WorseModelError(ValueError):
    """The new model is worse and no reason of at least 20 characters was given."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__(", ".join(change.old.key for change in comparison.worse))
        self.comparison = comparison


@dataclass(frozen=True, slots=True)
class Promotion:
    """What was installed: versions, and how they compared."""

    old: str
    new: str
    comparison: Comparison


def promote(messages: Messages, new: Path, model: Path, when: datetime, reason: str = "") -> Promotion:
    """Put the files of the folder `new` in the place of `model` and write the change into its `history.toml`.

    `when` is aware; it is kept in UTC. Raises `WorseModelError` (nothing is changed then), `TamperedModelError` when
    the new files are not those their TOML pins, and what `compare_folders` raises.
    """
    if when.tzinfo is None:
        raise ValueError("a date without time zone")
    versions = version(model), Heads.load(new).version
    comparison = compare_folders(messages, model, new)
    reason = reason.strip()
    if comparison.worse and len(reason) < LEAST_REASON:
        raise WorseModelError(comparison)
    promotion = Promotion(*versions, comparison)
    _install(new, model, _entry(promotion, when, reason))
    return promotion


def version(folder: Path) -> str:
    """The version that a model folder names."""
    return str(tomllib.loads((folder / "model.toml").read_text(encoding="utf-8"))["version"])


def _install(new: Path, model: Path, entry: str) -> None:
    """Build the folder beside the old one, then change their names: a fault leaves one of both whole."""
    fresh, gone = model.with_name(model.name + ".new"), model.with_name(model.name + ".old")
    for folder in (fresh, gone):
        if folder.exists():
            shutil.rmtree(folder)
    shutil.copytree(new, fresh, ignore=shutil.ignore_patterns(HISTORY))
    before = model / HISTORY
    past = before.read_text(encoding="utf-8") if before.exists() else ""
    (fresh / HISTORY).write_text(past + entry, encoding="utf-8")
    model.rename(gone)
    try:
        fresh.rename(model)
    except OSError:
        gone.rename(model)
        raise
    shutil.rmtree(gone)


def _entry(promotion: Promotion, when: datetime, reason: str) -> str:
    lines = [
        "[[promoted]]",
        f"version = {_quoted(promotion.new)}",
        f"replaces = {_quoted(promotion.old)}",
        f"date = {when.astimezone(UTC).replace(microsecond=0).isoformat()}",
        f"worse = {str(bool(promotion.comparison.worse)).lower()}",
        f"reason = {_quoted(reason)}",
        f"messages = {promotion.comparison.count}",
        f"authors = {promotion.comparison.authors}",
    ]
    for change in promotion.comparison.changes:
        if change.old.key in _KEPT:
            low, high = change.within
            lines.append(
                f"{_quoted(change.old.key)} = {{ old = {change.old.value:.4f}, new = {change.new.value:.4f}, "
                f"difference_95 = [{low:.4f}, {high:.4f}] }}"
            )
    return "\n".join(lines) + "\n\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
