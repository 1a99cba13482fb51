"""Forms with a file (写真・声): read as they stream in, the file into memory without a name on any disk, capped.

What is too large is let go while the rest of the form is still read, so that no word typed beside it is lost.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Annotated, Any, BinaryIO, Literal, cast

import anyio
import anyio.to_thread
from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bots.media import brought
from bots.media.brought import Brought
from bots.media.cleaning import scratch
from bots.media.limits import UPLOAD_MOST
from bots.web.guard import TooLarge, with_file
from handoff.console.form_checks import MAX_BODY

_FIELDS_MOST = 100
_SECONDS = 180
"""For the whole form: fifteen megabytes by a slow telephone take two minutes."""
_AT_ONCE = threading.BoundedSemaphore(16)
"""Files that this process holds at the same time: at most 240 MB."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came. `source` is read from its start; `problem` says that it was let go."""

    source: BinaryIO = field(repr=False)
    name: str = field(repr=False)
    media_type: str
    """As the browser says; nothing is believed of it but the kind."""
    problem: Literal["", "too_large", "busy"]


@dataclass(frozen=True, slots=True)
class WithFile:
    """A form: field → what was sent under that name, and its file, None when none was chosen."""

    values: Mapping[str, Sequence[str]] = field(repr=False)
    file: Sent | None

    def get(self, name: str) -> str:
        """The first value of a field, "" when there is none."""
        return next(iter(self.values.get(name, ())), "")


async def form_with_file(request: Request) -> AsyncIterator[WithFile]:
    """The request's form; its file lives as long as the request. Raises `TooLarge` for too long a field."""
    async with AsyncExitStack() as stack:
        if not with_file(request):
            form = await request.form(max_files=0, max_fields=_FIELDS_MOST)
            yield WithFile(_values(form), None)
            return
        held = _AT_ONCE.acquire(blocking=False)
        if held:
            stack.callback(_AT_ONCE.release)
        with anyio.move_on_after(_SECONDS) as clock:
            parser = _Parser(request, UPLOAD_MOST if held else 0)
            try:
                form = await parser.parse()
            except MultiPartException as error:
                if "exceeded" in error.message:
                    raise TooLarge from None
                raise HTTPException(400) from None
        if clock.cancelled_caught:
            raise HTTPException(408)
        stack.push_async_callback(form.close)
        yield WithFile(_values(form), _file(form, held=held))


Whole = Annotated[WithFile, Depends(form_with_file)]


def looked_at(sent: Sent) -> Brought | Literal["unsafe", "kind", "too_large", "again"]:
    """What is to be stored of a file, or why nothing is. Takes a few seconds."""
    if sent.problem:
        return "again" if sent.problem == "busy" else "too_large"
    return brought.look(sent.source, sent.media_type, sent.name)


def _values(form: FormData) -> dict[str, list[str]]:
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}


def _file(form: FormData, *, held: bool) -> Sent | None:
    found = next((one for _, one in form.multi_items() if isinstance(one, UploadFile) and one.filename), None)
    if found is None:
        return None
    problem: Literal["", "too_large", "busy"] = ""
    if not held:
        problem = "busy"
    elif (found.size or 0) > UPLOAD_MOST:
        problem = "too_large"
    return Sent(cast("_Capped", found.file).held, found.filename or "", found.content_type or "", problem)


class _Capped:
    """A file in memory that takes so many bytes; one that goes beyond them is emptied."""

    def __init__(self, most: int) -> None:
        self.held = scratch("upload")
        self._left = most

    def write(self, data: bytes) -> int:
        if self._left >= 0:
            self._left -= len(data)
            if self._left >= 0:
                self.held.write(data)
            else:
                self.held.truncate(0)
        return len(data)

    def seek(self, at: int, whence: int = 0) -> int:
        return self.held.seek(at, whence)

    def close(self) -> None:
        self.held.close()


class _Parser(MultiPartParser):
    """Starlette's parser with files of ours: its own would go to a disk as they are."""

    def __init__(self, request: Request, most: int) -> None:
        stream: Any = request.stream()
        super().__init__(request.headers, stream, max_files=1, max_fields=_FIELDS_MOST, max_part_size=MAX_BODY)
        self._most = most

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        made = self._current_part.file
        if made is not None:
            made.file.close()
            capped = _Capped(self._most)
            self._files_to_close_on_error.append(cast("Any", capped))
            made.file = cast("BinaryIO", capped)
