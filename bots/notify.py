"""Calls and notices by e-mail, SMS, webhook, Teams … (Slack のほかの知らせ), through apprise.

What is sent holds a case's label, its urgency, how long it waits and links: nothing of the person. An address holds
passwords, so neither it nor what apprise says about it is ever logged.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bots.parts import Parts, Tenant
from bots.settings import BadSettings, TenantSettings
from bots.settled import Settled
from handoff import calls, digest, handing_rows, ledger, reminders, rota, staff_notes, ticket
from handoff.number import label_of
from handoff.promise import answered
from handoff.records import Call, Staff, Ticket
from intake.clock import now_ms
from intake.db import reading
from intake.records import Case, Outgoing
from intake.seal import Cell
from triage.assessment import Urgency
from triage.labels import URGENCY_JA

if TYPE_CHECKING:
    import apprise

TIMEOUT_S = 10.0
_BACKOFF = (5.0, 15.0, 60.0, 120.0)
CALL_TITLE = "取次：今すぐ確認してください"
_TITLES = {
    "page": CALL_TITLE,
    "reminder": "取次：担当を待っている相談があります",
    "health": "取次：機械が読めていない相談があります",
    "glass": "取次：LINE の利用者番号が開かれました",
    "pass": "取次：緊急の閲覧がありました",
    "nudge": "取次：返事の期限が近い相談があります",
    "handing": "取次：相談に動きがあります",
    "digest": "取次：けさのまとめ",
    "stranger": "取次：Slack のチャンネルに、登録のない人がいます",
}


@dataclass(frozen=True, slots=True)
class Notifier:
    """One town's addresses by name. Safe to share between threads."""

    addresses: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def of(cls, settings: TenantSettings) -> Notifier:
        """Those of the settings. Raises `BadSettings` for an address that apprise cannot read; it is not quoted."""
        made = cls({name: tuple(url.get_secret_value() for url in urls) for name, urls in settings.notify.items()})
        for name, urls in made.addresses.items():
            if not all(_readable(url) for url in urls):
                raise BadSettings(f"呼び出し先「{name}」の宛先が読めません (TORITSUGI_TENANTS__…__NOTIFY)。")
        return made

    def send(self, names: Iterable[str], title: str, body: str) -> dict[str, bool]:
        """Which of the names took it, each tried by itself: a name with several addresses took it if one did."""
        took: dict[str, bool] = {}
        for name in names:
            each = [_sent(url, title, body) for url in self.addresses.get(name, ())]
            took[name] = any(each)
        return took


def deliver_notify(parts: Parts, notifier: Notifier | None, row: Outgoing) -> Settled:
    """Send the row and say what became of it: sent if one address took it. Never raises for what an address answers."""
    if notifier is None:
        return Settled("failed", error="no_address")
    tenant = parts.tenants[row.tenant]
    asked = _asked(parts, row)
    with reading(parts.sessions) as session:
        words = _words(session, tenant, row, asked, parts.settings.base_url)
    if words is None:
        return Settled("dropped", error="taken")
    names = asked.to or rota.names_of(tenant.pack.on_call, 0) or tuple(notifier.addresses)
    if any(notifier.send(names, _TITLES.get(row.purpose, "取次"), words).values()):
        return Settled("sent", via="post")
    return Settled("waiting", error="not_taken", wait_seconds=_BACKOFF[min(row.attempts, len(_BACKOFF)) - 1])


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a row says: whom to tell, of which round of which call, or of which desk."""

    to: tuple[str, ...] = ()
    call: int = 0
    round: int = 0
    desk: str = ""
    kind: str = ""
    """Of a word to staff (`handoff.staff_notes.WORDS_JA`), with the desk it goes to, the one it names, who is meant."""
    to_desk: str = ""
    desk_name: str = ""
    staff: int = 0


def _asked(parts: Parts, row: Outgoing) -> _Asked:
    """What the row asks for. Raises `KeyDestroyed` for an erased case."""
    if row.body_sealed is None:
        return _Asked()
    found = parts.vault.sealer.open_text(Cell(row.tenant, "outgoing", "body_sealed", row.id), row.body_sealed)
    asked = json.loads(found)
    known = {one.name for one in fields(_Asked)}
    return _Asked(**{name: value for name, value in asked.items() if name in known} | {"to": tuple(asked["to"])})


def _words(session: Session, tenant: Tenant, row: Outgoing, asked: _Asked, url: str) -> str | None:
    """The text of ours, None when it need not be said any more."""
    if row.case_id is None:
        return _of_the_town(session, tenant, row, asked, url)
    found = ledger.case_and_ticket(session, tenant.name, row.case_id)
    if found is None or found[0].erased_at is not None:
        return None
    case, waiting = found
    console = f"{url}/console/cases/{case.id}"
    opened = {
        "glass": f"相談 {_label(case)} で開かれました。閲覧の記録を確かめてください。\n{url}/console/audit",
        "pass": f"相談 {_label(case)} を、ほかの窓口の人が開きました。確かめてください。\n{url}/console/passes",
    }
    if row.purpose in opened:
        return opened[row.purpose]
    urgency = URGENCY_JA[Urgency(waiting.urgency)]
    minutes = max(now_ms() - waiting.waiting_since, 0) // 60_000
    head = f"相談 {_label(case)}\n緊急度：{urgency}\n待っている時間：{minutes} 分"
    if row.purpose in ("reminder", "nudge"):
        state = ticket.State(waiting.state)
        free = waiting.owner_id is None and state in ticket.IN_QUEUE
        owned = state in ticket.OWNED and not answered(waiting)
        if not (free if row.purpose == "reminder" else owned):
            return None
        said = (reminders.why_ja(waiting, now_ms()), reminders.deadline_ja(waiting, now_ms()))
        return "\n".join([head, *filter(None, said), console])
    if row.purpose == "handing":
        return _of_handing(session, case, waiting, asked, url)
    call = session.get(Call, asked.call)
    if call is None or call.state != "open" or _overtaken(call, row, asked):
        return None
    link = f"{url}/call/{calls.link_token(tenant.office.audit_key, call.id)}"
    press = f"見る人は、ここを開いてボタンを押してください（呼び出しが止まります）：\n{link}"
    return f"{head}\n\n{press}\n\n相談の画面：\n{console}"


def _of_handing(session: Session, case: Case, waiting: Ticket, asked: _Asked, url: str) -> str:
    """A word to staff about a つなぎ. A desk that only was asked reads no more of the case than its own page says."""
    said = staff_notes.WORDS_JA.get(asked.kind, "つなぎに動きがあります。「つなぎの流れ」を確かめてください。")
    said = said.format(desk=asked.desk_name)
    if asked.kind in staff_notes.TO_ASKED:
        return f"{handing_rows.named_to(session, case, asked.to_desk)}\n{said}\n{url}/console/incoming"
    meant = session.get(Staff, asked.staff) if asked.staff else None
    whose = [f"あて先：{meant.name}さん"] if meant is not None and meant.active else []
    if asked.kind == staff_notes.ADVISED:  # who asked reads the answer, and does not see the case
        return "\n".join([f"相談 {_label(case)}", said, *whose, f"{url}/console/asked"])
    urgency = f"緊急度：{URGENCY_JA[Urgency(waiting.urgency)]}"
    return "\n".join([f"相談 {_label(case)}", urgency, said, *whose, f"{url}/console/cases/{case.id}"])


def _of_the_town(session: Session, tenant: Tenant, row: Outgoing, asked: _Asked, url: str) -> str:
    """What is about no single case."""
    if row.purpose == "digest":
        figures = digest.gather(tenant.office, session, asked.desk, now_ms())
        return "\n".join([digest.title_ja(figures), *digest.lines_ja(figures), f"{url}/console/"])
    if row.purpose == "stranger":
        do = "Slack に出すのを止めています。toritsugi slack doctor で、だれかを確かめてください。"
        return f"{do}\n{url}/console/trouble"
    return f"受付の画面を開いて、人の目で確かめてください。\n{url}/console/"


def _overtaken(call: Call, row: Outgoing, asked: _Asked) -> bool:
    """Whether a later round was made since this one failed: it calls by itself, and this one would only pile up."""
    return row.attempts > 1 and asked.round != call.step - 1


def _label(case: Case) -> str:
    return label_of(case.number, case.route)


def _readable(url: str) -> bool:
    import apprise

    _silence()
    return apprise.Apprise.instantiate(url) is not None


def _sent(url: str, title: str, body: str) -> bool:
    """Whether this address took it."""
    import apprise  # a hundred services: read when somebody is called for the first time

    _silence()
    asset = _asset()
    address = apprise.Apprise.instantiate(url, asset=asset)
    if not isinstance(address, apprise.NotifyBase):
        return False
    address.socket_connect_timeout = address.socket_read_timeout = TIMEOUT_S
    way = apprise.Apprise(asset=asset)
    way.add(address)
    return bool(way.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT, timeout=3 * TIMEOUT_S))


def _asset() -> apprise.AppriseAsset:
    """How apprise behaves here: our name (it stands in headers, so in ASCII), one address at a time, nothing kept."""
    import apprise

    return apprise.AppriseAsset(
        app_id="Toritsugi", app_desc="Toritsugi", app_url="", async_mode=False, secure_logging=True
    )


def _silence() -> None:
    """Apprise writes addresses and answers to its log, and the HTTP client below it writes paths."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    logging.getLogger("urllib3").setLevel(logging.ERROR)
