"""What the metrics are: each once, as an expression over parts that the database adds up.

A part is an aggregate over the rows of one fact, such as the number of orders that were completed. Facts have columns
of their own (see `facts.py`), which parts name without a table; metrics name parts in the same way.

Terms are those of EN 13306, ratios those of EN 15341 and ISO 14224 where these have them. What the contract says of
each metric is its definition in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from steward.maintenance.v1 import metrics_pb2 as pb
from steward.maintenance.v1 import work_order_pb2

from services.maintenance.metrics.times import hours
from services.maintenance.records.tables import UtcTime

Expression = sa.ColumnElement[Any]


class Fact(Enum):
    """Something that is counted, at a time of its own."""

    FAILED = auto()
    """Corrective orders, when the failure was noticed."""
    COMPLETED = auto()
    """Completed orders, when they were."""
    DUE = auto()
    """Preventive orders, when they were due."""
    OPEN = auto()
    """Orders that are not completed at the end of the period, or of a month."""
    SERVICE = auto()
    """Assets, for the time in which they are in service."""
    DOWN = auto()
    """Downtimes, for the time in which their assets are in service and not down already."""


OF_ASSETS = frozenset({Fact.SERVICE, Fact.DOWN})
"""Facts that have an asset and no order."""


@dataclass(frozen=True, slots=True)
class Part:
    """A number that metrics are made of."""

    fact: Fact
    value: Expression
    """The aggregate over the fact's rows of one group."""
    merged: str = "sum"
    """The function that makes one number of those of several groups."""


def _number(name: str) -> Expression:
    return sa.column(name, sa.Double())


def _time(name: str) -> Expression:
    return sa.column(name, UtcTime())


def _count(*conditions: Expression) -> Expression:
    return sa.func.count().filter(*conditions) if conditions else sa.func.count()


_IS_CORRECTIVE = sa.column("type", sa.SmallInteger()) == work_order_pb2.WORK_ORDER_TYPE_CORRECTIVE
_HAS_BEGUN = _time("start_time") >= _time("report_time")
_REPAIR_H = sa.func.coalesce(_number("downtime_h"), hours(_time("start_time"), _time("complete_time")))
_CURRENCY = sa.column("currency", sa.String())

PARTS: Mapping[str, Part] = {
    "failures": Part(Fact.FAILED, _count()),
    "service_failures": Part(Fact.FAILED, _count(sa.column("in_service", sa.Boolean()))),
    "responses": Part(Fact.FAILED, _count(_HAS_BEGUN)),
    "response_h": Part(Fact.FAILED, sa.func.sum(hours(_time("report_time"), _time("start_time"))).filter(_HAS_BEGUN)),
    "completed": Part(Fact.COMPLETED, _count()),
    "unplanned": Part(Fact.COMPLETED, _count(_IS_CORRECTIVE)),
    "repairs": Part(Fact.COMPLETED, sa.func.count(_REPAIR_H).filter(_IS_CORRECTIVE)),
    "repair_h": Part(Fact.COMPLETED, sa.func.sum(_REPAIR_H).filter(_IS_CORRECTIVE)),
    "costs": Part(Fact.COMPLETED, sa.func.count(_number("cost"))),
    "cost": Part(Fact.COMPLETED, sa.func.sum(_number("cost"))),
    # Where these two differ, the cost is of several currencies.
    "currency": Part(Fact.COMPLETED, sa.func.min(_CURRENCY).filter(_number("cost").is_not(None)), "min"),
    "last_currency": Part(Fact.COMPLETED, sa.func.max(_CURRENCY).filter(_number("cost").is_not(None)), "max"),
    "labors": Part(Fact.COMPLETED, sa.func.count(_number("labor_h"))),
    "labor_h": Part(Fact.COMPLETED, sa.func.sum(_number("labor_h"))),
    "due": Part(Fact.DUE, _count()),
    "on_time": Part(Fact.DUE, _count(_time("complete_time") <= _time("due_time"))),
    "open": Part(Fact.OPEN, _count()),
    "overdue": Part(Fact.OPEN, _count(_time("due_time") < _time("until"))),
    "estimates": Part(Fact.OPEN, sa.func.count(_number("estimated_h"))),
    "estimated_h": Part(Fact.OPEN, sa.func.sum(_number("estimated_h"))),
    "assets": Part(Fact.SERVICE, _count()),
    "service_h": Part(Fact.SERVICE, sa.func.sum(_number("service_h"))),
    "downtimes": Part(Fact.DOWN, _count()),
    "downtime_h": Part(Fact.DOWN, sa.func.sum(_number("downtime_h"))),
    "unplanned_h": Part(Fact.DOWN, sa.func.sum(_number("unplanned_h"))),
}
"""All parts, by their names."""


@dataclass(frozen=True, slots=True)
class Definition:
    """How a metric is computed from parts."""

    value: Expression
    """NULL where the metric is not defined."""
    count: Expression
    """Number of orders, assets or downtimes that it was made from."""
    unit: str
    """UCUM code; empty for money, whose currency is a part."""

    @property
    def parts(self) -> frozenset[str]:
        """Names of the parts that it needs."""
        named = {
            element.name
            for expression in (self.value, self.count)
            for element in visitors.iterate(expression)
            if isinstance(element, sa.ColumnClause)
        }
        return frozenset(named if self.unit else named | {"currency", "last_currency"})

    @property
    def facts(self) -> frozenset[Fact]:
        """The facts that it rests on."""
        return frozenset(PARTS[name].fact for name in self.parts)


def _part(name: str) -> Expression:
    return sa.column(name, PARTS[name].value.type)


def _ratio(dividend: Expression, divisor: Expression) -> Expression:
    return dividend / sa.func.nullif(divisor, 0)


def _mean(total: Expression, count: str, unit: str) -> Definition:
    return Definition(_ratio(total, _part(count)), _part(count), unit)


def _total(total: str, count: str, unit: str) -> Definition:
    return Definition(sa.case((_part(count) > 0, _part(total))), _part(count), unit)


def _number_of(count: str) -> Definition:
    return Definition(_part(count), _part(count), "1")


def _up_h(down: str) -> Expression:
    # Both are sums of floating-point numbers, whose difference may come out just below nothing.
    up = _part("service_h") - _part(down)
    return sa.case((up > 0, up), else_=0.0)


METRICS: Mapping[int, Definition] = {
    pb.METRIC_FAILURES: _number_of("failures"),
    # Pooled over all assets, as ISO 14224 estimates it: the sum of their times by that of their failures.
    pb.METRIC_MTBF: _mean(_up_h("unplanned_h"), "service_failures", "h"),
    pb.METRIC_MTTR: _mean(_part("repair_h"), "repairs", "h"),
    pb.METRIC_AVAILABILITY: Definition(_ratio(_up_h("downtime_h"), _part("service_h")), _part("assets"), "1"),
    pb.METRIC_DOWNTIME: Definition(_part("downtime_h"), _part("downtimes"), "h"),
    pb.METRIC_RESPONSE_TIME: _mean(_part("response_h"), "responses", "h"),
    pb.METRIC_COMPLETED_ORDERS: _number_of("completed"),
    pb.METRIC_OPEN_ORDERS: _number_of("open"),
    pb.METRIC_OVERDUE_ORDERS: _number_of("overdue"),
    pb.METRIC_BACKLOG: _total("estimated_h", "estimates", "h"),
    # EN 15341: work orders performed as scheduled by scheduled work orders.
    pb.METRIC_PREVENTIVE_COMPLIANCE: _mean(_part("on_time"), "due", "1"),
    pb.METRIC_PLANNED_SHARE: _mean(_part("completed") - _part("unplanned"), "completed", "1"),
    pb.METRIC_COST: _total("cost", "costs", ""),
    pb.METRIC_LABOR: _total("labor_h", "labors", "h"),
}
"""All metrics, by their numbers, in the contract's order."""
