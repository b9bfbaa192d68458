"""Properties of the codec: it agrees with google's own JSON, and whatever it refuses is explained."""

from __future__ import annotations

import json

import pytest
from google.protobuf import json_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.transcoder.codec import RequestCodec, ResponseCodec
from gateway.transcoder.descriptors import Contracts
from services.kit.errors import DomainError, InvalidRequest
from tests.gateway.library import messages

NAME = "library.v1.Everything"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INT32 = st.integers(-(2**31), 2**31 - 1)
INT64 = st.integers(-(2**63), 2**63 - 1)
# Of the largest float, the codec refuses the shortest decimal that google prints, 3.4028235e+38: it is a bit larger.
FLOAT32 = st.floats(-(2.0**127), 2.0**127, width=32)
SCALARS = {
    "a_double": st.floats(allow_nan=False),
    "a_float": FLOAT32,
    "an_int32": INT32,
    "an_int64": INT64,
    "a_uint32": st.integers(0, 2**32 - 1),
    "a_uint64": st.integers(0, 2**64 - 1),
    "a_sint32": INT32,
    "a_fixed64": st.integers(0, 2**64 - 1),
    "a_bool": st.booleans(),
    "a_string": TEXT,
    "a_bytes": st.binary(max_size=8),
    "an_order": st.sampled_from([0, 1, 2]),
    "maybe_double": st.floats(allow_nan=False),
    "maybe_string": TEXT,
    "doubles": st.lists(st.floats(allow_nan=False), max_size=3),
    "strings": st.lists(TEXT, max_size=3),
    "orders": st.lists(st.sampled_from([0, 1, 2]), max_size=3),
    "by_number": st.dictionaries(INT32, TEXT, max_size=2),
    "by_flag": st.dictionaries(st.booleans(), st.floats(allow_nan=False), max_size=2),
    "a_time": st.fixed_dictionaries({"seconds": st.integers(0, 4_000_000_000), "nanos": st.integers(0, 999_999_999)}),
    "a_duration": st.fixed_dictionaries({"seconds": st.integers(0, 10**9), "nanos": st.integers(0, 999_999_999)}),
    "a_mask": st.fixed_dictionaries({"paths": st.lists(st.sampled_from(["name", "a_b", "c.d"]), max_size=2)}),
    "a_wrapped_string": st.fixed_dictionaries({"value": TEXT}),
    "a_wrapped_int64": st.fixed_dictionaries({"value": INT64}),
}
CHOICES = [
    st.fixed_dictionaries({"chosen_text": TEXT}),
    st.fixed_dictionaries({"chosen_book": st.fixed_dictionaries({"title": TEXT})}),
    st.fixed_dictionaries({"chosen_number": INT64}),
    st.just({}),
]


def nested(inner):
    more = {
        "child": inner,
        "children": st.lists(inner, max_size=2),
        "by_name": st.dictionaries(TEXT, inner, max_size=2),
    }
    fields = st.fixed_dictionaries({}, optional=SCALARS | more)
    return st.tuples(fields, st.one_of(CHOICES)).map(lambda both: both[0] | both[1])


FIELDS = st.recursive(st.fixed_dictionaries({}, optional=SCALARS), nested, max_leaves=4)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="session")
def contracts(library_set):
    return Contracts.load(library_set)


@pytest.fixture(scope="session")
def requests(contracts):
    return RequestCodec(contracts, contracts.message(NAME))


@pytest.fixture(scope="session")
def responses(contracts):
    return ResponseCodec(contracts, contracts.message(NAME), None)


@pytest.fixture(scope="session")
def everything(library_set):
    return messages(library_set)[NAME]


def outcome(requests, body):
    """The wire bytes or the error; nothing else may come of a body."""
    try:
        return requests.wire(body), None
    except DomainError as error:
        return None, error


SLOW_FIXTURES = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)


@SLOW_FIXTURES
@given(fields=FIELDS)
def test_json_is_read_as_google_reads_it(requests, everything, fields):
    message = everything(**fields)
    text = json_format.MessageToJson(message)
    assert everything.FromString(requests.wire(text.encode())) == message


@SLOW_FIXTURES
@given(fields=FIELDS)
def test_json_is_printed_as_google_prints_it(responses, everything, fields):
    message = everything(**fields)
    text = responses.json(message.SerializeToString()).decode()
    expected = json_format.MessageToDict(message, always_print_fields_with_no_presence=True)
    assert json.loads(text).keys() == expected.keys()
    # Not compared as text: both print the shortest decimal of a float, but not always the same one.
    assert json_format.Parse(text, everything()) == message


@SLOW_FIXTURES
@given(fields=FIELDS)
def test_a_message_survives_from_json_to_bytes_to_json(requests, responses, everything, fields):
    text = responses.json(everything(**fields).SerializeToString())
    assert json.loads(responses.json(requests.wire(text))) == json.loads(text)


@SLOW_FIXTURES
@given(data=st.data())
def test_a_wrong_value_is_refused_with_a_reason_or_taken_as_google_takes_it(requests, everything, data):
    names = [field.json_name for field in everything.DESCRIPTOR.fields]
    tree = data.draw(st.dictionaries(st.sampled_from(names) | TEXT, JSON, max_size=4))
    text = json.dumps(tree)
    wire, error = outcome(requests, text.encode())
    if error is None:
        everything.FromString(wire)
    else:
        assert error.message
        assert not isinstance(error, InvalidRequest) or error.violations
        assert error.kind.name == "INVALID"


@SLOW_FIXTURES
@given(body=st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode(errors="replace")))
def test_any_bytes_are_taken_or_refused_with_a_reason(requests, body):
    _, error = outcome(requests, body)
    assert error is None or error.kind.name == "INVALID"


@pytest.mark.parametrize(
    "text",
    [
        '{"anInt32": 1.0, "anInt64": 1e3, "aDouble": "1.5", "aUint64": 18446744073709551615}',
        '{"aDouble": "NaN", "aFloat": "-Infinity"}',
        '{"an_int32": "7", "aBytes": "-_8"}',
        '{"aStruct": {"a": [1, null, {"b": true}]}, "aValue": null}',
        '{"anAny": {"@type": "type.googleapis.com/library.v1.Book", "title": "Emma"}}',
        '{"anAny": {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1.5s"}}',
        '{"child": null, "doubles": null, "aString": null, "byName": null, "chosenText": null}',
        '{"aTime": "2026-11-20T13:00:00.5+01:00", "times": ["2026-11-20T13:00:00Z"]}',
    ],
)
def test_forms_of_json_are_read_as_google_reads_them(requests, everything, text, library_set):
    pool = everything.DESCRIPTOR.file.pool
    expected = json_format.Parse(text, everything(), descriptor_pool=pool)
    wire = requests.wire(text.encode())
    assert everything.FromString(wire).SerializeToString(deterministic=True) == expected.SerializeToString(
        deterministic=True
    )
