"""Which cells of a row become which fields of a resource."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from steward.errors.v1 import reason_pb2
from steward.maintenance.v1 import exchange_service_pb2 as pb

from services.maintenance.exchange.cells import Parse, Writing, parser
from services.maintenance.exchange.history import is_settable
from services.maintenance.exchange.problems import CellInvalid, Problem
from services.maintenance.exchange.sheet import Sheet
from services.maintenance.records.errors import field_error
from services.maintenance.records.resources import Catalog, Field, Kind, Resource

_PIECE = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]")
_LINE = "#"
_MOST_PIECES = 50
_LONGEST = 1_000_000
"""Letters of a value: a few columns can be put together so often that memory runs out."""
_TOLD = 200
"""Letters of names of columns that a problem tells."""


@dataclass(frozen=True, slots=True)
class Target:
    """A field that a row sets, or a field within one."""

    field: Field
    path: Sequence[FieldDescriptor]
    parse: Parse

    @property
    def name(self) -> str:
        """Its path, such as "calendar.every"."""
        return _dotted(self.path)

    def put(self, message: Any, value: Any) -> None:
        """Sets it in a resource; None empties it."""
        *parents, leaf = self.path
        for parent in parents:
            message = getattr(message, parent.name)
        if isinstance(value, datetime):
            getattr(message, leaf.name).FromDatetime(value)
        elif value is None or leaf.is_repeated or leaf.message_type is not None:
            message.ClearField(leaf.name)
            if value is not None:
                message.MergeFrom(value)
        else:
            setattr(message, leaf.name, value)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value comes from."""

    target: Target
    pieces: Sequence[str | int | None]
    """Texts, positions of columns, and None for the number of the line."""
    columns: str
    """Names of the columns, separated by commas."""
    mapped: pb.MappedField | None = None
    """What the mapping says; None for a column as it is."""

    def value(self, line: int, cells: Sequence[str]) -> Any:
        """The value of a row; None if it is empty.

        Raises:
            CellInvalid: The text has no value of the field.
        """
        text = cells[self.pieces[0]] if self.mapped is None else self._text(self.mapped, line, cells)  # type: ignore[index]
        # Of a text, blanks are part.
        return self.target.parse(text) if text and (self.target.field.kind is Kind.TEXT or not text.isspace()) else None

    def _text(self, mapped: pb.MappedField, line: int, cells: Sequence[str]) -> str:
        used = [piece for piece in self.pieces if isinstance(piece, int)]
        text = ""
        if not used or any(cells[position].strip() for position in used):
            texts = [_piece(piece, line, cells) for piece in self.pieces]
            if sum(map(len, texts)) > _LONGEST:
                raise CellInvalid(reason_pb2.REASON_FIELD_OUT_OF_RANGE, f"has more than {_LONGEST} letters")
            text = "".join(texts)
        if text in mapped.translations:
            return mapped.translations[text]
        return mapped.otherwise if text and mapped.HasField("otherwise") else text


@dataclass(frozen=True, slots=True)
class Sources:
    """What a file's rows set."""

    sources: Sequence[Source] = ()
    blanks: frozenset[str] = frozenset()
    """Cells that count as empty."""
    ignored: Sequence[str] = ()
    """Columns that are not read."""
    problems: Sequence[Problem] = field(default=())
    """What is wrong with the header; then no row can be read."""

    def values(self, line: int, cells: Sequence[str]) -> list[Any]:
        """A value for each source, None where it is empty; a CellInvalid where there is none."""
        if self.blanks:
            cells = ["" if cell.strip() in self.blanks else cell for cell in cells]
        return [_value(source, line, cells) for source in self.sources]

    def of_kind(self, kind: Kind) -> list[Source]:
        """The sources of fields that are stored so."""
        return [source for source in self.sources if source.target.field.kind is kind]


def sources_of(resource: Resource, catalog: Catalog, sheet: Sheet, mapping: pb.ImportMapping) -> Sources:
    """What the rows of a file set.

    Raises:
        InvalidRequest: The mapping fits neither the resource nor the file.
    """
    make = _Maker(resource, catalog, sheet, mapping)
    return make.mapped() if mapping.fields else make.own()


class _Maker:
    def __init__(self, resource: Resource, catalog: Catalog, sheet: Sheet, mapping: pb.ImportMapping) -> None:
        self._resource = resource
        self._catalog = catalog
        self._sheet = sheet
        self._mapping = mapping
        self._writing = Writing(mapping.decimal_comma, mapping.time_format, makes_ids=bool(mapping.fields))
        if mapping.time_format:
            _check_time_format(mapping.time_format)
        self._blanks = frozenset(blank.strip() for blank in mapping.blanks)

    def own(self) -> Sources:
        """The columns that are named like fields."""
        sources: list[Source] = []
        ignored, problems = [], []
        for position, column in enumerate(self._sheet.columns):
            target = self._target(column)
            if target is None:
                problems.append(self._unknown(column))
            elif not is_settable(self._resource, target.field):
                ignored.append(column)
            elif taken := _overlapping(target, sources):
                message = f"sets {target.name}, which the column {taken.columns!r} sets too; leave one of them out"
                problems.append(self._problem(reason_pb2.REASON_FIELD_INVALID, message, column))
            else:
                sources.append(Source(target, [position], column))
        return Sources(sources, self._blanks, ignored, problems)

    def mapped(self) -> Sources:
        """The fields of the mapping."""
        sources: list[Source] = []
        used: set[int] = set()
        for number, mapped in enumerate(self._mapping.fields):
            place = f"mapping.fields[{number}]"
            target = self._target(mapped.field)
            if target is None or not is_settable(self._resource, target.field):
                raise field_error(f"{place}.field", self._no_field(mapped.field))
            if _overlapping(target, sources):
                raise field_error(f"{place}.field", f"{target.name} is set by another one too; leave one of them out")
            pieces = [self._piece(f"{place}.value", text) for text in _PIECE.findall(mapped.value)]
            if len(pieces) > _MOST_PIECES:
                raise field_error(f"{place}.value", f"has more than {_MOST_PIECES} columns and texts between them")
            positions = [piece for piece in pieces if isinstance(piece, int)]
            columns = ", ".join(dict.fromkeys(self._sheet.columns[position] for position in positions))
            sources.append(Source(target, pieces, columns[:_TOLD], mapped))
            used.update(positions)
        ignored = [column for position, column in enumerate(self._sheet.columns) if position not in used]
        return Sources(sources, self._blanks, ignored)

    def _piece(self, place: str, text: str) -> str | int | None:
        """A piece of a value's text: literal, the position of a column, or None for the number of the line."""
        if text in ("{{", "}}"):
            return text[0]
        if text in ("{", "}"):
            raise field_error(place, f"has a {text!r} without its counterpart; double it if it is meant as it is")
        if not text.startswith("{"):
            return text
        column = text[1:-1].strip()
        if column == _LINE:
            return None
        if column not in self._sheet.columns:
            known = ", ".join(self._sheet.columns)[:_TOLD]
            raise field_error(place, f"names the column {column[:_TOLD]!r}, but the file's columns are {known}")
        return self._sheet.columns.index(column)

    def _target(self, text: str) -> Target | None:
        path = _path(self._resource.descriptor, text)
        if path is None:
            return None
        known = self._resource.fields[path[0].name]
        return Target(known, path, parser(self._resource, known, path[-1], self._catalog, self._writing))

    def _unknown(self, column: str) -> Problem:
        return self._problem(reason_pb2.REASON_UNKNOWN_FIELD, self._no_field(column), column)

    def _no_field(self, name: str) -> str:
        settable = [
            known.descriptor.json_name for known in self._resource.fields.values() if is_settable(self._resource, known)
        ]
        known = ", ".join(settable)
        return f"{name[:60]!r} is no field of {self._resource.collection} that can be set; those are {known}"

    def _problem(self, reason: reason_pb2.Reason.ValueType, message: str, column: str) -> Problem:
        return Problem(self._sheet.header, reason, message, column)


def _check_time_format(form: str) -> None:
    """Makes sure that a day written so can be read again."""
    day = datetime(2026, 3, 2)  # noqa: DTZ001 - of no place
    try:
        is_right = datetime.strptime(day.strftime(form), form) == day  # noqa: DTZ007 - likewise
    except (ValueError, re.error):
        is_right = False
    if not is_right:
        raise field_error("mapping.time_format", f'{form!r} is no form of times, such as "%d/%m/%Y %H:%M"')


def _path(descriptor: Descriptor, text: str) -> list[FieldDescriptor] | None:
    """The fields that a path such as "calendar.every" leads through; None if it leads nowhere."""
    path: list[FieldDescriptor] = []
    within: Descriptor | None = descriptor
    for part in text.split("."):
        fields = within.fields if within else ()
        found = next((each for each in fields if part in (each.name, each.json_name)), None)
        if found is None:
            return None
        path.append(found)
        is_own = found.message_type is not None and found.message_type.file.package == descriptor.file.package
        within = found.message_type if is_own and not found.is_repeated else None
    return path


def _overlapping(target: Target, sources: Sequence[Source]) -> Source | None:
    """The source that sets the same field, a part of it, or what it is part of."""
    for source in sources:
        shorter, longer = sorted((f"{target.name}.", f"{source.target.name}."), key=len)
        if longer.startswith(shorter):
            return source
    return None


def _value(source: Source, line: int, cells: Sequence[str]) -> Any:
    try:
        return source.value(line, cells)
    except CellInvalid as error:
        return error


def _dotted(path: Sequence[FieldDescriptor]) -> str:
    return ".".join(descriptor.name for descriptor in path)


def _piece(piece: str | int | None, line: int, cells: Sequence[str]) -> str:
    if piece is None:
        return str(line)
    return piece if isinstance(piece, str) else cells[piece].strip()
