from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from triage.train.fields import Aim
from triage.train.measures import Draws, calibration_error, f1, micro_f1, share, wilson

AUTHORS = np.array(["A"] * 50 + ["B"] * 50)


def test_f1_is_that_of_everybody_else() -> None:
    random = np.random.default_rng(0)
    true, said = random.random((3, 100)) > 0.6, random.random((3, 100)) > 0.5
    assert f1("x", list(true), list(said)).value == pytest.approx(f1_score(true.T, said.T, average="macro"))
    assert micro_f1("x", list(true), list(said)).value == pytest.approx(f1_score(true.T, said.T, average="micro"))


def test_what_never_counts_has_no_value() -> None:
    none = np.zeros(100, dtype=bool)
    measure = share("x", none, none)
    assert np.isnan(measure.value)
    assert measure.wilson is None
    assert np.isnan(Draws.of(AUTHORS, 20).intervals(measure)[0][0])


def test_wilson_is_the_known_one() -> None:
    assert wilson(8, 10) == pytest.approx((0.4901, 0.9433), abs=1e-3)


def test_whole_authors_vary_more_than_messages_when_authors_differ() -> None:
    hits = np.array([True] * 45 + [False] * 5 + [True] * 5 + [False] * 45)
    within, across = Draws.of(AUTHORS).intervals(share("x", hits, np.ones(100, dtype=bool)))
    assert within[0] < 0.5 < within[1]
    assert across == pytest.approx((0.1, 0.9))


def test_a_difference_is_drawn_in_pairs() -> None:
    every, hits = np.ones(100, dtype=bool), np.arange(100) % 2 == 0
    better = hits.copy()
    better[:10] = True
    one, two = share("x", better, every), share("x", hits, every)
    low, high = Draws.of(AUTHORS).intervals(one, two)[0]
    assert 0 < low <= one.value - two.value <= high < 0.12


def test_draws_are_the_same_each_time() -> None:
    assert np.array_equal(Draws.of(AUTHORS, 10).within, Draws.of(AUTHORS, 10).within)


def test_calibration_error_is_the_gap_of_the_bins() -> None:
    probabilities = np.array([[0.95], [0.95], [0.15], [0.15]], dtype=np.float32)
    labels = np.array([[1.0], [0.0], [0.0], [0.0]], dtype=np.float32)
    measure = calibration_error("x", probabilities, labels, np.ones(4, dtype=bool))
    assert measure.value == pytest.approx((0.45 + 0.15) / 2)


def test_an_aim_is_a_floor_or_a_ceiling() -> None:
    assert Aim(0.9).reached(0.9)
    assert not Aim(0.08, most=True).reached(0.09)
    assert str(Aim(0.08, most=True)) == "≤ 0.08"
