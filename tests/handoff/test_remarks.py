"""気になった一言 (R1): no case until a person makes it one, several of one place together, danger waits for nobody."""

from __future__ import annotations

import pytest
from play_town import Town

from handoff import remark_list, remarks, sources
from handoff.office import Conflict, NotFound, Refused
from handoff.path_records import Remark
from handoff.records import Call
from handoff.remarks import Said
from intake import cases
from intake.clock import now_ms
from intake.db import reading
from intake.door_records import Reporter
from intake.records import Case

HOME = "本町1-2-3"


def leave(town: Town, text: str, place: str = "", once: str = "one", **who: object) -> remarks.Left:
    with town.work() as session:
        return remarks.leave(town.office, session, Said("web", text, place, **who), now_ms(), once)  # type: ignore[arg-type]


def test_a_remark_is_no_case_and_a_doubled_form_is_one(town: Town) -> None:
    assert leave(town, "サロンに来ていない人がいる").case_id is None
    assert leave(town, "サロンに来ていない人がいる") == remarks.Left()
    row = town.one(Remark)
    assert (row.state, row.staff_id, row.way) == ("new", None, "web")
    assert "サロン" not in str(row.text_sealed)
    assert town.all(Case) == []


def test_remarks_of_one_place_become_one_case_by_a_person(town: Town) -> None:
    staff, other = town.staff(), town.staff("田中", "worker", "hokatsu")
    first = leave(town, "回覧板が止まったまま", HOME, "a").remark_id
    second = leave(town, "昼も雨戸が閉まっている", "本町一丁目2番3号", "b", staff=other).remark_id
    alone = leave(town, "公園のベンチにずっといる人", "", "c").remark_id
    assert first and second and alone
    with reading(town.parts.sessions) as session:
        groups = remark_list.listed(town.office, session, staff)
        own = remark_list.listed(town.office, session, other)
    assert sorted(len(group.remarks) for group in groups) == [1, 2]
    assert [one.id for group in own for one in group.remarks] == [second]
    with town.work() as session, pytest.raises(NotFound):
        remarks.make_case(town.office, session, [first], other, now_ms())
    with town.work() as session:
        case_id, keys = remarks.make_case(town.office, session, [first, second], staff, now_ms())
        case = session.get_one(Case, case_id)
        text, _ = cases.person_text(session, town.office.sealer, case)
        assert text == "回覧板が止まったまま\n昼も雨戸が閉まっている"
        assert sources.source_of(session, case) == "R1"
        assert session.get(Reporter, case_id) is not None
        assert len(keys) == 2
    assert {row.text_sealed for row in town.all(Remark, state="case")} == {None}
    with town.work() as session, pytest.raises(Conflict):
        remarks.settle(town.office, session, first, staff, "dropped", now_ms())
    leave(town, "また新聞がたまっている", HOME, "d")
    with reading(town.parts.sessions) as session:
        met = [group for group in remark_list.listed(town.office, session, staff) if group.cases]
    assert [[case for case, _ in group.cases] for group in met] == [[case_id]]


def test_danger_in_a_remark_is_a_case_and_a_call_at_once(town: Town) -> None:
    left = leave(town, "隣の人が、もう死にたいと言っていた", HOME)
    assert left.case_id
    assert town.one(Call).case_id == left.case_id
    row = town.one(Remark)
    assert (row.state, row.text_sealed, row.place_sealed) == ("case", None, None)
    staff = town.staff()
    with reading(town.parts.sessions) as session:
        assert remark_list.listed(town.office, session, staff) == ()


def test_what_is_dropped_cannot_be_read_any_more(town: Town) -> None:
    staff, kept = town.staff(), leave(town, "名前をまちがえて書いた", once="x").remark_id
    assert kept
    with town.work() as session:
        keys = remarks.settle(town.office, session, kept, staff, "dropped", now_ms())
    row = town.one(Remark)
    assert (row.state, row.text_sealed, keys) == ("dropped", None, [row.key_id])
    with town.work() as session, pytest.raises(Refused):
        remarks.leave(town.office, session, Said("web", " "), now_ms(), "y")
    with town.work() as session, pytest.raises(Refused):
        remarks.leave(town.office, session, Said("console", "x", "", town.staff("加藤", "manager")), now_ms(), "z")
