"""JSON Schema, enforced or refused.

`check_schema` takes a schema of the draft 2020-12 and refuses whatever the grammar engine would ignore or only seem to
enforce; `grammar_of` makes the grammar that a text is generated under; `violation` checks the finished text once more.
Every keyword is on the list of those that are enforced, asserts nothing, or is refused by name.
"""

from __future__ import annotations

import json
from typing import Any

from services.advice.generation.schema_check import violation
from services.advice.generation.schema_error import SchemaNotEnforceable
from services.advice.generation.schema_grammar import grammar_of
from services.advice.generation.schema_graph import check_references
from services.advice.generation.schema_rules import Walk
from services.advice.generation.schema_unions import check_unions

__all__ = ["SchemaNotEnforceable", "check_schema", "grammar_of", "violation"]

_MAX_BYTES = 262_144


def check_schema(schema: str) -> dict[str, Any]:
    """Reads a schema and makes sure that all of it can be enforced; a grammar has not been made of it yet.

    Args:
        schema: A JSON Schema (draft 2020-12), as JSON.

    Returns:
        The schema without annotations, for `grammar_of` and `violation`.

    Raises:
        SchemaNotEnforceable: It is no JSON Schema, too large, or has something that cannot be enforced.
    """
    if len(schema.encode("utf-8", "surrogatepass")) > _MAX_BYTES:
        raise SchemaNotEnforceable("", "", f"has more than {_MAX_BYTES} bytes")
    try:
        value = json.loads(schema, object_pairs_hook=_unique, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise SchemaNotEnforceable("", "", f"is no JSON that can be read: {str(error)[:200]}") from None
    walk = Walk()
    checked = walk.root(value)
    check_references(walk.schemas, walk.refs)
    check_unions(walk.schemas)
    if checked is False:
        raise SchemaNotEnforceable("", "", "is false, which no text fits")
    return {} if checked is True else checked


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"{name[:100]!r} stands twice in an object")
        members[name] = value
    return members


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")
