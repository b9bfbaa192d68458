"""The steps of work orders: which can be taken from which state, and what they set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message
from steward.maintenance.v1 import work_order_pb2 as pb
from steward.maintenance.v1 import work_order_service_pb2 as service_pb

from services.kit.workers import Workers
from services.maintenance.records.errors import IllegalState, field_error
from services.maintenance.records.records import Records

_OPEN, _IN_PROGRESS, _ON_HOLD, _COMPLETED, _CANCELLED = (
    pb.WORK_ORDER_STATE_OPEN,
    pb.WORK_ORDER_STATE_IN_PROGRESS,
    pb.WORK_ORDER_STATE_ON_HOLD,
    pb.WORK_ORDER_STATE_COMPLETED,
    pb.WORK_ORDER_STATE_CANCELLED,
)
ENDED = (_COMPLETED, _CANCELLED)
"""States of orders on which nobody works any more."""
STEPS: Mapping[str, tuple[tuple[int, ...], int]] = {
    "start": ((_OPEN, _ON_HOLD), _IN_PROGRESS),
    "hold": ((_IN_PROGRESS,), _ON_HOLD),
    "complete": ((_IN_PROGRESS,), _COMPLETED),
    "cancel": ((_OPEN, _IN_PROGRESS, _ON_HOLD), _CANCELLED),
    "reopen": ((_COMPLETED, _CANCELLED), _OPEN),
}
"""States that each step can be taken from, and the one that it leads to."""


class WorkOrderServicer:
    """The RPCs of work orders that are not those of every resource.

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

    async def StartWorkOrder(self, request: service_pb.StartWorkOrderRequest, _: Any) -> Message:
        """Begins or goes on with the work."""

        def start(order: pb.WorkOrder) -> None:
            if not order.HasField("start_time"):
                self._set_time(order, "start_time", request)
            order.ClearField("state_reason")

        return service_pb.StartWorkOrderResponse(work_order=await self._step("start", request, start))

    async def HoldWorkOrder(self, request: service_pb.HoldWorkOrderRequest, _: Any) -> Message:
        """Interrupts the work."""
        return service_pb.HoldWorkOrderResponse(work_order=await self._step("hold", request, _with_reason(request)))

    async def CompleteWorkOrder(self, request: service_pb.CompleteWorkOrderRequest, _: Any) -> Message:
        """Ends the work, and tells what it took and what had failed."""

        def complete(order: pb.WorkOrder) -> None:
            self._set_time(order, "complete_time", request)
            if order.complete_time.ToNanoseconds() < order.start_time.ToNanoseconds():
                raise field_error("complete_time", "is before the work began; give a later time")
            for name in _OUTCOME:
                if _is_given(request, name):
                    setattr(order, name, getattr(request, name))
            order.ClearField("state_reason")

        return service_pb.CompleteWorkOrderResponse(work_order=await self._step("complete", request, complete))

    async def CancelWorkOrder(self, request: service_pb.CancelWorkOrderRequest, _: Any) -> Message:
        """Gives the work up."""
        return service_pb.CancelWorkOrderResponse(work_order=await self._step("cancel", request, _with_reason(request)))

    async def ReopenWorkOrder(self, request: service_pb.ReopenWorkOrderRequest, _: Any) -> Message:
        """Takes the work up again."""

        def reopen(order: pb.WorkOrder) -> None:
            order.ClearField("complete_time")
            order.ClearField("start_time")
            order.state_reason = request.reason

        return service_pb.ReopenWorkOrderResponse(work_order=await self._step("reopen", request, reopen))

    async def _step(self, step: str, request: Any, change: Callable[[pb.WorkOrder], None]) -> pb.WorkOrder:
        legal, state = STEPS[step]

        def take(_store: Any, order: pb.WorkOrder) -> None:
            if order.state not in legal:
                raise _illegal(order, step, legal)
            order.state = state  # type: ignore[assignment]
            change(order)

        resource = self._records.catalog.by_type["steward/WorkOrder"]
        order: pb.WorkOrder = await self._workers.run(
            lambda: self._records.change(resource, request.name, request.etag, take)
        )
        return order

    def _set_time(self, order: Any, name: str, request: Any) -> None:
        if request.HasField(name):
            getattr(order, name).CopyFrom(getattr(request, name))
        else:
            getattr(order, name).FromDatetime(self._now())


_OUTCOME = (
    "labor_h",
    "cost",
    "downtime_h",
    "failure_mode",
    "failure_mechanism",
    "failure_cause",
    "resolution",
)


def _is_given(request: Message, name: str) -> bool:
    return any(descriptor.name == name for descriptor, _ in request.ListFields())


def _with_reason(request: Any) -> Callable[[pb.WorkOrder], None]:
    def change(order: pb.WorkOrder) -> None:
        order.state_reason = request.reason

    return change


def _illegal(order: pb.WorkOrder, step: str, legal: tuple[int, ...]) -> IllegalState:
    name = pb.WorkOrderState.Name
    states = " or ".join(name(state) for state in legal)  # type: ignore[arg-type]
    return IllegalState(
        f"{order.name} is {name(order.state)}; one can only {step} an order that is {states}.",
        name=order.name,
        state=name(order.state),
        **{"from": ",".join(name(state) for state in legal)},  # type: ignore[arg-type]
    )
