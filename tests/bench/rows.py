"""Buildings to ask about: designs of the training grid, in random order, so that no cache is flattered."""

from __future__ import annotations

import random
from itertools import product

from steward.energy.v1.building_pb2 import Building

from services.prediction.model import read_card
from services.prediction.settings import SHIPPED_MODELS


def buildings(count: int, seed: int = 0) -> list[Building]:
    """``count`` buildings; the shapes are those of the shipped model's card."""
    card = read_card(SHIPPED_MODELS / "energy-loads" / "1.0.0" / "card.json")
    (shapes,) = card.joint_levels
    glazings = [(0.0, 1), *product((0.1, 0.25, 0.4), range(2, 7))]
    designs = [
        Building(
            **dict(zip(shapes.fields, level.values, strict=True)),
            orientation=orientation,  # type: ignore[arg-type]
            glazing_ratio=ratio,
            glazing_distribution=distribution,  # type: ignore[arg-type]
        )
        for level, orientation, (ratio, distribution) in product(shapes.levels, range(1, 5), glazings)
    ]
    return random.Random(seed).choices(designs, k=count)
