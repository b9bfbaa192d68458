"""Predictions as wire bytes, many at a time.

Messages of predictions differ in nothing but a few doubles and one enum. A sample is serialized once, the places of
these values in its bytes are found, and NumPy fills them for all predictions together: 0.2 us a message against 10 us
for building it field by field. Serialized messages that are concatenated merge, which is how fields are put together.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from steward.model.v1.estimate_pb2 import Applicability, Estimate, Interval

from services.prediction.model import Predictions
from services.prediction.schema import is_message, only, outputs_of

Bytes = npt.NDArray[np.uint8]

_SENTINEL = 1.2345e300
"""The first of the values that mark places in the sample; nothing else in it looks like them."""


class PredictionEncoder:
    """Serializes predictions as messages of one type, or as messages that hold one.

    Args:
        prediction: The prediction message, such as steward.energy.v1.LoadPrediction.
        within: Makes the message to serialize from a prediction; None serializes the prediction itself.
    """

    def __init__(self, prediction: Descriptor, within: Callable[[Message], Message] | None = None) -> None:
        self._class = GetMessageClass(prediction)
        outputs = outputs_of(prediction)
        sentinels = iter(_SENTINEL * (1 + i * 1e-6) for i in range(4 * len(outputs) + 1))
        fields: dict[str, Any] = {}
        places: list[float] = []
        for output in outputs:
            value, lower, upper, level = (next(sentinels) for _ in range(4))
            places += (value, lower, upper, level)
            fields[output.name] = Estimate(value=value, interval=Interval(lower=lower, upper=upper, level=level))
        applicability = only(f for f in prediction.fields if is_message(f, Applicability))
        if applicability:
            distance = next(sentinels)
            fields[applicability.name] = Applicability(domain=1, distance=distance)  # type: ignore[arg-type]
        sample = self._class(**fields)
        template = (within(sample) if within else sample).SerializeToString()
        self._template = np.frombuffer(template, np.uint8)
        self._columns = np.array([range(at, at + 8) for at in (_place(template, v) for v in places)]).ravel()
        # The distance is the last field of Applicability and the domain, one byte, stands right before its tag.
        self._distance = _place(template, distance) if applicability else None

    def encode(self, predictions: Predictions) -> Bytes:
        """One serialized message a row, uint8, shape (n, length)."""
        count = len(predictions.numbers)
        records = np.empty((count, len(self._template)), np.uint8)
        records[:] = self._template
        records[:, self._columns] = _bytes(predictions.numbers.reshape(count, -1))
        if self._distance is not None:
            records[:, self._distance : self._distance + 8] = _bytes(predictions.distance.reshape(count, 1))
            records[:, self._distance - 2] = predictions.domain
        return records

    def messages(self, predictions: Predictions) -> list[Message]:
        """One prediction message a row; only of an encoder that serializes the prediction itself."""
        return [self._class.FromString(record.tobytes()) for record in self.encode(predictions)]


def _bytes(numbers: npt.NDArray[np.float64]) -> Bytes:
    return np.ascontiguousarray(numbers, dtype="<f8").view(np.uint8)


def _place(template: bytes, sentinel: float) -> int:
    packed = struct.pack("<d", sentinel)
    if template.count(packed) != 1:
        raise ValueError("the sample holds the marker of a place more than once")
    return template.index(packed)
