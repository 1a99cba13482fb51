"""The rules of `handoff.plan` for the next step, as a table. Pure; the reasons stand in docs/decisions/0006.

Each rule has a code (kept in the plan, so that a decision can be traced) and a Japanese sentence free of the person's
words. A machine proposes; a person decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handoff.pack import Pack
from handoff.plan_values import Consent, Facts, NextStep, Source
from triage.assessment import Assessment, Complexity, Domain, Kind, Reason, Reporter, Urgency

ABUSE = frozenset({"abuse_child", "abuse_elder", "abuse_disability", "dv"})
BELONGING = frozenset({"hikikomori", "isolation", "work"})
BESIDE_BELONGING = BELONGING | {"bereavement", "developmental", "mental_health", "p8050"}
_OUTSIDERS = frozenset({Reporter.NEIGHBOR, Reporter.LIFELINE, Reporter.PROFESSIONAL})
_PASSERS_BY = frozenset({Reporter.NEIGHBOR, Reporter.LIFELINE})
_OF_OTHERS = frozenset({Source.LIFELINE, Source.PROFESSIONAL, Source.REMARK, Source.MEETING, Source.FEED})
"""Ways by which somebody tells of a person who did not turn to us."""


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a rule may look at."""

    assessment: Assessment
    facts: Facts
    pack: Pack
    urgency: Urgency
    breadth: int

    @property
    def third_party(self) -> bool:
        """Somebody outside the household reports, so the person may not know of it."""
        filed = self.facts.route in (Source.SLACK, Source.ADVICE) and self.assessment.reporter is Reporter.UNKNOWN
        professional = self.facts.route in _OF_OTHERS
        return professional or filed or self.assessment.reporter in _OUTSIDERS

    @property
    def refused(self) -> bool:
        """The person of concern declines help, or declined to have it passed on."""
        return self.assessment.refuses_support or self.facts.consent is Consent.REFUSED

    @property
    def unasked(self) -> bool:
        """A passer-by reports and cannot have the person's consent; an agency can still ask for it."""
        by = self.assessment.reporter in _PASSERS_BY or self.facts.route is Source.LIFELINE
        return by and self.facts.consent is not Consent.GIVEN

    def themed(self, *themes: str) -> bool:
        """Whether any of the themes was read."""
        return not self.assessment.themes.isdisjoint(themes)

    def alarmed(self, *kinds: str) -> bool:
        """Whether the danger lexicon found any of the kinds."""
        return not self.facts.alarm.isdisjoint(kinds)


@dataclass(frozen=True, slots=True)
class StepRule:
    """One row of 「次に何をするか」: the first that holds decides. `labels` are those whose words are quoted as cause.

    `broad`: the fallback desk leads. `hurried` is false for what meets monthly: no next step for an emergency.
    `named_ja`: what stands instead of `reason_ja` among the person's words, where it is known who declines (`{}`).
    """

    code: str
    step: NextStep
    when: Callable[[Context], bool]
    reason_ja: str
    labels: frozenset[str] = frozenset()
    broad: bool = False
    hurried: bool = True
    named_ja: str = ""

    def reason(self, declines: str) -> str:
        """The sentence with the name of who `declines`, where the rule speaks of that and it is known."""
        return self.named_ja.format(declines) if self.named_ja and declines else self.reason_ja


def _complex(reason: Reason | None = None) -> Callable[[Context], bool]:
    """Complex at all, or complex for that reason."""
    return lambda c: (
        c.assessment.complexity is Complexity.COMPLEX and (reason is None or reason in c.assessment.complexity_reasons)
    )


def _meets_without_consent(c: Context) -> bool:
    """支援会議 exists here, an outsider reports, and no consent was given."""
    return "C1" in c.pack.room_codes and c.third_party and c.facts.consent is not Consent.GIVEN


def belongs(c: Context) -> bool:
    """A wish to belong or to work a little, and nothing that presses."""
    read = c.assessment
    return (
        c.urgency is Urgency.NORMAL
        and read.complexity is not Complexity.COMPLEX
        and not c.refused
        and bool(read.themes & BELONGING)
        and read.themes <= BESIDE_BELONGING
        and len(read.domains) <= 1
        and Domain.POVERTY not in read.domains
        and (read.reporter is Reporter.SELF or ("hikikomori" not in read.themes and not c.third_party))
    )


_COMPREHENSIVE, _COORDINATION = NextStep.COMPREHENSIVE, NextStep.COORDINATION

STEPS: tuple[StepRule, ...] = (
    StepRule(
        "U1", _COMPREHENSIVE, lambda c: bool(c.assessment.unread_reason),
        "機械が読めなかったため、まず人が読みます。", broad=True,
    ),
    StepRule(
        "U2", _COMPREHENSIVE, lambda c: c.assessment.needs_human,
        "機械では読みきれないため、まず人が読みます。", broad=True,
    ),
    StepRule(
        "U3", _COMPREHENSIVE, lambda c: c.facts.text_length == 0,
        "文字がないため、まず人が確かめます。", broad=True,
    ),
    StepRule(
        "T1", _COMPREHENSIVE, lambda c: c.assessment.kind is not Kind.CONSULTATION,
        "相談ではない連絡と読みました。", broad=True,
    ),
    StepRule(
        "S1", NextStep.MEETING,
        lambda c: _meets_without_consent(c) and _complex()(c) and (c.refused or c.unasked),
        "複合の相談で本人の同意がないため、支援会議で扱うかを人が決めます。",
        frozenset({"complex", "household", "person", "gap", "refuses_support"}), hurried=False,
    ),
    StepRule(
        "S2", NextStep.MEETING,
        lambda c: _meets_without_consent(c) and c.themed(*ABUSE) and c.breadth >= 2,
        "虐待・暴力の心配があり、いくつもの機関がかかわるため、支援会議で扱うかを人が決めます。", ABUSE, hurried=False,
    ),
    StepRule(
        "O1", NextStep.OUTREACH, lambda c: c.refused,
        "支援を望んでいない人がいるため、訪ねて信頼をつくることから始めます。", frozenset({"refuses_support"}),
        named_ja="{}が支援を望んでいないため、訪ねて信頼をつくることから始めます。",
    ),
    StepRule(
        "O2", NextStep.OUTREACH, lambda c: c.third_party and c.themed("self_neglect", "no_contact"),
        "本人からの連絡ではなく、暮らしや安否が心配なため、訪ねて確かめます。",
        frozenset({"self_neglect", "no_contact"}),
    ),
    StepRule(
        "X1", _COORDINATION, _complex(Reason.HOUSEHOLD),
        "世帯に困りごとのある人が複数いるため、いくつもの窓口で支えます。", frozenset({"household", "complex"}),
    ),
    StepRule(
        "X2", _COORDINATION, _complex(Reason.PERSON),
        "一人に種類の違う困りごとが重なっているため、いくつもの窓口で支えます。", frozenset({"person", "complex"}),
    ),
    StepRule(
        "X3", _COORDINATION, _complex(Reason.GAP),
        "いまの制度やサービスでは届かないため、いくつもの窓口で考えます。", frozenset({"gap", "complex"}),
    ),
    StepRule(
        "X4", _COORDINATION, _complex(),
        "困りごとが重なっているため、いくつもの窓口で支えます。", frozenset({"complex"}),
    ),
    StepRule(
        "P1", NextStep.PARTICIPATION, belongs,
        "急ぐことはなく、居場所や少し働くことへの希望があるため、参加支援につなぎます。", BELONGING,
    ),
    StepRule(
        "O3", NextStep.OUTREACH, lambda c: c.themed("hikikomori"),
        "家から出にくいため、訪ねて信頼をつくることから始めます。", frozenset({"hikikomori"}),
    ),
    StepRule(
        "M1", _COMPREHENSIVE, lambda c: len(c.assessment.domains) > 1,
        "いくつかの分野にかかわるため、まず全体を聞きます。", broad=True,
    ),
    StepRule(
        "D1", _COMPREHENSIVE, lambda c: len(c.assessment.domains) == 1,
        "一つの分野の相談なので、その窓口が受けとめます。",
    ),
    StepRule(
        "D2", _COMPREHENSIVE, lambda c: bool(c.assessment.themes),
        "四つの分野のほかの相談なので、合う窓口が受けとめます。",
    ),
    StepRule(
        "Z1", _COMPREHENSIVE, lambda _: True,
        "まだ分かることが少ないため、まず話を聞きます。", broad=True,
    ),
)  # fmt: skip
