"""Staff, one-time links and sessions (`handoff.login`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import login
from handoff.login_records import ConsoleSession, LoginLink
from handoff.records import Staff
from intake.db import make_engine, make_sessions
from intake.records import Base

NOW = 1_790_000_000_000
TOWN = "mihon"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = make_engine(f"sqlite:///{tmp_path}/t.db", durable=False)
    Base.metadata.create_all(engine)
    with make_sessions(engine).begin() as opened:
        yield opened
    engine.dispose()


@pytest.fixture
def sato(session: Session) -> int:
    return login.add_staff(session, TOWN, "佐藤", "intake", "madoguchi", NOW)


def test_a_link_works_once(session: Session, sato: int) -> None:
    link = login.make_link(session, TOWN, sato, NOW)
    token = login.redeem(session, TOWN, link, NOW + 1)
    found = login.signed_in(session, TOWN, token, NOW + 2)
    assert found is not None and found.staff.name == "佐藤" and not found.stale
    with pytest.raises(login.LoginRefused):
        login.redeem(session, TOWN, link, NOW + 3)


def test_only_hashes_are_stored(session: Session, sato: int) -> None:
    link = login.make_link(session, TOWN, sato, NOW)
    token = login.redeem(session, TOWN, link, NOW)
    stored = [*session.scalars(select(LoginLink.token_hash)), *session.scalars(select(ConsoleSession.token_hash))]
    assert link not in stored and token not in stored and all(len(value) == 64 for value in stored)


@pytest.mark.parametrize("late", [login.LINK_TTL_MS, login.LINK_TTL_MS * 9])
def test_a_link_ends_after_fifteen_minutes(session: Session, sato: int, late: int) -> None:
    link = login.make_link(session, TOWN, sato, NOW)
    with pytest.raises(login.LoginRefused):
        login.redeem(session, TOWN, link, NOW + late)


def test_a_link_of_another_town_or_a_guess_is_refused(session: Session, sato: int) -> None:
    link = login.make_link(session, TOWN, sato, NOW)
    for tenant, token in (("other", link), (TOWN, "guess"), (TOWN, ""), (TOWN, "\ud800")):
        with pytest.raises(login.LoginRefused):
            login.redeem(session, tenant, token, NOW)


def test_sessions_end_when_idle_when_old_and_when_left(session: Session, sato: int) -> None:
    token = login.start_session(session, TOWN, sato, NOW)
    assert login.signed_in(session, TOWN, token, NOW + login.IDLE_MS - 1) is not None
    assert login.signed_in(session, TOWN, token, NOW + login.IDLE_MS) is None
    for minute in range(0, 8 * 60, 20):
        login.touch(session, TOWN, token, NOW + minute * 60_000)
        assert login.signed_in(session, TOWN, token, NOW + minute * 60_000) is not None
    login.touch(session, TOWN, token, NOW + login.ABSOLUTE_MS)
    assert login.signed_in(session, TOWN, token, NOW + login.ABSOLUTE_MS) is None
    other = login.start_session(session, TOWN, sato, NOW)
    login.logout(session, TOWN, other, NOW)
    login.touch(session, TOWN, other, NOW)
    assert login.signed_in(session, TOWN, other, NOW) is None


def test_a_person_who_left_cannot_enter(session: Session, sato: int) -> None:
    link = login.make_link(session, TOWN, sato, NOW)
    token = login.start_session(session, TOWN, sato, NOW)
    login.link_identity(session, TOWN, "slack", "T1:U1", sato)
    session.get_one(Staff, sato).active = False
    session.flush()
    assert login.signed_in(session, TOWN, token, NOW) is None
    assert login.staff_by_identity(session, TOWN, "slack", "T1:U1") is None
    with pytest.raises(login.LoginRefused):
        login.redeem(session, TOWN, link, NOW)
    with pytest.raises(ValueError, match="active"):
        login.make_link(session, TOWN, sato, NOW)


def test_an_identity_belongs_to_one_person(session: Session, sato: int) -> None:
    tanaka = login.add_staff(session, TOWN, "田中", "worker", "hokatsu", NOW)
    login.link_identity(session, TOWN, "slack", "T1:U1", sato)
    login.link_identity(session, TOWN, "slack", "T1:U1", sato)
    found = login.staff_by_identity(session, TOWN, "slack", "T1:U1")
    assert found is not None and found.id == sato and found.role == "intake"
    assert login.staff_by_identity(session, "other", "slack", "T1:U1") is None
    with pytest.raises(ValueError, match="somebody else"):
        login.link_identity(session, TOWN, "slack", "T1:U1", tanaka)
    with pytest.raises(ValueError, match="no such"):
        login.link_identity(session, "other", "slack", "T1:U9", sato)


@pytest.mark.parametrize(("name", "role"), [("佐藤", "root"), (" ", "intake"), ("あ" * 65, "intake")])
def test_bad_staff_is_refused(session: Session, name: str, role: str) -> None:
    with pytest.raises(ValueError, match=r"role|name"):
        login.add_staff(session, TOWN, name, role, "", NOW)
