"""The trained heads: clause nets, linear and character runs, calibrated with the rules. npz and TOML, never pickle."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from triage.encoder import Matrix, TamperedModelError, UseEncoder, check_digest
from triage.features import MessageFeatures, Vector
from triage.labelset import LABELS
from triage.net import Weights, forward
from triage.space import Space

MODEL: Final = Path(__file__).with_name("model")
SPACE_PARTS: Final = ("clause_words", "message_words", "message_encoded")


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one message, by column of `LABELS`: `logits` of the nets, `clauses` (clauses x labels) of the clause net."""

    logits: Vector
    clauses: Matrix


@dataclass(frozen=True, slots=True)
class Calibration:
    """Per label: probability = sigmoid(slope x logit + bias + affirmed x rule said - denied x rule taken back)."""

    slope: Vector
    bias: Vector
    affirmed: Vector
    denied: Vector

    def logits(self, raw: Matrix, signals: Matrix) -> Matrix:
        """Calibrated logits; `raw` is (…, labels), `signals` (…, 2, labels) as `Reading.signals` gives them."""
        said, taken_back = signals[..., 0, :], signals[..., 1, :]
        calibrated: Matrix = self.slope * raw + self.bias + self.affirmed * said - self.denied * taken_back
        return calibrated


@dataclass(frozen=True, slots=True)
class Heads:
    """Everything learnt. `thresholds` are probabilities, one per label."""

    version: str
    space: Space
    linear: Matrix
    linear_bias: Vector
    grams: Matrix
    """Character runs of `space` x labels: a head on the single runs, which folding blurs."""
    grams_bias: Vector
    nets: tuple[Weights, ...]
    calibration: Calibration
    thresholds: Vector
    floors: Vector
    """Per field of `assessment.FIELDS`: below this certainty the field is unsure."""

    @classmethod
    def load(cls, folder: Path = MODEL) -> Heads:
        """Load the committed model. Raises `TamperedModelError` when a file is not the one that its TOML pins, or was
        trained for other labels, another encoder or another recipe.
        """
        card = tomllib.loads((folder / "model.toml").read_text(encoding="utf-8"))
        if tuple(card["labels"]) != LABELS:
            raise TamperedModelError("the model was trained for other labels")
        if card["encoder"] != UseEncoder.name:
            raise TamperedModelError("the model was trained on another encoder")
        check_digest(folder / "heads.npz", card["sha256"])
        with np.load(folder / "heads.npz", allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        try:
            return cls.unpack(card["version"], arrays)
        except KeyError as missing:
            raise TamperedModelError(f"the model was trained by another recipe: it has no {missing}") from None

    @classmethod
    def unpack(cls, version: str, arrays: dict[str, Matrix]) -> Heads:
        """Heads from the arrays of `pack`."""

        def wide(name: str) -> Matrix:
            return arrays[name].astype(np.float32)

        space = Space(
            ids={str(gram): i for i, gram in enumerate(arrays["grams"])},
            idf=wide("idf"),
            basis=wide("basis") * wide("basis_scale"),
            **{part: wide(part) for part in SPACE_PARTS},
        )
        count = int(arrays["nets"])
        names = [name.removeprefix("net0.") for name in arrays if name.startswith("net0.")]
        return cls(
            version=version,
            space=space,
            linear=wide("linear"),
            linear_bias=wide("linear_bias"),
            grams=wide("grams_head") * wide("grams_scale"),
            grams_bias=wide("grams_bias"),
            nets=tuple({name: wide(f"net{i}.{name}") for name in names} for i in range(count)),
            calibration=Calibration(*(wide(f"calibration.{part}") for part in ("slope", "bias", "affirmed", "denied"))),
            thresholds=wide("thresholds"),
            floors=wide("floors"),
        )

    def scores(self, messages: list[MessageFeatures]) -> list[Scores]:
        """The raw scores of each message."""
        if not messages:
            return []
        runs = [self.space.grams(message.text) for message in messages]
        rows = np.stack([
            self.space.message(message, weights @ self.space.basis[index])
            for message, (index, weights) in zip(messages, runs, strict=True)
        ])  # fmt: skip
        linear = rows @ self.linear + self.linear_bias
        grams = np.stack([weights @ self.grams[index] for index, weights in runs]) + self.grams_bias
        clauses = [
            self.space.clauses(message, np.stack([self.space.chars(message.text[a:b]) for a, b in message.spans]))
            for message in messages
        ]
        nets = [forward(net, clauses) for net in self.nets]
        mixed = mix(np.mean([[one.message for one in net] for net in nets], axis=0), linear, grams)
        return [
            Scores(mixed[i].astype(np.float32), np.mean([net[i].clauses for net in nets], axis=0).astype(np.float32))
            for i in range(len(messages))
        ]


def mix(nets: Matrix, linear: Matrix, grams: Matrix) -> Matrix:
    """One logit of three, in the shares that read unseen authors best (`docs/decisions/0009`)."""
    mixed: Matrix = 0.55 * nets + 0.15 * linear + 0.3 * grams
    return mixed


def sigmoid(x: Matrix) -> Matrix:
    """Logits to probabilities."""
    probability: Matrix = (1 / (1 + np.exp(-np.clip(x, -30, 30)))).astype(np.float32)
    return probability
