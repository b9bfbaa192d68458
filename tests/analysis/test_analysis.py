"""AnalyzeEnergy by REST and gRPC, on a real prediction service that may go away (E-10, E-11, E-13, E-14, X-9)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from google.protobuf import json_format
from steward.analysis.v1 import analysis_service_pb2 as analysis_service
from steward.analysis.v1.analysis_service_pb2_grpc import AnalysisServiceStub
from steward.energy.v1 import energy_service_pb2 as energy
from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub

from tests.builders import building, costs
from tests.conftest import Stack, rejected


def as_json(message: Any) -> Any:
    return json_format.MessageToDict(message)


def events_of(text: str) -> list[tuple[str, Any]]:
    """Server-sent events: the name and the data of each."""
    found = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        found.append((fields.get("event", ""), json.loads(fields["data"])))
    return found


async def test_an_analysis_has_prediction_measures_and_advice(stack: Stack):
    await stack.start_advice()
    reply = await stack.http.post("/v1/energy:analyze", json={"building": as_json(building())})
    assert reply.status_code == 200
    analysis = reply.json()["analysis"]
    assert analysis["prediction"]["totalLoadKwhM2"]["value"] > 0
    assert analysis["provenance"]["model"] == "energy-loads"
    assert analysis["missingLegs"] == []
    advice = analysis["advice"]
    assert advice["language"] == "en"
    assert advice["headline"] and advice["summary"].endswith(".")
    best = [measure["id"] for measure in analysis["measures"]]
    recommended = [said["optionId"] for said in advice["recommendations"]]
    assert recommended == sorted(recommended, key=best.index)
    assert recommended[0] == best[0]


async def test_the_advice_speaks_the_language_that_is_asked_for(stack: Stack):
    await stack.start_advice()
    reply = await stack.http.post("/analyze", json=as_json(building()), params={"language": "es", "maxMeasures": 3})
    advice = reply.json()["analysis"]["advice"]
    assert advice["language"] == "es"
    assert " la " in f" {advice['summary'].lower()} "


async def test_the_same_analysis_is_worded_alike(stack: Stack):
    await stack.start_advice()
    body = {"building": as_json(building())}
    first, second = [(await stack.http.post("/v1/energy:analyze", json=body)).json() for _ in range(2)]
    assert first == second


async def test_a_language_that_is_not_there_is_named(stack: Stack):
    reply = await stack.http.post("/analyze", json=as_json(building()), params={"language": "fr"})
    assert reply.status_code == 400
    error = reply.json()["error"]
    assert error["details"][0]["metadata"]["field"] == "language"
    assert "es" in error["message"]


async def test_without_the_advice_service_the_rest_is_complete_and_the_advice_named_as_missing(stack: Stack):
    reply = await stack.http.post("/v1/energy:analyze", json={"building": as_json(building())})
    assert reply.status_code == 200
    analysis = reply.json()["analysis"]
    assert analysis["measures"]
    (missing,) = analysis["missingLegs"]
    assert missing["leg"] == "advice"
    assert missing["problem"]["details"][0]["reason"] == "SERVICE_UNAVAILABLE"


async def test_the_advice_can_be_left_out(stack: Stack):
    reply = await stack.http.post("/v1/energy:analyze", json={"building": as_json(building()), "omitAdvice": True})
    analysis = reply.json()["analysis"]
    assert analysis["missingLegs"] == []
    assert "advice" not in analysis


async def test_a_stream_has_the_prediction_first_then_measures_then_texts_then_the_whole(stack: Stack):
    await stack.start_advice()
    body = {"building": as_json(building()), "language": "es"}
    reply = await stack.http.post("/v1/energy:streamAnalyze", json=body, headers={"Accept": "text/event-stream"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = [(name, data) for name, data in events_of(reply.text) if name != "end"]
    names = [name for name, _ in events]
    assert names[:3] == ["prediction", "measures", "passage"]
    assert names[-1] == "analysis"
    assert set(names[2:-1]) == {"passage"}
    advice = events[-1][1]["analysis"]["advice"]
    said = {data["passage"]["path"]: data["passage"]["text"] for name, data in events if name == "passage"}
    assert said["headline"] == advice["headline"]
    assert said["recommendations[0].text"] == advice["recommendations"][0]["text"]


async def test_the_old_path_takes_a_flat_building(stack: Stack):
    reply = await stack.http.post("/analyze", json=as_json(building()), params={"maxMeasures": 2})
    assert reply.status_code == 200
    assert len(reply.json()["analysis"]["measures"]) == 2


async def test_an_analysis_says_what_the_services_say(stack: Stack):
    energy_stub: Any = EnergyServiceStub(stack.prediction)
    explored = await energy_stub.ExploreMeasures(
        energy.ExploreMeasuresRequest(building=building(), costs=costs(), levers=["glazing_ratio", "orientation"])
    )
    body = {"building": as_json(building()), "costs": as_json(costs()), "levers": ["glazing_ratio", "orientation"]}
    reply = await stack.http.post("/v1/energy:analyze", json=body)
    got = json_format.ParseDict(reply.json(), analysis_service.AnalyzeEnergyResponse()).analysis
    assert list(got.measures) == list(explored.measures)
    assert got.prediction == explored.baseline


async def test_grpc_clients_have_the_fan_out_too(stack: Stack):
    stub: Any = AnalysisServiceStub(stack.fan_outs)
    response = await stub.AnalyzeEnergy(analysis_service.AnalyzeEnergyRequest(building=building(), max_measures=1))
    assert len(response.analysis.measures) == 1


async def test_bad_input_is_named_as_by_the_service(stack: Stack):
    stub: Any = AnalysisServiceStub(stack.fan_outs)
    request = analysis_service.AnalyzeEnergyRequest(building=building(overall_height_m=-1))
    problem = await rejected(stub.AnalyzeEnergy(request))
    assert problem.fields == {"building.overall_height_m": "FIELD_OUT_OF_RANGE"}


async def test_a_wrong_request_to_any_leg_fails_the_call(stack: Stack):
    reply = await stack.http.post("/v1/energy:analyze", json={"building": as_json(building()), "levers": ["colour"]})
    assert reply.status_code == 400
    assert reply.json()["error"]["details"][0]["reason"] == "LEVER_UNKNOWN"


@pytest.mark.timeout(60)
async def test_without_the_prediction_service_the_edge_answers_503_in_time_and_recovers_by_itself(stack: Stack):
    await stack.stop_prediction()
    body = {"building": as_json(building())}
    reply = await stack.http.post("/v1/energy:analyze", json=body, headers={"Grpc-Timeout": "3S"})
    assert reply.status_code == 503
    error = reply.json()["error"]
    assert error["status"] == "UNAVAILABLE"
    assert error["details"][0]["reason"] == "SERVICE_UNAVAILABLE"
    await stack.start_prediction()
    for _ in range(100):
        reply = await stack.http.post("/v1/energy:analyze", json=body)
        if reply.status_code == 200:
            break
        await asyncio.sleep(0.1)
    assert reply.status_code == 200


async def test_health_names_the_dependency_that_is_gone(stack: Stack):
    await stack.stop_prediction()
    for _ in range(100):
        health = (await stack.http.get("/health")).json()
        if health["status"] == "DEGRADED":
            break
        await asyncio.sleep(0.05)
    assert health["status"] == "DEGRADED"
    assert health["dependencies"]["steward.energy.v1.EnergyService"]["status"] in {"NOT_SERVING", "UNREACHABLE"}
    assert health["dependencies"]["steward.analysis.v1.AnalysisService"]["status"] == "SERVING"
