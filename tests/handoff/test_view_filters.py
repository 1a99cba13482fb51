"""Ways of looking at the queue: what belongs to each, and that a filter survives storing and strange addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.view_filters import Choices, Filter, Place, belongs, read_filter, stored

NOW = 1_000_000_000_000
MINUTE = 60_000
PLACE = Place(
    case_id=1, number=1, route="resident", identity="anonymous", opened_at=NOW - 9 * MINUTE, state="received",
    kind="consultation", urgency="high", waiting_since=NOW - 9 * MINUTE, due_at=NOW + 9 * MINUTE, replied_at=None,
    owner_id=None, owner_desk="kodomo", hold_until=None, folded_into=None, practice=False, version=1,
    changed_at=NOW,
)  # fmt: skip


def views(place: Place, me: int = 7) -> set[str]:
    """The views of this case; what is over stands in none."""
    found = set(belongs(place, None, me, NOW)) if place.live else set()
    return found | ({"other"} if place.aside else set())


def test_each_case_stands_in_the_views_it_belongs_to() -> None:
    assert views(PLACE) == {"open", "due"}
    assert views(PLACE._replace(state="claimed", owner_id=7)) == {"mine", "due"}
    assert views(PLACE._replace(state="claimed", owner_id=8, replied_at=NOW)) == {"replied"}
    assert views(PLACE._replace(state="handed")) == {"handed", "due"}
    assert views(PLACE._replace(kind="smalltalk")) == {"other"}
    assert views(PLACE._replace(state="closed")) == set()


def test_what_is_held_or_folded_leaves_the_queue_and_comes_back_by_itself() -> None:
    assert views(PLACE._replace(hold_until=NOW + 1)) == {"held"}
    assert views(PLACE._replace(hold_until=NOW)) == {"open", "due"}
    assert views(PLACE._replace(folded_into=2)) == set()
    assert views(PLACE._replace(kind="smalltalk", folded_into=2)) == set()


@pytest.mark.parametrize(
    ("chosen", "place", "kept"),
    [
        (Filter(urgency=("emergency", "high")), PLACE, True),
        (Filter(urgency=("normal",)), PLACE, False),
        (Filter(desk="kodomo"), PLACE, True),
        (Filter(desk="elsewhere"), PLACE, False),
        (Filter(owner="nobody"), PLACE, True),
        (Filter(owner="me"), PLACE._replace(owner_id=7), True),
        (Filter(owner="somebody"), PLACE, False),
        (Filter(owner="8"), PLACE._replace(owner_id=8), True),
        (Filter(owner="8"), PLACE._replace(owner_id=7), False),
        (Filter(state="open"), PLACE._replace(hold_until=NOW + 1), False),
        (Filter(state="held"), PLACE._replace(hold_until=NOW + 1), True),
        (Filter(waiting="soon"), PLACE, True),
        (Filter(waiting="over"), PLACE, False),
        (Filter(waiting="over"), PLACE._replace(due_at=NOW - 1), True),
        (Filter(waiting="over"), PLACE._replace(due_at=NOW - 1, replied_at=NOW), False),
        (Filter(waiting="day"), PLACE._replace(waiting_since=NOW - 86_400_000), True),
        (Filter(route="lifeline"), PLACE, False),
        (Filter(practice="without"), PLACE._replace(practice=True), False),
        (Filter(practice="only"), PLACE._replace(practice=True), True),
        (Filter(domain=("child",)), PLACE, False),
    ],
)
def test_a_filter_keeps_what_it_names(chosen: Filter, place: Place, kept: bool) -> None:
    assert chosen.keeps(place, None, 7, NOW) is kept


NAMES = st.sampled_from(
    ["domain", "urgency", "desk", "owner", "route", "state", "waiting", "language", "practice", "x"]
)
VALUES = st.sampled_from(["", "child", "high", "kodomo", "me", "9", "open", "over", "ja", "only", "2"]) | st.text()


@given(st.dictionaries(NAMES, st.lists(VALUES, max_size=20)))
def test_any_address_makes_a_filter_that_can_be_stored_and_asked(given: dict[str, list[str]]) -> None:
    choices = Choices(frozenset({"kodomo"}), frozenset({"9"}), frozenset({"resident"}))
    chosen = read_filter(given, choices)
    assert stored(chosen.to_json()) == chosen
    assert len(chosen.to_json()) <= 400
    assert read_filter({name: [v for n, v in chosen.pairs() if n == name] for name, _ in chosen.pairs()}) == chosen
    chosen.keeps(PLACE, None, 7, NOW)
    read_filter(given).keeps(PLACE, None, 7, NOW)
