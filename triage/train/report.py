"""`docs/triage-report.md`: the figures of a study, in English after a Japanese summary."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from triage.labelset import KINDS
from triage.train.fields import AIMS, URGENCIES
from triage.train.plots import draw_plots
from triage.train.slices import Slice
from triage.train.study import Row, Study, theme_order
from triage.train.tables import brief, markdown, named, number, scores, span

IMAGES: Final = "images/triage"
_KEYS: Final = (
    ("4 分野の macro-F1", "domains macro-F1"),
    ("「今すぐ」を「今すぐ」と読めた割合", "emergency read as emergency"),
    ("「今すぐ」を「高い」以上と読めた割合", "emergency read as high or emergency"),
    ("「ふつう」を「今すぐ」と読み違えた割合", "normal called emergency"),
    ("テーマの micro-F1", "themes micro-F1"),
    ("迷う 2 割を人に回したときの分野の完全一致", "domains exact, 20 % abstained"),
)
_CURVE: Final = (
    "domains macro-F1", "emergency read as emergency", "normal called emergency", "themes micro-F1", "domains exact",
)  # fmt: skip
_WORDS: Final = Path(__file__).with_name("report.toml")


def write_report(study: Study, docs: Path) -> Path:
    """Write the report and its plots under `docs`; the same study gives the same bytes."""
    plots = draw_plots(study, docs / IMAGES)
    path = docs / "triage-report.md"
    path.write_text("\n".join(_parts(study, plots)), encoding="utf-8")
    return path


def _parts(study: Study, plots: list[str]) -> list[str]:
    parts = ["# Triage report\n", "Written by `toritsugi triage evaluate`; do not edit by hand.\n", _summary(study)]
    parts += ["## How it is measured\n", _words("method"), _data(study)]
    parts += ["## Leave one author out\n", scores(study.by_author)]
    parts += ["## Leave topics out\n", scores(study.by_topic)]
    parts += [
        "## Urgency\n",
        _confusion(study),
        _image("emergency.svg", "Emergencies found against false alarms"),
        _trades(study),
    ]
    parts += ["## Minimal groups\n", _groups(study)]
    parts += ["## Calibration and abstention\n", _image("reliability.svg", "Reliability"), _abstention(study)]
    parts += [
        _image("abstention.svg", "Exact domains against the share left to a person"),
        "## Evidence\n",
        _evidence(study),
    ]
    for name, found in study.slices.items():
        parts += [f"## By {name}\n", _slices(name, found)]
    parts += [_image("authors.svg", "Scores of each unseen author"), "## Themes\n", _themes(study)]
    parts += _curve(study) if "learning-curve.svg" in plots else []
    return [*parts, "## Two readers\n", _second(study)]


def _summary(study: Study) -> str:
    aims: dict[str, bool] = {}
    for row in study.by_author:
        if aim := AIMS.get(row.measure.key):
            name = "ECE" if row.measure.key.startswith("ECE ") else row.measure.key
            aims[name] = aims.get(name, True) and aim.reached(row.measure.value)
    head = _words(
        "summary",
        messages=len(study.sample.records),
        authors=len(study.counts),
        aims=len(aims),
        reached=sum(aims.values()),
    )
    return "\n".join(["## まとめ\n", head, *(_line(study, name, key) for name, key in _KEYS)]) + "\n"


def _line(study: Study, name: str, key: str) -> str:
    row, aim = study.row(key), AIMS[key]
    done = "届いた" if aim.reached(row.measure.value) else "届いていない"
    value = number(row.measure.value)
    return _words("line", name=name, value=value, count=row.measure.count, span=span(row.across), aim=aim, done=done)


def _data(study: Study) -> str:
    counts = ", ".join(f"{author} {count}" for author, count in sorted(study.counts.items()))
    kinds = {kind: sum(r["kind"] == kind for r in study.sample.records) for kind in KINDS}
    return _words(
        "data", messages=len(study.sample.records), count=len(study.counts), authors=counts,
        consultations=kinds["consultation"], smalltalk=kinds["smalltalk"], other=kinds["other"],
    )  # fmt: skip


def _image(name: str, title: str) -> str:
    return f"![{title}]({IMAGES}/{name})\n"


def _confusion(study: Study) -> str:
    rows = [
        (f"**{level}**", *map(str, counts)) for level, counts in zip(URGENCIES, study.confusion.tolist(), strict=True)
    ]
    return markdown(("true \\ said", *URGENCIES), rows)


def _trades(study: Study) -> str:
    rows = [(f"{trade.alarms:.0%}", brief(trade.found), span(trade.found.wilson)) for trade in study.trades]
    table = markdown(("false alarms on normal", "emergencies found", "95 % Wilson"), rows)
    return _words("trades") + "\n" + table


def _groups(study: Study) -> str:
    groups = study.groups
    keys = {one.key for one in (groups.pairs, groups.theme_pairs, groups.decisions, groups.whole, *groups.flips)}
    words = _words("groups", groups=len(groups.authors))
    return words + "\n" + scores(row for row in study.by_author if row.measure.key in keys)


def _abstention(study: Study) -> str:
    rows = [(f"{gone:.0%}{' (named)' if gone == 0.2 else ''}", number(measure.value), str(measure.count))
            for gone, measure in study.abstention]  # fmt: skip
    return markdown(("left to a person", "domains exact", "n read"), rows)


def _evidence(study: Study) -> str:
    return _words("evidence", shown=number(study.shown))


def _slices(name: str, found: list[Slice]) -> str:
    headings = (
        name, "n", "domains micro-F1", "domains exact", "themes micro-F1", "emergencies found", "… as high or more",
        "normal called emergency",
    )  # fmt: skip
    rows = [
        (
            one.name, str(one.count), number(one.domains.value), number(one.exact.value), number(one.themes.value),
            brief(one.found), number(one.raised.value), brief(one.alarms),
        )
        for one in found
    ]  # fmt: skip
    return markdown(headings, rows)


def _themes(study: Study) -> str:
    rows = [(named(one.key), number(one.value), str(one.count)) for one in theme_order(study.themes)]
    return markdown(("theme", "F1", "n"), rows)


def _curve(study: Study) -> list[str]:
    rows = []
    for step in study.curve:
        by_key: dict[str, Row] = {row.measure.key: row for row in step.rows}
        shown = [f"{number(by_key[key].measure.value)} ({span(by_key[key].across)})" for key in _CURVE]
        rows.append((f"{step.authors:.1f}", f"{step.messages:.0f}", *shown))
    table = markdown(("authors", "messages", *_CURVE), rows)
    return ["## Learning curve\n", _words("curve"), _image("learning-curve.svg", "Learning curve"), table]


def _second(study: Study) -> str:
    second = study.second
    if second is None:
        return _words("no_second")
    fields = [(f.field, str(f.count), number(f.alike), number(f.kappa)) for f in second.fields]
    labels = [
        (named(one.label), str(one.first), str(one.second), number(one.f1), number(one.kappa))
        for one in second.labels
        if one.first + one.second
    ]
    tables = (
        markdown(("field", "n", "read alike", "kappa / alpha"), fields),
        markdown(("label", "first", "second", "F1", "kappa"), labels),
    )
    return "\n".join([_words("second", count=second.count), *tables])


def _words(part: str, /, **filled: object) -> str:
    return _all_words()[part].lstrip("\n").format(**filled)


@cache
def _all_words() -> dict[str, str]:
    words: dict[str, str] = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return words
