"""`toritsugi line doctor`: what is wrong with the LINE account, each fault as one sentence with its remedy.

`look` asks LINE; `findings` decides, and touches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bots.line.account import Account, AccountError, Bot, Quota, Webhook
from bots.line.menus import Menu, image_of
from bots.line.setup import BY_HAND, Step
from handoff.pack import LineMode, Pack, check

LOW_QUOTA = 0.9
"""From this part of the month's pushes on, somebody should know."""
_STALE = frozenset({"never_verified", "verified_in_future", "stale"})
_SETUP = "toritsugi line setup を動かしてください。"
_MODE_JA = {
    LineMode.TALK: "トークで相談を受けます（内容は LINE にも残ります）",
    LineMode.DOOR: "入り口だけです（相談の内容は、この町の画面で受けます）",
    LineMode.INFO: "案内だけです（相談は受けません）",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """The account as it was found. `bot` is None when the token is of no use (`status` says LINE's answer).

    `fault` of the webhook's test is "" when it was answered well. `menus` are the names behind the aliases.
    """

    status: int = 200
    bot: Bot | None = None
    webhook: Webhook | None = None
    fault: str = ""
    quota: Quota | None = None
    menus: dict[str, str] | None = None
    default_menu: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the settings and the pack ask for. `destination` "" accepts any account."""

    destination: str
    webhook: str
    menus: tuple[Menu, ...]
    pack: Pack
    today: date
    notify: int = 0
    """How many ways beside Slack there are to call staff."""
    slack: bool = False


def look(account: Account) -> Seen:
    """Everything that can be asked. What LINE refuses stays unknown; a refused token ends it."""
    try:
        bot = account.bot()
    except AccountError as error:
        return Seen(status=error.status)
    try:
        webhook = account.webhook()
        fault = account.test_webhook(webhook.url) if webhook else ""
        names = account.menus()
        aliases = {alias: names.get(menu_id, "") for alias, menu_id in account.aliases().items()}
        default = names.get(account.default_menu(), "")
        return Seen(200, bot, webhook, fault, account.quota(), aliases, default)
    except AccountError as error:
        return Seen(error.status, bot)


def findings(seen: Seen, wanted: Wanted) -> Iterator[Step]:
    """Each thing looked at, well or not."""
    if seen.bot is None:
        yield _token(seen.status)
        return
    yield Step(True, f"アクセストークンは使えます：{seen.bot.name}（{seen.bot.basic_id}）")
    if seen.status != 200:
        text = f"LINE が途中で答えませんでした（{seen.status or '返事なし'}）"
        yield Step(False, text, "時間をおいて、もう一度動かしてください。")
        return
    yield _destination(seen.bot, wanted)
    yield from _webhook(seen, wanted)
    yield from _chat(seen.bot)
    if seen.quota is not None:
        yield _quota(seen.quota)
    yield from _menus(seen, wanted)
    yield from _town(wanted)


def _token(status: int) -> Step:
    if status in (401, 403):
        remedy = "LINE Developers で出しなおして、TORITSUGI_TENANTS__…__LINE__ACCESS_TOKEN に入れてください。"
        return Step(False, "アクセストークンが使えません", remedy)
    text = f"LINE につながりません（{status or '返事なし'}）"
    return Step(False, text, "ネットワークを確かめて、時間をおいて、もう一度動かしてください。")


def _destination(bot: Bot, wanted: Wanted) -> Step:
    if not wanted.destination:
        remedy = f"TORITSUGI_TENANTS__…__LINE__DESTINATION に {bot.user_id} を入れると、ほかの宛先を断れます。"
        return Step(True, "宛先は決められていません", remedy)
    if bot.user_id == wanted.destination:
        return Step(True, "宛先（destination）は、このアカウントです")
    text = "設定の宛先（destination）は、このトークンのアカウントではありません"
    remedy = f"同じアカウントのトークンか、TORITSUGI_TENANTS__…__LINE__DESTINATION={bot.user_id} を入れてください。"
    return Step(False, text, remedy)


def _webhook(seen: Seen, wanted: Wanted) -> Iterator[Step]:
    if seen.webhook is None:
        yield Step(False, "Webhook の住所が入っていません", _SETUP)
        return
    if seen.webhook.url != wanted.webhook:
        yield Step(False, f"Webhook の住所が違います：{seen.webhook.url}（正しくは {wanted.webhook}）", _SETUP)
    if not seen.webhook.active:
        yield Step(False, "Webhook の利用がオフです。だれの言葉も届きません", _by_hand(2))
    if seen.fault:
        remedy = "toritsugi up が動いているか、外から https で届くか、チャネルシークレットが合うか確かめてください。"
        yield Step(False, f"Webhook を試しましたが、届きません（{seen.fault}）", remedy)
    elif seen.webhook.active and seen.webhook.url == wanted.webhook:
        yield Step(True, "Webhook は届いています")


def _chat(bot: Bot) -> Iterator[Step]:
    if not bot.chat:
        yield Step(False, "チャットがオフです。読む前から「既読」が付いてしまいます", _by_hand(2))
    elif not bot.manual_read:
        remedy = "Official Account Manager の 設定 → 応答設定 で、既読の自動をオフにしてください。"
        yield Step(False, "「既読」が自動で付きます", remedy)
    else:
        yield Step(True, "「既読」は、人が読んだときだけ付きます")


def _quota(quota: Quota) -> Step:
    if quota.limit is None:
        return Step(True, f"送れる数に上限はありません（今月 {quota.used} 通）")
    words = f"今月 {quota.used} / {quota.limit} 通"
    plan = "プランを上げるか、「地方公共団体プラン」を LINE に申し込んでください。返信は、上限のあとも送れます。"
    if quota.used >= quota.limit:
        return Step(False, f"送れる数を使いきりました（{words}）。職員の返事が届きません", plan)
    if quota.used >= quota.limit * LOW_QUOTA:
        return Step(False, f"送れる数が、もうすぐなくなります（{words}）", plan)
    return Step(True, f"送れる数は、たりています（{words}）")


def _menus(seen: Seen, wanted: Wanted) -> Iterator[Step]:
    there = seen.menus or {}
    right = {menu.alias: str(menu.order(image_of(menu))["name"]) for menu in wanted.menus}
    missing = [menu.name for menu in wanted.menus if not there.get(menu.alias)]
    old = [menu.name for menu in wanted.menus if there.get(menu.alias) not in ("", None, right[menu.alias])]
    if missing:
        yield Step(False, f"メニューがありません：{'・'.join(missing)}", _SETUP)
    if old:
        yield Step(False, f"メニューが古いままです：{'・'.join(old)}", _SETUP)
    if not missing and not old:
        if seen.default_menu == right[wanted.menus[0].alias]:
            yield Step(True, "メニューはそろっています")
        else:
            yield Step(False, "みんなに見えるメニューが、取次のものではありません", _SETUP)


def _town(wanted: Wanted) -> Iterator[Step]:
    pack = wanted.pack
    yield Step(True, f"LINE の使い方：{_MODE_JA[pack.line_mode]}")
    stale = sum(problem.code in _STALE for problem in check(pack, wanted.today))
    if stale:
        text = f"確かめた日がないか、古い窓口・番号が {stale} 件あります"
        yield Step(
            False, text, f"電話して確かめ、verified_on を書きかえてください（toritsugi pack check {pack.name}）。"
        )
    else:
        yield Step(True, "窓口・番号の確かめた日は、古くなっていません")
    if wanted.slack or wanted.notify:
        ways = ["Slack"] * wanted.slack + [f"ほか {wanted.notify} か所"] * bool(wanted.notify)
        yield Step(True, f"当番を呼ぶ道：{'・'.join(ways)}")
    else:
        remedy = "Slack か、メール・SMS などの知らせ先（[tenants.*.notify]）を入れてください。"
        yield Step(False, "当番を呼ぶ道がありません。急ぎの相談は、画面を見ている人にしか分かりません", remedy)


def _by_hand(index: int) -> str:
    return f"LINE Official Account Manager（https://manager.line.biz/）で、{BY_HAND[index]}。"
