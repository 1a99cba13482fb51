"""What next (次の一手): from what triage read, what is known besides, and the municipality's pack to a proposal.

Pure. `decide` never lowers the urgency, never closes, never sends: it proposes, and names the rule that spoke. Whether
something is a 通告 is always a question for a person and never waits for consent. Why the rules stand in this order:
`docs/decisions/0006-plan-and-clock.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from handoff import desks as directory
from handoff.breadth import breadth, groups
from handoff.clock import TOKYO, Due, DueKind, due, is_open
from handoff.pack import Desk, Pack, Project
from handoff.plan_marks import ASKS, FLAGS
from handoff.plan_rules import STEPS, Context, StepRule
from handoff.plan_values import Consent, DeskProposal, Facts, Flag, NextStep, Plan, Source
from handoff.residence import outside
from triage.assessment import Assessment, Evidence, Urgency
from triage.labels import DOMAIN_JA, THEME_JA

__all__ = [
    "MOST_DESKS",
    "Consent",
    "DeskProposal",
    "Facts",
    "Flag",
    "NextStep",
    "Plan",
    "Source",
    "breadth",
    "decide",
    "groups",
]

MOST_DESKS = 6
_QUOTES = 3
_QUOTE_LENGTH = 20
_SAFETY_FIRST = "今すぐの安全を確かめたうえで、"
_PROJECT_OF_STEP = {
    NextStep.COORDINATION: Project.COORDINATION,
    NextStep.MEETING: Project.COORDINATION,
    NextStep.OUTREACH: Project.OUTREACH,
    NextStep.PARTICIPATION: Project.PARTICIPATION,
}


def decide(assessment: Assessment, facts: Facts, pack: Pack, now: datetime) -> Plan:
    """The proposal for a case as it stands. `now` is aware.

    Promises: at least one desk (the fallback of the pack when nothing else fits), an urgency never below the
    assessment's and 今すぐ whenever the danger lexicon spoke. Raises `LookupError` on a pack without its fallback desk
    and `ValueError` on a naive datetime.
    """
    urgency = assessment.urgency.raised_to(Urgency.EMERGENCY if facts.alarm else Urgency.NORMAL)
    context = Context(assessment, facts, pack, urgency, breadth(assessment))
    promise = due(urgency, facts.received_at or now, pack.sla, pack.hours, on_call=pack.on_call.available)
    holding = [rule for rule in STEPS if rule.when(context)]
    rule = next(rule for rule in holding if rule.hurried or urgency is not Urgency.EMERGENCY)
    also = dict.fromkeys(other.step for other in holding if other.step not in {rule.step, NextStep.COMPREHENSIVE})
    first = _SAFETY_FIRST if urgency is Urgency.EMERGENCY else ""
    return Plan(
        desks=_desks(context, rule, tuple(also), now),
        next_step=rule.step,
        rule=rule.code,
        reason_ja=first + _quoted(assessment, rule) + rule.reason(facts.declines),
        reason_plain_ja=first + rule.reason_ja,
        urgency=urgency,
        due=promise,
        also=tuple(also),
        questions=tuple(ask.question_ja for ask in ASKS if ask.when(context)),
        flags=_flags(context, promise),
    )


def _flags(context: Context, promise: Due) -> tuple[Flag, ...]:
    marks = [rule.flag for rule in FLAGS if rule.when(context)]
    return (*marks, Flag.NOBODY_READS) if promise.kind is DueKind.UNREADABLE else tuple(marks)


def _desks(context: Context, rule: StepRule, also: tuple[NextStep, ...], now: datetime) -> tuple[DeskProposal, ...]:
    """Everything that fits, each desk once, a desk of the town itself before those of the prefecture."""
    fallback = directory.fallback(context.pack, context.facts.area)
    found: dict[str, tuple[Desk, str]] = {}
    here = not outside(context.pack, context.facts.area)
    for desk, reason in _candidates(context, rule, also):
        if desk.serving(now.astimezone(TOKYO).date()) and (here or desk.layer != "city" or desk is fallback):
            found.setdefault(desk.id, (desk, reason))
    if all(desk.layer != "city" for desk, _ in found.values()):
        found.setdefault(fallback.id, (fallback, "どこにも当てはまらないときも、まず受けとめる窓口です。"))
    # The lead is the town's: a desk of the prefecture joins, it does not take over by itself.
    lead = next((desk.id for desk, _ in found.values() if desk.layer == "city"), fallback.id)
    ordered = [*_duty(context, now), found.pop(lead), *found.values()]
    proposals: dict[str, DeskProposal] = {}
    for desk, reason in ordered:
        proposals.setdefault(desk.id, DeskProposal(desk.id, desk.name, reason))
    return tuple(proposals.values())[:MOST_DESKS]


def _duty(context: Context, now: datetime) -> Iterator[tuple[Desk, str]]:
    """The night duty, when life is in danger and the office is not known to be open."""
    duty = directory.desk(context.pack, context.pack.on_call.desk)
    needed = context.urgency is Urgency.EMERGENCY and context.pack.on_call.available
    if duty and needed and not is_open(context.pack.hours, now):
        yield duty, "いまは時間外なので、当番を呼びます。"


def _candidates(context: Context, rule: StepRule, also: Iterable[NextStep]) -> Iterator[tuple[Desk, str]]:
    """Desks by falling weight: of the step, of the pack's extra routes, of domains and themes, of further steps.

    In an emergency the desks that can act today come before the desk that coordinates, visits or finds a place.
    """
    pack, read, area = context.pack, context.assessment, context.facts.area
    if outside(pack, area):
        yield directory.fallback(pack), "ほかの市町村の方です。まず受けとめ、住んでいる市町村に引きつぎます。"
    if context.urgency is not Urgency.EMERGENCY:
        yield from _of_step(pack, rule.step, area)
    if rule.broad:
        yield directory.fallback(pack, area), rule.reason_ja
    for route in directory.routes_for(pack, read.domains, read.themes):
        for desk_id in route.desks:
            if desk := directory.desk(pack, desk_id):
                yield desk, route.reason_ja
    for desk in directory.of_area(pack, area):
        yield desk, f"{area}に住む方の相談を受ける窓口です。"
    yield from _of_field(pack, read, area)
    for step in (rule.step, *also):
        yield from _of_step(pack, step, area)


def _of_step(pack: Pack, step: NextStep, area: str) -> Iterator[tuple[Desk, str]]:
    project = _PROJECT_OF_STEP.get(step)
    for desk in directory.for_project(pack, project, area) if project else ():
        yield desk, f"{step.label_ja}の窓口です。"


def _of_field(pack: Pack, read: Assessment, area: str) -> list[tuple[Desk, str]]:
    """Desks of the domains and themes, the best fitting first; in a domain, those that name a theme of the case."""
    scored: list[tuple[int, Desk, str]] = []
    for desk in pack.desks:
        if not directory.serves(desk, area):
            continue
        domains, themes = desk.domains & read.domains, desk.themes & read.themes
        special = any(
            other.themes & read.themes and other.domains & domains and directory.serves(other, area)
            for other in pack.desks
        )
        if themes or (domains and not special):
            words = [DOMAIN_JA[d] for d in DOMAIN_JA if d in domains] + [THEME_JA[t] for t in THEME_JA if t in themes]
            scored.append((2 * len(domains) + len(themes), desk, f"{'・'.join(words)}の相談を受ける窓口です。"))
    return [(desk, reason) for _, desk, reason in sorted(scored, key=lambda row: -row[0])]


def _quoted(assessment: Assessment, rule: StepRule) -> str:
    """「水道が止まる」「起き上がれない」の言葉から、 or nothing when triage named no words for it."""
    labels = rule.labels | ({*map(str, assessment.domains)} | assessment.themes if not rule.broad else set())
    direct = [evidence for evidence in assessment.evidence if evidence.label in rule.labels]
    other = [evidence for evidence in assessment.evidence if evidence.label in labels]
    words = list(dict.fromkeys(map(_short, [*direct, *other])))[:_QUOTES]
    return "".join(f"「{word}」" for word in words) + "の言葉から、" if words else ""


def _short(evidence: Evidence) -> str:
    line = " ".join(evidence.text.split())
    return line if len(line) <= _QUOTE_LENGTH else line[:_QUOTE_LENGTH] + "…"
