"""What metrics count: the rows of each fact, from the tables of the records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from steward.maintenance.v1 import asset_pb2, metrics_pb2
from steward.maintenance.v1 import work_order_pb2 as pb

from services.maintenance.metrics.definitions import Fact
from services.maintenance.metrics.times import Period, earlier, hours, later
from services.maintenance.records.listing import below
from services.maintenance.records.resources import Catalog, Resource

DEFAULT_CURRENCY = "EUR"
"""Of sites that name none, as their contract has it."""

_Expression = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Group:
    """What rows are told apart by: a field of the order, or else one of the asset, or else one of the site.

    Groups that have an order's field alone are not defined for facts of assets.
    """

    order: str = ""
    asset: str = ""
    site: str = ""

    @property
    def is_of_assets(self) -> bool:
        """Whether facts of assets can be told apart by it."""
        return bool(self.asset or self.site)


MONTH = metrics_pb2.METRIC_GROUP_MONTH
GROUPS: Mapping[int, Group] = {
    metrics_pb2.METRIC_GROUP_SITE: Group(order="site", asset="site"),
    metrics_pb2.METRIC_GROUP_ASSET: Group(order="asset", asset="name"),
    metrics_pb2.METRIC_GROUP_LOCATION: Group(asset="location"),
    metrics_pb2.METRIC_GROUP_CATEGORY: Group(asset="category"),
    metrics_pb2.METRIC_GROUP_CRITICALITY: Group(asset="criticality"),
    metrics_pb2.METRIC_GROUP_CURRENCY: Group(site="currency_code"),
    MONTH: Group(site="time_zone"),
    metrics_pb2.METRIC_GROUP_WORK_ORDER_TYPE: Group(order="type"),
    metrics_pb2.METRIC_GROUP_PRIORITY: Group(order="priority"),
    metrics_pb2.METRIC_GROUP_ASSIGNEE: Group(order="assignee"),
    metrics_pb2.METRIC_GROUP_TEAM: Group(order="team"),
    metrics_pb2.METRIC_GROUP_FAILURE_MODE: Group(order="failure_mode"),
    metrics_pb2.METRIC_GROUP_FAILURE_MECHANISM: Group(order="failure_mechanism"),
    metrics_pb2.METRIC_GROUP_FAILURE_CAUSE: Group(order="failure_cause"),
}
"""All groups, by their numbers. A month is that of the fact's own time, by the clock of the site."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What metrics are computed of; ids are empty where nothing is chosen by them."""

    period: Period
    site: str = ""
    asset: str = ""
    """What is part of it counts too."""
    category: str = ""
    groups: Sequence[int] = ()


class Facts:
    """The rows of facts within a scope, each with the columns that parts name and its keys: key_0, key_1.

    Orders are joined from the left with their assets and sites: where nothing of these is asked for, databases leave
    such joins out.

    Args:
        catalog: All kinds of resources.
        metadata: Their tables.
        scope: What is counted.
    """

    def __init__(self, catalog: Catalog, metadata: sa.MetaData, scope: Scope) -> None:
        kinds = {name: catalog.by_type[f"steward/{name}"] for name in ("WorkOrder", "Asset", "Site", "Downtime")}
        self._kinds = kinds
        self._orders, self._assets, self._sites, self._downtimes = (
            metadata.tables[kind.table] for kind in kinds.values()
        )
        self._scope = scope
        self._period = scope.period
        self._span = scope.period.table.c
        self._since = sa.func.coalesce(self._assets.c.in_service_time, self._assets.c.create_time)
        # One for all facts: two of the same name would not fit into one statement.
        self._within = below(kinds["Asset"], self._assets, scope.asset)
        self._is_used = self._assets.c.status.is_distinct_from(asset_pb2.ASSET_STATUS_RETIRED)

    def rows(self, fact: Fact) -> sa.Select[Any]:
        """The rows of a fact."""
        return _ROWS[fact](self)

    def months(self) -> sa.Select[Any]:
        """One row for each month of the period, as key_0."""
        return sa.select(self._span.month.label("key_0")).distinct()

    def failed(self) -> sa.Select[Any]:
        """See `Fact`."""
        noticed, done = self._noticed, self._orders.c.complete_time
        return self._of_orders(
            self._orders.c.type == pb.WORK_ORDER_TYPE_CORRECTIVE,
            self._is_within(noticed),
            # Follows from when it was noticed, and lets the database use an index.
            sa.or_(done >= self._period.start, done.is_(None)),
            time=noticed,
        )

    def completed(self) -> sa.Select[Any]:
        """See `Fact`."""
        time = self._orders.c.complete_time
        is_done = self._orders.c.state == pb.WORK_ORDER_STATE_COMPLETED
        return self._of_orders(is_done, self._is_within(time), time=time)

    def due(self) -> sa.Select[Any]:
        """See `Fact`."""
        time = self._orders.c.due_time
        is_preventive = self._orders.c.type == pb.WORK_ORDER_TYPE_PREVENTIVE
        return self._of_orders(is_preventive, self._is_within(time), time=time)

    def open(self) -> sa.Select[Any]:
        """See `Fact`."""
        noticed, done = self._noticed, self._orders.c.complete_time
        first = min(span.end for span in self._period.spans)
        return self._of_orders(
            noticed < self._span.until,
            sa.or_(done >= self._span.until, done.is_(None)),
            # Follows from the last line, and lets the database use an index.
            sa.or_(done >= first, done.is_(None)),
        )

    def service(self) -> sa.Select[Any]:
        """See `Fact`."""
        time = hours(later(self._since, self._span.start), self._span.until)
        return (
            sa.select(time.label("service_h"), *self._keys(self._of_asset))
            .select_from(self._with_site(self._assets).join(self._period.table, self._holds))
            .where(*self._chosen(self._assets.c.site_id), self._is_used, self._since < self._span.until)
        )

    def down(self) -> sa.Select[Any]:
        """See `Fact`.

        Of those of one asset that overlap, each counts from the latest end of the ones that began before.
        """
        table, span, period = self._downtimes.c, self._span, self._period
        end = earlier(table.end_time, span.until)
        start = later(self._since, later(span.start, table.start_time))
        is_unplanned = table.planned.is_distinct_from(sa.true())
        before: dict[str, Any] = {
            "partition_by": table.asset_id,
            "order_by": (start, table.id),
            "rows": (None, -1),
        }
        cut = (
            sa.select(
                start.label("start"),
                end.label("until"),
                is_unplanned.label("is_unplanned"),
                sa.func.max(end).over(**before).label("counted"),
                sa.func.max(sa.case((is_unplanned, end))).over(**before).label("counted_unplanned"),
                *self._keys(self._of_asset),
            )
            .select_from(
                self._with_site(self._downtimes.join(self._assets, self._assets.c.id == table.asset_id)).join(
                    period.table, self._holds
                )
            )
            .where(
                *self._chosen(self._assets.c.site_id),
                self._is_used,
                start < end,
                # These follow from the last line, and let the database use an index.
                table.start_time < period.end,
                sa.or_(table.end_time > period.start, table.end_time.is_(None)),
            )
            .subquery("cut")
        )
        unplanned_h = sa.case((cut.c.is_unplanned, _rest(cut, cut.c.counted_unplanned)), else_=0.0)
        keys = [column for column in cut.c if column.name.startswith("key_")]
        return sa.select(_rest(cut, cut.c.counted).label("downtime_h"), unplanned_h.label("unplanned_h"), *keys)

    @property
    def _reported(self) -> _Expression:
        return sa.func.coalesce(self._orders.c.report_time, self._orders.c.create_time)

    @property
    def _noticed(self) -> _Expression:
        # What is recorded after the work was created later than it began.
        begun = earlier(self._orders.c.start_time, self._reported)
        return earlier(self._orders.c.complete_time, begun)

    def _of_orders(self, *conditions: _Expression, time: _Expression | None = None) -> sa.Select[Any]:
        """Orders that were not cancelled.

        Args:
            conditions: Which ones.
            time: The time whose month counts; None to count each in all spans that the conditions allow.
        """
        orders, assets, sites = self._orders, self._assets, self._sites
        source = orders.outerjoin(assets, assets.c.id == orders.c.asset_id)
        source = source.outerjoin(sites, sites.c.id == orders.c.site_id)
        names = ("type", "start_time", "complete_time", "due_time", "cost", "labor_h", "downtime_h", "estimated_h")
        columns = [
            *(orders.c[name] for name in names),
            self._reported.label("report_time"),
            sa.func.coalesce(sites.c.currency_code, DEFAULT_CURRENCY).label("currency"),
            # Where the asset has moved since, the time in service is that of another site.
            sa.and_(self._is_used, self._noticed >= self._since, assets.c.site_id == orders.c.site_id).label(
                "in_service"
            ),
        ]
        if time is None:
            source = source.join(self._period.table, self._holds)
            columns.append(self._span.until.label("until"))
        return (
            sa.select(*columns, *self._keys(self._of_order, time))
            .select_from(source)
            .where(
                orders.c.state.is_distinct_from(pb.WORK_ORDER_STATE_CANCELLED),
                *self._chosen(orders.c.site_id, orders.c.asset_id),
                *conditions,
            )
        )

    def _chosen(self, site: _Expression, asset: _Expression | None = None) -> list[_Expression]:
        """The conditions of the scope."""
        scope, assets = self._scope, self._assets
        conditions = []
        if scope.site:
            conditions.append(site == scope.site)
        if scope.asset:
            conditions.append((assets.c.id if asset is None else asset).in_(self._within))
        if scope.category:
            conditions.append(assets.c.category == scope.category)
        return conditions

    def _is_within(self, time: _Expression) -> _Expression:
        return sa.and_(time >= self._period.start, time < self._period.end)

    @property
    def _holds(self) -> _Expression:
        return self._period.holds(self._sites.c.time_zone)

    def _with_site(self, source: sa.FromClause) -> sa.FromClause:
        return source.outerjoin(self._sites, self._sites.c.id == self._assets.c.site_id)

    def _keys(self, column_of: Callable[[Group], _Expression], time: _Expression | None = None) -> list[sa.Label[Any]]:
        found = []
        for number, group in enumerate(self._scope.groups):
            if group != MONTH:
                key = column_of(GROUPS[group])
            else:
                key = self._span.month if time is None else self._period.month_of(time, self._sites.c.time_zone)
            found.append(key.label(f"key_{number}"))
        return found

    def _of_order(self, group: Group) -> _Expression:
        return self._column("WorkOrder", self._orders, group.order) if group.order else self._of_asset(group)

    def _of_asset(self, group: Group) -> _Expression:
        if group.asset:
            return self._column("Asset", self._assets, group.asset)
        return sa.func.coalesce(self._sites.c.currency_code, DEFAULT_CURRENCY)

    def _column(self, kind: str, table: sa.Table, field: str) -> _Expression:
        resource: Resource = self._kinds[kind]
        return table.c[resource.fields[field].column]


def _rest(cut: sa.Subquery, counted: _Expression) -> _Expression:
    """The hours of a downtime that no earlier one has."""
    start = later(counted, cut.c.start)
    return sa.case((start < cut.c.until, hours(start, cut.c.until)), else_=0.0)


_ROWS: Mapping[Fact, Callable[[Facts], sa.Select[Any]]] = {
    Fact.FAILED: Facts.failed,
    Fact.COMPLETED: Facts.completed,
    Fact.DUE: Facts.due,
    Fact.OPEN: Facts.open,
    Fact.SERVICE: Facts.service,
    Fact.DOWN: Facts.down,
}
