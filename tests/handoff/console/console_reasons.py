"""A case with evidence, a denial, a past matter, an 80-year-old mother and a machine that is not sure."""

from __future__ import annotations

from console_town import Town, add_case, reading

from triage.assessment import Assessment, Complexity, Domain, Mention, Reason, SetAside, SetAsideBecause, Urgency

EXPLAINED = (
    "80代の母と二人で暮らしています。母は物忘れがひどくて夜も眠れません。水道が止まると紙が来ました。"
    "子どもを叩いたりはしていません。前は死にたいと思うこともありましたが、いまは大丈夫です。"
)


def explained(town: Town) -> None:
    """The case `explained`."""
    add_case(town, "explained", EXPLAINED, explained_reading(), ago=12)


def explained_reading() -> Assessment:
    """What the machine would say of `EXPLAINED`."""
    return reading(
        EXPLAINED,
        {
            "物忘れがひどくて": "dementia",
            "80代の母": "elderly",
            "水道が止まる": "poverty",
            "水道が止まると": "lifeline_stop",
        },
        Urgency.HIGH,
        complexity=Complexity.COMPLEX,
        complexity_reasons=frozenset({Reason.HOUSEHOLD}),
        themes=frozenset({"dementia", "lifeline_stop", "care"}),
        domains=(Domain.ELDERLY, Domain.POVERTY),
        set_aside=(
            _aside("叩いたりはしていません", "abuse_child", SetAsideBecause.DENIED),
            _aside("死にたいと思うこともありました", "suicide", SetAsideBecause.PAST),
        ),
        mentions=(
            _mention("80代の母", "parent", "elderly", 80),
            _mention("母", "parent", "any", None),
            _mention("子ども", "pupil", "child", None),
        ),
        unsure=frozenset({"domains", "urgency"}),
    )


def _aside(words: str, label: str, because: SetAsideBecause) -> SetAside:
    at = EXPLAINED.index(words)
    return SetAside(at, at + len(words), label, words, because)


def _mention(words: str, role: str, band: str, age: int | None) -> Mention:
    at = EXPLAINED.index(words)
    return Mention(at, at + len(words), words, role, band, age)
