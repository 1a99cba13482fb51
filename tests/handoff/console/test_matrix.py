"""Role × route × object: nobody reads or does what is not theirs, and absent and forbidden are the same bytes.

The routes come from the console itself. Who may use each stands in `matrix_table.toml`; a new route without a line
there fails the first test, which says what is missing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from console_town import ORIGIN, Town, copy_town, make_town
from fastapi import FastAPI
from matrix_town import OBJECTS, Viewer, canaries, fill, viewers
from sqlalchemy import select, update

from handoff import passes, scope
from handoff.console.guard import csrf_token
from handoff.console.router import make_console
from handoff.login import staff_ref
from handoff.number import label_of
from handoff.records import Ticket
from intake.records import Case

TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "matrix_table.toml").read_text())
RULES: dict[str, Any] = TABLE["routes"]
ABSENT = 7
_ANY = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"
_OTHER_IDS = re.compile(
    r"\{(attachment|link|correction|view|pass|request|desk|card|offer|agenda|lesson|packet)_id\}|\{code\}"
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Path]:
    folder = tmp_path_factory.mktemp("matrix-town")
    made = make_town(folder)
    fill(made)
    made.close()
    return made, folder


@dataclass
class Stage:
    """A town, its console, and who may knock."""

    town: Town
    app: FastAPI
    who: tuple[Viewer, ...]

    def viewer(self, name: str) -> Viewer:
        return next(one for one in self.who if one.name == name)

    @asynccontextmanager
    async def asking(self, viewer: Viewer) -> AsyncIterator[httpx2.AsyncClient]:
        cookies = {"toritsugi": viewer.token} if viewer.token else {}
        headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": csrf_token(b"k" * 32, viewer.token)}
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies, headers=headers) as client:
            yield client


@pytest.fixture
def stage(filled: tuple[Town, Path], tmp_path: Path) -> Iterable[Stage]:
    town = copy_town(*filled, tmp_path)
    app = FastAPI()
    app.include_router(make_console(town.parts(slack_team="T1")))
    yield Stage(town, app, viewers(town))
    town.close()


def routes(town: Town) -> list[str]:
    """「METHOD path」 of every route of the console; the last two catch everything else."""
    found = [(",".join(sorted(route.methods)), route.path) for route in make_console(town.parts()).routes]  # type: ignore[attr-defined]
    return [f"{method} {path}" for method, path in found if method != _ANY]


def address(path: str, object_id: int, town: Town) -> str:
    """The path with `object_id` for the case, real ids where the matrix has some, and an absent one elsewhere."""
    fixed = {
        "{case_id}": str(object_id), "{staff_id}": str(town.staff["suzuki"].id), "{token}": "x" * 43,
        "{name:path}": "base.css", "{section}": "routes",
    }  # fmt: skip
    for name, value in fixed.items():
        path = path.replace(name, value)
    return re.sub(r"\{\w+\}", str(ABSENT), path)


def may(rule: Any, viewer: Viewer, name: str) -> bool:
    """Whether the table lets this person use the route for this object."""
    if rule == "open":
        return True
    if not viewer.role:
        return False
    if rule == "all" or isinstance(rule, list):
        return rule == "all" or viewer.role in rule
    kind, _, role = rule.partition(":")
    assert kind == "case", f"unknown rule {rule}"
    return viewer.role in ((role,) if role else ("intake", "worker")) and name in viewer.sees


def told(viewer: Viewer, said: httpx2.Response, about: str) -> list[str]:
    """What stands in the answer, body or headers, although this person must not read it."""
    body = said.text + "".join(said.headers.values())
    found = sorted(word for word in canaries(viewer) if word in body)
    return [f"{about} tells {found}"] if found else []


def test_every_route_has_its_line(filled: tuple[Town, Path], tmp_path: Path) -> None:
    town = copy_town(*filled, tmp_path)
    known = set(routes(town))
    town.close()
    missing, gone = sorted(known - set(RULES)), sorted(set(RULES) - known)
    assert not missing, f"routes without a line in matrix_table.toml: {missing}"
    assert not gone, f"lines in matrix_table.toml without a route: {gone}"


async def test_what_is_not_theirs_is_absent(stage: Stage) -> None:
    """Every route that the table forbids to somebody, for every object: refused, and the same bytes as for none."""
    wrong: list[str] = []
    for viewer in stage.who:
        async with stage.asking(viewer) as client:
            for route, rule in RULES.items():
                method, path = route.split(" ", 1)
                names = OBJECTS if "{case_id}" in path else ("absent",)
                if viewer.role != "worker":
                    names = tuple(name for name in names if name in ("elsewhere", "foreign", "absent"))
                hidden = [name for name in names if not may(rule, viewer, name)]
                if not hidden or may(rule, viewer, "absent"):
                    continue
                base = await client.request(method, address(path, ABSENT, stage.town))
                wanted = (404,) if viewer.role else (303, 401)
                for name in hidden:
                    said = await client.request(method, address(path, stage.town.case.get(name, ABSENT), stage.town))
                    about = f"{viewer.name} {route} {name}: {said.status_code}"
                    same = (said.status_code, said.content) == (base.status_code, base.content)
                    if said.status_code not in wanted or not same:
                        wrong.append(about)
                    wrong += told(viewer, said, about)
    assert not wrong, "\n".join(wrong)


async def test_what_is_theirs_opens_and_tells_of_nothing_else(stage: Stage) -> None:
    """Every page that the table allows, for every object that they see: it opens, without a word of the others."""
    wrong: list[str] = []
    for viewer in stage.who:
        async with stage.asking(viewer) as client:
            for route, rule in RULES.items():
                method, path = route.split(" ", 1)
                if method != "GET" or route in TABLE["unasked"]:
                    continue
                names = sorted(viewer.sees) if "{case_id}" in path else ["absent"]
                for name in names:
                    if not may(rule, viewer, name):
                        continue
                    said = await client.get(address(path, stage.town.case.get(name, ABSENT), stage.town))
                    about = f"{viewer.name} {route} {name}: {said.status_code}"
                    fine = said.status_code < 400 or _loose(route) or rule == "open"
                    fine = fine or (name == "erased" and said.status_code in (404, 409, 422))
                    if not fine or said.status_code >= 500:
                        wrong.append(about)
                    wrong += told(viewer, said, about)
    assert not wrong, "\n".join(wrong)


async def test_what_they_may_do_tells_of_nothing_else(stage: Stage) -> None:
    """Every act that the table allows, with an empty form: never refused as a stranger's, no word of the others."""
    town, wrong = stage.town, list[str]()
    for name in ("sato", "tanaka", "kato", "mori"):
        viewer = stage.viewer(name)
        async with stage.asking(viewer) as client:
            for route, rule in RULES.items():
                method, path = route.split(" ", 1)
                if method != "POST" or not may(rule, viewer, "own") or route in TABLE["unasked"]:
                    continue
                said = await client.post(address(path, town.case["own"], town), data={"x": "x"})
                strange = said.status_code in (401, 403) or said.status_code >= 500
                strange = strange or (said.status_code == 404 and not _loose(route))
                about = f"{viewer.name} {route}: {said.status_code}"
                if strange and rule != "open":
                    wrong.append(about)
                wrong += told(viewer, said, about)
                _put_back(town)
    assert not wrong, "\n".join(wrong)


async def test_forms_do_not_reach_further_than_addresses(stage: Stage) -> None:
    """Numbers and words in a form: what lies elsewhere is neither opened, nor folded, nor found."""
    town, viewer = stage.town, stage.viewer("tanaka")
    with town.sessions() as session:
        labels = {case.id: label_of(case.number, case.route) for case in session.scalars(select(Case))}
    own = f"/console/cases/{town.case['own']}"
    async with stage.asking(viewer) as client:
        absent = await client.post("/console/goto", data={"q": "T-9999"})
        for name in set(OBJECTS) - viewer.sees:
            label, case_id = labels[town.case[name]], str(town.case[name])
            went = await client.post("/console/goto", data={"q": label})
            same = went.text.replace(label, "").replace("T-9999", ""), absent.text.replace("T-9999", "")
            assert went.status_code == absent.status_code and same[0] == same[1], name
            for q in (f"W{name}カナリア", label, f"N{name}カナリア"):
                found = await client.post("/console/search", data={"q": q})
                body = found.text.replace(q, "")
                assert "カナリアの水道" not in body and case_id not in body, (name, q)
            for form in ({"into": case_id}, {"number": label}):
                said = await client.post(f"{own}/fold", data=form)
                assert said.status_code in (404, 409, 422), (name, form)
            view = await client.get(f"/console/?case={case_id}")
            assert view.status_code == 404, name


def test_the_rule_and_its_sql_are_one(stage: Stage) -> None:
    town = stage.town
    with town.sessions.begin() as session:
        rows = session.scalars(select(Ticket)).all()
        stranger = town.staff["tanaka"]
        number = session.get_one(Case, town.case["elsewhere"]).number
        passes.ask(town.office, session, stranger, str(number), "当直で電話を受けたため", town.now)
        session.flush()
        for one in town.staff.values():
            ref = staff_ref(session, one.tenant, one.id, town.now) or one
            by_sql = set(session.scalars(select(Ticket.case_id).where(*scope.seen(town.office.tenant, ref))))
            by_rule = {row.case_id for row in rows if row.tenant == town.office.tenant and scope.may_see(row, ref)}
            assert by_sql == by_rule, one.name
            assert one.name != "田中" or town.case["elsewhere"] in by_sql


def _loose(route: str) -> bool:
    """Whether the matrix has no real id for all of it, its form would name one more thing, or the mode is off."""
    if route in TABLE["loose"] or _OTHER_IDS.search(route) or "{over_id}" in route:
        return True
    return route.endswith(("/sessions", "/undo", "/retry", "/correct", "/back", "/note_answer"))


def _put_back(town: Town) -> None:
    """田中 has the case again, whatever was done to it."""
    with town.sessions.begin() as session:
        values = {"state": "claimed", "owner_id": town.staff["tanaka"].id, "owner_desk": "kodomo", "folded_into": None}
        session.execute(update(Ticket).where(Ticket.case_id == town.case["own"]).values(**values))
