"""At our own page an answer shows when its time to be taken back is over, and not before."""

from __future__ import annotations

import pytest
from desk_kit import PushLine, act, row_of, send, time_passes, waiting

from handoff import desk
from intake.clock import now_ms
from intake.ids import first_id_at, new_id
from intake.records import Case, Message

pytestmark = pytest.mark.parametrize("standing_parts", ["sqlite"], indirect=True)


def answer(town, text, once="a"):
    case_id, staff = town.one(Case).id, town.staff()
    row_id = act(town, desk.reply, case_id, staff, text, now_ms(), once, office=waiting(town))
    return case_id, staff, row_id


def test_an_answer_is_not_on_the_page_before_it_left(guest, town):
    guest.start()
    guest.say("追加です")
    newest = town.all(Message)[-1].id
    _, _, row_id = answer(town, "お電話します")
    assert row_of(town, row_id).state == "waiting"
    assert "お電話します" not in guest.get("/talk").text
    assert guest.get(f"/talk/new?after={newest}").status_code == 204
    time_passes(town)
    assert "お電話します" not in guest.get("/talk").text, "nobody looked yet whether it may leave"
    send(town, PushLine(), row_id)
    row = row_of(town, row_id)
    assert (row.state, row.via) == ("sent", "page")
    assert "お電話します" in guest.get("/talk").text


def test_who_has_the_page_open_gets_it_though_they_wrote_meanwhile(guest, town):
    guest.start()
    _, _, row_id = answer(town, "お電話します")
    guest.say("もうひとつ")
    newest = town.all(Message)[-1].id
    time_passes(town)
    send(town, PushLine(), row_id)
    found = guest.get(f"/talk/new?after={newest}")
    assert found.status_code == 200
    assert "お電話します" in found.text
    assert "もうひとつ" not in found.text
    later = guest.get(f"/talk/new?after={first_id_at(now_ms() + 5_000)}")
    assert later.status_code == 204


def test_taken_back_it_was_never_there(guest, town):
    guest.start()
    case_id, staff, row_id = answer(town, "まちがえました")
    act(town, desk.undo_reply, case_id, staff, row_id, now_ms())
    page = guest.get("/talk").text
    time_passes(town)
    send(town, PushLine(), row_id)
    assert guest.get("/talk").text.count("取り消") == page.count("取り消")
    assert "まちがえました" not in guest.get("/talk").text


def test_hiding_loses_no_answer_of_the_page(guest, town):
    guest.start()
    _, _, row_id = answer(town, "お電話します")
    guest.say("1")
    guest.say("かくす")
    assert row_of(town, row_id).state == "waiting"


def test_ids_sort_by_time(standing_parts):
    before = new_id()
    assert first_id_at(now_ms() + 10) > before > first_id_at(now_ms() - 1_000)
