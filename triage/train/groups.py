"""Minimal groups: messages of one author on one topic whose labels differ by a denial, a tense, a person."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np

from triage.assessment import THEMES, Urgency
from triage.context import Standing
from triage.fuse import Verdict
from triage.labelset import DOMAINS, INDEX, RAISED
from triage.rules import Reading
from triage.train.corpus import OWN_AUTHOR
from triage.train.evaluate import Groups, Judged, Messages
from triage.train.measures import Measure

CORE: Final = (*DOMAINS, RAISED, "emergency")
_LARGEST: Final = 8
OTHER: Final = "other"
"""The message without the label has no cue of it that the rules take back: settled, another person, or unheard."""


@dataclass(frozen=True, slots=True)
class Pair:
    """In one group, the message `with_it` has `label` and the message `without` it does not; `flip` is how the rules
    hear the words in the second (`denied`, `past`, `imagined`, …, or `OTHER`).
    """

    group: int
    with_it: int
    without: int
    label: str
    flip: str


def groups_of(messages: Messages) -> list[list[int]]:
    """Rows of each minimal group (two to eight messages)."""
    topics: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, record in enumerate(messages.records):
        if record["author"] != OWN_AUTHOR:
            topics[record["author"], record["topic"]].append(row)
    columns = [INDEX[label] for label in (*CORE, *THEMES)]
    return [
        rows
        for rows in topics.values()
        if 2 <= len(rows) <= _LARGEST and np.ptp(messages.labels[np.ix_(rows, columns)], axis=0).any()
    ]


def pairs_of(messages: Messages, groups: list[list[int]], labels: tuple[str, ...]) -> list[Pair]:
    """Every pair in a group of which one message has a label and the other has not."""
    return [
        Pair(number, a, b, label, _flip(messages.readings[b], label))
        for number, rows in enumerate(groups)
        for a, b in permutations(rows, 2)
        for label in labels
        if messages.labels[a, INDEX[label]] > messages.labels[b, INDEX[label]]
    ]


def _flip(reading: Reading, label: str) -> str:
    """The standing of the first cue that is taken back in a message without the label: of the label, else any."""
    back = [(hit, stands) for hit, stands in reading.hits if stands is not Standing.AFFIRMED]
    urgent = [(hit, s) for hit, s in back if hit.cue.urgency is not None and label in ("emergency", RAISED)]
    own = [(hit, s) for hit, s in back if label in hit.cue.labels]
    return next((str(stands) for _, stands in (*own, *urgent, *back)), OTHER)


@dataclass(frozen=True)
class GroupScores:
    """Shares of pairs and groups read right, by group (`authors` has one name for each); `flips` by kind of flip."""

    authors: Groups
    pairs: Measure
    theme_pairs: Measure
    whole: Measure
    decisions: Measure
    flips: list[Measure]


def group_scores(messages: Messages, judged: Judged) -> GroupScores:
    """A pair is right when the label is given to the one message and not to the other; a group, when every domain and
    the urgency of every message are the author's; a decision is one label that flips in the group, of one message.
    """
    groups = groups_of(messages)
    core = pairs_of(messages, groups, CORE)
    themes = pairs_of(messages, groups, THEMES)
    kinds = sorted({pair.flip for pair in core})
    return GroupScores(
        np.array([messages.records[rows[0]]["author"] for rows in groups], dtype=np.str_),
        _pair_share("minimal pairs right (domains, urgency)", core, judged, len(groups)),
        _pair_share("minimal pairs right (themes)", themes, judged, len(groups)),
        _whole(messages, judged, groups),
        _decisions(judged, core, len(groups)),
        [_pair_share(f"pairs: {kind}", [p for p in core if p.flip == kind], judged, len(groups)) for kind in kinds],
    )


def _pair_share(key: str, pairs: list[Pair], judged: Judged, groups: int) -> Measure:
    top, bottom = np.zeros((1, groups), np.float32), np.zeros((1, groups), np.float32)
    for pair in pairs:
        right = says(judged.verdicts[pair.with_it], pair.label) and not says(judged.verdicts[pair.without], pair.label)
        top[0, pair.group] += right
        bottom[0, pair.group] += 1
    return Measure(key, top, bottom, len(pairs))


def _decisions(judged: Judged, pairs: list[Pair], groups: int) -> Measure:
    top, bottom = np.zeros((1, groups), np.float32), np.zeros((1, groups), np.float32)
    wanted = {(p.group, p.with_it, p.label, True) for p in pairs} | {
        (p.group, p.without, p.label, False) for p in pairs
    }
    for group, row, label, given in wanted:
        top[0, group] += says(judged.verdicts[row], label) == given
        bottom[0, group] += 1
    return Measure("decisions right in minimal groups (domains, urgency)", top, bottom, len(wanted))


def _whole(messages: Messages, judged: Judged, groups: list[list[int]]) -> Measure:
    right = [
        all(
            set(messages.records[i]["domains"]) == set(map(str, judged.verdicts[i].domains))
            and messages.records[i]["urgency"] == str(judged.verdicts[i].urgency)
            for i in rows
        )
        for rows in groups
    ]
    hits = np.array(right, dtype=np.float32)[None]
    return Measure("minimal groups wholly right (domains, urgency)", hits, np.ones_like(hits), len(groups), True)


def says(verdict: Verdict, label: str) -> bool:
    """Whether the verdict gives a domain, theme, `raised` or `emergency`."""
    if label == RAISED:
        return verdict.urgency is not Urgency.NORMAL
    if label == "emergency":
        return verdict.urgency is Urgency.EMERGENCY
    return label in verdict.themes or label in set(map(str, verdict.domains))
