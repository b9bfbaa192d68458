"""Channels: connections that stay alive, deadlines on every call, retries where the contract allows them."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any, NamedTuple

import grpc

from steward_client._errors import StewardError

DEFAULT_DEADLINE_S = 10.0
"""Deadline of calls that set none."""

_MAX_MESSAGE_BYTES = 16 * 1024 * 1024


def connect(
    target: str, *, deadline_s: float = DEFAULT_DEADLINE_S, credentials: grpc.ChannelCredentials | None = None
) -> grpc.Channel:
    """Opens a channel for the generated stubs; calls on it raise `StewardError`.

    Args:
        target: gRPC target, such as "localhost:8001".
        deadline_s: Deadline in seconds of calls that set no ``timeout``.
        credentials: TLS credentials; None for a plain connection.
    """
    channel = (
        grpc.secure_channel(target, credentials, options=_options())
        if credentials
        else grpc.insecure_channel(target, options=_options())
    )
    return grpc.intercept_channel(channel, _Unary(deadline_s))


def connect_aio(
    target: str, *, deadline_s: float = DEFAULT_DEADLINE_S, credentials: grpc.ChannelCredentials | None = None
) -> grpc.aio.Channel:
    """Opens a channel for the generated stubs in asyncio; calls on it raise `StewardError`.

    Args:
        target: gRPC target, such as "localhost:8001".
        deadline_s: Deadline in seconds of calls that set no ``timeout``.
        credentials: TLS credentials; None for a plain connection.
    """
    interceptors = [_AioUnary(deadline_s)]
    if credentials:
        return grpc.aio.secure_channel(target, credentials, options=_options(), interceptors=interceptors)
    return grpc.aio.insecure_channel(target, options=_options(), interceptors=interceptors)


def _options() -> list[tuple[str, Any]]:
    return [
        ("grpc.service_config", files("steward").joinpath("service_config.json").read_text()),
        ("grpc.enable_retries", 1),
        ("grpc.keepalive_time_ms", 10_000),
        ("grpc.keepalive_timeout_ms", 5_000),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
    ]


class _Details(NamedTuple):
    """Call details that can be made anew; grpc reads them by attribute."""

    method: str
    timeout: float | None
    metadata: Any
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None


def _with_deadline(details: Any, deadline_s: float) -> Any:
    if details.timeout is not None:
        return details
    return _Details(
        details.method,
        deadline_s,
        details.metadata,
        details.credentials,
        details.wait_for_ready,
        getattr(details, "compression", None),
    )


class _Call:
    """A call whose result raises `StewardError`; everything else is the call's own."""

    def __init__(self, call: Any) -> None:
        self._call = call

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)

    def result(self, timeout: float | None = None) -> Any:
        try:
            return self._call.result(timeout)
        except grpc.RpcError as error:
            raise StewardError(error) from error


class _Unary(grpc.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return _Call(continuation(_with_deadline(details, self._deadline_s), request))


class _AioUnary(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc]
    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s

    async def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        if details.timeout is None:
            details = details._replace(timeout=self._deadline_s)
        call = await continuation(details, request)
        try:
            await call
        except grpc.aio.AioRpcError as error:
            raise StewardError(error) from error
        return call
