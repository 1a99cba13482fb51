"""What every form of ours must pass, on the console and on the people's page: size, letters, where it comes from."""

from __future__ import annotations

import hmac
import re
from urllib.parse import urlsplit

from starlette.requests import Request

MAX_BODY = 256 * 1024
_UTF8 = re.compile(r';\s*charset\s*=\s*"?utf-?8"?\s*(?=;|$)')
COMMON_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer, whatever else a page allows."""


class Suspicious(Exception):
    """A form that our own page did not send. Its one argument says which check failed."""


def small(request: Request, most: int = MAX_BODY) -> bool:
    """Whether the body says its length, and that is at most `most` bytes."""
    length = request.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and int(length) <= most


def plain_charset(request: Request) -> bool:
    """Whether a form is in UTF-8. Its sender could name any codec of Python, some of which make no text or raise."""
    given = request.headers.get("content-type", "").lower()
    return "charset" not in _UTF8.sub("", given)


def is_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("hx-request") == "true"


def from_our_page(request: Request, public_url: str, *, secure: bool) -> None:
    """Raises `Suspicious` unless a page below `public_url` sent this. `secure`: browsers come by https.

    Browsers say it in `Sec-Fetch-Site`, which no page can forge. `no-referrer` makes them send `Origin: null` with
    plain forms, so Origin counts only without it; on plain http of a local network neither may be sent.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise Suspicious("sec-fetch-site")
        return
    origin = request.headers.get("origin", "null")
    split = urlsplit(public_url)
    unsaid = origin == "null" and not secure
    if not unsaid and origin != f"{split.scheme}://{split.netloc}":
        raise Suspicious("origin")


def same_token(request: Request, csrf: str, expected: str) -> None:
    """Raises `Suspicious` unless the form token, in the header or else in the field, is the expected one."""
    given = request.headers.get("x-csrf-token") or csrf
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        raise Suspicious("csrf")
