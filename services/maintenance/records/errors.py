"""What can go wrong with records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from steward.errors.v1 import reason_pb2
from steward.errors.v1.reason_pb2 import Reason

from services.kit.errors import DomainError, InvalidRequest, Kind, Violation


class ResourceNotFound(DomainError):
    """There is no resource of the name."""

    kind, reason = Kind.NOT_FOUND, reason_pb2.REASON_RESOURCE_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no {name}.", name=name)


class ResourceExists(DomainError):
    """There is a resource of the name already."""

    kind, reason = Kind.EXISTS, reason_pb2.REASON_RESOURCE_EXISTS

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a {name} already; choose another id, or update that one.", name=name)


class ResourceChanged(DomainError):
    """The resource is not in the state of the etag any more."""

    kind, reason = Kind.CONFLICT, reason_pb2.REASON_RESOURCE_CHANGED

    def __init__(self, name: str, etag: str) -> None:
        super().__init__(
            f"{name} has been changed since it was read: its etag is {etag!r} now. Read it again and repeat the "
            "change if it still makes sense.",
            name=name,
            etag=etag,
        )


class ResourceInUse(DomainError):
    """Other resources refer to it.

    Args:
        name: What was to be deleted.
        references: Names of some that refer to it, and how many there are, by their collection.
    """

    kind, reason = Kind.PRECONDITION, reason_pb2.REASON_RESOURCE_IN_USE

    def __init__(self, name: str, references: Mapping[str, tuple[list[str], int]]) -> None:
        said = [
            f"{count} {collection} ({', '.join(names)}{', …' if count > len(names) else ''})"
            for collection, (names, count) in references.items()
        ]
        super().__init__(
            f"{name} cannot be deleted while others refer to it: {'; '.join(said)}. Delete or change these first.",
            name=name,
            references=",".join(f"{collection}={count}" for collection, (_, count) in references.items()),
        )


class ReferencesChanged(DomainError):
    """What a change refers to was deleted while it was made, or the other way round."""

    kind, reason = Kind.CONFLICT, reason_pb2.REASON_RESOURCE_CHANGED


class IllegalState(DomainError):
    """The step cannot be taken from the resource's state."""

    kind, reason = Kind.PRECONDITION, reason_pb2.REASON_ILLEGAL_STATE


class DatabaseUnavailable(DomainError):
    """The database cannot be reached, is locked or is full."""

    kind, reason = Kind.UNAVAILABLE, reason_pb2.REASON_DATABASE_UNAVAILABLE
    retry_after_s = 1.0


def field_error(
    field: str, description: str, reason: Reason.ValueType = reason_pb2.REASON_FIELD_INVALID
) -> InvalidRequest:
    """The error for one field that breaks a rule."""
    return InvalidRequest([Violation(field, reason, description)])


class ReferenceNotFound(InvalidRequest):
    """A field names a resource that does not exist."""

    REASON: ClassVar[Reason.ValueType] = reason_pb2.REASON_REFERENCE_NOT_FOUND

    def __init__(self, field: str, name: str) -> None:
        super().__init__([Violation(field, self.REASON, f"there is no {name}; create it first, or name another one")])
