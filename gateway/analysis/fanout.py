"""Asks several services under one deadline, and tells which of them could not answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import TypeVar

import grpc
from google.rpc.status_pb2 import Status

from services.kit.errors import DomainError
from services.kit.status import status_of, status_of_call

_T = TypeVar("_T")

REPLY_SHARE = 0.1
"""Share of the remaining time that is kept for the reply, so that a slow leg is told as missing, not as a timeout."""


def leg_timeout(remaining_s: float) -> float:
    """Seconds that a leg gets when the caller waits for ``remaining_s``."""
    return remaining_s * (1 - REPLY_SHARE)


@asynccontextmanager
async def concurrent(*legs: Awaitable[_T]) -> AsyncIterator[tuple[asyncio.Task[_T], ...]]:
    """Runs legs concurrently as tasks; those that are not done when the block is left are cancelled."""
    tasks = tuple(asyncio.ensure_future(_run(leg)) for leg in legs)
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(leg: Awaitable[_T]) -> _T:
    return await leg


async def attempt(leg: Awaitable[_T]) -> _T | Status:
    """What an optional leg answers, or why it cannot.

    Raises:
        grpc.aio.AioRpcError: To the leg the request is wrong: that is for the caller to mend, not a missing part.
    """
    try:
        return await leg
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
            raise
        return status_of_call(error)
    except DomainError as error:
        return status_of(error)
