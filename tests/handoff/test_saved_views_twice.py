"""Two windows of one person give the same name at once: one wins, the other hears why, nobody sees a fault."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from play_town import Town

from handoff import saved_views
from handoff.office import Refused, StaffRef
from handoff.view_filters import Filter
from intake.clock import now_ms

CHOSEN = Filter(domain=("child",))


def _names(town: Town, who: StaffRef) -> list[str]:
    with town.parts.sessions() as session:
        return [one.name for one in saved_views.views_of(session, who)]


def test_the_same_name_twice_at_once_is_refused_in_words(town: Town) -> None:
    who, written, looked = town.staff("佐藤"), Event(), Event()

    def second() -> str:
        written.wait(10)
        try:
            with town.parts.sessions.begin() as session:
                looked.set()
                saved_views.save(session, who, "急ぎ", CHOSEN, now_ms())
        except Refused as refusal:
            return refusal.message_ja
        return "saved"

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(second)
        with town.parts.sessions.begin() as session:
            saved_views.save(session, who, "急ぎ", CHOSEN, now_ms())
            written.set()
            if session.get_bind().dialect.name == "postgresql":  # the other one has begun; on SQLite it waits for us
                looked.wait(10)
        assert "同じ名前の見方があります" in other.result(20)
    assert _names(town, who) == ["急ぎ"]


def test_a_new_name_that_was_taken_meanwhile_is_refused_and_the_old_one_stays(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = town.staff("佐藤")
    with town.parts.sessions.begin() as session:
        saved_views.save(session, who, "急ぎ", CHOSEN, now_ms())
        other = saved_views.save(session, who, "ゆっくり", CHOSEN, now_ms())
    # What another transaction wrote since we looked is not among the names that we know.
    monkeypatch.setattr(saved_views, "_rows", lambda *_: [])
    with pytest.raises(Refused, match="taken"), town.parts.sessions.begin() as session:
        saved_views.rename(session, who, other, "急ぎ")
    monkeypatch.undo()
    assert _names(town, who) == ["急ぎ", "ゆっくり"]
