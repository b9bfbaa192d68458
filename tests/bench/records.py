"""Figures of records: REST over a million work orders in PostgreSQL, found by indexes."""

from __future__ import annotations

import itertools
import json
from http.client import HTTPConnection
from time import perf_counter
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from steward.maintenance.v1 import asset_service_pb2 as assets
from steward.maintenance.v1 import work_order_pb2 as order_pb
from steward.maintenance.v1 import work_order_service_pb2 as orders

from services.maintenance.migrations import migrate
from services.maintenance.records.database import Database
from services.maintenance.records.listing import Listing
from services.maintenance.records.records import Records
from tests.bench.figures import stack_on_free_ports
from tests.bench.measure import Result, median, percentile
from tests.maintenance import postgres
from tests.maintenance.made import add, kind, records_in, site

ORDERS = 1_000_000
SITES, ASSETS = 20, 5_000

_FILL = (
    f"""INSERT INTO asset (id, display_name, site_id, category, status, create_time, update_time, revision)
    SELECT 'a' || n, 'Asset ' || n, 's' || n % {SITES}, 'category ' || n % 12, 1, now(), now(), 1
    FROM generate_series(0, {ASSETS - 1}) n""",
    # One in forty is open; the rest were completed over three years.
    f"""INSERT INTO work_order (id, title, asset_id, site_id, type, priority, state, due_time, start_time,
      complete_time, labor_h, cost, downtime_h, failure_mode, create_time, update_time, revision)
    SELECT 'w' || n, 'Order ' || n, 'a' || n % {ASSETS}, 's' || n % {ASSETS} % {SITES}, 1 + n % 4, 1 + n % 4,
      CASE WHEN n % 40 = 0 THEN 1 ELSE 4 END, t, CASE WHEN n % 40 > 0 THEN t END,
      CASE WHEN n % 40 > 0 THEN t + interval '3 hours' END, n % 7, n % 900, n % 5, 1 + n % 30, t, t, 1
    FROM (SELECT n, now() - (n::float / {ORDERS}) * interval '1095 days' AS t
      FROM generate_series(0, {ORDERS - 1}) n) numbered""",
    "ANALYZE",
)


def _since(seconds: int) -> Timestamp:
    found = Timestamp()
    found.GetCurrentTime()
    found.seconds -= seconds
    return found


LISTS: dict[str, Any] = {
    "by due time": orders.ListWorkOrdersRequest(order_by="due_time"),
    "open ones of a site": orders.ListWorkOrdersRequest(
        site="sites/s3", states=[order_pb.WORK_ORDER_STATE_OPEN], order_by="due_time"
    ),
    "history of an asset": orders.ListWorkOrdersRequest(asset="assets/a77", order_by="complete_time desc"),
    "completed in a week": orders.ListWorkOrdersRequest(complete_from=_since(7 * 86400), order_by="complete_time desc"),
    "the newest": orders.ListWorkOrdersRequest(order_by="create_time desc"),
    "assets of a site": assets.ListAssetsRequest(site="sites/s3", order_by="display_name"),
}
"""What people look at; each must be found by an index."""


async def rest(calls: int = 300) -> Result:
    """List, get and update over REST."""
    try:
        with postgres.running() as server:
            url = server.new_database("records")
            database = Database(url)
            records = records_in(database)
            migrate(database, records.metadata)
            _fill(records)
            scans = _scans(records)
            database.close()
            async with stack_on_free_ports(database=url) as (http, _):
                durations = _durations(http, calls)
    except pytest.skip.Exception as missing:
        return Result(_FIGURE, _GOAL, f"not measured: {missing}", met=False)
    worst, slowest = (
        max(median(values) for name, values in durations.items() if (name in _METRICS) is is_metric) * 1e3
        for is_metric in (False, True)
    )
    return Result(
        _FIGURE,
        _GOAL,
        f"{worst:.1f} ms" + (f", {len(scans)} without" if scans else ", indexes") + f"; {slowest:.0f} ms",
        worst < 15 and not scans and slowest < 300,
        [
            f"{name}: p50 {median(values) * 1e3:.1f} ms, p99 {percentile(values, 0.99) * 1e3:.1f} ms"
            for name, values in durations.items()
        ]
        + [f"reads a whole table: {name}" for name in scans],
    )


_FIGURE = "List, get and update of work orders over REST, a million orders in PostgreSQL"
_GOAL = "p50 < 15 ms, by indexes; metrics < 300 ms"


def _fill(records: Records) -> None:
    for number in range(SITES):
        add(records, site(display_name=f"Site {number}"), f"s{number}")
    for statement in _FILL:
        with records.database.writing() as connection:
            connection.exec_driver_sql(statement.replace("%", "%%"))


def _scans(records: Records) -> list[str]:
    """The lists for which PostgreSQL would read all work orders."""
    found = []
    with records.database.reading() as connection:
        for name, request in LISTS.items():
            resource = kind(records, "Asset" if isinstance(request, assets.ListAssetsRequest) else "WorkOrder")
            statement, _ = Listing(records.catalog, resource, request.DESCRIPTOR, records.metadata).statement(
                request, connection
            )
            compiled = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
            plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {compiled}").scalars())
            if "Seq Scan on work_order" in plan:
                found.append(name)
    return found


def _durations(port: int, calls: int) -> dict[str, list[float]]:
    """Seconds of each kind of call, one after the other over one connection."""
    http = HTTPConnection("127.0.0.1", port)
    durations: dict[str, list[float]] = {}

    def call(name: str, method: str, path: str, body: Any = None) -> Any:
        started = perf_counter()
        http.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
        reply = http.getresponse()
        answer = json.load(reply)
        durations.setdefault(name, []).append(perf_counter() - started)
        assert reply.status == 200, answer
        return answer

    for number in range(calls):
        call("get", "GET", f"/v1/workOrders/w{number * 3331}")
        call("update", "PATCH", f"/v1/workOrders/w{number * 3331}", {"title": f"Changed {number}"})
        for name, path in _PATHS.items():
            call(f"list {name}", "GET", path)
    for name, path in _METRICS.items():
        for _ in range(10):
            call(name, "GET", path)
    token = ""
    for _ in itertools.repeat(None, 50):  # deep into the list, where offsets grow slow
        answer = call("list, page after page", "GET", f"/v1/workOrders?orderBy=create_time&pageToken={token}")
        token = answer["nextPageToken"]
    http.close()
    return durations


_METRICS = {
    "all metrics of a site over a year": "/v1/metrics?site=sites/s3",
    "all metrics of everything over a year": "/v1/metrics",
    "failures and cost of a site by month": "/v1/metrics?site=sites/s3&groupBy=METRIC_GROUP_MONTH"
    "&metrics=METRIC_FAILURES&metrics=METRIC_COST",
}
_PATHS = {
    "by due time": "/v1/workOrders?orderBy=due_time",
    "open ones of a site": "/v1/workOrders?site=sites/s3&states=WORK_ORDER_STATE_OPEN&orderBy=due_time",
    "history of an asset": "/v1/workOrders?asset=assets/a77&orderBy=complete_time%20desc",
    "assets of a site": "/v1/assets?site=sites/s3&orderBy=display_name",
}
