"""XGBoost as every recipe here uses it: on one thread, with a fixed seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xgboost

from services.prediction.model import Floats

SEED = 0


@dataclass(frozen=True, slots=True)
class Boosting:
    """Parameters of a booster."""

    rounds: int
    learning_rate: float
    max_depth: int
    monotone: tuple[int, ...] = ()
    """Per feature: 1 if the target may only grow with it, 0 if anything may be."""
    method: str = "exact"
    """Exact thresholds lie half-way between two values of the data; those of "hist" lie at the upper one."""

    def __str__(self) -> str:
        return f"{self.rounds} trees, learning rate {self.learning_rate:g}, depth {self.max_depth}"


def train(boosting: Boosting, features: Floats, target: Floats, base: float = 0.0) -> xgboost.Booster:
    """Trains a booster.

    Args:
        base: What the trees add to.
    """
    parameters = {
        "objective": "reg:squarederror",
        "tree_method": boosting.method,
        "eta": boosting.learning_rate,
        "max_depth": boosting.max_depth,
        "base_score": base,
        "nthread": 1,
        "seed": SEED,
    }
    if boosting.monotone:
        parameters["monotone_constraints"] = f"({','.join(map(str, boosting.monotone))})"
    return xgboost.train(parameters, xgboost.DMatrix(features.astype(np.float32), target), boosting.rounds)


def predict(booster: xgboost.Booster, features: Floats) -> Floats:
    """What a booster predicts, shape (n,)."""
    return booster.predict(xgboost.DMatrix(features.astype(np.float32))).astype(np.float64)
