"""Sign-in by OpenID Connect with any provider (職場のアカウント): authorization code, PKCE, state, nonce. By Authlib.

What counts as identity is (issuer, subject) of a verified ID token, never an e-mail address or a name. The provider is
found by its discovery document over https; plain http only on this machine (tests, practice town). Nothing that the
provider says enters an exception or a log.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from handoff.sign_in_tries import Try

TIMEOUT_S = 8.0
LEEWAY_S = 120
_KEPT_S = 3_600.0
_AWAY_S = 15.0
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures by key pairs only: a shared secret (HS256) would make our own settings a key to every account."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class SignInFailed(Exception):
    """The provider did not vouch for anybody. `code`: `away`, `discovery`, `token`, `id_token`, `subject`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class OidcSite:
    """What the municipality set. `label` stands on the button; `back` is our callback address."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str
    scopes: tuple[str, ...]
    back: str


class Provider:
    """The provider as one process knows it: its addresses and keys for an hour, that it is away for 15 seconds."""

    def __init__(self, site: OidcSite) -> None:
        self.site = site
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}
        self._away_until = 0.0

    @property
    def label(self) -> str:
        """What the button says."""
        return self.site.label

    def address(self, begun: Try) -> str:
        """Where the browser is sent. Raises `SignInFailed`."""
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._found()["authorization_endpoint"],
                state=begun.state,
                code_verifier=begun.verifier,
                nonce=begun.nonce,
            )
        return str(address)

    def subject(self, code: str, begun: Try, now: int) -> str:
        """Who came back with `code`: the verified token's subject. `now` in ms UTC. Raises `SignInFailed`."""
        found = self._found()
        try:
            with self._client() as client:
                token = client.fetch_token(
                    found["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=begun.verifier,
                )
        except (AuthlibBaseError, httpx2.HTTPError, ValueError):
            raise SignInFailed("token") from None
        raw = token.get("id_token")
        if not isinstance(raw, str):
            raise SignInFailed("token")
        subject = self._claims(raw, token.get("access_token"), begun.nonce, now).get("sub")
        if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
            raise SignInFailed("subject")
        return subject

    def _claims(self, raw: str, access_token: object, nonce: str, now: int) -> CodeIDToken:
        try:
            decoded = self._decoded(raw)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self.site.issuer},
                    "aud": {"essential": True, "value": self.site.client_id},
                },
                {"nonce": nonce, "client_id": self.site.client_id, "access_token": access_token},
            )
            claims.validate(now=now // 1000, leeway=LEEWAY_S)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError):
            raise SignInFailed("id_token") from None
        return claims

    def _decoded(self, raw: str) -> jwt.Token:
        try:
            return jwt.decode(raw, self._keys(), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # Providers change their keys: look once more, at most once a minute.
            return jwt.decode(raw, self._keys(older_s=60.0), algorithms=_ALGORITHMS)

    def _keys(self, older_s: float = _KEPT_S) -> KeySet:
        return KeySet.import_key_set(self._got(self._found()["jwks_uri"], older_s))  # type: ignore[arg-type]

    def _found(self) -> dict[str, Any]:
        """The discovery document, of this very issuer and with addresses that may be asked."""
        found = self._got(f"{self.site.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.site.issuer or not all(self._may_ask(found.get(name)) for name in _NEEDED):
            raise SignInFailed("discovery")
        return found

    def _may_ask(self, address: object) -> bool:
        if not isinstance(address, str):
            return False
        parts = urlsplit(address)
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK and self._practice)

    @property
    def _practice(self) -> bool:
        parts = urlsplit(self.site.issuer)
        return parts.scheme == "http" and parts.hostname in _LOOPBACK

    def _got(self, address: str, older_s: float = _KEPT_S) -> dict[str, Any]:
        """A JSON document, kept for an hour. One asks at a time; while the provider is away nobody waits for it."""
        if not self._may_ask(address):
            raise SignInFailed("discovery")
        with self._lock:
            at, kept = self._kept.get(address, (0.0, {}))
            clock = time.monotonic()
            if kept and clock - at < older_s:
                return kept
            if clock < self._away_until:
                raise SignInFailed("away")
            try:
                answer = httpx2.get(address, timeout=TIMEOUT_S, trust_env=not self._practice)
                answer.raise_for_status()
                document = answer.json()
            except (httpx2.HTTPError, ValueError):
                self._away_until = time.monotonic() + _AWAY_S
                raise SignInFailed("away") from None
            if not isinstance(document, dict):
                raise SignInFailed("discovery")
            self._kept[address] = (clock, document)
            return document

    def _client(self) -> OAuth2Client:
        ways = self._found().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return OAuth2Client(
            client_id=self.site.client_id,
            client_secret=self.site.client_secret,
            token_endpoint_auth_method=next((way for way in _AUTH if way in ways), "client_secret_post"),
            scope=" ".join(self.site.scopes),
            redirect_uri=self.site.back,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            trust_env=not self._practice,
        )


_AUTH = ("client_secret_basic", "client_secret_post")
