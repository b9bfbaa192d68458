"""The RPC that computes metrics."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from steward.errors.v1 import reason_pb2
from steward.maintenance.v1 import metrics_pb2 as pb
from steward.maintenance.v1 import metrics_service_pb2 as service_pb

from services.kit.paging import page
from services.kit.workers import Workers
from services.maintenance.metrics.definitions import METRICS, OF_ASSETS
from services.maintenance.metrics.facts import GROUPS, MONTH, Scope
from services.maintenance.metrics.query import statement
from services.maintenance.metrics.times import Period, month_start
from services.maintenance.records.errors import ResourceNotFound, field_error
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Field, Kind
from services.maintenance.records.rows import time_of
from services.maintenance.records.store import Store

MAX_GROUPS = 10_000
MAX_MONTHS = 120
_MAX_SPANS = 2000
"""Months times clocks: databases take a limited number of parameters."""
_DEFAULT_PERIOD = timedelta(days=365)
_LONGEST_MONTH = timedelta(days=31)


class MetricsServicer:
    """Computes metrics.

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

    async def ComputeMetrics(self, request: service_pb.ComputeMetricsRequest, _: Any) -> Message:
        """Computes metrics over a period, as a whole or by group."""
        return await self._workers.run(lambda: self.compute(request))

    def compute(self, request: service_pb.ComputeMetricsRequest) -> service_pb.ComputeMetricsResponse:
        """Computes metrics; waits for the database.

        Raises:
            ResourceNotFound: There is no such site or asset.
            InvalidRequest: The period, the groups or the metrics do not fit together.
        """
        metrics = _metrics(request)
        with self._records.database.reading() as connection:
            store = self._records.store(connection)
            scope = self._scope(store, request)
            query = statement(store.catalog, self._records.metadata, scope, metrics)
            found = connection.execute(query.limit(MAX_GROUPS + 1)).mappings().all()
            if len(found) > MAX_GROUPS:
                raise field_error(
                    "group_by",
                    f"gives more than {MAX_GROUPS} groups; choose a site, an asset or a category, or group by less",
                    reason_pb2.REASON_FIELD_OUT_OF_RANGE,
                )
            metrics = _without_mixed_money(request, metrics, found)
            shown, token = page(found, request.page_size, request.page_token)
            keys = _Keys(store, scope)
            names = keys.display_names(shown)
            rows = [
                pb.MetricRow(keys=keys.of(row, names), values=[_value(metric, row) for metric in metrics])
                for row in shown
            ]
        return service_pb.ComputeMetricsResponse(
            rows=rows,
            next_page_token=token,
            start_time=_timestamp(scope.period.start),
            end_time=_timestamp(scope.period.end),
        )

    def _scope(self, store: Store, request: service_pb.ComputeMetricsRequest) -> Scope:
        site = _existing(store, "steward/Site", "site", request.site)
        asset = _existing(store, "steward/Asset", "asset", request.asset)
        groups = list(request.group_by)
        start, end = self._ends(request)
        period = _by_month(store, site, start, end) if MONTH in groups else Period.whole(start, end)
        return Scope(period, site, asset, request.category, groups)

    def _ends(self, request: service_pb.ComputeMetricsRequest) -> tuple[datetime, datetime]:
        """When the period begins and ends."""
        end = self._now()
        if request.HasField("end_time"):
            end = min(end, time_of(request.end_time))
        start = time_of(request.start_time) if request.HasField("start_time") else end - _DEFAULT_PERIOD
        if start >= end:
            raise field_error(
                "start_time",
                f"is not before the end of the period, {end:%Y-%m-%dT%H:%M:%SZ}; give an earlier one",
                reason_pb2.REASON_FIELDS_INCONSISTENT,
            )
        return start, end


class _Keys:
    """What rows say of their groups.

    Args:
        store: The transaction.
        scope: What is counted, and by which groups.
    """

    def __init__(self, store: Store, scope: Scope) -> None:
        self._store = store
        self._scope = scope
        self._fields = [_field(store, group) for group in scope.groups]

    def display_names(self, rows: Iterable[Mapping[Any, Any]]) -> Mapping[str, str]:
        """What people call the resources that rows are of, by their names."""
        rows = list(rows)
        found: dict[str, str] = {}
        for number, field in enumerate(self._fields):
            if (target := self._target(field)) is not None:
                ids = {row[f"key_{number}"] for row in rows} - {None}
                table = self._store.table(target)
                statement = sa.select(table.c.id, table.c.display_name).where(table.c.id.in_(ids))
                found.update((target.name(id_), name) for id_, name in self._store.connection.execute(statement))
        return found

    def of(self, row: Mapping[Any, Any], names: Mapping[str, str]) -> list[pb.MetricKey]:
        """The keys of a row."""
        return [
            self._key(group, field, row[f"key_{number}"], names)
            for number, (group, field) in enumerate(zip(self._scope.groups, self._fields, strict=True))
        ]

    def _key(self, group: int, field: Field, value: Any, names: Mapping[str, str]) -> pb.MetricKey:
        key = pb.MetricKey(group=group)  # type: ignore[arg-type]  # a number is a value of the enum
        if value is None:
            return key
        if group == MONTH:
            key.value = f"{value // 12:04}-{value % 12 + 1:02}"
            zones = {span.zone for span in self._scope.period.spans}
            key.start_time.CopyFrom(_timestamp(min(month_start(value, zone) for zone in zones)))
        elif (target := self._target(field)) is not None:
            key.value = target.name(value)
            key.display_name = names.get(key.value, "")
        elif field.kind is Kind.CHOICE:
            assert field.descriptor.enum_type is not None
            key.value = field.descriptor.enum_type.values_by_number[value].name
        else:
            key.value = value
        return key

    def _target(self, field: Field) -> Any:
        """The kind of resource that a field names."""
        if field.kind is Kind.NAME:
            return self._store.catalog.by_type["steward/Asset"]
        return self._store.catalog.target(field) if field.kind is Kind.REFERENCE else None


def _field(store: Store, group: int) -> Field:
    found, kinds = GROUPS[group], store.catalog.by_type
    if found.order:
        return kinds["steward/WorkOrder"].fields[found.order]
    if found.asset:
        return kinds["steward/Asset"].fields[found.asset]
    return kinds["steward/Site"].fields[found.site]


def _existing(store: Store, kind: str, field: str, name: str) -> str:
    """The id of a resource that is there; empty if none is named."""
    if not name:
        return ""
    resource = store.catalog.by_type[kind]
    id_ = resource.checked_id(name, field)
    if store.read(resource, id_) is None:
        raise ResourceNotFound(name)
    return id_


def _by_month(store: Store, site: str, start: datetime, end: datetime) -> Period:
    """The period by months, by the clock of one site or of all."""
    table = store.table(store.catalog.by_type["steward/Site"])
    statement = sa.select(table.c.time_zone).distinct().order_by(table.c.time_zone)
    statement = statement.where(table.c.id == site) if site else statement
    zones = list(store.connection.scalars(statement)) or ["UTC"]
    most = min(MAX_MONTHS, _MAX_SPANS // len(zones))
    if end - start > most * _LONGEST_MONTH:
        raise field_error(
            "start_time",
            f"is more than {most} months before the end; give a later one, choose a site, or do not group by month",
            reason_pb2.REASON_FIELD_OUT_OF_RANGE,
        )
    return Period.by_month(start, end, zones)


def _metrics(request: service_pb.ComputeMetricsRequest) -> list[int]:
    """The metrics that are asked for, or all that can be told for the groups."""
    of_orders = [group for group in request.group_by if not GROUPS[group].is_of_assets]
    if not request.metrics:
        return [metric for metric, definition in METRICS.items() if not of_orders or not definition.facts & OF_ASSETS]
    for metric in request.metrics:
        if of_orders and METRICS[metric].facts & OF_ASSETS:
            raise field_error(
                "metrics",
                f"{pb.Metric.Name(metric)} is of assets, so it has no {pb.MetricGroup.Name(of_orders[0])}; "
                "leave out one of them",
                reason_pb2.REASON_FIELDS_INCONSISTENT,
            )
    return list(request.metrics)


def _without_mixed_money(
    request: service_pb.ComputeMetricsRequest, metrics: Sequence[int], rows: Iterable[Mapping[Any, Any]]
) -> list[int]:
    """The metrics without costs where these are of several currencies and were not asked for."""
    money = [metric for metric in metrics if not METRICS[metric].unit]
    mixed = next((row for row in rows if money and row["currency"] != row["last_currency"]), None)
    if mixed is None:
        return list(metrics)
    if request.metrics:
        raise field_error(
            "group_by",
            f"costs are in {mixed['currency']} and {mixed['last_currency']}, which cannot be added up; group by "
            "METRIC_GROUP_CURRENCY or METRIC_GROUP_SITE, or choose a site",
            reason_pb2.REASON_FIELDS_INCONSISTENT,
        )
    return [metric for metric in metrics if metric not in money]


def _value(metric: int, row: Mapping[Any, Any]) -> pb.MetricValue:
    found = pb.MetricValue(
        metric=metric,  # type: ignore[arg-type]  # a number is a value of the enum
        unit=METRICS[metric].unit or row["currency"] or "",
        count=int(row[f"count_{metric}"]),
    )
    value = row[f"value_{metric}"]
    if value is not None and math.isfinite(value):
        found.value = float(value)
    return found


def _timestamp(time: datetime) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(time)
    return found
