"""Field paths, and values that come as text in a path or a query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from protobuf import (
    DescEnum,
    DescField,
    DescFieldValueEnum,
    DescFieldValueList,
    DescFieldValueMap,
    DescFieldValueMessage,
    DescFieldValueScalar,
    DescMessage,
    ScalarType,
)

from gateway.transcoder.descriptors import fields_by_name

FieldType = ScalarType | DescEnum | DescMessage

_PACKAGE = "google.protobuf."
_WRAPPED = "Double Float Int64 UInt64 Int32 UInt32 Bool String Bytes"
WRAPPERS = frozenset(f"{_PACKAGE}{name}Value" for name in _WRAPPED.split())
TEXTUAL = frozenset(f"{_PACKAGE}{name}" for name in ("Timestamp", "Duration", "FieldMask"))
"""Messages that are a string in JSON."""
SPECIAL = WRAPPERS | TEXTUAL | {f"{_PACKAGE}{name}" for name in ("Any", "Struct", "Value", "ListValue")}
"""Messages that have a JSON form of their own instead of their fields."""

_INTEGER = re.compile(r"[+-]?\d+")
_BOOLEANS = {"true": True, "false": False}


class FieldPathError(ValueError):
    """A field path leads nowhere; the message says why, `path` is the part of it that exists and what follows."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


def type_of(field: DescField) -> FieldType:
    """The type of a field, or of its elements if it is repeated, or of its values if it is a map."""
    value = field.value
    if isinstance(value, DescFieldValueScalar):
        return value.scalar
    if isinstance(value, DescFieldValueEnum):
        return value.enum
    if isinstance(value, DescFieldValueMessage):
        return value.message
    return value.element if isinstance(value, DescFieldValueList) else value.value


def is_list(field: DescField) -> bool:
    """Whether the field is repeated."""
    return isinstance(field.value, DescFieldValueList)


def is_map(field: DescField) -> bool:
    """Whether the field is a map."""
    return isinstance(field.value, DescFieldValueMap)


def is_plain_message(kind: FieldType) -> bool:
    """Whether the type is a message that JSON writes as an object of its fields."""
    return isinstance(kind, DescMessage) and kind.type_name not in SPECIAL


def resolve(message: DescMessage, path: str) -> list[DescField]:
    """The fields along a dotted path, in either of their names.

    Raises:
        FieldPathError: A field of the path does not exist, or nothing can be below it.
    """
    fields: list[DescField] = []
    parent: FieldType = message
    for name in path.split("."):
        if fields and (is_list(fields[-1]) or is_map(fields[-1]) or not is_plain_message(parent)):
            raise FieldPathError(f"{proto_path(fields)}.{name}", f'"{proto_path(fields)}" has no fields of its own')
        assert isinstance(parent, DescMessage)
        field = fields_by_name(parent).get(name)
        if field is None:
            where = f"{proto_path(fields)}.{name}" if fields else name
            raise FieldPathError(where, f"{parent.name} has no such field")
        fields.append(field)
        parent = type_of(field)
    return fields


def proto_path(fields: Sequence[DescField]) -> str:
    """The path in the contract's own names: "building.overall_height_m"."""
    return ".".join(field.name for field in fields)


def takes_text(field: DescField) -> bool:
    """Whether one value of the field can be written as plain text."""
    kind = type_of(field)
    if is_map(field):
        return False
    return not isinstance(kind, DescMessage) or kind.type_name in WRAPPERS | TEXTUAL


def text_to_json(field: DescField, text: str) -> Any:
    """The JSON value that a text stands for.

    Numbers stay text, which protobuf's JSON takes for them too. What fits no value of the field stays as it is, so that
    whoever parses the JSON refuses it.
    """
    kind = type_of(field)
    if kind is ScalarType.BOOL or (isinstance(kind, DescMessage) and kind.name == "BoolValue"):
        return _BOOLEANS.get(text, text)
    if isinstance(kind, DescEnum) and _INTEGER.fullmatch(text):
        return int(text)
    return text


def put(document: dict[str, Any], fields: Sequence[DescField], value: Any) -> None:
    """Sets a value at the path in a JSON document; a repeated field grows by it."""
    for field in fields[:-1]:
        document = document.setdefault(field.json_name, {})
    last = fields[-1]
    if is_list(last):
        document.setdefault(last.json_name, []).append(value)
    else:
        document[last.json_name] = value
