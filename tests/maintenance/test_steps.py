"""The steps of work orders: each from the states that it can be taken from, and from no other (V-16, X-9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from steward.maintenance.v1 import failure_pb2, site_service_pb2
from steward.maintenance.v1 import work_order_pb2 as pb
from steward.maintenance.v1 import work_order_service_pb2 as service
from steward.maintenance.v1.site_service_pb2_grpc import SiteServiceStub
from steward.maintenance.v1.work_order_service_pb2_grpc import WorkOrderServiceStub

from tests.conftest import rejected
from tests.maintenance.made import plant, site, work_order
from tests.maintenance.serving import Served, served

STATES = [state for state in pb.WorkOrderState.values() if state]
LEGAL = {
    "Start": {pb.WORK_ORDER_STATE_OPEN, pb.WORK_ORDER_STATE_ON_HOLD},
    "Hold": {pb.WORK_ORDER_STATE_IN_PROGRESS},
    "Complete": {pb.WORK_ORDER_STATE_IN_PROGRESS},
    "Cancel": {pb.WORK_ORDER_STATE_OPEN, pb.WORK_ORDER_STATE_IN_PROGRESS, pb.WORK_ORDER_STATE_ON_HOLD},
    "Reopen": {pb.WORK_ORDER_STATE_COMPLETED, pb.WORK_ORDER_STATE_CANCELLED},
}
"""As the contract's comments say."""
WAY = {
    pb.WORK_ORDER_STATE_OPEN: (),
    pb.WORK_ORDER_STATE_IN_PROGRESS: ("Start",),
    pb.WORK_ORDER_STATE_ON_HOLD: ("Start", "Hold"),
    pb.WORK_ORDER_STATE_COMPLETED: ("Start", "Complete"),
    pb.WORK_ORDER_STATE_CANCELLED: ("Cancel",),
}
"""Steps that lead to a state."""


@pytest.fixture
async def running(tmp_path: Any) -> AsyncIterator[Served]:
    async with served(f"sqlite:///{tmp_path / 'records.db'}") as found:
        plant(found.service.records)
        yield found


async def step(running: Served, name: str, **fields: Any) -> pb.WorkOrder:
    stub: Any = WorkOrderServiceStub(running.channel)
    if name in ("Hold", "Cancel"):
        fields.setdefault("reason", "no parts")
    request = getattr(service, f"{name}WorkOrderRequest")(name="workOrders/order", **fields)
    return (await getattr(stub, f"{name}WorkOrder")(request)).work_order


async def order(running: Served, state: int = pb.WORK_ORDER_STATE_OPEN) -> None:
    stub: Any = WorkOrderServiceStub(running.channel)
    await stub.CreateWorkOrder(service.CreateWorkOrderRequest(work_order=work_order(), work_order_id="order"))
    for each in WAY[state]:
        await step(running, each)


def time(text: str) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(datetime.fromisoformat(text).replace(tzinfo=UTC))
    return found


@pytest.mark.parametrize("state", STATES, ids=pb.WorkOrderState.Name)
@pytest.mark.parametrize("name", LEGAL)
async def test_a_step_is_taken_from_its_states_alone(running: Served, name: str, state: int):
    await order(running, state)
    if state in LEGAL[name]:
        assert (await step(running, name)).etag == str(len(WAY[state]) + 2)
        return
    refusal = await rejected(step(running, name))
    assert refusal.code == grpc.StatusCode.FAILED_PRECONDITION
    assert refusal.reason == "ILLEGAL_STATE"
    assert refusal.metadata["state"] == pb.WorkOrderState.Name(state)


async def test_completing_tells_what_it_took_and_what_had_failed(running: Served):
    await order(running)
    await step(running, "Start", start_time=time("2026-03-02T08:00"))
    done = await step(
        running,
        "Complete",
        complete_time=time("2026-03-02T11:30"),
        labor_h=3.5,
        cost=420,
        downtime_h=0,
        failure_mode=failure_pb2.FAILURE_MODE_VIBRATION,
        resolution="Bearing replaced",
    )
    assert (done.labor_h, done.cost, done.HasField("downtime_h"), done.resolution) == (
        3.5,
        420,
        True,
        "Bearing replaced",
    )
    assert done.failure_mode == failure_pb2.FAILURE_MODE_VIBRATION
    assert done.state == pb.WORK_ORDER_STATE_COMPLETED


async def test_work_does_not_end_before_it_begins(running: Served):
    await order(running)
    await step(running, "Start", start_time=time("2026-03-02T08:00"))
    refusal = await rejected(step(running, "Complete", complete_time=time("2026-03-02T07:59")))
    assert refusal.code == grpc.StatusCode.INVALID_ARGUMENT
    assert refusal.metadata["field"] == "complete_time"
    assert (await step(running, "Hold", reason="lunch")).state_reason == "lunch"


async def test_of_two_who_take_a_step_from_one_state_one_is_refused(running: Served):
    await order(running)
    assert (await step(running, "Start", etag="1")).state == pb.WORK_ORDER_STATE_IN_PROGRESS
    refusal = await rejected(step(running, "Cancel", etag="1"))
    assert refusal.code == grpc.StatusCode.ABORTED
    assert refusal.metadata["etag"] == "2"


async def test_what_was_begun_keeps_when_it_was_begun(running: Served):
    await order(running)
    await step(running, "Start", start_time=time("2026-03-02T08:00"))
    await step(running, "Hold")
    again = await step(running, "Start")
    assert (again.start_time, again.state_reason) == (time("2026-03-02T08:00"), "")
    await step(running, "Complete")
    reopened = await step(running, "Reopen", reason="leaks again")
    assert not reopened.HasField("start_time")
    assert not reopened.HasField("complete_time")
    assert reopened.state_reason == "leaks again"


async def test_the_state_is_no_field_to_change(running: Served):
    await order(running)
    stub: Any = WorkOrderServiceStub(running.channel)
    changed = pb.WorkOrder(name="workOrders/order", state=pb.WORK_ORDER_STATE_COMPLETED, title="New")
    answer = await stub.UpdateWorkOrder(service.UpdateWorkOrderRequest(work_order=changed))
    assert (answer.work_order.state, answer.work_order.title) == (pb.WORK_ORDER_STATE_OPEN, "New")


async def test_the_five_rpcs_of_a_resource(running: Served):
    stub: Any = SiteServiceStub(running.channel)
    pb_ = site_service_pb2
    made = (await stub.CreateSite(pb_.CreateSiteRequest(site=site(), site_id="south"))).site
    assert (await stub.GetSite(pb_.GetSiteRequest(name="sites/south"))).site == made
    made.address = "B"
    changed = (await stub.UpdateSite(pb_.UpdateSiteRequest(site=made))).site
    assert (changed.address, changed.etag) == ("B", "2")
    sites = (await stub.ListSites(pb_.ListSitesRequest(order_by="name"))).sites
    assert [each.name for each in sites] == ["sites/north", "sites/south"]
    await stub.DeleteSite(pb_.DeleteSiteRequest(name="sites/south", etag="2"))
    refusal = await rejected(stub.GetSite(pb_.GetSiteRequest(name="sites/south")))
    assert refusal.code == grpc.StatusCode.NOT_FOUND
    assert refusal.reason == "RESOURCE_NOT_FOUND"
