"""Training of the clause net in NumPy: forward, backward, AdamW with one cycle. Deterministic for a seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.net import CLAUSE_SHARE, SKIP_SHARE, Weights, neighbours

Array = npt.NDArray[np.float32]

HIDDEN = 256


@dataclass(frozen=True, slots=True)
class Settings:
    """What the measurements in `docs/decisions/0004` settled on."""

    epochs: int = 14
    batch: int = 32
    rate: float = 2e-3
    decay: float = 0.01
    drop_input: float = 0.5
    drop_hidden: float = 0.2
    drop_clause: float = 0.08
    smooth: float = 0.98
    clause_weight: float = 0.3
    evidence_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Examples:
    """Messages for the net: clause features, `labels` (messages x labels), `told` per message (clauses x labels;
    1 evidence, 0 unknown)."""

    clauses: list[Array]
    labels: Array
    told: list[Array]


def train(data: Examples, seed: int, settings: Settings | None = None) -> Weights:
    """Weights learnt from `data`."""
    settings = settings or Settings()
    random = np.random.default_rng(seed)
    width, labels = data.clauses[0].shape[1], data.labels.shape[1]
    weights = _start(random, width, labels, data.labels.mean(axis=0))
    first = {k: np.zeros_like(v) for k, v in weights.items()}
    second = {k: np.zeros_like(v) for k, v in weights.items()}
    count = len(data.clauses)
    steps = settings.epochs * -(-count // settings.batch)
    step = 0
    for _ in range(settings.epochs):
        order = random.permutation(count)
        for at in range(0, count, settings.batch):
            step += 1
            gradient = _gradient(weights, data, order[at : at + settings.batch], random, settings)
            _update(weights, gradient, first, second, step, _one_cycle(step / steps, settings.rate), settings.decay)
    return weights


def _start(random: np.random.Generator, width: int, labels: int, rates: Array) -> Weights:
    def draw(rows: int, columns: int, gain: float) -> Array:
        drawn: Array = (random.standard_normal((rows, columns)) * gain / np.sqrt(rows)).astype(np.float32)
        return drawn

    bias = np.log((rates + 0.005) / (1 - rates + 0.005)).astype(np.float32)
    return {
        "in": draw(width, HIDDEN, 1.0),
        "in_b": np.zeros(HIDDEN, np.float32),
        "conv": draw(3 * HIDDEN, HIDDEN, 1.2),
        "conv_b": np.zeros(HIDDEN, np.float32),
        "out": draw(HIDDEN, labels, 0.7),
        "out_b": (bias - 1.5).astype(np.float32),
        "skip": np.zeros((width, labels), np.float32),
        "message": draw(2 * HIDDEN, labels, 0.3),
        "message_b": np.zeros(labels, np.float32),
    }


def _one_cycle(part: float, rate: float) -> float:
    if part < 0.3:
        return float(rate * (0.04 + 0.96 * (1 - np.cos(np.pi * part / 0.3)) / 2))
    return float(rate * (1 + np.cos(np.pi * (part - 0.3) / 0.7)) / 2)


def _update(
    weights: Weights, gradient: Weights, first: Weights, second: Weights, step: int, rate: float, decay: float
) -> None:
    for key, value in gradient.items():
        first[key] = 0.9 * first[key] + 0.1 * value
        second[key] = 0.999 * second[key] + 0.001 * value * value
        mean = first[key] / (1 - 0.9**step)
        spread = second[key] / (1 - 0.999**step)
        weights[key] -= (rate * (mean / (np.sqrt(spread) + 1e-8) + decay * weights[key])).astype(np.float32)


def _gradient(
    w: Weights, data: Examples, chosen: npt.NDArray[np.int64], random: np.random.Generator, s: Settings
) -> Weights:
    clauses = [data.clauses[i] for i in chosen]
    lengths = np.array([len(c) for c in clauses])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    owner = np.repeat(np.arange(len(chosen)), lengths)
    target, told = data.labels[chosen], np.concatenate([data.told[i] for i in chosen])

    def mask(shape: tuple[int, ...], drop: float) -> Array:
        return ((random.random(shape) >= drop) / (1 - drop)).astype(np.float32)

    x = np.concatenate(clauses)
    x = x * mask(x.shape, s.drop_input) * (random.random((len(x), 1)) >= s.drop_clause)
    a1 = x @ w["in"] + w["in_b"]
    m1 = mask(a1.shape, s.drop_hidden) * (a1 > 0)
    wide = neighbours(a1 * m1, starts, lengths)
    a2 = wide @ w["conv"] + w["conv_b"]
    m2 = mask(a2.shape, s.drop_hidden) * (a2 > 0)
    h = a2 * m2
    z = h @ w["out"] + w["out_b"] + SKIP_SHARE * (x @ w["skip"])
    top = np.maximum.reduceat(z, starts)
    share = np.exp(z - top[owner])
    total = np.add.reduceat(share, starts)
    share /= total[owner]
    mean = np.add.reduceat(h, starts) / lengths[:, None]
    peak = np.maximum.reduceat(h, starts)
    pooled = np.hstack([mean, peak])
    logit: Array = (CLAUSE_SHARE * (top + np.log(total)) + pooled @ w["message"] + w["message_b"]).astype(np.float32)

    smooth = target * s.smooth + (1 - target) * (1 - s.smooth)
    g_message = (_sigmoid(logit) - smooth) / len(chosen)
    weight = np.where(told > 0, s.evidence_weight, np.where(target[owner] > 0, 0.0, s.clause_weight))
    g_z = CLAUSE_SHARE * g_message[owner] * share
    g_z += weight * (_sigmoid(z) - told * s.smooth - (1 - told) * (1 - s.smooth)) / len(x)
    g_pooled = g_message @ w["message"].T
    half = h.shape[1]
    is_peak = (h == peak[owner]) & (h > 0)
    g_h = g_z @ w["out"].T + (g_pooled[:, :half] / lengths[:, None])[owner] + g_pooled[:, half:][owner] * is_peak
    g_a2 = g_h * m2
    g_wide = g_a2 @ w["conv"].T
    g_a1 = _fold(g_wide, starts, lengths) * m1
    gradient = {
        "in": x.T @ g_a1,
        "in_b": g_a1.sum(axis=0),
        "conv": wide.T @ g_a2,
        "conv_b": g_a2.sum(axis=0),
        "out": h.T @ g_z,
        "out_b": g_z.sum(axis=0),
        "skip": SKIP_SHARE * (x.T @ g_z),
        "message": pooled.T @ g_message,
        "message_b": g_message.sum(axis=0),
    }
    return {key: value.astype(np.float32) for key, value in gradient.items()}


def _fold(wide: Array, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Array:
    """The transpose of `neighbours`: gradients of three neighbours back onto each clause."""
    third = wide.shape[1] // 3
    before, here, after = wide[:, :third], wide[:, third : 2 * third], wide[:, 2 * third :]
    out: Array = here.copy()
    out[:-1] += before[1:] * _inner(starts, len(wide))[1:]
    out[1:] += after[:-1] * _inner(starts, len(wide))[1:]
    return out


def _inner(starts: npt.NDArray[np.int64], count: int) -> Array:
    inner = np.ones((count, 1), np.float32)
    inner[starts] = 0
    return inner


def _sigmoid(x: Array) -> Array:
    found: Array = (1 / (1 + np.exp(-np.clip(x, -30, 30)))).astype(np.float32)
    return found
