"""The recipe as one ONNX graph that takes the contract's fields."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from services.prediction.model import DISTANCE, INPUT, Floats
from services.prediction.training.energy.features import (
    BOOSTER_COLUMNS,
    COLUMNS,
    DISTRIBUTION,
    FIELDS,
    GLAZING_TERMS,
    KEY_ORIENTATION,
    LOOKED_UP,
    MONOTONE_COLUMNS,
    ORIENTATION,
    PRODUCTS,
    RATIO,
    SCALED,
    SHAPE,
    indices,
    look_up_table,
)
from services.prediction.training.energy.recipe import GATE_POWER, GATE_WIDTH, PRIOR_MEMBERS, LoadModel
from services.prediction.training.graph import Graph

OUTPUTS = ("heating_load_kwh_m2", "cooling_load_kwh_m2", "total_load_kwh_m2")
DISTANCES = ("shape", "glazing ratio")

_LOADS = 2
_SHAPE_FIELDS = SHAPE.stop


def export(model: LoadModel) -> bytes:
    """The graph of a trained model."""
    graph = Graph("energy-loads", len(FIELDS))
    ratio = graph.node("Gather", INPUT, graph.integers([RATIO]), axis=1)
    limits = np.finfo(np.float32)
    held = graph.node("Max", INPUT, graph.floats(np.maximum(model.low, limits.min)))
    held = graph.node("Min", held, graph.floats(np.minimum(model.high, limits.max)))
    plain, everything = _columns(graph, held)
    held_ratio = graph.node("Gather", held, graph.integers([RATIO]), axis=1)
    trees = _trees(graph, model, plain, held_ratio)
    squared, nearest = _nearest_shape(graph, model)
    prior, difference = _prior_and_difference(graph, model, everything, trees)
    constants = graph.floats(np.column_stack([known.constants for known in model.known]))
    difference = graph.node("Add", difference, graph.node("Gather", constants, nearest, axis=0))
    loads = graph.node("Add", prior, graph.node("Mul", _gate(graph, squared), difference))
    heating, cooling = (
        graph.node("Gather", loads, graph.integers(place), name=OUTPUTS[place], axis=1) for place in range(_LOADS)
    )
    graph.node("Add", heating, cooling, name=OUTPUTS[-1])
    away = _ratio_distance(graph, model, ratio)
    graph.node("Concat", graph.node("Sqrt", squared), away, name=DISTANCE, axis=1)
    return graph.serialize({name: ["n"] for name in OUTPUTS} | {DISTANCE: ["n", len(DISTANCES)]})


def _columns(graph: Graph, fields: str) -> tuple[str, str]:
    """The fields with what is looked up, and all of `COLUMNS`."""
    weights = np.zeros((len(FIELDS), 1))
    weights[ORIENTATION], weights[DISTRIBUTION] = KEY_ORIENTATION, 1
    table = look_up_table()
    key = graph.node("MatMul", fields, graph.floats(weights[:, 0]))
    key = graph.node("Clip", key, graph.floats(0), graph.floats(len(table) - 1))
    key = graph.node("Cast", key, to=TensorProto.INT32)
    found = graph.node("Gather", graph.floats(table), key, axis=0)
    plain = graph.node("Concat", fields, found, axis=1)
    scale, offset = np.zeros((len(FIELDS), len(PRODUCTS))), np.zeros(len(PRODUCTS))
    for place, (name, _) in enumerate(PRODUCTS):
        field, centre, width = SCALED[name]
        scale[FIELDS.index(field), place] = 1 / width
        offset[place] = -centre / width
    left = graph.node("Gemm", fields, graph.floats(scale), graph.floats(offset))
    right = graph.node("Gather", plain, graph.integers(indices(name for _, name in PRODUCTS)), axis=1)
    return plain, graph.node("Concat", plain, graph.node("Mul", left, right), axis=1)


def _trees(graph: Graph, model: LoadModel, plain: str, ratio: str) -> str:
    """What the four boosters answer on a line between the two neighbouring known ratios, (n, 4)."""
    ratios = model.ratios.known
    passed = graph.node("GreaterOrEqual", ratio, graph.floats(ratios[1:-1]))
    passed = graph.node("Cast", passed, to=TensorProto.INT32)
    place = graph.node("ReduceSum", passed, graph.integers([1]), keepdims=0)
    steps = graph.floats(np.column_stack([ratios[:-1], ratios[1:], 1 / np.diff(ratios)]))
    low, high, per_step = graph.split(graph.node("Gather", steps, place, axis=0), [1, 1, 1])
    position = graph.node("Mul", graph.node("Sub", ratio, low), per_step)
    position = graph.node("Clip", position, graph.floats(0), graph.floats(1))
    before, _, after = graph.split(plain, [RATIO, 1, len(FIELDS) + len(LOOKED_UP) - RATIO - 1])
    # Both ends go through the trees as one batch, one below the other.
    ends = [graph.node("Concat", before, end, after, axis=1) for end in (low, high)]
    both = graph.node("Concat", *ends, axis=0)
    answers = [graph.trees(known.booster, indices(BOOSTER_COLUMNS), both) for known in model.known]
    answers += [graph.trees(prior.booster, indices(MONOTONE_COLUMNS), both) for prior in model.priors]
    at_low, at_high = graph.nodes(
        "Split", graph.node("Concat", *answers, axis=1), names=["trees_at_low", "trees_at_high"], axis=0
    )
    rise = graph.node("Mul", graph.node("Sub", at_high, at_low), position)
    return graph.node("Add", at_low, rise)


def _prior_and_difference(graph: Graph, model: LoadModel, everything: str, trees: str) -> tuple[str, str]:
    """The prior, and known less prior without the shapes' constants; (n, 2) each."""
    linear, logarithmic = _linear_weights(model)
    plain = graph.node("MatMul", everything, graph.floats(linear))
    power = graph.node("Exp", graph.node("MatMul", everything, graph.floats(logarithmic)))
    parts = graph.node("Concat", plain, power, trees, axis=1)
    share = 1 / (len(PRIOR_MEMBERS) + 1)
    mixture = np.zeros((linear.shape[1] + logarithmic.shape[1] + 2 * _LOADS, 2 * _LOADS))
    for load in range(_LOADS):
        # Columns of `parts`: sums of linear members, glazing effects, logarithmic members, boosters, prior's boosters.
        members = [load, *range(2 * _LOADS + load, mixture.shape[0] - 2 * _LOADS, _LOADS), -_LOADS + load]
        mixture[members, load] = share
        mixture[members, _LOADS + load] = -share
        mixture[[_LOADS + load, -2 * _LOADS + load], _LOADS + load] = 1
    prior, difference = graph.split(graph.node("MatMul", parts, graph.floats(mixture)), [_LOADS, _LOADS])
    return prior, difference


def _linear_weights(model: LoadModel) -> tuple[Floats, Floats]:
    """Weights of `COLUMNS`: sums of linear members and glazing effects; each logarithmic member for each load."""
    linear = np.zeros((len(COLUMNS), 2 * _LOADS))
    logarithmic: list[Floats] = []
    for member, (is_logarithmic, terms) in enumerate(PRIOR_MEMBERS):
        weights = np.zeros((len(COLUMNS), _LOADS))
        weights[indices(terms)] = np.column_stack([prior.weights[member] for prior in model.priors])
        if is_logarithmic:
            logarithmic.append(weights)
        else:
            linear[:, :_LOADS] += weights
    linear[indices(GLAZING_TERMS), _LOADS:] = np.column_stack([known.slopes for known in model.known])
    return linear, np.hstack(logarithmic)


def _nearest_shape(graph: Graph, model: LoadModel) -> tuple[str, str]:
    """Square of the distance to the nearest shape, (n, 1), and its index, (n,)."""
    count = len(model.shapes)
    # Fields less shapes first, scales after: so a known shape is at exactly 0.
    copies = np.zeros((len(FIELDS), count * _SHAPE_FIELDS))
    copies[SHAPE] = np.tile(np.eye(_SHAPE_FIELDS), count)
    away = graph.node("Gemm", INPUT, graph.floats(copies), graph.floats(-model.shapes.ravel()))
    scales = np.kron(np.eye(count), 1 / model.scale[:, np.newaxis] ** 2)
    squares = graph.node("MatMul", graph.node("Mul", away, away), graph.floats(scales))
    nearest = graph.node("ReduceMin", squares, axes=[1], keepdims=1)
    return nearest, graph.node("ArgMin", squares, axis=1, keepdims=0)


def _gate(graph: Graph, squared: str) -> str:
    assert GATE_POWER == 4
    power = graph.node("Mul", squared, squared)
    return graph.node("Exp", graph.node("Mul", power, graph.floats(-1 / GATE_WIDTH**GATE_POWER)))


def _ratio_distance(graph: Graph, model: LoadModel, ratio: str) -> str:
    away = graph.node("Abs", graph.node("Sub", ratio, graph.floats(model.ratios.known)))
    nearest = graph.node("ReduceMin", away, axes=[1], keepdims=1)
    return graph.node("Mul", nearest, graph.floats(1 / model.ratio_scale))
