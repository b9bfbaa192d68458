"""Times in the database: how far apart they are, and which month they are of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from services.maintenance.records.tables import UtcTime

_Time = sa.ColumnElement[Any]


class hours(FunctionElement[float]):  # noqa: N801 - it stands in expressions as other functions do
    """The hours from one time to another."""

    type = sa.Double()
    inherit_cache = True


@compiles(hours, "sqlite")
def _hours_by_sqlite(element: hours, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((julianday({end}) - julianday({start})) * 24)"


@compiles(hours, "postgresql")
def _hours_by_postgresql(element: hours, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST(extract(epoch FROM ({end}) - ({start})) AS double precision) / 3600)"


def later(one: _Time, other: _Time) -> _Time:
    """The later of two times; the second if the first is not known."""
    return sa.case((one > other, one), else_=other)


def earlier(one: _Time, other: _Time) -> _Time:
    """The earlier of two times; the second if the first is not known."""
    return sa.case((one < other, one), else_=other)


@dataclass(frozen=True, slots=True)
class Span:
    """The period, or what it has of a month."""

    zone: str
    """Time zone by whose clock it is a month; empty for the period."""
    month: int
    """Number of the calendar month since that of year 0; 0 for the period."""
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Period:
    """From when to when metrics are computed, and its months by the sites' clocks if they are told apart."""

    start: datetime
    end: datetime
    spans: Sequence[Span]

    @classmethod
    def whole(cls, start: datetime, end: datetime) -> Period:
        """A period whose months are not told apart."""
        return cls(start, end, [Span("", 0, start, end)])

    @classmethod
    def by_month(cls, start: datetime, end: datetime, zones: Iterable[str]) -> Period:
        """A period by months.

        Boundaries are counted here rather than by the database: SQLite knows no time zones.

        Args:
            start: When it begins.
            end: When it ends.
            zones: Time zones of all sites whose records are looked at.
        """
        return cls(start, end, [span for zone in zones for span in _months(zone, start, end)])

    def month_of(self, time: _Time, zone: _Time) -> _Time:
        """The number of the month that a time within the period is of, by a zone's clock."""
        by_zone: dict[str, list[Span]] = {}
        for span in self.spans:
            by_zone.setdefault(span.zone, []).append(span)
        return sa.case(
            *((zone == name, _month_among(time, spans)) for name, spans in by_zone.items()),
            else_=sa.null(),
        )

    @cached_property
    def table(self) -> sa.CTE:
        """The spans as rows."""
        columns: list[sa.ColumnClause[Any]] = [
            sa.column("zone", sa.String()),
            sa.column("month", sa.Integer()),
            sa.column("start", UtcTime()),
            sa.column("until", UtcTime()),
        ]
        rows = [(span.zone, span.month, span.start, span.end) for span in self.spans]
        return sa.values(*columns, name="span").data(rows).cte("span")

    def holds(self, zone: _Time) -> _Time:
        """The condition that a row of `table` is of a zone's clock."""
        return sa.or_(self.table.c.zone == "", self.table.c.zone == zone)


def month_start(month: int, zone: str) -> datetime:
    """When a month begins by a zone's clock."""
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _months(zone: str, start: datetime, end: datetime) -> Iterator[Span]:
    local = start.astimezone(ZoneInfo(zone))
    month = local.year * 12 + local.month - 1
    while (begin := month_start(month, zone)) < end:
        yield Span(zone, month, max(begin, start), min(month_start(month + 1, zone), end))
        month += 1


def _month_among(time: _Time, spans: Sequence[Span]) -> _Time:
    before = [(time < following.start, span.month) for span, following in pairwise(spans)]
    last = sa.literal(spans[-1].month)
    return sa.case(*before, else_=last) if before else last
