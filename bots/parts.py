"""The composition (組み立て): from settings to the parts of a process. Built once a process, never at import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from bots import call_ways
from bots.durable import Jobs, engine_for_jobs
from bots.outbox import DurableOutbox
from bots.settings import BadSettings, Settings, TenantSettings
from handoff.numbers import load_registry
from handoff.office import Office
from handoff.overlay_shelf import PackShelf, Ways
from handoff.pack import Pack
from handoff.pack import load as load_pack
from intake import secrets
from intake.cases import Vault
from intake.db import BadDatabaseUrl, make_engine, make_sessions
from intake.keystore import KeyStore
from intake.migrations import upgrade
from intake.seal import BlindIndex, Sealer
from triage.alarm import Alarm


@dataclass(frozen=True, slots=True)
class Tenant:
    """One municipality, ready to serve."""

    name: str
    settings: TenantSettings
    office: Office

    @property
    def pack(self) -> Pack:
        """The town's pack as it is now, its changes on screen included."""
        return self.office.pack


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that routes and jobs need. The engines are separate pools on purpose."""

    settings: Settings
    engine: Engine
    job_engine: Engine
    sessions: sessionmaker[Session]
    jobs: Jobs
    vault: Vault
    outbox: DurableOutbox
    alarm: Alarm
    tenants: dict[str, Tenant]
    session_key: bytes = field(repr=False)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()
        self.job_engine.dispose()
        self.vault.keys.close()


def build(settings: Settings) -> Parts:
    """Open keys, databases and packs, and bring the schema up to date.

    Raises `BadSettings` with a sentence that names what to mend.
    """
    if not settings.tenants:
        raise BadSettings("自治体が一つも設定されていません (TORITSUGI_TENANTS または toritsugi.toml の [tenants.*])。")
    try:
        roots = secrets.load(settings.keys_dir)
    except (secrets.KeysMissing, secrets.KeysUnsafe) as error:
        raise BadSettings(str(error)) from None
    except OSError as error:
        raise BadSettings(f"鍵のフォルダが読めません ({type(error).__name__}、TORITSUGI_KEYS_DIR)。") from None
    try:
        engine = make_engine(settings.database, pool_size=16)
        keystore = KeyStore(make_engine(settings.key_database, schema=None, pool_size=8), roots.kek)
    except BadDatabaseUrl as error:
        raise BadSettings(str(error)) from None
    with reachable("TORITSUGI_KEYS_URL" if settings.keys_url else "TORITSUGI_KEYS_DIR"):
        keystore.prepare()
    with reachable("TORITSUGI_DATABASE_URL" if settings.database_url else "TORITSUGI_DATA_DIR"):
        upgrade(engine)
    job_engine = engine_for_jobs(settings.database, pool_size=16)
    jobs = Jobs(job_engine)
    vault = Vault(keystore, Sealer(keystore), BlindIndex(roots.pepper))
    has_slack = {name: tenant.slack is not None for name, tenant in settings.tenants.items()}
    outbox = DurableOutbox(
        jobs,
        vault.sealer,
        has_slack,
        {name: set(tenant.notify) for name, tenant in settings.tenants.items()},
        {name for name, tenant in settings.tenants.items() if tenant.mode == "shadow"},
    )
    sessions = make_sessions(engine)
    tenants = {
        name: _tenant(name, settings.tenants[name], sessions, vault, roots.audit, outbox) for name in settings.tenants
    }
    return Parts(
        settings=settings,
        engine=engine,
        job_engine=job_engine,
        sessions=sessions,
        jobs=jobs,
        vault=vault,
        outbox=outbox,
        alarm=Alarm.load(),
        tenants=tenants,
        session_key=roots.session,
    )


@contextmanager
def reachable(setting: str) -> Iterator[None]:
    """Turns a database that is away, refuses us or is no database into `BadSettings` that names `setting`.

    Every other fault passes: it is ours, and its traceback is needed.
    """
    try:
        yield
    except DatabaseError as error:
        refused = getattr(error.orig, "sqlstate", None) == "42501"  # insufficient_privilege
        # SQLite says with the bare class that the file is none of its own.
        if not (refused or isinstance(error, OperationalError) or type(error) is DatabaseError):
            raise
        raise BadSettings(_AWAY.format(type(error.orig).__name__, setting)) from None
    except (InterfaceError, UnicodeError) as error:
        raise BadSettings(_AWAY.format(type(error).__name__, setting)) from None


_AWAY = "データベースにつながらないか、開けません ({}、{})。"


def _tenant(
    name: str,
    settings: TenantSettings,
    sessions: sessionmaker[Session],
    vault: Vault,
    audit_key: bytes,
    outbox: DurableOutbox,
) -> Tenant:
    try:
        pack = load_pack(settings.pack)
    except (FileNotFoundError, KeyError, ValueError):
        raise BadSettings(
            f"自治体パック「{settings.pack}」が読めません (TORITSUGI_TENANTS__{name.upper()}__PACK)。"
        ) from None
    call_ways.settled(name, settings, pack)
    ways = Ways(settings.slack is not None, frozenset(settings.notify))
    shelf = PackShelf(name, pack, load_registry(), sessions, ways)
    shadow = settings.mode == "shadow"
    return Tenant(name, settings, Office(name, shelf, vault, audit_key, outbox, settings.undo_seconds, shadow))


def console_tenant(parts: Parts) -> Tenant:
    """The municipality whose console this installation serves. Raises `BadSettings` when that is not clear."""
    name = parts.settings.console_tenant
    if name:
        if name not in parts.tenants:
            raise BadSettings("コンソールの自治体が設定にありません (TORITSUGI_CONSOLE_TENANT)。")
        return parts.tenants[name]
    if len(parts.tenants) > 1:
        raise BadSettings("自治体が二つ以上あります。コンソールの自治体を選んでください (TORITSUGI_CONSOLE_TENANT)。")
    return next(iter(parts.tenants.values()))
