"""Errors of the prediction service."""

from __future__ import annotations

from collections.abc import Iterable

from steward.errors.v1 import reason_pb2

from services.kit.errors import DomainError, InvalidRequest, Kind, Violation


class ModelNotFound(DomainError):
    """The registry has no such model."""

    kind, reason = Kind.NOT_FOUND, reason_pb2.REASON_MODEL_NOT_FOUND

    def __init__(self, model: str, models: Iterable[str]) -> None:
        known = ", ".join(models) or "none"
        super().__init__(f"There is no model {model!r}; the registry has: {known}.", model=model)


class ModelVersionNotFound(DomainError):
    """The model has no such version."""

    kind, reason = Kind.NOT_FOUND, reason_pb2.REASON_MODEL_VERSION_NOT_FOUND

    def __init__(self, model: str, version: str, versions: Iterable[str]) -> None:
        known = ",".join(versions)
        super().__init__(
            f"Model {model!r} has no version {version!r}; it has: {known}. Leave the version empty for the champion.",
            model=model,
            version=version,
            versions=known,
        )


class ModelBroken(DomainError):
    """The artefact of a version cannot be used."""

    kind, reason = Kind.UNAVAILABLE, reason_pb2.REASON_MODEL_BROKEN

    def __init__(self, model: str, version: str, problem: str) -> None:
        super().__init__(f"Model {model!r} version {version!r} cannot be used: {problem}", model=model, version=version)
        self.problem = problem


class LeverUnknown(InvalidRequest):
    """The request names a lever that the message does not have."""

    def __init__(self, field: str, lever: str, levers: Iterable[str]) -> None:
        known = ",".join(levers)
        violation = Violation(
            field, reason_pb2.REASON_LEVER_UNKNOWN, f"there is no lever {lever!r}; choose among {known}"
        )
        super().__init__([violation], lever=lever, levers=known)
