"""What a settings form says, as tables of a pack (設定の書きこみ). Pure; fullwidth figures and signs are understood."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from unicodedata import normalize

from handoff.clock import Span
from handoff.packs.reading_hours import WEEKDAYS

_DASHES = re.compile(r"\s*[-~‐-―−〜～ー]\s*")
_BETWEEN = re.compile(r"[,、，;；\s・/／]+")


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a form: each name with its values in their order."""

    fields: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """The first value without blanks around it, "" when there is none."""
        values = self.fields.get(name, ())
        return values[0].replace("\r\n", "\n").strip() if values else ""

    def seen(self) -> int:
        """The newest change that the writer had before them; 0 for none."""
        text = self.one("seen")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0

    def all(self, name: str) -> tuple[str, ...]:
        """Every value that is not empty."""
        return tuple(value.strip() for value in self.fields.get(name, ()) if value.strip())

    def lines(self, name: str) -> list[str]:
        """The lines of a box that are not empty."""
        return [line.strip() for line in self.one(name).split("\n") if line.strip()]


@dataclass(slots=True)
class Reader:
    """Reads fields one by one and keeps what was wrong, by field, so that all is said at once."""

    sent: Sent
    wrong: dict[str, str] = field(default_factory=dict)

    def needed(self, name: str, what: str) -> str:
        """A text that must be there."""
        found = self.sent.one(name)
        if not found:
            self.wrong[name] = f"{what}を書いてください。"
        return found

    def number(self, name: str, what: str, least: int, most: int) -> int:
        """A whole number within its bounds."""
        text = normalize("NFKC", self.sent.one(name))
        if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
            self.wrong[name] = f"{what}は {least}〜{most} の数で書いてください。"
            return least
        return int(text)

    def day(self, name: str) -> date | None:
        """A day such as 2026-11-22, None when empty."""
        text = normalize("NFKC", self.sent.one(name)).replace("/", "-")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong[name] = "日付は 2026-11-22 のように書いてください。"
            return None

    def phone(self, name: str) -> str:
        """A number with plain figures and hyphens; whether it can be one is said by `pack check`."""
        return _DASHES.sub("-", normalize("NFKC", self.sent.one(name))).strip()

    def chosen(self, name: str, known: Sequence[str], what: str) -> list[str]:
        """The marked boxes, in the order of `known`."""
        marked = set(self.sent.all(name))
        if marked - set(known):
            self.wrong[name] = f"{what}に、知らないものがあります。"
        return [one for one in known if one in marked]

    def words(self, name: str) -> list[str]:
        """A list in one box, parted by commas or blanks."""
        return [word for word in _BETWEEN.split(self.sent.one(name)) if word]

    def spans(self, name: str) -> list[str]:
        """Stretches of opening: 「8:30〜12:00、13:00〜17:15」; empty is closed."""
        try:
            return spans_of(self.sent.one(name))
        except ValueError:
            self.wrong[name] = "時間は「8:30-12:00, 13:00-17:15」のように書いてください。休みの日は空けます。"
            return []


def spans_of(text: str) -> list[str]:
    """Stretches of opening as a pack writes them. Raises `ValueError`, also for stretches that overlap."""
    plain = _DASHES.sub("-", normalize("NFKC", text).replace("時", ":00").replace(":00:", ":"))
    if plain.strip() in ("", "休み", "休"):
        return []
    found = [part for part in _BETWEEN.split(plain) if part]
    spans = sorted(Span.parse(part) for part in found)
    if any(one.closes > following.opens for one, following in pairwise(spans)):
        raise ValueError("stretches overlap")
    return found


def hours_value(read: Reader) -> dict[str, object]:
    """The form of the page 開いている時間 as a change of the kind `hours`."""
    own = read.sent.one("hours_ja")
    words: dict[str, object] = {"hours_ja": own} if own else {}
    if read.sent.one("known") != "yes":
        return {"unknown": True, **words}
    week = {name: read.spans(f"week_{name}") for name in WEEKDAYS}
    if not any(week.values()) and not read.wrong:
        read.wrong["known"] = "開く日がありません。時間が分からないときは「分からない」をえらんでください。"
    return {
        **{name: spans for name, spans in week.items() if spans},
        **_listed("rule", _rules(read)),
        **_listed("exception", _exceptions(read)),
        **_listed("closed_yearly", _yearly(read)),
        "closed_on_holidays": read.sent.one("closed_on_holidays") == "yes",
        "closed_at_year_end": read.sent.one("closed_at_year_end") == "yes",
        **words,
    }


def rota_value(read: Reader, name: str, addresses: Sequence[str], rounds: int) -> list[list[str]]:
    """The marked addresses of each round; rounds after the last marked one do not count."""
    found = [read.chosen(f"{name}_{number}", addresses, "呼び出し先") for number in range(1, rounds + 1)]
    while found and not found[-1]:
        found.pop()
    if not all(found):
        read.wrong[name] = "だれもいない回があります。間を空けずにえらんでください。"
    return found


def _listed(name: str, rows: list[dict[str, object]]) -> dict[str, object]:
    return {name: rows} if rows else {}


def _rows(read: Reader, name: str) -> list[int]:
    """The numbers of the rows whose first field is filled."""
    last = min(int(normalize("NFKC", read.sent.one("rows") or "0")) if read.sent.one("rows").isdecimal() else 0, 60)
    return [number for number in range(last) if read.sent.one(f"{name}_{number}")]


def _rules(read: Reader) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in _rows(read, "rule_which"):
        which, weekday = read.sent.one(f"rule_which_{number}"), read.sent.one(f"rule_weekday_{number}")
        spans = read.spans(f"rule_spans_{number}")
        if which in ("1", "2", "3", "4", "5", "-1") and weekday in WEEKDAYS:
            rows.append({"weekday": weekday, "nth": int(which), "spans": spans})
        elif re.fullmatch(r"day([1-9]|[12][0-9]|3[01])", which):
            rows.append({"month_day": int(which[3:]), "spans": spans})
        else:
            read.wrong[f"rule_which_{number}"] = "何番めの何曜日かをえらんでください。"
    return rows


def _exceptions(read: Reader) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    days: set[date] = set()
    for number in _rows(read, "day"):
        day = read.day(f"day_{number}")
        if day is None:
            continue
        if day in days:
            read.wrong[f"day_{number}"] = "同じ日が二つあります。"
        days.add(day)
        label = read.sent.one(f"day_label_{number}")
        rows.append({"day": day, "spans": read.spans(f"day_spans_{number}"), **({"label": label} if label else {})})
    return sorted(rows, key=lambda row: str(row["day"]))


def _yearly(read: Reader) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for number in _rows(read, "from"):
        first, last = (_month_day(read, f"{name}_{number}") for name in ("from", "to"))
        rows.append({"first": first, "last": last or first})
    return rows


def _month_day(read: Reader, name: str) -> str:
    """`08-13` out of 8/13, 8月13日 or 08-13."""
    text = normalize("NFKC", read.sent.one(name))
    parts = re.fullmatch(r"([0-9]{1,2})[-/月.]([0-9]{1,2})日?", text)
    try:
        return f"{date(2024, int(parts[1]), int(parts[2])):%m-%d}" if parts else _bad(read, name, text)
    except ValueError:
        return _bad(read, name, text)


def _bad(read: Reader, name: str, text: str) -> str:
    if text:
        read.wrong[name] = "月と日を 8/13 のように書いてください。"
    return ""
