"""What is to be done soon: what is due, and what is likely to fail."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import fmean
from typing import Any

import sqlalchemy as sa
from google.protobuf.message import Message
from steward.maintenance.v1 import asset_pb2
from steward.maintenance.v1 import outlook_service_pb2 as pb
from steward.maintenance.v1 import work_order_pb2 as order_pb

from services.kit.workers import Workers
from services.maintenance.metrics.facts import DEFAULT_CURRENCY
from services.maintenance.records.errors import ResourceNotFound
from services.maintenance.records.listing import below
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Resource
from services.maintenance.reliability import Fit, fit
from services.maintenance.work_orders import ENDED

_DAY_S = 86400.0
_HORIZON_D = 90.0
_PAGE_SIZE = 50
_KEPT_S = 300.0
"""How long fits are used before they are made again."""
_HISTORY = timedelta(days=5 * 365)
"""Older failures say little of how things are maintained today."""
_UNLIKELY = 0.05
"""Failures less likely than this are not worth a line."""
_TAIL = 0.1
"""Chance below and above the interval of 80 %."""
_RATIOS = ((3.0, order_pb.WORK_ORDER_PRIORITY_URGENT), (1.0, order_pb.WORK_ORDER_PRIORITY_HIGH))
_MEDIUM_RATIO = 0.3
_CHANCES = ((0.5, order_pb.WORK_ORDER_PRIORITY_HIGH), (0.2, order_pb.WORK_ORDER_PRIORITY_MEDIUM))


@dataclass(slots=True)
class _Running:
    """An asset as far as its failures tell."""

    gaps: list[float] = field(default_factory=list)
    """Days that it ran between failures."""
    repaired: datetime | None = None
    """When its last failure was mended."""


@dataclass(frozen=True, slots=True)
class Experience:
    """What failures so far tell."""

    running: Mapping[str, _Running]
    """Assets by id."""
    fits: Mapping[str, Fit | None]
    """Times between failures by category."""
    costs: Mapping[tuple[str, str, int], float]
    """Mean costs of orders by category, currency and type."""


class OutlookServicer:
    """Looks ahead.

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
        kinds, tables = records.catalog.by_type, records.metadata.tables
        self._sites, self._assets = kinds["steward/Site"], kinds["steward/Asset"]
        self._tables = {name: tables[name] for name in ("site", "asset", "work_order", "plan")}
        self._experience: tuple[float, Experience] | None = None

    async def ListNeeds(self, request: pb.ListNeedsRequest, _: Any) -> Message:
        """What is due and what is likely to fail."""
        needs = await self._workers.run(lambda: self.needs(request))
        return pb.ListNeedsResponse(needs=needs[: request.page_size or _PAGE_SIZE], total_size=len(needs))

    def needs(self, request: pb.ListNeedsRequest) -> list[pb.Need]:
        """All needs, the most urgent first."""
        now, horizon = self._now(), timedelta(days=request.horizon_d or _HORIZON_D)
        with self._records.database.reading() as connection:
            experience = self._learned(connection, now)
            assets = self._chosen(connection, request)
            until = now + horizon
            found = [
                *self._orders(connection, assets, now, until),
                *self._plans(connection, assets, now, until),
                *(need for row in assets.values() if (need := _failure(row, experience, now, horizon))),
            ]
        for need in found:
            need.recommendation = _recommendation(need, request.language or "en")
        return sorted(found, key=lambda need: (-need.priority, need.days_until_maintenance, need.asset))

    def _chosen(self, connection: sa.Connection, request: pb.ListNeedsRequest) -> dict[str, Any]:
        """The assets that are asked for and in use, by id, with the currencies of their sites."""
        site, asset = self._tables["site"], self._tables["asset"]
        columns = (asset.c.id, asset.c.display_name, asset.c.category, asset.c.criticality, site.c.currency_code)
        statement = sa.select(*columns).join(site, asset.c.site_id == site.c.id)
        statement = statement.where(asset.c.status.is_distinct_from(asset_pb2.ASSET_STATUS_RETIRED))
        if request.site_id:
            statement = statement.where(asset.c.site_id == self._id(connection, self._sites, request.site_id))
        if request.asset_id:
            top = self._id(connection, self._assets, request.asset_id)
            statement = statement.where(asset.c.id.in_(below(self._assets, asset, top)))
        return {row.id: row for row in connection.execute(statement)}

    def _id(self, connection: sa.Connection, resource: Resource, given: str) -> str:
        name = given if "/" in given else resource.name(given)
        id_ = resource.id_of(name)
        table = self._records.metadata.tables[resource.table]
        if id_ is None or connection.scalar(sa.select(table.c.id).where(table.c.id == id_)) is None:
            raise ResourceNotFound(name[:100])
        return id_

    def _orders(
        self, connection: sa.Connection, assets: Mapping[str, Any], now: datetime, until: datetime
    ) -> Iterator[pb.Need]:
        order = self._tables["work_order"]
        statement = sa.select(order.c.id, order.c.asset_id, order.c.type, order.c.priority, order.c.due_time).where(
            order.c.state.not_in(ENDED), order.c.due_time < until
        )
        for row in connection.execute(statement):
            if row.asset_id in assets:
                yield _due(assets[row.asset_id], row, now, work_order=f"workOrders/{row.id}")

    def _plans(
        self, connection: sa.Connection, assets: Mapping[str, Any], now: datetime, until: datetime
    ) -> Iterator[pb.Need]:
        plan = self._tables["plan"]
        due_time = plan.c.next_due_time.label("due_time")
        statement = sa.select(plan.c.id, plan.c.asset_id, plan.c.type, plan.c.priority, due_time).where(
            plan.c.enabled.is_not(sa.false()), plan.c.next_due_time < until
        )
        for row in connection.execute(statement):
            if row.asset_id in assets:
                yield _due(assets[row.asset_id], row, now, plan=f"plans/{row.id}")

    def _learned(self, connection: sa.Connection, now: datetime) -> Experience:
        """What failures tell, not older than a few minutes."""
        if self._experience is None or time.monotonic() - self._experience[0] > _KEPT_S:
            self._experience = (time.monotonic(), self._learn(connection, now))
        return self._experience[1]

    def _learn(self, connection: sa.Connection, now: datetime) -> Experience:
        order, asset, site = (self._tables[name] for name in ("work_order", "asset", "site"))
        failed = sa.func.coalesce(order.c.report_time, order.c.start_time, order.c.create_time).label("failed")
        history = (
            sa.select(order.c.asset_id, asset.c.category, failed, order.c.complete_time)
            .join(asset, order.c.asset_id == asset.c.id)
            .where(
                order.c.type == order_pb.WORK_ORDER_TYPE_CORRECTIVE,
                order.c.state == order_pb.WORK_ORDER_STATE_COMPLETED,
                order.c.complete_time > now - _HISTORY,
            )
            .order_by(order.c.asset_id, order.c.complete_time)
        )
        running: dict[str, _Running] = defaultdict(_Running)
        categories: dict[str, str] = {}
        for row in connection.execute(history):
            one = running[row.asset_id]
            if one.repaired is not None and row.failed > one.repaired:
                one.gaps.append((row.failed - one.repaired).total_seconds() / _DAY_S)
            one.repaired = row.complete_time
            categories[row.asset_id] = row.category or ""
        costs = (
            sa.select(asset.c.category, site.c.currency_code, order.c.type, sa.func.avg(order.c.cost).label("mean"))
            .join(asset, order.c.asset_id == asset.c.id)
            .join(site, order.c.site_id == site.c.id)
            .where(order.c.complete_time > now - _HISTORY, order.c.cost.is_not(None))
            .group_by(asset.c.category, site.c.currency_code, order.c.type)
        )
        return Experience(
            dict(running),
            _fits(running, categories, now),
            {
                (row.category or "", row.currency_code or "", row.type): float(row.mean)
                for row in connection.execute(costs)
            },
        )


def _fits(running: Mapping[str, _Running], categories: Mapping[str, str], now: datetime) -> dict[str, Fit | None]:
    lasted: dict[str, list[float]] = defaultdict(list)
    still: dict[str, list[float]] = defaultdict(list)
    for id_, one in running.items():
        lasted[categories[id_]] += one.gaps
        still[categories[id_]].append(_age(one, now))
    return {category: fit(times, still[category]) for category, times in lasted.items()}


def _age(running: _Running, now: datetime) -> float:
    assert running.repaired
    return max(0.0, (now - running.repaired).total_seconds() / _DAY_S)


def _due(asset: Any, row: Any, now: datetime, work_order: str = "", plan: str = "") -> pb.Need:
    need = pb.Need(
        asset=f"assets/{asset.id}",
        asset_name=asset.display_name,
        type=row.type or order_pb.WORK_ORDER_TYPE_PREVENTIVE,
        priority=row.priority or order_pb.WORK_ORDER_PRIORITY_MEDIUM,
        days_until_maintenance=(row.due_time - now).total_seconds() / _DAY_S,
        confidence=1.0,
        currency_code=asset.currency_code or DEFAULT_CURRENCY,
        work_order=work_order,
        plan=plan,
    )
    need.due_time.FromDatetime(row.due_time)
    if need.days_until_maintenance < 0:
        need.priority = max(need.priority, order_pb.WORK_ORDER_PRIORITY_HIGH)
    return need


def _failure(asset: Any, experience: Experience, now: datetime, horizon: timedelta) -> pb.Need | None:
    """The need that follows from a likely failure; None if it is unlikely or nothing is known."""
    running = experience.running.get(asset.id)
    fitted = experience.fits.get(asset.category or "")
    if running is None or running.repaired is None or fitted is None:
        return None
    age, weibull = _age(running, now), fitted.weibull
    chance = weibull.failing_within(age, horizon.total_seconds() / _DAY_S)
    if chance < _UNLIKELY:
        return None
    days = weibull.remaining(age, 0.5)
    need = pb.Need(
        asset=f"assets/{asset.id}",
        asset_name=asset.display_name,
        type=order_pb.WORK_ORDER_TYPE_PREDICTIVE,
        days_until_maintenance=days,
        confidence=chance,
        currency_code=asset.currency_code or DEFAULT_CURRENCY,
        estimates=[*_mtbf(running), _weibull(fitted, now + timedelta(days=days))],
    )
    need.predicted_failure_time.FromDatetime(now + timedelta(days=days))
    need.failure_from.FromDatetime(now + timedelta(days=weibull.remaining(age, _TAIL)))
    need.failure_until.FromDatetime(now + timedelta(days=weibull.remaining(age, 1 - _TAIL)))
    kind = (asset.category or "", asset.currency_code or "")
    if (cost := experience.costs.get((*kind, order_pb.WORK_ORDER_TYPE_CORRECTIVE))) is not None:
        need.expected_cost = chance * cost
    if (acting := experience.costs.get((*kind, order_pb.WORK_ORDER_TYPE_PREVENTIVE))) is not None:
        need.acting_cost = acting
    need.priority = _priority(need)
    return need


def _mtbf(running: _Running) -> Iterator[pb.FailureEstimate]:
    if running.gaps and running.repaired:
        estimate = pb.FailureEstimate(method=pb.FailureEstimate.METHOD_MTBF, failures=len(running.gaps) + 1)
        estimate.time.FromDatetime(running.repaired + timedelta(days=fmean(running.gaps)))
        yield estimate


def _weibull(fitted: Fit, expected: datetime) -> pb.FailureEstimate:
    lower, upper = fitted.shape_interval
    estimate = pb.FailureEstimate(
        method=pb.FailureEstimate.METHOD_WEIBULL,
        failures=fitted.failures,
        shape=fitted.weibull.shape,
        shape_lower=lower,
        shape_upper=upper,
    )
    estimate.time.FromDatetime(expected)
    return estimate


def _priority(need: pb.Need) -> order_pb.WorkOrderPriority.ValueType:
    if need.expected_cost and need.acting_cost:
        ratio = need.expected_cost / need.acting_cost
        medium = order_pb.WORK_ORDER_PRIORITY_MEDIUM if ratio >= _MEDIUM_RATIO else order_pb.WORK_ORDER_PRIORITY_LOW
        return next((priority for least, priority in _RATIOS if ratio >= least), medium)
    known = (priority for least, priority in _CHANCES if need.confidence >= least)
    return next(known, order_pb.WORK_ORDER_PRIORITY_LOW)


_TEXTS: Mapping[str, Sequence[str]] = {
    "overdue": ("Do the overdue work as soon as possible.", "Realice cuanto antes el trabajo atrasado."),
    "due": ("Do the work by its due date.", "Realice el trabajo antes de su vencimiento."),
    "planned": ("Prepare the planned work.", "Prepare el trabajo planificado."),
    "wear": (
        "It is wearing out: overhaul or replace it before the predicted failure.",
        "Se está desgastando: revíselo o sustitúyalo antes del fallo previsto.",
    ),
    "early": (
        "It tends to fail soon after repairs: check how they are done.",
        "Tiende a fallar poco después de las reparaciones: compruebe cómo se hacen.",
    ),
    "chance": (
        "It fails by chance, so replacing it early does not help: inspect it and keep spare parts at hand.",
        "Falla por azar, así que sustituirlo antes no ayuda: inspecciónelo y tenga repuestos a mano.",
    ),
}
"""English and Spanish."""


def _recommendation(need: pb.Need, language: str) -> str:
    if need.type != order_pb.WORK_ORDER_TYPE_PREDICTIVE or need.work_order or need.plan:
        kind = "overdue" if need.days_until_maintenance < 0 else "planned" if need.plan else "due"
    else:
        weibull = need.estimates[-1]
        kind = "wear" if weibull.shape_lower > 1 else "early" if weibull.shape_upper < 1 else "chance"
    return _TEXTS[kind][language == "es"]
