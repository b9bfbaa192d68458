"""What is due and what is likely to fail (V-16), from plans, MTBF and Weibull fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from steward.maintenance.v1 import outlook_service_pb2 as pb
from steward.maintenance.v1 import plan_pb2
from steward.maintenance.v1 import work_order_pb2 as order_pb
from steward.maintenance.v1.outlook_service_pb2_grpc import OutlookServiceStub

from services.maintenance.outlook import OutlookServicer
from services.maintenance.records.errors import ResourceNotFound
from services.maintenance.records.records import Records
from services.maintenance.reliability import Weibull
from tests.conftest import Stack, rejected
from tests.maintenance.made import add, asset, kind, plant, site, work_order
from tests.maintenance.serving import served

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WEAR = Weibull(3.0, 100)
PREDICTIVE, CORRECTIVE, PREVENTIVE = (
    order_pb.WORK_ORDER_TYPE_PREDICTIVE,
    order_pb.WORK_ORDER_TYPE_CORRECTIVE,
    order_pb.WORK_ORDER_TYPE_PREVENTIVE,
)


def stamp(days: float) -> Timestamp:
    """A time that many days from now."""
    found = Timestamp()
    found.FromDatetime(NOW + timedelta(days=days))
    return found


def needs(records: Records, **fields: Any) -> list[pb.Need]:
    return OutlookServicer(records, None, lambda: NOW).needs(pb.ListNeedsRequest(**fields))  # type: ignore[arg-type]


def failed(records: Records, name: str, days: float, **fields: Any) -> None:
    """An asset that failed that many days ago, and was mended within the hour."""
    order = add(records, work_order(asset=f"assets/{name}", report_time=stamp(-days), **fields))

    def complete(_store: Any, each: Any) -> None:
        each.state = order_pb.WORK_ORDER_STATE_COMPLETED
        each.complete_time.CopyFrom(stamp(-days + 1 / 24))

    records.change(kind(records, "WorkOrder"), order.name, "", complete)


def worn_pumps(records: Records, count: int = 12, **fields: Any) -> None:
    """Pumps that fail by wear, the first of them mended just now and the second long ago."""
    rng = np.random.default_rng(4)
    for number in range(count):
        add(records, asset(display_name=f"Pump {number}", category="pump"), f"pump-{number}")
        ages = {0: 1.0, 1: 150.0}
        days = ages.get(number, float(rng.uniform(5, 60)))
        for _ in range(4):
            failed(records, f"pump-{number}", days, **fields)
            days += float(WEAR.scale * rng.weibull(WEAR.shape))


def test_what_is_due_is_told_with_the_overdue_first(records: Records):
    plant(records)
    add(records, work_order(due_time=stamp(5), priority=order_pb.WORK_ORDER_PRIORITY_LOW), "soon")
    add(records, work_order(due_time=stamp(-2)), "late")
    add(records, work_order(due_time=stamp(200)), "far")
    trigger = plan_pb2.CalendarTrigger(every=1, unit=plan_pb2.CALENDAR_UNIT_YEAR, start_time=stamp(20))
    add(records, plan_pb2.Plan(display_name="Oil", asset="assets/pump", title="Oil", calendar=trigger), "oil")
    found = needs(records)
    assert [(need.work_order, need.plan) for need in found] == [
        ("workOrders/late", ""),
        ("", "plans/oil"),
        ("workOrders/soon", ""),
    ]
    late, oil, soon = found
    assert (late.priority, oil.type) == (order_pb.WORK_ORDER_PRIORITY_HIGH, PREVENTIVE)
    assert (late.days_until_maintenance, soon.days_until_maintenance) == (pytest.approx(-2), pytest.approx(5))
    assert late.recommendation == "Do the overdue work as soon as possible."
    assert needs(records, language="es")[0].recommendation == "Realice cuanto antes el trabajo atrasado."
    assert len(needs(records, horizon_d=365)) == 4


def test_what_wears_out_is_told_before_it_fails(records: Records):
    add(records, site(), "north")
    worn_pumps(records)
    found = {need.asset: need for need in needs(records, horizon_d=30) if need.type == PREDICTIVE}
    old = found["assets/pump-1"]
    assert "assets/pump-0" not in found  # as good as new
    assert old.confidence > 0.5
    assert old.failure_from.seconds < old.predicted_failure_time.seconds < old.failure_until.seconds
    weibull = old.estimates[-1]
    assert weibull.method == pb.FailureEstimate.METHOD_WEIBULL
    assert weibull.shape_lower < WEAR.shape < weibull.shape_upper
    assert old.estimates[0].method == pb.FailureEstimate.METHOD_MTBF
    assert "wearing out" in old.recommendation
    assert not old.HasField("expected_cost")
    assert old.priority == order_pb.WORK_ORDER_PRIORITY_HIGH


def test_chances_are_those_of_the_truth(records: Records):
    add(records, site(), "north")
    worn_pumps(records, count=30)
    old = next(need for need in needs(records, horizon_d=30) if need.asset == "assets/pump-1")
    assert old.confidence == pytest.approx(WEAR.failing_within(150, 30), abs=0.1)
    assert old.days_until_maintenance == pytest.approx(WEAR.remaining(150, 0.5), rel=0.4)


def test_priority_follows_what_waiting_costs_against_acting(records: Records):
    add(records, site(), "north")
    worn_pumps(records, cost=9000.0)
    failed(records, "pump-0", 3, type=PREVENTIVE, cost=500.0)
    old = next(need for need in needs(records, horizon_d=30) if need.asset == "assets/pump-1")
    assert (old.expected_cost, old.acting_cost) == (pytest.approx(old.confidence * 9000), 500)
    assert (old.priority, old.currency_code) == (order_pb.WORK_ORDER_PRIORITY_URGENT, "EUR")


def test_needs_are_those_of_a_site_or_of_an_asset_and_what_is_below_it(records: Records):
    plant(records)
    add(records, site(), "south")
    add(records, asset(site="sites/south"), "fan")
    add(records, asset(parent="assets/pump"), "motor")
    for name in ("pump", "motor", "fan"):
        add(records, work_order(asset=f"assets/{name}", due_time=stamp(1)))

    def assets(**fields: str) -> set[str]:
        return {need.asset.removeprefix("assets/") for need in needs(records, **fields)}

    assert assets() == {"pump", "motor", "fan"}
    assert assets(site_id="south") == assets(site_id="sites/south") == {"fan"}
    assert assets(asset_id="pump") == {"pump", "motor"}
    assert assets(asset_id="pump", site_id="south") == set()
    with pytest.raises(ResourceNotFound, match="sites/west"):
        assets(site_id="west")
    with pytest.raises(ResourceNotFound, match="sites/north"):
        assets(asset_id="sites/north")


def test_an_asset_without_history_is_not_guessed_at(records: Records):
    plant(records)
    assert needs(records) == []
    failed(records, "pump", 100)
    assert needs(records) == []


async def test_over_grpc(tmp_path: Path):
    async with served(f"sqlite:///{tmp_path / 'records.db'}") as running:
        plant(running.service.records)
        for _ in range(3):
            add(running.service.records, work_order(due_time=stamp(-400)))
        stub: Any = OutlookServiceStub(running.channel)
        answer = await stub.ListNeeds(pb.ListNeedsRequest(page_size=2))
        assert (len(answer.needs), answer.total_size) == (2, 3)
        refusal = await rejected(stub.ListNeeds(pb.ListNeedsRequest(asset_id="none")))
        assert (refusal.reason, refusal.metadata["name"]) == ("RESOURCE_NOT_FOUND", "assets/none")


async def test_over_rest(stack: Stack):
    for path in ("/v1/maintenance", "/api/v1/maintenance"):
        assert (await stack.http.get(path)).json() == {"needs": [], "totalSize": 0}
    assert (await stack.http.get("/v1/maintenance", params={"siteId": "west"})).status_code == 404
