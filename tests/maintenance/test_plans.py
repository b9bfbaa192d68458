"""Preventive plans (M-28, V-16): when orders are due by the site's clock, and that each is made once."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from steward.maintenance.v1 import plan_pb2, work_order_pb2
from steward.maintenance.v1.plan_service_pb2 import GenerateDueOrdersRequest
from steward.maintenance.v1.plan_service_pb2_grpc import PlanServiceStub
from steward.maintenance.v1.work_order_service_pb2 import ListWorkOrdersRequest
from steward.maintenance.v1.work_order_service_pb2_grpc import WorkOrderServiceStub

from services.kit.errors import InvalidRequest
from services.maintenance.plans import PlanServicer, first_after, following
from services.maintenance.records.records import Records
from services.maintenance.records.rows import time_of
from tests.maintenance.made import add, asset, kind, plant
from tests.maintenance.serving import served

MADRID = ZoneInfo("Europe/Madrid")
DAY, WEEK, MONTH, YEAR = (
    plan_pb2.CalendarUnit.Value(f"CALENDAR_UNIT_{unit}") for unit in ("DAY", "WEEK", "MONTH", "YEAR")
)
COMPLETED = plan_pb2.CALENDAR_BASIS_COMPLETED


class Clock:
    """A clock that tests set."""

    def __init__(self, text: str) -> None:
        self.time = utc(text)

    def __call__(self) -> datetime:
        return self.time


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stamp(text: str) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(utc(text))
    return found


def plan(start: str, every: int = 1, unit: int = MONTH, **fields: Any) -> plan_pb2.Plan:
    basis = fields.pop("basis", 0)
    trigger = plan_pb2.CalendarTrigger(every=every, unit=unit, start_time=stamp(start), basis=basis)
    known = {"display_name": "Oil", "asset": "assets/pump", "title": "Change the oil", "calendar": trigger}
    return plan_pb2.Plan(**{**known, **fields})


def servicer(records: Records, now: str) -> tuple[PlanServicer, Clock]:
    clock = Clock(now)
    return PlanServicer(records, None, clock), clock  # type: ignore[arg-type]  # it needs no threads here


def dues(orders: list[work_order_pb2.WorkOrder]) -> list[datetime]:
    return [time_of(order.due_time) for order in orders]


def next_due(records: Records, name: str = "plans/oil") -> datetime | None:
    found = records.get(kind(records, "Plan"), name)
    return time_of(found.next_due_time) if found.HasField("next_due_time") else None


@pytest.mark.parametrize(
    ("unit", "start", "later"),
    [
        (DAY, "2026-03-28T07:00", "2026-03-29T06:00"),  # eight o'clock in Madrid, before and after the clock changes
        (WEEK, "2026-10-20T06:00", "2026-10-27T07:00"),
        (DAY, "2026-03-28T01:30", "2026-03-29T01:30"),  # half past two, which the clock leaves out: half past three
        (DAY, "2026-10-24T00:30", "2026-10-25T00:30"),  # half past two, which comes twice: the first
        (MONTH, "2026-01-31T11:00", "2026-02-28T11:00"),
        (YEAR, "2028-02-29T11:00", "2029-02-28T11:00"),
    ],
)
def test_times_follow_the_clock_and_the_calendar_of_the_site(unit: int, start: str, later: str):
    trigger = plan_pb2.CalendarTrigger(every=1, unit=unit)
    assert following(trigger, utc(start), MADRID) == utc(later)


def test_the_end_of_a_month_does_not_wander():
    trigger, start = plan_pb2.CalendarTrigger(every=1, unit=MONTH), utc("2026-01-31T11:00")
    found = [start]
    for _ in range(3):
        found.append(first_after(trigger, start, MADRID, found[-1]))
    assert [time.astimezone(MADRID).day for time in found] == [31, 28, 31, 30]


@given(
    unit=st.sampled_from([DAY, WEEK, MONTH, YEAR]),
    every=st.integers(1, 5),
    start=st.integers(0, 2200).map(lambda day: utc("2020-01-01") + timedelta(days=day, minutes=day * 37)),
    hours=st.integers(-1000, 30_000),
    zone=st.sampled_from([MADRID, ZoneInfo("America/Santiago"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")]),
)
def test_the_first_time_after_another_is_just_that(unit: int, every: int, start: datetime, hours: int, zone: ZoneInfo):
    trigger, begin = plan_pb2.CalendarTrigger(every=every, unit=unit), start
    time = begin + timedelta(hours=hours)
    found = first_after(trigger, begin, zone, time)
    assert found > time or (hours < 0 and found == begin)
    number = next(number for number in range(2000) if following(trigger, begin, zone, number) == found)
    assert number == 0 or following(trigger, begin, zone, number - 1) <= time


def test_an_order_is_made_when_it_is_due_and_once(records: Records):
    plant(records)
    made = add(records, plan("2026-03-10T08:00", lead_time_d=2, checklist=[{"text": "Sample"}]), "oil")
    assert time_of(made.next_due_time) == utc("2026-03-10T08:00")
    plans, clock = servicer(records, "2026-03-08T07:59")
    assert plans.generate() == []
    clock.time = utc("2026-03-08T08:00")
    (order,) = plans.generate()
    assert (order.title, order.plan, order.asset, order.site) == (
        "Change the oil",
        "plans/oil",
        "assets/pump",
        "sites/north",
    )
    assert (order.type, order.checklist[0].text) == (work_order_pb2.WORK_ORDER_TYPE_PREVENTIVE, "Sample")
    assert dues([order]) == [utc("2026-03-10T08:00")]
    assert plans.generate() == []
    assert next_due(records) == utc("2026-04-10T07:00")
    assert time_of(records.get(kind(records, "Asset"), "assets/pump").next_maintenance_time) == utc("2026-03-10T08:00")


def test_callers_at_the_same_time_make_an_order_once(records: Records):
    plant(records)
    for number in range(5):
        add(records, plan("2026-03-01T08:00"), f"oil-{number}")
    plans, _ = servicer(records, "2026-03-02T00:00")
    made: list[Any] = []
    threads = [threading.Thread(target=lambda: made.extend(plans.generate())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(order.plan for order in made) == [f"plans/oil-{number}" for number in range(5)]


def test_orders_that_were_missed_do_not_pile_up(records: Records):
    plant(records)
    add(records, plan("2025-01-15T08:00"), "oil")
    plans, _ = servicer(records, "2026-03-20T00:00")
    assert dues(plans.generate()) == [utc("2026-03-15T08:00")]
    assert next_due(records) == utc("2026-04-15T07:00")


def test_counted_from_completion_the_next_waits_for_the_work(records: Records):
    plant(records)
    add(records, plan("2026-03-01T08:00", basis=COMPLETED), "oil")
    plans, _ = servicer(records, "2026-03-02T00:00")
    (order,) = plans.generate()
    assert next_due(records) is None
    assert plans.generate() == []

    def complete(_store: Any, each: Any) -> None:
        each.state = work_order_pb2.WORK_ORDER_STATE_COMPLETED
        each.complete_time.CopyFrom(stamp("2026-03-20T10:00"))

    records.change(kind(records, "WorkOrder"), order.name, "", complete)
    assert next_due(records) == utc("2026-04-20T09:00")


def test_a_plan_that_is_off_makes_nothing(records: Records):
    plant(records)
    add(records, plan("2026-03-01T08:00", enabled=False), "oil")
    plans, _ = servicer(records, "2026-03-02T00:00")
    assert plans.generate() == []
    assert not records.get(kind(records, "Asset"), "assets/pump").HasField("next_maintenance_time")
    records.update(kind(records, "Plan"), plan_pb2.Plan(name="plans/oil", enabled=True), FieldMask())
    assert len(plans.generate()) == 1


def test_another_calendar_goes_on_after_what_was_made(records: Records):
    plant(records)
    add(records, plan("2026-03-01T08:00"), "oil")
    plans, _ = servicer(records, "2026-03-02T00:00")
    plans.generate()
    weekly = plan("2026-03-01T08:00", unit=WEEK, name="plans/oil")
    records.update(kind(records, "Plan"), weekly, FieldMask(paths=["calendar"]))
    assert next_due(records) == utc("2026-03-08T08:00")


def test_an_order_that_was_deleted_is_not_made_again(records: Records):
    plant(records)
    add(records, plan("2026-03-01T08:00"), "oil")
    plans, _ = servicer(records, "2026-03-02T00:00")
    (order,) = plans.generate()
    records.delete(kind(records, "WorkOrder"), order.name)
    assert plans.generate() == []


def test_a_plan_needs_a_calendar(records: Records):
    plant(records)
    with pytest.raises(InvalidRequest) as refusal:
        add(records, plan_pb2.Plan(display_name="x", asset="assets/pump", title="x"))
    assert refusal.value.violations[0].field == "plan.trigger"


def test_a_plan_that_moves_tells_both_assets(records: Records):
    plant(records)
    add(records, asset(), "fan")
    add(records, plan("2026-03-01T08:00"), "oil")
    records.update(kind(records, "Plan"), plan_pb2.Plan(name="plans/oil", asset="assets/fan"), FieldMask())
    pump, fan = (records.get(kind(records, "Asset"), f"assets/{name}") for name in ("pump", "fan"))
    assert (pump.HasField("next_maintenance_time"), fan.HasField("next_maintenance_time")) == (False, True)


async def test_the_service_makes_them_by_itself_and_when_asked(tmp_path: Path):
    async with served(f"sqlite:///{tmp_path / 'records.db'}", plan_interval_s=0.05) as running:
        records = running.service.records
        plant(records)
        add(records, plan("2026-03-01T08:00", every=1000, unit=YEAR), "oil")
        orders: Any = WorkOrderServiceStub(running.channel)
        while not (await orders.ListWorkOrders(ListWorkOrdersRequest(plan="plans/oil"))).work_orders:
            await asyncio.sleep(0.02)
        plans: Any = PlanServiceStub(running.channel)
        assert not (await plans.GenerateDueOrders(GenerateDueOrdersRequest())).work_orders
