"""The people of the desk (職員): who they are, what they may, how they come in. For 管理; never commits.

Callers have checked that who acts is 管理 (`by`), or the command line (`by` None). Nobody removes the last 管理, nor
changes themselves: a town must not lock itself out. What somebody may see follows their row at once, because every
request reads it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import ledger, login, passes
from handoff.login_records import ConsoleSession, Identity, LoginLink
from handoff.office import Conflict, NotFound, Office, Refused, StaffRef
from handoff.records import Staff, Ticket
from handoff.ticket import OPEN

SLACK = "slack"
TITLE_JA = {"coordinator": "相談支援包括化推進員", "csw": "CSW", "professional": "専門職"}
"""What somebody is beside their role (肩書き); 推進員 bring together what belongs together."""
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,30}")


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the list. `ways`: how they can come in (`slack`, `oidc`); `holding`: open cases they own."""

    id: int
    name: str
    role: str
    desk: str
    active: bool
    left_at: int | None
    ways: tuple[str, ...]
    slack: str
    last_seen: int | None
    invited_until: int | None
    holding: int
    titles: tuple[str, ...] = ()
    """Keys of `TITLE_JA`."""


def people(session: Session, tenant: str, now: int) -> tuple[Person, ...]:
    """Everybody, who is here before who has left, in the order of their names."""
    rows = session.scalars(select(Staff).where(Staff.tenant == tenant)).all()
    tied: dict[int, list[Identity]] = {}
    for identity in session.scalars(select(Identity).where(Identity.tenant == tenant)):
        tied.setdefault(identity.staff_id, []).append(identity)
    seen = _by_staff(session, ConsoleSession.staff_id, func.max(ConsoleSession.seen_at), tenant, ConsoleSession.tenant)
    unused = (LoginLink.kind == "invite", LoginLink.used_at.is_(None), LoginLink.expires_at > now)
    invited = _by_staff(
        session, LoginLink.staff_id, func.max(LoginLink.expires_at), tenant, LoginLink.tenant, *unused
    )  # fmt: skip
    holding = _by_staff(
        session, Ticket.owner_id, func.count(), tenant, Ticket.tenant, Ticket.state.in_(OPEN)
    )  # fmt: skip
    found = [
        Person(
            id=row.id,
            name=row.name,
            role=row.role,
            desk=row.desk,
            active=row.active,
            left_at=row.left_at,
            ways=tuple(sorted({SLACK if one.issuer == SLACK else "oidc" for one in tied.get(row.id, [])})),
            slack=next((one.subject for one in tied.get(row.id, []) if one.issuer == SLACK), ""),
            last_seen=seen.get(row.id),
            invited_until=invited.get(row.id),
            holding=holding.get(row.id, 0),
            titles=tuple(title for title in TITLE_JA if title in row.titles.split(",")),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (not one.active, one.name, one.id)))


def person(session: Session, tenant: str, staff_id: int, now: int) -> Person:
    """One of them. Raises `NotFound`."""
    found = next((one for one in people(session, tenant, now) if one.id == staff_id), None)
    if found is None:
        raise NotFound("not_found", "その職員は見つかりません。")
    return found


def add(office: Office, session: Session, by: StaffRef | None, name: str, role: str, desk: str, now: int) -> int:
    """A new person; their id. Raises `Refused("bad_name" | "bad_role" | "bad_desk" | "desk_needed")`."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise Refused("bad_name", "名前は 1〜64 文字で書いてください。")
    _check_place(office, role, desk)
    staff_id = login.add_staff(session, office.tenant, name, role, desk, now)
    book(office, session, by, "staff_added", staff_id, now)
    return staff_id


def change(
    office: Office, session: Session, by: StaffRef | None, staff_id: int, role: str, desk: str, now: int
) -> None:
    """Another role or desk, from their next request on; their passes end.

    Raises `Refused("self" | "last_manager" | "holding")`, and what `add` raises. Who still owns open cases hands them
    over first (`handoff.leaving`): otherwise a case would belong to somebody of another desk, or without sight of it.
    """
    row = locked(session, office.tenant, staff_id)
    _check_place(office, role, desk)
    if (row.role, row.desk) == (role, desk):
        return
    if role != row.role:
        keep_safe(session, row, by)
    held = session.scalar(
        select(func.count()).where(
            Ticket.tenant == office.tenant, Ticket.owner_id == staff_id, Ticket.state.in_(OPEN)
        )
    )  # fmt: skip
    if held and not (role == "intake" and row.role == "worker" and desk == row.desk):
        raise Refused("holding", f"担当している相談が {held} 件あります。さきに「引きつぎ」で渡してください。")
    row.role, row.desk = role, desk
    passes.end_of(session, office.tenant, staff_id, now)
    book(office, session, by, "staff_changed", staff_id, now, f"{role} {desk}".strip())


def entitle(
    office: Office, session: Session, by: StaffRef | None, staff_id: int, titles: Iterable[str], now: int
) -> None:
    """肩書き: what they are beside their role, from their next request on. Raises `Refused("bad_title")`."""
    row, wanted = locked(session, office.tenant, staff_id), set(titles)
    if not wanted <= set(TITLE_JA):
        raise Refused("bad_title", "肩書きを選んでください。")
    told = ",".join(title for title in TITLE_JA if title in wanted)
    if told == row.titles:
        return
    row.titles = told
    book(office, session, by, "staff_changed", staff_id, now, told or "-")


def invite(office: Office, session: Session, by: StaffRef | None, staff_id: int, now: int) -> str:
    """The token of an invitation for `/console/invite/{token}`: 72 hours, once; older ones end."""
    locked(session, office.tenant, staff_id)
    token = login.make_link(
        session, office.tenant, staff_id, now, login.INVITE_TTL_MS, kind="invite", by=by.id if by else None
    )
    book(office, session, by, "staff_invited", staff_id, now)
    return token


def link_slack(
    office: Office, session: Session, by: StaffRef | None, staff_id: int, team: str, user: str, now: int
) -> None:
    """Tie the Slack account `user` of workspace `team` to this person instead of what was tied before; "" unties.

    Raises `Refused("no_slack" | "bad_slack")`, `Conflict("taken")`.
    """
    row = locked(session, office.tenant, staff_id)
    user = user.strip()
    if not team:
        raise Refused("no_slack", "この自治体には Slack の設定がありません。")
    if user and not _SLACK_ID.fullmatch(user):
        raise Refused("bad_slack", "Slack の利用者 id は U か W で始まる英数字です。表示名ではありません。")
    subject = f"{team}:{user}"
    mine = select(Identity).where(
        Identity.tenant == office.tenant, Identity.staff_id == row.id, Identity.issuer == SLACK
    )
    known = session.scalars(mine).all()
    if user and [one.subject for one in known] == [subject]:
        return
    for one in known:
        session.delete(one)
    session.flush()
    if known:
        book(office, session, by, "identity_unlinked", staff_id, now, SLACK)
    if user:
        try:
            login.link_identity(session, office.tenant, SLACK, subject, staff_id)
        except ValueError:
            raise Conflict("taken", "その Slack の id は、ほかの職員に結びついています。") from None
        book(office, session, by, "identity_linked", staff_id, now, SLACK)


def locked(session: Session, tenant: str, staff_id: int, also: Iterable[int] = ()) -> Staff:
    """The active person, with every 管理 of the town locked beside them: two must not remove each other at once.

    `also`: who else must stay as they are until the end. Raises `NotFound`.
    """
    wanted = (Staff.role == "manager") | Staff.id.in_((staff_id, *also))
    rows = session.scalars(
        select(Staff)
        .where(Staff.tenant == tenant, Staff.active.is_(True), wanted)
        .order_by(Staff.id)
        # Against who acts meanwhile (`acting.here`), and not against rows that merely name somebody.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    found = next((row for row in rows if row.id == staff_id), None)
    if found is None:
        raise NotFound("not_found", "その職員は見つかりません。")
    return found


def keep_safe(session: Session, row: Staff, by: StaffRef | None) -> None:
    """Raises `Refused("self")`, or `Refused("last_manager")` when nobody could look after the people any more."""
    if by is not None and by.id == row.id:
        raise Refused("self", "自分のことは、ほかの管理の人がかえます。")
    others = select(func.count()).where(
        Staff.tenant == row.tenant, Staff.role == "manager", Staff.active.is_(True), Staff.id != row.id
    )
    if row.role == "manager" and not session.scalar(others):
        raise Refused("last_manager", "管理の人がいなくなります。さきに、ほかの人を管理にしてください。")


def book(
    office: Office, session: Session, by: StaffRef | None, action: str, about: int, now: int, detail: str = ""
) -> None:
    """The audit entry: by whom, about whom (`#id`), how; "cli" for the command line."""
    told = " ".join(part for part in (f"#{about}", detail, "" if by else "cli") if part)
    ledger.audit(
        session, office.audit_key, office.tenant, at=now, action=action, staff_id=by.id if by else None, detail=told
    )


def _check_place(office: Office, role: str, desk: str) -> None:
    if role not in login.ROLES:
        raise Refused("bad_role", "役割を選んでください。")
    if desk and desk not in {known.id for known in office.pack.desks}:
        raise Refused("bad_desk", "その窓口はありません。")
    if role == "worker" and not desk:
        raise Refused("desk_needed", "担当の人には、窓口を選んでください。")


def _by_staff(session: Session, key: object, value: object, tenant: str, of: object, *where: object) -> dict[int, int]:
    rows = session.execute(select(key, value).where(of == tenant, *where).group_by(key))  # type: ignore[call-overload]
    return {staff_id: found for staff_id, found in rows if staff_id is not None}
