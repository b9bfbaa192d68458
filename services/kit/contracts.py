"""The compiled contracts, as everything that reads them at run time gets them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.resources import files

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet, ServiceDescriptorProto
from steward.schema.v1 import options_pb2


@cache
def descriptor_set_bytes() -> bytes:
    """All contracts with their imports, comments and source positions, as a serialized FileDescriptorSet."""
    return files("steward").joinpath("descriptors.binpb").read_bytes()


@cache
def service_config() -> str:
    """The gRPC service config of the contracts: which calls clients may try again."""
    return files("steward").joinpath("service_config.json").read_text()


@cache
def descriptor_set() -> FileDescriptorSet:
    """All contracts with their imports, comments and source positions."""
    return FileDescriptorSet.FromString(descriptor_set_bytes())


def model_services(contracts: FileDescriptorSet) -> Iterator[tuple[FileDescriptorProto, ServiceDescriptorProto]]:
    """The services that have an RPC answered by a model, each with its file."""
    for file in contracts.file:
        for service in file.service:
            if any(method.options.Extensions[options_pb2.method].model for method in service.method):
                yield file, service


def file_descriptor(name: str) -> FileDescriptor:
    """The contract file of the name, such as "steward/energy/v1/energy_service.proto".

    Files that are not in the default pool yet come from their generated stubs.

    Raises:
        ModuleNotFoundError: There are no stubs for the file.
    """
    pool = descriptor_pool.Default()
    try:
        return pool.FindFileByName(name)
    except KeyError:
        import_module(name.removesuffix(".proto").replace("/", ".") + "_pb2")
        return pool.FindFileByName(name)
