"""What `toritsugi line …` asks and tells the LINE account itself, through the SDK: identity, webhook, quota, menus.

LINE's answer bodies are dropped: an `AccountError` holds the status only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import urllib3
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    CreateRichMenuAliasRequest,
    MessagingApi,
    MessagingApiBlob,
    RichMenuBatchRequest,
    RichMenuRequest,
    SetWebhookEndpointRequest,
    TestWebhookEndpointRequest,
    UpdateRichMenuAliasRequest,
)

from bots.settings import LINE_HOST, LineSettings

T = TypeVar("T")
_SECONDS = 20.0
"""A picture of a hundred kilobytes goes up, and LINE's webhook test waits for our own answer."""


class AccountError(Exception):
    """LINE said no (`status`), or nothing came (`status` 0)."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True, slots=True)
class Bot:
    """The account as LINE describes it. `chat`: whether チャット is on. `manual_read`: staff decide what is read."""

    user_id: str
    basic_id: str
    name: str
    chat: bool
    manual_read: bool


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events go, and whether they go at all."""

    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """How many pushes a month allows (None: no limit) and how many are used."""

    limit: int | None
    used: int


class Account:
    """One LINE account. Every method raises `AccountError`. To be closed."""

    def __init__(self, settings: LineSettings) -> None:
        token = settings.access_token.get_secret_value()
        configuration = Configuration(access_token=token)
        if settings.api_base != LINE_HOST:
            configuration = Configuration(access_token=token, host=settings.api_base.rstrip("/"))
        configuration.retries = urllib3.Retry(total=0)
        self._client = ApiClient(configuration)
        self._api, self._blob = MessagingApi(self._client), MessagingApiBlob(self._client)

    def close(self) -> None:
        """Give back the connections."""
        self._client.__exit__(None, None, None)

    def bot(self) -> Bot:
        """Who this token speaks for."""
        found = _asked(self._api.get_bot_info)
        return Bot(
            str(found.user_id),
            str(found.basic_id),
            str(found.display_name),
            str(found.chat_mode) == "chat",
            str(found.mark_as_read_mode) == "manual",
        )

    def webhook(self) -> Webhook | None:
        """The address that is set, None when none is."""
        try:
            found = _asked(self._api.get_webhook_endpoint)
        except AccountError as error:
            if error.status == 404:
                return None
            raise
        return Webhook(str(found.endpoint), bool(found.active))

    def set_webhook(self, url: str) -> None:
        """Have events sent there."""
        _asked(self._api.set_webhook_endpoint, SetWebhookEndpointRequest(endpoint=url))

    def test_webhook(self, url: str) -> str:
        """LINE knocks at `url`; "" when it was answered well, else LINE's reason and our status."""
        found = _asked(self._api.test_webhook_endpoint, TestWebhookEndpointRequest(endpoint=url))
        return "" if found.success else f"{str(found.reason)[:40]} {found.status_code}"

    def quota(self) -> Quota:
        """The month's pushes."""
        limit = _asked(self._api.get_message_quota).value
        used = _asked(self._api.get_message_quota_consumption).total_usage
        return Quota(None if limit is None else int(limit), int(used))

    def menus(self) -> dict[str, str]:
        """The name of each rich menu by its id."""
        return {str(menu.rich_menu_id): str(menu.name) for menu in _asked(self._api.get_rich_menu_list).richmenus}

    def aliases(self) -> dict[str, str]:
        """The menu id of each alias."""
        found = _asked(self._api.get_rich_menu_alias_list).aliases
        return {str(alias.rich_menu_alias_id): str(alias.rich_menu_id) for alias in found}

    def default_menu(self) -> str:
        """The menu that everybody sees, "" for none."""
        try:
            return str(_asked(self._api.get_default_rich_menu_id).rich_menu_id)
        except AccountError as error:
            if error.status == 404:
                return ""
            raise

    def create_menu(self, order: Mapping[str, Any]) -> str:
        """A new menu without a picture; its id."""
        return str(_asked(self._api.create_rich_menu, RichMenuRequest.from_dict(dict(order))).rich_menu_id)

    def has_picture(self, menu_id: str) -> bool:
        """Whether the menu's picture is there."""
        try:
            return bool(_asked(self._blob.get_rich_menu_image, menu_id))
        except AccountError as error:
            if error.status == 404:
                return False
            raise

    def upload(self, menu_id: str, png: bytes) -> None:
        """Give a menu its picture, once."""
        _asked(self._blob.set_rich_menu_image, menu_id, body=png, _headers={"Content-Type": "image/png"})

    def point(self, alias: str, menu_id: str, *, known: bool) -> None:
        """Have the alias (`known`: it is there already) mean this menu."""
        if known:
            _asked(self._api.update_rich_menu_alias, alias, UpdateRichMenuAliasRequest(richMenuId=menu_id))
            return
        request = CreateRichMenuAliasRequest(richMenuAliasId=alias, richMenuId=menu_id)
        _asked(self._api.create_rich_menu_alias, request)

    def show_to_all(self, menu_id: str) -> None:
        """Make it the menu that everybody sees."""
        _asked(self._api.set_default_rich_menu, menu_id)

    def move_people(self, moves: Mapping[str, str]) -> str:
        """Whoever has the menu of a key gets that of its value instead; LINE does it by and by. The work's id."""
        operations = [{"type": "link", "from": old, "to": new} for old, new in moves.items()]
        request = RichMenuBatchRequest.from_dict({"operations": operations})
        answer = _asked(self._api.rich_menu_batch_with_http_info, request)
        headers = {str(name).lower(): str(value) for name, value in (answer.headers or {}).items()}
        return headers.get("x-line-request-id", "")

    def moved(self, work: str) -> str:
        """How far `move_people` is: `ongoing`, `succeeded` or `failed`."""
        return str(_asked(self._api.get_rich_menu_batch_progress, work).phase.value)

    def delete_menu(self, menu_id: str) -> None:
        """Remove a menu; one that is gone already is fine."""
        try:
            _asked(self._api.delete_rich_menu, menu_id)
        except AccountError as error:
            if error.status != 404:
                raise


def _asked(call: Callable[..., T], *given: Any, **more: Any) -> T:
    try:
        return call(*given, _request_timeout=_SECONDS, **more)
    except ApiException as error:
        raise AccountError(int(error.status or 0)) from None
    except urllib3.exceptions.HTTPError:
        raise AccountError(0) from None
