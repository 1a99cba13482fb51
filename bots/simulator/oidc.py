"""A small OpenID provider (練習用のアカウント): discovery, keys, a page to choose who one is, and the token endpoint.

It keeps the rules that a careful product relies on: registered redirect address, PKCE (S256 only), codes that work once
and for a minute, client authentication, ID tokens signed with a key made at start. The people are the simulated Slack
workspace's staff; their Slack id is the subject. There is no password: this is practice.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any
from urllib.parse import unquote_plus, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import APIRouter, Form, HTTPException, Request
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bots.simulator.world import World

CODE_LIFE_S = 60.0
TOKEN_LIFE_S = 300
Field = Annotated[str, Form()]
_PAGE = """<!doctype html><html lang="ja"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>練習用のアカウント</title><style>
body{{font:16px/1.7 system-ui,sans-serif;margin:0;background:#f2f2f2;color:#1a1a1c}}
main{{max-width:24rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:12px}}
h1{{font-size:1.25rem;margin:0 0 .5rem}}
button{{display:block;width:100%;margin:.5rem 0;padding:.75rem;font:inherit;text-align:left;color:#1a1a1c;
background:#fff;border:1px solid #767676;border-radius:8px;cursor:pointer}}
button:focus-visible{{outline:3px solid #0017c1}}
</style></head><body><main><h1>だれとして入りますか</h1><p>練習用のアカウントです。合い言葉は要りません。</p>
<form method="post" action="/oidc/choose"><input type="hidden" name="request" value="{request}">{people}</form>
</main></body></html>"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the product asked for at the authorize page; with `user`, what a code stands for."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    user: str = ""
    until: float = 0.0


def router(world: World) -> APIRouter:
    """The provider at /oidc; every address answers 404 while no client secret is set."""
    api = APIRouter(prefix="/oidc")
    key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "use": "sig", "alg": "ES256"})
    asked: dict[str, Asked] = {}
    codes: dict[str, Asked] = {}
    settings = world.settings

    def issuer() -> str:
        if not settings.oidc_client_secret:
            raise HTTPException(404, "no provider here")
        return f"{settings.base_url}/oidc"

    @api.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        at = issuer()
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }

    @api.get("/keys")
    async def keys() -> dict[str, Any]:
        issuer()
        return {"keys": [key.as_dict(private=False)]}

    @api.get("/authorize")
    async def authorize(request: Request) -> Response:
        issuer()
        said = request.query_params
        back = f"{settings.product_url}/console/oidc/back"
        if said.get("client_id") != settings.oidc_client_id or said.get("redirect_uri") != back:
            raise HTTPException(400, "client_id or redirect_uri is not registered")
        fine = said.get("response_type") == "code" and "openid" in said.get("scope", "").split()
        if not fine or said.get("code_challenge_method") != "S256" or not said.get("code_challenge"):
            return _back(back, error="invalid_request", state=said.get("state", ""))
        ticket = secrets.token_urlsafe(16)
        asked[ticket] = Asked(back, said.get("state", ""), said.get("nonce", ""), said["code_challenge"])
        people = [member for member in world.slack.members.values() if member.user_id in settings.oidc_people]
        buttons = "".join(
            f'<button name="user" value="{escape(one.user_id)}">{escape(one.name)}</button>' for one in people
        )
        return HTMLResponse(_PAGE.format(request=ticket, people=buttons))

    @api.post("/choose")
    async def choose(request: Field, user: Field) -> Response:
        wanted = asked.pop(request, None)
        if wanted is None or user not in settings.oidc_people:
            raise HTTPException(400, "begin again")
        code = secrets.token_urlsafe(24)
        until = world.clock.now() + CODE_LIFE_S
        codes[code] = Asked(wanted.redirect_uri, wanted.state, wanted.nonce, wanted.challenge, user, until)
        return _back(wanted.redirect_uri, code=code, state=wanted.state)

    @api.post("/token")
    async def token(
        request: Request, grant_type: Field = "", code: Field = "", redirect_uri: Field = "", code_verifier: Field = "",
        client_id: Field = "", client_secret: Field = "",
    ) -> Response:  # fmt: skip
        at = issuer()
        given = _basic(request.headers.get("authorization", "")) or (client_id, client_secret)
        if not _same(given, (settings.oidc_client_id, settings.oidc_client_secret)):
            return JSONResponse({"error": "invalid_client"}, 401)
        meant = codes.pop(code, None)
        if grant_type != "authorization_code" or meant is None or meant.redirect_uri != redirect_uri:
            return JSONResponse({"error": "invalid_grant"}, 400)
        proven = code_verifier and create_s256_code_challenge(code_verifier) == meant.challenge
        if not proven or meant.until < world.clock.now():
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(world.clock.now())
        claims = {"iss": at, "sub": meant.user, "aud": settings.oidc_client_id, "iat": now, "exp": now + TOKEN_LIFE_S}
        header = {"alg": "ES256", "kid": key.kid}
        signed = jwt.encode(header, {**claims, "nonce": meant.nonce}, key)
        answer = {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "id_token": signed}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return api


def _back(address: str, **said: str) -> Response:
    return RedirectResponse(f"{address}?{urlencode(said)}", 303)


def _basic(header: str) -> tuple[str, str] | None:
    kind, _, value = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(name), unquote_plus(secret)


def _same(given: tuple[str, str], wanted: tuple[str, str]) -> bool:
    return all(hmac.compare_digest(one.encode(), other.encode()) for one, other in zip(given, wanted, strict=True))
