"""The compiled contracts, as everything that reads them at run time gets them."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.resources import files

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet


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
