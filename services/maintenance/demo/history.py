"""The demo plant as resources: three years up to now, the same for the same seed and time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from google.protobuf.message import Message
from steward.maintenance.v1 import asset_pb2, downtime_pb2, work_order_pb2

from services.maintenance.demo.equipment import Equipment, Unit
from services.maintenance.demo.failures import life
from services.maintenance.demo.people import staff_of
from services.maintenance.demo.plant import Factory, plant
from services.maintenance.demo.scene import Scene, record, stamp
from services.maintenance.demo.stock import Use, movements, parts_of
from services.maintenance.demo.upkeep import Upkeep, keep_up, upkeep_of
from services.maintenance.demo.work import Job, Workshop
from services.maintenance.records.rows import time_of

SEED = 19
"""What chance is made of; by this one, estimates from the records stray from the truth no more than is usual."""


def resources(now: datetime, seed: int = SEED) -> Iterator[Message]:
    """All resources of the demo plant.

    Args:
        now: The end of its history, cut to the full hour.
        seed: What chance is made of.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    for site in plant().sites:
        yield from _site(site, seed, hour)


def _site(site: Factory, seed: int, now: datetime) -> Iterator[Message]:
    scene = Scene(plant(), site, seed, now)
    equipment = Equipment(scene)
    staff = staff_of(scene, equipment.site.name)
    upkeep = list(upkeep_of(scene, equipment.units, staff))
    parts = parts_of(scene, equipment.site.name, _needed(equipment.units, upkeep))
    jobs = _jobs(Workshop(scene, staff, parts), equipment.units, upkeep)
    _note(scene, equipment.units, upkeep, jobs)
    taken = (Use(key, job.done, job.order.name, q) for job in jobs if job.done for key, q in job.parts.items())
    moved = list(movements(scene, parts, taken))
    yield from equipment.messages()
    for team in staff.values():
        yield from team.messages()
    yield from parts.values()
    yield from (each.plan for each in upkeep)
    yield from (job.order for job in jobs)
    yield from _downtimes(scene, jobs)
    yield from moved


def _needed(units: list[Unit], upkeep: list[Upkeep]) -> frozenset[str]:
    """What repairs and plans take from stock."""
    failures = {name for unit in units for name in unit.category.failures}
    repaired = (key for name in failures for key in plant().failures[name].parts)
    return frozenset((*repaired, *(key for each in upkeep for key in each.task.parts)))


def _jobs(workshop: Workshop, units: list[Unit], upkeep: list[Upkeep]) -> list[Job]:
    """The work of three years, by the time at which it was asked for."""
    repairs = [job for unit in units for job in life(workshop, unit)]
    # What is planned gives way to what has failed.
    planned = [job for each in upkeep for job in keep_up(workshop, each)]
    begin = workshop.scene.begin
    jobs = [job for job in (*repairs, *planned) if time_of(job.order.create_time) >= begin]
    jobs.sort(key=lambda job: (time_of(job.order.create_time), job.unit.id, job.order.plan))
    for number, job in enumerate(jobs, 1):
        job.order.name = f"workOrders/{workshop.scene.id('wo', f'{number:05}')}"
    return jobs


def _note(scene: Scene, units: list[Unit], upkeep: list[Upkeep], jobs: list[Job]) -> None:
    """Tells the assets whether they are in use, and when something is next to be done to them."""
    due: dict[str, list[datetime]] = defaultdict(list)
    for each in upkeep:
        if each.plan.HasField("next_due_time") and not each.plan.HasField("enabled"):
            due[each.unit.id].append(time_of(each.plan.next_due_time))
    for job in jobs:
        if job.order.state < work_order_pb2.WORK_ORDER_STATE_COMPLETED:
            due[job.unit.id].append(time_of(job.order.due_time))
    down = {job.unit.id for job in jobs if job.down and job.down[1] is None}
    for unit in units:
        if unit.id in due:
            unit.asset.next_maintenance_time.FromDatetime(min(due[unit.id]))
        unit.asset.status = _status(unit, is_down=unit.id in down, now=scene.now)


def _status(unit: Unit, *, is_down: bool, now: datetime) -> asset_pb2.AssetStatus.ValueType:
    if unit.until < now:
        return asset_pb2.ASSET_STATUS_RETIRED
    if is_down:
        return asset_pb2.ASSET_STATUS_DOWN
    return asset_pb2.ASSET_STATUS_STANDBY if unit.standby else asset_pb2.ASSET_STATUS_OPERATING


def _downtimes(scene: Scene, jobs: list[Job]) -> Iterator[downtime_pb2.Downtime]:
    stops = sorted(((*job.down, job) for job in jobs if job.down), key=lambda stop: (stop[0], stop[2].unit.id))
    for number, (start, end, job) in enumerate(stops, 1):
        yield downtime_pb2.Downtime(
            **record(f"downtimes/{scene.id('down', f'{number:05}')}", start, end, 2 if end else 1),
            asset=job.unit.asset.name,
            work_order=job.order.name,
            start_time=stamp(start),
            end_time=stamp(end) if end else None,
            planned=job.order.type != work_order_pb2.WORK_ORDER_TYPE_CORRECTIVE,
            reason=job.order.title,
        )
