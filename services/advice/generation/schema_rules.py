"""The keywords of JSON Schema that are enforced.

A schema is walked from its root; whatever is not on the list is refused by name, so that a keyword which would be
ignored (or a typing mistake) never looks as if it held. Annotations assert nothing and are dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from services.advice.generation.schema_error import SchemaNotEnforceable
from services.advice.generation.schema_values import RULES, ValueRefused, check_pattern, check_size

ANNOTATIONS = frozenset(
    {
        "$comment",
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "default",
        "deprecated",
        "description",
        "discriminator",  # OpenAPI's hint, which names the property that `oneOf` is told apart by
        "examples",
        "readOnly",
        "title",
        "writeOnly",
    }
)
"""Keywords that assert nothing."""
ROOT_ANNOTATIONS = frozenset({"$id", "$schema"})
"""Keywords that assert nothing at the root; further down they would change what the rest means."""
REFUSED = frozenset(
    {
        "$anchor",
        "$dynamicAnchor",
        "$dynamicRef",
        "$vocabulary",
        "additionalItems",
        "contains",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "else",
        "if",
        "maxContains",
        "minContains",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
        "uniqueItems",  # false asks for nothing, and is dropped
    }
)
"""Keywords of JSON Schema that the grammar engine would ignore or refuse."""

MAX_DEPTH = 32
MAX_SCHEMAS = 1_000
_MAX_STEPS = 2**16
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_OLDER_DRAFTS = ("https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/draft-07/schema")


class Walk:
    """One walk through a schema.

    Attributes:
        schemas: The subschemas without annotations, by their JSON pointers.
        refs: Pointers of the schemas that have a `$ref`.
    """

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}
        self.refs: list[str] = []
        self._steps: set[Decimal] = set()
        self._has_older_draft = False

    def root(self, value: Any) -> Any:
        """Checks a whole schema and returns it without annotations.

        Raises:
            SchemaNotEnforceable: It has something that cannot be enforced.
        """
        if isinstance(value, dict):
            draft = str(value.get("$schema", _DRAFT)).rstrip("#")
            self._has_older_draft = draft in _OLDER_DRAFTS
            if draft != _DRAFT and not self._has_older_draft:
                raise SchemaNotEnforceable("", "$schema", f"names another draft than {_DRAFT}")
            value = {keyword: item for keyword, item in value.items() if keyword not in ROOT_ANNOTATIONS}
        elif not isinstance(value, bool):
            raise SchemaNotEnforceable("", "", "must be an object or a boolean")
        checked = self.schema(value, "", 0)
        self._check_steps()
        return checked

    def schema(self, value: Any, pointer: str, depth: int) -> Any:
        """Checks a subschema and returns it without annotations.

        Raises:
            SchemaNotEnforceable: It has something that cannot be enforced.
            ValueRefused: It is no schema.
        """
        if depth > MAX_DEPTH or len(self.schemas) >= MAX_SCHEMAS:
            limit = f"{MAX_DEPTH} deep" if depth > MAX_DEPTH else f"{MAX_SCHEMAS} in all"
            raise SchemaNotEnforceable(pointer, "", f"has too many subschemas; at most {limit} are taken")
        if not isinstance(value, (bool, dict)):
            raise ValueRefused("has something else than an object or a boolean for a schema")
        checked: Any = value if isinstance(value, bool) else {}
        self.schemas[pointer] = checked
        if isinstance(value, dict):
            for keyword, item in value.items():
                if keyword not in ANNOTATIONS and (keyword != "uniqueItems" or item is not False):
                    checked[keyword] = self._keyword(keyword, item, pointer, depth)
            self._check_together(checked, pointer)
        return checked

    def _keyword(self, keyword: str, value: Any, pointer: str, depth: int) -> Any:
        """The value of a keyword without annotations."""
        try:
            if keyword in APPLICATORS:
                return APPLICATORS[keyword](self, value, f"{pointer}/{keyword}", depth + 1)
            RULES.get(keyword, _refuse)(value)
        except ValueRefused as refused:
            known = keyword in ENFORCED | REFUSED | ROOT_ANNOTATIONS
            why = str(refused) if known else "is no keyword of JSON Schema 2020-12"
            raise SchemaNotEnforceable(pointer, keyword, why) from None
        return value

    def _check_together(self, schema: Mapping[str, Any], pointer: str) -> None:
        if "$ref" in schema:
            self.refs.append(pointer)
        if "multipleOf" in schema:
            self._steps.add(Decimal(repr(schema["multipleOf"])).normalize())
        if self._has_older_draft and "prefixItems" in schema:
            raise SchemaNotEnforceable(pointer, "prefixItems", f"needs the draft {_DRAFT}")
        # A name that is not listed may be written twice and would be counted twice.
        required = len(schema.get("required", ()))
        is_one_of_listed = schema.get("additionalProperties") is False and "patternProperties" not in schema
        if schema.get("minProperties", 0) > (max(required, 1) if is_one_of_listed else required):
            why = "cannot be enforced beyond the properties that are required"
            raise SchemaNotEnforceable(pointer, "minProperties", why)

    def _check_steps(self) -> None:
        # Where schemas are combined, the engine multiplies steps as 32-bit numbers and does not notice an overflow.
        scale = max((-int(step.as_tuple().exponent) for step in self._steps), default=0)
        if math.prod(int(step.scaleb(scale)) for step in self._steps) >= _MAX_STEPS:
            raise SchemaNotEnforceable("", "multipleOf", "has steps that are too large, or too many different ones")


def _refuse(_value: Any) -> None:
    raise ValueRefused("cannot be enforced here; leave it out")


def _listed(walk: Walk, value: Any, pointer: str, depth: int) -> list[Any]:
    check_size(value, list)
    if not value:
        raise ValueRefused("must have at least one schema")
    return [walk.schema(item, f"{pointer}/{index}", depth) for index, item in enumerate(value)]


def _named(walk: Walk, value: Any, pointer: str, depth: int) -> dict[str, Any]:
    check_size(value, dict)
    names = {name: name.replace("~", "~0").replace("/", "~1") for name in value}
    return {name: walk.schema(item, f"{pointer}/{names[name]}", depth) for name, item in value.items()}


def _patterned(walk: Walk, value: Any, pointer: str, depth: int) -> dict[str, Any]:
    check_size(value, dict)
    for pattern in value:
        check_pattern(pattern)
    return _named(walk, value, pointer, depth)


APPLICATORS: Mapping[str, Callable[[Walk, Any, str, int], Any]] = {
    "$defs": _named,
    "additionalProperties": Walk.schema,
    "allOf": _listed,
    "anyOf": _listed,
    "definitions": _named,
    "items": Walk.schema,
    "oneOf": _listed,
    "patternProperties": _patterned,
    "prefixItems": _listed,
    "properties": _named,
}
"""Keywords whose values are schemas, with what checks those and returns them without annotations."""
ENFORCED = frozenset(APPLICATORS) | frozenset(RULES)
"""Keywords that are enforced, if their values can be."""
