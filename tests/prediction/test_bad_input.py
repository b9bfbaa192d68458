"""Wrong input is refused by name, never computed with (C-20, C-37, V-40)."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from steward.energy.v1 import energy_service_pb2 as energy
from steward.energy.v1.building_pb2 import Building
from steward.energy.v1.costs_pb2 import LeverCost
from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub

from tests.builders import building, costs
from tests.conftest import rejected

RANGE, INVALID, REQUIRED, INCONSISTENT = "FIELD_OUT_OF_RANGE", "FIELD_INVALID", "FIELD_REQUIRED", "FIELDS_INCONSISTENT"
NAN, INF = float("nan"), float("inf")
NUMBERS = [f.name for f in Building.DESCRIPTOR.fields if f.cpp_type == f.CPPTYPE_DOUBLE]
FIELDS = [f.name for f in Building.DESCRIPTOR.fields]


@pytest.fixture
def stub(channel: grpc.aio.Channel) -> EnergyServiceStub:
    return EnergyServiceStub(channel)


async def fields_of(call: Any) -> dict[str, str]:
    problem = await rejected(call)
    assert problem.code is grpc.StatusCode.INVALID_ARGUMENT
    assert problem.reason == next(iter(problem.fields.values()))
    assert problem.metadata["field"] == next(iter(problem.fields))
    return problem.fields


async def test_a_request_without_a_building_names_it(stub):
    assert await fields_of(stub.PredictLoads(energy.PredictLoadsRequest())) == {"building": REQUIRED}


async def test_an_empty_building_names_every_field_that_is_missing(stub):
    found = await fields_of(stub.PredictLoads(energy.PredictLoadsRequest(building=Building())))
    assert list(found.items()) == [*((f"building.{field}", REQUIRED) for field in FIELDS), ("building", INCONSISTENT)]


@pytest.mark.parametrize("field", FIELDS)
async def test_a_missing_field_is_the_first_to_be_named(stub, field):
    found = await fields_of(stub.PredictLoads(energy.PredictLoadsRequest(building=building(**{field: None}))))
    assert next(iter(found.items())) == (f"building.{field}", REQUIRED)
    assert {*found.items()} - {(f"building.{field}", REQUIRED)} <= {("building", INCONSISTENT)}


@pytest.mark.parametrize("value", [NAN, INF, -INF, -1e9, 1e9])
@pytest.mark.parametrize("field", NUMBERS)
async def test_a_number_that_is_none_of_a_building_is_out_of_range(stub, field, value):
    found = await fields_of(stub.PredictLoads(energy.PredictLoadsRequest(building=building(**{field: value}))))
    assert next(iter(found.items())) == (f"building.{field}", RANGE)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"relative_compactness": 1.01}, {"building.relative_compactness": RANGE}),
        ({"glazing_ratio": 1.5}, {"building.glazing_ratio": RANGE}),
        ({"orientation": 9}, {"building.orientation": INVALID}),
        ({"glazing_distribution": 9}, {"building.glazing_distribution": INVALID}),
        ({"surface_area_m2": 640}, {"building": INCONSISTENT}),
        ({"glazing_distribution": 1}, {"building": INCONSISTENT}),
        ({"glazing_ratio": 0}, {"building": INCONSISTENT}),
        (
            {"overall_height_m": 0.5, "surface_area_m2": 640},
            {"building.overall_height_m": RANGE, "building": INCONSISTENT},
        ),
    ],
    ids=str,
)
async def test_each_wrong_field_is_named_and_contradictions_come_last(stub, changes, expected):
    found = await fields_of(stub.PredictLoads(energy.PredictLoadsRequest(building=building(**changes))))
    assert list(found.items()) == list(expected.items())


async def test_a_contradiction_is_told_in_the_contracts_words(stub):
    problem = await rejected(stub.PredictLoads(energy.PredictLoadsRequest(building=building(surface_area_m2=640))))
    assert problem.message.startswith("building: surface_area_m2 must be wall_area_m2 + 2 x roof_area_m2")


@pytest.mark.parametrize("off", [0.4, -0.4])
async def test_rounded_areas_are_taken(stub, off):
    await stub.PredictLoads(energy.PredictLoadsRequest(building=building(surface_area_m2=637 + off)))


@pytest.mark.parametrize(("count", "expected"), [(0, {"buildings": RANGE}), (20_001, {"buildings": RANGE})])
async def test_a_batch_has_bounds(stub, count, expected):
    assert await fields_of(stub.BatchPredictLoads(energy.BatchPredictLoadsRequest(buildings=[building()] * count))) == (
        expected
    )


REQUESTS = {
    "PredictLoads": lambda **o: energy.PredictLoadsRequest(building=building(), **o),
    "BatchPredictLoads": lambda **o: energy.BatchPredictLoadsRequest(buildings=[building()], **o),
    "ExploreMeasures": lambda **o: energy.ExploreMeasuresRequest(building=building(), **o),
    "ReachTarget": lambda **o: energy.ReachTargetRequest(**{"building": building(), "target": 20, **o}),
}


@pytest.mark.parametrize("method", REQUESTS)
async def test_the_name_of_a_version_has_a_length(stub, method):
    request = REQUESTS[method](model_version="1" * 33)
    assert await fields_of(getattr(stub, method)(request)) == {"model_version": RANGE}


@pytest.mark.parametrize("method", REQUESTS)
async def test_an_unknown_version_is_not_found(stub, method):
    problem = await rejected(getattr(stub, method)(REQUESTS[method](model_version="7.0.0")))
    assert (problem.code, problem.reason) == (grpc.StatusCode.NOT_FOUND, "MODEL_VERSION_NOT_FOUND")


def cost_list(*levers: str) -> Any:
    made = costs()
    del made.lever_costs[:]
    made.lever_costs.extend(LeverCost(lever=lever, fixed_amount=1) for lever in levers)
    return made


@pytest.mark.parametrize(
    ("method", "changes", "expected"),
    [
        ("ExploreMeasures", {"objective": "beauty"}, {"objective": INVALID}),
        ("ExploreMeasures", {"max_measures": -1}, {"max_measures": RANGE}),
        ("ExploreMeasures", {"max_measures": 1001}, {"max_measures": RANGE}),
        ("ExploreMeasures", {"levers": ["shape", "shape"]}, {"levers": INVALID}),
        ("ExploreMeasures", {"levers": ["colour"]}, {"levers[0]": "LEVER_UNKNOWN"}),
        ("ExploreMeasures", {"levers": ["shape", "glazing_area"]}, {"levers[1]": "LEVER_UNKNOWN"}),
        ("ExploreMeasures", {"costs": costs(currency_code="eur")}, {"costs.currency_code": INVALID}),
        ("ExploreMeasures", {"costs": costs(floor_area_m2=0)}, {"costs.floor_area_m2": REQUIRED}),
        ("ExploreMeasures", {"costs": cost_list("shape", "paint")}, {"costs.lever_costs[1].lever": "LEVER_UNKNOWN"}),
        ("ExploreMeasures", {"costs": cost_list("shape", "shape")}, {"costs.lever_costs[1].lever": INVALID}),
        ("ExploreMeasures", {"costs": cost_list("")}, {"costs.lever_costs[0].lever": REQUIRED}),
        ("ReachTarget", {"target": 0}, {"target": REQUIRED}),
        ("ReachTarget", {"target": -1}, {"target": RANGE}),
        ("ReachTarget", {"target": NAN}, {"target": RANGE}),
        ("ReachTarget", {"target": 10_001}, {"target": RANGE}),
        ("ReachTarget", {"assurance": 9}, {"assurance": INVALID}),
        ("ReachTarget", {"objective": "total"}, {"objective": INVALID}),
        ("ReachTarget", {"levers": ["roof"]}, {"levers[0]": "LEVER_UNKNOWN"}),
        ("ReachTarget", {"costs": cost_list("paint")}, {"costs.lever_costs[0].lever": "LEVER_UNKNOWN"}),
    ],
    ids=str,
)
async def test_a_search_names_what_is_wrong_with_it(stub, method, changes, expected):
    assert await fields_of(getattr(stub, method)(REQUESTS[method](**changes))) == expected


async def test_an_unknown_lever_is_told_with_those_that_exist(stub):
    problem = await rejected(stub.ExploreMeasures(REQUESTS["ExploreMeasures"](levers=["colour"])))
    assert problem.metadata["lever"] == "colour"
    assert problem.metadata["levers"] == "shape,orientation,glazing_ratio,glazing_distribution"
