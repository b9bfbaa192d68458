"""The features in Python and in the exported graph (C-26, C-30, C-44)."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steward.energy.v1.building_pb2 import GlazingDistribution, Orientation

from services.prediction.model import DISTANCE
from services.prediction.training.boosting import Boosting, predict, train
from services.prediction.training.energy.export import OUTPUTS
from services.prediction.training.energy.features import (
    COLUMNS,
    DISTRIBUTION,
    FIELDS,
    ORIENTATION,
    RATIO,
    columns,
    look_up_table,
    select,
)
from services.prediction.training.energy.recipe import with_total
from services.prediction.training.graph import Graph, run
from tests.prediction.training.conftest import GLAZING, SHAPES

KNOWN_SHAPE = st.sampled_from(SHAPES)
ANY_SHAPE = st.tuples(
    st.floats(0.5, 1), st.floats(400, 900), st.floats(200, 450), st.floats(100, 250), st.floats(2.5, 10)
)
GLAZED = st.tuples(st.floats(0.01, 0.6), st.integers(2, 6))
DESIGN = st.tuples(st.one_of(KNOWN_SHAPE, ANY_SHAPE), st.integers(1, 4), st.one_of(st.sampled_from(GLAZING), GLAZED))
DESIGNS = st.lists(DESIGN.map(lambda d: [*d[0], d[1], *d[2]]), min_size=1, max_size=8).map(
    # What the service sends is float32; the comparison is of the arithmetic.
    lambda rows: np.array(rows, np.float32).astype(float)
)


@given(DESIGNS)
@settings(max_examples=150, deadline=None)
def test_the_graph_computes_what_the_recipe_computes(small_model, small_artifact, designs):
    *loads, distances = run(small_artifact, designs, [*OUTPUTS, DISTANCE])
    expected = with_total(small_model.predict(designs))
    assert np.column_stack(loads) == pytest.approx(expected, abs=1e-3)
    assert distances == pytest.approx(small_model.distances(designs), abs=1e-4, rel=1e-4)


@given(DESIGNS)
@settings(max_examples=50, deadline=None)
def test_a_row_is_predicted_alike_alone_and_in_a_batch(small_artifact, designs):
    together = run(small_artifact, designs, [*OUTPUTS, DISTANCE])
    for row in range(len(designs)):
        alone = run(small_artifact, designs[[row]], [*OUTPUTS, DISTANCE])
        assert all(np.array_equal(one[0], batch[row]) for one, batch in zip(alone, together, strict=True))


@given(KNOWN_SHAPE, st.integers(1, 4), st.floats(0.1, 0.4), st.integers(3, 6), st.integers(0, 3))
def test_turning_a_building_with_its_glazing_leaves_the_facades_angle(shape, orientation, ratio, side, quarters):
    def angle(turn: int) -> float:
        turned = [*shape, (orientation - 1 + turn) % 4 + 1, ratio, (side - 3 + turn) % 4 + 3]
        return float(select(np.array([turned]), ["angle"])[0, 0])

    assert angle(quarters) == angle(0)


@given(KNOWN_SHAPE, st.integers(1, 4), st.sampled_from(GLAZING))
def test_a_known_design_is_at_distance_zero(small_artifact, shape, orientation, glazing):
    design = np.array([[*shape, orientation, *glazing]])
    assert run(small_artifact, design, [DISTANCE])[0].tolist() == [[0, 0]]


def test_rounding_as_the_data_are_rounded_hardly_moves_a_prediction(small_model):
    design = np.array([[*SHAPES[0], 1, 0.25, 3.0]])
    rounded = design + np.array([[0.005, 0.05, 0.05, 0.005, 0, 0, 0, 0]])
    assert small_model.predict(rounded) == pytest.approx(small_model.predict(design), abs=0.05)


def test_between_two_known_ratios_trees_are_joined_by_a_line(small_model):
    ratios = np.linspace(0.25, 0.4, 7)
    designs = np.array([[*SHAPES[0], 1, ratio, 3] for ratio in ratios])
    loads = small_model.known[0].predict(designs, np.full(7, len(SHAPES) - 1))
    assert np.diff(loads, 2) == pytest.approx(np.zeros(5), abs=1e-6)


def test_columns_are_named_and_looked_up_by_the_enums_numbers():
    assert look_up_table().shape[0] == len(Orientation.values()) * len(GlazingDistribution.values())
    design = np.array(
        [[*SHAPES[0], Orientation.ORIENTATION_EAST, 0.25, GlazingDistribution.GLAZING_DISTRIBUTION_NORTH]]
    )
    values = dict(zip(COLUMNS, columns(design)[0].tolist(), strict=True))
    assert [values[name] for name in FIELDS] == design[0].tolist()
    assert (values["one"], values["glazed"], values["angle"], values["contrast"]) == (1, 1, 2, -1)
    assert (values["facing_east_west"], values["glazed_east_west"]) == (1, 0)
    assert (values["tall"], values["tall x glazing_ratio"]) == (1, 0.25)
    assert [FIELDS[i] for i in (ORIENTATION, RATIO, DISTRIBUTION)] == list(FIELDS[5:])


def test_trees_of_any_booster_are_the_same_in_a_graph():
    random = np.random.default_rng(2)
    features = random.normal(size=(200, 3)).astype(np.float32).astype(float)
    booster = train(Boosting(20, 0.3, 4, monotone=(1, 0, 0)), features, features[:, 0] + features[:, 1] ** 2, base=2.5)
    graph = Graph("trees", 4)
    trees = graph.trees(booster, [3, 1, 0], "features")
    graph.node("Identity", trees, name="answer")
    artifact = graph.serialize({"answer": ["n", 1]})
    inputs = np.column_stack([features[:, 2], features[:, 1], random.normal(size=200), features[:, 0]])
    assert run(artifact, inputs, ["answer"])[0][:, 0] == pytest.approx(predict(booster, features), abs=1e-5)
    assert json.loads(booster.save_config())["learner"]["generic_param"]["nthread"] == "1"
