"""The compiled contracts as code reads them (X-1, E-7)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from google.protobuf import json_format
from google.protobuf.message_factory import GetMessageClass
from protovalidate import Validator
from steward.schema.v1 import options_pb2

from services.kit.contracts import descriptor_set, descriptor_set_bytes, file_descriptor, service_config

PROTO = Path(__file__).parents[2] / "proto"
OWN = sorted(str(path.relative_to(PROTO)) for path in (PROTO / "steward").rglob("*.proto"))


def test_every_contract_is_compiled_with_its_imports():
    compiled = {file.name: file for file in descriptor_set().file}
    assert {*OWN} <= compiled.keys()
    for file in compiled.values():
        assert {*file.dependency} <= compiled.keys()


@pytest.mark.parametrize("name", OWN)
def test_a_contract_says_what_everything_in_it_means(name):
    (file,) = [f for f in descriptor_set().file if f.name == name]
    commented = {tuple(place.path) for place in file.source_code_info.location if place.leading_comments.strip()}
    for index, message in enumerate(file.message_type):
        assert (4, index) in commented, message.name
        for place, field in enumerate(message.field):
            assert (4, index, 2, place) in commented, f"{message.name}.{field.name}"


@pytest.mark.parametrize("name", OWN)
def test_a_contract_comes_from_its_stubs(name):
    assert file_descriptor(name).name == name


def test_a_contract_without_stubs_is_named():
    with pytest.raises(ModuleNotFoundError, match="steward"):
        file_descriptor("steward/nothing/v1/nothing.proto")


def test_the_contracts_are_read_once():
    assert descriptor_set() is descriptor_set()
    assert descriptor_set_bytes() is descriptor_set_bytes()


def test_clients_may_repeat_exactly_the_calls_that_the_contracts_call_harmless():
    (config,) = json.loads(service_config())["methodConfig"]
    harmless = [
        {"service": f"{file.package}.{service.name}", "method": method.name}
        for file in descriptor_set().file
        for service in file.service
        for method in service.method
        if method.options.idempotency_level
    ]
    assert config["name"] == harmless
    assert "UNAVAILABLE" in config["retryPolicy"]["retryableStatusCodes"]


@pytest.mark.parametrize("name", OWN)
def test_every_example_is_valid(name):
    for message in file_descriptor(name).message_types_by_name.values():
        if example := message.GetOptions().Extensions[options_pb2.message].example:
            parsed = json_format.Parse(example, GetMessageClass(message)())
            assert not Validator().collect_violations(parsed), message.full_name
            assert json.loads(example)
