"""Stocks of parts (M-28): every change of them is a movement, and there is never less than nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from steward.maintenance.v1 import part_pb2
from steward.maintenance.v1 import part_service_pb2 as parts
from steward.maintenance.v1 import work_order_service_pb2 as orders
from steward.maintenance.v1.part_service_pb2_grpc import PartServiceStub
from steward.maintenance.v1.work_order_service_pb2_grpc import WorkOrderServiceStub

from tests.conftest import rejected
from tests.maintenance.made import add, plant, work_order
from tests.maintenance.serving import Served, served

SEAL = "parts/seal"


class Store:
    """A service with one part and one order."""

    def __init__(self, running: Served) -> None:
        self.parts: Any = PartServiceStub(running.channel)
        self.orders: Any = WorkOrderServiceStub(running.channel)

    async def adjust(self, change: float, **fields: Any) -> Any:
        request = parts.AdjustStockRequest(name=SEAL, change=change, **{"reason": "delivery", **fields})
        return await self.parts.AdjustStock(request)

    async def consume(self, quantity: float, part: str = SEAL, order: str = "workOrders/order") -> Any:
        return await self.orders.ConsumePart(orders.ConsumePartRequest(name=order, part=part, quantity=quantity))

    async def stock(self) -> float:
        return (await self.parts.GetPart(parts.GetPartRequest(name=SEAL))).part.stock

    async def movements(self, **filters: Any) -> list[tuple[float, str]]:
        request = parts.ListStockMovementsRequest(order_by="move_time", **filters)
        found = (await self.parts.ListStockMovements(request)).stock_movements
        return [(each.change, each.reason) for each in found]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with served(f"sqlite:///{tmp_path / 'records.db'}") as running:
        plant(running.service.records)
        add(running.service.records, work_order(), "order")
        add(running.service.records, part_pb2.Part(display_name="Seal", unit_cost=4), "seal")
        yield Store(running)


async def test_every_change_is_recorded(store: Store):
    answer = await store.adjust(10, reason="delivery 4711")
    assert (answer.part.stock, answer.movement.change, answer.movement.unit_cost) == (10, 10, 4)
    taken = (await store.consume(3)).movement
    assert (taken.change, taken.work_order, taken.part) == (-3, "workOrders/order", SEAL)
    assert await store.stock() == 7
    assert await store.movements() == [(10, "delivery 4711"), (-3, "")]
    assert await store.movements(work_order="workOrders/order") == [(-3, "")]


async def test_there_is_never_less_than_nothing(store: Store):
    await store.adjust(2)
    refusal = await rejected(store.consume(2.5))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "STOCK_TOO_LOW")
    assert refusal.metadata == {"name": SEAL, "stock": "2"}
    assert (await rejected(store.adjust(-3))).reason == "STOCK_TOO_LOW"
    assert (await store.stock(), len(await store.movements())) == (2, 1)


async def test_takers_at_the_same_time_share_what_there_is(store: Store):
    await store.adjust(5)
    outcomes = await asyncio.gather(*(store.consume(1) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(outcome, BaseException) for outcome in outcomes) == 3
    assert (await store.stock(), len(await store.movements())) == (0, 6)


async def test_what_is_not_there_is_told(store: Store):
    await store.adjust(5)
    assert (await rejected(store.consume(1, part="parts/none"))).reason == "REFERENCE_NOT_FOUND"
    assert (await rejected(store.consume(1, order="workOrders/none"))).reason == "RESOURCE_NOT_FOUND"
    await store.orders.CancelWorkOrder(orders.CancelWorkOrderRequest(name="workOrders/order", reason="x"))
    assert (await rejected(store.consume(1))).reason == "ILLEGAL_STATE"
    refusal = await rejected(store.adjust(1, etag="1"))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ABORTED, "RESOURCE_CHANGED")
    assert await store.stock() == 5
