"""Values for the tests of the Slack bot: cases in every state, with words that must never reach a card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from handoff.clock import Due, DueKind
from handoff.plan import DeskProposal, Flag, NextStep, Plan
from handoff.ticket import State
from handoff.view import CaseView, Line, QueueItem, Step
from intake.clock import to_datetime
from triage.assessment import (
    THEMES,
    Assessment,
    Complexity,
    Domain,
    Evidence,
    Kind,
    Mention,
    Reason,
    Reporter,
    SetAside,
    SetAsideBecause,
    Urgency,
)

NOW = 1_795_330_000_000
CANARY = "カナリア"
"""Stands in everything that the person said, is called, or lives at."""
CASE_ID = 4_611_686_018_427_387_904


def assessment(words: str = CANARY, **changes: Any) -> Assessment:
    """A reading that quotes `words` in its evidence."""
    values: dict[str, Any] = {
        "kind": Kind.CONSULTATION,
        "reporter": Reporter.LIFELINE,
        "domains": frozenset({Domain.POVERTY, Domain.CHILD}),
        "themes": frozenset({"lifeline_stop", "school"}),
        "complexity": Complexity.COMPLEX,
        "complexity_reasons": frozenset({Reason.HOUSEHOLD}),
        "urgency": Urgency.HIGH,
        "refuses_support": False,
        "needs_human": False,
        "evidence": (
            Evidence(0, len(words), "poverty", words, "cue.water"),
            Evidence(0, len(words), "lifeline_stop", words, "cue.water"),
            Evidence(0, len(words), f"?{words}", words, words),
        ),
    }
    return Assessment(**(values | changes))


def explained(words: str = CANARY) -> Assessment:
    """A reading that quotes `words` wherever one can: not counted, of somebody, and unsure."""
    return assessment(
        words,
        set_aside=(SetAside(0, len(words), "abuse_child", words, SetAsideBecause.DENIED),),
        mentions=(Mention(0, len(words), f"{words}80代の母", "parent", "elderly", 80),),
        unsure=frozenset({"domains", "urgency"}),
    )


def plan(words: str = CANARY, **changes: Any) -> Plan:
    """A plan whose content reason quotes `words`, as handoff's own does."""
    values: dict[str, Any] = {
        "desks": (
            DeskProposal("jiritsu", "自立相談支援機関", "困窮の相談を受ける窓口です。"),
            DeskProposal("kodomo", "こども家庭センター", "子どもの相談を受ける窓口です。"),
        ),
        "next_step": NextStep.COORDINATION,
        "rule": "broad",
        "reason_ja": f"「{words}」の言葉から、分野が重なっています。",
        "reason_plain_ja": "分野が重なっています。",
        "urgency": Urgency.HIGH,
        "due": Due(to_datetime(NOW) + timedelta(hours=1), DueKind.BY),
        "also": (NextStep.OUTREACH,),
        "questions": ("食べるものはありますか。",),
        "flags": (Flag.NO_CONSENT, Flag.NOTIFICATION),
    }
    return Plan(**(values | changes))


def item(words: str = CANARY, **changes: Any) -> QueueItem:
    """A card of the queue; all that the person said is `words`."""
    values: dict[str, Any] = {
        "case_id": CASE_ID,
        "label": "T-0412",
        "state": "received",
        "kind": "consultation",
        "urgency": "high",
        "route": "lifeline",
        "identity": "anonymous",
        "title": words[:40],
        "excerpt": words,
        "assessment": assessment(words),
        "text": words,
        "breadth": 2,
        "waiting_since": NOW - 3_600_000,
        "due_at": NOW + 18 * 60_000,
        "owner_name": "",
        "owner_id": None,
        "owner_desk": "marugoto",
        "version": 7,
    }
    return QueueItem(**(values | changes))


def case(words: str = CANARY, lines: int = 2, **changes: Any) -> CaseView:
    """One whole case."""
    values: dict[str, Any] = {
        "item": item(words),
        "receipt": "7K3M-92Q5",
        "lines": tuple(
            Line(
                n, NOW - 1000 * n, ("person", "staff", "machine")[n % 3], "佐藤" if n % 3 == 1 else "",
                "text", words, False, "",
            )
            for n in range(lines)
        ),
        "steps": (
            Step(NOW - 5000, "person", "", "opened", "lifeline", ""),
            Step(NOW, "staff", "佐藤", "noted", "", words),
        ),
        "plan": plan(words),
        "answers": (("だれのこと", words),),
        "name": words,
        "reachable": True,
    }  # fmt: skip
    return CaseView(**(values | changes))


def every_item(words: str = CANARY) -> Iterator[QueueItem]:
    """Every state × urgency × route × reading × promise that changes what a card says."""
    readings = (None, Assessment.unread("timeout"), assessment(words), explained(words), _widest(words))
    for state in State:
        owned = {"owner_name": "佐藤", "owner_id": 5} if state in ("claimed", "handed") else {}
        for urgency in Urgency:
            for read in readings:
                for route in ("resident", "lifeline", "professional", "slack", words):
                    for due in (None, NOW + 60_000, NOW - 480_000):
                        yield item(
                            words,
                            state=str(state),
                            urgency=str(urgency),
                            route=route,
                            assessment=read,
                            due_at=due,
                            **owned,
                        )


def every_turn(words: str = CANARY) -> Iterator[QueueItem]:
    """Every state × what staff did with it: put off, folded, answered, given back, in the practice mode."""
    turns: tuple[dict[str, Any], ...] = (
        {"hold_until": NOW + 3_600_000}, {"hold_until": NOW - 1},
        {"folded_into": CASE_ID + 1, "folded_label": "T-0400"},
        {"folded_into": CASE_ID + 1}, {"speaker": "human"}, {"speaker": "returned"}, {"practice": True},
        {"speaker": "human", "silence": "report"}, {"silence": "blocked"}, {"silence": "hidden", "practice": True},
        {"town": "ほかの市町村の方（東京都八王子市）"}, {"lives": words},
    )  # fmt: skip
    for state in State:
        owned = {"owner_name": "佐藤", "owner_id": 5} if state in ("claimed", "handed") else {}
        for urgency in Urgency:
            for turn in turns:
                for read in (None, explained(words)):
                    yield item(words, state=str(state), urgency=str(urgency), assessment=read, **turn, **owned)


def _widest(words: str) -> Assessment:
    """Everything read at once."""
    return assessment(
        words,
        domains=frozenset(Domain),
        themes=frozenset(THEMES),
        complexity_reasons=frozenset(Reason),
        evidence=tuple(Evidence(0, 1, label, words, "cue") for label in (*THEMES, *map(str, Domain)) for _ in range(3)),
    )


def widest_plan(words: str = CANARY) -> Plan:
    """As many desks, questions and flags as a plan can hold."""
    desks = tuple(DeskProposal(f"d{n}", "地域生活支援・権利擁護センター分室" * 2, "理由です。" * 20) for n in range(6))
    return plan(
        words, desks=desks, flags=tuple(Flag), also=tuple(NextStep), questions=("確かめますか。" * 10,) * 12,
        reason_ja=f"「{words[:20]}…」" * 3 + "理由", reason_plain_ja="理由です。" * 40,
    )  # fmt: skip


def walk(node: object) -> Iterator[dict[str, Any]]:
    """Every JSON object in a message or view."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def is_inert(node: object) -> bool:
    """No mrkdwn, no emoji codes, no links, no mentions: Slack interprets nothing in it."""
    live = {"mrkdwn", "link", "user", "usergroup", "emoji", "channel", "broadcast", "image"}
    return all(
        found.get("type") not in live and (found.get("type") != "plain_text" or found.get("emoji") is False)
        for found in walk(node)
    )
