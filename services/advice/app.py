"""The advice service, put together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry
from steward.advice.v1 import advice_service_pb2, generation_service_pb2

from services.advice.adviser import Adviser
from services.advice.cache import AdviceCache
from services.advice.generation import Generator, generator_for
from services.advice.generation.factory import model_file
from services.advice.servicers import AdviceServicer, GenerationServicer
from services.advice.settings import AdviceSettings
from services.advice.usage import Usage
from services.kit.layers import standard_layers
from services.kit.metrics import ServerMetrics
from services.kit.process import serve_metrics, stopped
from services.kit.server import Server

_log = logging.getLogger(__name__)

_ADVICE = advice_service_pb2.DESCRIPTOR.services_by_name["AdviceService"]
_GENERATION = generation_service_pb2.DESCRIPTOR.services_by_name["GenerationService"]

_REFRESH_S = 0.5
"""How often health follows the language model."""


@dataclass(frozen=True, slots=True)
class AdviceService:
    """An advice service that has been put together.

    Use as ``await service.start()`` … ``await service.stop()``.
    """

    server: Server
    generator: Generator
    settings: AdviceSettings
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, init=False)

    async def start(self) -> None:
        """Listens and starts the language model; health tells SERVING while that can answer."""
        await self.server.start()
        await self.generator.start()
        self._tasks.append(asyncio.create_task(self._follow()))

    async def stop(self) -> None:
        """Drains, then ends the language model."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.server.drain(self.settings.drain_notice_s, self.settings.drain_grace_s)
        await self.generator.stop()

    async def _follow(self) -> None:
        told = None
        while True:
            problem = self.generator.ready()
            if problem != told:
                told = problem
                if problem:
                    _log.warning("not ready", extra={"problem": problem})
                for service in ("", *self.server.services):
                    await self.server.set_serving(service, serving=not problem)
            await asyncio.sleep(_REFRESH_S)


def build(settings: AdviceSettings, metrics: CollectorRegistry | None = None) -> AdviceService:
    """Puts the service together; nothing is listened on yet.

    Args:
        settings: What the service is told.
        metrics: Where metrics are registered; None for a registry of its own.
    """
    metrics = metrics or CollectorRegistry()
    generator = generator_for(settings, metrics)
    server = Server(settings.listen, standard_layers(ServerMetrics(metrics), settings.default_deadline_s))
    cache = AdviceCache(settings.cache_size, settings.cache_ttl_s)
    adviser = Adviser(generator, Usage.beside(model_file(settings.model)))
    advice = AdviceServicer(adviser, generator, cache, settings.default_deadline_s)
    generation = GenerationServicer(generator, settings.default_deadline_s)
    server.add(_ADVICE, {method.name: getattr(advice, method.name) for method in _ADVICE.methods})
    server.add(_GENERATION, {method.name: getattr(generation, method.name) for method in _GENERATION.methods})
    return AdviceService(server, generator, settings)


async def serve(settings: AdviceSettings) -> None:
    """Serves until SIGTERM or SIGINT."""
    metrics = CollectorRegistry()
    service = build(settings, metrics)
    serve_metrics(metrics, settings.metrics_port)
    await service.start()
    _log.info("serving", extra={"port": service.server.port})
    try:
        await stopped()
    finally:
        await service.stop()
