"""One building gets its loads, with honest intervals and where they came from (E-11, E-15, C-20, C-31)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steward.energy.v1.energy_service_pb2 import ExploreMeasuresRequest, PredictLoadsRequest
from steward.model.v1 import estimate_pb2

from services.prediction.model import Model
from services.prediction.registry import Registry
from services.prediction.settings import SHIPPED_MODELS
from tests.builders import building, energy_contract, energy_model
from tests.conftest import rejected
from tests.prediction.serving import (
    GLAZING_RATIO_COLUMN,
    NO_GLAZING,
    OUTPUTS,
    Serving,
    loads_by_hand,
    serving,
)


@pytest.fixture
async def served(tmp_path):
    """A model whose distance to the training data is the glazing ratio: inside to 0.1, outside from 0.6."""
    energy_model(tmp_path, distance_column=GLAZING_RATIO_COLUMN)
    async with serving(tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    "changes",
    [{}, NO_GLAZING, {"orientation": 4}, {"surface_area_m2": 808.5, "wall_area_m2": 367.5, "roof_area_m2": 220.5}],
    ids=str,
)
async def test_loads_are_what_the_model_says(served: Serving, changes):
    asked = building(**changes)
    prediction = (await served.energy.PredictLoads(PredictLoadsRequest(building=asked))).prediction
    for output, value in zip(OUTPUTS, loads_by_hand(asked), strict=True):
        assert getattr(prediction, output).value == pytest.approx(value, rel=1e-5)
        assert getattr(prediction, output).interval.level == 0.9


@pytest.mark.parametrize(
    ("ratio", "domain", "half"),
    [
        (0.05, estimate_pb2.DOMAIN_INSIDE, 1),
        (0.3, estimate_pb2.DOMAIN_EDGE, 2),
        (0.9, estimate_pb2.DOMAIN_OUTSIDE, 10),
    ],
)
async def test_intervals_widen_with_the_distance_to_the_training_data(served: Serving, ratio, domain, half):
    request = PredictLoadsRequest(building=building(glazing_ratio=ratio))
    prediction = (await served.energy.PredictLoads(request)).prediction
    assert prediction.applicability.domain == domain
    assert prediction.applicability.distance == pytest.approx(ratio)
    for output in OUTPUTS:
        estimate = getattr(prediction, output)
        assert estimate.interval.lower == pytest.approx(estimate.value - half)
        assert estimate.interval.upper == pytest.approx(estimate.value + half)


async def test_a_load_is_never_told_below_zero(tmp_path):
    energy_model(tmp_path, scale=0.02)
    async with serving(tmp_path) as served:
        prediction = (await served.energy.PredictLoads(PredictLoadsRequest(building=building()))).prediction
    assert 0 < prediction.heating_load_kwh_m2.value < 1
    assert prediction.heating_load_kwh_m2.interval.lower == 0
    assert prediction.heating_load_kwh_m2.interval.upper > 1


async def test_an_estimate_below_zero_is_told_as_zero(tmp_path):
    energy_model(tmp_path, scale=-1)
    async with serving(tmp_path) as served:
        prediction = (await served.energy.PredictLoads(PredictLoadsRequest(building=building()))).prediction
    total = prediction.total_load_kwh_m2
    assert (total.value, total.interval.lower, total.interval.upper) == (0, 0, 0)


async def test_an_answer_says_which_model_it_is_from(served: Serving):
    provenance = (await served.energy.PredictLoads(PredictLoadsRequest(building=building()))).provenance
    model = served.service.registry.get("energy-loads")
    assert (provenance.model, provenance.version) == ("energy-loads", "1.0.0")
    assert provenance.artifact_sha256 == model.card.artifact_sha256


async def test_a_version_can_be_asked_by_its_number(tmp_path):
    energy_model(tmp_path, "1.0.0")
    energy_model(tmp_path, "1.10.0", scale=2)
    async with serving(tmp_path) as served:
        answers = [
            await served.energy.PredictLoads(PredictLoadsRequest(building=building(), model_version=version))
            for version in ("1.0.0", "1.10.0", "")
        ]
    old, new, champion = (answer.prediction.total_load_kwh_m2.value for answer in answers)
    assert new == champion == pytest.approx(2 * old)
    assert [answer.provenance.version for answer in answers] == ["1.0.0", "1.10.0", "1.10.0"]


async def test_an_unknown_version_is_told_with_those_that_exist(served: Serving):
    problem = await rejected(
        served.energy.PredictLoads(PredictLoadsRequest(building=building(), model_version="9.0.0"))
    )
    assert problem.reason == "MODEL_VERSION_NOT_FOUND"
    assert problem.metadata == {"model": "energy-loads", "version": "9.0.0", "versions": "1.0.0"}
    assert "Leave the version empty for the champion" in problem.message


async def test_a_design_that_is_asked_about_again_is_not_predicted_again(served: Serving, monkeypatch):
    runs = []
    predict = Model.predict
    monkeypatch.setattr(Model, "predict", lambda model, inputs: runs.append(inputs) or predict(model, inputs))
    first = await served.energy.PredictLoads(PredictLoadsRequest(building=building()))
    again = await served.energy.PredictLoads(PredictLoadsRequest(building=building()))
    other = await served.energy.PredictLoads(PredictLoadsRequest(building=building(glazing_ratio=0.25)))
    assert again == first
    assert other != first
    assert len(runs) == 2


async def test_beyond_what_was_measured_intervals_widen_and_claim_no_coverage(tmp_path):
    energy_model(tmp_path, distance_column=GLAZING_RATIO_COLUMN, measured_distance=0.7)
    async with serving(tmp_path) as served:
        near, far = [
            (await served.energy.PredictLoads(PredictLoadsRequest(building=building(glazing_ratio=ratio)))).prediction
            for ratio in (0.7, 0.875)
        ]
        measures = await served.energy.ExploreMeasures(ExploreMeasuresRequest(building=building(glazing_ratio=0.875)))
    for prediction, half, level in ((near, 10, 0.9), (far, 12.5, 0)):
        interval = prediction.total_load_kwh_m2.interval
        assert interval.upper - prediction.total_load_kwh_m2.value == pytest.approx(half)
        assert interval.level == level
    assert list(measures.measures) == []


@given(
    shape=st.tuples(st.floats(0.1, 1), st.floats(1, 4000), st.floats(1, 4000), st.floats(1, 300)),
    ratio=st.floats(0, 1),
)
def test_anywhere_in_the_contract_the_shipped_model_stays_within_reason(shipped, shape, ratio):
    compactness, wall, roof, height = shape
    inputs = (compactness, wall + 2 * roof, wall, roof, height, 2, ratio, 3 if ratio else 1)
    predictions = shipped.predict([inputs])
    assert predictions.values.min() >= 0
    # The training data end at 43 and 48 kWh/m2.
    assert predictions.values[0, :2].max() < 120
    if not predictions.measured[0]:
        assert (predictions.numbers[0, :, 3] == 0).all()


@pytest.fixture(scope="module")
def shipped() -> Model:
    return Registry(SHIPPED_MODELS, {"energy-loads": energy_contract()}.get).get("energy-loads")
