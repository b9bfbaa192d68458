"""Channels to the services: one per address, shared by all services there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import grpc

from services.kit import contracts
from services.kit.server import MAX_MESSAGE_BYTES

_OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # A service that comes back must be used again at once; gRPC's own backoff grows to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    # A peer that vanished without a word is noticed in 15 s; services allow pings from 5 s apart.
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
)


class Channels:
    """The channels of a process, to be entered inside the event loop that uses them.

    Args:
        service_config: The gRPC service config, which says what may be repeated; None for that of the contracts.
    """

    def __init__(self, service_config: str | None = None) -> None:
        self._options = (*_OPTIONS, ("grpc.service_config", service_config or contracts.service_config()))
        self._stack = AsyncExitStack()
        self._by_target: dict[str, grpc.aio.Channel] = {}
        self._by_service: dict[str, grpc.aio.Channel] = {}

    async def __aenter__(self) -> Self:
        """Opens nothing yet; `connect` does."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes every channel; calls in flight are cancelled."""
        await self._stack.aclose()

    async def connect(self, targets: Mapping[str, str]) -> None:
        """Adds services.

        Args:
            targets: gRPC targets such as "localhost:8001", by full names of services.
        """
        for service, target in targets.items():
            channel = self._by_target.get(target)
            if channel is None:
                channel = grpc.aio.insecure_channel(target, options=self._options)
                self._by_target[target] = await self._stack.enter_async_context(channel)
            self._by_service[service] = channel

    def get(self, service: str) -> grpc.aio.Channel | None:
        """The channel of a service; None if it has no target."""
        return self._by_service.get(service)

    @property
    def services(self) -> Mapping[str, grpc.aio.Channel]:
        """The channels by full names of services."""
        return self._by_service
