"""Makes one call and gives it up when the client leaves."""

from __future__ import annotations

import asyncio
from typing import Any, Protocol

import grpc

from gateway.transcoder.body import ClientGone, Receive

Metadata = tuple[tuple[str, str], ...]

WATCH_AFTER_S = 0.05
"""Calls that are shorter are not watched for their client's leaving: a watch costs a task, and would save less."""


class Rpc(Protocol):
    """A method of a channel that takes wire bytes and gives wire bytes, once or as a stream."""

    def __call__(self, request: bytes, *, timeout: float, metadata: Metadata) -> Any:
        """Begins a call."""


async def call_unary(rpc: Rpc, request: bytes, timeout_s: float, metadata: Metadata, receive: Receive) -> bytes:
    """Calls an RPC.

    Raises:
        grpc.aio.AioRpcError: The call failed.
        ClientGone: The client left, so the call was cancelled.
    """
    call = rpc(request, timeout=timeout_s, metadata=metadata)
    watch = _Watch(call, receive)
    loop = asyncio.get_running_loop()
    timer = loop.call_later(WATCH_AFTER_S, watch.start)
    try:
        response: bytes = await call
    except asyncio.CancelledError:
        if watch.client_gone:
            raise ClientGone from None
        raise
    finally:
        timer.cancel()
        watch.stop()
    return response


class ServerStream:
    """A call whose responses are read one by one; it is cancelled when the client leaves.

    Args:
        rpc: A server-streaming method.
        request: The request.
        timeout_s: Seconds that the whole stream may take.
        metadata: Metadata of the call.
        receive: The client.
    """

    def __init__(self, rpc: Rpc, request: bytes, timeout_s: float, metadata: Metadata, receive: Receive) -> None:
        self.deadline = asyncio.get_running_loop().time() + timeout_s
        """Time of the event loop at which the call fails if it has not ended."""
        self._call = rpc(request, timeout=timeout_s, metadata=metadata)
        self._watch = _Watch(self._call, receive)
        self._watch.start()

    async def read(self) -> bytes | None:
        """The next response; None at the end.

        Raises:
            grpc.aio.AioRpcError: The call failed.
            ClientGone: The client left, so the call was cancelled.
        """
        try:
            response = await self._call.read()
        except asyncio.CancelledError:
            if self._watch.client_gone:
                raise ClientGone from None
            raise
        return None if response is grpc.aio.EOF else response

    def close(self) -> None:
        """Gives up the call if it has not ended."""
        self._watch.stop()
        self._call.cancel()


class _Watch:
    """Cancels a call when the client disconnects."""

    __slots__ = ("_call", "_receive", "_task", "client_gone")

    def __init__(self, call: Any, receive: Receive) -> None:
        self._call = call
        self._receive = receive
        self._task: asyncio.Task[None] | None = None
        self.client_gone = False

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass  # the end of a body that nobody asked for
        self.client_gone = True
        self._call.cancel()
