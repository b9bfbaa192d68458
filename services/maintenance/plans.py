"""Preventive plans: when their orders are due, and the orders themselves, each made once."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from google.protobuf.message import Message
from steward.maintenance.v1 import plan_pb2, work_order_pb2
from steward.maintenance.v1 import plan_service_pb2 as plan_service

from services.kit.workers import Workers
from services.maintenance.records.records import Records, Rules, new_id
from services.maintenance.records.resources import id_in
from services.maintenance.records.rows import time_of
from services.maintenance.records.store import Store
from services.maintenance.work_orders import ENDED

_DAYS = {plan_pb2.CALENDAR_UNIT_DAY: 1, plan_pb2.CALENDAR_UNIT_WEEK: 7}
_MONTHS = {plan_pb2.CALENDAR_UNIT_MONTH: 1, plan_pb2.CALENDAR_UNIT_YEAR: 12}
_LONGEST_LEAD = timedelta(days=366)
"""As the contract has it."""


def following(trigger: plan_pb2.CalendarTrigger, start: datetime, zone: ZoneInfo, number: int = 1) -> datetime:
    """A later time of a calendar's trigger: the same time of day by the site's clock.

    A day that a month does not have is its last one. A time that the clock leaves out is as much later; of one that
    comes twice it is the first.

    Args:
        trigger: How far apart times are.
        start: A time of it.
        zone: The site's clock.
        number: How many steps later.
    """
    local = start.astimezone(zone).replace(tzinfo=None)
    if trigger.unit in _DAYS:
        later = local + timedelta(days=_DAYS[trigger.unit] * trigger.every * number)
    else:
        months = local.year * 12 + local.month - 1 + _MONTHS[trigger.unit] * trigger.every * number
        year, month = months // 12, months % 12 + 1
        later = local.replace(year=year, month=month, day=min(local.day, calendar.monthrange(year, month)[1]))
    return later.replace(tzinfo=zone).astimezone(UTC)


def first_after(trigger: plan_pb2.CalendarTrigger, start: datetime, zone: ZoneInfo, time: datetime) -> datetime:
    """The first time of a calendar's trigger that is later than a time.

    All are counted from the start: the last of January is followed by the last of February and the last of March.
    """
    if time < start:
        return start
    days = _DAYS.get(trigger.unit) or _MONTHS[trigger.unit] * 31
    number = max(0, (time - start).days // (days * trigger.every) - 1)
    while (found := following(trigger, start, zone, number)) <= time:
        number += 1
    return found


class PlanRules(Rules):
    """When a plan's next order is due follows from its calendar and from the orders that it has made."""

    def settle(self, _store: Store, _before: Any, after: Any) -> None:
        """See `Rules`."""
        if not after.calendar.HasField("start_time"):
            after.calendar.start_time.GetCurrentTime()

    def follow(self, store: Store, before: Any, after: Any) -> None:
        """See `Rules`."""
        if after is not None and (before is None or before.calendar != after.calendar):
            note_next_due(store, after)
        for asset in {plan.asset for plan in (before, after) if plan is not None}:
            note_next_maintenance(store, asset)


def note_next_due(store: Store, plan: plan_pb2.Plan) -> None:
    """Writes down when a plan's next order is due."""
    table = store.table(store.catalog.by_type["steward/Plan"])
    due = table.update().where(table.c.id == id_in(plan.name)).values(next_due_time=_next_due(store, plan))
    store.connection.execute(due)


def note_next_maintenance(store: Store, asset: str) -> None:
    """Writes down when something is next to be done to an asset: an open order, or a plan's next one."""
    kinds = store.catalog.by_type
    plans, orders = store.table(kinds["steward/Plan"]), store.table(kinds["steward/WorkOrder"])
    assets = store.table(kinds["steward/Asset"])
    is_open = sa.and_(orders.c.asset_id == id_in(asset), orders.c.state.not_in(ENDED))
    is_planned = sa.and_(plans.c.asset_id == id_in(asset), plans.c.enabled.is_not(sa.false()))
    times = [
        store.connection.scalar(sa.select(sa.func.min(orders.c.due_time)).where(is_open)),
        store.connection.scalar(sa.select(sa.func.min(plans.c.next_due_time)).where(is_planned)),
    ]
    earliest = min((time for time in times if time), default=None)
    store.connection.execute(assets.update().where(assets.c.id == id_in(asset)).values(next_maintenance_time=earliest))


class PlanServicer:
    """Makes the orders of plans.

    Args:
        records: The resources.
        workers: Threads that wait for the database.
        now: The time.
    """

    def __init__(
        self, records: Records, workers: Workers, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._records = records
        self._workers = workers
        self._now = now
        self._plans = records.catalog.by_type["steward/Plan"]
        self._orders = records.catalog.by_type["steward/WorkOrder"]

    async def GenerateDueOrders(self, _request: Any, _: Any) -> Message:
        """Makes the orders that are due."""
        return plan_service.GenerateDueOrdersResponse(work_orders=await self._workers.run(self.generate))

    def generate(self) -> list[work_order_pb2.WorkOrder]:
        """Makes the orders that are due, each in one transaction with a look at its plan, so that it is made once."""
        made = []
        for id_ in self._candidates():
            with self._records.database.writing() as connection:
                store = self._records.store(connection)
                plan = store.read(self._plans, id_, lock=True)
                if plan is not None and self._is_due(plan):
                    order = self._order(store, plan)
                    self._records.add(store, self._orders, order)
                    made.append(order)
        return made

    def _candidates(self) -> list[str]:
        table = self._records.metadata.tables[self._plans.table]
        soon = sa.and_(table.c.next_due_time <= self._now() + _LONGEST_LEAD, table.c.enabled.is_not(sa.false()))
        with self._records.database.reading() as connection:
            return list(connection.scalars(sa.select(table.c.id).where(soon).order_by(table.c.next_due_time)))

    def _is_due(self, plan: plan_pb2.Plan) -> bool:
        if not plan.HasField("next_due_time") or (plan.HasField("enabled") and not plan.enabled):
            return False
        return time_of(plan.next_due_time) - timedelta(days=plan.lead_time_d) <= self._now()

    def _order(self, store: Store, plan: plan_pb2.Plan) -> work_order_pb2.WorkOrder:
        order = work_order_pb2.WorkOrder(
            name=self._orders.name(new_id()),
            title=plan.title,
            description=plan.description,
            asset=plan.asset,
            type=plan.type or work_order_pb2.WORK_ORDER_TYPE_PREVENTIVE,
            priority=plan.priority,
            team=plan.team,
            checklist=plan.checklist,
            plan=plan.name,
            demo=plan.demo,
        )
        if plan.HasField("estimated_h"):
            order.estimated_h = plan.estimated_h
        order.due_time.FromDatetime(self._latest_missed(store, plan))
        return order

    def _latest_missed(self, store: Store, plan: plan_pb2.Plan) -> datetime:
        """When the order is due: of several that nobody made in time, the last, so that they do not pile up."""
        due, start = time_of(plan.next_due_time), time_of(plan.calendar.start_time)
        if plan.calendar.basis == plan_pb2.CALENDAR_BASIS_COMPLETED:
            return due
        zone = _zone(store, plan)
        while (later := first_after(plan.calendar, start, zone, due)) <= self._now():
            due = later
        return due


def _next_due(store: Store, plan: plan_pb2.Plan) -> datetime | None:
    """When the next order is due; None while the one is open that it is counted from."""
    start, zone = time_of(plan.calendar.start_time), _zone(store, plan)
    orders = store.table(store.catalog.by_type["steward/WorkOrder"])
    ended = sa.func.coalesce(orders.c.complete_time, orders.c.update_time)
    made = sa.select(
        sa.func.max(orders.c.due_time), sa.func.max(ended), sa.func.count().filter(orders.c.state.not_in(ENDED))
    ).where(orders.c.plan_id == id_in(plan.name))
    latest, done, open_ = store.connection.execute(made).one()
    if latest is None:
        return start
    if plan.calendar.basis != plan_pb2.CALENDAR_BASIS_COMPLETED:
        return first_after(plan.calendar, start, zone, latest)
    return None if open_ else following(plan.calendar, done, zone)


def _zone(store: Store, plan: plan_pb2.Plan) -> ZoneInfo:
    kinds = store.catalog.by_type
    asset = store.read(kinds["steward/Asset"], id_in(plan.asset))
    return ZoneInfo(store.read(kinds["steward/Site"], id_in(asset.site)).time_zone)
