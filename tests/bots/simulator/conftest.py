from __future__ import annotations

import httpx2
import pytest
from serve_kit import free_socket, served
from simulator_stand_in import StandIn

from bots.simulator.app import create_app
from bots.simulator.client import SimulatorClient
from bots.simulator.settings import SimulatorSettings


@pytest.fixture(scope="session")
def running():
    """One simulator and one stand-in product for all tests of this folder."""
    stand_in = StandIn()
    product_sock, sock = free_socket(), free_socket()
    with served(stand_in.app(), product_sock) as product_url:
        settings = SimulatorSettings(
            product_url=product_url,
            port=sock.getsockname()[1],
            line_channel_secret="line-secret",
            line_access_token="line-token",
            slack_signing_secret="slack-secret",
            slack_bot_token="xoxb-sim",
            slack_app_token="xapp-sim",
            redelivery_delays_s=(0.01, 0.01),
            slack_retry_delays_s=(0.01, 0.01, 0.01),
            webhook_timeout_s=1.0,
            slack_ack_timeout_s=1.0,
            webhook_failures_until_stop=4,
        )
        with served(create_app(settings), sock) as url, SimulatorClient(url) as client:
            yield settings, stand_in, client


@pytest.fixture
def sim(running):
    _, stand_in, client = running
    client.settle()
    client.reset()
    stand_in.clear()
    return client


@pytest.fixture
def product(running):
    return running[1]


@pytest.fixture
def settings(running):
    return running[0]


def caller(base_url, token):
    return httpx2.Client(base_url=base_url, headers={"Authorization": f"Bearer {token}"}, trust_env=False)


@pytest.fixture(scope="session")
def callers(running):
    settings = running[0]
    with (
        caller(settings.base_url + "/line-api", settings.line_access_token) as line_caller,
        caller(settings.base_url + "/slack-api", settings.slack_bot_token) as slack_caller,
    ):
        yield line_caller, slack_caller


@pytest.fixture
def line(sim, callers):
    """A caller of the LINE API with the right token; after `sim`, so that the world is fresh."""
    return callers[0]


@pytest.fixture
def slack(sim, callers):
    """A caller of the Slack API with the bot token."""
    return callers[1]
