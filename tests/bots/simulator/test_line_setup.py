"""`toritsugi line setup` and `doctor` against a running simulator, through the command line where it matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx2
import pytest
from serve_kit import free_socket, served
from simulator_stand_in import StandIn
from typer.testing import CliRunner

from bots.cli_line import line_app
from bots.line import setup as setting_up
from bots.line.account import Account, Bot, Quota, Webhook
from bots.line.doctor import Seen, Wanted, findings, look
from bots.line.menus import HIDDEN, MAIN, WORKER, image_of, menus_for
from bots.line.setup import Plan, set_up, webhook_url
from bots.settings import LINE_HOST, BadSettings, LineSettings
from bots.simulator.app import create_app
from bots.simulator.client import SimulatorClient
from bots.simulator.settings import SimulatorSettings
from handoff.pack import load

TOKEN, SECRET = "demo-line-token-00000", "demo-line-secret-0000"
BOT = "U" + "0" * 31 + "b"
USER = "U" + "1" * 32


@dataclass
class Practice:
    """A simulator, the stand-in product behind it, and the way of the product's commands to it."""

    sim: SimulatorClient
    product: str
    base: str
    http: httpx2.Client
    account: Account

    def manager(self, **changes: Any) -> None:
        self.http.post("/control/line/account", json=changes).raise_for_status()

    def line(self, path: str) -> Any:
        return self.http.get(f"/line-api/v2/bot{path}", headers={"Authorization": f"Bearer {TOKEN}"}).json()

    def plan(self, mode: str = "talk") -> Plan:
        return Plan(menus_for(mode), f"{self.product}/line/mihon")

    def set_up(self, mode: str = "talk") -> list[str]:
        steps = list(set_up(self.account, self.plan(mode)))
        assert all(step.ok for step in steps), "\n".join(step.line() for step in steps)
        return [step.text for step in steps]


@pytest.fixture(scope="module")
def running() -> Iterator[Practice]:
    product, sock = free_socket(), free_socket()
    with served(StandIn().app(), product) as product_url:
        settings = SimulatorSettings(
            product_url=product_url, port=sock.getsockname()[1], line_channel_secret=SECRET, line_access_token=TOKEN,
            slack_signing_secret="demo-slack-secret", slack_bot_token="demo-slack-token", slack_app_token="demo-app",
            webhook_timeout_s=0.5,
        )  # fmt: skip
        with (
            served(create_app(settings), sock) as url,
            SimulatorClient(url) as client,
            httpx2.Client(base_url=url, trust_env=False) as http,
        ):
            account = Account(LineSettings(channel_secret=SECRET, access_token=TOKEN, api_base=f"{url}/line-api"))
            yield Practice(client, product_url, url, http, account)
            account.close()


@pytest.fixture
def practice(running: Practice) -> Practice:
    running.sim.reset()
    return running


@pytest.fixture
def command(practice: Practice, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> CliRunner:
    """The command line in a town whose LINE is the simulator."""
    town = "TORITSUGI_TENANTS__MIHON__"
    for name, value in {
        "TORITSUGI_DATA_DIR": str(tmp_path / "data"),
        "TORITSUGI_KEYS_DIR": str(tmp_path / "keys"),
        "TORITSUGI_PUBLIC_URL": practice.product,
        f"{town}LINE__CHANNEL_SECRET": SECRET,
        f"{town}LINE__ACCESS_TOKEN": TOKEN,
        f"{town}LINE__DESTINATION": BOT,
        f"{town}LINE__API_BASE": f"{practice.base}/line-api",
        f"{town}NOTIFY": '{"duty": ["json://127.0.0.1/"]}',
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def test_setup_twice_leaves_the_account_as_once(practice: Practice) -> None:
    practice.manager(endpoint="")
    first = practice.set_up()
    assert sum("作りました" in text for text in first) == 3
    menus, aliases = practice.line("/richmenu/list"), practice.line("/richmenu/alias/list")
    assert {entry["richMenuAliasId"] for entry in aliases["aliases"]} == {MAIN, HIDDEN, WORKER}
    assert practice.line("/channel/webhook/endpoint")["endpoint"] == f"{practice.product}/line/mihon"
    voice = next(
        area["action"] for menu in menus["richmenus"] for area in menu["areas"] if area["action"]["label"] == "声で話す"
    )
    assert voice == {"type": "postback", "label": "声で話す", "data": "t1:menu:voice:0", "inputOption": "openVoice"}
    second = practice.set_up()
    assert not any("作り" in text or "消し" in text or "向け" in text for text in second)
    assert (practice.line("/richmenu/list"), practice.line("/richmenu/alias/list")) == (menus, aliases)


def test_a_rehearsal_changes_nothing(practice: Practice) -> None:
    practice.manager(endpoint="")
    steps = list(set_up(practice.account, practice.plan(), rehearse=True))
    assert sum("作ります" in step.text for step in steps) == 3
    assert practice.line("/richmenu/list") == {"richmenus": []}
    assert "endpoint" not in practice.line("/channel/webhook/endpoint")


def test_a_changed_menu_takes_the_place_of_the_old_also_for_who_hides(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = practice.account.create_menu({**menus_for("talk")[0].order(b""), "name": "市民課のメニュー"})
    practice.set_up()
    practice.sim.say(USER, "こんにちは")
    old = practice.account.aliases()[HIDDEN]
    practice.http.post(
        f"/line-api/v2/bot/user/{USER}/richmenu/{old}", headers={"Authorization": f"Bearer {TOKEN}"}
    ).raise_for_status()
    monkeypatch.setattr(setting_up, "image_of", lambda menu: image_of(menu) + b"\0")
    said = practice.set_up()
    assert "古いメニューを 3 枚消しました" in said
    aliases = practice.account.aliases()
    assert set(practice.account.menus()) == {other, *aliases.values()}
    assert practice.sim.phone_state(USER)["menu"]["id"] == aliases[HIDDEN] != old
    assert practice.account.default_menu() == aliases[MAIN]


def test_a_round_that_ended_before_the_picture_is_mended(practice: Practice) -> None:
    menu = menus_for("talk")[0]
    practice.account.create_menu(menu.order(image_of(menu)))
    practice.set_up()
    assert practice.account.has_picture(practice.account.aliases()[MAIN])


def test_another_mode_shows_its_own_menu_to_all(practice: Practice) -> None:
    practice.set_up("talk")
    practice.set_up("door")
    shown = practice.account.menus()[practice.account.default_menu()]
    assert shown.split()[1] == "door"
    assert not [name for name in practice.account.menus().values() if name.split()[1] == "main"]


def test_while_people_are_being_moved_the_old_menu_stays(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    practice.set_up()
    monkeypatch.setattr(setting_up, "image_of", lambda menu: image_of(menu) + b"\0")
    monkeypatch.setattr(Account, "moved", lambda *_: "failed")
    last = list(set_up(practice.account, practice.plan()))
    assert any(not step.ok and "移っていません" in step.text for step in last)
    assert len(practice.account.menus()) == 6


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://mihon.example.jp", LINE_HOST),
        ("http://127.0.0.1:8800", LINE_HOST),
        ("http://mihon.example", "http://127.0.0.1:9"),
    ],
)
def test_an_address_that_line_cannot_use_is_refused(url: str, host: str) -> None:
    with pytest.raises(BadSettings, match="TORITSUGI_PUBLIC_URL"):
        webhook_url(url, "mihon", host)


def test_the_commands_say_what_they_did_and_end_well(practice: Practice, command: CliRunner, tmp_path: Any) -> None:
    done = command.invoke(line_app, ["setup"])
    assert done.exit_code == 0, done.output
    assert "✗" not in done.output
    assert "あいさつメッセージ" in done.output
    assert "チャット" in done.output
    looked = command.invoke(line_app, ["doctor", "--qr", str(tmp_path / "friend.svg")])
    stale = [line for line in looked.output.splitlines() if line.startswith("✗")]
    assert all("番号" in line for line in stale), (
        looked.output
    )  # the shipped registry may be old by the day of the test
    assert looked.exit_code == (1 if stale else 0)
    assert "https://line.me/R/ti/p/%40mihon" in looked.output
    assert (tmp_path / "friend.svg").read_text("utf-8").count("<path") >= 1
    assert TOKEN not in done.output + looked.output


def test_a_wrong_token_is_told_with_its_remedy(
    practice: Practice, command: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORITSUGI_TENANTS__MIHON__LINE__ACCESS_TOKEN", "demo-another-token-0")
    for name in ("setup", "doctor"):
        said = command.invoke(line_app, [name])
        assert said.exit_code == 1
        assert "✗" in said.output
        assert "LINE Developers で出しなおして" in said.output
        assert "demo-another" not in said.output


def wanted(practice: Practice, **changes: Any) -> Wanted:
    pack = load("mihon")
    values: dict[str, Any] = {
        "destination": BOT, "webhook": f"{practice.product}/line/mihon", "menus": menus_for("talk"), "pack": pack,
        "today": date(2026, 11, 22), "slack": True,
    }  # fmt: skip
    return Wanted(**(values | changes))


def problems(practice: Practice, **changes: Any) -> str:
    found = [step for step in findings(look(practice.account), wanted(practice, **changes)) if not step.ok]
    assert all(step.remedy for step in found)
    return "\n".join(step.text for step in found)


def test_the_doctor_finds_each_planted_fault(practice: Practice) -> None:
    practice.set_up()
    assert [text for text in problems(practice).splitlines() if "窓口・番号" not in text] == []
    assert "宛先（destination）" in problems(practice, destination="U" + "9" * 32)
    assert "当番を呼ぶ道がありません" in problems(practice, slack=False)
    assert "確かめた日がないか、古い窓口・番号" in problems(practice, today=date(2030, 1, 1))
    assert "Webhook の住所が違います" in problems(practice, webhook="https://mihon.example.jp/line/mihon")
    assert "メニューが古いまま" in problems(practice, menus=menus_for("door"))
    practice.manager(active=False)
    assert "Webhook の利用がオフ" in problems(practice)
    practice.manager(active=True, chat=False)
    assert "チャットがオフ" in problems(practice)
    practice.manager(chat=True, manual_read=False)
    assert "「既読」が自動" in problems(practice)
    practice.manager(manual_read=True, endpoint="https://elsewhere.example/line/mihon")
    assert "届きません（could_not_connect" in problems(practice)
    practice.sim.reset()
    assert "メニューがありません：main・hidden・worker" in problems(practice)


@pytest.mark.parametrize(
    ("quota", "says"),
    [(Quota(None, 9), ""), (Quota(200, 10), ""), (Quota(200, 180), "もうすぐ"), (Quota(200, 200), "使いきりました")],
)
def test_the_quota_is_judged(practice: Practice, quota: Quota, says: str) -> None:
    bot, hook = Bot(BOT, "@mihon", "みほん市", True, True), Webhook(f"{practice.product}/line/mihon", True)
    seen = Seen(200, bot, hook, "", quota, {}, "")
    about = [step for step in findings(seen, wanted(practice)) if "送れる数" in step.text]
    assert len(about) == 1
    assert about[0].ok == (not says)
    assert says in about[0].text


def test_the_quota_is_read_from_the_account(practice: Practice) -> None:
    assert practice.account.quota() == Quota(None, 0)
    practice.sim.quota(3)
    assert practice.account.quota() == Quota(3, 0)
