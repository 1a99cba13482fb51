"""Starts the simulator and the product as two children over a temporary folder, with random practice secrets."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bots.demo import children
from bots.demo.account import DidNotStart, set_up_line
from bots.demo.scratch import scratch_database
from bots.parts import build
from bots.settings import DEMO_PREFIX, Settings, given
from bots.simulator.control_slack import DEFAULT_STAFF
from handoff import login
from handoff.pack import load as load_pack
from intake import secrets as keys
from intake.clock import now_ms

TENANT = "mihon"
TEAM = "T0MIHON"
CHANNEL = "C0MADOGUCHI"
CHILD_CHANNEL = "C0KODOMO"
STAFF: Sequence[tuple[str, str, str]] = (
    ("あお", "intake", DEFAULT_STAFF),
    ("みどり", "worker", "U0TANTOU"),
    ("もも", "manager", "U0KANRI"),
    ("きいろ", "intake", "U0TOUBAN"),
    ("ぎん", "auditor", "U0KANSA"),
)
"""Name, role and Slack id of the fictional people at the desk, as the practice page calls them."""
__all__ = ["CHANNEL", "STAFF", "TEAM", "TENANT", "DidNotStart", "Town", "start_product", "town"]


@dataclass(frozen=True, slots=True)
class Town:
    """A running practice town."""

    page: str
    console: str
    settings: Settings
    product: list[subprocess.Popen[bytes]] = field(repr=False)
    starter: tuple[str, ...] = ("-m",)


@contextmanager
def town(
    database: str = "",
    port: int = 0,
    *,
    roles: Sequence[str] = ("up",),
    simulator: Mapping[str, object] | None = None,
    pack: str = "mihon",
    undo_seconds: int = 2,
    starter: Sequence[str] = ("-m",),
) -> Iterator[Town]:
    """The town while the block runs. `roles` are the product's processes; `port` 0 takes any free ones.

    `simulator` changes the simulator's own settings; `undo_seconds`: how long an answer of staff waits; `starter` are
    the arguments of Python before a child's module (journeys start their children at another hour). Raises
    `DidNotStart`, or `BadSettings` for an unusable database. Leaves no process, file or database behind.
    """
    folder = Path(tempfile.mkdtemp(prefix="toritsugi-demo-"))
    product: list[subprocess.Popen[bytes]] = []
    stage: list[subprocess.Popen[bytes]] = []
    try:
        with scratch_database(database) as url:
            ports = children.ports(port)
            settings = _settings(folder, url, ports, pack, undo_seconds)
            console = f"{settings.base_url}/console/login/{_prepare(settings)}"
            page = f"http://127.0.0.1:{ports[1]}"
            stage.append(
                children.child([*starter, "bots.simulator"], _simulator(settings, ports, console, simulator or {}))
            )
            running = Town(page, console, settings, product, tuple(starter))
            for role in roles:
                start_product(running, role)
            children.wait(f"{page}/control/personas", stage[0], "simulator")
            children.wait(f"{settings.base_url}/readyz", product[0], "toritsugi")
            set_up_line(settings, TENANT)
            try:
                yield running
            finally:
                # Product first, so that its last words still find the simulator.
                children.stop(product)
                children.stop(stage)
    finally:
        children.stop([*product, *stage])
        shutil.rmtree(folder, ignore_errors=True)


def start_product(running: Town, role: str) -> subprocess.Popen[bytes]:
    """One more process of the product in a running town."""
    child = children.child([*running.starter, "bots", role], _variables(running.settings))
    running.product.append(child)
    return child


def _prepare(settings: Settings) -> str:
    keys.create(settings.keys_dir, data_exists=False)
    settings.data_dir.mkdir(parents=True)
    parts = build(settings)
    try:
        with parts.sessions.begin() as session:
            now = now_ms()
            ids = []
            for name, role, slack_user in STAFF:
                staff_id = login.add_staff(session, TENANT, name, role, "", now)
                login.link_identity(session, TENANT, "slack", f"{TEAM}:{slack_user}", staff_id)
                if oidc := settings.tenants[TENANT].oidc:
                    login.link_identity(session, TENANT, oidc.issuer, slack_user, staff_id)
                ids.append(staff_id)
            return login.make_link(session, TENANT, ids[0], now, ttl_ms=8 * 3_600_000)
    finally:
        parts.close()


def _settings(folder: Path, url: str, ports: tuple[int, int], pack: str, undo_seconds: int = 2) -> Settings:
    simulator = f"http://127.0.0.1:{ports[1]}"
    line = {
        "channel_secret": _secret(),
        "access_token": _secret(),
        "destination": "U" + "0" * 31 + "b",
        "api_base": f"{simulator}/line-api",
    }
    slack = {
        "team_id": TEAM,
        "channel": CHANNEL,
        "channels": {"kodomo": CHILD_CHANNEL, "domain:child": CHILD_CHANNEL},
        "bot_token": _secret(),
        "signing_secret": _secret(),
        "app_token": _secret(),
        "api_base": f"{simulator}/slack-api/",
    }
    return given(
        data_dir=folder / "data",
        keys_dir=folder / "keys",
        database_url=url,
        port=ports[0],
        frame_ancestors=(simulator,),
        tenants={
            TENANT: {
                "pack": pack,
                "line": line,
                "slack": slack,
                "notify": _notify(ports[1]),
                "oidc": _provider(simulator),
                "undo_seconds": undo_seconds,
            }
        },
    )


def _provider(simulator: str) -> dict[str, str]:
    """The simulator's provider: its people are those of the practice workspace."""
    return {
        "issuer": f"{simulator}/oidc",
        "client_id": "toritsugi",
        "client_secret": _secret(),
        "label": "練習用のアカウント",
    }


def _notify(port: int) -> dict[str, tuple[str, ...]]:
    """The calls beside Slack arrive at the simulator's inbox."""
    return {name: (f"json://127.0.0.1:{port}/notify/{name}",) for name in ("first", "second")}


def _variables(settings: Settings) -> dict[str, str]:
    """The environment of a product process with exactly these settings."""
    tenants = {
        name: {
            "pack": tenant.pack,
            "line": _plain(tenant.line.model_dump()) if tenant.line else None,
            "slack": _plain(tenant.slack.model_dump()) if tenant.slack else None,
            "notify": {name: [url.get_secret_value() for url in urls] for name, urls in tenant.notify.items()},
            "undo_seconds": tenant.undo_seconds,
            "oidc": _plain(tenant.oidc.model_dump()) if tenant.oidc else None,
        }
        for name, tenant in settings.tenants.items()
    }
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("TORITSUGI_")},
        "TORITSUGI_CONFIG": os.devnull,
        "TORITSUGI_DATA_DIR": str(settings.data_dir),
        "TORITSUGI_KEYS_DIR": str(settings.keys_dir),
        "TORITSUGI_DATABASE_URL": settings.database_url,
        "TORITSUGI_PORT": str(settings.port),
        "TORITSUGI_FRAME_ANCESTORS": json.dumps(list(settings.frame_ancestors)),
        "TORITSUGI_TENANTS": json.dumps(tenants),
    }


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    reveal = "get_secret_value"
    return {name: getattr(value, reveal)() if hasattr(value, reveal) else value for name, value in values.items()}


def _simulator(settings: Settings, ports: tuple[int, int], console: str, more: Mapping[str, object]) -> dict[str, str]:
    tenant = json.loads(_variables(settings)["TORITSUGI_TENANTS"])[TENANT]
    values = {
        "product_url": f"http://127.0.0.1:{ports[0]}",
        "port": ports[1],
        "tenant": TENANT,
        "town": load_pack(settings.tenants[TENANT].pack).municipality,
        "line_channel_secret": tenant["line"]["channel_secret"],
        "line_access_token": tenant["line"]["access_token"],
        "bot_user_id": tenant["line"]["destination"],
        "slack_signing_secret": tenant["slack"]["signing_secret"],
        "slack_bot_token": tenant["slack"]["bot_token"],
        "slack_app_token": tenant["slack"]["app_token"],
        "slack_team_id": TEAM,
        "slack_channel_id": CHANNEL,
        "slack_channels": [(CHILD_CHANNEL, "こども-練習")],
        "oidc_client_id": tenant["oidc"]["client_id"],
        "oidc_client_secret": tenant["oidc"]["client_secret"],
        "oidc_people": [slack_user for _, _, slack_user in STAFF],
        "console_url": console,
        "console_home_url": f"{settings.base_url}/console/",
        **more,
    }
    return {**os.environ, "TORITSUGI_SIMULATOR": json.dumps(values)}


def _secret() -> str:
    return DEMO_PREFIX + secrets.token_urlsafe(24)
