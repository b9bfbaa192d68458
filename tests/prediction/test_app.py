"""The process of the prediction service, from its start to its end (V-31, M-27)."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import urllib.request

import grpc
from steward.energy.v1.energy_service_pb2 import PredictLoadsRequest
from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub

from services.prediction.app import serve
from services.prediction.settings import PredictionSettings
from tests.builders import building
from tests.kit.probe import eventually
from tests.ports import free_port


def scrape(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        text: str = response.read().decode()
    return text


async def test_the_process_serves_and_is_measured_until_it_is_told_to_stop(models_dir, caplog):
    metrics_port = free_port()
    settings = PredictionSettings(listen="127.0.0.1:0", models_dir=models_dir, metrics_port=metrics_port)
    with caplog.at_level(logging.INFO):
        process = asyncio.create_task(serve(settings))
        await eventually(lambda: [r for r in caplog.records if r.message == "serving"])
    (record,) = [r for r in caplog.records if r.message == "serving"]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{record.port}") as channel:
        await EnergyServiceStub(channel).PredictLoads(PredictLoadsRequest(building=building()))
    text = await asyncio.to_thread(scrape, metrics_port)
    assert (
        'steward_grpc_handling_seconds_count{code="OK",method="/steward.energy.v1.EnergyService/PredictLoads"} 1.0'
        in text
    )
    assert "steward_workers_refused_total 0.0" in text
    os.kill(os.getpid(), signal.SIGTERM)
    await process
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().remove_signal_handler(number)
