"""The contracts: their examples are valid, and what is released cannot be broken unnoticed (E-7, E-9, X-1)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, json_format
from google.protobuf.descriptor import Descriptor
from google.protobuf.message_factory import GetMessageClass
from protovalidate import Validator
from steward.schema.v1 import options_pb2

from services.kit.contracts import descriptor_set, descriptor_set_bytes, file_descriptor

ROOT = Path(__file__).parents[1]
BUF = Path(sys.executable).parent / "buf"


def own_messages() -> Iterator[Descriptor]:
    for file in descriptor_set().file:
        if file.package.startswith("steward."):
            yield from file_descriptor(file.name).message_types_by_name.values()


EXAMPLES = [m for m in own_messages() if m.GetOptions().Extensions[options_pb2.message].example]


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda m: m.full_name)
def test_an_example_is_a_valid_message(message: Descriptor):
    text = message.GetOptions().Extensions[options_pb2.message].example
    parsed = json_format.Parse(text, GetMessageClass(message)())
    assert Validator().collect_violations(parsed) == []


def test_there_are_examples():
    assert {m.name for m in EXAMPLES} >= {"Building", "EnergyCosts"}


@pytest.mark.parametrize("message", list(own_messages()), ids=lambda m: m.full_name)
def test_labels_come_in_both_languages_with_the_spanish_gender(message: Descriptor):
    for field in message.fields:
        schema = field.GetOptions().Extensions[options_pb2.field]
        assert bool(schema.en.label) == bool(schema.es.label), field.full_name
        assert bool(schema.es.label) == bool(schema.es.gender), field.full_name
    for lever in message.GetOptions().Extensions[options_pb2.message].joint_levers:
        assert lever.en.label
        assert lever.es.gender


@pytest.mark.parametrize("message", list(own_messages()), ids=lambda m: m.full_name)
def test_joint_levers_that_fields_name_exist(message: Descriptor):
    declared = {lever.name for lever in message.GetOptions().Extensions[options_pb2.message].joint_levers}
    named = {field.GetOptions().Extensions[options_pb2.field].lever.joint for field in message.fields} - {""}
    assert named == declared
    assert not declared & {field.name for field in message.fields}


def breaks(contracts: bytes, tmp_path: Path) -> str:
    """What buf says against replacing the released contracts by these; empty if nothing."""
    image = tmp_path / "contracts.binpb"
    image.write_bytes(contracts)
    command = [BUF, "breaking", image, "--against", ROOT / "proto/released.binpb", "--config", ROOT / "proto/buf.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def changed(file_name: str, message_name: str) -> tuple[Any, Any]:
    """The contracts and a message in them, to be changed."""
    contracts = descriptor_pb2.FileDescriptorSet.FromString(descriptor_set_bytes())
    (file,) = [f for f in contracts.file if f.name == file_name]
    (message,) = [m for m in file.message_type if m.name == message_name]
    return contracts, message


def test_the_contracts_keep_what_was_released(tmp_path: Path):
    assert breaks(descriptor_set_bytes(), tmp_path) == ""


def test_removing_a_field_is_noticed(tmp_path: Path):
    contracts, message = changed("steward/energy/v1/building.proto", "Building")
    del message.field[-1]
    assert "glazing_distribution" in breaks(contracts.SerializeToString(), tmp_path)


def test_renaming_a_field_is_noticed_because_json_is_public_too(tmp_path: Path):
    contracts, message = changed("steward/energy/v1/building.proto", "Building")
    message.field[0].name, message.field[0].json_name = "compactness", "compactness"
    assert "compactness" in breaks(contracts.SerializeToString(), tmp_path)
