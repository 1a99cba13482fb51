"""Words, shapes and tones of the console (画面のことば). Pure. A state is always said by shape, colour and word."""

from __future__ import annotations

from datetime import timedelta

from handoff.attempts import RESULT_JA as TOLD_JA
from handoff.attempts import WAY_JA as TOLD_WAY_JA
from handoff.clock import TOKYO, Due, DueKind, left_ja, moment_ja
from handoff.proxy import WAY_JA
from handoff.reach import SILENCE_JA
from handoff.wording import DELIVERY_JA, STEP_JA, speaker_ja, tongue_ja
from intake.clock import to_datetime
from triage.assessment import Assessment, Domain, SetAsideBecause, Urgency
from triage.labels import DOMAIN_JA, REFUSES_JA, THEME_JA, URGENCY_JA, label_ja
from triage.offering import KIND_JA as OFFER_JA
from triage.wording import ASIDE_JA

__all__ = [
    "ASIDE_JA",
    "DELIVERY_JA",
    "OFFER_JA",
    "SILENCE_JA",
    "STEP_JA",
    "TOLD_JA",
    "TOLD_WAY_JA",
    "WAY_JA",
    "speaker_ja",
    "tongue_ja",
]  # for the templates, which see this module

URGENCY_SHAPE = {"emergency": "▲", "high": "◆", "normal": "●"}
URGENCY_WORD = {str(urgency): word for urgency, word in URGENCY_JA.items()}
ROLE_JA = {"intake": "受付", "worker": "担当", "manager": "管理", "auditor": "監査"}
ROUTE_JA = {
    "resident": "LINE", "lifeline": "検針・配達など", "professional": "関係機関", "slack": "Slack",
    "advice": "支援者の相談", "remark": "気になった一言", "meeting": "会議で聞いた", "feed": "見守り・訪問の記録",
    **WAY_JA,
}  # fmt: skip
ASKED_JA = {
    "draft": "受付済", "received": "受付済", "claimed": "担当あり", "handed": "つなぎ中", "closed": "終わりました",
}  # fmt: skip
"""How a 支援者の相談 stands, for whoever asked."""
IDENTITY_JA = {"anonymous": "匿名", "nickname": "呼び名", "name": "名前あり"}
DOMAIN_CHIP_JA = {"elderly": "高齢・介護", "disability": "障害・病気", "child": "子ども・子育て", "poverty": "生活困窮"}
AUTHOR_JA = {"person": "本人", "machine": "自動の返事", "staff": "職員"}
KIND_JA = {
    "sticker": "スタンプ", "image": "写真", "audio": "音声", "video": "動画", "file": "ファイル", "location": "場所",
}  # fmt: skip
FEEDBACK_JA = {"better": "軽くなった", "same": "かわらない", "again": "もう一度話したい", "skip": "答えない"}
SPEAKER_JA = {"bot": "自動の返事", "human": "職員が返事", "returned": "自動の返事に戻しました"}
"""Who speaks with the person now (`Ticket.speaker`), for a card."""
VIEW_JA = {
    "open": "未対応", "mine": "自分の担当", "replied": "返事待ち", "handed": "つなぎ中", "held": "保留中",
    "due": "期限順",
    "complex": "複合（3分野以上）", "child": "子どもがいる世帯", "lifeline": "ライフライン通報", "foreign": "外国語",
    "other": "その他", "closed": "終わった相談",
}  # fmt: skip
VIEW_GROUPS = (
    ("受付", ("open", "mine", "replied", "handed", "held", "due")),
    ("見方", ("complex", "child", "lifeline", "foreign")),
    ("ふりかえり", ("other", "closed")),
)

_SAFETY = frozenset({"abuse_elder", "abuse_child", "abuse_disability", "dv", "suicide", "self_harm", "emergency"})
_THEME_TONE = {
    **dict.fromkeys(("care", "dementia"), "elderly"),
    **dict.fromkeys(("mental_health", "addiction", "developmental", "intellectual"), "disability"),
    **dict.fromkeys(("physical", "medical"), "disability"),
    **dict.fromkeys(("school", "young_carer", "parenting", "perinatal", "lone_parent"), "child"),
    **dict.fromkeys(("income", "debt", "work", "food", "lifeline_stop", "consumer"), "poverty"),
    **dict.fromkeys(("housing", "hikikomori", "isolation", "self_neglect", "no_contact", "disaster"), "home"),
}


def tone_of(label: str) -> str:
    """The colour group of a label; "" for labels that are no mark in a text (who writes, what kind, how complex)."""
    if label in _SAFETY:
        return "safety"
    if label in DOMAIN_CHIP_JA:
        return label
    if label in THEME_JA:
        return _THEME_TONE.get(label, "theme")
    return "theme" if label in ("high", "refuses_support") else ""


def name_of(label: str) -> str:
    """The Japanese name of a label, or the label itself when a newer reader knows more than this page."""
    if label in DOMAIN_CHIP_JA:
        return DOMAIN_CHIP_JA[label]
    try:
        return label_ja(label)
    except KeyError:
        return label


def tag_of(labels: tuple[str, ...]) -> str:
    """What stands in small letters behind marked words: danger and domains, else the first theme; "" for none."""
    names = [DOMAIN_JA[domain] for domain in DOMAIN_JA if domain in labels]
    names += [THEME_JA[theme] for theme in THEME_JA if theme in labels and theme in _SAFETY]
    themes = [THEME_JA[theme] for theme in THEME_JA if theme in labels][:1]
    urgency = [f"緊急度 {URGENCY_WORD[label]}" for label in ("emergency", "high") if label in labels]
    other = [REFUSES_JA] if "refuses_support" in labels else []
    return "・".join([*(names or themes), *urgency, *other])


def aside_of(reasons: tuple[str, ...]) -> str:
    """What stands behind words that were not counted: 「否定」「前のこと」."""
    return "・".join(ASIDE_JA[SetAsideBecause(why)] for why in reasons)


def chips(assessment: Assessment | None, limit: int = 5) -> tuple[tuple[str, str], ...]:
    """(tone, words) of the domain chips: safety first, then the four domains, then housing and isolation."""
    if assessment is None:
        return ()
    safety = [("safety", f"安全・{THEME_JA[theme]}") for theme in THEME_JA if theme in assessment.themes & _SAFETY]
    domains = [(str(d), DOMAIN_CHIP_JA[str(d)]) for d in DOMAIN_JA if d in assessment.domains]
    rest = [
        (_THEME_TONE[theme], THEME_JA[theme])
        for theme in THEME_JA
        if theme in assessment.themes and _THEME_TONE.get(theme) == "home"
    ]
    return tuple([*safety, *domains, *rest][:limit])


def since_ja(start: int, now: int) -> str:
    """How long somebody waits: `0:38`, `1:42`, from two days on `3日`."""
    minutes = max(now - start, 0) // 60_000
    return f"{minutes // 1440}日" if minutes >= 2880 else f"{minutes // 60}:{minutes % 60:02}"


def left_words(due_at: int | None, now: int) -> str:
    """「あと 18分」, 「期限を 8分 こえました」, 「期限なし」."""
    due = Due(to_datetime(due_at) if due_at is not None else None, DueKind.BY)
    return left_ja(due, to_datetime(now))


def left_tone(due_at: int | None, now: int) -> str:
    """`over`, `soon` (within 30 minutes), `fine` or `none`."""
    if due_at is None:
        return "none"
    if now > due_at:
        return "over"
    return "soon" if due_at - now <= 30 * 60_000 else "fine"


def waited_percent(waiting_since: int, due_at: int | None, now: int) -> int:
    """How much of the promised time is used up, 0 to 100; 0 without a promise."""
    if due_at is None:
        return 0
    if due_at <= waiting_since:
        return 100
    return max(1, min(100, round(100 * (now - waiting_since) / (due_at - waiting_since))))


def moment(at: int, now: int) -> str:
    """「11月22日（日）14:05」 in Tokyo."""
    return moment_ja(to_datetime(at), to_datetime(now))


def hour(at: int) -> str:
    """`14:05` in Tokyo, under the heading of its day."""
    return f"{to_datetime(at).astimezone(TOKYO):%H:%M}"


def day_ja(at: int) -> str:
    """「12月1日（火）」 in Tokyo."""
    return moment(at, at).partition("）")[0] + "）"


def now_field(now: int) -> str:
    """The minute as a field of a form holds it: `2026-11-22T20:15`, in Tokyo."""
    return f"{to_datetime(now).astimezone(TOKYO):%Y-%m-%dT%H:%M}"


def tomorrow_field(now: int) -> str:
    """The next day as a field of a form holds it: `2026-11-23`, in Tokyo."""
    return f"{to_datetime(now).astimezone(TOKYO) + timedelta(days=1):%Y-%m-%d}"


def day_field(at: int | None) -> str:
    """A day as a field of a form holds it, in Tokyo; "" for none."""
    return "" if at is None else f"{to_datetime(at).astimezone(TOKYO):%Y-%m-%d}"


def second(at: int) -> str:
    """`14:05:30` in Tokyo: until when an answer can be taken back."""
    return f"{to_datetime(at).astimezone(TOKYO):%H:%M:%S}"


def month(at: int) -> str:
    """「2026年11月」 in Tokyo: as much as may stand beside who reported, since a case shows its minute."""
    local = to_datetime(at).astimezone(TOKYO)
    return f"{local.year}年{local.month}月"


def clock_time(at: int, now: int) -> str:
    """`14:05` today, else 「11月22日（日）14:05」, in Tokyo."""
    full, today = moment(at, now), moment(now, now)
    head, bracket, time = full.partition("）")
    return time if bracket and head == today.partition("）")[0] else full


def rank(urgency: str) -> int:
    """0 for ふつう to 2 for 今すぐ. Raises `ValueError` on anything else."""
    return Urgency(urgency).rank


assert set(DOMAIN_CHIP_JA) == {str(d) for d in Domain}
