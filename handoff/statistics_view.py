"""The statistics as a page and its CSV files show them (統計の見え方). Pure: out of published figures only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from handoff.pack import Pack
from handoff.statistics import Figures
from handoff.statistics_shape import HIDDEN, Column, Row, Section, columns, latest, wait_ja
from handoff.statistics_tables import (
    BANDS,
    BY_ID,
    CASES,
    ERASED,
    FIELD_JA,
    HANDED,
    MET_JA,
    OUTCOME_JA,
    PLAN_JA,
    PURPOSE_JA,
    REST,
    Table,
)
from triage.assessment import Domain
from triage.labels import DOMAIN_JA


def sections(year: str, found: Mapping[str, Figures], pack: Pack) -> tuple[Section, ...]:
    """Every section of the page but the heat table."""
    maker = _Maker(columns(year, found), found, pack)
    return (
        maker.domains(), maker.plain("route", "受けた所", "bars"), maker.plain("path", "情報の経路", "bars"),
        maker.waits(), maker.complexity(), maker.promise(),
        maker.flow(), maker.handed(), maker.corrected(), maker.plain("urgency", "緊急度", "bars"),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heat:
    """The heat table: rows are weekdays, cells are (count, or None when hidden; 0 to 4 for how dark)."""

    label: str
    bands: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[int | None, int], ...]], ...]
    says: str


def heat(year: str, found: Mapping[str, Figures]) -> Heat | None:
    """The latest quarter or year of which hours and weekdays are published, the year first."""
    best = latest([column for column in columns(year, found) if column.kind != "month"])
    if best is None:
        return None
    cells = found[best.period].tables["heat"]
    most = max(cells.values(), default=0)
    rows = tuple(
        (day, tuple(_warm(cells.get(f"{number}-{first}"), most) for first, _ in BANDS))
        for number, day in enumerate("月火水木金土日")
    )
    top = max(((n, row) for row, n in cells.items() if row != ERASED), default=(0, ""))
    says = (
        f"いちばん多いのは {BY_ID['heat'].label(top[1])} で、{top[0]:,}件です。" if top[0] else "出せる数がありません。"
    )
    return Heat(best.label, tuple(f"{a}〜{b}時" for a, b in BANDS), rows, f"{best.label}：{says}")


def lines(year: str, found: Mapping[str, Figures], pack: Pack, section: str) -> list[list[str]] | None:
    """A section as lines of a CSV file with their head; None for a section that does not exist."""
    if section == "heat":
        shown = heat(year, found)
        if shown is None:
            return [["時間帯と曜日"]]
        body = [[day, *(HIDDEN if n is None else str(n) for n, _ in cells)] for day, cells in shown.rows]
        return [[shown.label, *shown.bands], *body]
    one = next((one for one in sections(year, found, pack) if one.id == section), None)
    if one is None:
        return None
    heads = [f"{column.period[:4]}年{column.label}" if column.kind == "month" else column.label
             for column in columns(year, found)]  # fmt: skip
    return [[one.title, *heads], *([row.label, *row.texts] for row in one.rows)]


@dataclass(frozen=True, slots=True)
class _Maker:
    columns: tuple[Column, ...]
    found: Mapping[str, Figures]
    pack: Pack

    def domains(self) -> Section:
        rows = [self.total("全体", CASES), *(self.row(f"domain-{d}", str(d), DOMAIN_JA[d]) for d in Domain)]
        last = latest(self.columns)
        if last is None:
            return self.section("domains", "件数と分野", rows, "months", "まだ公表した月がありません。")
        at = self.columns.index(last)
        known = sorted(((row.cells[at] or 0, row.label) for row in rows[1:] if row.cells[at]), reverse=True)
        whole = (
            f"{last.label}は {rows[0].texts[at]}件"
            if rows[0].cells[at] is not None
            else f"{last.label}の数は出せません"
        )
        most = f"。いちばん多い分野は {known[0][1]}（{known[0][0]:,}件）です。" if known else "。"
        note = "一つの相談が、いくつもの分野に入ることがあります。分野の数をたしても、全体とは合いません。"
        return self.section("domains", "件数と分野", rows, "months", whole + most, note)

    def plain(self, table: str, title: str, chart: str, *, note: str = "") -> Section:
        rows = [self.row(table, row, BY_ID[table].label(row)) for row in self.names(BY_ID[table])]
        return self.section(table, title, rows, chart, self.most(rows), note)

    def waits(self) -> Section:
        rows = [
            self.made(label, lambda one, name=name: one.times.get(name), wait_ja)
            for label, name in (("中央値（半分の相談）", "median"), ("90％の相談", "ninety"))
        ]
        buckets = [self.row("first", code, BY_ID["first"].label(code)) for code in self.names(BY_ID["first"])]
        last, sla = latest(self.columns), self.pack.sla
        says = "まだ公表した月がありません。"
        if last is not None:
            text = rows[0].texts[self.columns.index(last)]
            says = f"{last.label}：半分の相談は {text} のうちに、職員が動きました。" if text not in ("", HIDDEN) else (
                f"{last.label}：出せるだけの件数がありません。"
            )  # fmt: skip
        note = (
            f"受けてから、職員が返事をする（返事がないときは担当になる）までの時間です。夜や休みの時間もふくみます。"
            f"目標：今すぐ {sla.emergency_minutes}分、高い {sla.high_minutes}分または当日、"
            f"ふつう {sla.normal_business_days}開庁日。"
            f"中央値は 両側に、90％は こえた側にも {self.pack.min_cell}件以上あるときだけ出します。"
        )
        return self.section("waits", "初動時間", [*rows, *buckets], "waits", says, note)

    def complexity(self) -> Section:
        section = self.plain("complexity", "複合", "share")
        return self.shared(section, "complexity", "complex", "複合の割合", "の相談が複合でした")

    def promise(self) -> Section:
        section = self.plain("promise", "期限", "share")
        note = "期限は、受けたときの緊急度と開庁時間から計算した約束です。"
        return self.shared(section, "promise", "late", "期限をこえた割合", "が期限をこえました", note)

    def corrected(self) -> Section:
        rows = []
        for field, words in FIELD_JA.items():
            rows.append(self.row(f"corrected-{field}", field, words))
            rows.append(self.part(f"corrected-{field}", field, f"{words}の訂正率"))
        note = "機械の見立てのうち、職員が直した項目です。直しは、機械を良くするために使います。"
        return self.section("corrected", "機械の訂正率", rows, "rates", self.most(rows[::2]), note)

    def handed(self) -> Section:
        table = BY_ID["handed"]
        desks = dict.fromkeys(row.partition("|")[0] for row in self.names(table))
        names = {desk.id: desk.name for desk in self.pack.desks}
        rows = [self.total("つないだ数", HANDED)]
        for desk in desks:
            rows += [
                self.row(table.id, f"{desk}|{state}", f"{names.get(desk, desk)}｜{words}")
                for state, words in OUTCOME_JA.items()
            ]
            rows.append(self.made(f"{names.get(desk, desk)}｜受理率", lambda one, d=desk: _accepted(one, d), _percent))
        note = "受理率は、返事があったもの（受理と戻り）のうち受理された割合です。"
        last, says = latest(self.columns), "まだ公表した月がありません。"
        if last is not None:
            says = f"{last.label}：つないだ数は {rows[0].texts[self.columns.index(last)]}件です。"
        return self.section("handed", "つなぎ先と受理率", rows, "rates", says, note)

    def flow(self) -> Section:
        """What 重層 plans report by the year: 事業ごとのつなぎ, プラン, 会議."""
        rows = [self.row("purpose", code, f"つなぎ｜{words}") for code, words in PURPOSE_JA.items()]
        rows += [self.row(f"met-{basis}", basis, words) for basis, words in MET_JA.items()]
        rows += [self.row(f"plan-{state}", state, words) for state, words in PLAN_JA.items()]
        note = "相談を受けた月で数えます。会議とプランは、その相談が一度でもそうなった数です。"
        return self.section("flow", "重層的支援の実績", rows, "bars", self.most(rows), note)

    def section(self, name: str, title: str, rows: Iterable[Row], chart: str, says: str, note: str = "") -> Section:
        return Section(name, title, says, tuple(rows), chart, note)

    def shared(self, section: Section, table: str, row: str, label: str, says: str, note: str = "") -> Section:
        share = self.part(table, row, label)
        last = latest(self.columns)
        text = share.texts[self.columns.index(last)] if last is not None else ""
        said = section.says if last is None else f"{last.label}：{text} {says}。"
        if last is not None and text == HIDDEN:
            said = f"{last.label}：割合は出せません。"
        return self.section(section.id, section.title, (*section.rows, share), section.chart, said, note)

    def names(self, table: Table) -> list[str]:
        """The rows of a table: those it always has, then those of the facts; what never occurred is left out."""
        seen = {row for one in self.found.values() for row in one.tables.get(table.id, ())}
        always = [row for row, _ in table.rows if row != REST]
        used = {row for one in self.found.values() for row, n in one.tables.get(table.id, {}).items() if n}
        hidden = {row for row in always for one in self.found.values() if row not in one.tables.get(table.id, {})}
        return [row for row in always if row in used | hidden] + sorted(seen - set(always) - {REST})

    def row(self, table: str, row: str, label: str) -> Row:
        return self.made(label, lambda one: one.tables.get(table, {}).get(row))

    def total(self, label: str, unit: str) -> Row:
        return self.made(label, lambda one: one.totals.get(unit))

    def part(self, table: str, row: str, label: str) -> Row:
        def share(one: Figures) -> int | None:
            count, whole = one.tables.get(table, {}).get(row), one.totals.get(CASES)
            return None if count is None or not whole else round(1000 * count / whole)

        return self.made(label, share, _percent)

    def made(self, label: str, pick: object, said: object = None) -> Row:
        assert callable(pick)
        cells = tuple(pick(self.found[one.period]) if one.there else None for one in self.columns)
        say = said if callable(said) else lambda value: f"{value:,}"
        texts = tuple(
            "" if not one.there else HIDDEN if cell is None else say(cell)
            for one, cell in zip(self.columns, cells, strict=True)
        )
        return Row(label, cells, texts)

    def most(self, rows: Iterable[Row]) -> str:
        last = latest(self.columns)
        if last is None:
            return "まだ公表した月がありません。"
        at = self.columns.index(last)
        known = sorted(((row.cells[at] or 0, row.label) for row in rows if row.cells[at]), reverse=True)
        if not known:
            return f"{last.label}：出せる数がありません。"
        return f"{last.label}：いちばん多いのは {known[0][1]}（{known[0][0]:,}件）です。"


def _accepted(one: Figures, desk: str) -> int | None:
    cells = one.tables.get("handed", {})
    yes, no = cells.get(f"{desk}|accepted"), cells.get(f"{desk}|returned")
    return None if yes is None or no is None or not yes + no else round(1000 * yes / (yes + no))


def _percent(value: int) -> str:
    return f"{value / 10:.1f}％"


def _warm(count: int | None, most: int) -> tuple[int | None, int]:
    return count, 0 if not count or not most else 1 + min(3, 4 * count // (most + 1))
