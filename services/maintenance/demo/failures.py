"""How the assets of the demo plant fail and are repaired.

A repair makes an asset as good as new: the time from its end to the next failure has the Weibull distribution of the
asset's category, whatever else is done to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from steward.maintenance.v1 import asset_pb2, failure_pb2
from steward.maintenance.v1 import work_order_pb2 as pb

from services.maintenance.demo.equipment import Unit
from services.maintenance.demo.plant import Failure
from services.maintenance.demo.scene import after, drawn, lognormal, record, stamp, to_minute
from services.maintenance.demo.work import Job, Workshop

_LOW, _MEDIUM, _HIGH, _URGENT = (
    pb.WORK_ORDER_PRIORITY_LOW,
    pb.WORK_ORDER_PRIORITY_MEDIUM,
    pb.WORK_ORDER_PRIORITY_HIGH,
    pb.WORK_ORDER_PRIORITY_URGENT,
)
_WAIT_H = {_LOW: 240.0, _MEDIUM: 60.0, _HIGH: 6.0, _URGENT: 0.7}
"""Mean hours from a failure until somebody could begin."""

_TERM_D = {_LOW: 21, _MEDIUM: 7, _HIGH: 2, _URGENT: 1}
"""Days within which a repair is due."""


def life(workshop: Workshop, unit: Unit) -> Iterator[Job]:
    """All repairs of an asset since it was taken into service; the last one may not be completed."""
    law, rng = unit.category, workshop.scene.random("life", unit.id)
    number, renewed = 0, unit.since
    while True:
        time = to_minute(renewed + timedelta(days=rng.weibullvariate(law.scale_d, law.shape)))
        if time >= unit.until:
            return
        number += 1
        job = _repair(workshop, unit, time, workshop.scene.random("repair", unit.id, number))
        yield job
        if job.done is None:
            return
        renewed = job.done


def _repair(workshop: Workshop, unit: Unit, time: datetime, rng: Random) -> Job:
    scene = workshop.scene
    failure = scene.plant.failures[drawn(rng, unit.category.failures)]
    hours = lognormal(rng, unit.category.repair_h, unit.category.repair_spread)
    priority = _priority(unit, failure)
    begin = _begin(workshop, rng, time, priority, hours)
    job = Job(_order(workshop, rng, unit, time, failure), unit, failure.parts)
    job.order.priority = priority
    job.order.due_time.FromDatetime(time + timedelta(days=_TERM_D[priority]))
    if workshop.work(rng, job, unit.category.craft, begin, hours):
        _conclude(workshop, rng, job, failure)
    if failure.stops or job.order.HasField("start_time"):
        job.stop(time if failure.stops else begin, scene.now)
    return job


def _priority(unit: Unit, failure: Failure) -> pb.WorkOrderPriority.ValueType:
    """It is the higher, the more depends on the asset, and higher still if that stands still."""
    return (_LOW, _MEDIUM, _HIGH, _URGENT)[asset_pb2.ASSET_CRITICALITY_C - unit.asset.criticality + failure.stops]


def _begin(
    workshop: Workshop, rng: Random, time: datetime, priority: pb.WorkOrderPriority.ValueType, hours: float
) -> datetime:
    """When the repair begins: at any hour if it is urgent."""
    wait = timedelta(hours=rng.expovariate(1 / _WAIT_H[priority]))
    if priority == _URGENT:
        return to_minute(time + wait + timedelta(minutes=10))
    return workshop.scene.working(rng, time + wait * workshop.scene.site.pace, hours)


def _order(workshop: Workshop, rng: Random, unit: Unit, time: datetime, failure: Failure) -> pb.WorkOrder:
    """The order as it was reported."""
    scene = workshop.scene
    title = scene.said(rng, failure.titles)
    return pb.WorkOrder(
        **record("", time),
        title=after(f"{unit.asset.display_name}: ", title) if rng.random() < 0.25 else title,
        description=f"{scene.said(rng, failure.seen)} {scene.phrase(rng, 'context')}".rstrip(),
        asset=unit.asset.name,
        site=unit.asset.site,
        type=pb.WORK_ORDER_TYPE_CORRECTIVE,
        report_time=stamp(time),
        estimated_h=round(2 * unit.category.repair_h) / 2,
        failure_mode=failure_pb2.FailureMode.ValueType(failure.mode),
    )


def _conclude(workshop: Workshop, rng: Random, job: Job, failure: Failure) -> None:
    """Notes what was found and done, and what it cost besides labor and parts."""
    scene, order = workshop.scene, job.order
    order.failure_mechanism = failure_pb2.FailureMechanism.ValueType(failure.mechanism)
    order.failure_cause = failure_pb2.FailureCause.ValueType(drawn(rng, failure.causes))
    order.resolution = f"{scene.said(rng, failure.done)} {scene.phrase(rng, 'closing')}".rstrip()
    order.cost = scene.rounded(order.cost + scene.money(lognormal(rng, job.unit.category.other_cost, 1.0)))
