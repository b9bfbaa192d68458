"""Stocks of parts, which change by movements alone, so that every change of them can be traced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from google.protobuf.message import Message
from steward.errors.v1 import reason_pb2
from steward.maintenance.v1 import part_pb2
from steward.maintenance.v1 import part_service_pb2 as part_service
from steward.maintenance.v1 import work_order_pb2 as order_pb
from steward.maintenance.v1 import work_order_service_pb2 as order_service

from services.kit.errors import DomainError, Kind
from services.kit.workers import Workers
from services.maintenance.records.errors import IllegalState, ReferenceNotFound, ResourceNotFound
from services.maintenance.records.records import Records, new_id
from services.maintenance.records.store import Store


class StockTooLow(DomainError):
    """There is less in stock than was to be taken."""

    kind, reason = Kind.PRECONDITION, reason_pb2.REASON_STOCK_TOO_LOW


class StockServicer:
    """The RPCs that change stocks.

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
        kinds = records.catalog.by_type
        self._parts, self._orders = kinds["steward/Part"], kinds["steward/WorkOrder"]
        self._movements = kinds["steward/StockMovement"]

    async def AdjustStock(self, request: part_service.AdjustStockRequest, _: Any) -> Message:
        """Adds to a stock, or takes from it without an order."""
        movement = part_pb2.StockMovement(part=request.name, change=request.change, reason=request.reason)
        part = await self._workers.run(lambda: self._move(movement, request.etag))
        return part_service.AdjustStockResponse(part=part, movement=movement)

    async def ConsumePart(self, request: order_service.ConsumePartRequest, _: Any) -> Message:
        """Takes a part for an order."""
        movement = part_pb2.StockMovement(part=request.part, work_order=request.name, change=-request.quantity)
        await self._workers.run(lambda: self._consume(movement))
        return order_service.ConsumePartResponse(movement=movement)

    def _consume(self, movement: part_pb2.StockMovement) -> None:
        order = self._records.get(self._orders, movement.work_order)
        if order.state == order_pb.WORK_ORDER_STATE_CANCELLED:
            state = order_pb.WorkOrderState.Name(order.state)
            raise IllegalState(f"{order.name} is {state}, so nothing is taken for it.", name=order.name, state=state)
        try:
            self._move(movement)
        except ResourceNotFound:
            raise ReferenceNotFound("part", movement.part) from None

    def _move(self, movement: part_pb2.StockMovement, etag: str = "") -> part_pb2.Part:
        """Records a movement together with what it does to the stock."""

        def move(store: Store, part: part_pb2.Part) -> None:
            left = part.stock + movement.change
            if left < 0:
                raise StockTooLow(
                    f"There are {part.stock:g} of {part.name} in stock, so {-movement.change:g} cannot be taken; "
                    "adjust the stock first if it is wrong.",
                    name=part.name,
                    stock=f"{part.stock:g}",
                )
            part.stock = left
            movement.name = self._movements.name(new_id())
            movement.move_time.FromDatetime(self._now())
            if part.HasField("unit_cost"):
                movement.unit_cost = part.unit_cost
            self._records.add(store, self._movements, movement)

        part: part_pb2.Part = self._records.change(self._parts, movement.part, etag, move)
        return part
