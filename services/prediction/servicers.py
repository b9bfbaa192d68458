"""RPCs of the prediction service that have an algorithm of their own; they move fields in and out of it."""

from __future__ import annotations

from typing import Any

from google.protobuf.message import Message
from steward.energy.v1 import energy_service_pb2 as energy_pb2
from steward.energy.v1.building_pb2 import Building
from steward.energy.v1.costs_pb2 import EnergyCosts, EnergySystem
from steward.energy.v1.loads_pb2 import LoadPrediction
from steward.errors.v1 import reason_pb2
from steward.model.v1 import model_service_pb2 as model_service

from services.kit.errors import InvalidRequest, Violation
from services.kit.paging import page
from services.kit.workers import Workers
from services.prediction.engine import Engine, model_of
from services.prediction.errors import LeverUnknown, ModelNotFound
from services.prediction.measures.convert import MeasureWriter
from services.prediction.measures.effects import Prices
from services.prediction.measures.grid import Grid
from services.prediction.measures.search import TargetSearch, explore, reach
from services.prediction.model import Model, Predictions
from services.prediction.registry import Registry
from services.prediction.schema import SubjectSchema, default_objective, outputs_of
from services.prediction.wire import PredictionEncoder

_MODEL = model_of(energy_pb2.DESCRIPTOR.services_by_name["EnergyService"].methods_by_name["ExploreMeasures"])
_BUILDING = SubjectSchema(Building.DESCRIPTOR)
_OBJECTIVE = default_objective(outputs_of(LoadPrediction.DESCRIPTOR)) or ""


class EnergyServicer:
    """ExploreMeasures and ReachTarget; the engine serves the rest of EnergyService.

    Args:
        engine: Where models come from.
        workers: Threads for the searches.
    """

    def __init__(self, engine: Engine, workers: Workers) -> None:
        self._engine = engine
        self._workers = workers
        self._encoder = PredictionEncoder(LoadPrediction.DESCRIPTOR)

    async def ExploreMeasures(self, request: energy_pb2.ExploreMeasuresRequest, _: Any) -> Message:
        """See the contract."""
        prices = _prices(request.costs) if request.HasField("costs") else None
        model = await self._engine.model(_MODEL, request.model_version)
        return await self._workers.run(lambda: self._explore(model, request, prices))

    async def ReachTarget(self, request: energy_pb2.ReachTargetRequest, _: Any) -> Message:
        """See the contract."""
        prices = _prices(request.costs) if request.HasField("costs") else None
        model = await self._engine.model(_MODEL, request.model_version)
        return await self._workers.run(lambda: self._reach(model, request, prices))

    def _explore(
        self, model: Model, request: energy_pb2.ExploreMeasuresRequest, prices: Prices | None
    ) -> energy_pb2.ExploreMeasuresResponse:
        objective = request.objective or _OBJECTIVE
        grid = Grid(_BUILDING, model.card, request.building, request.levers)
        found = explore(model, grid, objective)
        writer = MeasureWriter(_BUILDING, model, found.predictions, prices)
        return energy_pb2.ExploreMeasuresResponse(
            baseline=self._prediction(found.predictions, 0),
            measures=writer.all(found.measures, objective)[: request.max_measures or None],
            evaluated_count=found.evaluated_count,
            provenance=model.provenance,
        )

    def _reach(
        self, model: Model, request: energy_pb2.ReachTargetRequest, prices: Prices | None
    ) -> energy_pb2.ReachTargetResponse:
        by_upper_bound = request.assurance == energy_pb2.ASSURANCE_UPPER_BOUND
        grid = Grid(_BUILDING, model.card, request.building, request.levers)
        found = reach(model, grid, request.objective or _OBJECTIVE, request.target, by_upper_bound)
        writer = MeasureWriter(_BUILDING, model, found.predictions, prices)
        response = energy_pb2.ReachTargetResponse(
            baseline=self._prediction(found.predictions, 0), provenance=model.provenance
        )
        if found.solution:
            response.solution.CopyFrom(
                energy_pb2.Solution(
                    measure=writer.one(found.solution),
                    prediction=self._prediction(found.predictions, found.solution.index),
                    evaluated_count=found.evaluated_count,
                )
            )
        else:
            response.certificate.CopyFrom(self._certificate(found, writer))
        return response

    def _certificate(self, found: TargetSearch, writer: MeasureWriter) -> energy_pb2.Certificate:
        best = found.best
        return energy_pb2.Certificate(
            grid_count=found.grid_count,
            evaluated_count=found.evaluated_count,
            applicable_count=found.applicable_count,
            best_measure=writer.one(best) if best and best.changes else None,
            best_prediction=self._prediction(found.predictions, best.index) if best else None,
        )

    def _prediction(self, predictions: Predictions, index: int) -> Any:
        (written,) = self._encoder.messages(predictions.row(index))
        return written


class ModelServicer:
    """ModelService.

    Args:
        registry: The models.
        workers: Threads for reading cards.
    """

    def __init__(self, registry: Registry, workers: Workers) -> None:
        self._registry = registry
        self._workers = workers

    async def ListModels(self, request: model_service.ListModelsRequest, _: Any) -> Message:
        """See the contract."""
        models = await self._workers.run(self._registry.describe)
        shown, token = page(models, request.page_size, request.page_token)
        return model_service.ListModelsResponse(models=shown, next_page_token=token)

    async def GetModel(self, request: model_service.GetModelRequest, _: Any) -> Message:
        """See the contract."""
        models = {model.name: model for model in await self._workers.run(self._registry.describe)}
        if request.name not in models:
            raise ModelNotFound(request.name.removeprefix("models/"), (name.removeprefix("models/") for name in models))
        return model_service.GetModelResponse(model=models[request.name])


def _prices(costs: EnergyCosts) -> Prices:
    """Prices per unit of load and per lever, for the whole building.

    Raises:
        LeverUnknown: A cost is given for something that is no lever.
        InvalidRequest: Two costs are given for one lever.
    """
    investments: dict[str, float] = {}
    for index, cost in enumerate(costs.lever_costs):
        field = f"costs.lever_costs[{index}].lever"
        if cost.lever not in _BUILDING.levers:
            raise LeverUnknown(field, cost.lever, _BUILDING.levers)
        if cost.lever in investments:
            reason = reason_pb2.REASON_FIELD_INVALID
            raise InvalidRequest([Violation(field, reason, f"{cost.lever} has a cost already; give one per lever")])
        investments[cost.lever] = cost.fixed_amount + cost.amount_per_m2 * costs.floor_area_m2

    def per_unit(system: EnergySystem) -> float:
        return costs.floor_area_m2 * system.price_per_kwh / system.efficiency

    loads = {"heating_load_kwh_m2": per_unit(costs.heating), "cooling_load_kwh_m2": per_unit(costs.cooling)}
    return Prices(costs.currency_code, loads, investments)
