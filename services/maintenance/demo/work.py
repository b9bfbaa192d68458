"""How the teams of a site of the demo plant get on with their orders, and the backlog that is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from steward.maintenance.v1 import part_pb2, work_order_pb2

from services.maintenance.demo.equipment import Unit
from services.maintenance.demo.people import Staff
from services.maintenance.demo.plant import Craft
from services.maintenance.demo.scene import Scene, drawn, touch
from services.maintenance.records.rows import time_of

_RECENT = timedelta(days=7)
_NOT_BEGUN, _NOT_DONE = 0.25, 0.75
"""Shares of the work that would have ended recently and has not even begun, or is not done: without it nearly nothing
would be going on, as most work takes hours. Only what is not urgent may not have begun."""

_ASSIGNED = 0.6
"""Share of the work that is assigned before it begins."""

_CREWS = {1: 0.6, 2: 0.4}


@dataclass
class Job:
    """A work order, and what it does to the asset and the stock."""

    order: work_order_pb2.WorkOrder
    unit: Unit
    parts: Mapping[str, float] = field(default_factory=dict)
    """What it takes from stock."""
    down: tuple[datetime, datetime | None] | None = None
    """From when to when the asset stands still for it."""

    @property
    def done(self) -> datetime | None:
        """When it was completed; None if it is not."""
        return time_of(self.order.complete_time) if self.order.HasField("complete_time") else None

    def stop(self, start: datetime, now: datetime) -> None:
        """Notes that the asset stands still until the order is completed."""
        self.down = (start, self.done)
        if self.done:
            self.order.downtime_h = round((self.done - start) / timedelta(hours=1), 2)
        # Nothing is planned for an asset that is down.
        self.unit.down.append((start, self.done or now + _RECENT))


@dataclass(frozen=True, slots=True)
class Workshop:
    """The teams of a site, and the parts that they have."""

    scene: Scene
    staff: Mapping[Craft, Staff]
    parts: Mapping[str, part_pb2.Part]

    def work(self, rng: Random, job: Job, craft: Craft, begin: datetime, hours: float) -> datetime | None:
        """Sets how far an order is by now, and what it took if it is completed.

        Args:
            rng: Chance.
            job: The order.
            craft: Who does it.
            begin: When they begin, if that is not in the future.
            hours: How long they take.

        Returns:
            When it was completed; None if it is not.
        """
        order, now = job.order, self.scene.now
        end = begin + timedelta(minutes=max(5, round(60 * hours)))
        progress = rng.random()
        # An asset that has stood still again since then was done with before.
        if end <= now - _RECENT or any(start > begin for start, _ in job.unit.down):
            progress = 1.0
        can_wait = order.priority <= work_order_pb2.WORK_ORDER_PRIORITY_MEDIUM
        somebody, people = self.staff[craft].somebody(rng, begin), drawn(rng, _CREWS)
        order.team = self.staff[craft].team.name
        order.assignee = somebody.name
        if begin > now or (can_wait and progress < _NOT_BEGUN):
            order.state = work_order_pb2.WORK_ORDER_STATE_OPEN
            if rng.random() > _ASSIGNED:
                order.assignee = ""
        elif end > now or progress < _NOT_DONE:
            self._leave(rng, order, begin, min(now, begin + (end - begin) / 2))
        else:
            order.state = work_order_pb2.WORK_ORDER_STATE_COMPLETED
            order.start_time.FromDatetime(begin)
            order.complete_time.FromDatetime(end)
            touch(order, end, 3)
            order.labor_h = max(0.25, round(4 * hours * people) / 4)
            parts = sum(quantity * self.parts[key].unit_cost for key, quantity in job.parts.items())
            order.cost = self.scene.rounded(order.labor_h * somebody.hourly_cost + parts)
        return job.done

    def _leave(self, rng: Random, order: work_order_pb2.WorkOrder, begin: datetime, pause: datetime) -> None:
        """Leaves an order in progress, or on hold."""
        order.start_time.FromDatetime(begin)
        order.state = work_order_pb2.WORK_ORDER_STATE_IN_PROGRESS
        touch(order, begin, 2)
        if rng.random() < 0.5:
            order.state = work_order_pb2.WORK_ORDER_STATE_ON_HOLD
            order.state_reason = self.scene.phrase(rng, "held")
            touch(order, pause, 3)
