"""The digest's job (朝のまとめの仕事): once a day for each desk, at its opening, in Slack or by notices.

The job of a day is written as soon as somebody works, as a durable timer; it runs late when nobody worked at the
opening, as long as the desk is still open. Its rows are written once whatever happens (`Outgoing.dedupe`).
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bots.durable import TIMERS, Job
from bots.parts import Parts, Tenant
from bots.patience import patiently
from handoff import digest, rota
from handoff.clock import TOKYO
from intake.clock import now_ms, to_datetime
from intake.db import reading
from intake.outbox import Draft

ADDRESS = "digest"
"""The address of `[tenants.*.notify]` that the town's digest goes to; a desk's own is `digest-<desk id>`."""
_EARLY_S = 60.0


def plan(parts: Parts, known: set[str], now: int) -> None:
    """Write the jobs of today and tomorrow that are not `known` to be written; safe in several processes."""
    today = _day(now)
    for job in (
        job
        for tenant in parts.tenants.values()
        for desk in tenant.office.pack.desks
        for day in (today, today + timedelta(days=1))
        if (job := _job(tenant, desk.id, day, now)) is not None and job.id not in known
    ):
        parts.jobs.put_now(job)
        known.add(job.id)


def digest_due(parts: Parts, tenant: str, desk_id: str, day: str, *, now: int | None = None) -> str:
    """The opening of a desk on a day (`2026-11-24`) has come.

    Returns `written`, `over` (another day, or the desk has closed), `closed` (it does not open today), `later` (it
    opens later than was thought), `nothing` (a desk without a channel of its own where nothing waits) or `gone`.
    """
    return patiently("digest", lambda: _due(parts, tenant, desk_id, day, now_ms() if now is None else now))


def _due(parts: Parts, name: str, desk_id: str, day: str, now: int) -> str:
    tenant = parts.tenants.get(name)
    if tenant is None:
        return "gone"
    if day != _day(now).isoformat():
        return "over"
    opens = digest.opening(tenant.office.pack, desk_id, date.fromisoformat(day))
    if opens is None:
        return "closed"
    at = to_datetime(now)
    if at >= opens[1]:
        return "over"
    if (opens[0] - at).total_seconds() > _EARLY_S:
        seconds = (opens[0] - at).total_seconds()
        parts.jobs.put_now(_named(tenant, desk_id, day, seconds, f"-{opens[0]:%H%M}"))
        return "later"
    with parts.sessions.begin() as session:
        return _write(parts, session, tenant, desk_id, day, now)


def _write(parts: Parts, session: Session, tenant: Tenant, desk_id: str, day: str, now: int) -> str:
    own = _own_way(tenant, desk_id)
    town = desk_id == tenant.office.pack.fallback
    if not (own or town) and digest.gather(tenant.office, session, desk_id, now).empty:
        return "nothing"
    key_id = parts.vault.keys.of_day(tenant.name, "inbox", now, "notices")

    slack = tenant.settings.slack
    place = slack.channels.get(desk_id, "") if slack is not None else ""

    def put(channel: str, dedupe: str, **about: object) -> bool:
        body, where = json.dumps({"desk": desk_id, **about}), place if channel == "slack" else ""
        draft = Draft(tenant.name, channel, "digest", dedupe, key_id=key_id, body=body, place=where)
        return parts.outbox.put(session, draft) is not None

    put("slack", f"digest-{desk_id}-{day}")
    for address in _addresses(tenant, desk_id):
        put("notify", f"notify-digest-{desk_id}-{day}-{address}", to=[address])
    return "written"


def _addresses(tenant: Tenant, desk_id: str) -> tuple[str, ...]:
    """Whom the digest reaches beside Slack: the address made for it, else (without Slack) the first of the rota."""
    pack, known = tenant.office.pack, tenant.settings.notify
    if f"{ADDRESS}-{desk_id}" in known:
        return (f"{ADDRESS}-{desk_id}",)
    if desk_id != pack.fallback:
        return ()
    if ADDRESS in known:
        return (ADDRESS,)
    if tenant.settings.slack is not None:
        return ()
    return tuple(name for name in rota.names_of(pack.on_call, 0, opened=True) if name in known) or tuple(known)[:1]


def _own_way(tenant: Tenant, desk_id: str) -> bool:
    slack = tenant.settings.slack
    return f"{ADDRESS}-{desk_id}" in tenant.settings.notify or (slack is not None and desk_id in slack.channels)


def _job(tenant: Tenant, desk_id: str, day: date, now: int) -> Job | None:
    opens = digest.opening(tenant.office.pack, desk_id, day)
    at = to_datetime(now)
    if opens is None or at >= opens[1]:
        return None
    return _named(tenant, desk_id, day.isoformat(), max((opens[0] - at).total_seconds(), 0.0))


def _named(tenant: Tenant, desk_id: str, day: str, seconds: float, again: str = "") -> Job:
    name = f"digest-{tenant.name}-{desk_id}-{day}{again}"
    return Job(TIMERS, "digest", name, f"digest:{tenant.name}:{desk_id}", (tenant.name, desk_id, day), seconds)


def words(parts: Parts, tenant: Tenant, desk_id: str, now: int) -> tuple[str, tuple[str, ...]]:
    """The digest as it is now: its title and its lines."""
    with reading(parts.sessions) as session:
        found = digest.gather(tenant.office, session, desk_id, now)
    return digest.title_ja(found), digest.lines_ja(found)


def _day(now: int) -> date:
    local: datetime = to_datetime(now).astimezone(TOKYO)
    return local.date()
