"""The plans of the demo plant, and the orders that they have made so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from steward.maintenance.v1 import plan_pb2
from steward.maintenance.v1 import work_order_pb2 as pb

from services.maintenance.demo.equipment import Unit
from services.maintenance.demo.people import Staff
from services.maintenance.demo.plant import Craft, Task
from services.maintenance.demo.scene import Scene, after, lognormal, record, stamp, touch
from services.maintenance.demo.work import Job, Workshop
from services.maintenance.plans import first_after, following
from services.maintenance.records.rows import time_of

_SKIPPED = 0.03
"""Share of planned work that is cancelled."""

_LATE_D = 14.0
"""Mean days by which planned work is late, where it is."""

_FINDINGS = 0.08
"""Share of inspections that find something."""

_FOLLOW_UP_H = 2.0


@dataclass(frozen=True, slots=True)
class Upkeep:
    """A plan, and what it was made from."""

    plan: plan_pb2.Plan
    unit: Unit
    task: Task


def upkeep_of(scene: Scene, units: list[Unit], staff: Mapping[Craft, Staff]) -> Iterator[Upkeep]:
    """The plans of a site, without what follows from their orders."""
    for unit in units:
        for key, task in scene.plant.tasks.items():
            rng = scene.random("plan", unit.id, key)
            if unit.asset.category in task.categories and rng.random() < task.share:
                plan = _plan(scene, rng, unit, key, task)
                plan.team = staff[task.craft].team.name
                yield Upkeep(plan, unit, task)


def keep_up(workshop: Workshop, upkeep: Upkeep) -> Iterator[Job]:
    """All that has come of a plan; it is told when its next order is due."""
    plan, unit, now = upkeep.plan, upkeep.unit, workshop.scene.now
    lead = timedelta(days=plan.lead_time_d)
    due: datetime | None = time_of(plan.calendar.start_time)
    while due and due - lead <= min(now, unit.until):
        rng = workshop.scene.random("work", plan.name, due.date())
        job = _planned(workshop, upkeep, due, rng)
        yield job
        if job.done and upkeep.task.finding and rng.random() < _FINDINGS:
            yield _follow_up(workshop, upkeep, job.done, rng)
        due = _next(workshop.scene, plan, due, job)
    if due:
        plan.next_due_time.FromDatetime(due)


def _plan(scene: Scene, rng: Random, unit: Unit, key: str, task: Task) -> plan_pb2.Plan:
    language, made = scene.site.language, time_of(unit.asset.create_time)
    plan = plan_pb2.Plan(
        **record(f"plans/{unit.id}-{key}", made),
        display_name=after(f"{unit.asset.display_name}: ", task.title[language]),
        asset=unit.asset.name,
        lead_time_d=task.lead_d,
        title=task.title[language],
        description=task.description[language],
        type=pb.WorkOrderType.ValueType(task.type),
        priority=pb.WorkOrderPriority.ValueType(task.priority),
        estimated_h=task.hours,
        checklist=[pb.ChecklistItem(text=text) for text in task.checklist[language]],
    )
    plan.calendar.every = task.every
    plan.calendar.unit = plan_pb2.CalendarUnit.ValueType(task.unit)
    plan.calendar.basis = plan_pb2.CalendarBasis.ValueType(task.basis)
    # Those of a site are spread over the first interval.
    interval = following(plan.calendar, made, scene.zone) - made
    start = made + timedelta(days=task.lead_d + 1) + interval * rng.random()
    plan.calendar.start_time.FromDatetime(scene.at_eight(start))
    if unit.until < scene.now:
        plan.enabled = False
    return plan


def _planned(workshop: Workshop, upkeep: Upkeep, due: datetime, rng: Random) -> Job:
    """One order of a plan: done in time or late, or cancelled."""
    plan, task, scene = upkeep.plan, upkeep.task, workshop.scene
    made = due - timedelta(days=plan.lead_time_d)
    job = Job(_order(upkeep, made, due), upkeep.unit, task.parts)
    hours = lognormal(rng, task.hours, 0.25)
    late = timedelta(days=rng.expovariate(1 / _LATE_D)) * scene.site.pace
    in_time = made + (due - made) * rng.uniform(0.1, 0.85)
    ready = due + late if rng.random() < scene.site.late else in_time
    if rng.random() < _SKIPPED:
        _skip(scene, rng, job.order, due + late)
        return job
    begin = _free(scene, rng, upkeep.unit, ready, hours)
    if workshop.work(rng, job, task.craft, begin, hours):
        job.order.resolution = scene.phrase(rng, "done")
        for item in job.order.checklist:
            item.done = True
        if rng.random() < 0.2:
            rng.choice(job.order.checklist).note = scene.phrase(rng, "note")
    if task.stops and job.order.HasField("start_time"):
        job.stop(begin, scene.now)
    return job


def _order(upkeep: Upkeep, made: datetime, due: datetime) -> pb.WorkOrder:
    plan = upkeep.plan
    return pb.WorkOrder(
        **record("", made),
        title=plan.title,
        description=plan.description,
        asset=plan.asset,
        site=upkeep.unit.asset.site,
        type=plan.type,
        priority=plan.priority,
        state=pb.WORK_ORDER_STATE_OPEN,
        due_time=stamp(due),
        estimated_h=plan.estimated_h,
        team=plan.team,
        checklist=plan.checklist,
        plan=plan.name,
    )


def _skip(scene: Scene, rng: Random, order: pb.WorkOrder, ready: datetime) -> None:
    """Cancels an order, if that has come to pass."""
    time, reason = scene.working(rng, ready, 0), scene.phrase(rng, "skipped")
    if time <= scene.now:
        order.state, order.state_reason = pb.WORK_ORDER_STATE_CANCELLED, reason
        touch(order, time, 2)


def _free(scene: Scene, rng: Random, unit: Unit, ready: datetime, hours: float) -> datetime:
    """When planned work begins: while the asset has not failed, and while nothing else is done to it."""
    begin, length = scene.working(rng, ready, hours), timedelta(hours=hours)
    while clash := next((down for down in unit.down if down[0] <= begin + length and begin <= down[1]), None):
        begin = scene.working(rng, clash[1] + timedelta(minutes=1), hours)
    return begin


def _follow_up(workshop: Workshop, upkeep: Upkeep, found: datetime, rng: Random) -> Job:
    """The order that an inspection has led to."""
    assert upkeep.task.finding
    scene, unit, hours = workshop.scene, upkeep.unit, lognormal(rng, _FOLLOW_UP_H, 0.5)
    order = pb.WorkOrder(
        **record("", found),
        title=upkeep.task.finding[scene.site.language],
        asset=unit.asset.name,
        site=unit.asset.site,
        type=pb.WORK_ORDER_TYPE_PREDICTIVE,
        priority=pb.WORK_ORDER_PRIORITY_MEDIUM,
        report_time=stamp(found),
        due_time=stamp(found + timedelta(days=30)),
        estimated_h=_FOLLOW_UP_H,
    )
    job = Job(order, unit)
    begin = _free(scene, rng, unit, found + timedelta(days=rng.uniform(3, 35)), hours)
    if workshop.work(rng, job, upkeep.task.craft, begin, hours):
        order.resolution = scene.phrase(rng, "done")
    return job


def _next(scene: Scene, plan: plan_pb2.Plan, due: datetime, job: Job) -> datetime | None:
    """When the next order is due; None while the one is open that it is counted from."""
    if plan.calendar.basis != plan_pb2.CALENDAR_BASIS_COMPLETED:
        return first_after(plan.calendar, time_of(plan.calendar.start_time), scene.zone, due)
    if job.order.state == pb.WORK_ORDER_STATE_CANCELLED:
        return following(plan.calendar, time_of(job.order.update_time), scene.zone)
    return following(plan.calendar, job.done, scene.zone) if job.done else None
