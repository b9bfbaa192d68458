"""The gateway's process, put together: REST for everyone, and the fan-outs over gRPC."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from prometheus_client import CollectorRegistry
from steward.advice.v1 import advice_service_pb2, generation_service_pb2
from steward.analysis.v1 import analysis_service_pb2
from steward.energy.v1 import energy_service_pb2
from steward.model.v1 import model_service_pb2

from gateway.analysis.servicer import AnalysisServicer
from gateway.app import AppSettings, create_app
from gateway.channels import Channels
from gateway.settings import GatewaySettings
from gateway.transcoder import Observe, TranscoderSettings
from services.kit import logs
from services.kit.contracts import descriptor_set_bytes, model_services
from services.kit.layers import standard_layers
from services.kit.metrics import ServerMetrics
from services.kit.process import serve_metrics, stopped
from services.kit.server import Server

_log = logging.getLogger("steward.http")

_ADVICE = advice_service_pb2.DESCRIPTOR.services_by_name["AdviceService"].full_name
_GENERATION = generation_service_pb2.DESCRIPTOR.services_by_name["GenerationService"].full_name
_ANALYSIS = analysis_service_pb2.DESCRIPTOR.services_by_name["AnalysisService"]
_ENERGY = energy_service_pb2.DESCRIPTOR.services_by_name["EnergyService"].full_name
_MAINTENANCE = "steward.maintenance.v1"
_MODELS = model_service_pb2.DESCRIPTOR.services_by_name["ModelService"].full_name


def build(
    settings: GatewaySettings, contracts: bytes | None = None, metrics: CollectorRegistry | None = None
) -> FastAPI:
    """Puts the gateway together; nothing is listened on yet.

    Args:
        settings: What the gateway is told.
        contracts: The contracts to serve, as a serialized FileDescriptorSet; None for the project's own.
        metrics: Where metrics are registered; None for a registry of its own.
    """
    contracts = contracts or descriptor_set_bytes()
    metrics = metrics or CollectorRegistry()
    app_settings = AppSettings(
        targets={
            **dict.fromkeys(_prediction_services(contracts), settings.prediction_target),
            **dict.fromkeys((_ADVICE, _GENERATION), settings.advice_target),
            **dict.fromkeys(_services_of(contracts, _MAINTENANCE), settings.maintenance_target),
        },
        transcoder=TranscoderSettings(
            max_body_bytes=settings.max_body_bytes,
            default_timeout_s=settings.default_deadline_s,
            max_timeout_s=settings.max_deadline_s,
        ),
        cors_origins=tuple(filter(None, (origin.strip() for origin in settings.cors_origins.split(",")))),
        serve_docs=settings.docs,
    )
    fan_outs = _fan_outs(settings, ServerMetrics(metrics, "grpc"))
    return create_app(app_settings, contracts, fan_outs, _observer(ServerMetrics(metrics, "http")))


async def serve(settings: GatewaySettings) -> None:
    """Serves until SIGTERM or SIGINT, then answers what is in flight."""
    metrics = CollectorRegistry()
    app = build(settings, metrics=metrics)
    config = uvicorn.Config(
        app,
        settings.host,
        settings.port,
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(settings.drain_grace_s) or 1,
    )
    server = _Server(config)
    serve_metrics(metrics, settings.metrics_port)
    stopping = asyncio.create_task(_stop(server, app, settings.drain_notice_s))
    try:
        await server.serve()
    finally:
        stopping.cancel()


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again once it has stopped, which ends the process with an error."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _stop(server: uvicorn.Server, app: FastAPI, notice_s: float) -> None:
    await stopped()
    app.state.draining = True
    await asyncio.sleep(notice_s)
    server.should_exit = True


def _services_of(contracts: bytes, package: str) -> list[str]:
    """The services of a package."""
    files = FileDescriptorSet.FromString(contracts).file
    return [f"{package}.{service.name}" for file in files if file.package == package for service in file.service]


def _prediction_services(contracts: bytes) -> list[str]:
    """The services that the prediction service serves: the registry, and all that have an RPC answered by a model."""
    found = model_services(FileDescriptorSet.FromString(contracts))
    return [_MODELS, *(f"{file.package}.{service.name}" for file, service in found)]


def _fan_outs(
    settings: GatewaySettings, metrics: ServerMetrics
) -> Callable[[Channels], AbstractAsyncContextManager[Mapping[str, str]]]:
    @asynccontextmanager
    async def serving(channels: Channels) -> AsyncIterator[Mapping[str, str]]:
        server = Server(settings.grpc_listen, standard_layers(metrics, settings.default_deadline_s))
        energy, advice = channels.get(_ENERGY), channels.get(_ADVICE)
        assert energy is not None and advice is not None
        servicer = AnalysisServicer(energy, advice, settings.default_deadline_s)
        server.add(_ANALYSIS, {method.name: getattr(servicer, method.name) for method in _ANALYSIS.methods})
        await server.start()
        for service in ("", *server.services):
            # What it asks tells its own health; the fan-out itself can always answer.
            await server.set_serving(service, serving=True)
        try:
            yield {_ANALYSIS.full_name: server.target}
        finally:
            await server.drain(0, settings.drain_grace_s)

    return serving


def _observer(metrics: ServerMetrics) -> Observe:
    def observe(method: str, status: int, seconds: float, request_id: str) -> None:
        metrics.observe(method, str(status), seconds)
        if _log.isEnabledFor(logging.INFO):
            fields = {
                "request_id": request_id,
                "method": method,
                "status": status,
                "duration_ms": round(seconds * 1e3, 3),
            }
            logs.write(_log, logging.INFO, "request", fields)

    return observe
