"""Searches over the grid of a design's levers: what lowers a load, and what reaches a target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from google.protobuf.message import Message
from steward.model.v1 import estimate_pb2

from services.prediction.measures.effects import Evaluated, change_size, evaluate
from services.prediction.measures.grid import Changes, Grid
from services.prediction.model import Model, Predictions


@dataclass(frozen=True, slots=True)
class Exploration:
    """Measures that certainly lower the objective, the best first."""

    predictions: Predictions
    """Row 0 is the design as it is."""
    measures: list[Evaluated]
    evaluated_count: int


@dataclass(frozen=True, slots=True)
class TargetSearch:
    """What the whole grid says about a target. Row 0, the design as it is, may be the answer: without changes."""

    predictions: Predictions
    """Row 0 is the design as it is."""
    solution: Evaluated | None
    """The least change that reaches the target; None if none does. Without changes if none is needed."""
    best: Evaluated | None
    """The applicable design with the lowest objective; None if none is applicable."""
    grid_count: int
    evaluated_count: int
    applicable_count: int


def explore(model: Model, grid: Grid, objective: str) -> Exploration:
    """Asks the model of every possible change of one or two levers."""
    changes, predictions = _ask(model, grid.design, grid.up_to(2))
    column = model.outputs.index(objective)
    found = evaluate(model, changes, predictions)
    effects = predictions.values[:, column] - predictions.values[0, column]
    certain = [e for e in found if effects[e.index] + e.half_widths[column] < 0]
    certain.sort(key=lambda e: (effects[e.index], change_size(e.changes)))
    return Exploration(predictions, certain, len(changes))


def reach(model: Model, grid: Grid, objective: str, target: float, by_upper_bound: bool) -> TargetSearch:
    """Asks the model of every possible design of the grid.

    Args:
        target: Largest value of the objective that is wanted.
        by_upper_bound: Whether the upper end of the interval must reach the target, not only the estimate.
    """
    changes, predictions = _ask(model, grid.design, grid.everything())
    column = model.outputs.index(objective)
    reached = predictions.upper[:, column] if by_upper_bound else predictions.values[:, column]
    found = evaluate(model, changes, predictions)
    nothing = Evaluated((), 0, np.zeros(len(model.outputs)), np.zeros(len(model.outputs)))
    applicable = found if predictions.domain[0] == estimate_pb2.DOMAIN_OUTSIDE else [nothing, *found]

    def least(e: Evaluated) -> tuple[int, float, float]:
        return len(e.changes), change_size(e.changes), float(reached[e.index])

    return TargetSearch(
        predictions,
        # Who already has what they want needs no change, whatever the model knows of changes.
        min((e for e in [nothing, *found] if reached[e.index] <= target), key=least, default=None),
        min(applicable, key=lambda e: float(reached[e.index]), default=None),
        grid.size,
        len(changes) + 1,
        len(applicable),
    )


def _ask(
    model: Model, design: Message, options: Iterable[tuple[Changes, Message]]
) -> tuple[list[Changes], Predictions]:
    """The options' changes, and predictions of the design as it is (row 0) and of the changed ones."""
    found = list(options)
    inputs = [model.inputs_of(design), *(model.inputs_of(changed) for _, changed in found)]
    return [changes for changes, _ in found], model.predict(inputs)
