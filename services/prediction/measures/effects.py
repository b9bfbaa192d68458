"""Effects of changes with calibrated intervals, in the outputs' units and in money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from steward.model.v1 import estimate_pb2

from services.prediction.measures.grid import Changes
from services.prediction.model import LEVEL, Floats, Model, Predictions

JOINT_LEVEL = 0.95
"""Nominal coverage of each of two differences so that both hold at once with at least 0.9 (Bonferroni)."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What outputs and changes cost.

    Args:
        currency_code: ISO 4217.
        per_unit: Money a year for one unit of each output; outputs that cost nothing are absent.
        investments: Money for changing each lever once.
    """

    currency_code: str
    per_unit: Mapping[str, float]
    investments: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Changes with what the model says of them."""

    changes: Changes
    index: int
    """Row of the changed design in ``predictions``."""
    half_widths: Floats
    """Half-widths of the intervals of the differences, shape (outputs,)."""
    joint_half_widths: Floats
    """The same at the level that lets two outputs be added."""


def evaluate(model: Model, all_changes: Sequence[Changes], predictions: Predictions) -> list[Evaluated]:
    """The changes that stay applicable and have a measured interval.

    Args:
        model: The model that predicted.
        all_changes: Changes of n designs.
        predictions: Predictions of the design as it is (row 0) and of the n changed ones, in order.
    """
    before = int(predictions.domain[0])
    if not predictions.measured[0]:
        return []
    evaluated = []
    for index, changes in enumerate(all_changes, start=1):
        after = int(predictions.domain[index])
        if after == estimate_pb2.DOMAIN_OUTSIDE:
            continue
        levers = [change.lever.name for change in changes]
        worse = max(before, after)
        widths = model.difference_half_widths(levers, worse, LEVEL)
        joint = model.difference_half_widths(levers, worse, JOINT_LEVEL)
        if widths is not None and joint is not None:
            evaluated.append(Evaluated(changes, index, widths, joint))
    return evaluated


def change_size(changes: Changes) -> float:
    """Size of changes: the shares of the levers' ranges that are crossed, added up."""
    return sum(change.size for change in changes)


def pareto_optimal(sizes: Floats, effects: Floats) -> list[bool]:
    """Which items no other one dominates in size and effect, lower being better; shape (n,) each.

    Of items that are equal in both, none dominates the other.
    """
    best, flags = (np.inf, np.inf), [False] * len(sizes)
    for position in np.lexsort((effects, sizes)):
        item = sizes[position], effects[position]
        if item[1] < best[1] or item == best:
            best, flags[position] = item, True
    return flags
