"""Cells as values of fields, and values as cells."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from functools import cache, partial
from typing import Any

import orjson
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from steward.errors.v1 import reason_pb2

from services.maintenance.exchange.problems import CellInvalid
from services.maintenance.exchange.sheet import harmless
from services.maintenance.records.resources import ID_PATTERN, Catalog, Field, Kind, Resource

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_COMMA_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(\.[0-9]{3})+|[0-9]+)(,[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "yes", "1", "verdadero", "sí", "si"), True),
    **dict.fromkeys(("false", "no", "0", "falso"), False),
}
"""Spreadsheets write these words in their own language."""
_TIMESTAMP = "google.protobuf.Timestamp"
_BITS = {FieldDescriptor.TYPE_INT32: 31, FieldDescriptor.TYPE_INT64: 63}
_NAMED = 12
"""Names of an enum that a message tells."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How a file writes values."""

    decimal_comma: bool = False
    time_format: str = ""
    """In the directives of strftime; ISO 8601 if empty."""
    makes_ids: bool = False
    """Whether text that is no id is made one."""


Parse = Callable[[str], Any]
"""The value of a cell that is not empty; it raises CellInvalid if there is none."""


def parser(resource: Resource, field: Field, leaf: FieldDescriptor, catalog: Catalog, writing: Writing) -> Parse:
    """What reads the cells of a field.

    Args:
        resource: The kind of resource.
        field: Its field.
        leaf: The field itself, or the one in it that is read.
        catalog: All kinds of resources.
        writing: How the file writes values.
    """
    if field.kind in (Kind.NAME, Kind.REFERENCE):
        target = resource if field.kind is Kind.NAME else catalog.target(field)
        return partial(_name, target, makes_ids=writing.makes_ids)
    if field.kind is Kind.ETAG:
        return str.strip
    return _parser(leaf, writing)


def _parser(leaf: FieldDescriptor, writing: Writing) -> Parse:
    message, enum = leaf.message_type, leaf.enum_type
    if leaf.is_repeated or (message is not None and message.full_name != _TIMESTAMP):
        return partial(_document, leaf)
    if message is not None:
        return partial(_time, form=writing.time_format)
    if enum is not None:
        return partial(_choice, enum)
    if leaf.type in _BITS:
        return partial(_whole, bound=2 ** _BITS[leaf.type])
    plain: Mapping[int, Parse] = {FieldDescriptor.TYPE_BOOL: _flag, FieldDescriptor.TYPE_STRING: str}
    return plain.get(leaf.type) or partial(_number, decimal_comma=writing.decimal_comma)


def _name(target: Resource, text: str, *, makes_ids: bool) -> str:
    id_ = text.strip().removeprefix(f"{target.collection}/")
    if makes_ids and not re.fullmatch(ID_PATTERN, id_):
        id_ = _slug(id_)
    if not re.fullmatch(ID_PATTERN, id_):
        raise CellInvalid(
            reason_pb2.REASON_FIELD_INVALID,
            f'must be a name such as "{target.collection}/pump-7" or its last part (at most 63 lower-case letters, '
            f"digits and hyphens), not {_short(text)}",
        )
    return target.name(id_)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def _number(text: str, *, decimal_comma: bool) -> float:
    text = text.strip()
    if decimal_comma:
        if not _COMMA_NUMBER.fullmatch(text):
            raise _wrong(f"{_short(text)} is no number with a decimal comma, such as 1.234,5")
        text = text.replace(".", "").replace(",", ".")
    elif not _NUMBER.fullmatch(text):
        comma = "; if it has a decimal comma, say so in the mapping (decimal_comma)" if "," in text else ""
        raise _wrong(f"{_short(text)} is no number with a decimal point, such as 1234.5{comma}")
    if not math.isfinite(number := float(text)):
        raise _wrong(f"{_short(text)} is too large for a number")
    return number


def _whole(text: str, bound: int) -> int:
    if not _WHOLE.fullmatch(text.strip()) or not -bound <= (number := int(text)) < bound:
        raise _wrong(f"{_short(text)} is no whole number from {-bound} to {bound - 1}")
    return number


def _flag(text: str) -> bool:
    found = _FLAGS.get(text.strip().lower())
    if found is None:
        raise _wrong(f"{_short(text)} is neither true nor false")
    return found


def _time(text: str, form: str) -> datetime:
    """The time; without a zone if the text has none."""
    text = text.strip()
    try:
        found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 - sites have clocks
        if found.tzinfo:
            return found.astimezone(UTC)
        if MINYEAR < found.year < MAXYEAR:  # so that it is a time in every zone
            return found
    except (ValueError, OverflowError):
        pass
    known = f"{form}, as the mapping says" if form else "ISO 8601, such as 2026-03-02T09:30:00Z or 2026-03-02 10:30"
    raise _wrong(f"{_short(text)} is no time in the form of {known}")


def _choice(enum: EnumDescriptor, text: str) -> int:
    known = _numbers(enum)
    number = known.get(re.sub("[ -]+", "_", text.strip()).upper())
    if number is None:
        names = [name for name, number in known.items() if number and not name.startswith(_prefix(enum))]
        more = f" or another of {len(names)}" if len(names) > _NAMED else ""
        raise _wrong(f"{_short(text)} is none of {', '.join(names[:_NAMED])}{more}")
    return number


def _document(leaf: FieldDescriptor, text: str) -> Any:
    """A message of the field's owner in which the field has the value."""
    owner = leaf.containing_type
    assert owner is not None
    form = "list" if leaf.is_repeated else "object"
    try:
        tree = orjson.loads(text)  # which refuses half characters that the parser would stumble over
        return json_format.ParseDict({leaf.name: tree}, message_factory.GetMessageClass(owner)())
    except json_format.ParseError as error:
        raise _wrong(f"is no {leaf.json_name} in JSON: {str(error)[:200]}") from None
    except ValueError:
        raise _wrong(f"{_short(text)} is no JSON {form}") from None


@cache
def _numbers(enum: EnumDescriptor) -> Mapping[str, int]:
    """Numbers of an enum's values by their full and their short names."""
    short = {value.name.removeprefix(_prefix(enum)): value.number for value in enum.values}
    return short | {value.name: value.number for value in enum.values}


def _prefix(enum: EnumDescriptor) -> str:
    """What the names of an enum's values begin with."""
    return enum.values_by_number[0].name.removesuffix("UNSPECIFIED")


def _wrong(message: str) -> CellInvalid:
    return CellInvalid(reason_pb2.REASON_FIELD_WRONG_TYPE, message)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:60]}…")


def printed(field: Field, value: Any, resource: Resource, catalog: Catalog) -> str:
    """The cell of a field, from its value in the database."""
    if value is None:
        return ""
    if field.kind is Kind.NAME:
        return resource.name(value)
    if field.kind is Kind.REFERENCE:
        return catalog.target(field).name(value)
    if field.kind is Kind.CHOICE:
        return _choice_name(field.descriptor.enum_type, value)
    return _PRINTED.get(field.kind, str)(value)


_PRINTED: Mapping[Kind, Callable[[Any], str]] = {
    Kind.TEXT: harmless,
    Kind.NUMBER: lambda number: repr(number).removesuffix(".0"),
    Kind.FLAG: lambda flag: str(flag).lower(),
    Kind.TIME: lambda time: f"{time.replace(tzinfo=None).isoformat()}Z",
    Kind.DOCUMENT: lambda tree: json.dumps(_camel(tree), ensure_ascii=False),
}


def _choice_name(enum: EnumDescriptor | None, number: int) -> str:
    assert enum is not None
    value = enum.values_by_number.get(number)
    return value.name.removeprefix(_prefix(enum)) if value else ""


def _camel(tree: Any) -> Any:
    """A JSON tree whose keys are spelled as the rest of the API's are."""
    if isinstance(tree, dict):
        return {
            re.sub("_([a-z0-9])", lambda match: match[1].upper(), key): _camel(value) for key, value in tree.items()
        }
    return [_camel(each) for each in tree] if isinstance(tree, list) else tree
