"""Thresholds against what `fuse` makes of them, and the stored model against the fit it was made of."""

from __future__ import annotations

import json
from typing import cast

import numpy as np
import pytest
from spacy.language import Language

from triage.assessment import Urgency
from triage.clauses import clauses
from triage.context import Standing
from triage.features import features
from triage.fuse import fuse
from triage.heads import Calibration, Heads
from triage.labelset import INDEX, LABELS, RAISED
from triage.language import load_ginza
from triage.matcher import Cue, Hit
from triage.normalise import normalise
from triage.rules import Reading
from triage.train import clausenet, fit, run
from triage.train.calibrate import thresholds
from triage.train.corpus import DATA, Corpus

COUNT = 3_000


class Danger:
    """Stands for a hit of a cue of an emergency."""

    labels = ()
    urgency = Urgency.EMERGENCY
    rules_out = ()
    outright = False

    @property
    def cue(self) -> Cue:
        return cast(Cue, self)


CUED = Reading(((cast(Hit, Danger()), Standing.AFFIRMED),), ())
SILENT = Reading((), ())


@pytest.mark.parametrize("cued", [0.0, 0.05, 0.15, 0.4])
def test_normal_messages_are_called_no_more_often_than_a_desk_bears(cued: float) -> None:
    random = np.random.default_rng(3)
    labels = np.zeros((COUNT, len(LABELS)), dtype=np.float32)
    labels[: COUNT // 4, INDEX[RAISED]] = labels[: COUNT // 8, INDEX["emergency"]] = 1
    labels[:, INDEX["consultation"]] = 1
    probabilities = (random.beta(1, 6, labels.shape) * (1 - labels) + random.beta(6, 3, labels.shape) * labels).astype(
        np.float32
    )
    probabilities[:, INDEX["consultation"]] = 0.999
    probabilities[:, INDEX["emergency"]] *= probabilities[:, INDEX[RAISED]]
    readings = [CUED if heard else SILENT for heard in random.random(COUNT) < cued]
    cut = thresholds(probabilities, np.stack([one.signals() for one in readings]), labels)
    said = [fuse(row, cut, one).urgency for row, one in zip(probabilities, readings, strict=True)]
    normal = [urgency for urgency, label in zip(said, labels[:, INDEX[RAISED]], strict=True) if not label]
    lifted = np.mean(
        [one is CUED and row[INDEX[RAISED]] >= 0.15 for row, one in zip(probabilities, readings, strict=True)]
    )
    assert normal.count(Urgency.EMERGENCY) <= 0.071 * len(normal)
    if lifted < 0.1:
        assert 0.17 * len(normal) <= len(normal) - normal.count(Urgency.NORMAL) <= 0.19 * len(normal)


def tiny(nlp: Language) -> Corpus:
    """Sixty messages with made-up sentence vectors."""
    records = [json.loads(line) for line in (DATA / "W1.jsonl").read_bytes().splitlines()[:60]]
    texts = [normalise(record["text"]).text for record in records]
    vectors = np.random.default_rng(0).standard_normal((len(texts), 512)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    messages = [
        features(text, nlp.make_doc(text), clauses(text), row) for text, row in zip(texts, vectors, strict=True)
    ]
    given = [{*record["domains"], *record["themes"], record["kind"], record["reporter"]} for record in records]
    labels = np.array([[label in one for label in LABELS] for one in given], dtype=np.float32)
    told = [np.zeros((len(message.spans), len(LABELS)), dtype=np.float32) for message in messages]
    return Corpus(records, np.array(["A"] * len(records)), messages, labels, told, [SILENT] * len(records))


def test_the_stored_model_says_what_its_fit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = tiny(load_ginza())
    monkeypatch.setattr(fit, "_WIDTH", 16)
    monkeypatch.setattr(
        fit, "train", lambda examples, seed: clausenet.train(examples, seed, clausenet.Settings(epochs=1))
    )
    fitted = fit.fit(corpus, np.arange(0, 60, 2))
    unseen = np.arange(1, 60, 2)
    expected = fit.logits(fitted, corpus, unseen)
    one = np.ones(len(LABELS), dtype=np.float32)
    stored = Heads.unpack("tiny", run._pack(fitted, Calibration(one, one, one, one), one, one[:7]))
    found = np.stack([score.logits for score in stored.scores([corpus.messages[i] for i in unseen])])
    assert np.abs(expected).mean() > 0.1
    assert np.abs(found - expected).max() < 0.05
