"""Which tables the statistics have (統計の表), and how a fact is counted in each. Pure.

Every table splits all cases (or all hand-overs) into rows that add up to their total: only so can it be said what a
hidden cell may be (`handoff.suppression`). A case may belong to several domains, so each domain is a table of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final

from handoff.facts import UNREAD, Fact, closes_at
from handoff.hours import WEEKDAYS_JA
from handoff.path_codes import PATHS, path_of
from handoff.suppression import TOTAL, Key
from triage.assessment import Complexity, Domain, Urgency
from triage.labels import COMPLEXITY_JA, DOMAIN_JA, URGENCY_JA

ERASED, REST = "erased", "rest"
CASES, HANDED = "cases", "handed"
BANDS: Final = ((0, 6), (6, 9), (9, 12), (12, 15), (15, 18), (18, 24))
ROUTE_JA: Final[Mapping[str, str]] = {
    "resident": "LINE", "web": "ウェブ", "phone": "電話", "counter": "窓口", "fax": "FAX", "visit": "訪問",
    "lifeline": "検針・配達など", "professional": "関係機関", "slack": "Slack（職員の気づき）",
    "remark": "気になった一言", "meeting": "会議で聞いた", "feed": "見守り・訪問の記録",
}  # fmt: skip
FIELD_JA: Final[Mapping[str, str]] = {
    "kind": "種類", "reporter": "書いた人", "domains": "分野", "themes": "テーマ", "complexity": "複合",
    "urgency": "緊急度", "refuses_support": "支援を断っている",
}  # fmt: skip
FIRST: Final = (
    ("30m", "30分以内", 30 * 60_000), ("2h", "2時間以内", 2 * 3_600_000), ("1d", "24時間以内", 24 * 3_600_000),
    ("3d", "3日以内", 72 * 3_600_000), ("late", "3日より後", 1 << 60),
)  # fmt: skip
OUTCOME_JA: Final[Mapping[str, str]] = {"accepted": "受理", "returned": "戻り", "sent": "返事待ち"}
PURPOSE_JA: Final[Mapping[str, str]] = {
    "consult": "相談", "coordination": "多機関協働", "outreach": "アウトリーチ", "participation": "参加支援",
    "meeting": "会議", "notification": "通告・通報", "transfer": "ほかの市町村",
}  # fmt: skip
PLAN_JA: Final[Mapping[str, str]] = {
    "made": "プラン策定", "changed": "プラン変更", "ended": "終結", "suspended": "中断",
    "returned": "包括的相談への戻し",
}  # fmt: skip
MET_JA: Final[Mapping[str, str]] = {
    "C1": "支援会議で扱った", "C0": "重層的支援会議で扱った", "C9": "準支援会議（匿名）で扱った",
}  # fmt: skip
MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `rows` are always there; others (desks, routes of a newer release) come with the facts.

    `of`: the row of each thing counted in a fact.
    """

    id: str
    title: str
    rows: tuple[tuple[str, str], ...]
    of: Callable[[Fact], Iterable[str]]
    unit: str = CASES
    by_month: bool = True
    """Else by quarter and year only: too many rows for a month."""
    shown: tuple[str, ...] = ()
    """The rows to show, where the others are only the rest; all when empty."""

    def label(self, row: str) -> str:
        """The name of a row; its code where this release does not know it."""
        return dict(self.rows).get(row, row)


def _one(pick: Callable[[Fact], str]) -> Callable[[Fact], Iterable[str]]:
    return lambda fact: (ERASED if fact.erased else pick(fact),)


def _has(pick: Callable[[Fact], Iterable[str]], wanted: str) -> Callable[[Fact], Iterable[str]]:
    return lambda fact: (wanted if wanted in pick(fact) else REST,)


def _first(fact: Fact) -> str:
    if fact.first_ms is None:
        return "none"
    return next(code for code, _, upto in FIRST if fact.first_ms <= upto)


def _promise(fact: Fact) -> Iterable[str]:
    if fact.erased or fact.due_at is None:
        return (ERASED if fact.erased else "none",)
    if fact.first_ms is not None:
        return ("kept" if fact.opened_at + fact.first_ms <= fact.due_at else "late",)
    return ("none" if fact.closed else "late" if fact.due_at < closes_at(fact.month) else "waiting",)


def _hour(fact: Fact) -> str:
    band = next(f"{first}" for first, last in BANDS if first <= fact.hour < last)
    return f"{fact.weekday}-{band}"


_GONE = ((ERASED, "本人が消した"),)
_HEAT = tuple(
    (f"{day}-{first}", f"{WEEKDAYS_JA[day]} {first}〜{last}時") for day in range(7) for first, last in BANDS
)  # fmt: skip
TABLES: Final[tuple[Table, ...]] = (
    *(
        Table(
            f"domain-{domain}", DOMAIN_JA[domain], ((str(domain), DOMAIN_JA[domain]), (REST, "ほか")),
            _has(lambda fact: fact.domains, str(domain)), shown=(str(domain),),
        )
        for domain in Domain
    ),
    Table("route", "受けた所", (*ROUTE_JA.items(), *_GONE), _one(lambda fact: fact.route)),
    Table(
        "path", "情報の経路", (*((one.code, f"{one.code} {one.name_ja}") for one in PATHS.values()), *_GONE),
        _one(lambda fact: fact.path or path_of("resident" if fact.route == "web" else fact.route)),
    ),
    Table(
        "complexity", "複合",
        (*((str(c), COMPLEXITY_JA[c]) for c in Complexity), (UNREAD, "見立てなし"), *_GONE),
        _one(lambda fact: fact.complexity),
    ),
    Table(
        "urgency", "緊急度", (*((str(u), URGENCY_JA[u]) for u in reversed(Urgency)), *_GONE),
        _one(lambda fact: fact.urgency),
    ),
    Table(
        "first", "初動までの時間",
        (*((code, words) for code, words, _ in FIRST), ("none", "まだ・なし"), *_GONE), _one(_first),
    ),
    Table(
        "promise", "期限",
        (("kept", "期限内"), ("late", "期限をこえた"), ("waiting", "期限前"), ("none", "期限なし・不要"), *_GONE),
        _promise,
    ),
    *(
        Table(
            f"corrected-{name}", words, ((name, words), (REST, "直しなし")),
            _has(lambda fact: fact.corrected, name), shown=(name,),
        )
        for name, words in FIELD_JA.items()
    ),
    Table(
        "handed", "つなぎ先と受理", (),
        lambda fact: tuple(f"{desk}|{state}" for desk, state in fact.handed), unit=HANDED,
    ),
    Table("purpose", "つなぎの目的", tuple(PURPOSE_JA.items()), lambda fact: fact.purposes, unit=HANDED),
    *(
        Table(
            f"met-{basis}", words, ((basis, words), (REST, "ほか")), _has(lambda fact: fact.met, basis),
            shown=(basis,),
        )
        for basis, words in MET_JA.items()
    ),
    *(
        Table(
            f"plan-{state}", words, ((state, words), (REST, "ほか")), _has(lambda fact: fact.plans, state),
            shown=(state,),
        )
        for state, words in PLAN_JA.items()
    ),
    Table("heat", "時間帯と曜日", (*_HEAT, *_GONE), _one(_hour), by_month=False),
)  # fmt: skip
BY_ID: Final[Mapping[str, Table]] = {table.id: table for table in TABLES}


def counted(table: Table, facts: Iterable[Fact], columns: Mapping[str, str]) -> dict[Key, int]:
    """The true counts by row and column, every row in every column. `columns`: month → the column it counts in."""
    found = Counter((row, columns[fact.month]) for fact in facts for row in table.of(fact))
    rows = {row for row, _ in table.rows} | {row for row, _ in found}
    return {(row, column): found[row, column] for row in rows for column in columns.values()}


def totals(unit: str, facts: Iterable[Fact], columns: Mapping[str, str]) -> dict[Key, int]:
    """How many cases or hand-overs each column has."""
    found: Counter[str] = Counter()
    for fact in facts:
        found[columns[fact.month]] += 1 if unit == CASES else len(fact.handed)
    return {(TOTAL, column): found[column] for column in columns.values()}


def times(facts: Iterable[Fact], least: int) -> dict[str, int]:
    """Median and 90th percentile of 初動 (ms, rounded), each only where `least` cases lie on either side of it."""
    waits = [fact.first_ms for fact in facts if fact.first_ms is not None]
    found: dict[str, int] = {}
    if len(waits) >= 2 * least:
        found["median"] = rounded(median(waits))
    if len(waits) >= 10 * least:
        found["ninety"] = rounded(quantiles(waits, n=10)[8])
    return found


def rounded(wait_ms: float) -> int:
    """To a minute below an hour, to ten below a day, else to an hour: nobody's own minute."""
    step = MINUTE_MS * (1 if wait_ms < 60 * MINUTE_MS else 10 if wait_ms < 1_440 * MINUTE_MS else 60)
    return round(wait_ms / step) * step
