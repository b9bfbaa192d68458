"""Interval half-widths against brute force (C-25, C-44)."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from steward.energy.v1.building_pb2 import Building

from services.prediction.training.conformal import coverage, half_width, left_out_coverage, worst_half_width
from services.prediction.training.differences import LeverCodes, grouped

ERRORS = st.lists(st.floats(-10, 10), min_size=1, max_size=60)


@given(ERRORS, st.sampled_from([0.5, 0.9, 0.95]))
def test_the_half_width_is_the_smallest_that_covers_enough_of_the_errors_and_one_more(errors, level):
    wanted = min(len(errors), math.ceil((len(errors) + 1) * level))
    fits = [abs(w) for w in errors if sum(abs(e) <= abs(w) for e in errors) >= wanted]
    assert half_width(np.array(errors), level) == min(fits)


def test_new_errors_are_covered_as_often_as_the_level_says():
    random = np.random.default_rng(1)
    covered = [
        abs(new) <= half_width(old, 0.9)
        for old, new in zip(random.normal(size=(4000, 39)), random.normal(size=4000), strict=True)
    ]
    assert np.mean(covered) == pytest.approx(0.9, abs=0.02)


def test_each_output_has_its_own_half_width():
    errors = np.column_stack([np.arange(1, 21), -10 * np.arange(1, 21)])
    assert half_width(errors, 0.9).tolist() == [19, 190]
    assert coverage(errors, np.array([10, 200])).tolist() == [0.5, 1]


def test_a_group_is_judged_by_the_worst_of_the_others():
    groups = [np.array([[1.0], [1.0]]), np.array([[2.0], [3.0]]), np.array([[4.0], [2.0]])]
    assert worst_half_width(groups, 0.9) == [4]
    # Widths from the others: 4, 4 and 3.
    assert left_out_coverage(groups, 0.9) == pytest.approx([5 / 6])


@given(st.integers(0, 2**32 - 1))
def test_differences_are_those_of_all_pairs_by_the_levers_that_differ(seed):
    random = np.random.default_rng(seed)
    inputs = np.column_stack([random.integers(1, 3, (7, 5)), random.integers(1, 3, (7, 3))]).astype(float)
    inputs[:, :5] = inputs[:, :1]
    errors = random.normal(size=(7, 2))
    levers = LeverCodes(Building.DESCRIPTOR)
    fields = {"glazing_distribution": 7, "glazing_ratio": 6, "orientation": 5, "shape": 0}
    expected: dict[tuple[str, ...], list[list[float]]] = {}
    for a, b in itertools.combinations(range(7), 2):
        differing = tuple(name for name, column in fields.items() if inputs[a, column] != inputs[b, column])
        expected.setdefault(differing, []).append((errors[b] - errors[a]).tolist())
    expected.pop((), None)
    found = levers.within(levers.of(inputs), errors)
    assert {names: sorted(e.tolist()) for names, e in found.items()} == {n: sorted(e) for n, e in expected.items()}


def test_pairs_between_two_groups_take_the_first_as_the_design_before():
    levers = LeverCodes(Building.DESCRIPTOR)
    inputs = np.array([[1, 1, 1, 1, 1, 1, 0.1, 2], [1, 1, 1, 1, 1, 3, 0.1, 2], [2, 1, 1, 1, 1, 3, 0.1, 2.0]])
    codes, errors = levers.of(inputs), np.array([[1.0], [5.0], [7.0]])
    found = levers.between((codes[:1], codes[1:]), (errors[:1], errors[1:]))
    assert {names: e.tolist() for names, e in found.items()} == {
        ("orientation",): [[4.0]],
        ("orientation", "shape"): [[6.0]],
    }
    assert {names: len(groups) for names, groups in grouped([found, found]).items()} == dict.fromkeys(found, 2)
