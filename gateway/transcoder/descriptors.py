"""Reads a descriptor set: its messages and services, and the options on them as plain JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import orjson
from google.rpc import error_details_pb2, status_pb2
from protobuf import DescField, DescMessage, DescService, Registry
from protobuf.wkt import FileDescriptorProto, FileDescriptorSet

# Details of errors must print even if no contract names them.
_ERROR_FILES = (status_pb2.DESCRIPTOR, error_details_pb2.DESCRIPTOR)


class _Optioned(Protocol):
    """A descriptor of any kind; what it wraps may have options."""

    @property
    def proto(self) -> Any: ...


@dataclass(frozen=True)
class Contracts:
    """A descriptor set, ready to be asked."""

    registry: Registry
    files: tuple[FileDescriptorProto, ...]

    @classmethod
    def load(cls, descriptor_set: bytes) -> Contracts:
        """Reads a serialized google.protobuf.FileDescriptorSet, which must hold all imports."""
        files = list(FileDescriptorSet.from_binary(descriptor_set).file)
        known = {file.name for file in files}
        for descriptor in _ERROR_FILES:
            for dependency in (*descriptor.dependencies, descriptor):
                if dependency.name not in known:
                    known.add(dependency.name)
                    files.append(FileDescriptorProto.from_binary(dependency.serialized_pb))
        for file in files:
            _complete(file.message_type)
        return cls(FileDescriptorSet(file=files).to_registry(), tuple(files))

    @cached_property
    def services(self) -> tuple[DescService, ...]:
        """Every service, in the order of the set."""
        return tuple(entry for entry in self.registry if isinstance(entry, DescService))

    def message(self, name: str) -> DescMessage:
        """The message of a full name.

        Raises:
            KeyError: There is none.
        """
        found = self.registry.message(name)
        if found is None:
            raise KeyError(name)
        return found

    def options(self, descriptor: _Optioned) -> dict[str, Any]:
        """The options of a descriptor as proto3 JSON; extensions are named like "[google.api.http]"."""
        options = descriptor.proto.options
        if options is None:
            return {}
        parsed: dict[str, Any] = orjson.loads(options.to_json(registry=self.registry))
        return parsed


def _complete(messages: Iterable[Any]) -> None:
    """Gives fields the JSON name that protoc writes, but descriptors inside Python modules and from reflection lack."""
    for message in messages:
        for field in message.field:
            if not field.json_name:
                first, *rest = field.name.split("_")
                field.json_name = first + "".join(part[:1].upper() + part[1:] for part in rest)
        _complete(message.nested_type)


def fields_by_name(message: DescMessage) -> Mapping[str, DescField]:
    """The fields of a message under both names that JSON may use: snake_case and lowerCamelCase."""
    return dict(_names(message))


def _names(message: DescMessage) -> Iterator[tuple[str, DescField]]:
    for field in message.fields:
        yield field.name, field
        yield field.json_name, field
