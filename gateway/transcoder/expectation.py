"""Says in words what a field takes, for those who sent something else."""

from __future__ import annotations

import json
from typing import Any

from protobuf import DescEnum, DescField, DescFieldValueMap, DescMessage, ScalarType

from gateway.transcoder.fields import type_of

_LONGEST = 60
_INT32 = "a whole number from -2147483648 to 2147483647"
_UINT32 = "a whole number from 0 to 4294967295"
_INT64 = "a whole number from -9223372036854775808 to 9223372036854775807, as a number or a string"
_UINT64 = "a whole number from 0 to 18446744073709551615, as a number or a string"
_SCALARS = {
    ScalarType.DOUBLE: "a number",
    ScalarType.FLOAT: "a number of single precision",
    ScalarType.BOOL: "true or false",
    ScalarType.STRING: "a string",
    ScalarType.BYTES: "a string in base64",
    **dict.fromkeys((ScalarType.INT32, ScalarType.SINT32, ScalarType.SFIXED32), _INT32),
    **dict.fromkeys((ScalarType.UINT32, ScalarType.FIXED32), _UINT32),
    **dict.fromkeys((ScalarType.INT64, ScalarType.SINT64, ScalarType.SFIXED64), _INT64),
    **dict.fromkeys((ScalarType.UINT64, ScalarType.FIXED64), _UINT64),
}
_MESSAGES = {
    "google.protobuf.Timestamp": 'a time such as "2026-11-20T13:00:00Z"',
    "google.protobuf.Duration": 'a duration in seconds such as "1.5s"',
    "google.protobuf.FieldMask": 'names of fields such as "name,address.city"',
    "google.protobuf.Any": 'a JSON object with the "@type" of a known message',
    "google.protobuf.Struct": "a JSON object",
    "google.protobuf.ListValue": "a list",
    "google.protobuf.Value": "a JSON value",
}


def expected_value(field: DescField) -> str:
    """What one value of the field must be."""
    kind = type_of(field)
    if isinstance(kind, ScalarType):
        return _SCALARS[kind]
    if isinstance(kind, DescEnum):
        return f"one of {', '.join(value.name for value in kind.values)}"
    return _MESSAGES.get(kind.type_name) or _wrapped(kind)


def expected_key(field: DescField, key: str) -> str | None:
    """What the key of a map must be, if it is something else."""
    assert isinstance(field.value, DescFieldValueMap)
    if field.value.key is ScalarType.STRING or _is_key(field.value.key, key):
        return None
    return f'its key must be {_SCALARS[field.value.key].partition(", as")[0]} in quotes, not "{key[:_LONGEST]}"'


def not_shown(value: Any) -> str:
    """The wrong value as the end of a sentence: short, and without the inside of lists and objects."""
    if isinstance(value, list):
        return ", not a list" if type(value) is list else ", not this object"
    text = json.dumps(value, ensure_ascii=False)
    return f", not {text}" if len(text) <= _LONGEST else f", not {text[:_LONGEST]}…"


def _wrapped(kind: DescMessage) -> str:
    """A wrapper is what it wraps; any other message is an object."""
    if kind.type_name.startswith("google.protobuf.") and len(kind.fields) == 1:
        return expected_value(kind.fields[0])
    return f"a JSON object with fields of {kind.name}"


def _is_key(kind: ScalarType, key: str) -> bool:
    if kind is ScalarType.BOOL:
        return key in ("true", "false")
    try:
        return str(int(key)) == key
    except ValueError:
        return False
