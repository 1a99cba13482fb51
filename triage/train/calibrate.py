"""Calibration and thresholds from logits of messages whose author the fit has not seen."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from triage.doubt import ABSTAINED
from triage.encoder import Matrix
from triage.fuse import CUE_ALARM, RULE_FLOOR
from triage.heads import Calibration, sigmoid
from triage.labelset import DOMAINS, INDEX, LABELS, RAISED

_FALSE_EMERGENCIES: Final = 0.06
_FALSE_RAISED: Final = 0.19
"""Shares of `normal` messages called emergency, and high or emergency: a little under the 8 % and 20 % that a duty desk
bears, since an unseen author differs."""
_ENOUGH: Final = 60
_SHRINK: Final = 0.02


def calibrate(logits: Matrix, signals: Matrix, labels: Matrix) -> Calibration:
    """Platt scaling per label with a rule bonus and a denial malus that cannot turn negative; both are pulled to 0 so
    that rare cues are not trusted on few messages.
    """
    fitted = np.array([_platt(logits[:, j], signals[:, :, j], labels[:, j]) for j in range(labels.shape[1])])
    slope, bias, affirmed, denied = fitted.astype(np.float32).T
    return Calibration(slope, bias, affirmed, denied)


def thresholds(probabilities: Matrix, signals: Matrix, labels: Matrix) -> npt.NDArray[np.float32]:
    """The probability from which each label is asserted: best F1 (rare labels stay near the common choice);
    urgency at the false alarms on `normal` messages that a desk bears, counting that an affirmed cue of danger lowers
    the threshold of `emergency` (`fuse.CUE_ALARM`) and lifts to high whatever the threshold (`fuse.RULE_FLOOR`).
    """
    cut = np.full(len(LABELS), 0.5, dtype=np.float32)
    for label, column in INDEX.items():
        if label in DOMAINS or labels[:, column].sum() >= _ENOUGH:
            cut[column] = _best_f1(probabilities[:, column], labels[:, column])
        else:
            cut[column] = 0.35
    normal = labels[:, INDEX[RAISED]] == 0
    column = INDEX["emergency"]
    cued = signals[:, 0, column] > 0
    heard = probabilities[:, column] / np.where(cued, CUE_ALARM, 1)
    cut[column] = np.quantile(heard[normal], 1 - _FALSE_EMERGENCIES)
    raised = probabilities[:, INDEX[RAISED]]
    calm = normal & (heard <= cut[column]) & ~(cued & (raised >= RULE_FLOOR))
    cut[INDEX[RAISED]] = _raised_cut(raised[calm], int(normal.sum()))
    return cut


def _raised_cut(calm: Matrix, normal: int) -> float:
    """The threshold that leaves all but a share of `normal` messages below high; `calm` are the probabilities of those
    that nothing else raises. When everything else has used the share up, no further one is raised.
    """
    if not len(calm):
        return 1.0
    kept = min(1.0, (1 - _FALSE_RAISED) * normal / len(calm))
    return float(np.nextafter(np.float32(np.quantile(calm, kept, method="higher")), 1))


def floors(certainties: Matrix) -> npt.NDArray[np.float32]:
    """Per field (columns of `FIELDS`) the certainty under which it is unsure: the least certain shares `ABSTAINED`."""
    least = [np.quantile(field, share) for field, share in zip(certainties.T, ABSTAINED, strict=True)]
    return np.array(least, dtype=np.float32)


def _platt(logit: Matrix, signal: Matrix, label: Matrix) -> list[float]:
    rows = np.stack([logit, np.ones_like(logit), signal[:, 0], -signal[:, 1]]).astype(np.float64)
    label = label.astype(np.float64)

    def loss(x: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        z = x @ rows
        value = np.mean(np.logaddexp(0, z) - label * z) + _SHRINK * (x[2] ** 2 + x[3] ** 2) / 100
        slope = rows @ (1 / (1 + np.exp(-z)) - label) / len(label)
        slope += np.array([0.002 * (x[0] - 1), 0.0, _SHRINK * x[2] / 50, _SHRINK * x[3] / 50])
        return float(value + 0.001 * (x[0] - 1) ** 2), slope

    bounds = [(0.3, 3), (-4, 4), (0, 4), (0, 4)]
    found = minimize(loss, np.array([1.0, 0.0, 0.5, 0.5]), jac=True, bounds=bounds)
    return [float(value) for value in found.x]


def _best_f1(probability: Matrix, label: Matrix) -> float:
    grid = np.arange(0.2, 0.61, 0.02)
    scores = []
    for cut in grid:
        said = probability > cut
        hit = float((said * label).sum())
        scores.append(2 * hit / max(1.0, said.sum() + label.sum()))
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return float(grid[int(np.argmax(smooth))])


def fused(calibration: Calibration, logits: Matrix, signals: Matrix) -> Matrix:
    """Probabilities of many messages."""
    return sigmoid(calibration.logits(logits, signals))
