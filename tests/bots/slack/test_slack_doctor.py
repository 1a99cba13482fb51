"""`slack doctor` and the roster, against the simulator's workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr
from serve_kit import free_socket, served
from slack_town import Town, founded
from slack_world import NOW

from bots.settings import SlackSettings
from bots.simulator.app import create_app
from bots.simulator.settings import SimulatorSettings
from bots.simulator.slack_workspace import STRANGER, Workspace
from bots.slack import post, roster
from bots.slack.act import handle
from bots.slack.doctor import Wanted, findings
from bots.slack.examine import look
from bots.slack.parts import ActParts
from handoff import login
from handoff.records import Audit

TEAM, CHANNEL = "T0MIHON", "C0MADOGUCHI"
EVERYBODY = frozenset({"U0UKETSUKE", "U0TANTOU", "U0KANRI", "U0TOUBAN", "U0KANSA"})


@pytest.fixture(scope="module")
def workspace() -> Iterator[tuple[Workspace, SlackSettings]]:
    """A simulated workspace, and the settings of a town in it."""
    with ExitStack() as stack:
        sock = free_socket()
        settings = SimulatorSettings(
            product_url="http://127.0.0.1:9", port=sock.getsockname()[1], line_channel_secret="line-secret",
            line_access_token="line-token", slack_signing_secret="s" * 32, slack_bot_token="xoxb-sim",
            slack_app_token="xapp-sim",
        )  # fmt: skip
        app = create_app(settings)
        url = stack.enter_context(served(app, sock))
        slack = SlackSettings(
            mode="socket", team_id=TEAM, channel=CHANNEL, bot_token=SecretStr("xoxb-sim"),
            signing_secret=SecretStr("s" * 32), app_token=SecretStr("xapp-sim"), api_base=f"{url}/slack-api/",
        )  # fmt: skip
        yield app.state.world.slack, slack


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    roster.MEMORY.forget()


def faults(slack: SlackSettings, linked: frozenset[str] = EVERYBODY) -> list[str]:
    found = list(findings(look(slack, "http://127.0.0.1:9", "mihon"), Wanted(slack, linked)))
    assert all(step.remedy for step in found if not step.ok)
    return [step.text for step in found if not step.ok]


def test_a_good_installation_has_no_fault(workspace: tuple[Workspace, SlackSettings]) -> None:
    assert faults(workspace[1]) == []


def test_each_fault_is_a_sentence(workspace: tuple[Workspace, SlackSettings]) -> None:
    space, slack = workspace
    (wrong,) = faults(slack.model_copy(update={"bot_token": SecretStr("xoxb-other")}))
    assert "トークンが使えません" in wrong
    assert any("ワークスペースが違います" in text for text in faults(slack.model_copy(update={"team_id": "T0OTHER"})))
    (away,) = faults(slack.model_copy(update={"mode": "http"}))
    assert "届きません" in away
    (socket,) = faults(slack.model_copy(update={"app_token": SecretStr("xapp-wrong")}))
    assert "Socket Mode" in socket
    (gone,) = faults(slack.model_copy(update={"channels": {"hokatsu": "C0NONE"}}))
    assert "C0NONE" in gone
    space.main.is_ext_shared = True
    assert any("出せません" in text for text in faults(slack))
    space.main.is_ext_shared = False
    (unknown,) = faults(slack, EVERYBODY - {"U0KANSA"})
    assert "U0KANSA" in unknown
    assert any("結びついた職員がいません" in text for text in faults(slack, frozenset()))
    space.member("U0TANTOU").is_guest = True
    roster.MEMORY.forget()
    assert any("ゲスト U0TANTOU" in text for text in faults(slack))
    space.member("U0TANTOU").is_guest = False


def test_strangers_are_neither_staff_nor_bots(workspace: tuple[Workspace, SlackSettings]) -> None:
    space, slack = workspace
    client = post.make_client("xoxb-sim", slack.api_base)
    members = roster.members_of(client, CHANNEL)
    assert isinstance(members, frozenset)
    assert roster.strangers(client, TEAM, members, EVERYBODY) == ()
    space.main.members.append(STRANGER)
    try:
        assert roster.members_of(client, CHANNEL) == members, "remembered for a minute"
        roster.MEMORY.forget()
        found = roster.members_of(client, CHANNEL)
        assert isinstance(found, frozenset)
        assert roster.strangers(client, TEAM, found, EVERYBODY) == (STRANGER,)
    finally:
        space.main.members.remove(STRANGER)


def test_a_guest_who_was_linked_is_refused_and_asked_about_outside_the_transaction(
    workspace: tuple[Workspace, SlackSettings], tmp_path_factory: pytest.TempPathFactory
) -> None:
    space, slack = workspace
    space.member("U0TANTOU").is_guest = True
    with founded(tmp_path_factory.mktemp("guest")) as town:
        _guest(town, slack)
    space.member("U0TANTOU").is_guest = False


def _guest(town: Town, slack: SlackSettings) -> None:
    with town.sessions.begin() as session:
        staff_id = login.add_staff(session, "mihon", "緑", "intake", "", NOW)
        login.link_identity(session, "mihon", "slack", f"{TEAM}:U0TANTOU", staff_id)
    click = {
        "command": "/toritsugi", "text": "", "team_id": TEAM, "user_id": "U0TANTOU", "channel_id": CHANNEL,
        "trigger_id": "1.2",
    }  # fmt: skip
    with pytest.raises(roster.LookFirst) as first:
        roster.look_first(slack, click)
    assert first.value.look() == "guest"
    roster.look_first(slack, click)
    act = ActParts("mihon", TEAM, CHANNEL, town.office)
    with town.sessions.begin() as session:
        told = handle(act, session, click, NOW, 1)
        assert "ゲスト" in told[0].text
        assert session.query(Audit).filter_by(action="slack_refused", detail="guest").count() == 1
