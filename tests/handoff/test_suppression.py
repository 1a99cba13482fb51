"""Small cells: an attacker with every published number and a solver recovers none of them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_year import attack as recovered

from handoff.suppression import MOST_STEPS, TOTAL, Key, Periods, publish

LEAST = 10
MONTHS = ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09")
YEAR = Periods(
    {**{month: "2026-Q1" if month < "2026-07" else "2026-Q2" for month in MONTHS}, "2026-Q1": "FY", "2026-Q2": "FY"}
)
ORDER = ("2026-04", "2026-05", "2026-06", "2026-Q1", "2026-07", "2026-08", "2026-09", "2026-Q2", "FY")


def published(table: dict[Key, int], most_steps: int = MOST_STEPS) -> dict[Key, int]:
    """Everything that a year of publishing gives away, as (row, period) → count. `table`: rows by month, no total."""
    rows = {row for row, _ in table}
    totals = {(TOTAL, month): sum(table[row, month] for row in rows) for month in MONTHS}
    open_: set[Key] = set()
    for number, period in enumerate(ORDER, 1):
        past = [one for one in ORDER[:number] if one in MONTHS]
        seen = Periods({c: p for c, p in YEAR.parent.items() if c in ORDER[:number]})
        sums = {key: value for key, value in totals.items() if key[1] in past}
        open_ |= publish(sums, seen, period, {key for key in open_ if key[0] == TOTAL}, LEAST)
        both = {**sums, **{key: value for key, value in table.items() if key[1] in past}}
        open_ |= publish(both, seen, period, open_, LEAST, most_steps)
    every = {**table, **totals}
    return {(row, period): sum(every[row, month] for month in YEAR.months_of(period)) for row, period in open_}


def attack(table: dict[Key, int], known: dict[Key, int]) -> list[Key]:
    return recovered(table, known, YEAR, LEAST)


counts = st.one_of(st.integers(0, 12), st.integers(0, 60), st.just(0))
tables = st.integers(2, 4).flatmap(
    lambda rows: st.fixed_dictionaries({(f"r{row}", month): counts for row in range(rows) for month in MONTHS})
)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_no_small_cell_of_any_table_or_period_is_recovered(table: dict[Key, int]) -> None:
    known = published(table)
    assert all(value == 0 or value >= LEAST for value in known.values())
    assert attack(table, known) == []


@settings(max_examples=25, deadline=None)
@given(tables, st.sampled_from((0, 60, 300, 1_500)))
def test_a_table_too_intricate_for_its_steps_hides_more_and_gives_nothing_away(
    table: dict[Key, int], most_steps: int
) -> None:
    known = published(table, most_steps)
    assert attack(table, known) == []
    if most_steps == 0 and all(0 < value < LEAST for value in table.values()):
        assert not [row for row, _ in known if row != TOTAL]


def test_the_attack_finds_what_plain_hiding_gives_away() -> None:
    """Hiding the small cells alone does not do: the total gives the one cell back. So the attack above can find."""
    table = {("a", m): 30 for m in MONTHS} | {("b", m): 20 for m in MONTHS} | {("b", MONTHS[0]): 3}
    totals = {(TOTAL, m): table["a", m] + table["b", m] for m in MONTHS}
    plain = {key: value for key, value in {**table, **totals}.items() if value >= LEAST}
    assert attack(table, plain) == [("b", MONTHS[0])]
    known = published(table)
    assert attack(table, known) == []
    assert known["a", MONTHS[1]] == 30 and ("a", MONTHS[0]) not in known, "the other months stay whole"


def test_a_quarter_does_not_give_a_small_month_back() -> None:
    table = {("a", m): 40 for m in MONTHS} | {("a", MONTHS[1]): 4}
    known = published(table)
    assert (TOTAL, MONTHS[1]) not in known and (TOTAL, "2026-Q1") not in known
    assert known[TOTAL, MONTHS[0]] == 40 and known[TOTAL, "2026-Q2"] == 120


def test_a_big_table_is_published_whole() -> None:
    table = {(row, m): 25 for row in ("a", "b", "c") for m in MONTHS}
    assert len(published(table)) == 4 * len(ORDER)


def test_where_something_is_hidden_a_zero_looks_like_the_rest() -> None:
    sizes = {"a": 40, "b": 4, "c": 0, "d": 30}
    known = published({(row, m): size for row, size in sizes.items() for m in MONTHS})
    assert [row for row in sizes if (row, MONTHS[0]) in known] == ["a"], "d goes with b and c, for 4 is too few"
    whole = published({(row, m): size for row, size in sizes.items() for m in MONTHS if row != "b"})
    assert whole["c", MONTHS[0]] == 0 == whole["c", "FY"]
