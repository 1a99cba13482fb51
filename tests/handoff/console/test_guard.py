"""Who may see what; headers; forms of other pages (`handoff.console.guard`)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from console_browser import Browser
from console_town import ORIGIN, Town

from handoff import login, scans
from handoff.console.form_checks import MAX_BODY
from handoff.console.guard import csrf_token
from handoff.console.router import make_console

Browsers = Callable[..., Browser]

PAGES = {
    "/console/": {"intake": 200, "worker": 200, "manager": 303, "auditor": 303},
    "/console/cases/{water}": {"intake": 200, "worker": 404, "manager": 404, "auditor": 404},
    "/console/cases/{water}/pane": {"intake": 200, "worker": 404, "manager": 404, "auditor": 404},
    "/console/?case={water}": {"intake": 200, "worker": 404, "manager": 303, "auditor": 303},
    "/console/trouble": {"intake": 200, "worker": 200, "manager": 200, "auditor": 404},
    "/console/audit": {"intake": 404, "worker": 404, "manager": 200, "auditor": 200},
    "/console/figures": {"intake": 404, "worker": 404, "manager": 200, "auditor": 404},
}
STAFF = {"intake": "sato", "worker": "tanaka", "manager": "kato", "auditor": "mori"}
ADDRESSES = (
    "", "/", "/cases/1", "/cases/1/claim", "/cases/1/pane", "/board", "/search", "/trouble", "/audit", "/figures",
    "/login", "/login/x", "/static/base.css", "/static/../router.py", "/nowhere",
)  # fmt: skip
ACTIONS = ("claim", "release", "reply", "hand", "close", "urgency", "page", "note", "lift")


@pytest.mark.parametrize("role", STAFF)
def test_each_role_sees_its_own_pages_only(busy: Town, browser: Browsers, role: str) -> None:
    client = browser(STAFF[role])
    for page, answers in PAGES.items():
        answer = client.get(page.format(water=busy.case["water"]))
        assert answer.status_code == answers[role], page
        if role in ("manager", "auditor"):
            assert "水道" not in answer.text and "怒鳴" not in answer.text


@pytest.mark.parametrize("who", ["tanaka", "kato", "mori"])
def test_nobody_acts_on_what_they_may_not_see(busy: Town, browser: Browsers, who: str) -> None:
    client = browser(who)
    fields = {"text": "x", "step": "send", "once": f"{busy.case['water']}-{'a' * 16}", "urgency": "emergency"}
    for action in ACTIONS:
        absent = client.send_form(f"/console/cases/7/{action}", **fields)
        forbidden = client.send_form(f"/console/cases/{busy.case['water']}/{action}", **fields)
        assert absent.status_code == forbidden.status_code == 404, action
        assert absent.content == forbidden.content


def test_absent_and_forbidden_are_the_same_bytes(busy: Town, browser: Browsers) -> None:
    client = browser("tanaka")
    answers = [client.get(f"/console/cases/{case}") for case in (busy.case["water"], 1, 2**62)]
    assert len({(a.status_code, a.content) for a in answers}) == 1
    assert client.get("/console/cases/nonsense").status_code == 404
    assert client.get(f"/console/cases/{2**80}").status_code == 404


def test_every_answer_carries_the_headers(town: Town, browser: Browsers) -> None:
    for client in (browser(), browser("sato"), browser("mori")):
        for method, path in product(("GET", "POST", "PUT", "OPTIONS"), ADDRESSES):
            answer = client.request(method, f"/console{path}")
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["cache-control"] == "no-store" or path == "/static/base.css"
            assert answer.status_code < 500


def test_pages_hold_no_inline_script_or_style(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    for path in ("/console/", f"/console/cases/{busy.case['family']}", "/console/trouble", "/console/login/x"):
        page = client.get(path).text
        assert "<style" not in page and " style=" not in page and " onclick" not in page and "hx-on" not in page
        assert page.count("<script") == page.count("<script src=")


def test_frame_ancestors_are_origins(town: Town, browser: Browsers) -> None:
    answer = browser(frame_ancestors=("http://127.0.0.1:8300",)).get("/console/login")
    assert "frame-ancestors http://127.0.0.1:8300" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    for bad in ("*", "https://a.example/path", "https://a.example; script-src *", "javascript:1"):
        with pytest.raises(ValueError, match="origin"):
            make_console(town.parts(frame_ancestors=(bad,)))
    with pytest.raises(ValueError, match="short"):
        make_console(town.parts(session_key=b"short"))


@pytest.mark.parametrize(
    ("headers", "csrf", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, "right", 303),
        ({"Sec-Fetch-Site": "same-origin"}, "wrong", 403),
        ({"Sec-Fetch-Site": "same-origin"}, "", 403),
        ({"Sec-Fetch-Site": "same-origin"}, "\ud83dé", 403),
        ({"Sec-Fetch-Site": "same-site"}, "right", 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, "right", 403),
        ({"Sec-Fetch-Site": "none"}, "right", 403),
        ({"Origin": ORIGIN}, "right", 303),
        ({"Origin": "https://evil.example"}, "right", 403),
    ],
)
def test_only_our_own_forms_count(
    busy: Town, browser: Browsers, headers: dict[str, str], csrf: str, status: int
) -> None:
    client = browser("sato")
    value = {"right": client.csrf, "wrong": "0" * 64}.get(csrf, csrf)
    form = {"csrf": value.encode("utf-8", "replace").decode()}
    answer = client.post(f"/console/cases/{busy.case['dv']}/claim", data=form, headers=headers)
    assert answer.status_code == status


def test_a_null_origin_needs_plain_http(busy: Town, browser: Browsers) -> None:
    plain = browser("sato")
    url = f"/console/cases/{busy.case['dv']}/claim"
    assert plain.post(url, data={"csrf": plain.csrf}).status_code == 303
    secure = browser(secure_cookies=True, public_url="https://console.example")
    token = busy.token("sato")
    secure.cookies.set("__Host-toritsugi", token)
    form = {"csrf": csrf_token(b"k" * 32, token)}
    assert secure.post(url, data=form, headers={"Origin": "null"}).status_code == 403
    assert secure.post(url, data=form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_a_token_of_another_session_does_not_count(busy: Town, browser: Browsers) -> None:
    mine, other = browser("sato"), browser("suzuki")
    mine.csrf = other.csrf
    assert mine.send_form(f"/console/cases/{busy.case['dv']}/claim").status_code == 403


def test_large_or_unmeasured_bodies_are_refused(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    url = f"/console/cases/{busy.case['dv']}/note"
    assert client.send_form(url, text="あ" * 100_000).status_code == 413
    assert client.post(url, content=iter([b"csrf=x"])).status_code == 413


def test_only_a_scan_may_be_as_large_as_a_scan(busy: Town, browser: Browsers) -> None:
    client, case_id = browser("sato"), busy.case["dv"]
    long, longer = "x" * (MAX_BODY + 1), "x" * (scans.MOST + MAX_BODY + 1)
    for path in (
        "scan", "settings/desks/scan", f"cases/{case_id}/note/scan", "cases/x/scan", f"cases/{case_id}/scan/scan",
        f"other/cases/{case_id}/scan", f"cases/{case_id}/scan/",
    ):  # fmt: skip
        assert client.send_form(f"/console/{path}", text=long).status_code == 413, path
    assert client.send_form(f"/console/cases/{case_id}/scan", text=long).status_code != 413
    assert client.send_form(f"/console/cases/{case_id}/scan", text=longer).status_code == 413


def test_idle_time_counts_what_the_person_does(busy: Town, browser: Browsers) -> None:
    client = browser("sato")
    headers = {"Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
    busy.now += login.IDLE_MS - 60_000
    assert client.post("/console/board", data={"csrf": client.csrf}, headers=headers).status_code == 200
    busy.now += 120_000
    ended = client.post("/console/board", data={"csrf": client.csrf}, headers=headers)
    assert ended.status_code == 401 and ended.headers["hx-redirect"] == "/console/login"
    assert client.get("/console/").headers["location"] == "/console/login"
    other = browser("suzuki")
    for _ in range(3):
        busy.now += login.IDLE_MS - 60_000
        assert other.get("/console/").status_code == 200


def test_entering_and_leaving(busy: Town, browser: Browsers) -> None:
    with busy.sessions.begin() as session:
        link = login.make_link(session, busy.office.tenant, busy.staff["sato"].id, busy.now)
    client = browser()
    for _ in range(3):
        assert "入る" in client.get(f"/console/login/{link}").text
    assert client.post(f"/console/login/{link}", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    entered = client.post(f"/console/login/{link}", headers={"Sec-Fetch-Site": "same-origin"})
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("toritsugi=") and "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    assert client.get("/console/").status_code == 200
    again = browser().post(f"/console/login/{link}", headers={"Sec-Fetch-Site": "same-origin"})
    assert again.status_code == 403 and "set-cookie" not in again.headers
    token = client.cookies["toritsugi"]
    left = client.post(
        "/console/logout", data={"csrf": csrf_token(b"k" * 32, token)}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert left.status_code == 303 and '"cookies"' in left.headers["clear-site-data"]
    client.cookies.set("toritsugi", token)
    assert client.get("/console/").status_code == 303


def test_secure_cookies_are_host_cookies(busy: Town, browser: Browsers) -> None:
    with busy.sessions.begin() as session:
        link = login.make_link(session, busy.office.tenant, busy.staff["sato"].id, busy.now)
    client = browser(secure_cookies=True, public_url="https://console.example")
    cookie = client.post(f"/console/login/{link}", headers={"Sec-Fetch-Site": "same-origin"}).headers["set-cookie"]
    assert cookie.startswith("__Host-toritsugi=") and "Secure" in cookie and "Domain" not in cookie


def test_a_form_in_a_strange_codec_is_refused_and_breaks_nothing(busy: Town, browser: Browsers) -> None:
    client, body = (
        browser("sato"),
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\\ud800 \xff\r\n--x--\r\n',
    )
    for charset in ("undefined", "unicode_escape"):
        kind = f"multipart/form-data; boundary=x; charset={charset}"
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": kind}
        answer = client.post(f"/console/cases/{busy.case['water']}/note", content=body, headers=headers)
        assert answer.status_code == 403
