"""Compiles the contracts into Python stubs with types and what is read at run time.

That is one descriptor set with comments, and the gRPC service config, by which clients try idempotent calls again.

No third-party .proto file is copied: googleapis-common-protos ships google/api and google/rpc, and the installed
protovalidate holds the descriptor of buf/validate, which is handed to protoc as a descriptor set.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DESCRIPTOR_SET = "descriptors.binpb"
SERVICE_CONFIG = "service_config.json"
_VALIDATE = "buf/validate/validate.proto"


class GenerationError(Exception):
    """protoc refused the contracts; it has printed why."""


def generate(root: Path, out: Path) -> None:
    """Compiles every contract below ``root`` into ``out``, replacing what is there.

    Args:
        root: The folder that import paths of contracts start from.
        out: The folder to write: the packages ``steward`` and ``buf``, with the descriptor set inside ``steward``.

    Raises:
        GenerationError: protoc refused a contract.
    """
    contracts = sorted(str(path.relative_to(root)) for path in (root / "steward").rglob("*.proto"))
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "gen"
        (fresh / "steward").mkdir(parents=True)
        options = ["--python_out", "--grpc_python_out", "--mypy_out", "--mypy_grpc_out"]
        compile_contracts(
            root,
            [*contracts, _VALIDATE],
            [
                *(f"--plugin={name}={_program(name)}" for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")),
                *(f"{option}={fresh}" for option in options),
                f"--descriptor_set_out={fresh / 'steward' / DESCRIPTOR_SET}",
                "--include_imports",
                "--include_source_info",
            ],
        )
        compiled = (fresh / "steward" / DESCRIPTOR_SET).read_bytes()
        (fresh / "steward" / SERVICE_CONFIG).write_text(service_config(compiled))
        for package in {path.parent for path in fresh.rglob("*.py")}:
            _make_package(package, fresh)
        shutil.rmtree(out, ignore_errors=True)
        shutil.move(fresh, out)


def compile_contracts(root: Path, files: Iterable[str], options: Iterable[str]) -> None:
    """Runs protoc with the third-party contracts in reach.

    Args:
        root: The folder that import paths start from.
        files: The contracts to compile, relative to ``root``.
        options: protoc's output options.

    Raises:
        GenerationError: protoc refused a contract.
    """
    import grpc_tools
    from google import api
    from grpc_tools import protoc

    bundled = Path(grpc_tools.__file__).parent / "_proto"
    googleapis = Path(next(iter(api.__path__))).parents[1]
    with tempfile.NamedTemporaryFile(suffix=".binpb") as validate:
        validate.write(_validate_descriptor_set())
        validate.flush()
        includes = [f"-I{root}", f"-I{bundled}", f"-I{googleapis}", f"--descriptor_set_in={validate.name}"]
        if protoc.main(["protoc", *includes, *options, *files]) != 0:
            raise GenerationError("protoc refused the contracts; see its output above.")


def service_config(descriptor_set: bytes) -> str:
    """The gRPC service config for clients of the contracts.

    Calls whose contract says that repeating them does no harm are tried again where the service cannot be reached, or
    resets them because it is about to stop.

    Args:
        descriptor_set: The contracts, as a serialized FileDescriptorSet.
    """
    from google.protobuf.descriptor_pb2 import FileDescriptorSet, MethodOptions

    idempotent = [
        {"service": f"{file.package}.{service.name}", "method": method.name}
        for file in FileDescriptorSet.FromString(descriptor_set).file
        for service in file.service
        for method in service.method
        if method.options.idempotency_level != MethodOptions.IDEMPOTENCY_UNKNOWN
    ]
    policy = {
        "maxAttempts": 3,
        "initialBackoff": "0.05s",
        "maxBackoff": "0.5s",
        "backoffMultiplier": 3,
        "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
    }
    methods = [{"name": idempotent, "retryPolicy": policy}] if idempotent else []
    return json.dumps({"loadBalancingConfig": [{"round_robin": {}}], "methodConfig": methods}, indent=2)


def _validate_descriptor_set() -> bytes:
    from protobuf.wkt import FileDescriptorSet
    from protovalidate._gen.buf.validate import validate_pb

    def with_imports(file: Any) -> Iterator[Any]:
        for dependency in file.dependencies:
            yield from with_imports(dependency)
        yield file.proto

    files = {file.name: file for file in with_imports(validate_pb.desc())}
    return FileDescriptorSet(file=list(files.values())).to_binary()


def _program(name: str) -> str:
    """A program that was installed with this Python; an environment need not be activated for it."""
    return shutil.which(name) or str(Path(sys.executable).parent / name)


def _make_package(package: Path, top: Path) -> None:
    while package != top:
        (package / "__init__.py").touch()
        (package / "py.typed").touch()
        package = package.parent


if __name__ == "__main__":
    here = Path(__file__).parent
    try:
        generate(here, here / "gen")
    except GenerationError as error:
        sys.exit(str(error))
