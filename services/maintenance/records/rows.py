"""Resources as rows, and rows as resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

from services.maintenance.records.resources import Catalog, Field, Kind, Resource, id_in


def row_of(resource: Resource, message: Message) -> dict[str, Any]:
    """The values of a resource's columns; what is not set is None.

    Names and references must be of their kinds, and the etag a number, as the store makes sure.
    """
    return {field.column: _value(field, message) for field in resource.fields.values()}


def fill(message: Message, row: Mapping[Any, Any], resource: Resource, catalog: Catalog) -> None:
    """Fills an empty message with a row's values."""
    for field in resource.fields.values():
        value = row[field.column]
        if value is None:
            continue
        if field.kind is Kind.NAME:
            value = resource.name(value)
        elif field.kind is Kind.REFERENCE:
            value = catalog.target(field).name(value)
        _set(field, message, value)


def time_of(timestamp: Any) -> datetime:
    """A Timestamp in Python, to the microsecond."""
    found: datetime = timestamp.ToDatetime(tzinfo=UTC)
    return found


def _value(field: Field, message: Message) -> Any:
    if field.kind is Kind.DOCUMENT:
        return _document(field, message)
    if field.descriptor.has_presence and not message.HasField(field.name):
        return None
    value = getattr(message, field.name)
    convert = _STORED.get(field.kind)
    return convert(value) if convert else value


_STORED: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.NAME: id_in,
    Kind.REFERENCE: lambda name: id_in(name) or None,
    Kind.ETAG: int,
    Kind.CHOICE: lambda number: number or None,
    Kind.TIME: time_of,
    Kind.TEXT: lambda text: text or None,
}
"""What a value becomes; numbers and flags stay what they are."""


def _document(field: Field, message: Message) -> Any:
    single = type(message)()
    if field.descriptor.is_repeated:
        getattr(single, field.name).MergeFrom(getattr(message, field.name))
    elif message.HasField(field.name):
        getattr(single, field.name).CopyFrom(getattr(message, field.name))
    return json_format.MessageToDict(single, preserving_proto_field_name=True).get(field.name)


def _set(field: Field, message: Message, value: Any) -> None:
    if field.kind is Kind.DOCUMENT:
        json_format.ParseDict({field.name: value}, message, ignore_unknown_fields=True)
    elif field.kind is Kind.TIME:
        getattr(message, field.name).FromDatetime(value)
    else:
        setattr(message, field.name, str(value) if field.kind is Kind.ETAG else value)
