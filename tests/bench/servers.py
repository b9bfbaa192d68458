"""Servers under measurement: python -m tests.bench.servers {echo-aio|echo-threads|prediction}."""

from __future__ import annotations

import asyncio
import sys
from concurrent import futures
from typing import Any

import grpc
import uvloop
from steward.energy.v1 import energy_service_pb2 as energy
from steward.model.v1.estimate_pb2 import Applicability, Estimate, Interval, Provenance

from services.kit import logs
from services.kit.process import stopped
from services.prediction.app import build
from services.prediction.settings import PredictionSettings

_SERVICE = "steward.energy.v1.EnergyService"


def _answer() -> energy.PredictLoadsResponse:
    response = energy.PredictLoadsResponse(
        provenance=Provenance(model="energy-loads", version="1.0.0", artifact_sha256="0" * 64)
    )
    estimate = Estimate(value=20, interval=Interval(lower=19, upper=21, level=0.9))
    for name in ("heating_load_kwh_m2", "cooling_load_kwh_m2", "total_load_kwh_m2"):
        getattr(response.prediction, name).CopyFrom(estimate)
    response.prediction.applicability.CopyFrom(Applicability(domain=1, distance=0.5))  # type: ignore[arg-type]
    return response


def _handlers(behavior: Any) -> grpc.GenericRpcHandler:
    handler = grpc.unary_unary_rpc_method_handler(
        behavior,
        request_deserializer=energy.PredictLoadsRequest.FromString,
        response_serializer=energy.PredictLoadsResponse.SerializeToString,
    )
    return grpc.method_handlers_generic_handler(_SERVICE, {"PredictLoads": handler})


async def echo_aio() -> None:
    """The least that a server of the same messages can do, on asyncio."""
    answer = _answer()

    async def behavior(_: Any, __: Any) -> Any:
        return answer

    server = grpc.aio.server()
    server.add_generic_rpc_handlers((_handlers(behavior),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    await server.start()
    await stopped()
    await server.stop(0)


async def echo_threads() -> None:
    """The same with two threads."""
    answer = _answer()
    server = grpc.server(futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((_handlers(lambda _, __: answer),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    await stopped()
    server.stop(0)


async def prediction() -> None:
    """The prediction service as it ships, access log included, but without the cache, which rotating rows would hit."""
    service = build(PredictionSettings(listen="127.0.0.1:0", cache_size=0))
    await service.start()
    print(service.server.port, flush=True)
    await stopped()
    await service.stop()


if __name__ == "__main__":
    logs.configure("INFO")
    run = {"echo-aio": echo_aio, "echo-threads": echo_threads, "prediction": prediction}[sys.argv[1]]
    if run is echo_threads:
        asyncio.run(run())
    else:
        uvloop.run(run())
