"""Health of the gateway and of what it depends on, told from what was last seen.

A report is never blocked by work: a task of its own asks the services, and a report tells what it last heard.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

_LOG = logging.getLogger(__name__)

_STATUS = health_pb2.HealthCheckResponse.ServingStatus
SERVING = "SERVING"
DEGRADED = "DEGRADED"
UNREACHABLE = "UNREACHABLE"
UNKNOWN = "UNKNOWN"


class HealthMonitor:
    """Asks services for their health again and again, from when it is entered until it is left.

    Args:
        channels: Channels by full names of services.
        interval_s: Seconds between two rounds.
        timeout_s: Seconds after which a service that has not answered counts as unreachable.
    """

    def __init__(
        self, channels: Mapping[str, grpc.aio.Channel], interval_s: float = 1.0, timeout_s: float = 0.5
    ) -> None:
        self._stubs = {service: health_pb2_grpc.HealthStub(channel) for service, channel in channels.items()}
        self._interval_s = interval_s
        self._timeout_s = timeout_s
        self._seen: dict[str, str] = dict.fromkeys(channels, UNKNOWN)
        self._task: asyncio.Task[None] | None = None
        self._first_round = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Starts to ask."""
        self._task = asyncio.create_task(self._run(), name="health")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops to ask."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def report(self) -> dict[str, Any]:
        """What was last seen; only before the first round is over it waits for it, no longer than its timeout."""
        if not self._first_round.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._first_round.wait(), self._timeout_s)
        healthy = all(status == SERVING for status in self._seen.values())
        return {
            "status": SERVING if healthy else DEGRADED,
            "dependencies": {service: {"status": status} for service, status in self._seen.items()},
        }

    async def _run(self) -> None:
        while True:
            await asyncio.gather(*(self._look(service, stub) for service, stub in self._stubs.items()))
            self._first_round.set()
            await asyncio.sleep(self._interval_s)

    async def _look(self, service: str, stub: Any) -> None:
        request = health_pb2.HealthCheckRequest(service=service)
        try:
            answer = await stub.Check(request, timeout=self._timeout_s)
            self._seen[service] = _STATUS.Name(answer.status)
        except grpc.aio.AioRpcError as error:
            known = error.code() in (grpc.StatusCode.NOT_FOUND, grpc.StatusCode.UNIMPLEMENTED)
            self._seen[service] = UNKNOWN if known else UNREACHABLE
        except Exception:  # noqa: BLE001 - whatever it is, the other services must still be looked at
            _LOG.exception("health of %s cannot be asked", service)
            self._seen[service] = UNKNOWN
