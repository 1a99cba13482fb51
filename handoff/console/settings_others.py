"""設定 › 返事までの時間, Slack, 役割: one small form, and two pages to read."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from handoff import overlay
from handoff.console.parts import console_of
from handoff.console.settings_form import Reader, Sent
from handoff.console.settings_parts import (
    FINE,
    Form,
    Manager,
    ManagerPost,
    Trouble,
    confirm,
    now_of,
    pack_now,
    seen_of,
    settings_page,
)  # fmt: skip
from handoff.console.settings_sections import ROLES, SLA, SLACK
from handoff.overlay_export import sla_table
from handoff.overlay_store import Wish
from handoff.overlay_words import PROMISE_JA, promise_words
from triage.assessment import Urgency
from triage.labels import DOMAIN_JA, URGENCY_JA

RIGHTS: tuple[tuple[str, dict[str, str]], ...] = (
    (
        "相談の一覧と内容を見る",
        {"intake": "町のすべて", "worker": "自分と自分の窓口のもの", "manager": "", "auditor": ""},
    ),
    (
        "返事・つなぐ・保留・閉じる",
        {"intake": "できます", "worker": "自分と自分の窓口のもの", "manager": "", "auditor": ""},
    ),
    ("見立てを直す", {"intake": "できます", "worker": "自分と自分の窓口のもの", "manager": "", "auditor": ""}),
    (
        "自分の窓口の外の相談を、理由を書いて開く",
        {"intake": "", "worker": "できます（監査が見ます）", "manager": "", "auditor": ""},
    ),
    (
        "命の危険のとき、LINE の利用者番号を開く",
        {"intake": "理由を書いて", "worker": "理由を書いて", "manager": "", "auditor": ""},
    ),
    ("電話・窓口の受付を入力する", {"intake": "できます", "worker": "できます", "manager": "", "auditor": ""}),
    (
        "届いたつなぎに返事をする",
        {"intake": "町のすべて", "worker": "自分の窓口のもの", "manager": "", "auditor": ""},
    ),
    ("会議の候補と議題を決める（推進員も）", {"intake": "できます", "worker": "", "manager": "", "auditor": ""}),
    ("本人の請求（開示・訂正など）に答える", {"intake": "できます", "worker": "", "manager": "", "auditor": ""}),
    ("災害モードを入れる・切る", {"intake": "できます", "worker": "", "manager": "できます", "auditor": ""}),
    ("今日の数字を見る", {"intake": "", "worker": "", "manager": "できます", "auditor": ""}),
    ("統計を見る", dict.fromkeys(("intake", "worker", "manager", "auditor"), "できます")),
    ("設定を変える（この画面）", {"intake": "", "worker": "", "manager": "できます", "auditor": ""}),
    (
        "人を招く・役割を変える・やめた人の相談を移す",
        {"intake": "", "worker": "", "manager": "できます", "auditor": ""},
    ),
    ("外部連携の鍵、保存期間と廃棄", {"intake": "", "worker": "", "manager": "できます", "auditor": ""}),
    (
        "閲覧の記録を見る",
        {"intake": "", "worker": "", "manager": "入った・出た・職員のことだけ", "auditor": "すべて"},
    ),
    ("事故の記録", {"intake": "", "worker": "", "manager": "書けます", "auditor": "読めます"}),
    ("協定台帳を見る", {"intake": "できます", "worker": "", "manager": "できます", "auditor": ""}),
    ("自己点検を見る", {"intake": "できます", "worker": "", "manager": "できます", "auditor": "できます"}),
)
"""What each role may do, in words; "" is no."""
_EXAMPLES = (Urgency.EMERGENCY, Urgency.HIGH, Urgency.NORMAL)


def add_others(router: APIRouter) -> None:
    """Put these pages on `router`."""
    router.add_api_route("/settings/sla", sla_page, methods=["GET"])
    router.add_api_route("/settings/sla", sla_sent, methods=["POST"])
    router.add_api_route("/settings/slack", slack_page, methods=["GET"])
    router.add_api_route("/settings/roles", roles_page, methods=["GET"])


def sla_page(request: Request, found: Manager) -> Response:
    """How fast a person answers first, with what somebody who wrote now would be told."""
    return _sla(request, found, Sent({}), seen_of(request, "sla", overlay.ALL), FINE)


def sla_sent(request: Request, found: ManagerPost, sent: Form) -> Response:
    """返事までの時間を変える."""
    read = Reader(sent)
    value = {
        "emergency_minutes": read.number("emergency_minutes", "今すぐの相談", 1, 240),
        "high_minutes": read.number("high_minutes", "高い相談", 1, 1440),
        "normal_business_days": read.number("normal_business_days", "ふつうの相談", 1, 10),
    }
    seen = sent.seen()

    def again(trouble: Trouble) -> Response:
        newest = seen_of(request, "sla", overlay.ALL) if trouble.status == 409 else seen
        return _sla(request, found, sent, newest, trouble)

    return confirm(request, found, SLA, Wish("sla", overlay.ALL, overlay.to_json(value), seen), again, read.wrong)


def slack_page(request: Request, found: Manager) -> Response:
    """Which desk's cards go to which channel: stands in the settings file, because tokens stand there."""
    setup, pack = console_of(request).parts.setup, pack_now(request)
    names = {desk.id: desk.name for desk in pack.desks}
    names |= {f"domain:{domain}": f"{name}の分野" for domain, name in DOMAIN_JA.items()}
    rows = [(names.get(key, ""), key, channel) for key, channel in setup.channels.items()]
    return settings_page(request, found, "slack.html", SLACK, setup=setup, rows=rows)


def roles_page(request: Request, found: Manager) -> Response:
    """What each role may do."""
    return settings_page(request, found, "roles.html", ROLES, rights=RIGHTS)


def _sla(request: Request, found: Manager, sent: Sent, seen: int, trouble: Trouble) -> Response:
    parts, pack = console_of(request).parts, pack_now(request)
    fields = {name: str(value) for name, value in sla_table(pack.sla).items()}
    if sent.fields:
        fields = {name: sent.one(name) for name in fields}
    now, honest = now_of(request), parts.office.shelf.honest(pack)
    said = [(PROMISE_JA.format(URGENCY_JA[urgency]), promise_words(honest, urgency, now)) for urgency in _EXAMPLES]
    return settings_page(
        request, found, "sla.html", SLA, trouble.status, fields=fields, seen=seen, trouble=trouble, said=said,
        undo=parts.office.undo_seconds,
    )  # fmt: skip
