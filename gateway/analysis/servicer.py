"""AnalysisService: moves requests out to the services and their answers back in."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import grpc
from google.rpc.status_pb2 import Status
from steward.advice.v1 import advice_service_pb2 as advice_service
from steward.advice.v1.advice_pb2 import Advice
from steward.advice.v1.advice_service_pb2_grpc import AdviceServiceStub
from steward.analysis.v1 import analysis_service_pb2 as analysis_service
from steward.analysis.v1.energy_analysis_pb2 import EnergyAnalysis, MissingLeg
from steward.energy.v1 import energy_service_pb2 as energy
from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub

from gateway.analysis.brief import Findings, brief_of
from gateway.analysis.fanout import attempt, concurrent, leg_timeout
from services.kit import logs
from services.kit.layers import REQUEST_ID_KEY, time_remaining
from services.kit.status import status_of_call

_Request = analysis_service.AnalyzeEnergyRequest | analysis_service.StreamAnalyzeEnergyRequest
_Event = analysis_service.StreamAnalyzeEnergyResponse
_Context = grpc.aio.ServicerContext[Any, Any]


class AnalysisServicer:
    """AnalysisService.

    Args:
        prediction: Channel to the prediction service.
        advice: Channel to the advice service.
        default_deadline_s: Seconds that a call gets if its caller sets no deadline.
    """

    def __init__(self, prediction: grpc.aio.Channel, advice: grpc.aio.Channel, default_deadline_s: float) -> None:
        self._energy: Any = EnergyServiceStub(prediction)
        self._advice: Any = AdviceServiceStub(advice)
        self._default_deadline_s = default_deadline_s

    async def AnalyzeEnergy(
        self, request: analysis_service.AnalyzeEnergyRequest, context: _Context
    ) -> analysis_service.AnalyzeEnergyResponse:
        """See the contract."""
        response = analysis_service.AnalyzeEnergyResponse()
        async with aclosing(self._events(request, context)) as events:
            async for event in events:
                if event.HasField("analysis"):
                    response.analysis.CopyFrom(event.analysis)
        return response

    async def StreamAnalyzeEnergy(
        self, request: analysis_service.StreamAnalyzeEnergyRequest, context: _Context
    ) -> AsyncGenerator[_Event]:
        """See the contract."""
        async with aclosing(self._events(request, context)) as events:
            async for event in events:
                yield event

    async def _events(self, request: _Request, context: _Context) -> AsyncGenerator[_Event]:
        remaining = time_remaining(context)
        legs = _Legs(leg_timeout(self._default_deadline_s if remaining is None else remaining))
        predict = energy.PredictLoadsRequest(building=request.building)
        explore = energy.ExploreMeasuresRequest(
            building=request.building,
            levers=request.levers,
            objective=request.objective,
            costs=request.costs if request.HasField("costs") else None,
            max_measures=request.max_measures,
        )
        async with concurrent(
            self._energy.PredictLoads(predict, **legs.options()),
            attempt(self._energy.ExploreMeasures(explore, **legs.options())),
        ) as (predicting, exploring):
            predicted = await predicting
            yield _Event(prediction=predicted.prediction)
            explored = await exploring
        analysis = EnergyAnalysis(prediction=predicted.prediction, provenance=predicted.provenance)
        if isinstance(explored, Status):
            analysis.missing_legs.append(MissingLeg(leg="measures", problem=explored))
        else:
            # With measures from the same leg, so that both come from one version while another is rolled out.
            analysis.prediction.CopyFrom(explored.baseline)
            analysis.provenance.CopyFrom(explored.provenance)
            analysis.measures.extend(explored.measures)
            yield _Event(measures=analysis_service.FoundMeasures(measures=explored.measures))
        if not request.omit_advice:
            async with aclosing(self._word(request, analysis, legs)) as events:
                async for event in events:
                    if isinstance(event, Advice):
                        analysis.advice.CopyFrom(event)
                    elif isinstance(event, Status):
                        analysis.missing_legs.append(MissingLeg(leg="advice", problem=event))
                    else:
                        yield _Event(passage=event)
        yield _Event(analysis=analysis)

    async def _word(
        self, request: _Request, analysis: EnergyAnalysis, legs: _Legs
    ) -> AsyncGenerator[advice_service.Passage | Advice | Status]:
        known = all(missing.leg != "measures" for missing in analysis.missing_legs)
        findings = Findings(
            request.building,
            analysis.prediction,
            analysis.measures if known else None,
            request.objective,
            request.costs.currency_code,
        )
        brief = brief_of(findings, request.language or "en")
        brief.audience, brief.length = request.audience, request.length
        # The same analysis is worded alike each time, which also lets the advice service keep it.
        seed = zlib.crc32(brief.SerializeToString(deterministic=True))
        asked = advice_service.StreamAdviseRequest(brief=brief, sampling=advice_service.Sampling(seed=seed))
        try:
            async for response in self._advice.StreamAdvise(asked, **legs.options()):
                yield response.advice if response.HasField("advice") else response.passage
        except grpc.aio.AioRpcError as error:
            yield status_of_call(error)


class _Legs:
    """What all legs of one call share: the time that is left, and the request's id."""

    def __init__(self, timeout_s: float) -> None:
        self._until = asyncio.get_running_loop().time() + timeout_s

    def options(self) -> dict[str, Any]:
        """Options of a leg that starts now."""
        timeout = self._until - asyncio.get_running_loop().time()
        return {"timeout": max(timeout, 0), "metadata": ((REQUEST_ID_KEY, logs.request_id.get()),)}
