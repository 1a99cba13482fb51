"""Questionnaires (R4c): a one-time code leads to the ordinary talk, its case says so, and no code keeps nobody out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bots.survey_sheet import as_csv, as_pdf
from handoff import sources, surveys
from handoff.office import Refused
from handoff.path_records import SurveyCode
from intake.clock import now_ms
from intake.db import reading
from intake.records import Case, Contact


def make(town, count: int = 1, days: int = 30) -> list[str]:
    with town.work() as session:
        return surveys.make(town.office, session, "aki-2026", count, days, now_ms())


def write(guest, code: str, words: str):
    page = guest.get(f"/a/{code}")
    fields = {"once": guest.hidden("once"), "lang": "ja", "text": words}
    if 'name="survey"' in page.text:
        fields["survey"] = guest.hidden("survey")
    return guest.post("/soudan", **fields)


def test_a_code_is_used_once_and_its_case_says_where_it_came_from(guests, town):
    (code,) = make(town)
    assert code.replace("-", "") not in str([row.code_hash for row in town.all(SurveyCode)])
    first = guests()
    for _ in range(2):
        assert "アンケートのコードを受けとりました" in first.get(f"/a/{code}").text  # looking uses nothing up
    assert write(first, code.lower().replace("-", "ー"), "家賃が払えません").headers["location"] == "/talk"
    case = town.one(Case)
    with reading(town.parts.sessions) as session:
        found = sources.known(session, town.office.sealer, session.get_one(Case, case.id))
        assert found is not None
        assert (found.path.code, found.meeting) == ("R4c", "aki-2026")
        (batch,) = surveys.batches(session, "mihon")
        assert (batch.made, batch.used, batch.cases) == (1, 1, 1)
    second = guests()
    page = second.get(f"/a/{code}")
    assert page.status_code == 200 and "もう使われています" in page.text
    assert write(second, code, "ほかの人の話です").headers["location"] == "/talk"  # its words are not lost
    assert sorted(town.messages()) == ["ほかの人の話です", "家賃が払えません"]


def test_old_and_unknown_codes_are_told_in_plain_words(guests, town):
    (code,) = make(town, days=1)
    with town.work() as session:
        session.get_one(SurveyCode, town.one(SurveyCode).code_hash).expires_at = now_ms() - 1
    assert "期間が終わっています" in guests().get(f"/a/{code}").text
    for odd in ("7K3M-92Q5-XD4E", "x" * 300, "%00", "../../etc"):
        answer = guests().get(f"/a/{odd}")
        assert answer.status_code == 404 or "見つかりません" in answer.text


def test_two_at_once_do_not_both_use_it(town):
    (code,) = make(town)
    town.open()
    contact = town.one(Contact)

    def use(_: int) -> bool:
        with town.work() as session:
            return surveys.use(town.office, session, code, session.get_one(Contact, contact.id), now_ms())

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_what_is_printed_and_what_is_refused(town):
    codes = make(town, 30)
    assert len(set(codes)) == 30
    assert codes[0] in as_csv(codes, "https://x/a").decode("utf-8-sig")
    assert as_pdf(codes, "https://x/a").startswith(b"%PDF")
    for batch, count, days in (("Aki 2026", 1, 1), ("a", 0, 1), ("a", 20_001, 1), ("a", 1, 0)):
        with town.work() as session, pytest.raises(Refused):
            surveys.make(town.office, session, batch, count, days, now_ms())
