"""Signing in with the account of one's workplace, through a real provider (`handoff.console.oidc`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from browser_kit import needs_browser, new_page
from console_browser import Browser
from console_town import Town
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from serve_kit import address_of, free_socket, served
from sqlalchemy import select, update

from bots.oidc import provider_of
from bots.settings import BadSettings, OidcSettings, given
from bots.simulator.app import create_app
from bots.simulator.settings import SimulatorSettings
from handoff import login, sign_in_tries, sign_ins
from handoff.console.oidc import OAuth2Client, Provider, SignInFailed
from handoff.console.router import make_console
from handoff.login_records import ConsoleSession
from handoff.records import Audit
from intake.clock import now_ms

Browsers = Callable[..., Browser]
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def practice() -> Iterator[tuple[Any, OidcSettings]]:
    """A simulator with its provider, and a free socket for the console that it knows."""
    product, sock = free_socket(), free_socket()
    settings = SimulatorSettings(
        product_url=address_of(product), port=sock.getsockname()[1], line_channel_secret="x", line_access_token="x",
        slack_signing_secret="x", slack_bot_token="x", slack_app_token="x",
        oidc_client_secret="demo-secret-of-the-provider", oidc_people=("U0UKETSUKE", "U0TANTOU"),
    )  # fmt: skip
    with served(create_app(settings), sock):
        yield (
            product,
            OidcSettings(
                issuer=f"{settings.base_url}/oidc", client_id="toritsugi", label="練習用のアカウント",
                client_secret=settings.oidc_client_secret,  # type: ignore[arg-type]
            ),
        )  # fmt: skip
    product.close()


@pytest.fixture
def ready(practice: tuple[Any, OidcSettings], town: Town, browser: Browsers) -> tuple[Browsers, Provider]:
    """Browsers of a console with the provider."""
    product, settings = practice
    town.now = now_ms()
    provider = provider_of(settings, address_of(product))
    assert provider is not None
    return lambda **more: browser(oidc=provider, **more), provider


def choose(address: str, user: str = "U0UKETSUKE") -> str:
    """What a person does at the provider; where it sends them back, path and query."""
    with httpx2.Client(trust_env=False) as client:
        page = client.get(address)
        assert page.status_code == 200 and "だれとして" in page.text
        ticket = page.text.split('name="request" value="')[1].split('"')[0]
        answer = client.post(
            f"{address.split('/authorize', maxsplit=1)[0]}/choose", data={"request": ticket, "user": user}
        )  # fmt: skip
    back = urlsplit(answer.headers["location"])
    assert back.path == "/console/oidc/back"
    return f"{back.path}?{back.query}"


def out(client: Browser, path: str = "/console/oidc") -> str:
    answer = client.get(path, headers=HERE)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def said(town: Town, action: str) -> list[str]:
    with town.sessions() as session:
        return list(session.scalars(select(Audit.detail).where(Audit.action == action)))


def tie(town: Town, provider: Provider, who: str, subject: str) -> None:
    with town.sessions.begin() as session:
        login.link_identity(session, town.office.tenant, provider.site.issuer, subject, town.staff[who].id)


def test_a_linked_account_lets_in_once(town: Town, ready: tuple[Browsers, Provider]) -> None:
    browser, provider = ready
    tie(town, provider, "sato", "U0UKETSUKE")
    client = browser()
    assert "練習用のアカウントで入る" in client.get("/console/login").text
    address = out(client)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["nonce"] and asked["scope"] == ["openid"]
    back = choose(address)
    entered = client.get(back, headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36"})
    assert entered.status_code == 303 and entered.headers["location"] == "/console/"
    assert client.get("/console/").status_code == 200
    with town.sessions() as session:
        row = session.scalars(select(ConsoleSession)).one()
        assert (row.via, row.browser) == ("oidc", "Chrome・Windows")
    assert client.get(back).status_code == 403, "a try is used once"
    assert said(town, "signed_in") == ["oidc"]


def test_an_unknown_account_is_told_plainly(town: Town, ready: tuple[Browsers, Provider]) -> None:
    browser, _ = ready
    client = browser()
    answer = client.get(choose(out(client)))
    assert answer.status_code == 403 and "招待が必要です" in answer.text and "あお" not in answer.text
    assert said(town, "sign_in_refused") == ["unknown"]
    assert client.get("/console/").status_code == 303


def test_only_the_browser_that_set_out_comes_back(town: Town, ready: tuple[Browsers, Provider]) -> None:
    browser, provider = ready
    tie(town, provider, "sato", "U0UKETSUKE")
    mine, thief = browser(), browser()
    out(thief)
    back = choose(out(mine))
    assert thief.get(back).status_code == 403 and browser().get(back).status_code == 403
    town.now += sign_in_tries.TRY_MS
    assert mine.get(back).status_code == 403
    late = choose(out(mine))
    town.now = now_ms()
    assert mine.get(late).status_code == 303
    assert mine.get("/console/oidc", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert mine.get("/console/oidc/back?error=access_denied&state=x").status_code == 403


def test_an_invitation_ties_the_account(town: Town, ready: tuple[Browsers, Provider]) -> None:
    browser, _provider = ready
    with town.sessions.begin() as session:
        invite = login.make_link(
            session, town.office.tenant, town.staff["tanaka"].id, town.now, login.INVITE_TTL_MS, kind="invite"
        )
    client = browser()
    assert "招待されています" in client.get(f"/console/invite/{invite}").text
    assert client.post(f"/console/invite/{invite}", headers=HERE).status_code == 403, "the account is the way in"
    assert client.post(f"/console/login/{invite}", headers=HERE).status_code == 403, "an invitation is no login link"
    taken = client.get(choose(out(client, f"/console/invite/{invite}/oidc"), "U0TANTOU"))
    assert taken.status_code == 303 and said(town, "identity_linked") == ["oidc"]
    again = browser()
    assert again.get(choose(out(again), "U0TANTOU")).status_code == 303
    spent = again.get(choose(out(again, f"/console/invite/{invite}/oidc"), "U0UKETSUKE"))
    assert spent.status_code == 403 and "使い終わった" in spent.text
    with town.sessions.begin() as session:
        other = login.make_link(session, town.office.tenant, town.staff["suzuki"].id, town.now, kind="invite")
    for _ in range(2):
        taken = again.get(choose(out(again, f"/console/invite/{other}/oidc"), "U0TANTOU"))
        assert taken.status_code == 403 and "ほかの職員" in taken.text, "refused, and the invitation still there"


def test_without_a_provider_an_invitation_signs_in(town: Town, browser: Browsers) -> None:
    with town.sessions.begin() as session:
        first, second = (
            login.make_link(session, town.office.tenant, town.staff["mori"].id, town.now, kind="invite")
            for _ in range(2)
        )
    assert browser().post(f"/console/invite/{first}", headers=HERE).status_code == 403, "the newer one counts"
    client = browser()
    assert client.post(f"/console/invite/{second}", headers=HERE).status_code == 303
    assert client.get("/console/audit").status_code == 200
    assert client.get("/console/oidc").status_code == 404


def crafted(provider: Provider, monkeypatch: pytest.MonkeyPatch, **how: Any) -> Callable[[], str]:
    """Who the provider seems to say comes in, when its token is made as told."""
    key, other = ECKey.generate_key("P-256", {"kid": "a"}), ECKey.generate_key("P-256", {"kid": "a"})
    now = now_ms() // 1000
    claims = {"iss": provider.site.issuer, "aud": "toritsugi", "sub": "U1", "nonce": "n", "iat": now, "exp": now + 60}
    claims |= how.get("claims", {})
    claims = {name: value for name, value in claims.items() if value is not None}
    with_key = {"other": other, "own": key}.get(how.get("key", "own"), key)
    header = {"alg": "ES256", "kid": "a"}
    if how.get("key") == "shared":
        with_key, header = OctKey.import_key(provider.site.client_secret), {"alg": "HS256"}
    token = jwt.encode(header, claims, with_key, algorithms=["ES256", "HS256"])
    if how.get("key") == "none":
        token = f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."
    documents = {"keys": {"keys": [key.as_dict(private=False)]}}
    found = Provider._got

    def got(self: Provider, address: str, older_s: float = 3600.0) -> dict[str, Any]:
        return documents.get(address.rsplit("/", 1)[-1]) or found(self, address, older_s)

    monkeypatch.setattr(Provider, "_got", got)
    monkeypatch.setattr(OAuth2Client, "fetch_token", lambda *_, **__: {"id_token": token, "access_token": "t"})
    begun = sign_in_tries.Try("s", "n", "v" * 43, "b")
    return lambda: provider.subject("code", begun, now_ms())


@pytest.mark.parametrize(
    "how",
    [
        {"claims": {"nonce": "other"}}, {"claims": {"nonce": None}}, {"claims": {"aud": "somebody"}},
        {"claims": {"aud": ["toritsugi", "x"]}}, {"claims": {"iss": "https://evil.example"}}, {"claims": {"exp": 1}},
        {"claims": {"sub": None}}, {"claims": {"sub": ""}}, {"claims": {"azp": "x"}}, {"claims": {"iat": 2**40}},
        {"key": "other"}, {"key": "shared"}, {"key": "none"},
    ],
)  # fmt: skip
def test_a_token_that_is_not_ours_counts_for_nothing(
    ready: tuple[Browsers, Provider], monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    with pytest.raises(SignInFailed):
        crafted(ready[1], monkeypatch, **how)()


def test_a_right_token_says_who_comes(ready: tuple[Browsers, Provider], monkeypatch: pytest.MonkeyPatch) -> None:
    assert crafted(ready[1], monkeypatch)() == "U1"


def test_a_provider_is_asked_by_https_only(town: Town, browser: Browsers) -> None:
    oidc = {"issuer": "http://login.example", "client_id": "t", "client_secret": "s" * 32}
    with pytest.raises(BadSettings, match="OIDC__ISSUER"):
        given(tenants={"mihon": {"oidc": oidc}})
    with pytest.raises(BadSettings, match="OIDC__CLIENT_SECRET"):
        given(tenants={"mihon": {"oidc": {**oidc, "issuer": "https://login.example", "client_secret": "demo-x" * 9}}})
    away = provider_of(OidcSettings(**{**oidc, "issuer": "http://127.0.0.1:9/oidc"}), "http://testserver")
    client = browser(oidc=away)
    for _ in range(2):
        answer = client.get("/console/oidc")
        assert answer.status_code == 503 and "つながりません" in answer.text
    plain = provider_of(OidcSettings(**oidc), "http://testserver")
    assert browser(oidc=plain).get("/console/oidc").status_code == 503


@needs_browser
def test_a_person_presses_through_in_a_browser(practice: tuple[Any, OidcSettings], town: Town, chrome: Any) -> None:
    product, settings = practice
    address = address_of(product)
    provider = provider_of(settings, address)
    assert provider is not None
    tie(town, provider, "sato", "U0UKETSUKE")
    app, page = FastAPI(), new_page(chrome)
    app.include_router(make_console(town.parts(oidc=provider, now=now_ms, public_url=address)))
    with served(app, product):
        page.goto(f"{address}/console/login")
        page.get_by_role("link", name="練習用のアカウントで入る").click()
        page.get_by_role("button", name="受付 あお").click()
        page.wait_for_url(f"{address}/console/")
        assert page.get_by_text("佐藤").first.is_visible()
        assert not page.troubles
        page.context.close()


def test_identities_with_long_names_are_kept_apart(town: Town) -> None:
    issuer = "https://login.example/" + "a" * 80
    with town.sessions.begin() as session:
        login.link_identity(session, "mihon", issuer + "1", "s" * 255, town.staff["sato"].id)
        assert login.staff_by_identity(session, "mihon", issuer + "1", "s" * 255) is not None
        assert login.staff_by_identity(session, "mihon", issuer + "2", "s" * 255) is None
        assert login.staff_by_identity(session, "mihon", issuer + "1", "s" * 254) is None


def test_signing_in_elsewhere_is_told(town: Town, browser: Browsers) -> None:
    first = browser("sato")
    town.now += 60_000
    assert "別の端末でも" not in first.get("/console/").text
    browser("sato")
    assert "別の端末でも" in first.get("/console/").text
    with town.sessions.begin() as session:
        session.execute(update(ConsoleSession).values(seen_at=town.now))
        assert len(sign_ins.sign_ins(session, "mihon", town.now, staff_id=None)) == 2


def test_whoever_fills_the_tries_shuts_nobody_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_tries, "MOST", 3)
    with town.sessions.begin() as session:
        made = [sign_in_tries.begin(session, town.office.tenant, town.now + at) for at in range(5)]
        kept = [bool(sign_in_tries.take(session, town.office.tenant, one.state, one.browser, town.now)) for one in made]
    assert kept == [False, False, True, True, True]
