"""The composition (組み立て): from settings to the parts of a process. Built once a process, never at import."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from bots.durable import Jobs, engine_for_jobs
from bots.outbox import DurableOutbox
from bots.settings import BadSettings, Settings, TenantSettings
from handoff.office import Office
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
    pack: Pack
    office: Office


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
    try:
        engine = make_engine(settings.database, pool_size=16)
        keystore = KeyStore(make_engine(settings.key_database, schema=None, pool_size=8), roots.kek)
    except BadDatabaseUrl as error:
        raise BadSettings(str(error)) from None
    keystore.prepare()
    upgrade(engine)
    job_engine = engine_for_jobs(settings.database, pool_size=16)
    jobs = Jobs(job_engine)
    vault = Vault(keystore, Sealer(keystore), BlindIndex(roots.pepper))
    has_slack = {name: tenant.slack is not None for name, tenant in settings.tenants.items()}
    outbox = DurableOutbox(jobs, vault.sealer, has_slack)
    tenants = {name: _tenant(name, settings.tenants[name], vault, roots.audit, outbox) for name in settings.tenants}
    return Parts(
        settings=settings,
        engine=engine,
        job_engine=job_engine,
        sessions=make_sessions(engine),
        jobs=jobs,
        vault=vault,
        outbox=outbox,
        alarm=Alarm.load(),
        tenants=tenants,
        session_key=roots.session,
    )


def _tenant(name: str, settings: TenantSettings, vault: Vault, audit_key: bytes, outbox: DurableOutbox) -> Tenant:
    try:
        pack = load_pack(settings.pack)
    except (FileNotFoundError, KeyError, ValueError):
        raise BadSettings(
            f"自治体パック「{settings.pack}」が読めません (TORITSUGI_TENANTS__{name.upper()}__PACK)。"
        ) from None
    return Tenant(name, settings, pack, Office(name, pack, vault, audit_key, outbox))


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
