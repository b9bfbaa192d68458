"""Measures: each possible, verified by the model, certain and priced (E-12, V-4, V-18)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from steward.energy.v1 import energy_service_pb2 as energy
from steward.energy.v1.building_pb2 import Building
from steward.energy.v1.costs_pb2 import EnergyCosts, EnergySystem, LeverCost
from steward.model.v1 import estimate_pb2
from steward.model.v1.measure_pb2 import Measure
from steward.model.v1.model_pb2 import DifferenceCalibration

from tests.builders import building, costs, energy_model
from tests.prediction.designs import LEVERS, changed, designs, possible
from tests.prediction.serving import (
    COOLING,
    GLAZING_RATIO_COLUMN,
    HEATING,
    NO_GLAZING,
    OUTPUTS,
    TOTAL,
    Serving,
    buildings,
    edit_card,
    serving,
)

PROPERTY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
async def served(models_dir: Path) -> AsyncIterator[Serving]:
    async with serving(models_dir) as running:
        yield running


async def explored(served: Serving, base: Building, **options: Any) -> energy.ExploreMeasuresResponse:
    return await served.energy.ExploreMeasures(energy.ExploreMeasuresRequest(building=base, **options))


async def loads(served: Serving, asked: list[Building]) -> list[dict[str, float]]:
    """What PredictLoads says of many buildings."""
    response = await served.energy.BatchPredictLoads(energy.BatchPredictLoadsRequest(buildings=asked))
    return [{output: getattr(result.prediction, output).value for output in OUTPUTS} for result in response.results]


def effect(of: Measure, output: str = TOTAL) -> Any:
    (found,) = [e for e in of.effects if e.output == output]
    return found


def levers(of: Measure) -> frozenset[str]:
    return frozenset(change.lever for change in of.changes)


@PROPERTY
@given(base=buildings() | buildings(on_grid=True))
async def test_a_measure_does_what_the_model_says_of_the_changed_building(served, base):
    response = await explored(served, base)
    after = [changed(base, measure.changes) for measure in response.measures]
    assert all(map(possible, after))
    (before, *verified) = await loads(served, [base, *after])
    for output in OUTPUTS:
        assert getattr(response.baseline, output).value == pytest.approx(before[output], rel=1e-6)
    for measure, values in zip(response.measures, verified, strict=True):
        assert [e.output for e in measure.effects] == list(OUTPUTS)
        for e in measure.effects:
            assert e.after == pytest.approx(values[e.output], rel=1e-6)
            assert e.before == pytest.approx(before[e.output], rel=1e-6)
            assert e.change == pytest.approx(e.after - e.before)


async def test_each_measure_of_the_example_is_what_predict_loads_gives(served):
    response = await explored(served, building())
    for measure in response.measures:
        request = energy.PredictLoadsRequest(building=changed(building(), measure.changes))
        prediction = (await served.energy.PredictLoads(request)).prediction
        for e in measure.effects:
            assert e.after == pytest.approx(getattr(prediction, e.output).value, rel=1e-6)
        assert measure.applicability == prediction.applicability


@PROPERTY
@given(base=buildings() | buildings(on_grid=True))
async def test_measures_are_certain_ranked_and_all_that_there_are(served, base):
    response = await explored(served, base)
    every = [d for d in designs(base) if 1 <= len(d.levers) <= 2]
    assert response.evaluated_count == len(every)
    before, *after = [values[TOTAL] for values in await loads(served, [base, *(d.building for d in every)])]
    certain = sorted(value - before for value in after if value - before + 0.5 < 0)
    ranked = [effect(measure).change for measure in response.measures]
    assert ranked == sorted(ranked)
    assert ranked == pytest.approx(certain, rel=1e-4, abs=1e-3)
    for measure in response.measures:
        assert effect(measure).interval.upper < 0
        assert effect(measure).interval.level == 0.9
        assert 1 <= len(measure.changes) <= 2
        assert measure.applicability.domain != estimate_pb2.DOMAIN_OUTSIDE


@PROPERTY
@given(base=buildings() | buildings(on_grid=True))
async def test_ids_and_sizes_tell_measures_apart(served, base):
    first, again = [await explored(served, base) for _ in range(2)]
    assert first == again
    ids = [measure.id for measure in first.measures]
    assert len(set(ids)) == len(ids)
    sizes = {d.building.SerializeToString(deterministic=True): d.size for d in designs(base)}
    for measure in first.measures:
        design = changed(base, measure.changes).SerializeToString(deterministic=True)
        assert measure.change_size == pytest.approx(sizes[design], abs=1e-6)


@PROPERTY
@given(base=buildings() | buildings(on_grid=True))
async def test_the_front_is_what_no_other_measure_dominates(served, base):
    measures = (await explored(served, base)).measures
    items = [(m.change_size, effect(m).after) for m in measures]

    def dominated(item: tuple[float, float]) -> bool:
        return any(other != item and other[0] <= item[0] and other[1] <= item[1] for other in items)

    assert [m.pareto_optimal for m in measures] == [not dominated(item) for item in items]


async def test_an_id_names_the_changes_in_the_order_of_the_contract(served):
    ids = {measure.id for measure in (await explored(served, building())).measures}
    assert "orientation=ORIENTATION_NORTH+glazing_ratio=0.1" not in ids  # north it is already
    assert "glazing_ratio=0.1" in ids
    assert "glazing_ratio=0+glazing_distribution=GLAZING_DISTRIBUTION_NONE" in ids
    assert "shape=0.62/808.5/367.5/220.5/3.5+glazing_ratio=0.1" in ids


async def test_only_the_fields_that_change_are_named(served):
    (measure,) = [m for m in (await explored(served, building())).measures if m.id == "glazing_ratio=0.1"]
    (change,) = measure.changes
    assert (change.lever, [field.field for field in change.fields]) == ("glazing_ratio", ["glazing_ratio"])
    assert (change.fields[0].before.number, change.fields[0].after.number) == (0.4, 0.1)


async def test_glass_is_only_ever_placed_where_there_is_some(served):
    for base in (building(), building(**NO_GLAZING)):
        for measure in (await explored(served, base)).measures:
            after = changed(base, measure.changes)
            assert (after.glazing_ratio == 0) == (after.glazing_distribution == 1)


async def test_a_building_between_the_values_that_exist_can_change_to_all_of_them(served):
    response = await explored(served, building(glazing_ratio=0.2), levers=["glazing_ratio"])
    assert response.evaluated_count == 3
    assert [m.id for m in response.measures] == ["glazing_ratio=0.1"]
    assert response.measures[0].change_size == pytest.approx(0.25)


async def test_a_building_with_more_glass_than_exists_crosses_the_whole_range_at_most(served):
    response = await explored(served, building(glazing_ratio=1), levers=["glazing_ratio"])
    assert {m.id: m.change_size for m in response.measures} == {
        "glazing_ratio=0.1": 1,
        "glazing_ratio=0.25": 1,
        "glazing_ratio=0.4": 1,
    }


@pytest.mark.parametrize("allowed", [["shape"], ["glazing_ratio", "glazing_distribution"], list(LEVERS)])
async def test_only_the_levers_that_are_named_change(served, allowed):
    response = await explored(served, building(), levers=allowed)
    assert response.measures
    assert frozenset().union(*map(levers, response.measures)) <= set(allowed)
    assert response.evaluated_count == sum(1 <= len(d.levers) <= 2 for d in designs(building(), allowed))


async def test_no_levers_are_all_levers(served):
    assert await explored(served, building()) == await explored(served, building(), levers=LEVERS)


@pytest.mark.parametrize("objective", OUTPUTS)
async def test_measures_are_ranked_by_the_objective(served, objective):
    changes = [effect(m, objective).change for m in (await explored(served, building(), objective=objective)).measures]
    assert changes == sorted(changes)
    assert changes[-1] + 0.5 < 0


async def test_the_total_is_the_objective_unless_one_is_named(served):
    assert await explored(served, building()) == await explored(served, building(), objective=TOTAL)


@pytest.mark.parametrize("count", [1, 3, 1000])
async def test_the_best_are_returned_where_not_all_are_wanted(served, count):
    everything = (await explored(served, building())).measures
    response = await explored(served, building(), max_measures=count)
    assert list(response.measures) == list(everything[:count])
    assert response.evaluated_count == 56


async def test_an_effect_smaller_than_its_interval_is_no_measure(tmp_path):
    energy_model(tmp_path, half_width=1000)
    async with serving(tmp_path) as served:
        response = await explored(served, building())
    assert (list(response.measures), response.evaluated_count) == ([], 56)


async def test_an_effect_that_was_never_measured_is_no_measure(tmp_path):
    edit_card(energy_model(tmp_path), difference_calibrations=None)
    async with serving(tmp_path) as served:
        assert not (await explored(served, building())).measures


async def test_a_lever_without_levels_does_not_move(tmp_path):
    edit_card(energy_model(tmp_path), joint_levels=None)
    async with serving(tmp_path) as served:
        measures = (await explored(served, building())).measures
    assert measures
    assert "shape" not in frozenset().union(*map(levers, measures))


class TestAwayFromTheTrainingData:
    """The distance is the glazing ratio here: inside to 0.1, outside from 0.6."""

    @pytest.fixture
    async def served(self, tmp_path: Path) -> AsyncIterator[Serving]:
        energy_model(tmp_path, distance_column=GLAZING_RATIO_COLUMN)
        async with serving(tmp_path) as running:
            yield running

    async def test_no_measure_is_outside(self, served):
        response = await explored(served, building(glazing_ratio=0.9))
        assert response.baseline.applicability.domain == estimate_pb2.DOMAIN_OUTSIDE
        assert response.measures
        for measure in response.measures:
            assert "glazing_ratio" in levers(measure)
            assert measure.applicability.domain in {estimate_pb2.DOMAIN_INSIDE, estimate_pb2.DOMAIN_EDGE}

    @pytest.mark.parametrize(
        ("base", "levers", "identifier", "domain"),
        [
            ({}, ["glazing_ratio"], "glazing_ratio=0.25", estimate_pb2.DOMAIN_EDGE),
            (
                {},
                ["glazing_distribution", "glazing_ratio"],
                "glazing_ratio=0+glazing_distribution=GLAZING_DISTRIBUTION_NONE",
                estimate_pb2.DOMAIN_INSIDE,
            ),
            (
                {"glazing_ratio": 0.05, "overall_height_m": 20},
                ["glazing_ratio", "shape"],
                "shape=0.62/808.5/367.5/220.5/3.5+glazing_ratio=0.25",
                estimate_pb2.DOMAIN_EDGE,
            ),
        ],
        ids=["both at the edge", "back inside", "out to the edge"],
    )
    async def test_a_difference_is_as_certain_as_its_less_certain_end(self, tmp_path, base, levers, identifier, domain):
        halves = {estimate_pb2.DOMAIN_INSIDE: 0.1, estimate_pb2.DOMAIN_EDGE: 0.6}
        measured = [
            DifferenceCalibration(output=output, levers=levers, domain=region, level=level, half_width=half)
            for output in OUTPUTS
            for region, half in halves.items()
            for level in (0.9, 0.95)
        ]
        folder = energy_model(tmp_path, distance_column=GLAZING_RATIO_COLUMN)
        edit_card(folder, difference_calibrations=measured)
        async with serving(tmp_path) as served:
            measures = (await explored(served, building(**base))).measures
        (measure,) = [m for m in measures if m.id == identifier]
        assert measure.applicability.domain == domain
        found = effect(measure)
        assert found.interval.upper - found.change == pytest.approx(halves[estimate_pb2.DOMAIN_EDGE])


# Money.


def saving_by_hand(before: dict[str, float], after: dict[str, float], prices: EnergyCosts) -> float:
    """Less energy bought, times its price."""
    bought = 0.0
    for output, system in ((HEATING, prices.heating), (COOLING, prices.cooling)):
        bought += (before[output] - after[output]) * prices.floor_area_m2 / system.efficiency * system.price_per_kwh
    return bought


async def test_a_saving_is_the_energy_no_longer_bought(served):
    base, prices = building(), costs()
    response = await explored(served, base, costs=prices)
    after = [changed(base, measure.changes) for measure in response.measures]
    (before, *values) = await loads(served, [base, *after])
    for measure, value in zip(response.measures, values, strict=True):
        amount = measure.saving.annual_amount
        assert measure.saving.currency_code == "EUR"
        assert amount.value == pytest.approx(saving_by_hand(before, value, prices), rel=1e-4, abs=0.01)
        # Half-widths at the joint level are 1.0 for both loads.
        half = 220.5 * (0.12 / 0.92 + 0.25 / 3.2)
        assert amount.interval.upper - amount.value == pytest.approx(half, abs=0.01)
        assert amount.value - amount.interval.lower == pytest.approx(half, abs=0.01)
        assert amount.interval.level == 0.9


async def test_a_measure_has_a_payback_if_all_its_levers_have_a_cost(served):
    for measure in (await explored(served, building(), costs=costs())).measures:
        priced = levers(measure) == {"glazing_ratio"}
        assert measure.saving.HasField("investment_amount") == priced
        assert measure.saving.HasField("payback_years") == priced
        if priced:
            assert measure.saving.investment_amount == pytest.approx(2500 + 45 * 220.5)
            years = measure.saving.investment_amount / measure.saving.annual_amount.value
            assert measure.saving.payback_years == pytest.approx(years, abs=0.005)


async def test_investments_of_several_levers_add_up(served):
    lever_costs = [LeverCost(lever="glazing_ratio", amount_per_m2=10), LeverCost(lever="shape", fixed_amount=7)]
    prices = costs()
    del prices.lever_costs[:]
    prices.lever_costs.extend(lever_costs)
    amounts = {
        levers(measure): measure.saving.investment_amount
        for measure in (await explored(served, building(), costs=prices)).measures
        if measure.saving.HasField("investment_amount")
    }
    assert amounts == {
        frozenset({"glazing_ratio"}): 2205,
        frozenset({"shape"}): 7,
        frozenset({"glazing_ratio", "shape"}): 2212,
    }


async def test_a_measure_that_costs_money_each_year_has_no_payback(served):
    prices = costs()
    # Heat all but free and cold dear: what lowers the heating load here raises the cooling load, which costs more.
    prices.heating.CopyFrom(EnergySystem(price_per_kwh=0.0001, efficiency=20))
    prices.cooling.CopyFrom(EnergySystem(price_per_kwh=10, efficiency=1))
    del prices.lever_costs[:]
    prices.lever_costs.add(lever="orientation", fixed_amount=100)
    base = building(orientation=4)
    measures = (await explored(served, base, costs=prices, objective=HEATING, levers=["orientation"])).measures
    assert measures
    for measure in measures:
        assert effect(measure, COOLING).change > 0
        assert measure.saving.annual_amount.value < 0
        assert measure.saving.investment_amount == 100
        assert not measure.saving.HasField("payback_years")


async def test_without_prices_there_is_no_money(served):
    assert not any(m.HasField("saving") for m in (await explored(served, building())).measures)
