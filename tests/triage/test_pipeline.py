from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc

from triage.labelset import INDEX
from triage.matcher import load_cues
from triage.pipeline import EXTENSIONS, build, components, extensions, rules_pipeline
from triage.rules import read_rules

TEXT = "80代の母の年金で50代の息子が暮らしています。息子はひきこもりで、借金はありません。"


@dataclass
class Counting:
    """Stands in for GiNZA as the parser and counts what it is asked to parse."""

    nlp: Language
    parsed: int = 0
    characters: int = 0

    def pipe(self, texts: list[str], batch_size: int) -> list[Doc]:
        self.parsed += len(texts)
        self.characters += sum(map(len, texts))
        return list(self.nlp.pipe(texts, batch_size=batch_size))


def test_each_extension_is_set_and_described(nlp: Language) -> None:
    rules = rules_pipeline(nlp, load_cues())
    doc = rules(TEXT)
    assert all(doc.has_extension(name) and about for name, (_, about) in EXTENSIONS.items())
    assert [cue.hit for cue in doc._.toritsugi_cues] == list(doc._.toritsugi_hits)
    assert {"parent", "child"} <= {one.role for one in doc._.toritsugi_people}
    assert [age.years for age in doc._.toritsugi_ages] == [80, 50]
    assert {str(pattern) for pattern in doc._.toritsugi_household.patterns} == {"p8050"}
    analysed: Any = rules.analyze_pipes()
    assert analysed["problems"] == {name: [] for name in rules.pipe_names}


def test_building_and_importing_again_is_no_fault(nlp: Language) -> None:
    for module in (extensions, components, build):
        importlib.reload(module)
    rules_pipeline(nlp, load_cues())
    build.rules_pipeline(nlp, load_cues())


def test_a_batch_reads_as_one_by_one(nlp: Language) -> None:
    rules = rules_pipeline(nlp, load_cues())
    texts = [TEXT, "", "母は弟が借金をしていると泣いています。", "夫に殴られたことはありません"]
    alone = [rules(text)._.toritsugi_reading for text in texts]
    assert [doc._.toritsugi_reading for doc in rules.pipe(texts)] == alone
    assert read_rules(load_cues(), texts, nlp) == alone


@pytest.mark.parametrize(
    ("text", "parses"), [("母は認知症です。弟は借金があります。", 0), ("お金がなくて電気が止まった", 0)]
)
def test_what_is_clear_is_not_parsed(text: str, parses: int, nlp: Language) -> None:
    rules = rules_pipeline(nlp, load_cues())
    counting: Any = Counting(nlp)
    context: Any = rules.get_pipe("toritsugi_context")
    context.use(counting)
    rules(text)
    assert counting.parsed == parses


def test_of_a_long_text_only_so_much_is_parsed(nlp: Language) -> None:
    rules = rules_pipeline(nlp, load_cues())
    counting: Any = Counting(nlp)
    context: Any = rules.get_pipe("toritsugi_context")
    context.use(counting)
    rules("。".join(f"{'あいうえお' * 30}{n}、母は弟が借金をしていると泣いています" for n in range(80)))
    assert 3000 < counting.characters <= 6000


def test_named_patterns_are_signals_of_their_themes(nlp: Language) -> None:
    signals = read_rules(load_cues(), [TEXT], nlp)[0].signals()
    assert signals.dtype == np.float32
    assert (signals[0, INDEX["p8050"]], signals[1, INDEX["debt"]]) == (1, 1)
