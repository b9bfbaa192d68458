"""Asks several services at once under one deadline, and tells which of them could not answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
from google.rpc.status_pb2 import Status

from services.kit.errors import DomainError
from services.kit.status import status_of, status_of_call

REPLY_SHARE = 0.1
"""Share of the remaining time that is kept for the reply, so that a slow leg is told as missing, not as a timeout."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the legs answered."""

    results: dict[str, Any]
    """Responses by the name of the leg."""
    problems: dict[str, Status]
    """Why a leg has no response, by the name of the leg, in the order in which the legs were given."""


def leg_timeout(remaining_s: float) -> float:
    """Seconds that a leg gets when the caller waits for ``remaining_s``."""
    return remaining_s * (1 - REPLY_SHARE)


async def gather(required: Mapping[str, Awaitable[Any]], optional: Mapping[str, Awaitable[Any]]) -> Answers:
    """Waits for all legs, which run concurrently.

    Args:
        required: Legs without which there is no answer.
        optional: Legs whose failure is told among the problems.

    Raises:
        grpc.aio.AioRpcError, DomainError: What the first required leg that failed raised, or a leg to which the request
            is invalid; the others are cancelled.
    """
    optional_tasks = {name: asyncio.ensure_future(_attempt(leg)) for name, leg in optional.items()}
    required_tasks = {name: asyncio.ensure_future(leg) for name, leg in required.items()}
    tasks = [*required_tasks.values(), *optional_tasks.values()]
    try:
        await asyncio.gather(*required_tasks.values())
        await asyncio.gather(*optional_tasks.values())
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    outcomes = {name: task.result() for name, task in (required_tasks | optional_tasks).items()}
    return Answers(
        {name: outcome for name, outcome in outcomes.items() if not isinstance(outcome, Status)},
        {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, Status)},
    )


async def _attempt(leg: Awaitable[Any]) -> Any:
    try:
        return await leg
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.INVALID_ARGUMENT:
            raise  # the request is wrong: that is for the caller to mend, not a part that is missing
        return status_of_call(error)
    except DomainError as error:
        return status_of(error)
