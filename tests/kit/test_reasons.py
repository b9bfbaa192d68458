"""The closed list of reasons: each is documented by a sample, in use, and sent with a code (C-37)."""

from __future__ import annotations

import json
from pathlib import Path

import grpc
import pytest
from steward.errors.v1 import reason_pb2
from steward.errors.v1.reason_pb2 import Reason

import services.prediction.errors
from services.kit import errors
from services.kit.contracts import descriptor_set
from services.kit.errors import DomainError, Kind, reason_name
from services.kit.status import CODES

ROOT = Path(__file__).parents[2]
REASONS = [name for name in Reason.keys() if name != "REASON_UNSPECIFIED"]  # noqa: SIM118 - no dictionary


def comments() -> dict[str, str]:
    """The comment of each reason, from the contract."""
    (file,) = [f for f in descriptor_set().file if f.name == "steward/errors/v1/reason.proto"]
    (enum,) = file.enum_type
    # Path of an enum's value: field 5 of the file, the enum's index, field 2 of the enum, the value's index.
    by_path = {tuple(place.path): place.leading_comments for place in file.source_code_info.location}
    return {value.name: by_path[5, 0, 2, index] for index, value in enumerate(enum.value)}


def subclasses(cls: type) -> set[type[DomainError]]:
    return {cls} | {deeper for child in cls.__subclasses__() for deeper in subclasses(child)}


@pytest.fixture(scope="module")
def sources() -> str:
    found = [path for folder in ("services", "gateway") for path in (ROOT / folder).rglob("*.py")]
    return "\n".join(path.read_text() for path in found)


@pytest.mark.parametrize("name", REASONS)
def test_a_reason_is_documented_by_a_sample_of_its_error_info(name):
    comment = comments()[name]
    sample = json.loads(comment[comment.index("{") :])
    assert sample.keys() == {"reason", "domain", "metadata"}
    assert sample["reason"] == name.removeprefix("REASON_")
    assert sample["domain"] == errors.DOMAIN
    assert all(isinstance(value, str) for value in sample["metadata"].values())
    assert comment.split("{")[0].strip().endswith(".")


@pytest.mark.parametrize("name", REASONS)
def test_a_reason_is_raised_somewhere(name, sources):
    assert name in sources


def test_the_name_that_is_sent_has_no_prefix():
    assert reason_name(reason_pb2.REASON_FIELD_REQUIRED) == "FIELD_REQUIRED"


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_code_that_tells_a_failure(kind):
    assert CODES[kind] is not grpc.StatusCode.OK


def test_no_two_kinds_share_a_code():
    assert len(set(CODES.values())) == len(Kind)


def test_every_error_has_a_kind_and_a_reason_of_the_list():
    assert services.prediction.errors
    for error in subclasses(DomainError):
        assert isinstance(error.kind, Kind), error
        assert reason_pb2.Reason.Name(error.reason) in REASONS, error
