"""`toritsugi triage explain`: why each label, in plain Japanese: words, rule, standing, probability, occlusion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage import labels
from triage.assessment import Assessment, Domain, Evidence, Reason, Urgency
from triage.labelset import RAISED

if TYPE_CHECKING:
    from triage.occlusion import Why
    from triage.reader import Reader

_RULE_JA: Final = {
    "clause": "文の一節（学習から）",
    "person": "人・年齢の言葉",
    "household": "世帯の表",
    "occlusion": "外して調べた言葉",
}
_STANDING_JA: Final = {
    "denied": "否定されています",
    "past": "前のことです",
    "imagined": "もしもの話・たとえです",
    "other_person": "別の人のことです",
}
_HEADINGS: Final = ("見立て", "確率／しきい値", "言葉", "見つけた規則", "扱い", "外すといちばん下がる文節")


def explain(text: Annotated[str, typer.Argument(help="読む文。")]) -> None:
    """文を一つ読み、見立てごとに、なぜそう読んだかを見せます（言葉・規則・否定など・確率・外すと下がる文節）。"""
    show(_reader().why(text), Console(highlight=False))


def show(why: Why, console: Console) -> None:
    """Print the table of one text: what is said, then what was not counted."""
    assessment = why.assessment
    if assessment.unread_reason:
        console.print("機械には読めませんでした。人の目で見てください。")
        return
    table = Table(show_lines=True)
    for heading in _HEADINGS:
        table.add_column(heading, overflow="fold")
    for label, column in asserted(assessment):
        table.add_row(*(Text(printable(cell)) for cell in _row(why, label, column)))
    for aside in assessment.set_aside:
        name = f"（{labels.label_ja(aside.label)}）"
        standing = f"数えません：{_STANDING_JA[str(aside.because)]}"
        table.add_row(*(Text(printable(cell)) for cell in (name, "", f"『{aside.text}』", "", standing, "")))
    console.print(table if table.row_count else "見立てはありません（あいさつ、または手がかりのない文です）。")
    console.print(
        Text(
            "文節の数字は、その文節がないと点（ロジット）がどれだけ下がるかです。機械の見立てです。決めるのは人です。",
            style="dim",
        )
    )


def asserted(assessment: Assessment) -> list[tuple[str, str]]:
    """Each label that is said, with the column of the model that stands for it."""
    said = [str(domain) for domain in Domain if domain in assessment.domains]
    said += sorted(assessment.themes)
    said += [str(reason) for reason in Reason if reason in assessment.complexity_reasons]
    said += ["refuses_support"] if assessment.refuses_support else []
    pairs = [(label, label) for label in said]
    if assessment.urgency is not Urgency.NORMAL:
        pairs.append((str(assessment.urgency), RAISED if assessment.urgency is Urgency.HIGH else "emergency"))
    return pairs


def printable(text: str) -> str:
    """The text for a terminal: control characters and lone surrogates become 〓."""
    return "".join(c if c == "\n" or c.isprintable() or c == "\u3000" else "〓" for c in text)


def _row(why: Why, label: str, column: str) -> tuple[str, ...]:
    assessment = why.assessment
    words = [e for e in assessment.evidence if e.label == label]
    return (
        labels.label_ja(label),
        f"{assessment.probabilities[column]:.2f}／{why.thresholds[column]:.2f}",
        "\n".join(f"『{e.text}』" for e in words) or "推定",
        "\n".join(map(_rule, words)) or "推定",
        "\n".join("数えます" if _is_cue(e) else "機械の推定" for e in words) or "推定",
        "\n".join(f"{part}（−{fall:.1f}）" for part, fall in why.rests_on(column)),
    )


def _rule(evidence: Evidence) -> str:
    return _RULE_JA.get(evidence.rule, f"手がかり {evidence.rule}")


def _is_cue(evidence: Evidence) -> bool:
    return evidence.rule not in _RULE_JA


def _reader() -> Reader:
    from triage.reader import Reader

    return Reader.load()
