"""Which alternatives of `oneOf` exclude each other.

A grammar says "this or that", never "exactly one of them"; where no value fits two alternatives both mean the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from services.advice.generation.schema_error import SchemaNotEnforceable
from services.advice.generation.schema_graph import Schemas, target_of

_MAX_COMPARISONS = 50_000
_MAX_DEPTH = 6
"""Of the properties that tell alternatives apart; a tag lies at the first."""
_KINDS: Mapping[type, str] = {
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}


def check_unions(schemas: Schemas) -> None:
    """Makes sure that of each `oneOf` no value can fit two alternatives.

    Args:
        schemas: The subschemas.

    Raises:
        SchemaNotEnforceable: That is not certain.
    """
    unions = _Unions(schemas)
    for pointer, schema in schemas.items():
        if isinstance(schema, dict) and not all(
            unions.exclude(one, other, _MAX_DEPTH) for one, other in combinations(schema.get("oneOf", ()), 2)
        ):
            why = "has alternatives that may fit together; give each a required constant that differs, or use anyOf"
            raise SchemaNotEnforceable(pointer, "oneOf", why)


class _Unions:
    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._left = _MAX_COMPARISONS

    def exclude(self, one: Any, other: Any, depth: int) -> bool:
        """Whether no value fits both, as far as types, constants and required properties tell."""
        if one is False or other is False:
            return True
        if depth == 0:
            return False
        return any(self._parts_exclude(a, b, depth) for a in self._parts(one) for b in self._parts(other))

    def _parts(self, schema: Any) -> list[Mapping[str, Any]]:
        """The schemas that all hold where this one does: it itself, what it refers to and what it combines."""
        parts: list[Mapping[str, Any]] = []
        waiting = [schema]
        while waiting:
            part = waiting.pop()
            if isinstance(part, dict) and not any(part is known for known in parts):
                parts.append(part)
                waiting += part.get("allOf", ())
                waiting += [self._schemas[target_of(part)]] if "$ref" in part else ()
        return parts

    def _parts_exclude(self, one: Mapping[str, Any], other: Mapping[str, Any], depth: int) -> bool:
        self._left -= 1
        if self._left < 0:
            return False
        common = _kinds(one) & _kinds(other)
        if not common:
            return True
        values, others = _literals(one), _literals(other)
        if values is not None and others is not None:
            return not values & others
        return (
            (common == {"object"} and self._properties_exclude(one, other, depth))
            or self._all_exclude(one, other, depth)
            or self._all_exclude(other, one, depth)
        )

    def _properties_exclude(self, one: Mapping[str, Any], other: Mapping[str, Any], depth: int) -> bool:
        required = {*one.get("required", ()), *other.get("required", ())}
        mine, theirs = one.get("properties", {}), other.get("properties", {})
        return any(self.exclude(mine.get(name, True), theirs.get(name, True), depth - 1) for name in required)

    def _all_exclude(self, one: Mapping[str, Any], other: Mapping[str, Any], depth: int) -> bool:
        """Whether each alternative of the one excludes the other."""
        alternatives = one.get("anyOf") or one.get("oneOf") or [True]
        return all(self.exclude(each, other, depth - 1) for each in alternatives)


def _kinds(schema: Mapping[str, Any]) -> set[str]:
    """Types that a value may have, as far as types and constants tell; integers count as numbers."""
    values = _values(schema)
    if values is not None:
        return {_KINDS.get(type(value), "null") for value in values}
    types = schema.get("type", ["null", *_KINDS.values()])
    return {"number" if name == "integer" else name for name in ([types] if isinstance(types, str) else types)}


def _values(schema: Mapping[str, Any]) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _literals(schema: Mapping[str, Any]) -> set[str] | None:
    """The constants that a value must be one of, written so that equal values are equal."""
    values = _values(schema)
    return None if values is None else {json.dumps(_plain(value), sort_keys=True) for value in values}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
