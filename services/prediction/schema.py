"""What a contract says about a model: its inputs, outputs and levers, read once from descriptors."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from steward.model.v1.estimate_pb2 import Estimate
from steward.schema.v1 import options_pb2
from steward.schema.v1.options_pb2 import FieldSchema, Objective

_NUMERIC = frozenset(
    {
        FieldDescriptor.CPPTYPE_DOUBLE,
        FieldDescriptor.CPPTYPE_FLOAT,
        FieldDescriptor.CPPTYPE_INT32,
        FieldDescriptor.CPPTYPE_INT64,
        FieldDescriptor.CPPTYPE_UINT32,
        FieldDescriptor.CPPTYPE_UINT64,
        FieldDescriptor.CPPTYPE_BOOL,
        FieldDescriptor.CPPTYPE_ENUM,
    }
)


def field_schema(field: FieldDescriptor) -> FieldSchema:
    """Steward's options on a field."""
    schema: FieldSchema = field.GetOptions().Extensions[options_pb2.field]
    return schema


@dataclass(frozen=True, slots=True)
class Output:
    """A predicted number of a prediction message."""

    name: str
    objective: Objective.ValueType
    lower_bound: float | None


@dataclass(frozen=True, slots=True)
class Lever:
    """Something the owner can change: one field, or several together."""

    name: str
    fields: tuple[str, ...]
    values: tuple[float, ...] | None
    """The values of its only field that exist; None for a joint lever, whose combinations the model card lists."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How an RPC's messages hold subjects, predictions and provenance."""

    model: str
    subject: FieldDescriptor
    prediction: FieldDescriptor
    """The response's field; of a batch, the field inside a result."""
    results: FieldDescriptor | None
    """Of a batch: the response's repeated field."""
    error: FieldDescriptor | None
    """Of a batch: the field of a result that tells why there is no prediction."""
    provenance: FieldDescriptor


class SubjectSchema:
    """What can be told about a message that a model takes.

    Args:
        descriptor: The message, such as steward.energy.v1.Building.
    """

    def __init__(self, descriptor: Descriptor) -> None:
        self.descriptor = descriptor

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Names of the fields that a model can take: single numbers, booleans and enums."""
        return tuple(f.name for f in self.descriptor.fields if f.cpp_type in _NUMERIC and not f.is_repeated)

    @cached_property
    def levers(self) -> dict[str, Lever]:
        """The levers by name, in the order of their first fields."""
        joint: dict[str, list[str]] = {}
        levers: dict[str, Lever] = {}
        for field in self.descriptor.fields:
            schema = field_schema(field)
            if not schema.HasField("lever"):
                continue
            name = schema.lever.joint or field.name
            if schema.lever.joint:
                joint.setdefault(name, []).append(field.name)
                levers[name] = Lever(name, tuple(joint[name]), None)
            else:
                levers[name] = Lever(name, (name,), _values(field))
        return levers

    def enum_name(self, field: str, number: float) -> str | None:
        """Name of an enum field's value; None where the field is no enum."""
        enum: EnumDescriptor | None = self.descriptor.fields_by_name[field].enum_type
        return enum.values_by_number[int(number)].name if enum else None


def _values(field: FieldDescriptor) -> tuple[float, ...]:
    if field.enum_type:
        return tuple(float(value.number) for value in field.enum_type.values if value.number)
    return tuple(field_schema(field).lever.values)


def outputs_of(prediction: Descriptor) -> tuple[Output, ...]:
    """The predicted numbers of a message: its fields of type Estimate, in order."""
    return tuple(
        Output(
            field.name,
            field_schema(field).objective,
            field_schema(field).lower_bound if field_schema(field).HasField("lower_bound") else None,
        )
        for field in prediction.fields
        if is_message(field, Estimate)
    )


def default_objective(outputs: Iterable[Output]) -> str | None:
    """Name of the output that measures are ranked by where a request names none."""
    return next((o.name for o in outputs if o.objective == options_pb2.OBJECTIVE_LOWER_BY_DEFAULT), None)


def contract_digest(subject: Descriptor, prediction: Descriptor) -> str:
    """SHA-256 over everything of a contract that a trained model depends on: names, types, units and enum values."""
    lines = [subject.full_name]
    for field in (*subject.fields, *prediction.fields):
        values = [f"{v.name}={v.number}" for v in field.enum_type.values] if field.enum_type else []
        kind = field.message_type.full_name if field.message_type else field.type
        lines.append(" ".join([field.name, str(kind), field_schema(field).unit, *values]))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def message_of(field: FieldDescriptor) -> Descriptor:
    """The type of a field that holds messages."""
    assert field.message_type is not None
    return field.message_type


def is_message(field: FieldDescriptor, message: type[Message]) -> bool:
    """Whether a field holds messages of the type."""
    return field.message_type is not None and field.message_type.full_name == message.DESCRIPTOR.full_name


def only(fields: Iterable[FieldDescriptor]) -> FieldDescriptor | None:
    """The only one of the fields; None if there is none or more than one."""
    found = list(fields)
    return found[0] if len(found) == 1 else None
