"""LINE's content endpoint (`GET /v2/bot/message/{id}/content`, host api-data.line.me), read in pieces up to a cap.

202 while LINE prepares a film or voice, 404 or 410 when it is gone. No address out of a message is ever fetched, and
no redirect followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import urllib3
from linebot.v3.messaging import ApiClient, ApiException, MessagingApiBlob

from bots.line.send import configuration_of, retry_after
from bots.settings import LineSettings

TIMEOUT_SECONDS = 20.0
"""For each piece, and for the beginning."""
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """All of it is in the file that was given. `size` in bytes."""

    size: int


@dataclass(frozen=True, slots=True)
class Preparing:
    """LINE is not ready with it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """LINE has it no more (taken back, or too old)."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """More than the cap."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Not now. `seconds`: LINE's own wish, None when it has none."""

    code: str
    seconds: float | None = None


Result = Fetched | Preparing | Gone | TooLarge | Trouble


@dataclass(frozen=True, slots=True)
class _Unread:
    """An answer whose `data`, which the SDK would read whole into memory, is the open answer itself."""

    data: urllib3.HTTPResponse

    @property
    def status(self) -> int:
        return self.data.status

    def getheaders(self) -> Mapping[str, str]:
        return self.data.headers


class _Client(ApiClient):  # type: ignore[misc]
    """The SDK's client, which leaves bodies unread."""

    def request(self, *args: Any, **more: Any) -> _Unread:
        return _Unread(super().request(*args, **more))


class LineContent:
    """One LINE account's content. Built once a process; safe to share between threads."""

    def __init__(self, settings: LineSettings) -> None:
        self._api = MessagingApiBlob(_Client(configuration_of(settings)))

    def fetch(self, message_id: str, target: BinaryIO, most: int) -> Result:
        """Write the content to `target`, at most `most` bytes of it."""
        try:
            answer = self._api.get_message_content_with_http_info(
                message_id, _preload_content=False, _request_timeout=(TIMEOUT_SECONDS, TIMEOUT_SECONDS)
            ).raw_data
        except ApiException as error:
            return _failure(int(error.status or 0), error.headers)
        except (urllib3.exceptions.HTTPError, UnicodeDecodeError) as error:
            return Trouble(type(error).__name__)
        try:
            return Preparing() if answer.status == 202 else _copied(answer, target, most)
        finally:
            answer.close()  # not given back to the pool: what was not read would be taken for the next answer


def _copied(answer: urllib3.HTTPResponse, target: BinaryIO, most: int) -> Result:
    size = 0
    try:
        for piece in answer.stream(_PIECE, decode_content=False):
            size += len(piece)
            if size > most:
                return TooLarge()
            target.write(piece)
    except urllib3.exceptions.HTTPError as error:
        return Trouble(type(error).__name__)
    target.flush()
    return Fetched(size)


def _failure(status: int, headers: Mapping[str, str] | None) -> Result:
    if status in (404, 410):
        return Gone()
    return Trouble(str(status), retry_after(headers) if status == 429 else None)
