"""The store of a site of the demo plant: its parts, what work took of them, and what was delivered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.maintenance.v1 import part_pb2

from services.maintenance.demo.plant import Part
from services.maintenance.demo.scene import Scene, record, stamp, touch
from services.maintenance.records.rows import time_of

_URGENT_BEFORE = timedelta(minutes=45)
"""How long before it is used something comes that was missing."""


@dataclass(frozen=True, slots=True)
class Use:
    """What an order took."""

    key: str
    time: datetime
    order: str
    quantity: float


def parts_of(scene: Scene, site: str, keys: Collection[str]) -> Mapping[str, part_pb2.Part]:
    """The parts that a site keeps, by their keys; their stock is set by the movements."""
    return {key: _part(scene, site, key, part) for key, part in scene.plant.parts.items() if key in keys}


def movements(
    scene: Scene, parts: Mapping[str, part_pb2.Part], uses: Iterable[Use]
) -> Iterator[part_pb2.StockMovement]:
    """All movements of a site's stocks, the earliest first; each part is told what is left of it."""
    by_part: dict[str, list[Use]] = {key: [] for key in parts}
    for use in uses:
        by_part[use.key].append(use)
    found = [movement for key, part in parts.items() for movement in _of_part(scene, key, part, by_part[key])]
    found.sort(key=lambda movement: (movement.move_time.ToNanoseconds(), movement.part))
    for number, movement in enumerate(found, 1):
        movement.name = f"stockMovements/{scene.id('move', f'{number:05}')}"
        yield movement


def _part(scene: Scene, site: str, key: str, part: Part) -> part_pb2.Part:
    return part_pb2.Part(
        **record(f"parts/{scene.id(key)}", scene.begin),
        display_name=part.label[scene.site.language],
        part_number=part.number,
        unit=part.unit,
        site=site,
        min_stock=part.least,
        unit_cost=scene.money(part.cost),
    )


def _of_part(scene: Scene, key: str, part: part_pb2.Part, uses: list[Use]) -> list[part_pb2.StockMovement]:
    """The movements of one part: what falls below its minimum is ordered, and comes days later."""
    rng, order = scene.random("stock", key), scene.plant.parts[key].order
    found: list[part_pb2.StockMovement] = []
    coming: datetime | None = None

    def move(time: datetime, change: float, reason: str = "", work_order: str = "") -> None:
        part.stock += change
        movement = part_pb2.StockMovement(
            **record("", time),
            work_order=work_order,
            part=part.name,
            change=change,
            unit_cost=part.unit_cost,
            move_time=stamp(time),
            reason=reason,
        )
        found.append(movement)

    move(scene.begin, part.min_stock + order, scene.phrase(rng, "opening"))
    for use in sorted(uses, key=lambda use: (use.time, use.order)):
        if coming and coming <= use.time:
            move(coming, order, scene.phrase(rng, "delivery"))
            coming = None
        if part.stock < use.quantity:
            move(use.time - _URGENT_BEFORE, max(order, use.quantity), scene.phrase(rng, "urgent"))
        move(use.time, -use.quantity, work_order=use.order)
        if part.stock < part.min_stock and coming is None:
            coming = scene.working(rng, use.time + timedelta(days=rng.uniform(20, 90)), 0)
    if coming and coming <= scene.now:
        move(coming, order, scene.phrase(rng, "delivery"))
    touch(part, max(time_of(movement.move_time) for movement in found), len(found) + 1)
    return found
