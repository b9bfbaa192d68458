"""A prediction service as it ships, with stubs to talk to it, and buildings to talk about."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import json_format
from grpc_health.v1 import health_pb2, health_pb2_grpc
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from steward.energy.v1.building_pb2 import Building
from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub
from steward.model.v1.model_pb2 import ModelCard
from steward.model.v1.model_service_pb2_grpc import ModelServiceStub

from services.prediction.app import PredictionService, build
from services.prediction.settings import PredictionSettings
from tests.builders import ENERGY_WEIGHTS, SHAPES, building

ENERGY = "steward.energy.v1.EnergyService"
MODELS = "steward.model.v1.ModelService"
HEATING, COOLING, TOTAL = OUTPUTS = ("heating_load_kwh_m2", "cooling_load_kwh_m2", "total_load_kwh_m2")
FIELDS = tuple(field.name for field in Building.DESCRIPTOR.fields)
GLAZING_RATIO_COLUMN = FIELDS.index("glazing_ratio")
GLAZING_RATIOS = (0.0, 0.1, 0.25, 0.4)
NO_GLAZING = {"glazing_ratio": 0.0, "glazing_distribution": 1}


class Serving:
    """A running service and its stubs."""

    def __init__(self, service: PredictionService, channel: grpc.aio.Channel, metrics: CollectorRegistry) -> None:
        self.service = service
        self.channel = channel
        self.metrics = metrics
        self.energy = EnergyServiceStub(channel)
        self.models = ModelServiceStub(channel)
        self._health = health_pb2_grpc.HealthStub(channel)

    async def health(self, service: str = "") -> str:
        """Health of a service; of the process if it is empty."""
        answer = await self._health.Check(health_pb2.HealthCheckRequest(service=service))
        return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)


@contextlib.asynccontextmanager
async def serving(models_dir: Path, **settings: Any) -> AsyncIterator[Serving]:
    """Serves the models of a folder."""
    defaults = {"listen": "127.0.0.1:0", "models_dir": models_dir, "drain_grace_s": 1}
    metrics = CollectorRegistry()
    service = build(PredictionSettings(**{**defaults, **settings}), metrics=metrics)
    await service.start()
    options = [("grpc.max_receive_message_length", -1)]
    async with grpc.aio.insecure_channel(f"127.0.0.1:{service.server.port}", options=options) as channel:
        yield Serving(service, channel, metrics)
    await service.stop()


def edit_card(folder: Path, **changes: Any) -> None:
    """Changes fields of a version's card; None clears one."""
    path = folder / "card.json"
    card = json_format.Parse(path.read_text(), ModelCard())
    for field, value in changes.items():
        card.ClearField(field)
        if isinstance(value, list):
            getattr(card, field).extend(value)
        elif value is not None:
            setattr(card, field, value)
    path.write_text(json_format.MessageToJson(card))


def loads_by_hand(of: Building) -> tuple[float, float, float]:
    """What the linear model says: heating, cooling, total."""
    values = [getattr(of, field) for field in FIELDS]
    heating, cooling = (sum(w * v for w, v in zip(row, values, strict=True)) for row in ENERGY_WEIGHTS)
    return heating, cooling, heating + cooling


def shape(of: Building) -> tuple[float, ...]:
    return tuple(getattr(of, field) for field in FIELDS[:5])


@st.composite
def buildings(draw: st.DrawFn, on_grid: bool = False) -> Building:
    """Valid buildings: any at all, or those that the grid of levers is made of."""
    if on_grid:
        form: tuple[float, ...] = draw(st.sampled_from(SHAPES))
        ratio = draw(st.sampled_from(GLAZING_RATIOS))
    else:
        wall, roof = draw(st.floats(2, 2000)), draw(st.floats(4, 2000))
        form = (draw(st.floats(0.1, 1)), wall + 2 * roof, wall, roof, draw(st.floats(1, 300)))
        ratio = draw(st.just(0.0) | st.floats(0.001, 1))
    return building(
        **dict(zip(FIELDS[:5], form, strict=True)),
        orientation=draw(st.integers(1, 4)),
        glazing_ratio=ratio,
        glazing_distribution=draw(st.integers(2, 6)) if ratio else 1,
    )
