"""How long things last: Weibull distributions fitted to failures, and what they say of one that runs already."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAST_FAILURES = 3
"""With fewer, a shape cannot be told from chance."""

_SHAPES = (0.05, 50.0)
"""Shapes that are looked among."""
_STEPS = 200
_NORMAL_90 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Weibull:
    """Times to failure: the chance to outlast t is exp(-(t / scale) ** shape).

    A shape above 1 is wear, below 1 infant mortality, 1 is chance.
    """

    shape: float
    scale: float
    """In the unit of the times; 63 % have failed by then."""

    @property
    def mean(self) -> float:
        """Mean time to failure."""
        return self.scale * math.gamma(1 + 1 / self.shape)

    def survival(self, time: float) -> float:
        """Chance to outlast a time."""
        return math.exp(-((time / self.scale) ** self.shape))

    def failing_within(self, age: float, time: float) -> float:
        """Chance that something that has lasted `age` fails within `time` from then on."""
        hazard = ((age + time) / self.scale) ** self.shape - (age / self.scale) ** self.shape
        return -math.expm1(-hazard)

    def remaining(self, age: float, chance: float) -> float:
        """Time within which something that has lasted `age` fails with a chance."""
        hazard = (age / self.scale) ** self.shape - math.log1p(-chance)
        return float(self.scale * hazard ** (1 / self.shape) - age)


@dataclass(frozen=True, slots=True)
class Fit:
    """A distribution fitted to times."""

    weibull: Weibull
    failures: int
    shape_interval: tuple[float, float]
    """Where the shape lies with a chance of 90 %, by the curvature of its likelihood."""


def fit(lasted: Sequence[float], running: Sequence[float] = ()) -> Fit | None:
    """The likeliest distribution of times to failure.

    Maximum likelihood with right-censored times; see Meeker, Escobar & Pascual, "Statistical Methods for Reliability
    Data", chapter 8.

    Args:
        lasted: Times after which something failed, each above 0.
        running: Times for which something has run without failing so far.

    Returns:
        None where there are too few failures, or all of them took the same time.
    """
    failed = np.asarray([time for time in lasted if time > 0], np.float64)
    if len(failed) < LEAST_FAILURES or np.ptp(failed) == 0:
        return None
    censored = np.asarray([time for time in running if time > 0], np.float64)
    # In units of the longest time, so that powers neither overflow nor vanish.
    unit = max(failed.max(), censored.max(initial=0.0))
    times = np.concatenate([failed, censored]) / unit
    mean_log = float(np.log(failed / unit).mean())
    shape = _root(times, mean_log)
    scale = float((times**shape).sum() / len(failed)) ** (1 / shape) * unit
    spread = _log_shape_deviation(times, shape, len(failed))
    margin = math.exp(_NORMAL_90 * spread)
    return Fit(Weibull(shape, scale), len(failed), (shape / margin, shape * margin))


def _root(times: npt.NDArray[np.float64], mean_log: float) -> float:
    """The shape at which the likelihood is highest: where its derivative, which falls, is 0."""
    low, high = _SHAPES
    logs = np.log(times)
    for _ in range(_STEPS):
        shape = math.sqrt(low * high)
        powers = times**shape
        slope = 1 / shape + mean_log - float((powers * logs).sum() / powers.sum())
        low, high = (shape, high) if slope > 0 else (low, shape)
    return math.sqrt(low * high)


def _log_shape_deviation(times: npt.NDArray[np.float64], shape: float, failures: int) -> float:
    """Standard deviation of the logarithm of the shape, with the scale at its best for each shape."""
    powers, logs = times**shape, np.log(times)
    total = powers.sum()
    mean = float((powers * logs).sum() / total)
    variance = float((powers * logs**2).sum() / total) - mean**2
    return float(1 / math.sqrt(failures * (1 + shape**2 * variance)))
