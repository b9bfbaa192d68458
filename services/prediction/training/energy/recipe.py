"""The recipe: inside the known shapes a booster, between and beyond them a prior, and a gate that blends the two.

The data hold 12 shapes and nothing between them, so a booster alone is far off on any other shape (its R2 with a shape
left out is about 0.3); the prior knows only what can be told from few shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.model_selection import KFold

from services.prediction.model import Floats
from services.prediction.training.boosting import SEED, Boosting, predict, train
from services.prediction.training.energy.features import (
    BOOSTER_COLUMNS,
    GLAZING_TERMS,
    MONOTONE_COLUMNS,
    PRIOR_TERMS,
    RATIO,
    SHAPE,
    select,
)

GATE_WIDTH = 0.2
"""Distance at which the gate has fallen to 1/e; two shapes of the data are at least 0.65 apart."""
GATE_POWER = 4
"""With 4, inputs rounded as the data are (0.05) keep 99.6 % of the booster; with 2 they lost 6 %."""

GRID = tuple(Boosting(rounds, rate, 5) for rounds, rate in ((100, 0.2), (150, 0.2), (200, 0.2), (300, 0.15)))
"""In the order of what a prediction costs."""
TOLERANCE = 1.05
"""The first of `GRID` within this factor of the best inner error is taken: 300 trees cost 20 us more than 100."""
MONOTONE = Boosting(100, 0.1, 3, monotone=(1, 1, 1, 0))
RIDGE = 1e-3
"""Only there so that shape constants and glazing effects have one solution."""

PRIOR_MEMBERS: tuple[tuple[bool, tuple[str, ...]], ...] = (
    (False, PRIOR_TERMS),
    (False, (*PRIOR_TERMS, "wall")),
    (False, (*PRIOR_TERMS, "envelope")),
    (True, (*PRIOR_TERMS, "wall")),
    (True, (*PRIOR_TERMS, "envelope")),
)
"""Least squares: whether on the logarithm of the load, and the terms."""


class Ratios:
    """The known glazing ratios. Trees are asked only at these; a line joins their answers.

    Args:
        known: The ratios, sorted.
    """

    def __init__(self, known: Floats) -> None:
        self.known = known

    def between(self, inputs: Floats, answer: Callable[[Floats], Floats]) -> Floats:
        """What a line between the answers at the two neighbouring known ratios gives; the answer at a known one."""
        ratio = np.clip(inputs[:, RATIO], self.known[0], self.known[-1])
        place = np.clip(np.searchsorted(self.known, ratio, "right") - 1, 0, len(self.known) - 2)
        low, high = self.known[place], self.known[place + 1]
        position = (ratio - low) / (high - low)
        at_low, at_high = inputs.copy(), inputs.copy()
        at_low[:, RATIO], at_high[:, RATIO] = low, high
        return (1 - position) * answer(at_low) + position * answer(at_high)

    def distance(self, inputs: Floats) -> Floats:
        """Distance to the nearest known ratio."""
        away: Floats = np.abs(inputs[:, [RATIO]] - self.known).min(axis=1)
        return away


class KnownShapes:
    """One output inside the known shapes: a constant per shape, linear glazing effects, and a booster on the rest.

    Args:
        boosting: The booster's parameters.
        inputs: Values of the contract's fields, shape (n, 8).
        load: The output, shape (n,).
        shape: Index of each row's shape.
    """

    def __init__(self, boosting: Boosting, inputs: Floats, load: Floats, shape: np.ndarray) -> None:
        self.ratios = Ratios(np.unique(inputs[:, RATIO]))
        count = shape.max() + 1
        terms = np.hstack([np.eye(count)[shape], select(inputs, GLAZING_TERMS)])
        weights = np.linalg.solve(terms.T @ terms + RIDGE * np.eye(terms.shape[1]), terms.T @ load)
        self.constants: Floats = weights[:count]
        self.slopes: Floats = weights[count:]
        self.booster = train(boosting, select(inputs, BOOSTER_COLUMNS), load - terms @ weights)

    def predict(self, inputs: Floats, shape: np.ndarray) -> Floats:
        """The output of designs of known shapes, shape (n,)."""
        rest = self.ratios.between(inputs, lambda x: predict(self.booster, select(x, BOOSTER_COLUMNS)))
        load: Floats = self.constants[shape] + select(inputs, GLAZING_TERMS) @ self.slopes + rest
        return load


class Prior:
    """One output for any shape: the mean of five least-squares fits and a small booster that grows with its inputs.

    All members have the same weight and none was selected: 12 shapes are too few to choose by.
    """

    def __init__(self, inputs: Floats, load: Floats) -> None:
        self.ratios = Ratios(np.unique(inputs[:, RATIO]))
        self.weights = [
            _least_squares(select(inputs, terms), np.log(load) if logarithmic else load)
            for logarithmic, terms in PRIOR_MEMBERS
        ]
        self.booster = train(MONOTONE, select(inputs, MONOTONE_COLUMNS), load, base=float(load.mean()))

    def predict(self, inputs: Floats) -> Floats:
        """The output, shape (n,)."""
        members = [self.ratios.between(inputs, lambda x: predict(self.booster, select(x, MONOTONE_COLUMNS)))]
        for (logarithmic, terms), weights in zip(PRIOR_MEMBERS, self.weights, strict=True):
            linear = select(inputs, terms) @ weights
            members.append(np.exp(linear) if logarithmic else linear)
        mean: Floats = np.mean(members, axis=0)
        return mean


def _least_squares(terms: Floats, load: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(terms, load, rcond=None)[0], np.float64)


def tune(inputs: Floats, load: Floats, shape: np.ndarray) -> Boosting:
    """The cheapest of `GRID` that an inner 5-fold finds nearly best. Needs at least two rows of each shape."""
    errors = []
    for boosting in GRID:
        error = np.empty(len(load))
        for fit, rest in KFold(5, shuffle=True, random_state=SEED).split(inputs):
            known = KnownShapes(boosting, inputs[fit], load[fit], shape[fit])
            error[rest] = known.predict(inputs[rest], shape[rest]) - load[rest]
        errors.append(float(np.sqrt(np.mean(error**2))))
    return next(b for b, error in zip(GRID, errors, strict=True) if error <= TOLERANCE * min(errors))


class LoadModel:
    """Heating and cooling loads of any building.

    Args:
        inputs: Values of the contract's fields, shape (n, 8).
        loads: Heating and cooling load, shape (n, 2).
        boosting: Parameters of each output's booster; tuned on the rows given if absent.
    """

    def __init__(self, inputs: Floats, loads: Floats, boosting: Sequence[Boosting] | None = None) -> None:
        self.scale: Floats = inputs[:, SHAPE].std(axis=0)
        self.ratio_scale = float(inputs[:, RATIO].std())
        self.ratios = Ratios(np.unique(inputs[:, RATIO]))
        self.shapes, shape = np.unique(inputs[:, SHAPE], axis=0, return_inverse=True)
        outputs = list(loads.T)
        self.boosting = list(boosting or (tune(inputs, load, shape) for load in outputs))
        self.known = [KnownShapes(b, inputs, load, shape) for b, load in zip(self.boosting, outputs, strict=True)]
        self.priors = [Prior(inputs, load) for load in outputs]
        self.low, self.high = np.full(inputs.shape[1], -np.inf), np.full(inputs.shape[1], np.inf)

    def hold(self, inputs: Floats) -> LoadModel:
        """Makes the model take inputs far from those it was trained on for the nearest that errors were measured at.

        Nothing is known of loads further out, where the prior's logarithmic members grow without bounds. The limits are
        the ranges of the training inputs, each end further out by as much as its outermost value was beyond the others
        when it was left out. Left-out shapes and ratios are within, so figures of protocols hold.
        """
        for column in (*range(SHAPE.start, SHAPE.stop), RATIO):
            values = np.unique(inputs[:, column])
            self.low[column] = max(0.0, 2 * values[0] - values[1])
            self.high[column] = 2 * values[-1] - values[-2]
        return self

    def predict(self, inputs: Floats) -> Floats:
        """Heating and cooling load, shape (n, 2)."""
        distance, shape = self.nearest(inputs)
        inputs = np.clip(inputs, self.low, self.high)
        gate = np.exp(-((distance / GATE_WIDTH) ** GATE_POWER))[:, np.newaxis]
        prior = np.column_stack([p.predict(inputs) for p in self.priors])
        known = np.column_stack([k.predict(inputs, shape) for k in self.known])
        return prior + gate * (known - prior)

    def nearest(self, inputs: Floats) -> tuple[Floats, np.ndarray]:
        """Distance to the nearest shape of the training data, in standard deviations, and its index; shape (n,)."""
        away = (inputs[:, np.newaxis, SHAPE] - self.shapes) / self.scale
        distances = np.sqrt((away**2).sum(axis=2))
        return distances.min(axis=1), distances.argmin(axis=1)

    def distances(self, inputs: Floats) -> Floats:
        """Distances to the training data: of the shape and of the glazing ratio; shape (n, 2)."""
        return np.column_stack([self.nearest(inputs)[0], self.ratios.distance(inputs) / self.ratio_scale])


def with_total(loads: Floats) -> Floats:
    """Heating, cooling and total load; shape (n, 3). Errors of loads add up in the same way."""
    return np.column_stack([loads, loads.sum(axis=1)])
