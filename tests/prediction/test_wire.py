"""The quick way to wire bytes gives the same messages as the plain one (C-44)."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from steward.energy.v1.energy_service_pb2 import BatchPredictLoadsResponse, PredictLoadsResponse
from steward.energy.v1.loads_pb2 import LoadPrediction, LoadPredictionResult
from steward.model.v1.estimate_pb2 import Applicability, Estimate, Interval

from services.prediction.model import Predictions
from services.prediction.wire import PredictionEncoder
from tests.prediction.serving import OUTPUTS

PLAIN = PredictionEncoder(LoadPrediction.DESCRIPTOR)
SINGLE = PredictionEncoder(LoadPrediction.DESCRIPTOR, lambda p: PredictLoadsResponse(prediction=p))
BATCH = PredictionEncoder(
    LoadPrediction.DESCRIPTOR, lambda p: BatchPredictLoadsResponse(results=[LoadPredictionResult(prediction=p)])
)


@st.composite
def predictions(draw: st.DrawFn, outputs: int = 3) -> Predictions:
    count = draw(st.integers(1, 6))
    finite = st.floats(allow_nan=False, allow_infinity=False)
    numbers = draw(hnp.arrays(np.float64, (count, outputs, 4), elements=finite))
    distance = draw(hnp.arrays(np.float64, count, elements=st.floats(0, 1e300)))
    domain = draw(hnp.arrays(np.int64, count, elements=st.integers(1, 3)))
    return Predictions(numbers, distance, domain)


def estimate(of: Predictions, row: int, column: int) -> Estimate:
    value, lower, upper, level = of.numbers[row, column]
    return Estimate(value=value, interval=Interval(lower=lower, upper=upper, level=level))


def by_hand(of: Predictions, row: int) -> LoadPrediction:
    """The prediction built field by field."""
    return LoadPrediction(
        **{output: estimate(of, row, column) for column, output in enumerate(OUTPUTS)},
        applicability=Applicability(domain=int(of.domain[row]), distance=of.distance[row]),
    )


@given(made=predictions())
def test_bytes_parse_to_the_message_that_is_built_field_by_field(made):
    expected = [by_hand(made, row) for row in range(len(made.numbers))]
    assert PLAIN.messages(made) == expected
    assert [PredictLoadsResponse.FromString(record.tobytes()).prediction for record in SINGLE.encode(made)] == expected


@given(made=predictions())
def test_records_put_together_are_one_batch(made):
    response = BatchPredictLoadsResponse.FromString(BATCH.encode(made).tobytes())
    assert [result.prediction for result in response.results] == [by_hand(made, n) for n in range(len(made.numbers))]


@given(made=predictions())
def test_a_row_is_encoded_as_it_is_among_others(made):
    rows = [PLAIN.encode(made.row(n)) for n in range(len(made.numbers))]
    assert np.array_equal(np.vstack(rows), PLAIN.encode(made))


def without_applicability() -> Any:
    """A prediction of one output that says nothing of the training data, in the default pool."""
    file = FileDescriptorProto(
        name="steward/test/bare.proto",
        package="steward.test.bare",
        syntax="proto3",
        dependency=[Estimate.DESCRIPTOR.file.name],
    )
    file.message_type.add(name="Bare").field.add(
        name="weight_kg",
        number=1,
        type=FieldDescriptorProto.TYPE_MESSAGE,
        label=FieldDescriptorProto.LABEL_OPTIONAL,
        type_name=f".{Estimate.DESCRIPTOR.full_name}",
    )
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
    return GetMessageClass(descriptor_pool.Default().FindMessageTypeByName("steward.test.bare.Bare"))


def test_a_prediction_need_not_tell_its_distance():
    bare = without_applicability()
    made = Predictions(np.array([[[1.0, 0.5, 1.5, 0.9]]]), np.array([3.0]), np.array([2]))
    (message,) = PredictionEncoder(bare.DESCRIPTOR).messages(made)
    assert message == bare(weight_kg=estimate(made, 0, 0))


def test_a_place_that_occurs_twice_stops_start_up():
    def twice(prediction: Any) -> Any:
        return BatchPredictLoadsResponse(results=itertools.repeat(LoadPredictionResult(prediction=prediction), 2))

    with pytest.raises(ValueError, match="more than once"):
        PredictionEncoder(LoadPrediction.DESCRIPTOR, twice)
