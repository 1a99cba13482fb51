"""What is proposed: each rule by its case, and what holds for every case whatever was read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.clock import TOKYO, DueKind
from handoff.pack import OnCall, Pack, load
from handoff.plan import (
    MOST_DESKS,
    Consent,
    Facts,
    Flag,
    NextStep,
    Plan,
    Source,
    breadth,
    decide,
    groups,
)
from handoff.plan_marks import ASKS, FLAGS
from handoff.plan_rules import STEPS
from triage.alarm import KINDS
from triage.assessment import THEMES, Assessment, Complexity, Domain, Evidence, Kind, Reason, Reporter, Urgency

NOW = datetime(2026, 11, 24, 10, tzinfo=TOKYO)
NIGHT = datetime(2026, 11, 22, 20, tzinfo=TOKYO)
MIHON = load("mihon")
PLAIN = Assessment(
    Kind.CONSULTATION, Reporter.SELF, frozenset(), frozenset(), Complexity.SINGLE, frozenset(), Urgency.NORMAL,
    refuses_support=False, needs_human=False,
)  # fmt: skip
RESIDENT = Facts(Source.RESIDENT, "ja", 40)


def read(**changes: Any) -> Assessment:
    for name in ("domains", "themes", "complexity_reasons"):
        changes[name] = frozenset(changes.get(name, ()))
    if changes["complexity_reasons"]:
        changes.setdefault("complexity", Complexity.COMPLEX)
    return replace(PLAIN, **changes)


def plan(assessment: Assessment, facts: Facts = RESIDENT, pack: Pack = MIHON, now: datetime = NOW) -> Plan:
    return decide(assessment, facts, pack, now)


def ids(proposal: Plan) -> list[str]:
    return [desk.desk_id for desk in proposal.desks]


HOUSEHOLD = {"complexity_reasons": [Reason.HOUSEHOLD], "domains": [Domain.POVERTY, Domain.CHILD]}


@pytest.mark.parametrize(
    ("rule", "step", "lead", "changes"),
    [
        ("U2", NextStep.COMPREHENSIVE, "marugoto", {"needs_human": True, "domains": [Domain.CHILD]}),
        ("T1", NextStep.COMPREHENSIVE, "marugoto", {"kind": Kind.SMALLTALK}),
        ("T1", NextStep.COMPREHENSIVE, "marugoto", {"kind": Kind.OTHER}),
        ("S1", NextStep.MEETING, "takikan", {"reporter": Reporter.LIFELINE, **HOUSEHOLD}),
        ("S1", NextStep.MEETING, "takikan", {"reporter": Reporter.NEIGHBOR, **HOUSEHOLD}),
        ("S1", NextStep.MEETING, "takikan", {"reporter": Reporter.PROFESSIONAL, "refuses_support": True, **HOUSEHOLD}),
        ("S2", NextStep.MEETING, "takikan",
         {"reporter": Reporter.PROFESSIONAL, "domains": [Domain.ELDERLY, Domain.CHILD], "themes": ["abuse_elder"]}),
        ("O1", NextStep.OUTREACH, "outreach", {"reporter": Reporter.FAMILY, "refuses_support": True, **HOUSEHOLD}),
        ("O1", NextStep.OUTREACH, "outreach", {"refuses_support": True}),
        ("O2", NextStep.OUTREACH, "outreach", {"reporter": Reporter.NEIGHBOR, "themes": ["self_neglect"]}),
        ("O2", NextStep.OUTREACH, "outreach",
         {"reporter": Reporter.LIFELINE, "themes": ["no_contact"], "complexity": Complexity.UNCLEAR}),
        ("X1", NextStep.COORDINATION, "takikan", HOUSEHOLD),
        ("X1", NextStep.COORDINATION, "takikan", {"reporter": Reporter.PROFESSIONAL, **HOUSEHOLD}),
        ("X2", NextStep.COORDINATION, "takikan", {"complexity_reasons": [Reason.PERSON], "domains": [Domain.POVERTY]}),
        ("X3", NextStep.COORDINATION, "takikan", {"complexity_reasons": [Reason.GAP]}),
        ("X4", NextStep.COORDINATION, "takikan", {"complexity": Complexity.COMPLEX}),
        ("P1", NextStep.PARTICIPATION, "sanka", {"themes": ["hikikomori"]}),
        ("P1", NextStep.PARTICIPATION, "sanka", {"themes": ["isolation", "bereavement"], "domains": [Domain.ELDERLY]}),
        ("P1", NextStep.PARTICIPATION, "sanka", {"themes": ["work"]}),
        ("O3", NextStep.OUTREACH, "outreach", {"themes": ["hikikomori"], "reporter": Reporter.FAMILY}),
        ("O3", NextStep.OUTREACH, "outreach", {"themes": ["hikikomori"], "urgency": Urgency.HIGH}),
        ("M1", NextStep.COMPREHENSIVE, "marugoto", {"domains": [Domain.POVERTY, Domain.CHILD]}),
        ("D1", NextStep.COMPREHENSIVE, "hokatsu", {"domains": [Domain.ELDERLY], "themes": ["dementia"]}),
        ("D1", NextStep.COMPREHENSIVE, "kodomo", {"domains": [Domain.CHILD], "themes": ["parenting"]}),
        ("D1", NextStep.COMPREHENSIVE, "shogai", {"domains": [Domain.DISABILITY], "themes": ["intellectual"]}),
        ("D1", NextStep.COMPREHENSIVE, "kokoro", {"domains": [Domain.DISABILITY], "themes": ["mental_health"]}),
        ("D1", NextStep.COMPREHENSIVE, "jiritsu", {"domains": [Domain.POVERTY], "themes": ["housing", "work"]}),
        ("D2", NextStep.COMPREHENSIVE, "kokoro", {"themes": ["suicide"]}),
        ("D2", NextStep.COMPREHENSIVE, "shohi", {"themes": ["consumer"]}),
        ("Z1", NextStep.COMPREHENSIVE, "marugoto", {"complexity": Complexity.UNCLEAR}),
    ],
)  # fmt: skip
def test_each_rule(rule: str, step: NextStep, lead: str, changes: dict[str, Any]) -> None:
    proposal = plan(read(**changes))
    assert (proposal.rule, proposal.next_step, proposal.lead.desk_id) == (rule, step, lead)
    assert proposal.reason_ja == proposal.reason_plain_ja
    assert proposal.reason_plain_ja.endswith("。")


def test_a_text_that_nobody_read_goes_to_a_person() -> None:
    proposal = plan(Assessment.unread("timeout"))
    assert (proposal.rule, proposal.lead.desk_id, proposal.urgency) == ("U1", "marugoto", Urgency.HIGH)
    assert {Flag.UNREAD, Flag.NEEDS_HUMAN} <= set(proposal.flags)


def test_pictures_and_voice_go_to_a_person() -> None:
    proposal = plan(PLAIN, replace(RESIDENT, text_length=0))
    assert proposal.rule == "U3"
    assert Flag.NEEDS_HUMAN in proposal.flags


@pytest.mark.parametrize(
    "changes",
    [
        {"themes": ["work"], "domains": [Domain.POVERTY]},
        {"themes": ["isolation", "suicide"]},
        {"themes": ["isolation"], "urgency": Urgency.HIGH},
        {"themes": ["isolation"], "reporter": Reporter.NEIGHBOR},
        {"themes": ["isolation"], "domains": [Domain.ELDERLY, Domain.DISABILITY]},
    ],
)
def test_participation_waits_while_something_presses(changes: dict[str, Any]) -> None:
    assert plan(read(**changes)).next_step is not NextStep.PARTICIPATION


def test_consent_keeps_a_report_out_of_the_meeting_without_consent() -> None:
    report = read(reporter=Reporter.NEIGHBOR, **HOUSEHOLD)
    assert plan(report, replace(RESIDENT, consent=Consent.GIVEN)).rule == "X1"
    assert plan(report, replace(RESIDENT, consent=Consent.REFUSED)).rule == "S1"


def test_no_such_meeting_no_such_proposal() -> None:
    preparing = replace(MIHON, meetings=tuple(m for m in MIHON.meetings if m.basis != "C1"))
    proposal = plan(read(reporter=Reporter.LIFELINE, **HOUSEHOLD), pack=preparing)
    assert proposal.next_step is NextStep.COORDINATION
    assert NextStep.MEETING not in proposal.also


def test_an_emergency_does_not_wait_for_a_monthly_meeting() -> None:
    proposal = plan(read(reporter=Reporter.LIFELINE, urgency=Urgency.EMERGENCY, **HOUSEHOLD))
    assert proposal.next_step is NextStep.COORDINATION
    assert NextStep.MEETING in proposal.also
    assert proposal.reason_ja.startswith("今すぐの安全を確かめたうえで、")


def test_in_an_emergency_those_who_can_act_today_lead() -> None:
    report = read(reporter=Reporter.LIFELINE, domains=[Domain.CHILD], themes=["no_contact"], urgency=Urgency.EMERGENCY)
    proposal = plan(report)
    assert (proposal.next_step, ids(proposal)[0]) == (NextStep.OUTREACH, "kodomo")
    assert "outreach" in ids(proposal)
    assert any("児童虐待の通告" in question for question in proposal.questions)
    assert ids(plan(replace(report, urgency=Urgency.HIGH)))[0] == "outreach"


def test_a_child_without_danger_raises_no_question_of_neglect() -> None:
    assert Flag.NOTIFICATION not in plan(read(domains=[Domain.CHILD], themes=["parenting"])).flags


def test_further_steps_are_named_and_their_desks_proposed() -> None:
    proposal = plan(read(reporter=Reporter.FAMILY, themes=["hikikomori", "p8050"], **HOUSEHOLD))
    assert (proposal.next_step, proposal.also) == (NextStep.COORDINATION, (NextStep.OUTREACH,))
    assert ids(proposal)[0] == "takikan"
    assert "outreach" in ids(proposal)


@pytest.mark.parametrize(
    ("route", "reporter", "third"),
    [
        (Source.RESIDENT, Reporter.SELF, False),
        (Source.RESIDENT, Reporter.FAMILY, False),
        (Source.RESIDENT, Reporter.UNKNOWN, False),
        (Source.RESIDENT, Reporter.NEIGHBOR, True),
        (Source.LIFELINE, Reporter.UNKNOWN, True),
        (Source.PROFESSIONAL, Reporter.UNKNOWN, True),
        (Source.SLACK, Reporter.UNKNOWN, True),
        (Source.SLACK, Reporter.SELF, False),
    ],
)
def test_a_third_party_report_is_marked_as_without_consent(route: Source, reporter: Reporter, third: bool) -> None:
    proposal = plan(read(reporter=reporter), replace(RESIDENT, route=route))
    assert (Flag.NO_CONSENT in proposal.flags) is third
    assert any("本人は、この連絡のことを知っていますか" in question for question in proposal.questions) is third


@pytest.mark.parametrize(
    ("theme", "law"),
    [("abuse_child", "児童虐待防止法6条"), ("abuse_elder", "高齢者虐待防止法7条"),
     ("abuse_disability", "障害者虐待防止法7条"), ("dv", "DV防止法6条")],
)  # fmt: skip
@pytest.mark.parametrize("consent", Consent)
def test_a_notification_is_always_asked_of_a_person(theme: str, law: str, consent: Consent) -> None:
    proposal = plan(read(themes=[theme]), replace(RESIDENT, consent=consent))
    assert any(law in question for question in proposal.questions)
    assert Flag.NOTIFICATION in proposal.flags
    assert Flag.SAFE_CONTACT in proposal.flags


def test_the_lexicon_alone_asks_too_and_raises_to_now() -> None:
    proposal = plan(Assessment.unread("timeout"), replace(RESIDENT, alarm=frozenset({"child"})))
    assert proposal.urgency is Urgency.EMERGENCY
    assert {Flag.ALARM, Flag.NOTIFICATION} <= set(proposal.flags)
    assert any("児童虐待の通告" in question for question in proposal.questions)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("elder", "高齢者虐待の通報"),
        ("violence", "DV の通報"),
        ("violence", "知られずに連絡できる"),
        ("collapse", "倒れているおそれ"),
        ("missing", "倒れているおそれ"),
        ("suicide", "死ぬ方法や時"),
        ("hunger", "いま命の危険がありますか"),
    ],
)
def test_questions_from_the_lexicon(kind: str, words: str) -> None:
    assert any(words in question for question in plan(PLAIN, replace(RESIDENT, alarm=frozenset({kind}))).questions)


@pytest.mark.parametrize(
    ("changes", "words", "asked"),
    [
        ({"reporter": Reporter.LIFELINE, **HOUSEHOLD}, "支援会議で扱うことを、だれが決めますか", True),
        ({"reporter": Reporter.SELF, **HOUSEHOLD}, "支援会議で扱うことを、だれが決めますか", False),
        ({"themes": ["no_contact"]}, "倒れているおそれ", True),
        ({"themes": ["dv"]}, "知られずに連絡できる", True),
        ({"themes": ["isolation"]}, "本人の希望を聞きましたか", True),
        ({"themes": ["income"]}, "本人の希望を聞きましたか", False),
        ({}, "", False),
    ],
)
def test_questions_from_the_reading(changes: dict[str, Any], words: str, asked: bool) -> None:
    assert any(words in question for question in plan(read(**changes)).questions) is asked


def test_a_quote_of_twenty_characters_is_whole() -> None:
    words = (evidence("あ" * 20, "complex"), evidence("い" * 21, "complex"))
    reason = plan(read(evidence=words, complexity=Complexity.COMPLEX)).reason_ja
    assert reason.startswith("「" + "あ" * 20 + "」「" + "い" * 20 + "…」の言葉から、")


def test_dv_goes_to_the_prefecture_too_and_the_town_leads() -> None:
    assert ids(plan(read(themes=["dv"]))) == ["marugoto", "ken-haibo"]
    both = ids(plan(read(themes=["dv", "abuse_child"], domains=[Domain.CHILD])))
    assert both[0] == "kodomo"
    assert {"ken-haibo", "ken-jiso"} <= set(both)


def test_the_night_duty_leads_an_emergency_out_of_hours_only() -> None:
    danger = read(urgency=Urgency.EMERGENCY, themes=["suicide"])
    assert ids(plan(danger, now=NIGHT))[:2] == ["night", "kokoro"]
    assert ids(plan(danger, now=NOW))[0] == "kokoro"
    assert "night" not in ids(plan(read(urgency=Urgency.HIGH, themes=["suicide"]), now=NIGHT))


def test_nobody_reads_is_said() -> None:
    alone = replace(MIHON, on_call=OnCall())
    proposal = plan(read(urgency=Urgency.EMERGENCY), pack=alone, now=NIGHT)
    assert proposal.due.kind is DueKind.UNREADABLE
    assert Flag.NOBODY_READS in proposal.flags
    assert "night" not in ids(proposal)


def test_the_promise_runs_from_the_reception() -> None:
    asked_at = datetime(2026, 11, 20, 1, tzinfo=UTC)
    proposal = plan(PLAIN, replace(RESIDENT, received_at=asked_at))
    assert proposal.due.at == datetime(2026, 11, 24, 17, 15, tzinfo=TOKYO)
    assert plan(PLAIN).due.at == datetime(2026, 11, 25, 17, 15, tzinfo=TOKYO)


def evidence(text: str, label: str) -> Evidence:
    return Evidence(0, len(text), label, text, "cue")


def test_the_reason_names_the_words_and_the_plain_one_does_not() -> None:
    words = (
        evidence("水道が止まる", "poverty"),
        evidence("お母さんは起き上がれない", "household"),
        evidence("水道が止まる", "lifeline_stop"),
        evidence("とても" * 20, "child"),
    )
    proposal = plan(read(evidence=words, **HOUSEHOLD))
    assert proposal.reason_ja == (
        "「お母さんは起き上がれない」「水道が止まる」「"
        + ("とても" * 20)[:20]
        + "…」の言葉から、"
        + proposal.reason_plain_ja
    )
    for text in (proposal.reason_plain_ja, *(desk.reason_ja for desk in proposal.desks), *proposal.questions):
        assert "水道" not in text
    assert "水道" not in repr(proposal)


def test_languages_and_refusals_are_marked() -> None:
    assert Flag.LANGUAGE in plan(PLAIN, replace(RESIDENT, language="vi")).flags
    assert Flag.LANGUAGE not in plan(PLAIN, replace(RESIDENT, language="ja-simple")).flags
    assert Flag.LANGUAGE in plan(read(themes=["foreign"])).flags
    assert Flag.REFUSES in plan(read(refuses_support=True)).flags
    assert Flag.CONSENT_REFUSED in plan(PLAIN, replace(RESIDENT, consent=Consent.REFUSED)).flags


@pytest.mark.parametrize(
    ("domains", "themes", "names"),
    [
        ([], [], ()),
        ([Domain.CHILD], ["abuse_child"], ("子ども",)),
        ([], ["abuse_child"], ("安全",)),
        ([Domain.CHILD], ["dv"], ("子ども", "安全")),
        ([Domain.DISABILITY], ["mental_health"], ("障害",)),
        ([Domain.POVERTY, Domain.CHILD, Domain.DISABILITY], ["housing"], ("障害", "子ども", "困窮", "住まい")),
        (list(Domain), ["housing", "dv", "isolation"], ("高齢", "障害", "子ども", "困窮", "住まい", "安全", "孤立")),
    ],
)
def test_breadth(domains: list[Domain], themes: list[str], names: tuple[str, ...]) -> None:
    assessment = read(domains=domains, themes=themes)
    assert groups(assessment) == names
    assert breadth(assessment) == min(len(names), 5)


def test_codes_are_unique_and_sentences_are_sentences() -> None:
    assert len({rule.code for rule in STEPS}) == len(STEPS)
    assert len({ask.code for ask in ASKS}) == len(ASKS)
    assert len({rule.flag for rule in FLAGS}) == len(FLAGS)
    assert {step.label_ja for step in NextStep} == {
        "包括的相談",
        "多機関協働",
        "アウトリーチ",
        "参加支援",
        "支援会議候補",
    }
    assert all(flag.label_ja for flag in Flag)


def subsets(values: Any) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(list(values)))


ASSESSMENTS = st.builds(
    Assessment,
    kind=st.sampled_from(Kind),
    reporter=st.sampled_from(Reporter),
    domains=subsets(Domain),
    themes=st.frozensets(st.sampled_from(THEMES), max_size=6),
    complexity=st.sampled_from(Complexity),
    complexity_reasons=subsets(Reason),
    urgency=st.sampled_from(Urgency),
    refuses_support=st.booleans(),
    needs_human=st.booleans(),
    evidence=st.lists(
        st.builds(evidence, st.text(max_size=30), st.sampled_from((*THEMES, *Domain, "complex"))), max_size=3
    ).map(tuple),
    unread_reason=st.sampled_from(["", "timeout"]),
)
FACTS = st.builds(
    Facts,
    route=st.sampled_from(Source),
    language=st.sampled_from(["ja", "en", "vi", ""]),
    text_length=st.integers(0, 10_000),
    alarm=st.frozensets(st.sampled_from([*sorted(KINDS), "new-kind"]), max_size=2),
    consent=st.sampled_from(Consent),
    area=st.sampled_from(["", "東地区"]),
)
BARE = replace(MIHON, desks=MIHON.desks[:1], routes=(), meetings=(), on_call=OnCall())
UNKNOWN_HOURS = replace(BARE, desks=(replace(MIHON.desks[0], hours=None),))
REGIONAL = replace(MIHON, desks=tuple(replace(desk, layer="prefecture") for desk in MIHON.desks))
PACKS = st.sampled_from([MIHON, BARE, UNKNOWN_HOURS, REGIONAL])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))


@given(ASSESSMENTS, FACTS, PACKS, MOMENTS)
def test_every_case_gets_a_desk_and_never_less_urgency(
    assessment: Assessment, facts: Facts, pack: Pack, now: datetime
) -> None:
    proposal = decide(assessment, facts, pack, now)
    assert 1 <= len(proposal.desks) <= MOST_DESKS
    assert len(set(ids(proposal))) == len(proposal.desks)
    assert set(ids(proposal)) <= {desk.id for desk in pack.desks}
    assert proposal.urgency.rank >= assessment.urgency.rank
    assert not facts.alarm or proposal.urgency is Urgency.EMERGENCY
    assert proposal.next_step not in proposal.also
    assert proposal.next_step is not NextStep.MEETING or "C1" in pack.room_codes
    assert proposal == decide(assessment, facts, pack, now)
    assert Plan.from_json(json.loads(json.dumps(proposal.to_json()))) == proposal


@given(ASSESSMENTS, FACTS, st.sampled_from(["abuse_child", "abuse_elder", "abuse_disability", "dv"]))
def test_no_consent_state_hides_a_notification(assessment: Assessment, facts: Facts, theme: str) -> None:
    themed = replace(assessment, themes=assessment.themes | {theme})
    for consent in Consent:
        proposal = decide(themed, replace(facts, consent=consent), MIHON, NOW)
        assert Flag.NOTIFICATION in proposal.flags
        assert any("同意を待たず" in q or "DV防止法" in q for q in proposal.questions)


def test_a_naive_time_and_a_broken_pack_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        plan(PLAIN, now=datetime(2026, 11, 24, 10))
    with pytest.raises(LookupError):
        plan(PLAIN, pack=replace(MIHON, fallback="gone"))
    with pytest.raises(ValueError, match="not a plan"):
        Plan.from_json({**plan(PLAIN).to_json(), "due": None})


def test_who_declines_is_named_among_the_persons_words_only() -> None:
    """「本人」 was said of whoever writes, though it was the son who declined."""
    refusal = read(reporter=Reporter.FAMILY, refuses_support=True)
    named = plan(refusal, replace(RESIDENT, declines="息子"))
    assert named.reason_ja == "息子が支援を望んでいないため、訪ねて信頼をつくることから始めます。"
    assert "息子" not in named.reason_plain_ja
    assert "本人" not in plan(refusal).reason_ja
    assert plan(read(themes=["hikikomori"], reporter=Reporter.FAMILY), replace(RESIDENT, declines="息子")).rule == "O3"
