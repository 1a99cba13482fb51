from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from triage.assessment import FIELDS
from triage.encoder import Matrix
from triage.labelset import INDEX
from triage.train import card
from triage.train.agreement import agreement
from triage.train.danger import beside_emergencies, trades
from triage.train.evaluate import Judged, Sample, judge, verdicts
from triage.train.fields import AIMS, theme_measures, urgency_table
from triage.train.folds import by_block, by_topic, cached
from triage.train.groups import group_scores, groups_of
from triage.train.measures import Draws
from triage.train.overlap import marked, overlaps
from triage.train.report import write_report
from triage.train.slices import abstention, lengths, registers, slices
from triage.train.study import Step, Study, author_rows


@pytest.fixture(scope="module")
def judged(sample: Sample, good: Matrix) -> Judged:
    return judge(sample, good)


@pytest.fixture(scope="module")
def study(sample: Sample, judged: Judged) -> Study:
    rows = author_rows(sample, judged, Draws.of(sample.authors, 50), None)
    return Study(
        sample, judged, rows, rows, theme_measures(sample, judged), urgency_table(sample, judged),
        group_scores(sample, judged), {"register": slices(sample, judged, registers(sample)),
        "length": slices(sample, judged, lengths(sample)), "author": slices(sample, judged, list(sample.authors))},
        abstention(sample, judged), trades(sample, judged), 0.2, [Step(50, 1, rows), Step(100, 2, rows)],
        agreement(sample.records, {r["id"]: r for r in sample.records}),
    )  # fmt: skip


def test_good_logits_score_better_than_poor_ones(sample: Sample, judged: Judged, poor: Matrix, study: Study) -> None:
    rows = author_rows(sample, judge(sample, poor), Draws.of(sample.authors, 20), None)
    worse = next(row for row in rows if row.measure.key == "domains macro-F1")
    assert study.row("domains macro-F1").measure.value > worse.measure.value + 0.1


def test_no_message_is_judged_by_its_own_group(sample: Sample, good: Matrix) -> None:
    """Turning the labels of one author over changes nothing of what is said of that author."""
    own = sample.authors == "A2"
    turned = Sample(
        sample.records, sample.authors, np.where(own[:, None], 1 - sample.labels, sample.labels), sample.signals,
        sample.readings,
    )  # fmt: skip
    first, second = judge(sample, good), judge(turned, good)
    assert np.array_equal(first.probabilities[own], second.probabilities[own])
    assert np.array_equal(first.cuts[own], second.cuts[own])
    rows = np.flatnonzero(own)
    assert [first.verdicts[i].domains for i in rows] == [second.verdicts[i].domains for i in rows]
    assert not np.array_equal(first.probabilities[~own], second.probabilities[~own])


def test_verdicts_are_those_of_judge(sample: Sample, good: Matrix, judged: Judged) -> None:
    assert [v.domains for v in verdicts(sample, good)] == [v.domains for v in judged.verdicts]


def test_the_least_certain_go_first(sample: Sample, judged: Judged) -> None:
    curve = abstention(sample, judged)
    assert curve[0][1].count == len(sample.records)
    named = next(measure for gone, measure in curve if gone == 0.2)
    assert named.key in AIMS
    assert named.count == pytest.approx(0.8 * len(sample.records), abs=1)
    assert len(judged.verdicts[0].certainty) == len(FIELDS)


def test_groups_are_topics_of_one_author_whose_labels_differ(sample: Sample, judged: Judged) -> None:
    groups = groups_of(sample)
    assert groups
    for rows in groups:
        assert len({(sample.records[i]["author"], sample.records[i]["topic"]) for i in rows}) == 1
    scores = group_scores(sample, judged)
    assert len(scores.authors) == len(groups)
    assert 0 < scores.whole.value <= scores.pairs.value <= scores.decisions.value <= 1
    right = sample.labels[:, INDEX["raised"]]
    assert scores.pairs.count > right.sum() / 10


def test_hard_negatives_stand_beside_an_emergency(sample: Sample) -> None:
    hard = beside_emergencies(sample)
    assert hard.any()
    assert all(sample.records[i]["urgency"] == "normal" for i in np.flatnonzero(hard))


def test_folds_keep_topics_and_authors_whole(sample: Sample) -> None:
    topics, blocks = by_topic(sample), by_block(sample)
    assert len({(r["topic"], fold) for r, fold in zip(sample.records, topics, strict=True)}) == len(
        {r["topic"] for r in sample.records}
    )
    assert len(set(zip(sample.authors, blocks, strict=True))) == len(set(sample.authors))


def test_the_cache_is_read_only_when_asked(tmp_path: Path, sample: Sample) -> None:
    calls: list[int] = []

    def learn() -> dict[str, object]:
        calls.append(1)
        return {"raw": np.ones((2, 2)) * len(calls)}

    for quick, expected in ((True, 1), (True, 1), (False, 2), (True, 2)):
        found = cached(tmp_path, "author", sample, sample.authors, learn, quick=quick)
        assert found["raw"][0, 0] == expected


@pytest.mark.parametrize("broken", ["other", "empty", "cut", "altered"])
def test_a_broken_cache_is_learnt_anew(tmp_path: Path, sample: Sample, broken: str) -> None:
    def kept(value: float) -> float:
        found = cached(
            tmp_path, "author", sample, sample.authors, lambda: {"raw": np.arange(4_000) * value}, quick=True
        )
        return float(found["raw"][1])

    assert kept(1) == 1
    [path] = tmp_path.iterdir()
    whole = path.read_bytes()
    path.write_bytes({
        "other": b"broken", "empty": b"", "cut": whole[: len(whole) // 2],
        "altered": whole[:60] + bytes([whole[60] ^ 255]) + whole[61:],
    }[broken])  # fmt: skip
    assert kept(2) == 2
    assert kept(3) == 2


def test_the_report_is_the_same_bytes_each_time(tmp_path: Path, study: Study) -> None:
    first, second = write_report(study, tmp_path / "a" / "docs"), write_report(study, tmp_path / "b" / "docs")
    assert first.read_bytes() == second.read_bytes()
    plots = sorted((tmp_path / "a" / "docs" / "images" / "triage").iterdir())
    assert len(plots) == 5
    for plot in plots:
        assert plot.read_bytes() == (tmp_path / "b" / "docs" / "images" / "triage" / plot.name).read_bytes()
        assert f"images/triage/{plot.name}" in first.read_text(encoding="utf-8")
    text = first.read_text(encoding="utf-8")
    assert "## まとめ" in text
    assert "reached" in text
    assert "nan" not in text


def test_the_card_keeps_its_words_and_takes_new_figures(tmp_path: Path, study: Study) -> None:
    path = tmp_path / "card.md"
    path.write_text(
        "a\n<!-- figures -->\nold\n<!-- /figures -->\nb\n<!-- failures -->\n<!-- /failures -->\nc\n", "utf-8"
    )
    card.write_card(study, path)
    first = path.read_text(encoding="utf-8")
    assert first.startswith("a\n<!-- figures -->\n")
    assert first.endswith("<!-- /failures -->\nc\n")
    assert "old" not in first
    assert "domains macro-F1" in first
    card.write_card(study, path)
    assert path.read_text(encoding="utf-8") == first
    with pytest.raises(card.NoMarkersError):
        card.between("nothing", "figures", "")


def test_marked_words_overlap_by_a_character() -> None:
    record = {"text": "母が転んだ", "evidence": [["転んだ", "elderly"], ["母", "care"], ["ない", "elderly"]]}
    assert marked(record, "elderly") == [(2, 5)]
    assert overlaps([(0, 3)], [(2, 5)])
    assert not overlaps([(0, 2)], [(2, 5)])
