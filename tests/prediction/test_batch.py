"""A batch answers item by item, in order, as single calls would (C-31, P7)."""

from __future__ import annotations

import itertools

import pytest
from google.rpc import error_details_pb2 as details_pb2
from google.rpc.status_pb2 import Status
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from steward.energy.v1.energy_service_pb2 import BatchPredictLoadsRequest, PredictLoadsRequest
from steward.energy.v1.energy_service_pb2_grpc import EnergyServiceStub

from services.prediction.engine import INLINE_ROWS
from tests.builders import building
from tests.prediction.serving import OUTPUTS, buildings

WRONG = building(orientation=None)


@pytest.fixture
def stub(channel):
    return EnergyServiceStub(channel)


def violations(error: Status) -> dict[str, str]:
    bad = details_pb2.BadRequest()
    assert any(detail.Unpack(bad) for detail in error.details)
    return {v.field: v.reason for v in bad.field_violations}


def info(error: Status) -> details_pb2.ErrorInfo:
    found = details_pb2.ErrorInfo()
    assert any(detail.Unpack(found) for detail in error.details)
    return found


@pytest.mark.parametrize("count", [1, INLINE_ROWS, INLINE_ROWS + 1, 200])
async def test_results_come_in_the_order_of_the_request(stub, count):
    asked = [building(overall_height_m=1 + n) for n in range(count)]
    response = await stub.BatchPredictLoads(BatchPredictLoadsRequest(buildings=asked))
    values = [result.prediction.heating_load_kwh_m2.value for result in response.results]
    assert len(values) == count
    assert all(after - before == pytest.approx(1, abs=1e-3) for before, after in itertools.pairwise(values))
    assert response.provenance.model == "energy-loads"


@pytest.mark.parametrize("count", [3, 60])
async def test_a_bad_item_gets_its_own_error_and_the_others_are_predicted(stub, count):
    asked = [building() for _ in range(count)]
    asked[1] = building(glazing_ratio=2, overall_height_m=0)
    asked[count - 1] = building(surface_area_m2=1000)
    response = await stub.BatchPredictLoads(BatchPredictLoadsRequest(buildings=asked))
    kinds = [result.WhichOneof("outcome") for result in response.results]
    assert kinds == ["prediction", "error", *["prediction"] * (count - 3), "error"]
    first, last = response.results[1].error, response.results[count - 1].error
    assert violations(first) == {
        "buildings[1].overall_height_m": "FIELD_REQUIRED",
        "buildings[1].glazing_ratio": "FIELD_OUT_OF_RANGE",
    }
    assert (first.code, info(first).reason, info(first).domain) == (3, "FIELD_REQUIRED", "steward")
    assert violations(last) == {f"buildings[{count - 1}]": "FIELDS_INCONSISTENT"}
    assert (
        len({result.prediction.SerializeToString() for result in response.results if result.HasField("prediction")})
        == 1
    )


@pytest.mark.parametrize("count", [1, 30])
async def test_a_batch_of_nothing_but_bad_items_is_still_answered(stub, count):
    response = await stub.BatchPredictLoads(BatchPredictLoadsRequest(buildings=[WRONG] * count))
    paths = [next(iter(violations(result.error))) for result in response.results]
    assert paths == [f"buildings[{n}].orientation" for n in range(count)]
    assert response.provenance.version == "1.0.0"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(buildings(), min_size=1, max_size=40))
async def test_a_batch_says_what_single_calls_say(stub, asked):
    batch = await stub.BatchPredictLoads(BatchPredictLoadsRequest(buildings=asked))
    for one, result in zip(asked, batch.results, strict=True):
        single = (await stub.PredictLoads(PredictLoadsRequest(building=one))).prediction
        assert result.prediction.applicability == single.applicability
        for output in OUTPUTS:
            ours, theirs = getattr(result.prediction, output), getattr(single, output)
            for mine, its in ((ours.value, theirs.value), (ours.interval.lower, theirs.interval.lower)):
                assert mine == pytest.approx(its, rel=1e-5, abs=1e-4)
