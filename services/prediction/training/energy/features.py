"""What the recipe computes from a building's fields. The same columns, by name, are nodes of the exported graph.

A column is a field, a look-up by orientation and distribution, a scaled field, or a product of two of these.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from steward.energy.v1.building_pb2 import Building, GlazingDistribution, Orientation

from services.prediction.model import Floats
from services.prediction.schema import SubjectSchema

FIELDS = SubjectSchema(Building.DESCRIPTOR).inputs
SHAPE_FIELDS = SubjectSchema(Building.DESCRIPTOR).levers["shape"].fields
SHAPE = slice(0, len(SHAPE_FIELDS))
ORIENTATION, RATIO, DISTRIBUTION = (
    FIELDS.index(name) for name in ("orientation", "glazing_ratio", "glazing_distribution")
)

LOOKED_UP = ("one", "glazed", "contrast", "angle", "facing_east_west", "glazed_east_west")
"""Columns that orientation and distribution decide alone."""

SCALED = {
    "tall": ("overall_height_m", 3.5, 3.5),
    "wall": ("wall_area_m2", 320.0, 50.0),
    "roof": ("roof_area_m2", 150.0, 50.0),
    "envelope": ("surface_area_m2", 670.0, 100.0),
}
"""Columns that are a field less an offset, divided by a scale."""

PRODUCTS = (
    *((name, "one") for name in SCALED),
    ("tall", "glazed"),
    ("tall", "glazing_ratio"),
    ("tall", "contrast"),
    ("roof", "glazed"),
    ("roof", "glazing_ratio"),
)
"""A scaled column times another one; times "one" it is the scaled column itself."""

COLUMNS = (
    *FIELDS,
    *LOOKED_UP,
    *(scaled if other == "one" else f"{scaled} x {other}" for scaled, other in PRODUCTS),
)

BASELINE_TERMS = ("one", "tall", "glazed", "glazing_ratio", "tall x glazed", "tall x glazing_ratio")
"""Height and glazing alone: what a model must beat on shapes that it has not seen."""
PRIOR_TERMS = (*BASELINE_TERMS, "contrast", "tall x contrast")
GLAZING_TERMS = (
    *("glazed", "glazing_ratio", "tall x glazed", "tall x glazing_ratio"),
    *("roof x glazed", "roof x glazing_ratio"),
)
BOOSTER_COLUMNS = (
    *("relative_compactness", "wall_area_m2", "overall_height_m", "orientation", "glazing_ratio"),
    *("glazing_distribution", "angle", "facing_east_west", "glazed_east_west"),
)
MONOTONE_COLUMNS = ("wall_area_m2", "overall_height_m", "glazing_ratio", "glazing_distribution")


def indices(names: Iterable[str]) -> list[int]:
    """Places of columns in `columns`."""
    return [COLUMNS.index(name) for name in names]


def looked_up(orientation: Floats, distribution: Floats) -> Floats:
    """The columns of `LOOKED_UP` for numbers of Orientation and GlazingDistribution, shape (n,) each.

    ``angle`` is how many quarters the glazed side is turned against the facade; ``contrast`` tells glass on the two
    sides that load the building more (+1) from the other two (-1). Uniform and no glazing count as north: turning a
    house turns its facades with it.
    """
    side = np.maximum(distribution, GlazingDistribution.GLAZING_DISTRIBUTION_NORTH)
    angle = (orientation - side + 3) % 4
    glazed = (distribution > GlazingDistribution.GLAZING_DISTRIBUTION_NONE).astype(float)
    contrast = np.where(angle < 2, 1.0, -1.0) * glazed
    # East and west have even numbers in both enums.
    return np.column_stack([np.ones(len(side)), glazed, contrast, angle, orientation % 2 == 0, side % 2 == 0])


def look_up_table() -> Floats:
    """`looked_up` for every pair of enum numbers; row `KEY_ORIENTATION` x orientation + distribution."""
    orientation, distribution = np.divmod(np.arange(KEY_ORIENTATION * len(Orientation.values())), KEY_ORIENTATION)
    return looked_up(orientation.astype(float), distribution.astype(float))


KEY_ORIENTATION = len(GlazingDistribution.values())


def columns(inputs: Floats) -> Floats:
    """All columns, in the order of `COLUMNS`.

    Args:
        inputs: Values of the contract's fields, shape (n, 8).
    """
    table = looked_up(inputs[:, ORIENTATION], inputs[:, DISTRIBUTION])
    plain = dict(zip((*FIELDS, *LOOKED_UP), [*inputs.T, *table.T], strict=True))
    scaled = {name: (plain[field] - offset) / scale for name, (field, offset, scale) in SCALED.items()}
    return np.column_stack([inputs, table, *(scaled[left] * plain[right] for left, right in PRODUCTS)])


def select(inputs: Floats, names: Iterable[str]) -> Floats:
    """Some columns, in the order of the names."""
    return columns(inputs)[:, indices(names)]
