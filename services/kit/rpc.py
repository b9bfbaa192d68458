"""Runs handlers inside the layers, for every shape of call."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from grpc_status import rpc_status

from services.kit.errors import MalformedRequest
from services.kit.layers import REQUEST_ID_KEY, Call, Layer

_Context = grpc.aio.ServicerContext[Any, Any]
_Behavior = Callable[[Any, _Context], Awaitable[Any]]


def wrap(
    handler: grpc.RpcMethodHandler[Any, Any], method: str, layers: Sequence[Layer]
) -> grpc.RpcMethodHandler[Any, Any]:
    """The handler with the layers around it.

    Requests are parsed inside the layers, so that broken bytes get a typed error too.

    Args:
        handler: A handler made by generated code, whose behaviour is asynchronous.
        method: Its full method, "/package.Service/Method".
        layers: The layers, the outermost first.
    """
    run = _Runner(handler, method, layers)
    serialize = handler.response_serializer
    if handler.request_streaming and handler.response_streaming:
        return grpc.stream_stream_rpc_method_handler(run.stream, None, serialize)
    if handler.request_streaming:
        return grpc.stream_unary_rpc_method_handler(run.unary, None, serialize)
    if handler.response_streaming:
        return grpc.unary_stream_rpc_method_handler(run.stream, None, serialize)
    return grpc.unary_unary_rpc_method_handler(run.unary, None, serialize)


class _Runner:
    """One wrapped handler."""

    def __init__(self, handler: grpc.RpcMethodHandler[Any, Any], method: str, layers: Sequence[Layer]) -> None:
        self._method = method
        self._enters = tuple(layer.enter for layer in layers)
        self._checks = tuple(layer.check for layer in layers)
        self._leaves = tuple(layer.leave for layer in reversed(layers))
        self._parse = handler.request_deserializer or bytes
        self._request_streaming = handler.request_streaming
        self._behavior = _behavior(handler)
        self._live = handler.request_streaming or handler.response_streaming

    async def unary(self, raw: Any, context: _Context) -> Any:
        """Serves a call that has one response."""
        call = Call(self._method, context)
        response = None
        try:
            request = self._enter(call, raw)
            if call.timeout is None:
                response = await self._behavior(request, context)
            else:
                async with asyncio.timeout(call.timeout):
                    response = await self._behavior(request, context)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the layers must see it
            call.error = error
        await self._leave(call)
        return response

    async def stream(self, raw: Any, context: _Context) -> None:
        """Serves a call that has many responses, which the behaviour writes to the context."""
        await self.unary(raw, context)

    def _enter(self, call: Call, raw: Any) -> Any:
        for enter in self._enters:
            enter(call)
        if self._live:
            call.timeout = None
        if self._request_streaming:
            return self._requests(raw)
        return self._request(raw)

    async def _requests(self, raw: AsyncIterator[bytes]) -> AsyncIterator[Any]:
        async for message in raw:
            yield self._request(message)

    def _request(self, raw: bytes) -> Any:
        try:
            request = self._parse(raw)
        except DecodeError:
            raise MalformedRequest(
                f"The bytes are no {self._method} request; generate the client from the current contract."
            ) from None
        for check in self._checks:
            check(request)
        return request

    async def _leave(self, call: Call) -> None:
        for leave in self._leaves:
            leave(call)
        if call.status is not None:
            # The id goes with errors only: it is what a caller quotes, and metadata on every reply cost CPU.
            await call.context.abort_with_status(_grpc_status(call))
        if call.error is not None:
            raise call.error


def _grpc_status(call: Call) -> grpc.Status:
    assert call.status is not None
    status: Any = rpc_status.to_status(call.status)
    metadata = (*status.trailing_metadata, (REQUEST_ID_KEY, call.request_id))
    replaced: grpc.Status = status._replace(trailing_metadata=metadata)
    return replaced


async def _write(context: _Context, response: Any) -> None:
    try:
        await context.write(response)
    except Exception:
        # A write that crosses the caller's leaving fails with an error of grpc's own; it is the caller's leaving.
        if context.cancelled():
            raise asyncio.CancelledError from None
        raise


def _behavior(handler: grpc.RpcMethodHandler[Any, Any]) -> _Behavior:
    """The handler's behaviour as a coroutine function; one that yields responses writes them instead."""
    if not handler.response_streaming:
        return handler.stream_unary if handler.request_streaming else handler.unary_unary  # type: ignore[return-value]
    behavior: Any = handler.stream_stream if handler.request_streaming else handler.unary_stream
    if not inspect.isasyncgenfunction(behavior):
        return behavior  # type: ignore[no-any-return]

    async def write_all(request: Any, context: _Context) -> None:
        async with aclosing(behavior(request, context)) as responses:
            async for response in responses:
                await _write(context, response)

    return write_all
