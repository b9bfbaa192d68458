"""Half-widths of intervals from absolute errors that a model made on data it had not seen."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from services.prediction.model import Floats


def half_width(errors: Floats, level: float) -> Floats:
    """The smallest half-width that covers a new error with probability ``level``, per column.

    Args:
        errors: Errors of either sign, shape (n,) or (n, outputs).
        level: Nominal coverage.

    Returns:
        The ceil((n + 1) level)-th smallest absolute error, shape () or (outputs,); the largest one where n is too
        small for the level.
    """
    count = len(errors)
    rank = min(count, math.ceil((count + 1) * level))
    width: Floats = np.partition(np.abs(errors), rank - 1, axis=0)[rank - 1]
    return width


def worst_half_width(groups: Sequence[Floats], level: float) -> Floats:
    """The largest of the groups' own half-widths: of a new group, it covers ``level`` if it is no worse than these."""
    worst: Floats = np.max([half_width(errors, level) for errors in groups], axis=0)
    return worst


def coverage(errors: Floats, width: Floats) -> Floats:
    """Share of errors that lie within the half-widths, per column."""
    within: Floats = (np.abs(errors) <= width).mean(axis=0)
    return within


def left_out_coverage(groups: Sequence[Floats], level: float) -> Floats:
    """Share of errors within the worst half-width of all groups but their own, per column."""
    covered = [
        np.abs(errors) <= worst_half_width([*groups[:index], *groups[index + 1 :]], level)
        for index, errors in enumerate(groups)
    ]
    share: Floats = np.concatenate(covered).mean(axis=0)
    return share
