"""Half-widths of intervals, of estimates and of differences, from the errors under each protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from steward.energy.v1.building_pb2 import Building
from steward.model.v1 import estimate_pb2
from steward.model.v1.estimate_pb2 import Domain

from services.prediction.model import LEVEL, Floats
from services.prediction.training.conformal import coverage, half_width, left_out_coverage, worst_half_width
from services.prediction.training.differences import LeverCodes, grouped
from services.prediction.training.energy.protocols import Fold, LeftOut, LeftOutShape, Samples

LEVELS = (0.9, 0.95)
"""Nominal coverages of differences; the second one lets two of them be added."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-widths in one region, shape (outputs,), and the coverage that was measured."""

    domain: Domain.ValueType
    half_width: Floats
    coverage: Floats
    protocol: str


@dataclass(frozen=True, slots=True)
class DifferenceInterval:
    """Half-widths of differences between designs that differ in the levers."""

    levers: tuple[str, ...]
    domain: Domain.ValueType
    level: float
    half_width: Floats
    coverage: Floats
    pairs: int


@dataclass(frozen=True, slots=True)
class Errors:
    """Everything that the intervals are taken from."""

    samples: Samples
    out_of_fold: Floats
    """Errors of all rows, shape (n, 3)."""
    folds: Sequence[Fold]
    ratios: Sequence[LeftOut]
    shapes: Sequence[LeftOutShape]


def nested_widths(fold: Fold) -> Floats:
    """Half-widths that a fold's training rows give for its test rows."""
    return half_width(fold.inner_errors, LEVEL)


def nested_shape_widths(shape: LeftOutShape) -> Floats:
    """Half-widths that the other shapes give for a left-out one."""
    return worst_half_width(shape.inner, LEVEL)


def intervals(errors: Errors) -> list[Interval]:
    """The half-widths of estimates in each region."""
    inside = _share([(fold.errors, nested_widths(fold)) for fold in errors.folds])
    outside = _share([(shape.errors, nested_shape_widths(shape)) for shape in errors.shapes])
    ratios, shapes = [r.errors for r in errors.ratios], [s.errors for s in errors.shapes]
    return [
        Interval(
            estimate_pb2.DOMAIN_INSIDE,
            half_width(errors.out_of_fold, LEVEL),
            inside,
            "Quantile of 40-fold errors over all rows; coverage measured in the repeated 10-fold, each fold with the "
            "quantile of 40-fold errors of its own training rows.",
        ),
        Interval(
            estimate_pb2.DOMAIN_EDGE,
            worst_half_width(ratios, LEVEL),
            left_out_coverage(ratios, LEVEL),
            "The worst left-out glazing ratio's own quantile; coverage measured on each ratio with the worst quantile "
            "of the other two.",
        ),
        Interval(
            estimate_pb2.DOMAIN_OUTSIDE,
            worst_half_width(shapes, LEVEL),
            outside,
            "The worst left-out shape's own quantile; coverage measured by leave-one-shape-out, each shape with the "
            "worst quantile of an inner leave-one-shape-out over the other 11.",
        ),
    ]


def difference_intervals(errors: Errors) -> list[DifferenceInterval]:
    """The half-widths of differences in each region, for every set of levers that occurs."""
    levers = LeverCodes(Building.DESCRIPTOR)
    codes = levers.of(errors.samples.inputs)
    return [
        *_inside(errors, levers, codes),
        *_left_out(estimate_pb2.DOMAIN_EDGE, errors.ratios, errors, levers, codes),
        *_left_out(estimate_pb2.DOMAIN_OUTSIDE, errors.shapes, errors, levers, codes),
    ]


def _inside(errors: Errors, levers: LeverCodes, codes: np.ndarray) -> Iterator[DifferenceInterval]:
    nested = [
        (levers.within(codes[fold.train], fold.inner_errors), levers.within(codes[fold.test], fold.errors))
        for fold in errors.folds
    ]
    for names, pairs in levers.within(codes, errors.out_of_fold).items():
        for level in LEVELS:
            measured = _share([(test[names], half_width(fit[names], level)) for fit, test in nested if names in test])
            width = half_width(pairs, level)
            yield DifferenceInterval(names, estimate_pb2.DOMAIN_INSIDE, level, width, measured, len(pairs))


def _left_out(
    domain: Domain.ValueType, groups: Sequence[LeftOut], errors: Errors, levers: LeverCodes, codes: np.ndarray
) -> Iterator[DifferenceInterval]:
    """The design before the change is in the left-out group, the one after in it too or among all others.

    A change within a left-out shape is left out: its designs stay outside, where no measure is offered.
    """
    pairs = []
    for group in groups:
        rest = np.setdiff1d(np.arange(len(codes)), group.rows)
        found = levers.between((codes[group.rows], codes[rest]), (group.errors, errors.out_of_fold[rest]))
        if domain == estimate_pb2.DOMAIN_EDGE:
            found |= levers.within(codes[group.rows], group.errors)
        pairs.append(found)
    for names, by_group in grouped(pairs).items():
        for level in LEVELS:
            measured = left_out_coverage(by_group, level)
            width = worst_half_width(by_group, level)
            yield DifferenceInterval(names, domain, level, width, measured, sum(map(len, by_group)))


def _share(parts: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Share of all errors that lie within their part's half-widths."""
    count = sum(len(errors) for errors, _ in parts)
    covered: Floats = np.sum([coverage(errors, width) * len(errors) for errors, width in parts], axis=0) / count
    return covered
