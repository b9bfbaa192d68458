"""Passes on the messages of one server stream.

An error before the first message is an ordinary answer with a status of its own, so the headers wait for that message.
What goes wrong later can only be told inside the body, as `forms` says; it never looks like success.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import grpc

from gateway.transcoder.binding import Binding
from gateway.transcoder.body import ClientGone
from gateway.transcoder.forms import FORMS
from gateway.transcoder.problem import CLIENT_GONE, HTTP_STATUS, Reply
from gateway.transcoder.upstream import ServerStream

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

READER_GRACE_S = 5.0
"""Seconds after the deadline in which a client that reads slowly can still take what is left, the error included."""
# What keeps caches and proxies from holding messages back.
_UNHELD = [(b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]


class Relay:
    """A stream on its way from a service to a client.

    Args:
        stream: The call.
        binding: Prints its messages.
        media_type: The form in which they are sent.
        problem: Makes the answer for an error.
        keep_alive_s: Seconds without a message after which a comment is sent, if the form has comments.
    """

    def __init__(
        self,
        stream: ServerStream,
        binding: Binding,
        media_type: str,
        problem: Callable[[Exception], Reply],
        keep_alive_s: float,
    ) -> None:
        self._stream = stream
        self._json = binding.json
        self._media_type = media_type
        self._framing = FORMS[media_type](binding.has_events)
        self._problem = problem
        self._keep_alive_s = keep_alive_s
        self._next = b""

    async def begin(self) -> None:
        """Waits for the first message, or for the end of a stream without any.

        Raises:
            grpc.aio.AioRpcError: The call failed.
            ClientGone: The client left.
        """
        try:
            self._next = self._framed(await self._stream.read())
        except BaseException:
            self._stream.close()
            raise

    async def send(self, send: Send, request_id: str) -> int:
        """Sends the answer. A message is not read before the one before it was sent.

        Returns:
            The HTTP status that tells how it ended, which is not the one that was sent if it failed.
        """
        headers = [(b"content-type", self._media_type.encode()), (b"x-request-id", request_id.encode()), *_UNHELD]
        try:
            async with asyncio.timeout_at(self._stream.deadline + READER_GRACE_S):
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                return await self._send_body(send)
        except ClientGone:
            return CLIENT_GONE
        except TimeoutError:  # the server closes the connection, because the body has no end
            return HTTP_STATUS[grpc.StatusCode.DEADLINE_EXCEEDED]
        finally:
            self._stream.close()

    async def _send_body(self, send: Send) -> int:
        try:
            while self._next:
                await send({"type": "http.response.body", "body": self._next, "more_body": True})
                self._next = self._framed(await self._read(send))
            status, last = 200, self._framing.end()
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must not take it for success
            reply = self._problem(error)
            status, last = reply.status, self._framing.failure(reply.body)
        await send({"type": "http.response.body", "body": last})
        return status

    async def _read(self, send: Send) -> bytes | None:
        """The next message; comments are sent while it is awaited."""
        if not self._framing.comment:
            return await self._stream.read()
        reading = asyncio.ensure_future(self._stream.read())
        try:
            while not (await asyncio.wait([reading], timeout=self._keep_alive_s))[0]:
                await send({"type": "http.response.body", "body": self._framing.comment, "more_body": True})
            return reading.result()
        finally:
            reading.cancel()

    def _framed(self, message: bytes | None) -> bytes:
        return b"" if message is None else self._framing.message(self._json(message))
