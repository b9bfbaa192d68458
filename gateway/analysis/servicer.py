"""AnalysisService: moves requests out to the services and their answers back in."""

from __future__ import annotations

from typing import Any, NoReturn

import grpc
from steward.analysis.v1 import analysis_service_pb2 as analysis_service
from steward.analysis.v1.energy_analysis_pb2 import EnergyAnalysis, MissingLeg
from steward.energy.v1 import energy_service_pb2 as energy
from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub

from gateway.analysis.fanout import gather, leg_timeout
from services.kit import logs
from services.kit.errors import NotServed
from services.kit.layers import REQUEST_ID_KEY, time_remaining


class AnalysisServicer:
    """AnalysisService.

    Args:
        prediction: Channel to the prediction service.
        default_deadline_s: Seconds that a call gets if its caller sets no deadline.
    """

    def __init__(self, prediction: grpc.aio.Channel, default_deadline_s: float) -> None:
        self._energy: Any = EnergyServiceStub(prediction)
        self._default_deadline_s = default_deadline_s

    async def AnalyzeEnergy(
        self, request: analysis_service.AnalyzeEnergyRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> analysis_service.AnalyzeEnergyResponse:
        """See the contract."""
        remaining = time_remaining(context)
        timeout = leg_timeout(self._default_deadline_s if remaining is None else remaining)
        metadata = ((REQUEST_ID_KEY, logs.request_id.get()),)
        predict = energy.PredictLoadsRequest(building=request.building)
        explore = energy.ExploreMeasuresRequest(
            building=request.building,
            levers=request.levers,
            objective=request.objective,
            costs=request.costs if request.HasField("costs") else None,
            max_measures=request.max_measures,
        )
        answers = await gather(
            {"prediction": self._energy.PredictLoads(predict, timeout=timeout, metadata=metadata)},
            {
                "measures": self._energy.ExploreMeasures(explore, timeout=timeout, metadata=metadata),
                "advice": _advise(),
            },
        )
        predicted, measures = answers.results["prediction"], answers.results.get("measures")
        return analysis_service.AnalyzeEnergyResponse(
            analysis=EnergyAnalysis(
                # With measures from the same leg, so that both come from one version while another is rolled out.
                prediction=measures.baseline if measures else predicted.prediction,
                measures=measures.measures if measures else (),
                provenance=measures.provenance if measures else predicted.provenance,
                missing_legs=[MissingLeg(leg=leg, problem=problem) for leg, problem in answers.problems.items()],
            )
        )


async def _advise() -> NoReturn:
    raise NotServed("Advice is not served by this version; the measures are complete without it.", leg="advice")
