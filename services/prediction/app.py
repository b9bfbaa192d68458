"""The prediction service, put together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from prometheus_client import CollectorRegistry
from steward.energy.v1 import energy_service_pb2
from steward.model.v1 import model_service_pb2

from services.kit.contracts import descriptor_set
from services.kit.errors import DomainError
from services.kit.layers import standard_layers
from services.kit.metrics import ServerMetrics, WorkerMetrics
from services.kit.process import serve_metrics, stopped
from services.kit.server import Behavior, Server
from services.kit.workers import Workers
from services.prediction.engine import Engine, contracts_of, model_of, services_of
from services.prediction.registry import Registry
from services.prediction.servicers import EnergyServicer, ModelServicer
from services.prediction.settings import SHIPPED_MODELS, PredictionSettings

_log = logging.getLogger(__name__)

_ENERGY = energy_service_pb2.DESCRIPTOR.services_by_name["EnergyService"].full_name
_MODELS = model_service_pb2.DESCRIPTOR.services_by_name["ModelService"]


_REFRESH_S = 1.0
"""How often health follows the registry."""


class ContractError(Exception):
    """An RPC names a model, but nothing can serve it."""


@dataclass(frozen=True, slots=True)
class PredictionService:
    """A prediction service that has been put together.

    Use as ``await service.start()`` … ``await service.stop()``.
    """

    server: Server
    registry: Registry
    workers: Workers
    services: tuple[ServiceDescriptor, ...]
    settings: PredictionSettings
    _problems: dict[str, str] = field(default_factory=dict, init=False)
    """Why a service cannot answer, by its name; empty where it can."""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, init=False)

    async def start(self) -> None:
        """Listens and loads the champions; each service tells SERVING while all its models are loaded."""
        await self.server.start()
        await self.server.set_serving(_MODELS.full_name, serving=True)
        await self.refresh()
        self._tasks.append(asyncio.create_task(self._follow()))

    async def refresh(self) -> None:
        """Brings health in line with the registry."""
        for name, problem in {service.full_name: await self._problem(service) for service in self.services}.items():
            if problem and problem != self._problems.get(name):
                _log.warning("not ready", extra={"service": name, "problem": problem})
            self._problems[name] = problem
            await self.server.set_serving(name, serving=not problem)
        await self.server.set_serving("", serving=not any(self._problems.values()))

    async def stop(self) -> None:
        """Drains, then ends the threads."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.server.drain(self.settings.drain_notice_s, self.settings.drain_grace_s)
        self.workers.close()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_REFRESH_S)
            try:
                await self.refresh()
            except Exception:  # noqa: BLE001 - whatever it is, health must go on following
                _log.exception("health cannot be refreshed")

    async def _problem(self, service: ServiceDescriptor) -> str:
        try:
            for model in sorted({model_of(method) for method in service.methods if model_of(method)}):
                # Not on a worker: full queues say nothing about the models.
                await asyncio.to_thread(self.registry.get, model)
        except DomainError as error:
            return error.message
        return ""


def build(
    settings: PredictionSettings, contracts: FileDescriptorSet | None = None, metrics: CollectorRegistry | None = None
) -> PredictionService:
    """Puts the service together; nothing is listened on yet.

    Args:
        settings: What the service is told.
        contracts: The contracts to serve, all of them in the default descriptor pool; None for the project's own.
        metrics: Where metrics are registered; None for a registry of its own.

    Raises:
        ContractError: An RPC names a model, but nothing can serve it.
    """
    metrics = metrics or CollectorRegistry()
    services = tuple(services_of(contracts or descriptor_set()))
    registry = Registry(settings.models_dir or SHIPPED_MODELS, contracts_of(services).get, settings.models_loaded)
    workers = Workers(settings.threads, settings.queue_limit, WorkerMetrics(metrics))
    engine = Engine(registry, workers, settings.cache_size)
    server = Server(settings.listen, standard_layers(ServerMetrics(metrics), settings.default_deadline_s))
    servicers = {_ENERGY: EnergyServicer(engine, workers)}
    for service in services:
        server.add(service, _behaviors(service, engine, servicers.get(service.full_name)))
    model_servicer = ModelServicer(registry, workers)
    server.add(_MODELS, {method.name: getattr(model_servicer, method.name) for method in _MODELS.methods})
    return PredictionService(server, registry, workers, services, settings)


async def serve(settings: PredictionSettings) -> None:
    """Serves until SIGTERM or SIGINT."""
    metrics = CollectorRegistry()
    service = build(settings, metrics=metrics)
    serve_metrics(metrics, settings.metrics_port)
    await service.start()
    _log.info("serving", extra={"port": service.server.port})
    try:
        await stopped()
    finally:
        await service.stop()


def _behaviors(service: ServiceDescriptor, engine: Engine, servicer: Any) -> dict[str, Behavior]:
    return {method.name: _behavior(method, engine, servicer) for method in service.methods}


def _behavior(method: MethodDescriptor, engine: Engine, servicer: Any) -> Behavior:
    behavior: Behavior | None = engine.behavior(method) or getattr(servicer, method.name, None)
    if behavior is None:
        raise ContractError(
            f"{method.full_name} names the model {model_of(method)!r}, but is neither a prediction nor has it code."
        )
    return behavior
