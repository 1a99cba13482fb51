"""Configuration (設定), from `toritsugi.toml`, the environment and secret files; every fault names its setting.

Environment names are `TORITSUGI_…` with `__` between levels, such as `TORITSUGI_TENANTS__MIHON__LINE__CHANNEL_SECRET`.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, DirectoryPath, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

DEMO_PREFIX = "demo-"
"""Secrets of the simulator begin so; they are refused with real hosts, and real ones with the simulator."""

LINE_HOST = "https://api.line.me"
SLACK_HOST = "https://slack.com/api/"
_FIELD = re.compile(r'field "([a-z_]{1,40})"')
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadSettings(Exception):
    """The configuration is not usable. The message is a sentence in Japanese that names the setting."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LineSettings(_Strict):
    """A LINE official account. `destination` is the bot's own user id (`/v2/bot/info`), "" accepts any."""

    channel_secret: SecretStr
    access_token: SecretStr
    destination: str = ""
    api_base: str = LINE_HOST


class SlackSettings(_Strict):
    """A Slack app in one workspace and the private channel where cards go."""

    mode: Literal["http", "socket"] = "http"
    team_id: str
    channel: str
    bot_token: SecretStr
    signing_secret: SecretStr
    app_token: SecretStr | None = None
    api_base: str = SLACK_HOST
    channels: dict[str, str] = {}
    """More private channels: a desk's id, or `domain:child` for a domain → channel id."""


class OidcSettings(_Strict):
    """Sign-in by OpenID Connect: any provider with a discovery document (Slack: `https://slack.com`).

    `label`: what the button says. Who may come in is decided by invitation, never by name or e-mail.
    """

    issuer: str
    client_id: str
    client_secret: SecretStr
    label: str = "職場のアカウント"
    scopes: tuple[str, ...] = ("openid",)


class TenantSettings(_Strict):
    """One municipality (自治体): its pack and its channels. Slack is optional.

    `notify`: the other ways to reach staff, by name: apprise addresses (`mailtos://…`, `json://…`, `sns://…`). They
    hold passwords, so they stand here and not in the pack, which names them (`on_call.rota`).
    `mode`: `live`; `shadow` beside the old way: everything is taken in and read, nothing is sent to anybody.
    `undo_seconds`: how long an answer of staff waits, so that it can be taken back (取り消し).
    """

    pack: str = "mihon"
    line: LineSettings | None = None
    slack: SlackSettings | None = None
    notify: dict[str, tuple[SecretStr, ...]] = {}
    oidc: OidcSettings | None = None
    mode: Literal["live", "shadow"] = "live"
    undo_seconds: Annotated[int, Field(ge=0, le=120)] = 30
    packet_forms: DirectoryPath | None = None
    """A folder with the town's own Excel forms for packets: `application.xlsx`, `application.toml` … (様式)."""


class Settings(BaseSettings):
    """The whole configuration of one installation."""

    model_config = SettingsConfigDict(
        env_prefix="TORITSUGI_", env_nested_delimiter="__", extra="forbid", frozen=True, secrets_dir=None
    )

    data_dir: Path = Path("data")
    keys_dir: Path = Path("keys")
    database_url: str = ""
    keys_url: str = ""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8800
    public_url: str = ""
    console_tenant: str = ""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Whose `X-Forwarded-For` counts: unless a proxy on another machine is named, all visitors look like one."""
    frame_ancestors: tuple[str, ...] = ()
    debug: bool = False
    tenants: dict[str, TenantSettings] = {}

    @field_validator("tenants")
    @classmethod
    def _names(cls, tenants: dict[str, TenantSettings]) -> dict[str, TenantSettings]:
        for name in tenants:
            if not name.isascii() or not name.replace("-", "").isalnum() or len(name) > 40:
                raise ValueError("tenant")
        return tenants

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the TOML file."""
        path = Path(os.environ.get("TORITSUGI_CONFIG", "toritsugi.toml"))
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=path))

    @property
    def database(self) -> str:
        """The database URL: PostgreSQL's, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'toritsugi.db').absolute()}"

    @property
    def key_database(self) -> str:
        """The key store's URL: its own, or SQLite in the key folder."""
        return self.keys_url or f"sqlite:///{(self.keys_dir / 'keys.db').absolute()}"

    @property
    def base_url(self) -> str:
        """The address at which browsers reach the console, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


class _Given(Settings):
    """Settings that nothing around them changes."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments only."""
        return (init_settings,)


def load(**overrides: object) -> Settings:
    """Read the configuration. Raises `BadSettings`; what it says never quotes a value."""
    named = os.environ.get("TORITSUGI_CONFIG")
    if named and not Path(named).exists():
        raise BadSettings("設定ファイルがありません (TORITSUGI_CONFIG)。")
    return _made(Settings, overrides)


def given(**values: object) -> Settings:
    """Exactly these settings, for a practice town or a measurement: a real town's file or environment stays out."""
    return _made(_Given, values)


def _made(kind: type[Settings], values: dict[str, object]) -> Settings:
    try:
        settings = kind(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        names = "、".join(sorted({_env_name(item["loc"]) for item in error.errors()}))
        raise BadSettings(f"設定が正しくありません: {names}") from None
    except SettingsError as error:
        # Its message names the field and the source; the value stands in its cause only.
        found = _FIELD.search(str(error))
        name = _env_name((found[1],)) if found else "TORITSUGI_…"
        raise BadSettings(f"設定が読めません (JSON ではありません): {name}") from None
    except (ValueError, OSError) as error:
        raise BadSettings(f"設定ファイルが読めません ({type(error).__name__}): toritsugi.toml") from None
    check(settings)
    return settings


def check(settings: Settings) -> None:
    """Refuse what must not start: missing or default secrets, keys among the data, debug with real hosts."""
    data, keys = settings.data_dir.resolve(), settings.keys_dir.resolve()
    if keys == data or data in keys.parents:
        raise BadSettings("鍵のフォルダは、データのフォルダの外に置いてください (TORITSUGI_KEYS_DIR)。")
    for name, tenant in settings.tenants.items():
        prefix = f"TORITSUGI_TENANTS__{name.upper()}"
        if tenant.line:
            _check_secrets(
                f"{prefix}__LINE",
                tenant.line.api_base,
                {"CHANNEL_SECRET": tenant.line.channel_secret, "ACCESS_TOKEN": tenant.line.access_token},
                settings.debug,
            )
        if tenant.slack:
            secrets = {"SIGNING_SECRET": tenant.slack.signing_secret, "BOT_TOKEN": tenant.slack.bot_token}
            if tenant.slack.mode == "socket":
                if tenant.slack.app_token is None:
                    raise BadSettings(f"Socket Mode には {prefix}__SLACK__APP_TOKEN が必要です。")
                secrets["APP_TOKEN"] = tenant.slack.app_token
            _check_secrets(f"{prefix}__SLACK", tenant.slack.api_base, secrets, settings.debug)
        if tenant.oidc:
            secret = {"CLIENT_SECRET": tenant.oidc.client_secret}
            _check_secrets(f"{prefix}__OIDC", tenant.oidc.issuer, secret, settings.debug, host_name="ISSUER")


def _check_secrets(
    prefix: str, host: str, secrets: dict[str, SecretStr], debug: bool, host_name: str = "API_BASE"
) -> None:
    try:
        address = urlsplit(host)
    except ValueError:
        raise BadSettings(f"宛先が読めません: {prefix}__{host_name}") from None
    practice = address.hostname in _LOOPBACK
    if debug and not practice:
        raise BadSettings("debug は本物の LINE・Slack と一緒には使えません (TORITSUGI_DEBUG)。")
    if not practice and address.scheme != "https":
        raise BadSettings(f"https の宛先だけが使えます: {prefix}__{host_name}")
    for name, secret in secrets.items():
        value = secret.get_secret_value()
        if len(value) < 16 or value.lower() in {"changeme", "change-me", "secret", "password"}:
            raise BadSettings(f"{prefix}__{name} が空か、短すぎます。発行された値を入れてください。")
        if value.startswith(DEMO_PREFIX) != practice:
            raise BadSettings(
                f"{prefix}__{name} と {prefix}__{host_name} が合いません (練習用の値は練習用の宛先だけで使えます)。"
            )


def _env_name(location: tuple[int | str, ...]) -> str:
    return "TORITSUGI_" + "__".join(str(part).upper() for part in location)
