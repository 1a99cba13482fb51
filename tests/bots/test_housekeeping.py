"""What has served its time goes, and nothing else: on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from play_town import STORY, Town
from sqlalchemy import delete, select, update

from bots.housekeeping import DAY_MS, tidy
from handoff import feed_register, hooks, offers, remarks
from handoff.outward_records import WebhookTarget
from handoff.path_records import Feed, Offer, Remark
from handoff.records import History, Ticket
from intake.clock import now_ms
from intake.db import is_sqlite, reading
from intake.keystore import data_keys
from intake.records import Case, Contact, InboxEvent, Message
from intake.seal import KeyDestroyed


@pytest.fixture(autouse=True)
def _own_keys(town: Town) -> Iterator[None]:
    """The standing key store holds keys of other tests, whose rows are gone."""
    keys = town.parts.vault.keys
    with keys._engine.begin() as connection:
        connection.execute(delete(data_keys))
    keys._scoped.clear()
    yield


def later(town: Town, days: float) -> bool:
    return tidy(town.parts, now_ms() + int(days * DAY_MS), lambda _ended, _most: 0)


def alive(town: Town, *purposes: str) -> list[int]:
    return [key_id for key_id, _ in town.parts.vault.keys.made(purposes, now_ms() + 1)]


def unknown(town: Town) -> InboxEvent:
    return town.take(town.event("somethingNew"))


def test_an_unreadable_event_is_blanked_after_a_month_and_its_key_dies_after_it(town: Town) -> None:
    assert unknown(town).state == "unknown"
    later(town, 29)
    assert town.one(InboxEvent).raw_sealed is not None
    later(town, 31)
    assert (town.one(InboxEvent).raw_sealed, town.one(InboxEvent).state) == (None, "unknown")
    later(town, 34)
    assert len(alive(town, "inbox")) == 1
    later(town, 36)
    assert alive(town, "inbox") == []
    assert unknown(town).raw_sealed is not None, "the next day begins with a new key"


def test_groups_and_notices_have_a_key_a_day(town: Town) -> None:
    group = town.event("message", message={"type": "text", "id": "g1", "text": "こんにちは"})
    group["source"] = {"type": "group", "groupId": "G1", "userId": "U9"}
    town.take(group)
    keys = town.parts.vault.keys
    at = now_ms()
    assert keys.of_day("mihon", "inbox", at, "group") in alive(town, "inbox")
    assert keys.of_day("mihon", "inbox", at, "group") != keys.of_day("mihon", "inbox", at + DAY_MS, "group")
    later(town, 36)
    assert alive(town, "inbox") == []


def test_what_was_accepted_opens_however_long_nobody_worked(town: Town) -> None:
    row_id = town.save(town.words(STORY))
    later(town, 400)
    assert town.one(InboxEvent, id=row_id).state == "new"
    assert len(alive(town, "inbox")) == 1


def orphan(town: Town) -> int:
    return town.parts.vault.keys.create("mihon", "case")


def test_a_key_whose_row_was_rolled_back_dies_and_the_others_stay(town: Town) -> None:
    town.open()
    lost = orphan(town)
    town.say(STORY, user="U-other")
    named = {row.key_id for row in [*town.all(Case), *town.all(Contact)]}
    later(town, 0.9)
    assert lost in alive(town, "case", "contact"), "its transaction may still be open"
    later(town, 1.1)
    assert set(alive(town, "case", "contact")) == named
    with pytest.raises(KeyDestroyed):
        town.parts.vault.keys.get(lost)


def test_an_empty_or_younger_database_destroys_no_key(town: Town) -> None:
    town.open()
    old = alive(town, "case", "contact")
    with town.work() as session:
        for table in (History, Message, Ticket, Case, Contact):
            session.execute(delete(table))
    later(town, 2)
    assert alive(town, "case", "contact") == old
    town.open()
    later(town, 2)
    assert set(old) <= set(alive(town, "case", "contact"))


def test_many_keys_without_rows_are_left_alone(town: Town) -> None:
    town.open()
    lost = [orphan(town) for _ in range(4)]
    town.say(STORY, user="U-other")
    later(town, 2)
    assert set(lost) <= set(alive(town, "case"))


def test_jobs_that_ended_a_week_ago_are_purged_in_portions(town: Town) -> None:
    left, asked = [5_200], []

    def purge(ended: str, most: int) -> int:
        asked.append(ended)
        done = min(most, left[0])
        left[0] -= done
        return done

    now = now_ms()
    assert tidy(town.parts, now, purge), "there is more"
    assert left == [200]
    assert not tidy(town.parts, now, purge)
    assert len(asked) == 11
    assert asked[0].endswith("+00:00")


def test_erased_cases_are_no_matter(town: Town) -> None:
    town.open()
    town.say("けす")
    town.say("けす")
    later(town, 2)
    with town.work() as session:
        session.execute(update(Contact).values(last_event_at=0))
    town.say(STORY)
    assert town.messages()[-1] == STORY


def test_old_pages_do_not_stay_in_the_log_of_sqlite(town: Town) -> None:
    if not is_sqlite(town.parts.engine):
        return  # PostgreSQL's log is the operator's
    town.open()
    logs = [Path(f"{engine.url.database}-wal") for engine in (town.parts.engine, town.parts.vault.keys.engine)]
    assert all(log.stat().st_size > 0 for log in logs)
    later(town, 0)
    assert [log.stat().st_size for log in logs] == [0, 0]
    with reading(town.parts.sessions) as session:
        session.execute(select(Case.id)).all()
        town.say(STORY, user="U-other")
        later(town, 0)
    assert len(town.all(Case)) == 2, "a reader in the way is no error"


def test_what_gave_up_its_words_loses_its_key_though_the_process_died_between(town: Town) -> None:
    town.open()
    office, at, who = town.office, now_ms(), town.staff()
    with town.work() as session:
        remark = remarks.leave(office, session, remarks.Said("web", "さいきん見かけません"), at, "a" * 32).remark_id
        kept = remarks.leave(office, session, remarks.Said("web", "ゴミが出ていません"), at, "b" * 32).remark_id
        offer = offers.take(office, session, "place", "空き家を貸せます", at)
        feed_register.add(office, session, "mimamori", "見守り", "watch", at, signed=True)
        hooks.add(office, session, who.id, "文書管理", "https://example.jp/h", ["case.closed"], at)
    gone = {town.one(Remark, id=remark).key_id, town.one(Offer, id=offer).key_id, town.one(Feed).key_id}
    gone.add(town.one(WebhookTarget).key_id)
    hook = town.one(WebhookTarget).id
    with town.work() as session:  # no key is destroyed: as if the process died after the commit
        remarks.settle(office, session, remark or 0, who, "dropped", at)
        offers.forget(office, session.get_one(Offer, offer), at)
        feed_register.end(office, session, "mimamori", at)
        hooks.end(office, session, who.id, hook, at)
    later(town, 800)  # also what is shredded years after it was settled
    left = set(alive(town, "remark", "offer", "feed", "hook"))
    assert not left & gone and left == {town.one(Remark, id=kept).key_id}


def test_the_key_of_a_lesson_that_was_taken_away_dies(town: Town) -> None:
    town.open()
    lost = town.parts.vault.keys.create("mihon", "lesson")
    town.say(STORY, user="U-other")
    later(town, 1.1)
    assert lost not in alive(town, "lesson")
