"""Reads the body of a request, no further than its limit and no longer than its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from gateway.transcoder.errors import RequestTooLarge
from gateway.transcoder.headers import RequestHeaders
from gateway.transcoder.problem import deadline_exceeded

_LINGER_BYTES = 16 * 1024 * 1024
_LINGER_S = 2.0

Receive = Callable[[], Awaitable[Any]]


class ClientGone(Exception):
    """The client has closed the connection; nobody waits for an answer."""


async def read_body(receive: Receive, headers: RequestHeaders, limit_bytes: int, timeout_s: float) -> bytes:
    """The whole body of a request.

    Raises:
        RequestTooLarge: It is longer than the limit; what follows the limit is not read.
        DeadlineExceeded: It did not arrive in time.
        ClientGone: The client left before it was sent.
    """
    if not headers.has_body:
        return b""
    if (headers.content_length or 0) > limit_bytes:
        raise RequestTooLarge(limit_bytes)
    try:
        async with asyncio.timeout(timeout_s):
            return await _read(receive, limit_bytes)
    except TimeoutError:
        raise deadline_exceeded() from None


async def linger(receive: Receive) -> None:
    """Throws away what is left of a body, within bounds, after its sender has been answered.

    A connection that is closed with unread data is reset, and the sender may lose the answer.
    """
    left = _LINGER_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_S):
            while left > 0:
                message = await receive()
                if not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))


async def _read(receive: Receive, limit_bytes: int) -> bytes:
    chunks: list[bytes] = []
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk, more = message.get("body", b""), message.get("more_body", False)
        length += len(chunk)
        if length > limit_bytes:
            raise RequestTooLarge(limit_bytes)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)
