"""Figures of a model card: computed per output, rounded, and put into an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from steward.model.v1.model_pb2 import Evaluation

from services.prediction.model import Floats


def rounded(value: float) -> float:
    """Six significant digits: more than any figure is worth, and readable."""
    return float(f"{value:.6g}")


def quality(errors: Floats, measured: Floats) -> dict[str, Floats]:
    """Root mean squared and mean absolute error and R2 of errors, shape (n, outputs) each."""
    return {"rmse": rmse(errors), "mae": np.abs(errors).mean(axis=0), "r2": r2(errors, measured)}


def rmse(errors: Floats) -> Floats:
    """Root mean squared error per output."""
    root: Floats = np.sqrt((errors**2).mean(axis=0))
    return root


def r2(errors: Floats, measured: Floats) -> Floats:
    """Share of the measured values' variance that is explained, per output."""
    share: Floats = 1 - (errors**2).sum(axis=0) / ((measured - measured.mean(axis=0)) ** 2).sum(axis=0)
    return share


def skill(errors: Floats, baseline: Floats) -> Floats:
    """Share of a baseline's squared error that is saved, per output."""
    share: Floats = 1 - (errors**2).sum(axis=0) / (baseline**2).sum(axis=0)
    return share


def means(figures: Sequence[Mapping[str, Floats]]) -> dict[str, Floats]:
    """The mean of each figure over repetitions."""
    return {name: np.mean([one[name] for one in figures], axis=0) for name in figures[0]}


def add(evaluation: Evaluation, outputs: Sequence[str], figures: Mapping[str, Floats], within: str = "") -> None:
    """Adds figures to an evaluation.

    Args:
        figures: One value per output, by the figure's name.
        within: The part of the data that they hold for.
    """
    for name, values in figures.items():
        for output, value in zip(outputs, values.tolist(), strict=True):
            evaluation.metrics.add(output=output, metric=name, slice=within, value=rounded(value))
