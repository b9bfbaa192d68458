"""Stocks of parts, which imported movements change as any others do."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from steward.errors.v1 import reason_pb2
from steward.maintenance.v1 import part_pb2

from services.kit.errors import Violation
from services.maintenance.exchange.draft import Draft
from services.maintenance.records.records import Records
from services.maintenance.records.resources import id_in

MOVEMENT = "steward/StockMovement"
_ROUNDING = 1e-9
"""What sums may differ by from those that were made one at a time."""


def totals(movements: Iterable[part_pb2.StockMovement]) -> Mapping[str, float]:
    """What movements add to the stocks of parts, by the parts' names.

    Only their sum counts: rows need not be in the order in which things happened.
    """
    changes: dict[str, list[float]] = defaultdict(list)
    for movement in movements:
        changes[movement.part].append(movement.change)
    return {part: math.fsum(each) for part, each in sorted(changes.items())}


def too_low(draft: Draft, sums: Mapping[str, float]) -> Iterator[tuple[str, Violation]]:
    """The parts of which less than nothing would be left, and what is to be said about that."""
    for name, change in sums.items():
        part = draft.read(draft.catalog.by_type["steward/Part"], id_in(name), lock=True)
        if part.stock + change < -_ROUNDING:
            message = (
                f"there are {part.stock:g} of {name} in stock, and the file's movements change that by {change:g}; "
                "import what was added too"
            )
            yield name, Violation("change", reason_pb2.REASON_STOCK_TOO_LOW, message)


def move(records: Records, draft: Draft, sums: Mapping[str, float]) -> None:
    """Changes stocks by what movements add to them."""
    resource = records.catalog.by_type["steward/Part"]
    for name, change in sums.items():
        before: part_pb2.Part = draft.read(resource, id_in(name), lock=True)
        after = part_pb2.Part()
        after.CopyFrom(before)
        after.stock = max(0.0, before.stock + change)
        records.put(draft, resource, before, after)
