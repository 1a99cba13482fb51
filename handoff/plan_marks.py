"""What `handoff.plan` asks a person and marks on a case, as tables. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handoff.plan_rules import ABUSE, STEPS, Context, belongs
from handoff.plan_values import Consent, Flag, NextStep
from triage.assessment import Domain, Urgency


@dataclass(frozen=True, slots=True)
class AskRule:
    """A question that a person answers before anything else is decided."""

    code: str
    when: Callable[[Context], bool]
    question_ja: str


@dataclass(frozen=True, slots=True)
class FlagRule:
    """A mark on the case."""

    flag: Flag
    when: Callable[[Context], bool]


def _child_in_danger(c: Context) -> bool:
    """A child is concerned and life is in danger or nobody is seen: neglect must be thought of, tagged or not."""
    return Domain.CHILD in c.assessment.domains and (c.urgency is Urgency.EMERGENCY or c.themed("no_contact"))


ASKS: tuple[AskRule, ...] = (
    AskRule("Q0", lambda c: c.urgency is Urgency.EMERGENCY,
            "いま命の危険がありますか。110・119 の案内は届きましたか。"),
    AskRule("C2a", lambda c: c.themed("abuse_child") or c.alarmed("child") or _child_in_danger(c),
            "児童虐待の通告に当たりますか。疑いの段階で、同意を待たずにできます（児童虐待防止法6条）。"),
    AskRule("C2b", lambda c: c.themed("abuse_elder") or c.alarmed("elder"),
            "高齢者虐待の通報に当たりますか。同意を待たずにできます（高齢者虐待防止法7条）。"),
    AskRule("C2c", lambda c: c.themed("abuse_disability"),
            "障害者虐待の通報に当たりますか。同意を待たずにできます（障害者虐待防止法7条）。"),
    AskRule("C2d", lambda c: c.themed("dv") or c.alarmed("violence"),
            "体への暴力がありますか。DV の通報（DV防止法6条）は、被害を受けた人の意思を先に聞きます。"),
    AskRule("Q1", lambda c: c.themed("suicide") or c.alarmed("suicide"),
            "死ぬ方法や時を考えているか、人が具体的に聞きましたか。"),
    AskRule("Q2", lambda c: c.themed("no_contact") or c.alarmed("collapse", "missing"),
            "いま中で倒れているおそれはありますか。あるなら 119・110 が先です。"),
    AskRule("Q3", lambda c: c.themed(*ABUSE) or c.alarmed("violence"),
            "知られずに連絡できる方法と時間はありますか。"),
    AskRule("Q4", lambda c: c.third_party and c.facts.consent is Consent.UNKNOWN,
            "本人は、この連絡のことを知っていますか。知られても安全ですか。"),
    AskRule("Q5", lambda c: any(rule.step is NextStep.MEETING and rule.when(c) for rule in STEPS),
            "支援会議で扱うことを、だれが決めますか。会議で決めてほしいことは何ですか。"),
    AskRule("Q6", belongs, "どうしたいか、本人の希望を聞きましたか。"),
)  # fmt: skip

FLAGS: tuple[FlagRule, ...] = (
    FlagRule(Flag.ALARM, lambda c: bool(c.facts.alarm)),
    FlagRule(Flag.UNREAD, lambda c: bool(c.assessment.unread_reason)),
    FlagRule(Flag.NEEDS_HUMAN, lambda c: c.assessment.needs_human or c.facts.text_length == 0),
    FlagRule(Flag.NOTIFICATION, lambda c: any(rule.code.startswith("C2") and rule.when(c) for rule in ASKS)),
    FlagRule(Flag.NO_CONSENT, lambda c: c.third_party and c.facts.consent is not Consent.GIVEN),
    FlagRule(Flag.CONSENT_REFUSED, lambda c: c.facts.consent is Consent.REFUSED),
    FlagRule(Flag.REFUSES, lambda c: c.assessment.refuses_support),
    FlagRule(Flag.SAFE_CONTACT, lambda c: c.themed(*ABUSE) or c.alarmed("violence")),
    FlagRule(
        Flag.LANGUAGE,
        lambda c: (
            c.themed("foreign") or c.assessment.unread_reason == "language" or not c.facts.language.startswith("ja")
        ),
    ),
)
