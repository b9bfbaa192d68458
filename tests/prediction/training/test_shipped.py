"""The model that ships: its figures, its completeness, and that the data give it again (E-15, C-19, C-30, C-45)."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from steward.model.v1 import estimate_pb2
from steward.model.v1.model_pb2 import Evaluation, ModelCard

from services.prediction.model import Model
from services.prediction.registry import Registry
from services.prediction.settings import SHIPPED_MODELS
from services.prediction.training.conformal import half_width
from services.prediction.training.energy import protocols
from services.prediction.training.energy.data import load
from services.prediction.training.energy.export import OUTPUTS, export
from services.prediction.training.energy.pipeline import compared
from services.prediction.training.energy.protocols import Samples, leave_one_shape_out, repeated_10_fold
from services.prediction.training.energy.recipe import LoadModel
from services.prediction.training.page import page
from services.prediction.training.release import PARITY_LIMIT, card_json, refuse_without_skill
from tests.builders import DOMAINS, ENERGY_LEVERS, building, energy_contract

FOLDER = SHIPPED_MODELS / "energy-loads" / "1.0.0"
HEATING, COOLING, TOTAL = OUTPUTS


@pytest.fixture(scope="module")
def model() -> Model:
    return Registry(SHIPPED_MODELS, lambda _: energy_contract()).get("energy-loads")


@pytest.fixture(scope="module")
def card(model: Model) -> ModelCard:
    return model.card


def figure(card: ModelCard, protocol: str, output: str, metric: str, within: str = "") -> float:
    (evaluation,) = (e for e in card.evaluations if e.protocol == protocol)
    (found,) = (m for m in evaluation.metrics if (m.output, m.metric, m.slice) == (output, metric, within))
    return found.value


def test_it_is_the_artefact_of_its_card_and_small(card):
    content = (FOLDER / "model.onnx").read_bytes()
    assert card.artifact_sha256 == hashlib.sha256(content).hexdigest()
    assert len(content) < 6_000_000


def test_loading_it_takes_less_than_100_ms_of_cpu():
    def seconds() -> float:
        started = process_time()
        Registry(SHIPPED_MODELS, lambda _: energy_contract()).get("energy-loads")
        return process_time() - started

    assert min(seconds() for _ in range(5)) < 0.1


def test_it_reaches_its_goals_between_known_designs(card):
    assert figure(card, "repeated-10-fold", HEATING, "rmse") <= 0.27
    assert figure(card, "repeated-10-fold", COOLING, "rmse") <= 0.42


def test_it_reaches_its_goals_on_shapes_left_out(card):
    assert figure(card, "leave-one-shape-out", HEATING, "r2") >= 0.88
    assert figure(card, "leave-one-shape-out", COOLING, "r2") >= 0.80
    refuse_without_skill(card)


def test_nine_intervals_in_ten_inside_hold_the_measured_load(card):
    measured = [c.measured_coverage for c in card.calibrations if c.domain == estimate_pb2.DOMAIN_INSIDE]
    assert len(measured) == len(OUTPUTS)
    assert all(0.88 <= share <= 0.92 for share in measured)


def test_both_kinds_of_protocol_stand_on_the_card(card):
    kinds = {evaluation.protocol: evaluation.kind for evaluation in card.evaluations}
    assert kinds == {
        "repeated-10-fold": Evaluation.KIND_LITERATURE,
        "twins-grouped-10-fold": Evaluation.KIND_HONEST,
        "leave-one-shape-out": Evaluation.KIND_HONEST,
        "leave-one-glazing-ratio-out": Evaluation.KIND_HONEST,
    }
    for shape, output in itertools.product(card.joint_levels[0].levels, OUTPUTS):
        for metric in ("rmse", "bias", "rmse_height_and_glazing", "skill_over_height_and_glazing", "coverage"):
            figure(card, "leave-one-shape-out", output, metric, f"shape={shape.values[0]:g}")


def test_every_output_has_an_interval_in_every_region(card):
    assert {(c.output, c.domain) for c in card.calibrations} == set(itertools.product(OUTPUTS, DOMAINS))
    assert all(c.half_width > 0 and 0 < c.measured_coverage <= 1 and c.protocol for c in card.calibrations)
    inside, edge, outside = ([c.half_width for c in card.calibrations if c.domain == d] for d in DOMAINS)
    assert all(a < b < c for a, b, c in zip(inside, edge, outside, strict=True))


def test_every_set_of_levers_has_intervals_of_differences(model):
    for count in range(1, 5):
        for levers in itertools.combinations(ENERGY_LEVERS, count):
            for domain, level in itertools.product(DOMAINS, (0.9, 0.95)):
                widths = model.difference_half_widths(levers, domain, level)
                # A shape that is not known stays outside until it is changed.
                if domain == estimate_pb2.DOMAIN_OUTSIDE and "shape" not in levers:
                    assert widths is None
                else:
                    assert widths is not None
                    assert (widths > 0).all()
    for c in model.card.difference_calibrations:
        assert c.pair_count > 500
        assert c.measured_coverage >= c.level - 0.02


def test_levels_nest(model):
    for levers, domain, level in model._differences:
        wider = model.difference_half_widths(levers, domain, 0.95)
        assert level in (0.9, 0.95)
        assert (wider >= model.difference_half_widths(levers, domain, 0.9)).all()


@pytest.mark.parametrize(
    ("changes", "domain"),
    [
        ({}, estimate_pb2.DOMAIN_INSIDE),
        ({"relative_compactness": 0.7925}, estimate_pb2.DOMAIN_INSIDE),
        ({"glazing_ratio": 0.3}, estimate_pb2.DOMAIN_EDGE),
        ({"glazing_ratio": 0.02}, estimate_pb2.DOMAIN_EDGE),
        ({"glazing_ratio": 0.55}, estimate_pb2.DOMAIN_EDGE),
        ({"glazing_ratio": 0.56}, estimate_pb2.DOMAIN_OUTSIDE),
        ({"relative_compactness": 0.8}, estimate_pb2.DOMAIN_OUTSIDE),
        ({"overall_height_m": 6.5}, estimate_pb2.DOMAIN_OUTSIDE),
    ],
)
def test_the_region_of_a_design(model, changes, domain):
    assert model.predict([model.inputs_of(building(**changes))]).domain.tolist() == [domain]


def test_the_card_says_what_it_was_made_from(card):
    assert card.training.row_count == 768
    assert set(card.training.parity) == set(OUTPUTS)
    assert max(card.training.parity.values()) < PARITY_LIMIT
    assert {"xgboost-cpu", "onnx", "scikit-learn"} <= set(card.training.libraries)
    assert len(card.limits) > 5
    assert card.summary.endswith(".")


def test_files_are_what_training_writes(card):
    assert (FOLDER / "card.json").read_text() == card_json(card)
    shown = Path(__file__).parents[3] / "docs" / "models" / "energy-loads.md"
    assert shown.read_text() == page(card)


@pytest.fixture(scope="module")
def real(data_dir: Path) -> Samples:
    data = load(data_dir / "enb2012")
    return Samples(data.inputs, data.loads)


@pytest.mark.data
class TestAgainstTheData:
    def test_the_data_give_the_shipped_model_again(self, real):
        again = LoadModel(real.inputs, real.loads)
        shipped = (FOLDER / "model.onnx").read_bytes()
        assert max(compared(shipped, again, real.inputs).values()) < 1e-4
        assert len(export(again)) == len(shipped)

    def test_every_design_of_the_data_is_inside_and_nearly_exact(self, model, real):
        predictions = model.predict(real.inputs.tolist())
        assert set(predictions.domain.tolist()) == {estimate_pb2.DOMAIN_INSIDE}
        assert np.abs(predictions.values[:, :2] - real.loads).max() < 1

    def test_the_first_fold_is_as_good_as_the_card_says(self, real, monkeypatch):
        monkeypatch.setattr(protocols, "INNER_FOLDS", 10)  # four times as fast
        fold = next(repeated_10_fold(real))
        assert np.sqrt((fold.errors[:, :2] ** 2).mean(axis=0)) == pytest.approx([0.26, 0.28], abs=0.12)
        assert half_width(fold.inner_errors, 0.9)[:2] == pytest.approx([0.34, 0.5], abs=0.1)

    def test_a_shape_left_out_is_as_far_off_as_the_card_says(self, card, real):
        shape = next(leave_one_shape_out(real))
        for place, output in enumerate(OUTPUTS):
            told = figure(card, "leave-one-shape-out", output, "rmse", "shape=0.62")
            assert np.sqrt((shape.errors[:, place] ** 2).mean()) == pytest.approx(told, rel=1e-3)

    def test_on_a_shape_left_out_the_gate_is_shut(self, real):
        """The protocol asks the prior alone, to save the boosters' training; that must be the whole model's answer."""
        left_out = real.groups(slice(0, 5)) == 0
        rest = real[~left_out]
        model = LoadModel(rest.inputs, rest.loads)
        prior = np.column_stack([p.predict(real.inputs[left_out]) for p in model.priors])
        assert model.predict(real.inputs[left_out]) == pytest.approx(prior, abs=1e-12)
