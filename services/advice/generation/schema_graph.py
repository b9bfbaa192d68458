"""Where the references of a JSON Schema lead: each must point to a schema, and none may go round in circles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

from services.advice.generation.schema_error import SchemaNotEnforceable

Schemas = Mapping[str, Any]
"""The subschemas of a schema by their JSON pointers."""


def target_of(schema: Mapping[str, Any]) -> str:
    """The JSON pointer that a schema's `$ref` leads to."""
    return str(schema["$ref"]).removeprefix("#")


def check_references(schemas: Schemas, refs: Sequence[str]) -> None:
    """Makes sure that references lead somewhere and that what they lead to ends.

    Args:
        schemas: The subschemas.
        refs: Pointers of those that have a `$ref`.

    Raises:
        SchemaNotEnforceable: They do not.
    """
    for pointer in refs:
        if target_of(schemas[pointer]) not in schemas:
            raise SchemaNotEnforceable(
                pointer, "$ref", f"points to {schemas[pointer]['$ref'][:100]}, which is no schema"
            )
    try:
        TopologicalSorter({pointer: list(_in_place(schemas, pointer)) for pointer in schemas}).prepare()
    except CycleError as cycle:
        pointer = next(pointer for pointer in cycle.args[1] if pointer in refs)
        why = "leads back to itself without a property or an item in between"
        raise SchemaNotEnforceable(pointer, "$ref", why) from None
    endless = _endless(schemas, refs)
    for pointer in refs:
        if target_of(schemas[pointer]) in endless:
            raise SchemaNotEnforceable(
                pointer, "$ref", "points to what no finite text can fit, since it requires itself"
            )


def _in_place(schemas: Schemas, pointer: str) -> Iterator[str]:
    """The schemas that are applied to the same value as this one."""
    schema = schemas[pointer]
    if isinstance(schema, dict):
        for keyword in ("allOf", "anyOf", "oneOf"):
            yield from (f"{pointer}/{keyword}/{index}" for index in range(len(schema.get(keyword, ()))))
        if "$ref" in schema:
            yield target_of(schema)


def _endless(schemas: Schemas, refs: Sequence[str]) -> set[str]:
    """The targets of references that no finite text fits: all, less those that are found to end."""
    endless = {target_of(schemas[pointer]) for pointer in refs}
    users: defaultdict[str, list[str]] = defaultdict(list)
    for pointer in refs:
        users[target_of(schemas[pointer])] += [user for user in endless if f"{pointer}/".startswith(f"{user}/")]
    waiting = list(endless)
    while waiting:
        target = waiting.pop()
        if target in endless and _ends(schemas[target], endless):
            endless.remove(target)
            waiting += users[target]
    return endless


def _ends(schema: Any, endless: set[str]) -> bool:
    """Whether some finite text fits, as far as references tell, if none fits those in `endless`."""
    if not isinstance(schema, dict):
        return schema is True
    if "$ref" in schema and target_of(schema) in endless:
        return False
    alternatives = [schema[keyword] for keyword in ("anyOf", "oneOf") if keyword in schema]
    return all(any(_ends(one, endless) for one in some) for some in alternatives) and all(
        _ends(part, endless) for part in _required(schema)
    )


def _required(schema: Mapping[str, Any]) -> Iterator[Any]:
    """The subschemas that some value must fit if a value is to fit this schema; alternatives aside."""
    yield from schema.get("allOf", ())
    if schema.get("type") == "object":
        yield from (schema.get("properties", {}).get(name, True) for name in schema.get("required", ()))
    if schema.get("type") == "array":
        prefix, least = schema.get("prefixItems", []), schema.get("minItems", 0)
        yield from prefix[:least]
        if least > len(prefix):
            yield schema.get("items", True)
