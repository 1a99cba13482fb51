"""`toritsugi line setup`: rich menus, aliases, the menu for everybody and the webhook, as often as one likes.

Order matters: a new menu stands ready before anything points at it, and nobody who hides ever sees the ordinary menu,
because those who have the old innocent one are moved to the new one before the old one goes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bots.line.account import Account, AccountError
from bots.line.menus import MAIN, PREFIX, Menu, image_of
from bots.settings import LINE_HOST, BadSettings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LOOKS, _PAUSE_SECONDS = 30, 1.0
BY_HAND = (
    "設定 → 応答設定 → 「あいさつメッセージ」をオフ（あいさつは取次が送ります）",
    "設定 → 応答設定 → 「応答メッセージ」をオフ（二重に答えないため）",
    "設定 → 応答設定 → 「チャット」をオン、「Webhook」をオン（「既読」を、人が読んだときに付けるため）",
    "設定 → アカウント設定 → 名前とアイコンを、見られても困らないものに（例：みほん市 くらしの窓口）",
    "設定 → 権限管理 → 使わない人の権限を消す（マネージャーの画面でもトークが読めます）",
)
"""What only a person can do, in LINE Official Account Manager (https://manager.line.biz/)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done (or, in a rehearsal, to be done) or failed. `remedy`: what to do about a failure."""

    ok: bool
    text: str
    remedy: str = ""

    def line(self) -> str:
        """As printed."""
        return f"{'✓' if self.ok else '✗'} {self.text}" + (f"\n  → {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the account is to become."""

    menus: Sequence[Menu]
    webhook: str


def webhook_url(public_url: str, tenant: str, api_base: str) -> str:
    """Where LINE must send this municipality's events. Raises `BadSettings` for an address that LINE cannot use."""
    address = urlsplit(public_url)
    loopback = address.hostname in LOOPBACK
    if address.scheme != "https" and not loopback:
        raise BadSettings("Webhook は https:// の住所だけが使えます (TORITSUGI_PUBLIC_URL)。")
    if loopback and api_base == LINE_HOST:
        raise BadSettings("LINE から届く https:// の住所を入れてください (TORITSUGI_PUBLIC_URL)。")
    return f"{public_url.rstrip('/')}/line/{tenant}"


def set_up(account: Account, plan: Plan, *, rehearse: bool = False) -> Iterator[Step]:
    """Bring the account to the plan, step by step; stops at the first step without which the next makes no sense.

    `rehearse`: only read, and say what would be done.
    """
    try:
        bot = account.bot()
        yield Step(True, f"つながりました：{bot.name}（{bot.basic_id}）")
        yield from _Menus(account, plan.menus, rehearse).steps()
        yield from _webhook(account, plan.webhook, rehearse)
    except AccountError as error:
        yield Step(False, f"LINE が受けつけませんでした（{_why(error)}）", _remedy(error))


def _webhook(account: Account, url: str, rehearse: bool) -> Iterator[Step]:
    now = account.webhook()
    if now is not None and now.url == url:
        yield Step(True, f"Webhook の住所はそのままです：{url}")
    elif rehearse:
        yield Step(True, f"Webhook の住所を入れます：{url}")
        return
    else:
        account.set_webhook(url)
        yield Step(True, f"Webhook の住所を入れました：{url}")
        now = account.webhook()
    active = now is not None and now.active
    fault = "" if rehearse else account.test_webhook(url)
    if fault:
        hint = "toritsugi up が動いていて、その住所が外から届くか確かめてください。"
        yield Step(False, f"Webhook を試しましたが、届きません（{fault}）", hint)
    elif not rehearse:
        yield Step(True, "Webhook を試しました。届いています")
    if not active:
        yield Step(False, "Webhook の利用がオフです", f"Official Account Manager で、{BY_HAND[2]}")


class _Menus:
    """One round of the rich menus."""

    def __init__(self, account: Account, menus: Sequence[Menu], rehearse: bool) -> None:
        self._account = account
        self._orders = [(menu, image, menu.order(image)) for menu in menus for image in (image_of(menu),)]
        self._rehearse = rehearse

    def steps(self) -> Iterator[Step]:
        """Make what is missing, point at it, move people over, and remove what is ours and old."""
        account = self._account
        there, aliases = account.menus(), account.aliases()
        ids = {name: menu_id for menu_id, name in there.items()}
        wanted: dict[str, str] = {}
        for menu, image, order in self._orders:
            name = str(order["name"])
            known = ids.get(name)
            if self._rehearse:
                yield Step(True, f"メニュー {menu.name}：" + ("そのままです" if known else "作ります"))
                continue
            wanted[menu.alias], new = self._ready(known, order, image)
            yield Step(True, f"メニュー {menu.name}：" + ("作りました" if new else "そのままです"))
        if self._rehearse:
            return
        for alias, menu_id in wanted.items():
            before = aliases.get(alias)
            if before != menu_id:
                account.point(alias, menu_id, known=before is not None)
                yield Step(True, f"呼び名 {alias} を新しいメニューに向けました")
        if account.default_menu() != wanted[MAIN]:
            account.show_to_all(wanted[MAIN])
            yield Step(True, "みんなに見えるメニューを変えました")
        yield from self._clear(there, wanted)

    def _ready(self, known: str | None, order: dict[str, object], image: bytes) -> tuple[str, bool]:
        """The menu's id with its picture in place (an earlier round may have ended before), and whether it is new."""
        menu_id = known or self._account.create_menu(order)
        if known is None or not self._account.has_picture(menu_id):
            self._account.upload(menu_id, image)
        return menu_id, known is None

    def _clear(self, there: dict[str, str], wanted: dict[str, str]) -> Iterator[Step]:
        """Remove our old menus once nobody has them: without its own menu a hidden talk would show the ordinary one."""
        keep = set(wanted.values())
        old = {key: name for key, name in there.items() if name.startswith(f"{PREFIX} ") and key not in keep}
        own = {menu.name: wanted[menu.alias] for menu, _, _ in self._orders if menu.alias != MAIN}
        moves = {key: own[kind] for key, name in old.items() if (kind := name.split()[1]) in own}
        if moves and not self._moved(moves):
            text = "古いメニューの人が、まだ新しいメニューに移っていません"
            yield Step(False, text, "しばらくして、もう一度 toritsugi line setup を動かしてください。")
            return
        for menu_id in old:
            self._account.delete_menu(menu_id)
        if old:
            yield Step(True, f"古いメニューを {len(old)} 枚消しました")

    def _moved(self, moves: dict[str, str], pause: Callable[[float], None] = time.sleep) -> bool:
        work = self._account.move_people(moves)
        for _ in range(_LOOKS):
            phase = self._account.moved(work)
            if phase != "ongoing":
                return phase == "succeeded"
            pause(_PAUSE_SECONDS)
        return False


def _why(error: AccountError) -> str:
    return str(error.status) if error.status else "返事がありません"


def _remedy(error: AccountError) -> str:
    if error.status in (401, 403):
        return "チャネルアクセストークンが違うか、切れています。LINE Developers で出しなおしてください。"
    if error.status == 429:
        return "続けて動かしすぎました。1時間ほどして、もう一度動かしてください。"
    if error.status == 0 or error.status >= 500:
        return "LINE につながりません。時間をおいて、もう一度動かしてください。"
    return "もう一度動かしても同じなら、LINE Official Account Manager で、アカウントが使える状態か確かめてください。"
