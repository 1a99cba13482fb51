"""What the simulator must know to play LINE and Slack towards one product."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsError(ValueError):
    """The settings cannot be used; the message names the field, never its value."""


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """Addresses, secrets and patience of the simulator.

    The secrets must be the ones the product was started with. Delays are real seconds; everything that
    expires (reply tokens, triggers, retry keys) follows the simulator's own clock, which can be moved.
    `webhook_failures_until_stop`: so many failed webhooks in a row and LINE stops sending; 0 never.
    `oidc_people`: the Slack ids of those whom the OpenID provider offers; it is closed without a client secret.
    `slack_channels`: (id, name) of further private channels, with everybody in them.
    `town` is the name of the municipality whose pack is played.
    `console_url` may be a one-time login link for the page's frame; `console_home_url` is where a reload goes.
    """

    product_url: str
    line_channel_secret: str = field(repr=False)
    line_access_token: str = field(repr=False)
    slack_signing_secret: str = field(repr=False)
    slack_bot_token: str = field(repr=False)
    slack_app_token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8810
    tenant: str = "mihon"
    town: str = "みほん市"
    bot_user_id: str = "U" + "0" * 31 + "b"
    slack_team_id: str = "T0MIHON"
    slack_channel_id: str = "C0MADOGUCHI"
    slack_channels: tuple[tuple[str, str], ...] = ()
    console_url: str = field(default="", repr=False)
    console_home_url: str = ""
    oidc_client_id: str = "toritsugi"
    oidc_client_secret: str = field(default="", repr=False)
    oidc_people: tuple[str, ...] = ()
    seed: int = 1
    webhook_timeout_s: float = 2.0
    redelivery_delays_s: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0)
    slack_ack_timeout_s: float = 3.0
    slack_retry_delays_s: tuple[float, ...] = (0.2, 1.0, 3.0)
    trigger_ttl_s: float = 3.0
    reply_token_ttl_s: float = 60.0
    line_quota: int | None = None
    webhook_failures_until_stop: int = 0

    def __post_init__(self) -> None:
        """Refuse a host that others could reach, and empty secrets, which would verify forged requests."""
        if self.host not in LOOPBACK:
            raise SettingsError("host: the simulator listens on loopback only")
        for name in _SECRETS:
            if not getattr(self, name):
                raise SettingsError(f"{name}: must not be empty")

    @property
    def base_url(self) -> str:
        """The simulator's own address, without a trailing slash."""
        return f"http://{self.host}:{self.port}"

    @property
    def account_name(self) -> str:
        """What the LINE account of the town is called."""
        return f"{self.town} まるごと相談"

    @classmethod
    def from_json(cls, text: str) -> SimulatorSettings:
        """Read one JSON object. Raises SettingsError on unknown or missing fields."""
        try:
            given: Any = json.loads(text)
        except json.JSONDecodeError as error:
            raise SettingsError(f"not JSON (line {error.lineno})") from None
        if not isinstance(given, dict):
            raise SettingsError("one JSON object is needed")
        known = {entry.name for entry in fields(cls)}
        if unknown := sorted(set(given) - known):
            raise SettingsError(f"unknown fields: {', '.join(unknown)}")
        for name in ("redelivery_delays_s", "slack_retry_delays_s"):
            if name in given:
                given[name] = tuple(float(delay) for delay in given[name])
        if "oidc_people" in given:
            given["oidc_people"] = tuple(given["oidc_people"])
        if "slack_channels" in given:
            given["slack_channels"] = tuple((str(channel), str(name)) for channel, name in given["slack_channels"])
        try:
            return cls(**given)
        except TypeError as error:
            raise SettingsError(str(error).replace("SimulatorSettings.__init__() ", "")) from None


_SECRETS = ("line_channel_secret", "line_access_token", "slack_signing_secret", "slack_bot_token", "slack_app_token")
