"""The one error of JSON Schema support."""

from __future__ import annotations

from steward.errors.v1 import reason_pb2

from services.kit.errors import DomainError, Kind


class SchemaNotEnforceable(DomainError):
    """A JSON Schema has something that cannot be enforced.

    Args:
        pointer: JSON pointer of the subschema; "" for the whole schema.
        keyword: The keyword that cannot be enforced; "" where it is none in particular.
        why: What is wrong and what to do about it, as the end of a sentence.
    """

    kind, reason = Kind.INVALID, reason_pb2.REASON_SCHEMA_NOT_ENFORCEABLE

    def __init__(self, pointer: str, keyword: str, why: str) -> None:
        # Both come from the caller and would otherwise make a message of any length.
        pointer, keyword = pointer[:200], keyword[:100]
        place = f"JSON Schema at {pointer}" if pointer else "JSON Schema"
        about = f'"{keyword}" ' if keyword else ""
        super().__init__(f"{place}: {about}{why}.", field="task.json_schema", pointer=pointer, keyword=keyword)
