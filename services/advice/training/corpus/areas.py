"""What made-up briefs are about: the contracts' own fields, and areas that no contract has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from steward.schema.v1 import options_pb2
from steward.schema.v1.options_pb2 import FieldSchema, Words

from services.advice.brief import Label
from services.kit import contracts


@dataclass(frozen=True, slots=True)
class Noun:
    """Something with a name in both languages."""

    en: Label
    es: Label
    unit: str = ""
    values: tuple[tuple[str, str], ...] = ()
    """Names that it takes, English and Spanish, instead of numbers."""
    higher_is_better: bool = False
    composite: bool = False
    """Whether it stands for several values that change together."""


@dataclass(frozen=True, slots=True)
class Area:
    """A field of work."""

    name: str
    subjects: tuple[Noun, ...]
    states: tuple[Noun, ...]
    levers: tuple[Noun, ...]
    outcomes: tuple[Noun, ...]
    extras: tuple[Noun, ...] = field(default=())
    """What may be known of an option besides its effects, such as what it costs."""


def noun(en: str, es: str, unit: str = "", **more: object) -> Noun:
    """A noun from marked labels: "running hours*" is plural; "f:carga", "m:coste", "fp:horas", "mp:costes"."""
    kind, _, spanish = es.partition(":")
    return Noun(
        Label(en.removesuffix("*"), plural=en.endswith("*")),
        Label(spanish, feminine="f" in kind, plural="p" in kind),
        unit,
        **more,  # type: ignore[arg-type]
    )


PRICE = noun("price", "m:precio", "EUR")
PAYBACK = noun("payback time", "m:plazo de amortización", "a")
SAVINGS = noun("yearly savings*", "mp:ahorros anuales", "EUR", higher_is_better=True)

_SUBJECTS = (noun("building", "m:edificio"), noun("house", "f:casa"), noun("designs*", "mp:diseños"))
"""What predictions may be about: contracts label fields, not messages."""


def contract_areas() -> tuple[Area, ...]:
    """An area for every message that a model of the contracts takes, from the words that the contract has for it."""
    pairs: dict[str, tuple[Descriptor, Descriptor]] = {}
    for file, service in contracts.model_services(contracts.descriptor_set()):
        for method in contracts.file_descriptor(file.name).services_by_name[service.name].methods:
            subject = _holder(method.input_type, "lever")
            prediction = _holder(method.output_type, "objective")
            if subject and prediction:
                pairs.setdefault(subject.full_name, (subject, prediction))
    return tuple(_area(*pair) for pair in pairs.values())


def _area(subject: Descriptor, prediction: Descriptor) -> Area:
    inputs = tuple(_noun(field) for field in _worded(subject))
    outcomes = tuple(_noun(field) for field in _worded(prediction))
    levers = tuple(_noun(f) for f in _worded(subject) if _schema(f).HasField("lever") and not _schema(f).lever.joint)
    joint = tuple(
        Noun(_label(lever.en), _label(lever.es), composite=True)
        for lever in subject.GetOptions().Extensions[options_pb2.message].joint_levers
    )
    return Area(
        subject.full_name, _SUBJECTS, inputs + outcomes, levers + joint, outcomes, extras=(PRICE, PAYBACK, SAVINGS)
    )


def _holder(message: Descriptor, option: str, depth: int = 2) -> Descriptor | None:
    """The message, or the first one inside, that has a field with the option."""
    if any(_has(_schema(field), option) for field in message.fields):
        return message
    inner = (field.message_type for field in message.fields if field.message_type)
    found = (_holder(each, option, depth - 1) for each in inner if depth)
    return next((each for each in found if each), None)


def _has(schema: FieldSchema, option: str) -> bool:
    return any(descriptor.name == option for descriptor, _ in schema.ListFields())


def _worded(message: Descriptor) -> Iterator[FieldDescriptor]:
    return (field for field in message.fields if _schema(field).en.label)


def _noun(field: FieldDescriptor) -> Noun:
    schema = _schema(field)
    values = field.enum_type.values if field.enum_type else ()
    words = [value.GetOptions().Extensions[options_pb2.value] for value in values]
    names = tuple((word.en.label, word.es.label) for word in words if word.en.label)
    return Noun(_label(schema.en), _label(schema.es), schema.unit, names)


def _schema(field: FieldDescriptor) -> FieldSchema:
    schema: FieldSchema = field.GetOptions().Extensions[options_pb2.field]
    return schema


def _label(words: Words) -> Label:
    return Label(words.label, feminine=words.gender == options_pb2.GENDER_FEMININE)
