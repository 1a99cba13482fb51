"""地域のニーズ: how many 相談 of a finished month spoke of each theme, for 地域づくり (sheet A19). No case, no words.

Only months that are published already, whose facts stand still, and single months alone: a case may have several
themes, and no sum over themes, months or the rest is given out, so nothing can be subtracted from anything but the
month's total. A number is shown when both it and what it leaves of that total are at least the pack's smallest cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff import facts, statistics
from handoff.office import Office
from triage.assessment import THEMES
from triage.labels import THEME_JA


@dataclass(frozen=True, slots=True)
class Need:
    """One theme of a month. `count` of None: too few (or too nearly all) to be told."""

    theme: str
    count: int | None

    @property
    def theme_ja(self) -> str:
        """The theme in words."""
        return THEME_JA[self.theme]


def months(session: Session, tenant: str) -> tuple[str, ...]:
    """The months of which something is published, the latest first."""
    years = statistics.years(session, tenant)
    found = {period for year in years for period in statistics.published(session, tenant, year)}
    return tuple(sorted((one for one in found if len(one) == 7 and one[5:].isdigit()), reverse=True))


def by_theme(office: Office, session: Session, month: str) -> tuple[Need, ...]:
    """Every theme of a published month, what may be told first; empty for a month that is not published."""
    if month not in months(session, office.tenant):
        return ()
    found = facts.of_months(office, session, month, month)
    counted = Counter(theme for fact in found if not fact.erased for theme in fact.themes)
    least = office.pack.min_cell
    rows = [Need(theme, shown(counted[theme], len(found), least)) for theme in THEMES]
    return tuple(sorted(rows, key=lambda one: -(one.count or 0)))


def shown(count: int, total: int, least: int) -> int | None:
    """The count if it may be told: neither it nor the rest of the total is small. A zero looks like a small one."""
    return count if count >= least and (total - count) >= least else None


def lines(needs: Sequence[Need], month: str, least: int) -> list[list[str]]:
    """As lines of a CSV."""
    head = ["月", "テーマ", "相談の数"]
    rows = [[month, one.theme_ja, "＊" if one.count is None else str(one.count)] for one in needs]
    note = f"＊ は {least}件未満の数か、ひくと {least}件未満の数が分かる数です。"
    return [head, *rows, [], [note], ["一つの相談が、いくつものテーマに入ることがあります。"]]
