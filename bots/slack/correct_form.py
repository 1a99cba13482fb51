"""The modal 「分野を直す」: kind, domains, complexity and refusal of help, in Slack. Pure. Themes: on the screen.

The labels that the modal showed ride in its block ids (`domains-child.poverty`), because `private_metadata` holds ids
only; what a person left as shown is then no correction of theirs. So does the id of the last message read (`note-17`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bots.slack import blocks, names
from bots.slack.blocks import Block
from bots.slack.state_words import standing
from handoff.judged import Labels
from handoff.view import CaseView
from triage.assessment import Complexity, Domain, Kind, Reason, Reporter, Urgency
from triage.labels import COMPLEXITY_JA, DOMAIN_JA, KIND_JA, REASON_JA, REFUSES_JA

_FIELDS: Final = ("kind", "domains", "complexity", "reasons", "refuses")
_NOTE_LENGTH: Final = 1000
_STANDS = "直したところは、機械がもう一度読んでも変わりません。テーマと書いた人は、受付の画面で直せます。"
_UNREAD = "まだ見立てができていません。すこし待ってから直してください。"


def correct_form(case: CaseView, channel: str) -> Block:
    """分野を直す: the labels that count now, ticked."""
    item, title = case.item, f"{case.item.label} の分野を直す"
    if item.assessment is None:
        return blocks.modal(names.NOTICE_VIEW, title, [blocks.section(_UNREAD)], "")
    now = _spelled(Labels.of(item.assessment))
    domains = [blocks.option(str(one), name) for one, name in DOMAIN_JA.items()]
    reasons = [blocks.option(str(one), name) for one, name in REASON_JA.items()]
    kinds = [blocks.option(str(one), name) for one, name in KIND_JA.items()]
    complexities = [blocks.option(str(one), name) for one, name in COMPLEXITY_JA.items()]
    refuses = [blocks.option("yes", REFUSES_JA)]
    drawn = [
        blocks.context(f"{item.label}　{_STANDS}", standing(item)),
        blocks.field(
            f"kind-{now['kind']}", "種類", blocks.radio("choice", kinds, now["kind"]),
            hint="「相談」のほかを選ぶと、分野も複合も外れます。",
        ),
        _boxes("domains", "分野", domains, now),
        blocks.field(
            f"complexity-{now['complexity']}", "複合", blocks.radio("choice", complexities, now["complexity"])
        ),
        _boxes("reasons", "複合の理由（「複合」のとき）", reasons, now),
        _boxes("refuses", "支援", refuses, now),
        blocks.field(
            f"note-{item.read_upto}", "どうして直すか", blocks.typed("text", most=_NOTE_LENGTH), optional=True
        ),
    ]  # fmt: skip
    carried = blocks.reference(item.case_id, item.version, channel)
    return blocks.modal(names.CORRECT_SEND, title, drawn, carried, submit="直す")


def posted(values: Mapping[str, str]) -> tuple[Labels, Labels] | None:
    """(shown, wanted) out of a submission; None for what is no submission of ours. The rest of the labels is alike."""
    shown: dict[str, str] = {}
    wanted: dict[str, str] = {}
    for name in _FIELDS:
        block = block_of(values, name)
        if not block:
            return None
        shown[name], wanted[name] = block.partition("-")[2], values[block]
    try:
        return _read(shown), _read(wanted)
    except ValueError:
        return None


def noted(values: Mapping[str, str]) -> tuple[str, int]:
    """The note, and the id of the last message that the reading covered when the modal was drawn (0: unknown)."""
    block = block_of(values, "note")
    digits = re.fullmatch(r"note-([0-9]{1,19})", block)
    return values.get(block, ""), int(digits[1]) if digits else 0


def block_of(values: Mapping[str, str], name: str) -> str:
    """The id of the block of this field, which holds what it showed; "" when there is none."""
    return next((block for block in values if block.partition("-")[0] == name and "-" in block), "")


def faults(values: Mapping[str, str]) -> dict[str, str]:
    """What must be mended in the modal: block id → Japanese sentence."""
    found = posted(values)
    if found is None:
        return {}
    shown, wanted = found
    if shown == wanted:
        return {block_of(values, "domains"): "直したところがありません。変えてから押してください。"}
    if wanted.kind is Kind.CONSULTATION and _unexplained(wanted) and not _unexplained(shown):
        return {block_of(values, "reasons"): "「複合」のときは、理由（①②③）を一つ以上選んでください。"}
    return {}


def _unexplained(labels: Labels) -> bool:
    return labels.complexity is Complexity.COMPLEX and not labels.complexity_reasons


def _boxes(name: str, label: str, options: list[Block], now: Mapping[str, str]) -> Block:
    on = now[name].split(".")
    return blocks.field(f"{name}-{now[name]}", label, blocks.checkboxes("choice", options, on), optional=True)


def _spelled(labels: Labels) -> dict[str, str]:
    return {
        "kind": str(labels.kind),
        "domains": ".".join(str(one) for one in Domain if one in labels.domains),
        "complexity": str(labels.complexity),
        "reasons": ".".join(str(one) for one in Reason if one in labels.complexity_reasons),
        "refuses": "yes" if labels.refuses_support else "",
    }


def _read(spelled: Mapping[str, str]) -> Labels:
    return Labels(
        kind=Kind(spelled["kind"]),
        reporter=Reporter.UNKNOWN,
        domains=frozenset(map(Domain, filter(None, spelled["domains"].split(".")))),
        themes=frozenset(),
        complexity=Complexity(spelled["complexity"]),
        complexity_reasons=frozenset(map(Reason, filter(None, spelled["reasons"].split(".")))),
        urgency=Urgency.NORMAL,
        refuses_support=spelled["refuses"] == "yes",
    )
