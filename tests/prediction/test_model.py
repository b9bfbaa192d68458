"""What is checked of a graph when it is loaded, beyond its names (C-20, P18)."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from services.prediction.errors import ModelBroken
from services.prediction.model import Model
from tests.builders import energy_contract, linear_card

CONTRACT = energy_contract()
OUTPUTS = [output.name for output in CONTRACT.outputs]
WIDTH = len(CONTRACT.inputs)


def graph(
    inputs: dict[str, list[object]] | None = None, output_rank: int = 1, distances: int = 1, rows: int | None = None
) -> bytes:
    """A graph of zeros, wrong in one way.

    Args:
        inputs: Shapes of the inputs by name.
        output_rank: Rank of the outputs.
        distances: Number of distances.
        rows: Rows that the graph insists on; None for any number.
    """
    takes = {"features": ["n", WIDTH]} if inputs is None else inputs
    first = next(iter(takes))
    nodes, given = [], [numpy_helper.from_array(np.array([-1]), "axes")]
    if rows is not None:
        nodes.append(helper.make_node("Reshape", [first, "fixed"], ["rows"]))
        given.append(numpy_helper.from_array(np.array([rows, WIDTH]), "fixed"))
    source = "rows" if rows is not None else first
    nodes += [helper.make_node("ReduceSum", [source, "axes"], [name], keepdims=output_rank - 1) for name in OUTPUTS]
    given.append(numpy_helper.from_array(np.zeros((WIDTH, distances), np.float32), "zeros"))
    if len(takes[first]) == 2:
        nodes.append(helper.make_node("MatMul", [source, "zeros"], ["domain_distance"]))
    else:
        nodes.append(helper.make_node("Identity", [source], ["domain_distance"]))
    made = helper.make_graph(
        nodes,
        "wrong",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in takes.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in (*OUTPUTS, "domain_distance")],
        given,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    return model.SerializeToString()


def load(artifact: bytes) -> Model:
    return Model(artifact, linear_card(artifact, CONTRACT, "energy-loads", "1.0.0"), CONTRACT)


def test_a_graph_of_the_right_form_is_taken():
    assert load(graph()).predict([[0.0] * WIDTH] * 5).values.shape == (5, 3)


@pytest.mark.parametrize(
    ("artifact", "problem"),
    [
        (graph({"rows": ["n", WIDTH]}), "must take only 'features'"),
        (graph({"features": ["n", WIDTH], "weights": [1]}), "must take only 'features'"),
        (graph({"features": ["n", WIDTH + 1]}, distances=1), "differ in inputs|cannot read"),
        (graph({"features": ["n"]}), "differ in inputs"),
        (graph(output_rank=2), "one number per output and row"),
        (graph(distances=2), "one domain_distance per row and domain bound"),
        (graph(rows=1), "ONNX Runtime cannot run it"),
    ],
    ids=["name", "second input", "width", "rank of input", "rank of output", "distances", "rows"],
)
def test_a_graph_of_a_wrong_form_is_refused_before_it_answers(artifact, problem):
    with pytest.raises(ModelBroken, match=problem):
        load(artifact)


def test_domain_bounds_that_are_inside_out_are_refused():
    artifact = graph()
    card = linear_card(artifact, CONTRACT, "energy-loads", "1.0.0")
    card.domain_bounds[0].inside_distance = 2
    with pytest.raises(ModelBroken, match="inside out"):
        Model(artifact, card, CONTRACT)


@pytest.mark.parametrize("width", [0, -1, float("nan"), float("inf")])
def test_intervals_without_a_width_are_refused(width):
    artifact = graph()
    card = linear_card(artifact, CONTRACT, "energy-loads", "1.0.0")
    card.calibrations[0].half_width = width
    with pytest.raises(ModelBroken, match="an interval without a width"):
        Model(artifact, card, CONTRACT)


def test_numbers_are_as_long_as_their_intervals_make_them_worth():
    artifact = graph()
    card = linear_card(artifact, CONTRACT, "energy-loads", "1.0.0")
    assert Model(artifact, card, CONTRACT).decimals == 3
    for calibration in card.calibrations:
        calibration.half_width /= 50
    assert Model(artifact, card, CONTRACT).decimals == 5
    for calibration in card.calibrations:
        calibration.half_width *= 1e7
    assert Model(artifact, card, CONTRACT).decimals == 0


def test_differences_that_were_not_measured_for_every_output_do_not_count():
    artifact = graph()
    card = linear_card(artifact, CONTRACT, "energy-loads", "1.0.0")
    card.difference_calibrations.add(output=OUTPUTS[0], levers=["shape"], domain=1, level=0.9, half_width=1)
    assert Model(artifact, card, CONTRACT).difference_half_widths(["shape"], 1, 0.9) is None
