from __future__ import annotations

from pathlib import Path

import pytest
from spacy.language import Language

from triage.context import Standing
from triage.matcher import BadCueError, Cue, load_cues
from triage.normalise import normalise
from triage.rules import Reading, read_rules

CUES = load_cues()


def _name(value: Cue | str) -> str:
    return value.id if isinstance(value, Cue) else ""


def read(cues: tuple[Cue, ...], text: str, nlp: Language) -> Reading:
    return read_rules(cues, [normalise(text).text], nlp)[0]


@pytest.mark.parametrize(("cue", "text"), [(cue, text) for cue in CUES for text in cue.examples], ids=_name)
def test_an_example_raises_its_cue(cue: Cue, text: str, nlp: Language) -> None:
    assert Standing.AFFIRMED in [stands for _, stands in read((cue,), text, nlp).hits]


@pytest.mark.parametrize(("cue", "text"), [(cue, text) for cue in CUES for text in cue.lookalikes], ids=_name)
def test_a_lookalike_does_not(cue: Cue, text: str, nlp: Language) -> None:
    assert Standing.AFFIRMED not in [stands for _, stands in read((cue,), text, nlp).hits]


def test_ids_are_unique() -> None:
    assert len({cue.id for cue in CUES}) == len(CUES)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("夫に殴られたことはありません", Standing.DENIED),
        ("夫に殴られたわけではないです", Standing.DENIED),
        ("夫に殴られたことがないとは言い切れません", Standing.AFFIRMED),
        ("夫に殴られたかもしれない", Standing.AFFIRMED),
        ("夫に殴られるしかないのですか", Standing.AFFIRMED),
        ("十年前は夫に殴られていましたが、もう離婚しました", Standing.PAST),
        ("十年前から夫に殴られています", Standing.AFFIRMED),
        ("もし夫に殴られたらどこに行けばいいですか", Standing.IMAGINED),
        ("ドラマで夫に殴られる場面を見ました", Standing.IMAGINED),
    ],
)
def test_standing(text: str, stands: Standing, nlp: Language) -> None:
    cue = next(cue for cue in CUES if cue.id == "dv.violence")
    assert [found for _, found in read((cue,), text, nlp).hits] == [stands]


@pytest.mark.parametrize("text", ["お金がないです", "声をかけても返事がない", "食べるものがありません"])
def test_an_absence_is_not_a_denial(text: str, nlp: Language) -> None:
    assert Standing.AFFIRMED in [stands for _, stands in read(CUES, text, nlp).hits]


@pytest.mark.parametrize("run", ["1234567890" * 1000, "一二三四五六七八九" * 1000], ids=["digits", "kanji"])
def test_a_long_number_raises_nothing(run: str, nlp: Language) -> None:
    assert not read(CUES, f"去年、{run}番です", nlp).hits


def test_a_wrong_table_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('[[cue]]\nid = "x"\nlabels = ["nonsense"]\npatterns = []\n', encoding="utf-8")
    with pytest.raises(BadCueError, match=r"bad\.toml: x"):
        load_cues(tmp_path)
