"""Japanese names of every label, as the desk, Slack and the command line show them."""

from __future__ import annotations

from typing import Final

from triage.assessment import Assessment, Complexity, Domain, Kind, Reason, Reporter, Urgency

KIND_JA: Final[dict[Kind, str]] = {
    Kind.CONSULTATION: "相談",
    Kind.SMALLTALK: "あいさつ・雑談",
    Kind.OTHER: "相談以外",
}

REPORTER_JA: Final[dict[Reporter, str]] = {
    Reporter.SELF: "本人",
    Reporter.FAMILY: "家族",
    Reporter.NEIGHBOR: "近所・知人",
    Reporter.LIFELINE: "検針・配達など",
    Reporter.PROFESSIONAL: "関係機関",
    Reporter.UNKNOWN: "不明",
}

DOMAIN_JA: Final[dict[Domain, str]] = {
    Domain.ELDERLY: "高齢",
    Domain.DISABILITY: "障害",
    Domain.CHILD: "子ども",
    Domain.POVERTY: "困窮",
}

URGENCY_JA: Final[dict[Urgency, str]] = {
    Urgency.EMERGENCY: "今すぐ",
    Urgency.HIGH: "高い",
    Urgency.NORMAL: "ふつう",
}

COMPLEXITY_JA: Final[dict[Complexity, str]] = {
    Complexity.SINGLE: "単独",
    Complexity.COMPLEX: "複合",
    Complexity.UNCLEAR: "まだ分からない",
}

REASON_JA: Final[dict[Reason, str]] = {
    Reason.HOUSEHOLD: "① 世帯に困りごとのある人が複数",
    Reason.PERSON: "② 一人に種類の違う困りごとが複数",
    Reason.GAP: "③ 制度の狭間",
}

THEME_JA: Final[dict[str, str]] = {
    "care": "介護",
    "dementia": "認知症",
    "abuse_elder": "高齢者虐待",
    "abuse_child": "児童虐待",
    "abuse_disability": "障害者虐待",
    "dv": "DV",
    "suicide": "希死念慮・自殺",
    "self_harm": "自傷",
    "mental_health": "精神保健",
    "addiction": "依存",
    "developmental": "発達障害",
    "intellectual": "知的障害",
    "physical": "身体障害・難病",
    "hikikomori": "ひきこもり",
    "isolation": "社会的孤立",
    "self_neglect": "セルフネグレクト",
    "school": "不登校・学校",
    "young_carer": "ヤングケアラー",
    "parenting": "育児",
    "perinatal": "妊娠・産後",
    "lone_parent": "ひとり親",
    "income": "生活費",
    "debt": "債務・滞納",
    "work": "就労",
    "housing": "住まい",
    "food": "食料",
    "lifeline_stop": "ライフライン停止",
    "medical": "医療・受診",
    "consumer": "消費者被害",
    "foreign": "外国籍・言葉",
    "legal": "法律・権利",
    "bereavement": "死別",
    "release": "刑余",
    "disaster": "災害",
    "double_care": "ダブルケア",
    "p8050": "8050",
    "no_contact": "安否不明",
}

REFUSES_JA: Final = "支援を断っている"

LANGUAGE_JA: Final[dict[str, str]] = {
    "ja": "ローマ字の日本語", "en": "英語", "zh": "中国語", "ko": "韓国・朝鮮語", "vi": "ベトナム語",
    "ne": "ネパール語", "pt": "ポルトガル語", "tl": "タガログ語（フィリピン）", "id": "インドネシア語かマレー語",
    "es": "スペイン語", "my": "ミャンマー語", "th": "タイ語", "km": "クメール語（カンボジア）", "lo": "ラオ語",
    "mn": "モンゴル語", "si": "シンハラ語（スリランカ）", "ta": "タミル語", "bn": "ベンガル語", "hi": "ヒンディー語",
    "mr": "マラーティー語", "ur": "ウルドゥー語", "fa": "ペルシア語", "ps": "パシュトー語", "ar": "アラビア語",
    "ug": "ウイグル語", "ru": "ロシア語", "uk": "ウクライナ語", "bg": "ブルガリア語", "kk": "カザフ語",
    "ky": "キルギス語", "uz": "ウズベク語", "tr": "トルコ語", "fr": "フランス語", "de": "ドイツ語",
    "it": "イタリア語",
}  # fmt: skip
"""Names of the languages of `triage.tongue`, for a text that the machine does not read."""


def foreign_ja(assessment: Assessment) -> str:
    """What staff are told of a text in a language the machine does not read; empty when it read the text."""
    if assessment.unread_reason != "language":
        return ""
    name = LANGUAGE_JA.get(assessment.language)
    known = f"{name}のようです。" if name else "何語で書かれているか分かりません。"
    return f"{known}機械は読めません。人が読んでください。"


def label_ja(label: str) -> str:
    """The Japanese name of any label that evidence or probabilities carry. Raises `KeyError` on an unknown one."""
    return _ALL[label]


_ALL: Final[dict[str, str]] = {
    **{str(k): v for k, v in DOMAIN_JA.items()},
    **THEME_JA,
    **{str(k): v for k, v in URGENCY_JA.items()},
    **{str(k): v for k, v in COMPLEXITY_JA.items()},
    **{str(k): v for k, v in REASON_JA.items()},
    **{str(k): v for k, v in REPORTER_JA.items()},
    **{str(k): v for k, v in KIND_JA.items()},
    "refuses_support": REFUSES_JA,
}
