"""The maintenance service, running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pydantic import SecretStr

from services.maintenance.app import MaintenanceService, build
from services.maintenance.settings import MaintenanceSettings

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


@dataclass(frozen=True, slots=True)
class Served:
    """A running service and a channel to it."""

    service: MaintenanceService
    channel: grpc.aio.Channel

    async def status(self, name: str = "") -> int:
        """What health says of a service."""
        stub: Any = health_pb2_grpc.HealthStub(self.channel)
        return int((await stub.Check(health_pb2.HealthCheckRequest(service=name))).status)

    async def becomes(self, status: int) -> None:
        """Waits until health says so; the test's own time limit ends a wait in vain."""
        while await self.status() != status:
            await asyncio.sleep(0.02)


@asynccontextmanager
async def served(database: str, *, ready: bool = True, **settings: Any) -> AsyncIterator[Served]:
    """Runs the service; where it can be ready, it is."""
    known = {
        "listen": "127.0.0.1:0",
        "database": SecretStr(database),
        "threads": 2,
        "drain_grace_s": 1,
        "demo": False,
    }
    service = build(MaintenanceSettings(**{**known, **settings}))
    await service.start()
    try:
        async with grpc.aio.insecure_channel(service.server.target) as channel:
            running = Served(service, channel)
            if ready:
                await running.becomes(SERVING)
            yield running
    finally:
        await service.stop()
