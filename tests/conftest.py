"""Fixtures shared by all tests: real servers on free ports, put together as they ship."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import grpc
import httpx
import hypothesis
import pytest
from google.rpc import error_details_pb2 as details_pb2
from google.rpc.status_pb2 import Status
from pydantic import SecretStr

import gateway.process
import services.advice.app
import services.maintenance.app
from gateway.settings import GatewaySettings
from services.advice.app import AdviceService
from services.advice.settings import AdviceSettings
from services.maintenance.app import MaintenanceService
from services.maintenance.settings import MaintenanceSettings
from services.prediction.app import PredictionService, build
from services.prediction.settings import PredictionSettings
from tests.builders import energy_model
from tests.ports import free_port

# Machines that run tests are shared: how long one example takes says nothing.
hypothesis.settings.register_profile("steward", deadline=None)
hypothesis.settings.load_profile("steward")


@pytest.fixture(scope="session", autouse=True)
def grpc_stays() -> None:
    """Keeps grpc.aio's thread for the whole run; it is otherwise ended and begun again around each test's servers."""
    grpc.aio.init_grpc_aio()


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the public data sets; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("STEWARD_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no data sets in {folder}; make test DATA=<folder>")
    return folder


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    """A registry's folder with one linear energy model."""
    energy_model(tmp_path)
    return tmp_path


@pytest.fixture
async def prediction(models_dir: Path) -> AsyncIterator[PredictionService]:
    """A running prediction service with a linear energy model."""
    service = build(PredictionSettings(listen="127.0.0.1:0", models_dir=models_dir, drain_grace_s=1))
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
async def channel(prediction: PredictionService) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to the prediction service."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{prediction.server.port}") as opened:
        yield opened


class Stack:
    """A whole stack in this process: REST, fan-outs and a prediction service that can go away and come back.

    The advice service is away until a test starts it.
    """

    def __init__(self, models_dir: Path) -> None:
        self._models_dir = models_dir
        self._exits = AsyncExitStack()
        self._service: PredictionService | None = None
        self._advice: AdviceService | None = None
        self._maintenance: MaintenanceService | None = None
        self._port = 0
        self._advice_port = free_port()
        self._maintenance_port = free_port()
        self.http: httpx.AsyncClient
        self.fan_outs: grpc.aio.Channel
        self.prediction: grpc.aio.Channel
        self.advice: grpc.aio.Channel

    async def start_prediction(self) -> None:
        """Starts the prediction service, always on the same port."""
        settings = PredictionSettings(listen=f"127.0.0.1:{self._port}", models_dir=self._models_dir, drain_grace_s=1)
        self._service = build(settings)
        await self._service.start()
        self._port = self._service.server.port

    async def stop_prediction(self) -> None:
        """Stops the prediction service."""
        assert self._service
        await self._service.stop()

    async def start_advice(self) -> None:
        """Starts the advice service with the model that ships."""
        settings = AdviceSettings(listen=f"127.0.0.1:{self._advice_port}", workers=1, drain_grace_s=1)
        self._advice = services.advice.app.build(settings)
        await self._advice.start()

    async def stop_advice(self) -> None:
        """Stops the advice service."""
        if self._advice is not None:
            await self._advice.stop()
            self._advice = None

    async def start_maintenance(self) -> None:
        """Starts the maintenance service with a database of its own that is empty at first."""
        folder = self._exits.enter_context(TemporaryDirectory())
        database = SecretStr(f"sqlite:///{folder}/maintenance.db")
        settings = MaintenanceSettings(
            listen=f"127.0.0.1:{self._maintenance_port}", database=database, threads=2, drain_grace_s=1, demo=False
        )
        self._maintenance = services.maintenance.app.build(settings)
        await self._maintenance.start()

    async def stop_maintenance(self) -> None:
        """Stops the maintenance service."""
        if self._maintenance is not None:
            await self._maintenance.stop()
            self._maintenance = None

    async def start(self) -> None:
        """Starts everything but the advice service."""
        await self.start_prediction()
        await self.start_maintenance()
        grpc_port = free_port()
        app = gateway.process.build(
            GatewaySettings(
                prediction_target=f"127.0.0.1:{self._port}",
                advice_target=f"127.0.0.1:{self._advice_port}",
                maintenance_target=f"127.0.0.1:{self._maintenance_port}",
                grpc_listen=f"127.0.0.1:{grpc_port}",
                drain_grace_s=1,
            )
        )
        await self._exits.enter_async_context(app.router.lifespan_context(app))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://steward")
        self.http = await self._exits.enter_async_context(client)
        self.fan_outs, self.prediction, self.advice = [
            await self._exits.enter_async_context(grpc.aio.insecure_channel(f"127.0.0.1:{port}"))
            for port in (grpc_port, self._port, self._advice_port)
        ]

    async def stop(self) -> None:
        """Stops everything."""
        await self.stop_maintenance()
        await self._exits.aclose()
        await self.stop_advice()
        await self.stop_prediction()


@pytest.fixture
async def stack(models_dir: Path) -> AsyncIterator[Stack]:
    """A running stack with a linear energy model."""
    running = Stack(models_dir)
    await running.start()
    yield running
    await running.stop()


class Problem:
    """A failed call, as a client sees it."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        trailing = dict(error.trailing_metadata() or ())
        status = Status.FromString(trailing.get("grpc-status-details-bin", b""))
        info, bad, retry = details_pb2.ErrorInfo(), details_pb2.BadRequest(), details_pb2.RetryInfo()
        for detail in status.details:
            detail.Unpack(info) or detail.Unpack(bad) or detail.Unpack(retry)
        self.code = error.code()
        self.message = error.details() or ""
        self.reason = info.reason
        self.metadata = dict(info.metadata)
        self.fields = {v.field: v.reason for v in bad.field_violations}
        self.retry_s = retry.retry_delay.ToNanoseconds() / 1e9
        self.request_id = trailing.get("x-request-id", "")


async def rejected(call: Any) -> Problem:
    """Waits for a call that must fail."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return Problem(caught.value)
