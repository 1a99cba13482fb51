"""The generated parts of `docs/model-card.md`: figures and failures between markers, so that they cannot drift."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from triage.labels import DOMAIN_JA, KIND_JA, URGENCY_JA
from triage.labelset import INDEX
from triage.train.fields import AIMS
from triage.train.study import Study
from triage.train.tables import markdown, scores

_SHORT: Final = 110
_EACH: Final = 3
_NAMES: Final = {str(d): name for d, name in DOMAIN_JA.items()}


class NoMarkersError(ValueError):
    """The model card lacks a pair of markers."""


def write_card(study: Study, path: Path) -> None:
    """Replace what stands between the markers of the card at `path`. Raises `NoMarkersError`."""
    text = path.read_text(encoding="utf-8")
    for name, body in (("figures", figures(study)), ("failures", failures(study))):
        text = between(text, name, body)
    path.write_text(text, encoding="utf-8")


def between(text: str, name: str, body: str) -> str:
    """`text` with `body` between `<!-- name -->` and `<!-- /name -->`. Raises `NoMarkersError`."""
    found = re.search(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", text, re.DOTALL)
    if found is None:
        raise NoMarkersError(name)
    return text[: found.end(1)] + body + text[found.start(2) :]


def figures(study: Study) -> str:
    """The scores that have an aim, on authors that no fit saw."""
    words = (
        f"{len(study.sample.records):,} messages of {len(study.counts)} authors, each author left out of training.\n\n"
    )
    return words + scores(row for row in study.by_author if row.measure.key in AIMS)


def failures(study: Study) -> str:
    """Real failures on unseen authors, the plainest of each sort: what the machine was surest of."""
    judged, records = study.judged, study.sample.records
    urgent = judged.probabilities[:, INDEX["emergency"]] / judged.cuts[:, INDEX["emergency"]]
    talk = judged.probabilities[:, INDEX["consultation"]]

    def urgency(true: str, said: tuple[str, ...]) -> Callable[[int], bool]:
        return lambda i: records[i]["urgency"] == true and str(judged.verdicts[i].urgency) in said

    def other_kind(i: int) -> bool:
        return records[i]["kind"] == "consultation" and str(judged.verdicts[i].kind) != "consultation"

    kinds: list[tuple[str, Callable[[int], bool], Callable[[int], float]]] = [
        ("emergency read as normal", urgency("emergency", ("normal",)), lambda i: float(urgent[i])),
        ("normal read as emergency", urgency("normal", ("emergency",)), lambda i: -float(urgent[i])),
        ("a domain that is not there", lambda i: bool(_extra(study, i)), lambda i: -_surest(study, i)),
        ("a domain missed", lambda i: bool(_missing(study, i)), lambda i: _faintest(study, i)),
        ("a case read as small talk or other", other_kind, lambda i: float(talk[i])),
    ]
    rows = []
    for name, failed, order in kinds:
        hit = [i for i in range(len(records)) if len(records[i]["text"]) <= _SHORT and failed(i)]
        for i in sorted(hit, key=lambda i: (order(i), records[i]["id"]))[:_EACH]:
            record, verdict = records[i], judged.verdicts[i]
            author = _words(record["kind"], record["domains"], record["urgency"])
            machine = _words(str(verdict.kind), [str(d) for d in verdict.domains], str(verdict.urgency))
            rows.append((name, f"「{record['text']}」", author, machine))
    return markdown(("failure", "message (fictional)", "author", "machine"), rows).replace("--:", "---")


def _words(kind: str, domains: list[str], urgency: str) -> str:
    fields = "・".join(name for domain, name in _NAMES.items() if domain in domains) or "分野なし"
    kinds = {str(k): name for k, name in KIND_JA.items()}
    return " / ".join([kinds[kind], fields, {str(u): name for u, name in URGENCY_JA.items()}[urgency]])


def _extra(study: Study, i: int) -> set[str]:
    return set(map(str, study.judged.verdicts[i].domains)) - set(study.sample.records[i]["domains"])


def _missing(study: Study, i: int) -> set[str]:
    return set(study.sample.records[i]["domains"]) - set(map(str, study.judged.verdicts[i].domains))


def _surest(study: Study, i: int) -> float:
    return max(float(study.judged.probabilities[i, INDEX[d]]) for d in _extra(study, i))


def _faintest(study: Study, i: int) -> float:
    return min(float(study.judged.probabilities[i, INDEX[d]]) for d in _missing(study, i))
