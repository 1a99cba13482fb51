"""The API: numbers and codes for a token that holds, the same nothing for every other, and every call on record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from play_town import STORY, TENANT, Town
from sqlalchemy import update

from bots.api.app import make_api
from bots.parts import Parts
from handoff import desk, tokens
from handoff.desk_records import DataRequest
from handoff.flow_records import Packet, PacketLook
from handoff.login import add_staff
from handoff.office import StaffRef
from handoff.outward_records import ApiToken
from handoff.records import Audit, HandOver, Ticket
from intake.clock import now_ms
from intake.ids import new_id
from intake.records import Case

OPENAPI = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"


@pytest.fixture
def api(standing_parts: Parts, town: Town) -> Iterator[TestClient]:
    with TestClient(make_api(standing_parts)) as client:
        yield client


def key(town: Town, *scopes: str, desk: str = "", days: int = 30, at: int | None = None) -> dict[str, str]:
    """The header of a new token."""
    with town.parts.sessions.begin() as session:
        staff_id = add_staff(session, TENANT, "管理の人", "manager", "", now_ms())
        text = tokens.add(town.office, session, staff_id, "文書管理", scopes, desk, days, at or now_ms())
    return {"Authorization": f"Bearer {text}"}


def staff(town: Town, role: str = "intake", desk: str = "marugoto") -> StaffRef:
    with town.parts.sessions.begin() as session:
        staff_id = add_staff(session, TENANT, "受付の人", role, desk, now_ms())
    return StaffRef(staff_id, TENANT, "受付の人", role, desk)


def test_a_case_is_told_as_its_number_and_its_state_and_not_by_a_word(town: Town, api: TestClient) -> None:
    town.say(STORY)
    answer = api.get("/cases", headers=key(town, "cases:read"))
    (case,) = answer.json()["cases"]
    assert case["number"] == "T-0001" and case["desk"]["id"] == "marugoto" and case["path"] == "R4d"
    assert "介護" not in answer.text and "U-play" not in answer.text
    assert api.get("/cases/T-0001", headers=key(town, "cases:read")).json()["state"] == case["state"]
    assert "T-0001" in api.get("/cases.csv", headers=key(town, "cases:read")).text


def test_pages_follow_one_another_and_end(town: Town, api: TestClient) -> None:
    for number in range(5):
        town.say(STORY, user=f"U-{number}")
    header, seen, after = key(town, "cases:read"), [], ""
    for _ in range(4):
        page = api.get("/cases", params={"limit": 2, "after": after}, headers=header).json()
        seen += [case["number"] for case in page["cases"]]
        after = page["next"]
        if not after:
            break
    assert sorted(seen) == [f"T-000{number}" for number in range(1, 6)] and len(seen) == 5


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ({}, 401, "no_token"),
        ({"Authorization": "Bearer tst_wrong"}, 401, "no_token"),
        ({"Authorization": "Basic x"}, 401, "no_token"),
    ],
)
def test_without_a_token_that_holds_nothing_is_said(
    town: Town, api: TestClient, header: dict[str, str], status: int, code: str
) -> None:
    town.say(STORY)
    answer = api.get("/cases/T-0001", headers=header)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_scope_end_and_revocation_count(town: Town, api: TestClient) -> None:
    town.say(STORY)
    assert api.get("/cases", headers=key(town, "statistics:read")).status_code == 403
    long_ago = now_ms() - 31 * 86_400_000
    assert api.get("/cases", headers=key(town, "cases:read", at=long_ago)).status_code == 401
    header = key(town, "cases:read")
    newest = town.all(ApiToken)[-1]
    with town.parts.sessions.begin() as session:
        tokens.revoke(town.office, session, newest.by_staff, newest.id, now_ms())
    assert api.get("/cases", headers=header).status_code == 401


def test_a_token_of_a_desk_sees_the_cases_of_that_desk(town: Town, api: TestClient) -> None:
    town.say(STORY)
    other = key(town, "cases:read", desk="kodomo")
    assert api.get("/cases", headers=other).json()["cases"] == []
    assert api.get("/cases/T-0001", headers=other).status_code == 404
    case, _ = town.case()
    with town.parts.sessions.begin() as session:
        session.execute(update(Ticket).where(Ticket.case_id == case.id).values(owner_desk="kodomo"))
    assert api.get("/cases/T-0001", headers=other).status_code == 200


def test_who_asked_not_to_be_used_and_practice_are_left_out(town: Town, api: TestClient) -> None:
    town.say(STORY)
    case, _ = town.case()
    header = key(town, "cases:read")
    with town.parts.sessions.begin() as session:
        session.add(
            DataRequest(
                id=new_id(), tenant=TENANT, case_id=case.id, kind="stop", way="counter", state="done", at=1, due_at=2
            )
        )
    assert api.get("/cases", headers=header).json()["cases"] == []
    with town.parts.sessions.begin() as session:
        session.execute(update(DataRequest).values(state="refused"))
        session.execute(update(Ticket).values(practice=True))
    assert api.get("/cases/T-0001", headers=header).status_code == 404


def test_every_answer_stands_in_the_audit_log(town: Town, api: TestClient) -> None:
    town.say(STORY)
    header = key(town, "cases:read")
    api.get("/cases", headers=header)
    api.get("/cases/T-0001", headers=header)
    actions = [row.action for row in town.all(Audit)]
    assert actions[-2:] == ["api_cases", "api_case"] and town.all(Audit)[-1].case_id is not None


def test_a_flood_is_told_to_wait(town: Town, api: TestClient) -> None:
    header = key(town, "statistics:read")
    codes = [api.get("/statistics/2026-11", headers=header).status_code for _ in range(121)]
    assert set(codes[:120]) == {404} and codes[120] == 429


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1", "9" * 30 + "-1", "１-１"])
def test_a_broken_cursor_is_said_to_be_broken(town: Town, api: TestClient, after: str) -> None:
    answer = api.get("/cases", params={"after": after}, headers=key(town, "cases:read"))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")


def test_its_description_is_the_published_one_and_answers_keep_to_it(town: Town, api: TestClient) -> None:
    described = api.get("/openapi.json").json()
    assert described == json.loads(OPENAPI.read_text("utf-8")), "run: toritsugi api openapi > docs/api/openapi.json"
    town.say(STORY)
    header = key(town, "cases:read")
    for path, status in (("/cases", 200), ("/cases/T-0001", 200), ("/cases/T-9", 404)):
        answer = api.get(path, headers=header)
        spec = described["paths"][path.replace("T-0001", "{number}").replace("T-9", "{number}")]["get"]
        assert answer.status_code == status
        media = next(iter(spec["responses"][str(status)]["content"].values()))
        errors = list(_validator(described, media["schema"]).iter_errors(answer.json()))
        assert not errors


def _validator(described: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": described["components"]})


def test_closing_is_seen_by_who_reads_on(town: Town, api: TestClient) -> None:
    town.say(STORY)
    header, who = key(town, "cases:read"), staff(town)
    first = api.get("/cases", params={"limit": 1}, headers=header).json()
    case, _ = town.case()
    with town.parts.sessions.begin() as session:
        desk.claim(town.office, session, case.id, who, now_ms())
    later = api.get("/cases", params={"after": first["next"]}, headers=header).json()
    assert [one["state"] for one in later["cases"]] == ["claimed"] and later["cases"][0]["owned"] is True


def handed(town: Town, to: str = "kodomo") -> None:
    """The case goes to that desk with a packet, on the consent of the person."""
    who = staff(town)
    case, _ = town.case()
    with town.parts.sessions.begin() as session:
        desk.claim(town.office, session, case.id, who, now_ms())
        desk.hand(
            town.office, session, case.id, who, to, "C0", "話を聞いてください", "電話を続けます", now_ms(),
            heard="きょう窓口で本人から聞いた", by_whom="self",
        )  # fmt: skip


def test_a_packet_is_read_by_the_system_of_the_desk_that_it_went_to_and_each_look_stands(
    town: Town, api: TestClient
) -> None:
    town.say(STORY)
    handed(town)
    whole, other = key(town, "packets:read"), key(town, "packets:read", desk="hokatsu")
    theirs = key(town, "packets:read", desk="kodomo")
    (head,) = api.get("/cases/T-0001/packets", headers=whole).json()
    assert head["basis"] == "C0" and head["recipients"][0]["desk"]["id"] == "kodomo" and "介護" not in str(head)
    assert api.get(f"/packets/{head['number']}", headers=whole).json()["code"] == "no_desk"
    assert api.get(f"/packets/{head['number']}", headers=other).status_code == 404
    body = api.get(f"/packets/{head['number']}", headers=theirs)
    assert body.status_code == 200 and "話を聞いてください" in body.text
    look = town.all(PacketLook)[-1]
    assert (look.way, look.staff_id) == ("api", None) and look.token_id is not None


def test_a_packet_whose_consent_was_taken_back_is_gone_for_systems_too(town: Town, api: TestClient) -> None:
    town.say(STORY)
    handed(town)
    theirs = key(town, "packets:read", desk="kodomo")
    with town.parts.sessions.begin() as session:
        session.execute(update(Packet).values(stopped_at=now_ms()))
    answer = api.get("/packets/P-0001", headers=theirs)
    assert (answer.status_code, answer.json()["code"]) == (410, "stopped") and "話を聞いて" not in answer.text


def test_a_desk_that_was_asked_learns_of_the_case_no_more_than_its_packet_says(town: Town, api: TestClient) -> None:
    town.say(STORY)
    handed(town)
    theirs = key(town, "cases:read", "packets:read", desk="kodomo")
    with town.parts.sessions.begin() as session:
        session.execute(update(Case).values(route="lifeline"))  # that a partner reported it is not theirs to know
    (head,) = api.get("/cases", headers=theirs).json()["cases"]
    assert (head["number"], head["route"], head["path"]) == ("T-0001", "", "")
    assert api.get("/cases/1/packets", headers=theirs).json()[0]["case"] == "T-0001"
    with town.parts.sessions.begin() as session:
        session.execute(update(HandOver).values(basis="C9"))  # nobody is told whose anonymous packet it is
    assert api.get("/cases", headers=theirs).json()["cases"] == []
    assert api.get("/cases/1", headers=theirs).status_code == 404
    assert api.get("/packets/P-0001", headers=theirs).status_code == 200
    with town.parts.sessions.begin() as session:
        session.execute(update(HandOver).values(basis="C0"))
        session.execute(update(Packet).values(stopped_at=now_ms()))
    assert api.get("/cases", headers=theirs).json()["cases"] == [], "consent was taken back"


@pytest.mark.parametrize("period", ["2026-FY%00", "2026%00-11", "%00", "2026-11-01"])
def test_a_period_that_is_none_is_not_found_on_either_database(town: Town, api: TestClient, period: str) -> None:
    assert api.get(f"/statistics/{period}", headers=key(town, "statistics:read")).status_code == 404
