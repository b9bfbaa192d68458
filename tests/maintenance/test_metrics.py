"""Metrics (V-14): each against a hand-computed example, and all against plain Python over random records."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from steward.errors.v1 import reason_pb2
from steward.maintenance.v1 import asset_pb2, downtime_pb2, failure_pb2, site_pb2, team_pb2
from steward.maintenance.v1 import metrics_pb2 as pb
from steward.maintenance.v1 import work_order_pb2 as order_pb
from steward.maintenance.v1.metrics_service_pb2 import ComputeMetricsRequest, ComputeMetricsResponse
from steward.maintenance.v1.metrics_service_pb2_grpc import MetricsServiceStub
from steward.schema.v1 import options_pb2

from services.kit.errors import DomainError, InvalidRequest
from services.maintenance.metrics.definitions import METRICS, OF_ASSETS, PARTS
from services.maintenance.metrics.facts import GROUPS
from services.maintenance.metrics.servicer import MetricsServicer
from services.maintenance.records.records import Records
from services.maintenance.records.rows import time_of
from tests.conftest import Stack, rejected
from tests.maintenance.made import add, asset, plant, site, work_order
from tests.maintenance.serving import served

PREVENTIVE, CORRECTIVE, INSPECTION = (
    order_pb.WorkOrderType.Value(f"WORK_ORDER_TYPE_{name}") for name in ("PREVENTIVE", "CORRECTIVE", "INSPECTION")
)
OPEN, STARTED, COMPLETED, CANCELLED = (
    order_pb.WorkOrderState.Value(f"WORK_ORDER_STATE_{name}")
    for name in ("OPEN", "IN_PROGRESS", "COMPLETED", "CANCELLED")
)
NOW = "2026-07-01"
JUNE = {"start_time": "2026-06-01", "end_time": "2026-07-01"}
"""720 hours."""


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stamp(time: str | datetime) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(utc(time) if isinstance(time, str) else time)
    return found


def stamped(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields with texts as times where they are some."""
    return {name: stamp(value) if name.endswith("_time") else value for name, value in fields.items()}


def keep(records: Records, *messages: Any) -> None:
    """Writes resources as they are; they are of 2020 unless they say otherwise."""
    with records.database.writing() as connection:
        store = records.store(connection)
        for number, message in enumerate(messages):
            resource = records.catalog.of(message.DESCRIPTOR)
            assert resource
            message.name = message.name or resource.name(f"x-{number}-{random.getrandbits(40):x}")
            message.etag = "1"
            for name in ("create_time", "update_time"):
                if not message.HasField(name):
                    getattr(message, name).CopyFrom(stamp("2020-01-01"))
            store.insert(resource, message)


def order(**fields: Any) -> order_pb.WorkOrder:
    """An order on the pump that is open, or completed where it says when."""
    state = COMPLETED if "complete_time" in fields else OPEN
    return work_order(**{"site": "sites/north", "state": state, **stamped(fields)})


def downtime(start: str, end: str = "", **fields: Any) -> downtime_pb2.Downtime:
    known: dict[str, Any] = {"asset": "assets/pump", "start_time": stamp(start), **fields}
    return downtime_pb2.Downtime(**(known | {"end_time": stamp(end)} if end else known))


def compute(records: Records, *metrics: str, groups: Iterable[str] = (), now: str = NOW, **fields: Any) -> Any:
    request = ComputeMetricsRequest(
        metrics=[pb.Metric.Value(f"METRIC_{name}") for name in metrics],
        group_by=[pb.MetricGroup.Value(f"METRIC_GROUP_{name}") for name in groups],
        **stamped(fields),
    )
    return MetricsServicer(records, None, lambda: utc(now)).compute(request)  # type: ignore[arg-type]  # no threads


def number(value: pb.MetricValue) -> float | None:
    return value.value if value.HasField("value") else None


def told(response: ComputeMetricsResponse) -> dict[tuple[str, ...], Any]:
    """Values and counts of the only metric, by the groups."""
    return {tuple(key.value for key in row.keys): (number(row.values[0]), row.values[0].count) for row in response.rows}


def one(records: Records, metric: str, **fields: Any) -> tuple[float | None, int]:
    """Value and count of a metric in June, of everything."""
    found: tuple[float | None, int] = told(compute(records, metric, **JUNE | fields))[()]
    return found


@pytest.fixture
def pumps(records: Records) -> Records:
    """A site with one pump that has run for years."""
    keep(records, site(name="sites/north"), asset(name="assets/pump", in_service_time=stamp("2020-01-01")))
    return records


def test_without_records_counts_are_none_and_the_rest_is_not_defined(records: Records):
    (row,) = compute(records).rows
    values = {pb.Metric.Name(value.metric).removeprefix("METRIC_"): value for value in row.values}
    assert list(values) == [name.removeprefix("METRIC_") for name in pb.Metric.keys()[1:]]
    assert all(value.count == 0 for value in values.values())
    none = {"FAILURES", "COMPLETED_ORDERS", "OPEN_ORDERS", "OVERDUE_ORDERS", "DOWNTIME"}
    assert {name: number(value) for name, value in values.items()} == {
        name: 0.0 if name in none else None for name in values
    }
    months = compute(records, groups=["MONTH"], **JUNE).rows
    assert [(row.keys[0].value, len(row.values)) for row in months] == [("2026-06", len(METRICS))]


def test_failures_are_corrective_orders_when_they_were_noticed(pumps: Records):
    keep(
        pumps,
        order(report_time="2026-05-31T23:59:59"),
        order(report_time="2026-06-01"),
        order(create_time="2026-06-10"),
        order(create_time="2026-06-10", report_time="2026-05-10"),
        order(create_time="2026-06-10", report_time="2026-06-20", state=CANCELLED),
        order(report_time="2026-06-20", type=PREVENTIVE),
        order(report_time="2026-07-01"),
        # Written down afterwards: it was noticed when it was mended at the latest.
        order(create_time="2026-07-03", start_time="2026-06-30", complete_time="2026-07-02"),
        order(create_time="2026-06-03", complete_time="2026-05-30"),
    )
    assert one(pumps, "FAILURES") == (3, 3)


def test_mtbf_is_time_in_service_less_unplanned_downtime_by_failure(pumps: Records):
    assert one(pumps, "MTBF") == (None, 0)
    keep(pumps, order(report_time="2026-06-03"), order(report_time="2026-06-20"))
    assert one(pumps, "MTBF") == (pytest.approx(360), 2)
    keep(
        pumps,
        downtime("2026-06-03", "2026-06-03T20:00"),
        downtime("2026-06-10", "2026-06-11", planned=True),
        downtime("2026-05-31T20:00", "2026-06-01T04:00"),
    )
    assert one(pumps, "MTBF") == (pytest.approx((720 - 20 - 4) / 2), 2)


def test_mtbf_is_pooled_over_assets(pumps: Records):
    keep(pumps, asset(name="assets/spare", in_service_time=stamp("2026-06-16")))
    keep(pumps, order(report_time="2026-06-03"), order(report_time="2026-06-20", asset="assets/spare"))
    assert one(pumps, "MTBF") == (pytest.approx((720 + 360) / 2), 2)
    assert told(compute(pumps, "MTBF", groups=["ASSET"], **JUNE)) == {
        ("assets/pump",): (pytest.approx(720), 1),
        ("assets/spare",): (pytest.approx(360), 1),
    }


def test_mtbf_leaves_out_failures_of_what_was_not_in_service(pumps: Records):
    keep(
        pumps,
        asset(name="assets/young", in_service_time=stamp("2026-06-16")),
        asset(name="assets/old", status=asset_pb2.ASSET_STATUS_RETIRED),
        asset(name="assets/unborn", in_service_time=stamp("2026-08-01")),
        order(asset="assets/young", report_time="2026-06-15"),
        order(asset="assets/old", report_time="2026-06-15"),
        order(asset="assets/unborn", report_time="2026-06-15"),
    )
    assert one(pumps, "FAILURES") == (3, 3)
    assert one(pumps, "MTBF") == (None, 0)


def test_an_asset_without_a_date_is_in_service_since_it_was_created(records: Records):
    keep(records, site(name="sites/north"), asset(name="assets/pump", create_time=stamp("2026-06-21")))
    keep(records, order(report_time="2026-06-25"), order(report_time="2026-06-05"))
    assert one(records, "MTBF") == (pytest.approx(240), 1)


def test_mttr_is_the_mean_downtime_or_else_the_mean_time_of_the_work(pumps: Records):
    assert one(pumps, "MTTR") == (None, 0)
    keep(
        pumps,
        order(start_time="2026-06-02T08:00", complete_time="2026-06-02T10:00", downtime_h=5),
        order(start_time="2026-06-03T08:00", complete_time="2026-06-03T11:00"),
        order(start_time="2026-06-04T08:00", complete_time="2026-06-04T11:00", downtime_h=0),
        order(complete_time="2026-06-04T11:00"),
        order(start_time="2026-06-04T08:00", complete_time="2026-06-05T11:00", type=PREVENTIVE),
        order(start_time="2026-06-30T08:00", complete_time="2026-07-01T01:00"),
        order(start_time="2026-06-30T08:00", state=STARTED, downtime_h=9),
    )
    assert one(pumps, "MTTR") == (pytest.approx((5 + 3 + 0) / 3), 3)


def test_an_order_that_spans_the_end_failed_within_and_is_completed_after(pumps: Records):
    keep(pumps, order(report_time="2026-06-30", start_time="2026-06-30T12:00", complete_time="2026-07-02"))
    values = compute(pumps, "FAILURES", "COMPLETED_ORDERS", "OPEN_ORDERS", "RESPONSE_TIME", **JUNE).rows[0].values
    assert [number(value) for value in values] == [1, 0, 1, 12]
    later = {"start_time": "2026-07-01", "end_time": "2026-08-01", "now": "2026-08-01"}
    values = compute(pumps, "FAILURES", "COMPLETED_ORDERS", "OPEN_ORDERS", **later).rows[0].values
    assert [number(value) for value in values] == [0, 1, 0]


def test_downtime_counts_once_and_within_the_period(pumps: Records):
    assert one(pumps, "DOWNTIME") == (0, 0)
    assert one(pumps, "AVAILABILITY") == (1, 1)
    keep(
        pumps,
        downtime("2026-05-30", "2026-06-02"),  # 24 h of it
        downtime("2026-06-01T12:00", "2026-06-02T12:00"),  # 12 h more
        downtime("2026-06-01T13:00", "2026-06-01T14:00", planned=True),  # nothing more
        downtime("2026-06-30T12:00"),  # 12 h, and it lasts on
        downtime("2026-05-01", "2026-06-01"),
        downtime("2026-07-01", "2026-07-02"),
    )
    assert one(pumps, "DOWNTIME") == (pytest.approx(48), 4)
    assert one(pumps, "AVAILABILITY") == (pytest.approx(1 - 48 / 720), 1)
    # Later than now there is neither downtime nor time in service.
    now = {"now": "2026-06-30T18:00", "end_time": "2027-01-01"}
    assert one(pumps, "DOWNTIME", **now) == (pytest.approx(42), 4)
    assert one(pumps, "AVAILABILITY", **now) == (pytest.approx(1 - 42 / 714), 1)


def test_planned_downtime_hides_no_unplanned_one(pumps: Records):
    keep(
        pumps,
        order(report_time="2026-06-03"),
        downtime("2026-06-03", "2026-06-05", planned=True),
        downtime("2026-06-04", "2026-06-06"),
        downtime("2026-06-04T12:00", "2026-06-05T12:00"),
    )
    assert one(pumps, "DOWNTIME") == (pytest.approx(72), 3)
    assert one(pumps, "MTBF") == (pytest.approx(720 - 48), 1)


def test_an_asset_is_available_only_since_it_is_in_service(records: Records):
    keep(
        records,
        site(name="sites/north"),
        asset(name="assets/pump", in_service_time=stamp("2026-06-21")),
        asset(name="assets/old", status=asset_pb2.ASSET_STATUS_RETIRED),
        downtime("2026-06-20", "2026-06-22"),
        downtime("2026-06-01", "2026-06-02"),
        downtime("2026-06-20", "2026-06-22", asset="assets/old"),
    )
    assert one(records, "AVAILABILITY") == (pytest.approx(1 - 24 / 240), 1)
    assert one(records, "DOWNTIME") == (pytest.approx(24), 1)
    assert one(records, "AVAILABILITY", start_time="2026-05-01", end_time="2026-06-21") == (None, 0)
    keep(records, downtime("2026-06-01"))
    assert one(records, "AVAILABILITY") == (pytest.approx(0, abs=1e-9), 1)


def test_response_time_is_that_until_work_begins(pumps: Records):
    keep(
        pumps,
        order(report_time="2026-06-02T08:00", start_time="2026-06-02T09:00"),
        order(report_time="2026-06-03T08:00", start_time="2026-06-03T11:00", complete_time="2026-06-04"),
        order(report_time="2026-06-03T08:00"),
        order(create_time="2026-06-04T10:00", start_time="2026-06-04T08:00", complete_time="2026-06-04T09:00"),
        order(report_time="2026-06-03T08:00", start_time="2026-06-09T08:00", type=INSPECTION),
    )
    assert one(pumps, "RESPONSE_TIME") == (pytest.approx(2), 2)


def test_open_orders_and_backlog_are_those_of_the_end(pumps: Records):
    assert one(pumps, "BACKLOG") == (None, 0)
    keep(
        pumps,
        order(report_time="2026-01-01", due_time="2026-06-30", estimated_h=3),
        order(report_time="2026-06-10", due_time="2026-07-01", estimated_h=4, type=PREVENTIVE),
        order(report_time="2026-06-10", start_time="2026-06-11", state=STARTED),
        order(report_time="2026-06-10", complete_time="2026-07-01", due_time="2026-06-20", estimated_h=0.5),
        order(report_time="2026-06-10", complete_time="2026-06-30", due_time="2026-06-20", estimated_h=9),
        order(report_time="2026-06-10", state=CANCELLED, due_time="2026-06-20", estimated_h=9),
        order(report_time="2026-07-01", due_time="2026-06-20", estimated_h=9),
    )
    assert one(pumps, "OPEN_ORDERS") == (4, 4)
    assert one(pumps, "OVERDUE_ORDERS") == (2, 2)
    assert one(pumps, "BACKLOG") == (7.5, 3)


def test_compliance_is_of_what_was_due(pumps: Records):
    keep(
        pumps,
        *(order(type=PREVENTIVE, due_time="2026-06-10", complete_time=f"2026-{day}") for day in ("05-20", "06-10")),
    )
    keep(
        pumps,
        order(type=PREVENTIVE, due_time="2026-06-10", complete_time="2026-06-10T00:00:01"),
        order(type=PREVENTIVE, due_time="2026-06-11"),
        order(type=PREVENTIVE, due_time="2026-06-11", state=CANCELLED),
        order(type=INSPECTION, due_time="2026-06-11"),
        order(type=PREVENTIVE, due_time="2026-07-01"),
    )
    assert one(pumps, "PREVENTIVE_COMPLIANCE") == (pytest.approx(0.5), 4)


def test_what_was_completed_cost_money_and_labor(pumps: Records):
    keep(
        pumps,
        order(complete_time="2026-06-02", cost=100, labor_h=2),
        order(complete_time="2026-06-03", cost=0, type=PREVENTIVE),
        order(complete_time="2026-06-04", labor_h=1.5, type=INSPECTION),
        order(complete_time="2026-06-04", type=PREVENTIVE),
        order(complete_time="2026-05-31", cost=900, labor_h=9),
        order(state=STARTED, cost=900, labor_h=9),
    )
    assert one(pumps, "COST") == (100, 2)
    assert one(pumps, "LABOR") == (3.5, 2)
    assert one(pumps, "COMPLETED_ORDERS") == (4, 4)
    assert one(pumps, "PLANNED_SHARE") == (0.75, 4)
    assert compute(pumps, "COST", **JUNE).rows[0].values[0].unit == "EUR"


def test_months_are_those_of_the_sites_clock(pumps: Records):
    keep(
        pumps,
        order(complete_time="2026-02-28T22:59:59"),
        order(complete_time="2026-02-28T23:00"),
        order(complete_time="2026-03-31T21:59:59"),
        order(complete_time="2026-03-31T22:00"),
        downtime("2026-02-28T22:00", "2026-03-01T01:00"),
    )
    period = {"start_time": "2026-02-20", "end_time": "2026-05-10"}
    assert told(compute(pumps, "COMPLETED_ORDERS", groups=["MONTH"], **period)) == {
        ("2026-02",): (1, 1),
        ("2026-03",): (2, 2),
        ("2026-04",): (1, 1),
        ("2026-05",): (0, 0),
    }
    assert told(compute(pumps, "DOWNTIME", groups=["MONTH"], **period)) == {
        ("2026-02",): (pytest.approx(1), 1),
        ("2026-03",): (pytest.approx(2), 1),
        ("2026-04",): (0, 0),
        ("2026-05",): (0, 0),
    }
    response = compute(pumps, "AVAILABILITY", groups=["MONTH"], **period)
    # The clocks went forward on 29 March: the month has 743 hours.
    march = response.rows[1]
    assert march.keys[0].start_time == stamp("2026-02-28T23:00")
    assert march.values[0].value == pytest.approx(1 - 2 / 743)
    assert response.rows[0].keys[0].start_time == stamp("2026-01-31T23:00")


def test_open_orders_are_those_of_each_months_end(pumps: Records):
    keep(
        pumps,
        order(report_time="2025-01-01"),
        order(report_time="2026-02-10", complete_time="2026-04-10", due_time="2026-03-20"),
        order(report_time="2026-03-05", complete_time="2026-03-06"),
    )
    period = {"groups": ["MONTH"], "start_time": "2026-02-01", "end_time": "2026-05-01"}
    months = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    # By Madrid's clock the period's first and last hours are of other months.
    period |= {"start_time": "2026-01-31T22:00", "end_time": "2026-04-30T23:00"}
    found = told(compute(pumps, "OPEN_ORDERS", **period))
    assert [found[(month,)][0] for month in months] == [1, 2, 2, 1, 1]
    found = told(compute(pumps, "OVERDUE_ORDERS", **period))
    assert [found[(month,)][0] for month in months] == [0, 0, 1, 0, 0]


def test_sites_with_other_clocks_share_calendar_months(pumps: Records):
    keep(
        pumps,
        site(name="sites/west", time_zone="America/New_York"),
        asset(name="assets/fan", site="sites/west"),
        order(complete_time="2026-05-31T22:30"),
        order(complete_time="2026-05-31T22:30", asset="assets/fan", site="sites/west"),
    )
    period = {"start_time": "2026-05-15", "end_time": "2026-06-15"}
    response = compute(pumps, "COMPLETED_ORDERS", groups=["MONTH"], **period)
    assert told(response) == {("2026-05",): (1, 1), ("2026-06",): (1, 1)}
    assert response.rows[1].keys[0].start_time == stamp("2026-05-31T22:00")
    assert told(compute(pumps, "COMPLETED_ORDERS", groups=["MONTH", "SITE"], **period)) == {
        ("2026-05", "sites/west"): (1, 1),
        ("2026-06", "sites/north"): (1, 1),
    }


def test_groups_have_names_that_people_know(pumps: Records):
    keep(
        pumps,
        team_pb2.Team(name="teams/night", display_name="Night shift"),
        asset(name="assets/fan", display_name="Fan 3", category="fan"),
        order(
            complete_time="2026-06-02",
            asset="assets/fan",
            failure_mode=failure_pb2.FAILURE_MODE_NOISE,
            team="teams/night",
        ),
        order(complete_time="2026-06-02"),
    )
    cases = {
        "ASSET": [("assets/fan", "Fan 3"), ("assets/pump", "Pump")],
        "CATEGORY": [("fan", ""), ("", "")],
        "FAILURE_MODE": [("FAILURE_MODE_NOISE", ""), ("", "")],
        "TEAM": [("teams/night", "Night shift"), ("", "")],
        "WORK_ORDER_TYPE": [("WORK_ORDER_TYPE_CORRECTIVE", "")],
        "CURRENCY": [("EUR", "")],
        "SITE": [("sites/north", "North plant")],
    }
    for group, expected in cases.items():
        rows = compute(pumps, "COMPLETED_ORDERS", groups=[group], **JUNE).rows
        assert [(row.keys[0].value, row.keys[0].display_name) for row in rows] == expected, group
        assert all(row.keys[0].group == pb.MetricGroup.Value(f"METRIC_GROUP_{group}") for row in rows)


def test_a_site_an_asset_with_its_parts_or_a_category_is_chosen(pumps: Records):
    keep(
        pumps,
        site(name="sites/west"),
        asset(name="assets/motor", parent="assets/pump", category="motor"),
        asset(name="assets/bearing", parent="assets/motor"),
        asset(name="assets/fan", site="sites/west", category="motor"),
        *(order(complete_time="2026-06-02", asset=f"assets/{name}") for name in ("pump", "motor", "bearing")),
        order(complete_time="2026-06-02", asset="assets/fan", site="sites/west"),
        *(downtime("2026-06-02", "2026-06-03", asset=f"assets/{name}") for name in ("pump", "motor", "bearing", "fan")),
    )
    cases: list[tuple[dict[str, str], int]] = [
        ({}, 4),
        ({"site": "sites/north"}, 3),
        ({"asset": "assets/motor"}, 2),
        ({"asset": "assets/motor", "site": "sites/west"}, 0),
        ({"category": "motor"}, 2),
        ({"category": "motor", "site": "sites/west"}, 1),
        ({"category": "press"}, 0),
    ]
    for chosen, count in cases:
        assert one(pumps, "COMPLETED_ORDERS", **chosen) == (count, count), chosen
        assert one(pumps, "DOWNTIME", **chosen) == (pytest.approx(24 * count), count), chosen
        assert one(pumps, "AVAILABILITY", **chosen)[1] == count, chosen


def test_an_asset_that_has_moved_leaves_its_orders_behind(pumps: Records):
    keep(pumps, site(name="sites/west"), asset(name="assets/fan", site="sites/west"))
    keep(pumps, order(report_time="2026-06-02", asset="assets/fan"))
    assert one(pumps, "FAILURES", site="sites/north") == (1, 1)
    assert one(pumps, "MTBF", site="sites/north") == (None, 0)


def test_money_of_several_currencies_is_never_added_up(pumps: Records):
    keep(
        pumps,
        site(name="sites/west", currency_code="USD"),
        site(name="sites/south", currency_code="EUR"),
        *(asset(name=f"assets/{name}", site=f"sites/{name}") for name in ("west", "south")),
        *(
            order(complete_time="2026-06-02", site=f"sites/{name}", asset=f"assets/{asset}", cost=cost)
            for name, asset, cost in (("north", "pump", 1), ("west", "west", 10), ("south", "south", 100))
        ),
    )
    with pytest.raises(InvalidRequest) as refusal:
        compute(pumps, "COST", **JUNE)
    assert refusal.value.violations[0].field == "group_by"
    assert refusal.value.reason == reason_pb2.REASON_FIELDS_INCONSISTENT
    assert "EUR" in str(refusal.value)
    assert "USD" in str(refusal.value)
    assert pb.METRIC_COST not in {value.metric for value in compute(pumps, **JUNE).rows[0].values}
    by_currency = compute(pumps, "COST", groups=["CURRENCY"], **JUNE)
    assert told(by_currency) == {("EUR",): (101, 2), ("USD",): (10, 1)}
    assert [row.values[0].unit for row in by_currency.rows] == ["EUR", "USD"]
    assert len(compute(pumps, "COST", groups=["ASSET"], **JUNE).rows) == 3
    assert one(pumps, "COST", site="sites/west") == (10, 1)
    assert pb.METRIC_COST in {value.metric for value in compute(pumps, site="sites/west", **JUNE).rows[0].values}


def test_metrics_of_assets_have_no_groups_of_orders(pumps: Records):
    with pytest.raises(InvalidRequest, match="METRIC_AVAILABILITY is of assets") as refusal:
        compute(pumps, "AVAILABILITY", groups=["ASSET", "FAILURE_MODE"])
    assert refusal.value.violations[0].field == "metrics"
    keep(pumps, order(complete_time="2026-06-02"))
    (row,) = compute(pumps, groups=["ASSET", "FAILURE_MODE"]).rows
    assert {value.metric for value in row.values} == {
        metric for metric, definition in METRICS.items() if not definition.facts & OF_ASSETS
    }


def test_what_does_not_exist_is_told(pumps: Records):
    for name in ("site", "asset"):
        with pytest.raises(DomainError, match="There is no") as missing:
            compute(pumps, **{name: f"{name}s/none"})
        assert missing.value.reason == reason_pb2.REASON_RESOURCE_NOT_FOUND
        with pytest.raises(InvalidRequest) as wrong:
            compute(pumps, **{name: "north"})
        assert wrong.value.violations[0].field == name


def test_periods(pumps: Records):
    response = compute(pumps)
    assert (response.start_time, response.end_time) == (stamp("2025-07-01"), stamp(NOW))
    response = compute(pumps, end_time="2026-01-01")
    assert response.start_time == stamp("2025-01-01")
    assert compute(pumps, start_time="2026-06-01", end_time="2030-01-01").end_time == stamp(NOW)
    for fields in ({"start_time": NOW}, {"start_time": "2026-06-01", "end_time": "2026-06-01"}):
        with pytest.raises(InvalidRequest) as refusal:
            compute(pumps, **fields)
        assert refusal.value.violations[0].field == "start_time"
    assert len(compute(pumps, groups=["MONTH"], start_time="2016-07-15", page_size=1000).rows) == 121
    with pytest.raises(InvalidRequest, match="120 months"):
        compute(pumps, groups=["MONTH"], start_time="0001-01-01")
    assert compute(pumps, "FAILURES", start_time="0001-01-01").rows
    zones = sorted(available_timezones())[:100]
    keep(pumps, *(site(name=f"sites/s{number}", time_zone=zone) for number, zone in enumerate(zones)))
    assert len(compute(pumps, groups=["MONTH"]).rows) in (13, 14)
    with pytest.raises(InvalidRequest, match="19 months"):
        compute(pumps, groups=["MONTH"], start_time="2016-07-15")
    assert len(compute(pumps, groups=["MONTH"], start_time="2016-07-15", site="sites/s7", page_size=1000).rows) > 119


def test_pages(pumps: Records, monkeypatch: pytest.MonkeyPatch):
    keep(pumps, *(asset(name=f"assets/fan-{number}") for number in range(4)))
    found, token = [], ""
    while True:
        response = compute(pumps, groups=["ASSET"], page_size=2, page_token=token, **JUNE)
        found += [row.keys[0].value for row in response.rows]
        token = response.next_page_token
        if not token:
            break
        assert len(response.rows) == 2
    assert found == [*(f"assets/fan-{number}" for number in range(4)), "assets/pump"]
    monkeypatch.setattr("services.maintenance.metrics.servicer.MAX_GROUPS", 4)
    with pytest.raises(InvalidRequest, match="more than 4 groups") as refusal:
        compute(pumps, groups=["ASSET"], **JUNE)
    assert refusal.value.reason == reason_pb2.REASON_FIELD_OUT_OF_RANGE
    assert compute(pumps, groups=["SITE"], **JUNE).rows


def test_all_of_the_contract_is_defined_and_has_words_in_both_languages():
    assert list(METRICS) == pb.Metric.values()[1:]
    assert list(GROUPS) == pb.MetricGroup.values()[1:]
    assert {part for definition in METRICS.values() for part in definition.parts} == set(PARTS)
    for enum in (pb.Metric.DESCRIPTOR, pb.MetricGroup.DESCRIPTOR):
        for value in enum.values[1:]:
            words = value.GetOptions().Extensions[options_pb2.value]
            assert words.en.label, value.name
            assert words.es.label, value.name
            assert words.es.gender, value.name


# Against plain Python


@dataclass
class Counted:
    """What a group has."""

    failed: list[order_pb.WorkOrder] = field(default_factory=list)
    completed: list[order_pb.WorkOrder] = field(default_factory=list)
    due: list[order_pb.WorkOrder] = field(default_factory=list)
    open: list[tuple[order_pb.WorkOrder, datetime]] = field(default_factory=list)
    """Each with the end at which it is open."""
    assets: int = 0
    service_h: int = 0
    down_h: int = 0
    unplanned_h: int = 0
    downtimes: int = 0


H = timedelta(hours=1)
KeyOf = Callable[[Any], str]


def at(message: Any, name: str) -> datetime | None:
    return time_of(getattr(message, name)) if message.HasField(name) else None


def reported(each: order_pb.WorkOrder) -> datetime:
    return at(each, "report_time") or time_of(each.create_time)


def noticed(each: order_pb.WorkOrder) -> datetime:
    times = (reported(each), at(each, "start_time"), at(each, "complete_time"))
    return min(time for time in times if time)


def is_open(each: order_pb.WorkOrder, time: datetime) -> bool:
    return noticed(each) < time <= (at(each, "complete_time") or time)


def since(each: asset_pb2.Asset) -> datetime:
    return at(each, "in_service_time") or time_of(each.create_time)


def is_used(each: asset_pb2.Asset) -> bool:
    return each.status != asset_pb2.ASSET_STATUS_RETIRED


class Plain:
    """Metrics of records whose times are whole hours, computed from sets of hours."""

    def __init__(self, messages: Iterable[Any], start: datetime, end: datetime) -> None:
        by_kind: dict[type, list[Any]] = defaultdict(list)
        for message in messages:
            by_kind[type(message)].append(message)
        self.zones = {each.name: ZoneInfo(each.time_zone) for each in by_kind[site_pb2.Site]}
        self.assets = {each.name: each for each in by_kind[asset_pb2.Asset]}
        self.orders = [each for each in by_kind[order_pb.WorkOrder] if each.state != CANCELLED]
        self.downtimes = by_kind[downtime_pb2.Downtime]
        self.start, self.end = start, end

    def counted(self, by_month: bool, order_key: KeyOf, asset_key: KeyOf | None) -> dict[tuple[str, str], Counted]:
        """What there is by the month, empty if that is not asked for, and by the keys of orders and of assets."""
        found: dict[tuple[str, str], Counted] = defaultdict(Counted)

        def month(time: datetime, place: str) -> str:
            return f"{time.astimezone(self.zones[place]):%Y-%m}" if by_month else ""

        for name in ("failed", "completed", "due"):
            for each, time in self.happened(name):
                getattr(found[month(time, each.site), order_key(each)], name).append(each)
        for each in self.orders:
            for last in filter(partial(is_open, each), self.ends(each.site) if by_month else [self.end]):
                found[month(last - H, each.site), order_key(each)].open.append((each, last))
        for each in filter(is_used, self.assets.values() if asset_key else ()):
            months: dict[str, set[int]] = defaultdict(set)
            for hour in self.hours(since(each), None):
                months[month(datetime.fromtimestamp(hour * 3600, UTC), each.site)].add(hour)
            for name, hours in months.items():
                self.serve(found[name, asset_key(each)], each.name, hours)  # type: ignore[misc]  # there is none else
        return found

    def happened(self, what: str) -> Iterator[tuple[order_pb.WorkOrder, datetime]]:
        """Orders to which something happened in the period, and when."""
        kinds: dict[str, tuple[KeyOf, Callable[[Any], datetime | None]]] = {
            "failed": (lambda each: each.type == CORRECTIVE, noticed),
            "completed": (lambda each: each.state == COMPLETED, lambda each: at(each, "complete_time")),
            "due": (lambda each: each.type == PREVENTIVE, lambda each: at(each, "due_time")),
        }
        is_meant, time_of_it = kinds[what]
        for each in filter(is_meant, self.orders):
            if (time := time_of_it(each)) and self.start <= time < self.end:
                yield each, time

    def serve(self, group: Counted, name: str, hours: set[int]) -> None:
        """Adds an asset that was in service for some hours."""
        mine = [each for each in self.downtimes if each.asset == name]
        downs = [(self.hours(time_of(each.start_time), at(each, "end_time")), each.planned) for each in mine]
        group.assets += 1
        group.service_h += len(hours)
        group.down_h += len(hours & {hour for down, _ in downs for hour in down})
        group.unplanned_h += len(hours & {hour for down, planned in downs if not planned for hour in down})
        group.downtimes += sum(bool(hours & down) for down, _ in downs)

    def ends(self, place: str) -> Iterator[datetime]:
        """The ends of the months."""
        time = self.start
        while time < self.end:
            time += H
            local = time.astimezone(self.zones[place])
            if time == self.end or (local.day, local.hour) == (1, 0):
                yield time

    def hours(self, start: datetime, end: datetime | None) -> set[int]:
        """Numbers of the hours of a time that are within the period."""
        first, last = max(start, self.start), min(end or self.end, self.end)
        return set(range(int(first.timestamp()) // 3600, int(last.timestamp()) // 3600))

    def metrics(self, group: Counted) -> dict[int, tuple[float | None, int]]:
        assets = self.assets
        served = [each for each in group.failed if is_used(assets[each.asset])]
        served = [each for each in served if noticed(each) >= since(assets[each.asset])]
        mended = [
            each.downtime_h if each.HasField("downtime_h") else (at(each, "complete_time") - at(each, "start_time")) / H
            for each in group.completed
            if each.type == CORRECTIVE
        ]
        waited = [(start - reported(each)) / H for each in group.failed if (start := at(each, "start_time"))]
        overdue = [each for each, last in group.open if (at(each, "due_time") or last) < last]
        up, mtbf_up = group.service_h - group.down_h, group.service_h - group.unplanned_h
        return {
            pb.METRIC_FAILURES: count(group.failed),
            pb.METRIC_MTBF: (mtbf_up / len(served) if served else None, len(served)),
            pb.METRIC_MTTR: mean(mended),
            pb.METRIC_AVAILABILITY: (up / group.service_h if group.service_h else None, group.assets),
            pb.METRIC_DOWNTIME: (group.down_h, group.downtimes),
            pb.METRIC_RESPONSE_TIME: mean([hours for hours in waited if hours >= 0]),
            pb.METRIC_COMPLETED_ORDERS: count(group.completed),
            pb.METRIC_OPEN_ORDERS: count(group.open),
            pb.METRIC_OVERDUE_ORDERS: count(overdue),
            pb.METRIC_BACKLOG: total((each for each, _ in group.open), "estimated_h"),
            pb.METRIC_PREVENTIVE_COMPLIANCE: mean(
                [(at(each, "complete_time") or self.end) <= time_of(each.due_time) for each in group.due]
            ),
            pb.METRIC_PLANNED_SHARE: mean([each.type != CORRECTIVE for each in group.completed]),
            pb.METRIC_COST: total(group.completed, "cost"),
            pb.METRIC_LABOR: total(group.completed, "labor_h"),
        }


def mean(values: list[Any]) -> tuple[float | None, int]:
    return (fmean(values) if values else None), len(values)


def count(values: list[Any]) -> tuple[float | None, int]:
    return len(values), len(values)


def total(orders: Iterable[Any], name: str) -> tuple[float | None, int]:
    known = [getattr(each, name) for each in orders if each.HasField(name)]
    return (sum(known) if known else None), len(known)


class Invented:
    """Records of 120 days, at whole hours."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def messages(self) -> list[Any]:
        zones = ("Europe/Madrid", "America/New_York")
        return [
            *(site(name=f"sites/s{number}", time_zone=zone) for number, zone in enumerate(zones)),
            *(self.asset(number) for number in range(9)),
            *(self.order(self.chance.randrange(9)) for _ in range(150)),
            *(self.downtime(self.chance.randrange(9)) for _ in range(60)),
        ]

    def asset(self, number: int) -> asset_pb2.Asset:
        status = asset_pb2.ASSET_STATUS_RETIRED if number == 8 else asset_pb2.ASSET_STATUS_OPERATING
        category = self.chance.choice(["", "pump", "fan"])
        known = stamped(self.some(in_service_time=self.time()))
        return asset(name=f"assets/a{number}", site=f"sites/s{number % 2}", status=status, category=category, **known)

    def order(self, number: int) -> order_pb.WorkOrder:
        state = self.chance.choice([OPEN, STARTED, COMPLETED, COMPLETED, COMPLETED, CANCELLED])
        begin = self.chance.randrange(2800)
        times = {"start_time": self.time(begin), "complete_time": self.time(begin + self.chance.randrange(80))}
        hours = {name: self.chance.randrange(100) / 4 for name in ("estimated_h", "labor_h", "downtime_h", "cost")}
        return order(
            asset=f"assets/a{number}",
            site=f"sites/s{number % 2}",
            type=self.chance.choice([PREVENTIVE, CORRECTIVE, INSPECTION]),
            create_time=self.time(),
            **dict(list(times.items())[: {STARTED: 1, COMPLETED: 2}.get(state, 0)]),
            **self.some(report_time=self.time(), due_time=self.time(), failure_mode=NOISE, **hours),
            state=state,
        )

    def downtime(self, number: int) -> downtime_pb2.Downtime:
        begin = self.chance.randrange(2800)
        end = self.some(end=self.time(begin + self.chance.randrange(1, 200)))
        return downtime(self.time(begin), **end, asset=f"assets/a{number}", planned=self.chance.random() < 0.4)

    def time(self, hour: int | None = None) -> str:
        hour = self.chance.randrange(2880) if hour is None else hour
        return (datetime(2026, 1, 20) + timedelta(hours=hour)).isoformat()  # noqa: DTZ001 - `stamp` adds the zone

    def some(self, **fields: Any) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if self.chance.random() < 0.6}


NOISE = failure_pb2.FAILURE_MODE_NOISE


@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_plain_python(records: Records, seed: int):
    messages = Invented(seed).messages()
    keep(records, *messages)
    period = {"start_time": utc("2026-02-10"), "end_time": utc("2026-04-20T05:00")}
    plain = Plain(messages, *period.values())

    def category(each: Any) -> str:
        found = plain.assets[each.asset if isinstance(each, order_pb.WorkOrder) else each.name].category
        return str(found)

    def everything(_: Any) -> str:
        return ""

    cases: list[tuple[list[str], KeyOf, KeyOf | None]] = [
        ([], everything, everything),
        (["MONTH"], everything, everything),
        (["ASSET"], lambda each: each.asset, lambda each: each.name),
        (["MONTH", "SITE"], lambda each: each.site, lambda each: each.site),
        (["MONTH", "CATEGORY"], category, category),
        (["WORK_ORDER_TYPE"], lambda each: order_pb.WorkOrderType.Name(each.type), None),
        (["MONTH", "FAILURE_MODE"], lambda each: "FAILURE_MODE_NOISE" if each.failure_mode else "", None),
    ]
    for groups, order_key, asset_key in cases:
        response = compute(records, groups=groups, page_size=1000, **period)
        found = {keys_of(row): row.values for row in response.rows}
        expected = plain.counted("MONTH" in groups, order_key, asset_key)
        assert found.keys() == expected.keys(), groups
        for key, values in found.items():
            metrics = plain.metrics(expected[key])
            for value in values:
                wanted, of = metrics[value.metric]
                known = None if wanted is None else pytest.approx(wanted, abs=1e-5)
                assert (number(value), value.count) == (known, of), (pb.Metric.Name(value.metric), groups, key)


def keys_of(row: pb.MetricRow) -> tuple[str, str]:
    """A row's month and its other key, each empty if there is none."""
    by_month = {key.group == pb.METRIC_GROUP_MONTH: key.value for key in row.keys}
    return by_month.get(True, ""), by_month.get(False, "")


# By RPC and by REST


async def test_it_is_served(tmp_path: Path):
    async with served(f"sqlite:///{tmp_path / 'records.db'}") as running:
        plant(running.service.records)
        add(running.service.records, work_order(), "order")
        stub: Any = MetricsServiceStub(running.channel)
        response = await stub.ComputeMetrics(ComputeMetricsRequest(site="sites/north", metrics=[pb.METRIC_OPEN_ORDERS]))
        assert response.rows[0].values[0].value == 1
        refusal = await rejected(stub.ComputeMetrics(ComputeMetricsRequest(site="sites/none")))
        assert refusal.reason == "RESOURCE_NOT_FOUND"
        twice = ComputeMetricsRequest(metrics=[pb.METRIC_COST, pb.METRIC_COST])
        assert (await rejected(stub.ComputeMetrics(twice))).reason == "FIELD_INVALID"


async def test_the_path_of_the_system_before(stack: Stack):
    site = {"displayName": "North plant", "timeZone": "Europe/Madrid"}
    assert (await stack.http.post("/v1/sites", json=site, params={"siteId": "north"})).status_code == 200
    query = {"metrics": ["METRIC_OPEN_ORDERS", "METRIC_MTBF"], "groupBy": "METRIC_GROUP_SITE"}
    assert (await stack.http.get("/api/v1/sites/north/metrics", params=query)).json()["rows"] == []
    query.pop("groupBy")
    found = (await stack.http.get("/api/v1/sites/north/metrics", params=query)).json()["rows"]
    expected = [
        {"metric": "METRIC_OPEN_ORDERS", "value": 0, "unit": "1", "count": 0},
        {"metric": "METRIC_MTBF", "unit": "h", "count": 0},
    ]
    assert found == [{"keys": [], "values": expected}]
    assert (await stack.http.get("/v1/metrics", params=query)).json()["rows"] == found
    assert (await stack.http.get("/api/v1/sites/none/metrics")).status_code == 404
