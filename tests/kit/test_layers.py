"""The declared order of what surrounds a call, and what no channel can bring about (X-7)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from prometheus_client import CollectorRegistry
from steward.model.v1.model_service_pb2 import ListModelsRequest

from services.kit.errors import DeadlineExceeded, NotServed
from services.kit.layers import Call, Deadline, Errors, standard_layers
from services.kit.metrics import ServerMetrics
from tests.conftest import rejected
from tests.kit.probe import echo, probe


class Recorder:
    """A layer that notes when it acts."""

    def __init__(self, name: str, events: list[str], refuses: bool = False) -> None:
        self._name, self._events, self._refuses = name, events, refuses

    def enter(self, _: Call) -> None:
        self._events.append(f"enter {self._name}")
        if self._refuses:
            raise NotServed("refused on the way in")

    def check(self, _: Any) -> None:
        self._events.append(f"check {self._name}")

    def leave(self, _: Call) -> None:
        self._events.append(f"leave {self._name}")


def call(remaining: float | None = None, code: Any = None) -> Call:
    return Call("/a.B/C", SimpleNamespace(time_remaining=lambda: remaining, code=lambda: code))


def test_the_layers_of_every_server_stand_in_one_order():
    layers = standard_layers(ServerMetrics(CollectorRegistry()), 1)
    names = [type(layer).__name__ for layer in layers]
    assert names == ["RequestId", "AccessLog", "Metrics", "Errors", "Deadline", "Validation"]


async def test_layers_enter_from_outside_and_leave_from_inside():
    events: list[str] = []

    async def answer(request: ListModelsRequest, _: Any) -> Any:
        events.append("handler")
        return echo(request)

    async with probe(layers=[Recorder("outer", events), Recorder("inner", events)], unary=answer) as p:
        await p.unary(ListModelsRequest())
    order = ["enter outer", "enter inner", "check outer", "check inner", "handler", "leave inner", "leave outer"]
    assert events == order


async def test_a_layer_that_refuses_keeps_the_call_from_what_is_inside():
    events: list[str] = []

    async def answer(*_: Any) -> Any:
        events.append("handler")

    layers = [Errors(), Recorder("outer", events, refuses=True), Recorder("inner", events)]
    async with probe(layers=layers, unary=answer) as p:
        problem = await rejected(p.unary(ListModelsRequest()))
    assert problem.reason == "NOT_SERVED"
    assert events == ["enter outer", "leave inner", "leave outer"]


@pytest.mark.parametrize("remaining", [0.0, -1.5])
def test_a_call_whose_deadline_has_passed_is_refused_before_any_work(remaining):
    with pytest.raises(DeadlineExceeded, match="had passed when the call arrived"):
        Deadline(10).enter(call(remaining))


@pytest.mark.parametrize(("remaining", "timeout"), [(None, 10), (0.5, None)])
def test_only_a_call_without_a_deadline_is_limited_here(remaining, timeout):
    arrived = call(remaining)
    Deadline(10).enter(arrived)
    assert arrived.timeout == timeout


@pytest.mark.parametrize(
    ("code", "name"),
    [(grpc.StatusCode.ABORTED, "ABORTED"), (10, "ABORTED"), (999, "UNKNOWN"), (None, "UNKNOWN")],
)
def test_a_code_that_a_handler_has_set_is_named_in_whatever_form_grpc_gives_it(code, name):
    aborted = call(code=code)
    aborted.error = grpc.aio.AbortError()
    Errors().leave(aborted)
    assert (aborted.code, aborted.status) == (name, None)
