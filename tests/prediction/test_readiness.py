"""Health is true, follows the registry, and answers whatever else is going on (E-2, P13, X-2)."""

from __future__ import annotations

import asyncio
import threading

import grpc
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from steward.energy.v1.energy_service_pb2 import BatchPredictLoadsRequest, PredictLoadsRequest
from steward.model.v1.model_service_pb2 import ListModelsRequest

from tests.builders import building, energy_model
from tests.conftest import rejected
from tests.kit.probe import eventually
from tests.prediction.serving import ENERGY, MODELS, Serving, serving


@pytest.fixture
def at_once(monkeypatch):
    """Lets health and registry follow the disk without a second's delay."""
    monkeypatch.setattr("services.prediction.app._REFRESH_S", 0.01)
    monkeypatch.setattr("services.prediction.registry._RESCAN_S", 0)


async def until(served: Serving, state: str) -> None:
    while await served.health(ENERGY) != state:
        await asyncio.sleep(0.01)


async def test_a_service_with_its_models_is_serving(models_dir):
    async with serving(models_dir) as served:
        assert [await served.health(name) for name in ("", ENERGY, MODELS)] == ["SERVING"] * 3


async def test_without_models_the_process_starts_and_says_what_is_missing(tmp_path, caplog):
    async with serving(tmp_path) as served:
        assert await served.health() == await served.health(ENERGY) == "NOT_SERVING"
        assert await served.health(MODELS) == "SERVING"
        for call in (
            served.energy.PredictLoads(PredictLoadsRequest(building=building())),
            served.energy.BatchPredictLoads(BatchPredictLoadsRequest(buildings=[building()])),
        ):
            problem = await rejected(call)
            assert (problem.code, problem.reason) == (grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND")
    assert [(record.message, record.service) for record in caplog.records] == [("not ready", ENERGY)]


@pytest.mark.usefixtures("at_once")
async def test_health_follows_models_that_come_and_go(tmp_path, caplog):
    aside, models = tmp_path / "aside", tmp_path / "models"
    models.mkdir()
    energy_model(aside)
    async with serving(models) as served:
        assert await served.health(ENERGY) == "NOT_SERVING"
        (aside / "energy-loads").rename(models / "energy-loads")  # all at once, as half a model would be told too
        await until(served, "SERVING")
        assert await served.health() == "SERVING"
        await served.energy.PredictLoads(PredictLoadsRequest(building=building()))
        (models / "energy-loads").rename(aside / "energy-loads")
        await until(served, "NOT_SERVING")
        await asyncio.sleep(0.1)
    assert [r.message for r in caplog.records if r.levelname == "WARNING"] == ["not ready"] * 2


@pytest.mark.usefixtures("at_once")
async def test_health_goes_on_following_after_a_failure_to_look(tmp_path, monkeypatch, caplog):
    async with serving(tmp_path) as served:
        with monkeypatch.context() as patch:
            patch.setattr(served.service.registry, "get", lambda _: 1 // 0)
            await eventually(lambda: "health cannot be refreshed" in caplog.text)
        energy_model(tmp_path)
        await until(served, "SERVING")


@pytest.mark.usefixtures("at_once")
async def test_a_full_queue_does_not_make_the_service_unhealthy(models_dir):
    async with serving(models_dir, threads=1, queue_limit=1) as served:
        gate = threading.Event()
        tasks = [asyncio.create_task(served.service.workers.run(gate.wait)) for _ in range(2)]
        await asyncio.sleep(0)
        problem = await rejected(served.models.ListModels(ListModelsRequest()))
        assert (problem.reason, problem.retry_s) == ("OVERLOADED", 1)
        await served.service.refresh()
        assert await served.health(ENERGY) == "SERVING"
        gate.set()
        await asyncio.gather(*tasks)


async def test_health_answers_while_big_batches_run(models_dir):
    request = BatchPredictLoadsRequest(buildings=[building()] * 20_000).SerializeToString()
    async with serving(models_dir) as served:
        # As bytes, so that reading the answers does not keep this test's own event loop busy.
        batch = served.channel.unary_unary(f"/{ENERGY}/BatchPredictLoads")
        batches = [asyncio.ensure_future(batch(request)) for _ in range(6)]
        checks = 0
        while not all(running.done() for running in batches):
            assert await served.health() == "SERVING"
            checks += 1
        assert all(await asyncio.gather(*batches))
    assert checks >= 3


async def test_a_drain_answers_the_batches_that_run(models_dir):
    request = BatchPredictLoadsRequest(buildings=[building()] * 5_000)
    async with serving(models_dir, drain_grace_s=60) as served:
        batches = [asyncio.ensure_future(served.energy.BatchPredictLoads(request)) for _ in range(4)]
        taken = {"method": f"/{ENERGY}/BatchPredictLoads"}
        await eventually(lambda: served.metrics.get_sample_value("steward_grpc_in_flight", taken) == 4)
        await served.service.stop()
        assert [len((await batch).results) for batch in batches] == [5_000] * 4


async def test_a_second_stop_does_nothing(models_dir):
    async with serving(models_dir) as served:
        await served.service.stop()


async def test_reflection_gives_the_contract(models_dir):
    async with serving(models_dir) as served:
        reflect = reflection_pb2_grpc.ServerReflectionStub(served.channel).ServerReflectionInfo()
        await reflect.write(reflection_pb2.ServerReflectionRequest(file_containing_symbol=ENERGY))
        answer = await reflect.read()
        await reflect.done_writing()
    assert b"ExploreMeasures" in answer.file_descriptor_response.file_descriptor_proto[0]


async def test_metrics_count_predictions(models_dir):
    async with serving(models_dir) as served:
        await served.energy.PredictLoads(PredictLoadsRequest(building=building()))
        await rejected(served.energy.PredictLoads(PredictLoadsRequest()))
        counts = [
            served.metrics.get_sample_value(
                "steward_grpc_handling_seconds_count", {"method": f"/{ENERGY}/PredictLoads", "code": code}
            )
            for code in ("OK", "INVALID_ARGUMENT")
        ]
    assert counts == [1, 1]
