"""The designs that a building can be changed into, worked out without the product's own grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from google.protobuf.message import Message
from steward.energy.v1.building_pb2 import Building, GlazingDistribution, Orientation
from steward.model.v1.measure_pb2 import LeverChange

from tests.builders import SHAPES
from tests.prediction.serving import FIELDS, GLAZING_RATIOS, shape

LEVERS = ("shape", "orientation", "glazing_ratio", "glazing_distribution")


@dataclass(frozen=True)
class Design:
    building: Building
    levers: frozenset[str]
    """The levers in which it differs."""
    size: float
    """Size of the change."""


def possible(building: Building) -> bool:
    """The contract's rules between fields, in plain words."""
    envelope = building.wall_area_m2 + 2 * building.roof_area_m2
    return abs(building.surface_area_m2 - envelope) <= 0.5 and (
        (building.glazing_ratio == 0) == (building.glazing_distribution == 1)
    )


def designs(base: Building, levers: Iterable[str] = LEVERS) -> Iterator[Design]:
    """Every possible design of the whole grid that differs from the base in no other levers."""
    own = shape(base), base.orientation, base.glazing_ratio, base.glazing_distribution
    choices = (SHAPES, range(1, 5), GLAZING_RATIOS, range(1, 7))
    options = [
        [kept, *(choice for choice in some if choice != kept)] if lever in levers else [kept]
        for lever, kept, some in zip(LEVERS, own, choices, strict=True)
    ]
    for form, orientation, ratio, distribution in product(*options):
        made = Building(
            **dict(zip(FIELDS[:5], form, strict=True)),
            orientation=orientation,
            glazing_ratio=ratio,
            glazing_distribution=distribution,
        )
        differs = [a != b for a, b in zip((form, orientation, ratio, distribution), own, strict=True)]
        if possible(made):
            changed = frozenset(lever for lever, is_other in zip(LEVERS, differs, strict=True) if is_other)
            size = differs[0] + differs[1] + differs[3] + min(1, abs(ratio - own[2]) / 0.4)
            yield Design(made, changed, size)


def changed(base: Building, changes: Iterable[LeverChange]) -> Building:
    """The base after a measure's changes, applied as a caller would."""
    made = Building()
    made.CopyFrom(base)
    for change in changes:
        for field in change.fields:
            assert _value(field.before) == getattr(base, field.field)
            setattr(made, field.field, _value(field.after))
    return made


def _value(of: Message) -> Any:
    kind = of.WhichOneof("value")
    value = getattr(of, kind)
    enum = Orientation if str(value).startswith("ORIENTATION") else GlazingDistribution
    return enum.Value(value) if kind == "name" else value
