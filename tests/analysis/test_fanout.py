"""Legs run concurrently under one deadline; a missing one is named (E-1, E-11, X-9)."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

import grpc
import pytest

from gateway.analysis.fanout import gather, leg_timeout
from services.kit.errors import NotServed, ServiceUnavailable


async def answer(value: Any, *needs: asyncio.Event) -> Any:
    for need in needs:
        await need.wait()
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

    answers = await gather({"a": meet(first, second)}, {"b": meet(second, first)})
    assert answers.results == {"a": "met", "b": "met"}
    assert answers.problems == {}


async def test_a_failed_optional_leg_is_told_with_its_reason():
    answers = await gather({"a": answer(1)}, {"b": fail(NotServed("No.", leg="b")), "c": answer(3)})
    assert answers.results == {"a": 1, "c": 3}
    assert answers.problems["b"].code == grpc.StatusCode.UNIMPLEMENTED.value[0]
    assert answers.problems["b"].message == "No."


async def test_a_leg_whose_service_is_gone_is_told_without_its_address():
    answers = await gather({"a": answer(1)}, {"b": fail(broken(grpc.StatusCode.UNAVAILABLE))})
    assert answers.problems["b"].code == grpc.StatusCode.UNAVAILABLE.value[0]
    assert "127.0.0.1" not in answers.problems["b"].message


async def test_a_failed_required_leg_fails_all_and_cancels_the_others():
    cancelled = asyncio.Event()

    async def wait_forever() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    with pytest.raises(ServiceUnavailable):
        await gather({"a": fail(ServiceUnavailable("Gone."))}, {"b": wait_forever()})
    assert cancelled.is_set()


async def test_an_unforeseen_error_of_an_optional_leg_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        await gather({"a": answer(1)}, {"b": fail(ZeroDivisionError())})


def test_legs_leave_time_for_the_reply():
    assert 0 < leg_timeout(1.0) < 1.0
