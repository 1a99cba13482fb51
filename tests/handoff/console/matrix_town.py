"""A town for the matrix: one case of every kind, each with canaries of its own in everything that it holds."""

from __future__ import annotations

from dataclasses import dataclass

from console_town import TOWN, Town, add_case, reading
from sqlalchemy import update

from handoff import desk, drafts, folding, leaving, login, queue, reporters
from handoff.login_records import ConsoleSession
from handoff.office import StaffRef
from handoff.records import Call, History, Staff, Ticket
from intake import cases, given
from intake.records import Case, Contact, Message, Outgoing
from triage.assessment import Urgency

OBJECTS = ("own", "desk", "elsewhere", "folded", "handed", "closed", "erased", "practice", "foreign")
"""`own` is 田中's, `desk` stands in their desk's queue; the rest is 鈴木's or nobody's, `foreign` another town's."""
TO_WORKER = frozenset({"own", "desk"})
TO_INTAKE = frozenset(OBJECTS) - {"foreign"}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, by which session (`token`, "" for nobody), and which objects they may see."""

    name: str
    role: str
    token: str
    sees: frozenset[str]


def fill(town: Town) -> None:
    """All the objects."""
    for name in OBJECTS:
        _case(town, name)
    with town.sessions.begin() as session:
        office, suzuki, tanaka = town.office, town.staff["suzuki"], town.staff["tanaka"]
        for name in ("own", "desk"):
            session.get_one(Ticket, town.case[name]).owner_desk = tanaka.desk
        session.flush()
        desk.claim(office, session, town.case["own"], tanaka, town.now)
        for name in ("elsewhere", "handed", "closed"):
            desk.claim(office, session, town.case[name], suzuki, town.now)
        for name in OBJECTS:
            if name != "foreign":
                drafts.save(office, session, town.case[name], suzuki, f"D{name}カナリア", town.now)
        desk.hand(office, session, town.case["handed"], suzuki, "hokatsu", "C3", "お願い", "続ける", town.now)
        desk.close(office, session, town.case["closed"], suzuki, "done", "", town.now)
        folding.fold(office, session, town.case["folded"], town.case["elsewhere"], suzuki, town.now)
        session.get_one(Ticket, town.case["practice"]).practice = True
        erased = session.get_one(Case, town.case["erased"])
        queue.erased(office, session, erased, session.get_one(Ticket, erased.id), town.now)
        cases.erase_case(session, erased, town.now)
        _abroad(session, town.case["foreign"])


def viewers(town: Town) -> tuple[Viewer, ...]:
    """Everybody who may knock."""
    with town.sessions.begin() as session:
        for key, name in (("gone", "退職"), ("idle", "停止")):
            staff_id = login.add_staff(session, TOWN, name, "intake", "marugoto", town.now)
            town.staff[key] = StaffRef(staff_id, TOWN, name, "intake", "marugoto")
        tokens = {name: login.start_session(session, TOWN, one.id, town.now) for name, one in town.staff.items()}
        other = login.add_staff(session, "other", "よその町", "intake", "", town.now)
        tokens["other"] = login.start_session(session, "other", other, town.now)
        leaving.hand_over(town.office, session, None, town.staff["gone"].id, {}, town.now)
        session.get_one(Staff, town.staff["idle"].id).active = False
        # a session that somebody forgot to end
        session.execute(
            update(ConsoleSession).where(ConsoleSession.staff_id == town.staff["gone"].id).values(revoked_at=None)
        )
    nothing: frozenset[str] = frozenset()
    return (
        Viewer("sato", "intake", tokens["sato"], TO_INTAKE),
        Viewer("tanaka", "worker", tokens["tanaka"], TO_WORKER),
        Viewer("kato", "manager", tokens["kato"], nothing),
        Viewer("mori", "auditor", tokens["mori"], nothing),
        *(Viewer(name, "", tokens.get(name, ""), nothing) for name in ("nobody", "gone", "idle", "other")),
    )


def canaries(viewer: Viewer) -> frozenset[str]:
    """What must not stand in anything that this person reads."""
    never = {f"{mark}{name}カナリア" for name in OBJECTS for mark in ("D", "R")} | {f"U{name}" for name in OBJECTS}
    hidden = set(OBJECTS) - viewer.sees | {"erased"}
    return frozenset(never | {f"{mark}{name}カナリア" for name in hidden for mark in ("W", "N", "M", "P")})


def _case(town: Town, name: str) -> None:
    words = f"W{name}カナリアの水道が止まります"
    route = "lifeline" if name == "elsewhere" else "resident"
    case_id = add_case(town, name, words, reading(words, {"水道": "lifeline_stop"}, Urgency.HIGH), route=route)
    office = town.office
    with town.sessions.begin() as session:
        case = session.get_one(Case, case_id)
        contact = session.get_one(Contact, case.contact_id)
        cases.keep_name(office.vault, contact, f"N{name}カナリア")
        case.identity = "name"
        given.keep_answer(office.sealer, case, "phone", f"P{name}カナリア", None)
        desk.note(office, session, case_id, town.staff["suzuki"], f"M{name}カナリア", town.now)
        about = reporters.About("SUIDO-01", "みほん水道", f"R{name}カナリア", "", "web")
        reporters.keep(session, office.vault, case, about, town.now)


def _abroad(session: object, case_id: int) -> None:
    for table in (Ticket, Message, History, Outgoing, Call):
        session.execute(update(table).where(table.case_id == case_id).values(tenant="other"))  # type: ignore[attr-defined]
    session.execute(update(Case).where(Case.id == case_id).values(tenant="other"))  # type: ignore[attr-defined]
