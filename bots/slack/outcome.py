"""How a call of Slack's API ended, as values: done, wait, try again, give up. No body ever enters an exception."""

from __future__ import annotations

import http.client
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

_CODE = re.compile(r"[a-z0-9_]{1,60}")
_PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org", "accesslimited"}
)


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Slack asks to wait; nothing was done."""

    retry_after_s: int


@dataclass(frozen=True, slots=True)
class Temporary:
    """Worth another try later. `maybe_done`: the answer was lost, so the call may have worked."""

    code: str
    maybe_done: bool = False


@dataclass(frozen=True, slots=True)
class Permanent:
    """Trying again will not help (token, channel, our own mistake). `code` is Slack's error code."""

    code: str


Failure = RateLimited | Temporary | Permanent


def ask(call: Callable[[], Any]) -> dict[str, Any] | Failure:
    """One call of Slack's API: its body, or what went wrong."""
    try:
        data = call().data
    except SlackApiError as error:
        return _refusal(error.response)
    except (OSError, http.client.HTTPException, SlackClientError, ValueError):
        # A broken line or a cut answer: Slack may have done it.
        return Temporary("network", maybe_done=True)
    return data if isinstance(data, dict) else Temporary("bad_answer", maybe_done=True)


def _refusal(response: Any) -> Failure:
    status = getattr(response, "status_code", 0)
    data = getattr(response, "data", None)
    code = str(data.get("error") or "") if isinstance(data, dict) else ""
    if not _CODE.fullmatch(code):
        code = ""  # the SDK puts the beginning of a body that is no JSON here
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return RateLimited(_retry_after(getattr(response, "headers", None)))
    if status >= 500 or code in _PASSING or not code:
        return Temporary(code or f"http_{status}", maybe_done=True)
    return Permanent(code)


def _retry_after(headers: object) -> int:
    given = headers if isinstance(headers, Mapping) else {}
    text = next((str(value) for name, value in given.items() if str(name).lower() == "retry-after"), "")
    return min(max(int(text), 1), 3600) if text.isascii() and text.isdigit() else 30
