"""Fixtures shared by all tests: real servers on free ports, put together as they ship."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2 as details_pb2
from google.rpc.status_pb2 import Status

from services.prediction.app import PredictionService, build
from services.prediction.settings import PredictionSettings
from tests.builders import energy_model


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
