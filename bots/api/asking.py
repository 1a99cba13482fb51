"""Who asks the API: a token with the right scope, not too often. Every faulty call gets the same kind of answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bots.parts import Parts, Tenant
from handoff import ledger, tokens
from handoff.tokens import TokenRef
from intake.clock import now_ms

_PER_TOKEN: Final = RateLimitItemPerMinute(120)
_WRONG: Final = RateLimitItemPerMinute(20)
_bearer = HTTPBearer(auto_error=False, scheme_name="token", description="連携の鍵 (tst_…)")


class ApiFault(Exception):
    """An answer other than 200. `title` is for people, `code` for programs; neither holds anything personal."""

    def __init__(self, status: int, code: str, title: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.title, self.headers = status, code, title, headers or {}


NOT_FOUND: Final = "見つかりません。番号がちがうか、この鍵では読めません。"


@dataclass(frozen=True, slots=True)
class Api:
    """What the routes need."""

    parts: Parts
    window: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))


@dataclass(frozen=True, slots=True)
class Asking:
    """A call that may go on."""

    api: Api
    token: TokenRef
    tenant: Tenant
    now: int


def needs(scope: str) -> Callable[..., Asking]:
    """A dependency: the call, if its token holds and has the scope. Raises `ApiFault` 401, 403 or 429."""

    def asking(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Asking:
        api: Api = request.app.state.api
        address = request.client.host if request.client else ""
        if not api.window.test(_WRONG, "wrong", address):
            raise ApiFault(429, "too_many", "回数が多すぎます。しばらく待ってください。", {"Retry-After": "60"})
        now = now_ms()
        with api.parts.sessions.begin() as session:
            token = tokens.of_text(session, given.credentials, now) if given else None
        tenant = api.parts.tenants.get(token.tenant) if token else None
        if token is None or tenant is None:
            api.window.hit(_WRONG, "wrong", address)
            raise ApiFault(401, "no_token", "鍵がないか、使えない鍵です。", {"WWW-Authenticate": "Bearer"})
        if scope not in token.scopes:
            raise ApiFault(403, "no_scope", f"この鍵ではできません（{scope}）。")
        if not api.window.hit(_PER_TOKEN, "token", str(token.id)):
            raise ApiFault(429, "too_many", "回数が多すぎます。しばらく待ってください。", {"Retry-After": "60"})
        return Asking(api, token, tenant, now)

    asking.__annotations__["given"] = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    asking.__annotations__["request"] = Request
    return asking


def on_record(asked: Asking, what: str, *, case_id: int | None = None, detail: str = "") -> None:
    """Write the call into the audit log, before its answer leaves."""
    office = asked.tenant.office
    with asked.api.parts.sessions.begin() as session:
        ledger.audit(
            session, office.audit_key, office.tenant, at=asked.now, action=what, staff_id=None, case_id=case_id,
            detail=f"#{asked.token.id} {detail}".strip(),
        )  # fmt: skip
