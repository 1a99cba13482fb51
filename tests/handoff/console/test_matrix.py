"""Role × route × object: nobody reads or does what is not theirs, and absent and forbidden are the same bytes.

The routes come from the console itself. Who may use each stands in `matrix_table.toml`; a new route without a line
there fails the first test, which says what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from console_town import Town, copy_town, make_town
from fastapi import FastAPI
from matrix_stage import ABSENT, RULES, TABLE, Stage, address, may, objects, told
from matrix_town import OBJECTS, fill, handed_over, things, viewers
from sqlalchemy import select, update

from handoff import passes, scope
from handoff.console.router import make_console
from handoff.login import staff_ref
from handoff.number import label_of
from handoff.records import HandOver, Ticket
from intake.records import Case

_ANY = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT"
_FEW = ("elsewhere", "foreign", "absent")
_BESIDE = re.compile(r"\{(card|offer|lesson)_id\}")
_OTHER_IDS = re.compile(r"\{(attachment|link|correction|view|pass|request|desk)_id\}|\{code\}")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Path]:
    folder = tmp_path_factory.mktemp("matrix-town")
    made = make_town(folder)
    fill(made)
    made.close()
    return made, folder


@pytest.fixture
def stage(filled: tuple[Town, Path], tmp_path: Path) -> Iterable[Stage]:
    town = copy_town(*filled, tmp_path)
    app = FastAPI()
    app.include_router(make_console(town.parts(slack_team="T1")))
    yield Stage(town, app, viewers(town), *handed_over(town))
    town.close()


def routes(town: Town) -> list[str]:
    """「METHOD path」 of every route of the console; the last two catch everything else."""
    found = [(",".join(sorted(route.methods)), route.path) for route in make_console(town.parts()).routes]  # type: ignore[attr-defined]
    return [f"{method} {path}" for method, path in found if method != _ANY]


def test_every_route_has_its_line(filled: tuple[Town, Path], tmp_path: Path) -> None:
    town = copy_town(*filled, tmp_path)
    known = set(routes(town))
    town.close()
    missing, gone = sorted(known - set(RULES)), sorted(set(RULES) - known)
    assert not missing, f"routes without a line in matrix_table.toml: {missing}"
    assert not gone, f"lines in matrix_table.toml without a route: {gone}"


async def test_what_is_not_theirs_is_absent(stage: Stage) -> None:
    """Every route that the table forbids to somebody, for every object: refused, and the same bytes as for none."""
    wrong, beside = list[str](), things(stage.town, "suzuki")
    for viewer in stage.who:
        async with stage.asking(viewer) as client:
            for route, rule in RULES.items():
                method, path = route.split(" ", 1)
                names = objects(path)
                if viewer.name != "tanaka" and "{case_id}" in path:  # one worker is asked about every kind of case
                    few = ("own", "elsewhere", "handed", "absent") if viewer.role == "worker" else _FEW
                    names = tuple(name for name in names if name in few)
                hidden = [name for name in names if not may(rule, viewer, name)]
                if not hidden or may(rule, viewer, "absent"):
                    continue
                base = await client.request(method, address(path, "absent", stage))
                wanted = (404,) if viewer.role else (303, 401)
                for name in hidden:
                    said = await client.request(method, address(path, name, stage, beside))
                    about = f"{viewer.name} {route} {name}: {said.status_code}"
                    same = (said.status_code, said.content) == (base.status_code, base.content)
                    if said.status_code not in wanted or not same:
                        wrong.append(about)
                    wrong += told(viewer, said, about)
    assert not wrong, "\n".join(wrong)


async def test_what_is_theirs_opens_and_tells_of_nothing_else(stage: Stage) -> None:
    """Every page that the table allows, for every object that they see: it opens, without a word of the others."""
    wrong, beside = list[str](), things(stage.town, "suzuki")
    for viewer in stage.who:
        async with stage.asking(viewer) as client:
            for route, rule in RULES.items():
                method, path = route.split(" ", 1)
                if method != "GET" or route in TABLE["unasked"]:
                    continue
                names = sorted(viewer.sees | viewer.asked) if "{case_id}" in path else ["absent"]
                for name in names:
                    if not may(rule, viewer, name):
                        continue
                    said = await client.get(address(path, name, stage, beside))
                    about = f"{viewer.name} {route} {name}: {said.status_code}"
                    fine = said.status_code < 400 or _loose(route, name) or rule == "open"
                    fine = fine or (name == "erased" and said.status_code in (404, 409, 422))
                    if not fine or said.status_code >= 500:
                        wrong.append(about)
                    wrong += told(viewer, said, about, name if rule == "asked" and name in viewer.asked else "")
    assert not wrong, "\n".join(wrong)


async def test_what_they_may_do_tells_of_nothing_else(stage: Stage) -> None:
    """Every act that the table allows, with an empty form: never refused as a stranger's, no word of the others."""
    wrong: list[str] = []
    for who in ("sato", "tanaka", "hana", "tsuji", "kato", "mori"):
        viewer = stage.viewer(who)
        async with stage.asking(viewer) as client:
            for route, rule in RULES.items():
                method, path = route.split(" ", 1)
                name = "handed" if "{over_id}" in path else "own"
                if method != "POST" or not may(rule, viewer, name) or route in TABLE["unasked"]:
                    continue
                theirs = who if viewer.role in ("intake", "worker") else "suzuki"
                beside = things(stage.town, theirs) if _BESIDE.search(path) else {}
                said = await client.post(address(path, name, stage, beside), data={"x": "x"})
                strange = said.status_code in (401, 403) or said.status_code >= 500
                strange = strange or (said.status_code == 404 and not _loose(route, name))
                about = f"{viewer.name} {route}: {said.status_code}"
                if strange and rule != "open":
                    wrong.append(about)
                wrong += told(viewer, said, about)
                _put_back(stage)
    assert not wrong, "\n".join(wrong)


async def test_a_packet_opens_under_its_own_case_alone(stage: Stage) -> None:
    """A case that one may see opens no packet of another, not even for 受付, who may read both."""
    own = f"/console/cases/{stage.town.case['own']}/packets"
    for who in ("sato", "tanaka", "tsuji"):
        async with stage.asking(stage.viewer(who)) as client:
            for way in ("", "/pdf", "/xlsx", "/json"):
                absent = await client.get(f"{own}/{ABSENT}{way}")
                said = await client.get(f"{own}/{stage.packet}{way}")
                assert (said.status_code, said.content) == (404, absent.content), (who, way)


async def test_nobody_but_its_writer_and_the_reception_takes_a_lesson_away(stage: Stage) -> None:
    lesson = things(stage.town, "tanaka")["{lesson_id}"]
    for who in ("hana", "tsuji"):
        async with stage.asking(stage.viewer(who)) as client:
            none = await client.post(f"/console/lessons/{ABSENT}/remove")
            said = await client.post(f"/console/lessons/{lesson}/remove")
            assert (said.status_code, said.content) == (404, none.content), who
    async with stage.asking(stage.viewer("tanaka")) as client:
        assert (await client.post(f"/console/lessons/{lesson}/remove")).status_code == 303


async def test_every_link_of_the_menu_opens(stage: Stage) -> None:
    for viewer in (one for one in stage.who if one.role):
        async with stage.asking(viewer) as client:
            menu = re.search(
                r'<nav class="menu".*?</nav>', (await client.get("/console/", follow_redirects=True)).text, re.S
            )
            assert menu, viewer.name
            for link in sorted(set(re.findall(r'href="([^"#]+)"', menu[0]))):
                opened = (await client.get(link)).status_code
                assert opened == 200 or _loose(f"GET {link}", ""), (viewer.name, link, opened)


async def test_forms_do_not_reach_further_than_addresses(stage: Stage) -> None:
    """Numbers and words in a form: what lies elsewhere is neither opened, nor folded, nor found."""
    town, viewer = stage.town, stage.viewer("tanaka")
    with town.sessions() as session:
        labels = {case.id: label_of(case.number, case.route) for case in session.scalars(select(Case))}
    own = f"/console/cases/{town.case['own']}"
    async with stage.asking(viewer) as client:
        answer = {"answer": "receive", "heard": "電話で"}
        none = await client.post(f"{own}/note_answer", data={"over": ABSENT, **answer})
        theirs = await client.post(f"{own}/note_answer", data={"over": stage.over, **answer})
        assert (theirs.status_code, theirs.content) == (404, none.content), "a つなぎ of another case"
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


def _loose(route: str, name: str) -> bool:
    """Whether the matrix has no real id for all of it, its form would name one more thing, or the mode is off."""
    if route in TABLE["loose"] or _OTHER_IDS.search(route):
        return True
    if "{packet_id}" in route and name != "handed":
        return True
    return route.endswith(("/sessions", "/undo", "/retry", "/correct", "/back"))


def _put_back(stage: Stage) -> None:
    """田中 has the case again, whatever was done to it, and nobody answered to the つなぎ."""
    town = stage.town
    with town.sessions.begin() as session:
        values = {"state": "claimed", "owner_id": town.staff["tanaka"].id, "owner_desk": "kodomo", "folded_into": None}
        session.execute(update(Ticket).where(Ticket.case_id == town.case["own"]).values(**values))
        values = {"state": "handed", "owner_id": town.staff["suzuki"].id, "owner_desk": "marugoto"}
        session.execute(update(Ticket).where(Ticket.case_id == town.case["handed"]).values(**values))
        answered = dict.fromkeys(("received_at", "received_by", "settled_at", "settled_by", "reason_sealed"))
        session.execute(update(HandOver).where(HandOver.id == stage.over).values(state="sent", **answered))
