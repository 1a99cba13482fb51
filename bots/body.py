"""Request bodies with a cap that holds while they stream in."""

from __future__ import annotations

from fastapi import Request

MAX_BYTES = 1 << 20


class TooLarge(Exception):
    """More than `MAX_BYTES`, or a compressed body, which could hide more."""


async def limited_body(request: Request) -> bytes:
    """The raw body, at most 1 MiB. Raises `TooLarge` as soon as it is known."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise TooLarge("content-encoding")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_BYTES:
        raise TooLarge("content-length")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BYTES:
            raise TooLarge("stream")
        chunks.append(chunk)
    return b"".join(chunks)
