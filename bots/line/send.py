"""Sending to LINE through its SDK: reply first, push second (LINE Messaging API, `reply` and `push`).

A reply token works once, so repeating a reply with the same token cannot say things twice. A push carries
`X-Line-Retry-Key` from its first try on. Errors become values; LINE's answer body, which may echo our text, is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import urllib3
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MarkMessagesAsReadByTokenRequest,
    MessagingApi,
    PushMessageRequest,
    ReplyMessageRequest,
)

from bots.settings import LINE_HOST, LineSettings

TIMEOUT_SECONDS = 5.0
REPLY_TOKEN_MS = 55_000
"""LINE gives a minute; we stop a little before."""


@dataclass(frozen=True, slots=True)
class Sent:
    """LINE took it. `remote_id` is the first message's id."""

    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: try again after `seconds` (LINE's `Retry-After`, or our own back-off)."""

    seconds: float
    code: str


@dataclass(frozen=True, slots=True)
class TokenSpent:
    """The reply token is used, expired or wrong."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """No answer came back: LINE may or may not have done it."""

    code: str


@dataclass(frozen=True, slots=True)
class Refused:
    """LINE will not do it, now or later."""

    code: str


Result = Sent | Wait | TokenSpent | Unclear | Refused


class LineSender:
    """One LINE account's way out. Built once a process (building takes ~0.1 s); safe to share between threads."""

    def __init__(self, settings: LineSettings) -> None:
        self._client = ApiClient(configuration_of(settings))
        self._api = MessagingApi(self._client)
        self._menus: dict[str, str] = {}

    def reply(self, token: str, messages: Sequence[Mapping[str, Any]]) -> Result:
        """Answer with the reply token. Never carries a retry key (LINE refuses it there)."""
        request = ReplyMessageRequest.from_dict({"replyToken": token, "messages": list(messages)})
        try:
            answer = self._api.reply_message(request, _request_timeout=TIMEOUT_SECONDS)
        except ApiException as error:
            return TokenSpent() if error.status == 400 else _failure(error)
        except urllib3.exceptions.HTTPError as error:
            return Unclear(type(error).__name__)
        return Sent(_first_id(answer))

    def push(self, to: str, messages: Sequence[Mapping[str, Any]], retry_key: str) -> Result:
        """Send without a token; repeating it with the same `retry_key` within 24 h sends once."""
        request = PushMessageRequest.from_dict({"to": to, "messages": list(messages)})
        try:
            answer = self._api.push_message(request, x_line_retry_key=retry_key, _request_timeout=TIMEOUT_SECONDS)
        except ApiException as error:
            # 409: LINE did it before, and only the answer was lost.
            return Sent() if error.status == 409 else _failure(error)
        except urllib3.exceptions.HTTPError as error:
            return Unclear(type(error).__name__)
        return Sent(_first_id(answer))

    def mark_read(self, token: str) -> Result:
        """Show 既読 up to the message of this token; costs no quota, and doing it again changes nothing."""
        request = MarkMessagesAsReadByTokenRequest.from_dict({"markAsReadToken": token})
        try:
            self._api.mark_messages_as_read_by_token(request, _request_timeout=TIMEOUT_SECONDS)
        except ApiException as error:
            return _failure(error)
        except urllib3.exceptions.HTTPError as error:
            return Unclear(type(error).__name__)
        return Sent()

    def quota_left(self) -> int | None:
        """How many more pushes this month allows, None when unlimited or unknown."""
        try:
            quota = self._api.get_message_quota(_request_timeout=TIMEOUT_SECONDS)
            if quota.value is None:
                return None
            used = self._api.get_message_quota_consumption(_request_timeout=TIMEOUT_SECONDS).total_usage
        except (ApiException, urllib3.exceptions.HTTPError):
            return None
        return max(0, int(quota.value) - int(used))

    def display_name(self, user_id: str) -> str | None:
        """The person's LINE display name; to be called only after they chose to give it."""
        try:
            profile = self._api.get_profile(user_id, _request_timeout=TIMEOUT_SECONDS)
        except (ApiException, urllib3.exceptions.HTTPError):
            return None
        return str(profile.display_name) or None

    def link_menu(self, user_id: str, alias: str) -> Result:
        """Show this person the menu behind `alias`; "" gives back the one everybody sees. Repeating it is harmless.

        `Refused("no_menu")`: there is no such alias (`toritsugi line setup` was not run).
        """
        try:
            if not alias:
                self._api.unlink_rich_menu_id_from_user(user_id, _request_timeout=TIMEOUT_SECONDS)
                return Sent()
            for fresh in (False, True):
                try:
                    menu_id = self._menu_id(alias, fresh=fresh)
                    self._api.link_rich_menu_id_to_user(user_id, menu_id, _request_timeout=TIMEOUT_SECONDS)
                except ApiException as error:
                    if error.status != 404 or fresh:
                        raise
                else:
                    return Sent()
        except ApiException as error:
            return Refused("no_menu") if error.status == 404 else _failure(error)
        except urllib3.exceptions.HTTPError as error:
            return Unclear(type(error).__name__)
        return Refused("no_menu")

    def _menu_id(self, alias: str, *, fresh: bool) -> str:
        """The menu an alias means; remembered, as LINE is asked at each hiding, until it proves gone."""
        if fresh or alias not in self._menus:
            found = self._api.get_rich_menu_alias(alias, _request_timeout=TIMEOUT_SECONDS)
            self._menus[alias] = str(found.rich_menu_id)
        return self._menus[alias]

    def close(self) -> None:
        """Give back the connections."""
        self._client.__exit__(None, None, None)


def configuration_of(settings: LineSettings) -> Configuration:
    """The SDK's settings for this account: no retries and no redirects of its own. A host holds for content too."""
    token = settings.access_token.get_secret_value()
    configuration = Configuration(access_token=token)
    if settings.api_base != LINE_HOST:
        configuration = Configuration(access_token=token, host=settings.api_base.rstrip("/"))
    configuration.retries = urllib3.Retry(total=0)
    return configuration


def _failure(error: ApiException) -> Result:
    status = int(error.status or 0)
    if status == 429:
        return Wait(retry_after(error.headers), "429")
    if status >= 500 or status in (0, 408):
        return Unclear(str(status))
    return Refused(str(status))


def retry_after(headers: Mapping[str, str] | None) -> float:
    """The seconds that LINE asks us to wait, at most an hour; 30 when it says none."""
    lowered = {str(name).lower(): str(value) for name, value in (headers or {}).items()}
    value = lowered.get("retry-after", "")
    return min(float(value), 3_600.0) if value.isdigit() else 30.0


def _first_id(answer: Any) -> str:
    sent = getattr(answer, "sent_messages", None) or []
    return str(getattr(sent[0], "id", "")) if sent else ""
