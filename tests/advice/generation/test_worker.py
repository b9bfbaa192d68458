"""The worker's side of its pipes, without a process."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.advice.generation import End, StopReason, Task, wire
from services.advice.generation.errors import ModelBroken, PromptTooLong
from services.advice.generation.json_schema import check_schema, violation
from services.advice.generation.schema_error import SchemaNotEnforceable
from services.advice.generation.worker import Channel, serve
from services.kit.errors import DomainError
from tests.advice.generation.talk import FORECAST, LONG, task


class _Parent:
    """The other ends of a worker's pipes, and a thread in which it serves."""

    def __init__(self, path: Path) -> None:
        source, self._input = os.pipe()
        output, target = os.pipe()
        self._output = os.fdopen(output)
        self._descriptors = (source, target)
        self._thread = threading.Thread(target=serve, args=(path, 1024, Channel(source, target)))
        self._thread.start()

    def say(self, *messages: dict[str, Any]) -> None:
        os.write(self._input, b"".join(map(wire.line, messages)))

    def hear(self) -> dict[str, Any]:
        return json.loads(self._output.readline())

    def outcome(self) -> tuple[str, dict[str, Any]]:
        """What is said until the end of a task."""
        said = ""
        while "text" in (message := self.hear()):
            said += message["text"]
        return said, message

    def go(self) -> None:
        os.close(self._input)
        self._thread.join(10)
        assert not self._thread.is_alive()
        self._output.close()
        for descriptor in self._descriptors:
            os.close(descriptor)


@pytest.fixture
def parent(tiny: Path) -> Iterator[_Parent]:
    started = _Parent(tiny)
    yield started
    started.go()


def _message(number: int, what: Task, seconds: float | None = None) -> dict[str, Any]:
    schema = check_schema(what.schema) if what.schema else None
    return wire.task_message(number, what, schema, seconds)


def test_a_worker_tells_its_model_then_does_one_task_after_the_other(parent: _Parent) -> None:
    assert parent.hear()["model"]["name"] == "random-words"

    for number in (1, 2):
        parent.say(_message(number, task(schema=FORECAST, seed=number)))
        said, message = parent.outcome()
        assert violation(FORECAST, said) is None
        assert message["number"] == number
        assert wire.end_from(message["end"]).stop_reason is StopReason.COMPLETE


def test_a_cancelled_task_ends_with_the_number_of_its_tokens(parent: _Parent) -> None:
    parent.hear()

    parent.say(_message(1, task(schema=LONG)), {"cancel": 1})
    said, message = parent.outcome()

    # The cancellation was there before anything but the quotation mark that the schema begins with.
    assert said in ("", '"')
    assert message == {"number": 1, "stopped": 0}


def test_a_cancellation_that_comes_too_late_does_not_stop_the_next_task(parent: _Parent) -> None:
    parent.hear()
    parent.say(_message(1, task(schema=FORECAST)))
    parent.outcome()

    parent.say({"cancel": 1})
    parent.say(_message(2, task(schema=FORECAST)))

    assert "end" in parent.outcome()[1]


def test_a_task_whose_time_has_run_out_is_not_begun(parent: _Parent) -> None:
    parent.hear()

    parent.say(_message(1, task(schema=LONG), seconds=-1.0))

    assert parent.outcome()[1]["stopped"] == 0


def test_an_error_is_told_and_the_worker_goes_on(parent: _Parent) -> None:
    parent.hear()

    parent.say(_message(1, task("word " * 1000)))
    error = wire.error_from(parent.outcome()[1]["error"])
    parent.say(_message(2, task(schema=FORECAST)))

    assert isinstance(error, PromptTooLong)
    assert error.metadata["limit"] == "1024"
    assert "end" in parent.outcome()[1]


def test_what_nobody_foresaw_fails_the_task_alone(parent: _Parent, capfd: pytest.CaptureFixture[str]) -> None:
    parent.hear()
    broken = _message(1, task(schema=FORECAST))
    broken["task"]["messages"] = [["nobody", "hello"]]

    parent.say(broken)
    error = wire.error_from(parent.outcome()[1]["error"])
    parent.say(_message(2, task(schema=FORECAST)))

    assert error.message == "Generating the text failed; try again."
    assert "end" in parent.outcome()[1]
    assert "'nobody' is not a valid Role" in capfd.readouterr().err


def test_a_task_may_arrive_in_parts(parent: _Parent) -> None:
    parent.hear()
    data = wire.line(_message(1, task("año " * 20, schema=FORECAST)))

    for start in range(0, len(data), 50):
        os.write(parent._input, data[start : start + 50])

    assert "end" in parent.outcome()[1]


def test_a_broken_model_is_told_and_ends_the_worker(tmp_path: Path) -> None:
    parent = _Parent(tmp_path / "none.gguf")

    error = wire.error_from(parent.hear()["error"])

    assert isinstance(error, ModelBroken)
    assert "does not exist" in error.message
    parent.go()


@pytest.mark.parametrize(
    "error",
    [
        PromptTooLong("Too long.", limit="5"),
        SchemaNotEnforceable("/properties/a", "uniqueItems", "cannot be enforced"),
        ModelBroken("Broken."),
    ],
)
def test_errors_cross_the_pipes(error: DomainError) -> None:
    received = wire.error_from(json.loads(wire.line(wire.error_message(error))))

    assert type(received) is type(error)
    assert (received.message, received.metadata, received.reason) == (error.message, error.metadata, error.reason)


def test_tasks_and_ends_cross_the_pipes() -> None:
    asked = task("año 😀\n", max_tokens=5, temperature=0.25, top_p=0.5, seed=None, stop=("a", "b"))
    end = End(StopReason.LENGTH, 1, 2, 3)

    message = json.loads(wire.line(wire.task_message(3, asked, {}, 1.5)))

    assert wire.task_from(message["task"]) == asked
    assert (message["number"], message["schema"], message["seconds"]) == (3, {}, 1.5)
    assert wire.end_from(json.loads(wire.line(wire.end_message(end)))) == end
