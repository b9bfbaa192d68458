"""What the contracts say about resources: their names, fields, references and how lists choose among them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from typing import Any

from google.api import field_behavior_pb2, resource_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from steward.schema.v1 import options_pb2

from services.maintenance.records.errors import field_error

ID_PATTERN = "[a-z0-9][a-z0-9-]{0,62}"
"""Last part of a resource's name."""

NAME, ETAG, CREATE_TIME, UPDATE_TIME = "name", "etag", "create_time", "update_time"
_TIMESTAMP = "google.protobuf.Timestamp"


def id_in(name: str) -> str:
    """The last part of a resource's name: its id."""
    return name.rpartition("/")[2]


class ContractError(Exception):
    """A contract asks for something that records cannot do, so the service must not start."""


class Kind(Enum):
    """How a field is stored."""

    NAME = auto()
    """The resource's own name, as its last part."""
    REFERENCE = auto()
    """The name of another resource, as its last part."""
    ETAG = auto()
    """A number that grows with every change."""
    TEXT = auto()
    NUMBER = auto()
    WHOLE = auto()
    FLAG = auto()
    CHOICE = auto()
    """A value of an enum, by its number: those of priorities and the like are in order."""
    TIME = auto()
    DOCUMENT = auto()
    """A message, or many values: JSON."""


_SCALARS = {
    FieldDescriptor.TYPE_STRING: Kind.TEXT,
    FieldDescriptor.TYPE_DOUBLE: Kind.NUMBER,
    FieldDescriptor.TYPE_INT32: Kind.WHOLE,
    FieldDescriptor.TYPE_INT64: Kind.WHOLE,
    FieldDescriptor.TYPE_BOOL: Kind.FLAG,
    FieldDescriptor.TYPE_ENUM: Kind.CHOICE,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a resource."""

    name: str
    kind: Kind
    descriptor: FieldDescriptor
    target: str = ""
    """Type of the resource that a reference names, such as "steward/Site"."""
    is_output: bool = False
    """Whether only the service sets it."""
    is_required: bool = False
    column: str = dataclasses.field(init=False)
    """Name of its column."""

    def __post_init__(self) -> None:
        names = {Kind.NAME: "id", Kind.REFERENCE: f"{self.name}_id", Kind.ETAG: "revision"}
        object.__setattr__(self, "column", names.get(self.kind, self.name))


@dataclass(frozen=True)
class Resource:
    """A kind of resource."""

    descriptor: Descriptor
    type: str
    """Such as "steward/WorkOrder"."""
    collection: str
    """First part of its names, such as "workOrders"."""
    singular: str
    """Such as "workOrder"."""
    fields: Mapping[str, Field]
    storage: options_pb2.Storage

    @property
    def table(self) -> str:
        """Name of its table, such as "work_order"."""
        return re.sub("([A-Z])", lambda match: "_" + match[1].lower(), self.singular)

    @cached_property
    def tree(self) -> Field | None:
        """The field that names the resource of its own kind above it."""
        return next((field for field in self.fields.values() if field.target == self.type), None)

    def name(self, id_: str) -> str:
        """The resource name of an id."""
        return f"{self.collection}/{id_}"

    def id_of(self, name: str) -> str | None:
        """The id in a resource name; None if that is no name of this kind."""
        found = re.fullmatch(f"{self.collection}/({ID_PATTERN})", name)
        return found[1] if found else None

    def checked_id(self, name: str, field: str) -> str:
        """The id in a resource name that a field of a request has.

        Raises:
            InvalidRequest: That is no name of this kind.
        """
        id_ = self.id_of(name)
        if id_ is None:
            raise field_error(field, f'must be a name such as "{self.collection}/…", not {name[:80]!r}')
        return id_

    @cached_property
    def order(self) -> tuple[tuple[Field, bool], ...]:
        """What lists are sorted by where a request does not say: fields, and whether downwards."""
        return tuple(parse_order(self, self.storage.order_by))


class Catalog:
    """All kinds of resources.

    Raises:
        ContractError: A reference names a kind that is not among them.
    """

    def __init__(self, messages: Iterable[Descriptor]) -> None:
        found = (resource_of(message) for message in messages)
        self.by_type = {resource.type: resource for resource in found if resource}
        for resource in self:
            for field in resource.fields.values():
                if field.target and field.target not in self.by_type:
                    raise ContractError(f"{field.descriptor.full_name} refers to {field.target}, which is no resource.")

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.by_type.values())

    def of(self, descriptor: Descriptor) -> Resource | None:
        """The kind that a message describes."""
        return next((resource for resource in self if resource.descriptor is descriptor), None)

    def target(self, field: Field) -> Resource:
        """The kind that a reference names."""
        return self.by_type[field.target]

    def referring(self, resource: Resource) -> Iterator[tuple[Resource, Field]]:
        """The fields that name resources of a kind."""
        for other in self:
            for field in other.fields.values():
                if field.target == resource.type:
                    yield other, field


class OrderError(ValueError):
    """Text that says what to sort by is wrong."""


def parse_order(resource: Resource, text: str) -> Iterator[tuple[Field, bool]]:
    """Reads "due_time desc, title": the fields, and whether downwards.

    Raises:
        OrderError: It names no field that can be sorted by.
    """
    seen = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, direction = part.partition(" ")
        field = resource.fields.get(name)
        if field is None or field.kind in (Kind.DOCUMENT, Kind.ETAG) or name in seen:
            sortable = [f.name for f in resource.fields.values() if f.kind not in (Kind.DOCUMENT, Kind.ETAG)]
            raise OrderError(f"cannot sort by {name[:60]!r}; sort by each of {', '.join(sortable)} at most once")
        if direction.strip().lower() not in ("", "asc", "desc"):
            raise OrderError(f'{part[:60]!r} must be a field, or a field and "desc"')
        seen.add(name)
        yield field, direction.strip().lower() == "desc"


def resource_of(descriptor: Descriptor) -> Resource | None:
    """The resource that a message describes; None if it describes none.

    Raises:
        ContractError: It cannot be stored as it is.
    """
    annotation = _option(descriptor, resource_pb2.resource)
    if not annotation.type:
        return None
    if annotation.pattern[:] != [f"{annotation.plural}/{{{_snake(annotation.singular)}}}"]:
        raise ContractError(f"{descriptor.full_name}: its pattern must be its plural and its singular in braces.")
    fields = {field.name: _field(field) for field in descriptor.fields}
    missing = {NAME, ETAG, CREATE_TIME, UPDATE_TIME} - fields.keys()
    if missing:
        raise ContractError(f"{descriptor.full_name} has no {', '.join(sorted(missing))}.")
    storage = descriptor.GetOptions().Extensions[options_pb2.message].storage
    resource = Resource(descriptor, annotation.type, annotation.plural, annotation.singular, fields, storage)
    for name in (name for names in (*storage.indexes, *storage.searched) for name in names.split(",")):
        if name not in fields:
            raise ContractError(f"{descriptor.full_name} has no field {name!r} to store an index of, or to search.")
    return resource


def _field(descriptor: FieldDescriptor) -> Field:
    behaviors = _option(descriptor, field_behavior_pb2.field_behavior)
    return Field(
        descriptor.name,
        _kind(descriptor),
        descriptor,
        target=_option(descriptor, resource_pb2.resource_reference).type if not descriptor.is_repeated else "",
        is_output=field_behavior_pb2.OUTPUT_ONLY in behaviors,
        is_required=field_behavior_pb2.REQUIRED in behaviors,
    )


def _kind(descriptor: FieldDescriptor) -> Kind:
    if descriptor.name == NAME:
        return Kind.NAME
    if descriptor.name == ETAG:
        return Kind.ETAG
    if descriptor.is_repeated:
        return Kind.DOCUMENT
    if descriptor.message_type is not None:
        return Kind.TIME if descriptor.message_type.full_name == _TIMESTAMP else Kind.DOCUMENT
    if _option(descriptor, resource_pb2.resource_reference).type:
        return Kind.REFERENCE
    kind = _SCALARS.get(descriptor.type)
    if kind is None:
        raise ContractError(f"{descriptor.full_name}: fields of this type cannot be stored.")
    return kind


def _option(descriptor: Any, extension: Any) -> Any:
    """An option of google.api, whose stubs have no types."""
    return descriptor.GetOptions().Extensions[extension]


def _snake(name: str) -> str:
    return re.sub("([A-Z])", lambda match: "_" + match[1].lower(), name)
