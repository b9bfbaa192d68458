"""Answers batches: each item gets its prediction or its own error.

While the model predicts one part of a batch on another thread, the next part is checked and read on this one; ONNX
Runtime lets go of the interpreter's lock, so both cores work.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from functools import partial
from operator import attrgetter
from typing import Any

import numpy as np
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from protovalidate import Validator

from services.kit.status import status_of
from services.kit.violations import invalid_request
from services.kit.workers import Workers
from services.prediction.model import Model
from services.prediction.schema import Shape, message_of
from services.prediction.wire import Bytes, PredictionEncoder

PART_ROWS = 1024
"""Items of a part: about 12 ms of a model's work, so that handing a part over costs nothing beside it."""


class BatchPredictor:
    """Answers the batches of one RPC.

    Args:
        shape: The RPC's shape, that of a batch.
        response: The class of its responses.
        workers: Threads that predict.
    """

    def __init__(self, shape: Shape, response: type[Message], workers: Workers) -> None:
        assert shape.results and shape.error
        self._response = response
        self._result = GetMessageClass(message_of(shape.results))
        self._results, self._error = shape.results.name, shape.error.name
        prediction = shape.prediction.name
        self._encoder = PredictionEncoder(
            message_of(shape.prediction), lambda sample: self._one(**{prediction: sample})
        )
        self._field = shape.subject.name
        self.subjects = attrgetter(self._field)
        """Gives the items of a request."""
        self._workers = workers
        self._validator = Validator()

    def answer(self, model: Model, request: Message) -> bytes:
        """The serialized results, in the order of the request."""
        items = self.subjects(request)
        if len(items) <= PART_ROWS:
            problems, rows = self._read(model, items, 0)
            return _joined(len(items), problems, self._records(model, rows))
        parts: list[tuple[int, dict[int, bytes], Future[Bytes]]] = []
        for start in range(0, len(items), PART_ROWS):
            part = items[start : start + PART_ROWS]
            problems, rows = self._read(model, part, start)
            records = self._workers.assist(partial(self._records, model, rows))
            parts.append((len(part), problems, records))
        return b"".join(_joined(count, problems, records.result()) for count, problems, records in parts)

    def _read(
        self, model: Model, items: Sequence[Message], start: int
    ) -> tuple[dict[int, bytes], list[Sequence[float]]]:
        """Serialized errors of bad items by their place, and the inputs of the others."""
        problems: dict[int, bytes] = {}
        rows = []
        for index, item in enumerate(items):
            if violations := self._validator.collect_violations(item):
                error = status_of(invalid_request(violations, within=f"{self._field}[{start + index}]"))
                problems[index] = self._one(**{self._error: error}).SerializeToString()
            else:
                rows.append(model.inputs_of(item))
        return problems, rows

    def _records(self, model: Model, rows: Sequence[Sequence[float]]) -> Bytes:
        return self._encoder.encode(model.predict(rows)) if rows else np.empty((0, 0), np.uint8)

    def _one(self, **outcome: Any) -> Message:
        return self._response(**{self._results: [self._result(**outcome)]})


def _joined(count: int, problems: dict[int, bytes], records: Bytes) -> bytes:
    if not problems:
        return records.tobytes()
    fine = iter(records)
    return b"".join(problems[index] if index in problems else next(fine).tobytes() for index in range(count))
