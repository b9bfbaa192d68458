"""The Python client: typed stubs, deadlines, retries and errors with their reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from steward.energy.v1.energy_service_pb2 import PredictLoadsRequest
from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub
from steward_client import StewardError, connect, connect_aio

from services.prediction.app import PredictionService, build
from services.prediction.settings import PredictionSettings
from tests.builders import building


@pytest.fixture
def target(prediction: PredictionService) -> str:
    return f"127.0.0.1:{prediction.server.port}"


async def test_asyncio_calls_answer(target: str):
    async with connect_aio(target) as channel:
        stub: Any = EnergyServiceStub(channel)
        response = await stub.PredictLoads(PredictLoadsRequest(building=building()))
    assert response.provenance.model == "energy-loads"


async def test_blocking_calls_answer(target: str):
    def call() -> Any:
        with connect(target) as channel:
            return EnergyServiceStub(channel).PredictLoads(PredictLoadsRequest(building=building()))

    assert (await asyncio.to_thread(call)).provenance.model == "energy-loads"


def assert_names_the_field(error: StewardError) -> None:
    assert error.code is grpc.StatusCode.INVALID_ARGUMENT
    assert error.reason == "FIELD_OUT_OF_RANGE"
    assert error.metadata == {"field": "building.overall_height_m"}
    assert [v.field for v in error.violations] == ["building.overall_height_m"]
    assert error.request_id
    assert error.retry_after_s is None


WRONG = PredictLoadsRequest(building=building(overall_height_m=-1))


async def test_asyncio_errors_carry_reason_and_fields(target: str):
    async with connect_aio(target) as channel:
        stub: Any = EnergyServiceStub(channel)
        with pytest.raises(StewardError) as caught:
            await stub.PredictLoads(WRONG)
    assert_names_the_field(caught.value)


async def test_blocking_errors_carry_reason_and_fields(target: str):
    def call() -> StewardError:
        with connect(target) as channel, pytest.raises(StewardError) as caught:
            EnergyServiceStub(channel).PredictLoads(WRONG)
        return caught.value

    assert_names_the_field(await asyncio.to_thread(call))


async def test_futures_do_not_block_and_raise_the_same_error(target: str):
    def call() -> StewardError:
        with connect(target) as channel:
            future = EnergyServiceStub(channel).PredictLoads.future(WRONG)
            with pytest.raises(StewardError) as caught:
                future.result(timeout=10)
        return caught.value

    assert_names_the_field(await asyncio.to_thread(call))


class _SlowServer:
    """Never answers, and notes the deadline that calls came with; can refuse the first calls as unavailable."""

    def __init__(self, refusals: int) -> None:
        self.remaining: list[float | None] = []
        self._refusals = refusals

    async def predict(self, _: Any, context: Any) -> Any:
        self.remaining.append(context.time_remaining())
        if len(self.remaining) <= self._refusals:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "not now")
        await asyncio.Event().wait()


@pytest.fixture
async def slow() -> AsyncIterator[Any]:
    servers = []

    async def start(refusals: int = 0) -> tuple[str, _SlowServer]:
        behavior, server = _SlowServer(refusals), grpc.aio.server()
        handlers = {"PredictLoads": grpc.unary_unary_rpc_method_handler(behavior.predict)}
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler("steward.energy.v1.EnergyService", handlers),)
        )
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        servers.append(server)
        return f"127.0.0.1:{port}", behavior

    yield start
    for server in servers:
        await server.stop(0)


async def test_a_call_without_a_deadline_gets_one(slow: Any):
    target, server = await slow()
    async with connect_aio(target, deadline_s=0.2) as channel:
        stub: Any = EnergyServiceStub(channel)
        with pytest.raises(StewardError) as caught:
            await stub.PredictLoads(WRONG)
    assert caught.value.code is grpc.StatusCode.DEADLINE_EXCEEDED
    assert caught.value.reason == "DEADLINE_EXCEEDED"
    assert server.remaining[0] <= 0.2


async def test_a_blocking_call_without_a_deadline_gets_one(slow: Any):
    target, _ = await slow()

    def call() -> StewardError:
        with connect(target, deadline_s=0.2) as channel, pytest.raises(StewardError) as caught:
            EnergyServiceStub(channel).PredictLoads(WRONG)
        return caught.value

    assert (await asyncio.to_thread(call)).code is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_deadline_of_the_caller_stands(slow: Any):
    target, server = await slow()
    async with connect_aio(target, deadline_s=60) as channel:
        stub: Any = EnergyServiceStub(channel)
        with pytest.raises(StewardError):
            await stub.PredictLoads(WRONG, timeout=0.1)
    assert server.remaining[0] <= 0.1


async def test_idempotent_calls_are_tried_again(slow: Any):
    target, server = await slow(refusals=2)
    async with connect_aio(target, deadline_s=2) as channel:
        stub: Any = EnergyServiceStub(channel)
        with pytest.raises(StewardError) as caught:
            await stub.PredictLoads(WRONG)
    assert len(server.remaining) == 3
    assert caught.value.code is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_channel_recovers_when_the_service_comes_back(models_dir: Path):
    async def start(port: int = 0) -> PredictionService:
        service = build(PredictionSettings(listen=f"127.0.0.1:{port}", models_dir=models_dir, drain_grace_s=1))
        await service.start()
        return service

    service = await start()
    port = service.server.port
    request = PredictLoadsRequest(building=building())
    async with connect_aio(f"127.0.0.1:{port}") as channel:
        stub: Any = EnergyServiceStub(channel)
        await stub.PredictLoads(request)
        await service.stop()
        with pytest.raises(StewardError) as caught:
            await stub.PredictLoads(request, timeout=1)
        assert caught.value.code is grpc.StatusCode.UNAVAILABLE
        service = await start(port)
        response = await stub.PredictLoads(request, wait_for_ready=True)
        assert response.provenance.model == "energy-loads"
    await service.stop()
