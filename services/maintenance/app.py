"""The maintenance service, put together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from google.protobuf.descriptor import Descriptor, ServiceDescriptor
from prometheus_client import CollectorRegistry

from services.kit import contracts
from services.kit.errors import DomainError
from services.kit.layers import standard_layers
from services.kit.metrics import ServerMetrics, WorkerMetrics
from services.kit.process import serve_metrics, stopped
from services.kit.server import Behavior, Server
from services.kit.workers import Workers
from services.maintenance.behaviors import Behaviors
from services.maintenance.demo.fill import fill
from services.maintenance.exchange.servicer import ExchangeServicer
from services.maintenance.metrics.servicer import MetricsServicer
from services.maintenance.migrations import MigrationFailed, migrate
from services.maintenance.outlook import OutlookServicer
from services.maintenance.plans import PlanServicer
from services.maintenance.records.database import Database
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Catalog, ContractError
from services.maintenance.rules import RULES
from services.maintenance.settings import MaintenanceSettings
from services.maintenance.stock import StockServicer
from services.maintenance.work_orders import WorkOrderServicer

_log = logging.getLogger(__name__)

_PACKAGE = "steward/maintenance/v1/"
_REFRESH_S = 1.0
"""How often health follows the database."""


@dataclass(frozen=True, slots=True)
class MaintenanceService:
    """A maintenance service that has been put together.

    Use as ``await service.start()`` … ``await service.stop()``.
    """

    server: Server
    records: Records
    workers: Workers
    plans: PlanServicer
    settings: MaintenanceSettings
    _tasks: list[asyncio.Task[None]] = field(default_factory=list, init=False)

    async def start(self) -> None:
        """Listens; health tells SERVING while the database answers and has the tables of this version."""
        await self.server.start()
        self._tasks.extend((asyncio.create_task(self._follow()), asyncio.create_task(self._make_orders())))

    async def stop(self) -> None:
        """Drains, then closes the database."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.server.drain(self.settings.drain_notice_s, self.settings.drain_grace_s)
        self.workers.close()
        self.records.database.close()

    async def _follow(self) -> None:
        told: str | None = None
        migrated = False
        while True:
            # Not on a worker: full queues say nothing about the database.
            problem, migrated = await asyncio.to_thread(self._look, migrated)
            if problem != told:
                told = problem
                if problem:
                    _log.warning("not ready", extra={"problem": problem})
                for service in ("", *self.server.services):
                    await self.server.set_serving(service, serving=not problem)
            await asyncio.sleep(_REFRESH_S)

    async def _make_orders(self) -> None:
        while True:
            await asyncio.sleep(self.settings.plan_interval_s)
            try:
                orders = await self.workers.run(self.plans.generate)
            except DomainError as error:  # health tells of the database
                _log.info("no orders are made", extra={"problem": error.message})
            except Exception:  # noqa: BLE001 - one plan must not end all others
                _log.exception("orders cannot be made")
            else:
                if orders:
                    _log.info("orders made", extra={"count": len(orders)})

    def _look(self, migrated: bool) -> tuple[str, bool]:
        """Why the service cannot answer, empty if it can; and whether the database has this version's tables."""
        try:
            if not migrated:
                migrate(self.records.database, self.records.metadata, begin=self._begin)
            else:
                self.records.database.ping()
        except (DomainError, MigrationFailed) as error:
            return str(error), migrated
        except Exception:  # noqa: BLE001 - whatever it is, health must go on following
            _log.exception("the database cannot be looked at")
            return "The database cannot be used; see the logs.", migrated
        return "", True

    def _begin(self, connection: sa.Connection) -> None:
        """Fills a new database."""
        if self.settings.demo:
            counts = fill(self.records.store(connection), datetime.now(UTC))
            _log.info("filled with the demo plant", extra={"counts": dict(counts)})


def build(settings: MaintenanceSettings, metrics: CollectorRegistry | None = None) -> MaintenanceService:
    """Puts the service together; nothing is listened on yet.

    Args:
        settings: What the service is told.
        metrics: Where metrics are registered; None for a registry of its own.

    Raises:
        ContractError: A contract asks for something that nothing serves.
    """
    metrics = metrics or CollectorRegistry()
    # Two more than the threads: health has its own.
    database = Database(settings.database.get_secret_value(), settings.threads + 2)
    records = Records(database, Catalog(all_messages()), RULES)
    workers = Workers(settings.threads, settings.queue_limit, WorkerMetrics(metrics))
    server = Server(settings.listen, standard_layers(ServerMetrics(metrics), settings.default_deadline_s))
    behaviors = Behaviors(records, workers.run)
    plans = PlanServicer(records, workers)
    own = (
        WorkOrderServicer(records, workers),
        StockServicer(records, workers),
        ExchangeServicer(records, workers, RULES),
        plans,
        OutlookServicer(records, workers),
        MetricsServicer(records, workers),
    )
    for service in _services():
        found = {m.name: behaviors.behavior(m) or _own(own, m.name) for m in service.methods}
        if idle := [name for name, behavior in found.items() if behavior is None]:
            raise ContractError(f"{service.full_name}: nothing serves {', '.join(idle)}.")
        server.add(service, {name: behavior for name, behavior in found.items() if behavior})
    return MaintenanceService(server, records, workers, plans, settings)


async def serve(settings: MaintenanceSettings) -> None:
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


def _own(servicers: Iterable[Any], name: str) -> Behavior | None:
    """What an RPC does that has code of its own."""
    return next((getattr(servicer, name) for servicer in servicers if hasattr(servicer, name)), None)


def all_messages() -> Iterator[Descriptor]:
    """The messages of the maintenance contracts."""
    for file in contracts.descriptor_set().file:
        if file.name.startswith(_PACKAGE):
            yield from contracts.file_descriptor(file.name).message_types_by_name.values()


def _services() -> Iterator[ServiceDescriptor]:
    for file in contracts.descriptor_set().file:
        if file.name.startswith(_PACKAGE):
            yield from contracts.file_descriptor(file.name).services_by_name.values()
