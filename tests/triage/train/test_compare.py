from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bots import cli_measure
from bots.cli_triage import triage_app
from triage.encoder import Matrix, TamperedModelError
from triage.labelset import LABELS
from triage.train import corpus
from triage.train import promote as promotion
from triage.train.compare import GATES, Change, NoScoresError, NothingSharedError, compare, compare_folders
from triage.train.evaluate import Sample
from triage.train.measures import Measure
from triage.train.promote import HISTORY, NotComparedError, WorseModelError, promote
from triage.train.scores import READ, SCORES, load_scores, recipe_digest, store_scores

WHEN = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


class Whole:
    """Stands for heads whose digest is right."""

    version = "heads-new"

    @classmethod
    def load(cls, folder: Path) -> Whole:
        if "broken" in (folder / "model.toml").read_text(encoding="utf-8"):
            raise TamperedModelError("another recipe")
        return cls()


@pytest.fixture(autouse=True)
def _whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promotion, "Heads", Whole)


def folder(place: Path, name: str, sample: Sample, raw: Matrix) -> Path:
    store_scores(place / name, sample.records, raw)
    (place / name / "model.toml").write_text(f'version = "heads-{name}"\n', encoding="utf-8")
    return place / name


def test_scores_come_back_for_the_texts_they_were_made_of(tmp_path: Path, sample: Sample, good: Matrix) -> None:
    first = store_scores(tmp_path, sample.records, good).read_bytes()
    assert store_scores(tmp_path, sample.records, good).read_bytes() == first
    scores = load_scores(tmp_path)
    assert np.allclose(scores.raw, good, atol=0.01)
    edited = [sample.records[3] | {"text": "書き直した文"}, sample.records[4]]
    assert scores.rows(edited).tolist() == [-1, 4]
    assert (tmp_path / SCORES).stat().st_size < 140 * len(sample.records)


def test_a_model_is_not_worse_than_itself(tmp_path: Path, sample: Sample, good: Matrix) -> None:
    one = folder(tmp_path, "old", sample, good)
    found = compare_folders(sample, one, one)
    assert found.worse == []
    assert {change.difference for change in found.changes if not np.isnan(change.difference)} == {0.0}
    assert found.count == len(sample.records)
    assert {change.old.key for change in found.changes} >= set(GATES)


def test_only_messages_of_both_are_compared(sample: Sample, tmp_path: Path, good: Matrix, poor: Matrix) -> None:
    rows = np.arange(120)
    half = Sample.of(sample, rows)
    old, new = folder(tmp_path, "old", half, good[rows]), folder(tmp_path, "new", sample, poor)
    found = compare(sample, load_scores(old), load_scores(new))
    assert (found.count, found.authors) == (120, 3)
    few = folder(tmp_path, "few", Sample.of(sample, rows[:10]), good[:10])
    with pytest.raises(NothingSharedError):
        compare_folders(sample, few, new)


def test_a_worse_model_needs_a_reason_that_is_kept(tmp_path: Path, sample: Sample, good: Matrix, poor: Matrix) -> None:
    model, new = folder(tmp_path, "old", sample, good), folder(tmp_path, "new", sample, poor)
    for reason in ("", "みじかい理由"):
        with pytest.raises(WorseModelError):
            promote(sample, new, model, WHEN, reason)
    assert promotion.version(model) == "heads-old"
    reason = '新しい書き手の文を覚えさせるため、"いったん"受け入れます。'
    done = promote(sample, new, model, WHEN, reason)
    assert promotion.version(model) == "heads-new"
    [kept] = tomllib.loads((model / HISTORY).read_text(encoding="utf-8"))["promoted"]
    assert (kept["version"], kept["replaces"], kept["reason"]) == (done.new, "heads-old", reason)
    assert (kept["worse"], kept["date"]) == (True, WHEN)
    assert kept["domains macro-F1"]["new"] < kept["domains macro-F1"]["old"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old"]


def test_a_better_model_needs_no_reason_and_the_history_grows(
    tmp_path: Path, sample: Sample, good: Matrix, poor: Matrix
) -> None:
    model, new = folder(tmp_path, "old", sample, poor), folder(tmp_path, "new", sample, good)
    promote(sample, new, model, WHEN)
    promote(sample, new, model, WHEN)
    kept = tomllib.loads((model / HISTORY).read_text(encoding="utf-8"))["promoted"]
    assert [entry["worse"] for entry in kept] == [False, False]


@pytest.mark.parametrize(
    ("lost", "high", "worse"), [(0.005, 0.01, False), (0.005, -0.001, True), (0.02, 0.05, True), (-0.02, 0.05, False)]
)
def test_worse_is_beyond_chance_or_more_than_a_hundredth(lost: float, high: float, worse: bool) -> None:
    old, new = (Measure("k", np.array([[value]]), np.ones((1, 1)), 1) for value in (0.8, 0.8 - lost))
    assert Change(old, new, (-0.1, high), (-0.1, 0.1)).worse is worse


REASON = "はじめて入れるので、比べる相手がまだありません。"
SPOILT = ("no scores", "cut scores", "other labels", "other scores", "does not load")


@pytest.mark.parametrize("state", ["absent", *SPOILT])
def test_the_first_model_is_installed_with_a_reason_only(
    tmp_path: Path, sample: Sample, good: Matrix, state: str
) -> None:
    model, new = tmp_path / "model", folder(tmp_path, "new", sample, good)
    if state != "absent":
        spoil(folder(tmp_path, "model", sample, good), state)
    with pytest.raises(NotComparedError):
        promote(sample, new, model, WHEN, "みじかい理由")
    assert promote(sample, new, model, WHEN, REASON).comparison is None
    assert promotion.version(model) == "heads-new"
    [kept] = tomllib.loads((model / HISTORY).read_text(encoding="utf-8"))["promoted"]
    assert (kept["compared"], kept["reason"], "worse" in kept) == (False, REASON, False)


def spoil(model: Path, state: str) -> None:
    scores, card = model / SCORES, model / "model.toml"
    if state == "no scores":
        scores.unlink()
    elif state == "cut scores":
        scores.write_bytes(scores.read_bytes()[:300])
    elif state == "other labels":
        np.savez(scores, labels=np.array(["a"]))
    elif state == "other scores":
        card.write_text(f'version = "heads-old"\nscores_sha256 = "{"0" * 64}"\n', encoding="utf-8")
    elif state == "does not load":
        card.write_text('version = "broken"\n', encoding="utf-8")
    else:
        card.unlink()


@pytest.mark.parametrize(
    ("state", "words"),
    [*zip(SPOILT, ("がないので", "壊れているか", "ラベル", "ほかのモデル", "作り直します"), strict=True),
     ("no card", "model.toml")],
)  # fmt: skip
def test_the_commands_say_what_is_wrong_with_a_model(
    tmp_path: Path, sample: Sample, good: Matrix, state: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, new = folder(tmp_path, "old", sample, good), folder(tmp_path, "new", sample, good)
    spoil(new, state)
    monkeypatch.setattr(cli_measure, "_MODEL", model)
    result = CliRunner().invoke(triage_app, ["promote", str(new), "--because", REASON])
    assert (result.exit_code, words in result.output) == (2, True)
    assert promotion.version(model) == "heads-old"
    if state in SPOILT[:4]:
        with pytest.raises(NoScoresError):
            compare_folders(sample, model, new)
        result = CliRunner().invoke(triage_app, ["compare", str(model), str(new)])
        assert (result.exit_code, words in result.output) == (2, True)


def test_the_command_installs_a_first_model(
    tmp_path: Path, sample: Sample, good: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "read_corpus", lambda: sample)
    monkeypatch.setattr(cli_measure, "_MODEL", tmp_path / "model")
    new = folder(tmp_path, "new", sample, good)
    result = CliRunner().invoke(triage_app, ["promote", str(new)])
    assert (result.exit_code, "--because" in result.output) == (2, True)
    result = CliRunner().invoke(triage_app, ["promote", str(new), "--because", REASON])
    assert (result.exit_code, "（なし） → heads-new" in result.output) == (0, True)


def test_the_command_ends_at_once_without_scores(tmp_path: Path, sample: Sample, good: Matrix) -> None:
    one = folder(tmp_path, "old", sample, good)
    (tmp_path / "new").mkdir()
    result = CliRunner().invoke(triage_app, ["compare", str(one), str(tmp_path / "new")])
    assert result.exit_code == 2
    assert "out-of-author.npz がない" in result.output


def test_the_command_shows_both_models_side_by_side(
    tmp_path: Path, sample: Sample, good: Matrix, poor: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "read_corpus", lambda: sample)
    old, new = folder(tmp_path, "old", sample, good), folder(tmp_path, "new", sample, poor)
    result = CliRunner().invoke(triage_app, ["compare", str(old), str(new)])
    assert result.exit_code == 0
    assert "同じ 160 件（書き手 4 人）" in result.output
    monkeypatch.setattr(cli_measure, "_MODEL", old)
    result = CliRunner().invoke(triage_app, ["promote", str(new)])
    assert result.exit_code == 1
    assert "--because" in result.output
    assert promotion.version(old) == "heads-old"
    assert CliRunner().invoke(triage_app, ["promote", str(new), "--because", "理" * 20]).exit_code == 0
    assert promotion.version(old) == "heads-new"


def test_the_digest_changes_with_data_folds_and_code(tmp_path: Path, sample: Sample) -> None:
    code = tmp_path / "train"
    code.mkdir()
    for name in READ:
        (tmp_path / name).write_text("a = 1\n", encoding="utf-8")
    (code / "report.py").write_text("a = 1\n", encoding="utf-8")
    plan = [r["author"] for r in sample.records]
    first = recipe_digest(sample.records, plan, tmp_path)
    (code / "report.py").write_text("a = 2\n", encoding="utf-8")
    assert recipe_digest(sample.records, plan, tmp_path) == first
    assert recipe_digest(sample.records, plan[::-1], tmp_path) != first
    assert recipe_digest([*sample.records[:-1], sample.records[0]], plan, tmp_path) != first
    (code / "fit.py").write_text("a = 2\n", encoding="utf-8")
    assert recipe_digest(sample.records, plan, tmp_path) != first


def test_scores_of_another_model_are_refused(tmp_path: Path, sample: Sample) -> None:
    store_scores(tmp_path, sample.records, np.zeros((len(sample.records), len(LABELS)), np.float32))
    (tmp_path / "model.toml").write_text(f'scores_sha256 = "{"0" * 64}"\n', encoding="utf-8")
    with pytest.raises(TamperedModelError):
        load_scores(tmp_path)
