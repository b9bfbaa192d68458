"""A target is reached by the least change of the whole grid, or shown to be out of reach (V-4, V-18)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from steward.energy.v1 import energy_service_pb2 as energy
from steward.energy.v1.building_pb2 import Building
from steward.energy.v1.loads_pb2 import LoadPrediction
from steward.model.v1 import estimate_pb2

from tests.builders import building, costs, energy_model
from tests.prediction.designs import LEVERS, Design, changed, designs
from tests.prediction.serving import GLAZING_RATIO_COLUMN, HEATING, OUTPUTS, TOTAL, Serving, buildings, serving

PROPERTY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
UPPER = energy.ASSURANCE_UPPER_BOUND


@pytest.fixture
async def served(models_dir: Path) -> AsyncIterator[Serving]:
    async with serving(models_dir) as running:
        yield running


async def reached(served: Serving, base: Building, target: float, **options: Any) -> energy.ReachTargetResponse:
    return await served.energy.ReachTarget(energy.ReachTargetRequest(building=base, target=target, **options))


async def predictions(served: Serving, every: list[Design]) -> list[LoadPrediction]:
    request = energy.BatchPredictLoadsRequest(buildings=[design.building for design in every])
    return [result.prediction for result in (await served.energy.BatchPredictLoads(request)).results]


async def test_a_target_that_is_reached_already_needs_no_change(served):
    response = await reached(served, building(), 51)
    assert list(response.solution.measure.changes) == []
    assert response.solution.measure.change_size == 0
    assert [e.change for e in response.solution.measure.effects] == [0, 0, 0]
    assert response.solution.prediction == response.baseline
    assert response.solution.evaluated_count == 192


@PROPERTY
@given(
    base=buildings() | buildings(on_grid=True),
    # Where the target lies between the best design of the grid and the building as it is; below 0 it is out of reach.
    ambition=st.floats(-0.2, 1),
    objective=st.sampled_from(["", *OUTPUTS]),
    assurance=st.sampled_from([0, 1, UPPER]),
    allowed=st.just(LEVERS) | st.lists(st.sampled_from(LEVERS), min_size=1, max_size=3, unique=True),
)
async def test_the_answer_is_that_of_the_whole_grid(served, base, ambition, objective, assurance, allowed):
    await check_against_the_grid(served, base, ambition, objective or TOTAL, assurance, allowed)


@pytest.mark.parametrize("ambition", [0.05, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("assurance", [0, UPPER])
@pytest.mark.parametrize(
    "base",
    [building(), building(glazing_ratio=0.2, orientation=4), building(glazing_ratio=0.3, overall_height_m=7.5)],
    ids=["on grid", "off grid", "two small steps instead of a big one"],
)
async def test_the_least_change_is_found_for_easy_and_for_hard_targets(served, base, ambition, assurance):
    await check_against_the_grid(served, base, ambition, TOTAL, assurance, LEVERS)


async def check_against_the_grid(
    served: Serving, base: Building, ambition: float, output: str, assurance: int, allowed: Sequence[str]
) -> None:
    """Compares the answer with brute force over the whole grid: fewest levers, then size, then load."""
    every = list(designs(base, allowed))
    told = [getattr(prediction, output) for prediction in await predictions(served, every)]
    values = [t.interval.upper if assurance == UPPER else t.value for t in told]
    target = max(0.01, min(values) + ambition * (values[0] - min(values)))
    if any(abs(value - target) < 1e-3 for value in values):  # rounding differs between sizes of batches
        target += 0.01
    response = await reached(served, base, target, objective=output, assurance=assurance, levers=allowed)
    order = sorted(
        (len(d.levers), round(d.size, 6), value) for d, value in zip(every, values, strict=True) if value <= target
    )
    if not order:
        certificate = response.certificate
        assert certificate.evaluated_count == certificate.applicable_count == len(every)
        best = getattr(certificate.best_prediction, output)
        closest = best.interval.upper if assurance == UPPER else best.value
        assert closest == pytest.approx(min(values), rel=1e-5, abs=1e-3)
        if not certificate.HasField("best_measure"):
            assert closest == pytest.approx(values[0], rel=1e-5, abs=1e-3)
        return
    solution = response.solution
    found = getattr(solution.prediction, output)
    load = found.interval.upper if assurance == UPPER else found.value
    assert solution.evaluated_count == len(every)
    assert load <= target
    assert (len(solution.measure.changes), round(solution.measure.change_size, 6)) == order[0][:2]
    assert load == pytest.approx(order[0][2], rel=1e-5, abs=1e-3)
    after = changed(base, solution.measure.changes)
    (verified,) = await predictions(served, [Design(after, frozenset(), 0)])
    assert getattr(verified, output).value == pytest.approx(found.value, rel=1e-5, abs=1e-3)


async def test_a_target_out_of_reach_is_certified_with_the_best_that_there_is(served):
    response = await reached(served, building(), 5, costs=costs())
    certificate = response.certificate
    every = list(designs(building()))
    values = [p.total_load_kwh_m2.value for p in await predictions(served, every)]
    # 3 shapes, 4 orientations, 4 ratios and 6 distributions; no glass only ever has the distribution NONE.
    assert certificate.grid_count == 3 * 4 * 4 * 6
    assert certificate.evaluated_count == certificate.applicable_count == len(every) == 3 * 4 * (3 * 5 + 1)
    assert certificate.best_prediction.total_load_kwh_m2.value == pytest.approx(min(values))
    best = changed(building(), certificate.best_measure.changes)
    assert best in [d.building for d in every]
    assert certificate.best_measure.saving.annual_amount.value > 0


async def test_the_upper_bound_asks_for_more_than_the_estimate(served):
    target = 40.0
    by_estimate = (await reached(served, building(), target)).solution
    by_bound = (await reached(served, building(), target, assurance=UPPER)).solution
    assert by_estimate.prediction.total_load_kwh_m2.value <= target
    assert by_bound.prediction.total_load_kwh_m2.interval.upper <= target
    assert by_bound.prediction.total_load_kwh_m2.value <= target - 1


async def test_an_estimate_alone_does_not_assure_the_upper_bound(served):
    target = (await reached(served, building(), 1000)).baseline.total_load_kwh_m2.value + 0.5
    assert not (await reached(served, building(), target)).solution.measure.changes
    assert (await reached(served, building(), target, assurance=UPPER)).solution.measure.changes


async def test_a_lever_that_may_not_change_does_not(served):
    response = await reached(served, building(), 5, levers=["orientation"])
    assert (response.certificate.grid_count, response.certificate.evaluated_count) == (4, 4)
    response = await reached(served, building(), 30.5, objective=HEATING, levers=["glazing_ratio"])
    assert not response.solution.measure.changes


async def test_without_any_possible_change_there_is_no_best(served):
    # Without glass no distribution but NONE is possible.
    base = building(glazing_ratio=0, glazing_distribution=1)
    response = await reached(served, base, 1, levers=["glazing_distribution"])
    certificate = response.certificate
    assert (certificate.grid_count, certificate.evaluated_count, certificate.applicable_count) == (6, 1, 1)
    assert not certificate.HasField("best_measure")
    assert certificate.best_prediction == response.baseline


async def test_outside_the_training_data_what_is_reached_needs_no_change_and_what_is_not_is_not_shown(tmp_path):
    energy_model(tmp_path, distance_column=GLAZING_RATIO_COLUMN)
    async with serving(tmp_path) as served:
        base = building(glazing_ratio=0.9)
        solution = (await reached(served, base, 1000)).solution
        assert list(solution.measure.changes) == []
        assert solution.measure.applicability.domain == estimate_pb2.DOMAIN_OUTSIDE
        certificate = (await reached(served, base, 1)).certificate
    assert certificate.applicable_count == sum(d.building.glazing_ratio < 0.6 for d in designs(base))
    assert certificate.evaluated_count == len(list(designs(base)))
