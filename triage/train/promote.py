"""Install a newly trained model: only when it is not worse, or with a written reason that is kept."""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from triage.encoder import TamperedModelError
from triage.heads import Heads
from triage.train.compare import GATES, Comparison, compare_folders, scores_in
from triage.train.evaluate import Messages

HISTORY: Final = "history.toml"
LEAST_REASON: Final = 20
_KEPT: Final = (*GATES, "emergency read as emergency", "normal called emergency", "themes micro-F1", "domains exact")


class NotComparedError(ValueError):
    """The model in use cannot be compared with, and no reason of at least 20 characters was given."""


class WorseModelError(ValueError):
    """The new model is worse and no reason of at least 20 characters was given."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__(", ".join(change.old.key for change in comparison.worse))
        self.comparison = comparison


@dataclass(frozen=True, slots=True)
class Promotion:
    """What was installed: versions, and how they compared. `old` is empty where no version was named, `comparison`
    none where the model in use did not load or has no scores.
    """

    old: str
    new: str
    comparison: Comparison | None


def promote(messages: Messages, new: Path, model: Path, when: datetime, reason: str = "") -> Promotion:
    """Put the files of the folder `new` in the place of `model` and write the change into its `history.toml`.

    `when` is aware; it is kept in UTC. Raises `WorseModelError` and what `ready` and `compare_folders` raise; nothing
    is changed then.
    """
    if when.tzinfo is None:
        raise ValueError("a date without time zone")
    comparison = compare_folders(messages, model, new) if ready(new, model, reason) else None
    reason = reason.strip()
    if comparison and comparison.worse and len(reason) < LEAST_REASON:
        raise WorseModelError(comparison)
    promotion = Promotion(_named(model), version(new), comparison)
    _install(new, model, _entry(promotion, when, reason))
    return promotion


def ready(new: Path, model: Path, reason: str) -> bool:
    """Whether the model in use can be compared with, found in a second. Raises `TamperedModelError`, `OSError` or
    `NoScoresError` when `new` is not whole, `NotComparedError` when there is nothing to compare with and no reason.
    """
    Heads.load(new)
    scores_in(new)
    try:
        Heads.load(model)
        scores_in(model)
    except (TamperedModelError, OSError, KeyError, ValueError):
        if len(reason.strip()) < LEAST_REASON:
            raise NotComparedError(str(model)) from None
        return False
    return True


def _named(model: Path) -> str:
    try:
        return version(model)
    except (OSError, KeyError, ValueError):
        return ""


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
    if not model.exists():
        fresh.rename(model)
        return
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
        f"reason = {_quoted(reason)}",
        f"compared = {str(promotion.comparison is not None).lower()}",
        *(_figures(promotion.comparison) if promotion.comparison else ()),
    ]
    return "\n".join(lines) + "\n\n"


def _figures(found: Comparison) -> list[str]:
    lines = [f"worse = {str(bool(found.worse)).lower()}", f"messages = {found.count}", f"authors = {found.authors}"]
    for change in found.changes:
        if change.old.key in _KEPT:
            low, high = change.within
            lines.append(
                f"{_quoted(change.old.key)} = {{ old = {change.old.value:.4f}, new = {change.new.value:.4f}, "
                f"difference_95 = [{low:.4f}, {high:.4f}] }}"
            )
    return lines


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
