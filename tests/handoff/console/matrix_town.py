"""A town for the matrix: one case of every kind, each with canaries of its own in everything that it holds."""

from __future__ import annotations

from dataclasses import dataclass

from console_town import TOWN, Town, add_case, reading
from sqlalchemy import select, update

from handoff import desk, drafts, facts, folding, leaving, lessons, login, offers, people, queue, reporters, resources
from handoff.login_records import ConsoleSession
from handoff.office import StaffRef
from handoff.records import Call, HandOver, History, Staff, Ticket
from intake import cases, given
from intake.records import Case, Contact, Message, Outgoing
from triage.assessment import Urgency

OBJECTS = ("own", "desk", "elsewhere", "folded", "handed", "closed", "erased", "practice", "foreign")
"""`own` is 田中's, `desk` stands in their desk's queue; the rest is 鈴木's or nobody's, `foreign` another town's.

`handed` was handed to 地域包括支援センター, which did not answer yet: 包 works there and may read the packet alone.
"""
TO_WORKER = frozenset({"own", "desk"})
TO_INTAKE = frozenset(OBJECTS) - {"foreign"}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, by which session (`token`, "" for nobody), and which objects they may see.

    `asked`: whose packet they may read and which they may answer for, without seeing the case.
    """

    name: str
    role: str
    token: str
    sees: frozenset[str]
    asked: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()


def fill(town: Town) -> None:
    """All the objects, and who works at the desk that was asked, and two who are 推進員 beside their role."""
    with town.sessions.begin() as session:
        for key, name, desk_id in (("hana", "包", "hokatsu"), ("tsuji", "辻", "kodomo")):
            staff_id = login.add_staff(session, TOWN, name, "worker", desk_id, town.now)
            town.staff[key] = StaffRef(staff_id, TOWN, name, "worker", desk_id)
        for key in ("tsuji", "kato"):
            people.entitle(town.office, session, None, town.staff[key].id, ["coordinator"], town.now)
            found = login.staff_ref(session, TOWN, town.staff[key].id, town.now)
            assert found is not None
            town.staff[key] = found
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
        Viewer("hana", "worker", tokens["hana"], nothing, asked=frozenset({"handed"})),
        Viewer("tsuji", "worker", tokens["tsuji"], TO_WORKER, titles=frozenset({"coordinator"})),
        Viewer("kato", "manager", tokens["kato"], nothing),
        Viewer("mori", "auditor", tokens["mori"], nothing),
        *(Viewer(name, "", tokens.get(name, ""), nothing) for name in ("nobody", "gone", "idle", "other")),
    )


def handed_over(town: Town) -> tuple[int, int]:
    """The ids of the つなぎ of `handed` and of its packet."""
    with town.sessions() as session:
        over = session.scalars(select(HandOver).where(HandOver.case_id == town.case["handed"])).one()
        assert over.packet_id is not None
        return over.id, over.packet_id


def things(town: Town, who: str) -> dict[str, str]:
    """New things that stand beside the cases, by the name of their id in a path; the lesson is written by `who`."""
    office, now = town.office, town.now
    with town.sessions.begin() as session:
        card = resources.write(office, session, town.staff["suzuki"], {"name": "畑の手伝い", "kind": "work"}, now)
        offer = offers.take(office, session, "goods", "お米を寄付したいです。", now, reach="")
        month = facts.month_of(now)
        lesson = lessons.write(office, session, town.staff[who], "lack", month, "care", "夜の送迎がありません。", now)
    return {"{card_id}": str(card), "{offer_id}": str(offer), "{lesson_id}": str(lesson)}


def canaries(viewer: Viewer, packet_of: str = "") -> frozenset[str]:
    """What must not stand in anything that this person reads. `packet_of`: they read the packet of this one, which
    tells whom it is about and what they said, but no memo of staff."""
    never = {f"{mark}{name}カナリア" for name in OBJECTS for mark in ("D", "R")} | {f"U{name}" for name in OBJECTS}
    hidden = set(OBJECTS) - viewer.sees | {"erased"}
    marks = {name: ("M",) if name == packet_of else ("W", "N", "M", "P") for name in hidden}
    return frozenset(never | {f"{mark}{name}カナリア" for name, kept in marks.items() for mark in kept})


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
