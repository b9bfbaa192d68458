"""Weibull fits (V-16): against the truth they were drawn from, and against another implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from services.maintenance.reliability import Weibull, fit


def drawn(weibull: Weibull, count: int, seed: int = 1) -> np.ndarray:
    return weibull.scale * np.random.default_rng(seed).weibull(weibull.shape, count)


@pytest.mark.parametrize("truth", [Weibull(0.7, 90), Weibull(1, 250), Weibull(2.4, 400), Weibull(8, 3e6)])
def test_a_fit_finds_the_truth(truth: Weibull):
    found = fit(drawn(truth, 4000))
    assert found
    assert found.weibull.shape == pytest.approx(truth.shape, rel=0.05)
    assert found.weibull.scale == pytest.approx(truth.scale, rel=0.05)
    assert found.weibull.mean == pytest.approx(truth.mean, rel=0.05)


@pytest.mark.parametrize("truth", [Weibull(0.7, 90), Weibull(2.4, 400)])
def test_what_still_runs_counts(truth: Weibull):
    times = drawn(truth, 4000)
    ends = np.random.default_rng(2).uniform(0, truth.scale, len(times))
    found = fit(times[times <= ends], ends[times > ends])
    assert found
    assert found.weibull.shape == pytest.approx(truth.shape, rel=0.06)
    assert found.weibull.scale == pytest.approx(truth.scale, rel=0.08)


@pytest.mark.parametrize("count", [3, 10, 200])
def test_a_fit_is_that_of_scipy(count: int):
    times = drawn(Weibull(1.8, 120), count, seed=count)
    shape, _, scale = stats.weibull_min.fit(times, floc=0)
    found = fit(times)
    assert found
    assert (found.weibull.shape, found.weibull.scale) == pytest.approx((shape, scale), rel=1e-3)


def test_a_fit_with_what_still_runs_is_that_of_scipy():
    data = stats.CensoredData.right_censored([30, 80, 120, 60, 200, 200], [0, 0, 0, 0, 1, 1])
    shape, _, scale = stats.weibull_min.fit(data, floc=0)
    found = fit([30, 80, 120, 60], [200, 200])
    assert found
    assert (found.weibull.shape, found.weibull.scale) == pytest.approx((shape, scale), rel=1e-3)


def test_the_interval_of_the_shape_holds_the_truth_as_often_as_it_says():
    truth = Weibull(2, 100)
    fits = [fit(drawn(truth, 40, seed)) for seed in range(400)]
    held = [found.shape_interval[0] <= truth.shape <= found.shape_interval[1] for found in fits if found]
    assert 0.85 <= sum(held) / 400 <= 0.95


def test_too_little_is_not_fitted():
    assert fit([]) is None
    assert fit([3, 4], [5] * 100) is None
    assert fit([3, 3, 3]) is None
    assert fit([0, 3, 4]) is None


@given(shape=st.floats(0.3, 8), scale=st.floats(0.1, 1e5), age=st.floats(0, 3), chance=st.floats(0.01, 0.99))
def test_what_remains_fits_the_chance(shape: float, scale: float, age: float, chance: float):
    weibull = Weibull(shape, scale)
    within = weibull.remaining(age * scale, chance)
    assert weibull.failing_within(age * scale, within) == pytest.approx(chance, rel=1e-4, abs=1e-6)


def test_chance_has_no_memory_and_wear_has():
    assert Weibull(1, 50).failing_within(0, 10) == pytest.approx(Weibull(1, 50).failing_within(500, 10))
    assert Weibull(3, 50).failing_within(60, 10) > Weibull(3, 50).failing_within(0, 10)
    assert Weibull(1, 50).mean == pytest.approx(50)
    assert Weibull(2, 50).survival(50) == pytest.approx(math.exp(-1))
