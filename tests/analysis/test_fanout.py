"""Legs run concurrently under one deadline; a missing one is named (E-1, E-11, X-9)."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

import grpc
import pytest
from google.rpc.status_pb2 import Status

from gateway.analysis.fanout import attempt, concurrent, leg_timeout
from services.kit.errors import NotServed, ServiceUnavailable


async def answer(value: Any) -> Any:
    return value


async def fail(error: BaseException) -> NoReturn:
    raise error


def broken(code: grpc.StatusCode) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(), "ipv4:127.0.0.1:1 refused")


async def test_legs_run_concurrently():
    first, second = asyncio.Event(), asyncio.Event()

    async def meet(own: asyncio.Event, other: asyncio.Event) -> str:
        own.set()
        await other.wait()
        return "met"

    async with concurrent(meet(first, second), meet(second, first)) as tasks:
        assert [await task for task in tasks] == ["met", "met"]


async def test_a_leg_that_fails_cancels_the_others():
    cancelled = asyncio.Event()

    async def wait_forever() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def both() -> None:
        async with concurrent(fail(ServiceUnavailable("Gone.")), wait_forever()) as (failing, _):
            await asyncio.sleep(0)
            await failing

    with pytest.raises(ServiceUnavailable):
        await both()
    assert cancelled.is_set()


async def test_an_optional_leg_that_answers_gives_its_answer():
    assert await attempt(answer(1)) == 1


async def test_an_optional_leg_that_fails_gives_its_reason():
    told = await attempt(fail(NotServed("No.", leg="b")))
    assert isinstance(told, Status)
    assert told.code == grpc.StatusCode.UNIMPLEMENTED.value[0]
    assert told.message == "No."


async def test_a_leg_whose_service_is_gone_is_told_without_its_address():
    told = await attempt(fail(broken(grpc.StatusCode.UNAVAILABLE)))
    assert isinstance(told, Status)
    assert told.code == grpc.StatusCode.UNAVAILABLE.value[0]
    assert "127.0.0.1" not in told.message


async def test_a_request_that_is_wrong_to_an_optional_leg_is_not_told_as_missing():
    with pytest.raises(grpc.aio.AioRpcError):
        await attempt(fail(broken(grpc.StatusCode.INVALID_ARGUMENT)))


async def test_an_unforeseen_error_of_an_optional_leg_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        await attempt(fail(ZeroDivisionError()))


def test_legs_leave_time_for_the_reply():
    assert 0 < leg_timeout(1.0) < 1.0
