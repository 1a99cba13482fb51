from __future__ import annotations

import ast
import shutil
from pathlib import Path

import numpy as np
import pytest

from triage.encoder import TamperedModelError, UseEncoder, check_digest
from triage.heads import MODEL, Heads
from triage.net import forward
from triage.train import clausenet

TRIAGE = Path(__file__).parents[2] / "triage"


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path / "model")
    changed = bytearray((tmp_path / "model" / "heads.npz").read_bytes())
    changed[-30] ^= 1
    (tmp_path / "model" / "heads.npz").write_bytes(changed)
    with pytest.raises(TamperedModelError):
        Heads.load(tmp_path / "model")


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"1")
    with pytest.raises(TamperedModelError):
        check_digest(tmp_path / "x", "0" * 64)


def test_the_model_is_small() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) < 8_000_000


def test_no_text_no_rows() -> None:
    assert UseEncoder.load().encode([]).shape == (0, 512)


def test_nothing_at_run_time_imports_the_training_libraries() -> None:
    for path in TRIAGE.rglob("*.py"):
        if "train" in path.relative_to(TRIAGE).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.startswith(("sklearn", "scipy", "triage.train", "pickle"))], path


def _examples() -> clausenet.Examples:
    random = np.random.default_rng(0)
    clauses = [random.standard_normal((n, 6)).astype(np.float32) for n in (1, 3, 2, 4)]
    labels = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], dtype=np.float32)
    told = [np.zeros((len(c), 2), dtype=np.float32) for c in clauses]
    told[1][2, 1] = 1
    return clausenet.Examples(clauses, labels, told)


def test_the_clause_net_learns_and_is_deterministic() -> None:
    data = _examples()
    settings = clausenet.Settings(epochs=60, drop_input=0, drop_hidden=0, drop_clause=0)
    first, second = clausenet.train(data, 1, settings), clausenet.train(data, 1, settings)
    assert all(np.array_equal(first[key], second[key]) for key in first)
    said = np.stack([one.message for one in forward(first, data.clauses)]) > 0
    assert np.array_equal(said, data.labels > 0)


def test_messages_in_one_batch_do_not_touch_each_other() -> None:
    data = _examples()
    weights = clausenet.train(data, 1, clausenet.Settings(epochs=2))
    together = forward(weights, data.clauses)
    for clauses, seen in zip(data.clauses, together, strict=True):
        alone = forward(weights, [clauses])[0]
        assert np.allclose(alone.message, seen.message, atol=1e-4)
        assert np.allclose(alone.clauses, seen.clauses, atol=1e-4)
