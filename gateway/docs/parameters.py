"""Where the fields of a request go in HTTP: path, query and body, as OpenAPI says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from protobuf import DescField, DescMessage, DescMethod

from gateway.docs.comments import paragraphs
from gateway.docs.examples import example_of
from gateway.docs.field_rules import RULES_OPTION
from gateway.docs.schemas import Schemas
from gateway.transcoder.descriptors import Contracts, fields_by_name
from gateway.transcoder.fields import is_list, is_plain_message, proto_path, resolve, takes_text, type_of
from gateway.transcoder.rules import HttpRule
from gateway.transcoder.template import Template, Variable

WHOLE = "*"

Path = tuple[DescField, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One way to call an RPC."""

    method: DescMethod
    rule: HttpRule
    index: int
    """0 for the RPC's own rule, then its additional bindings."""


@dataclass(frozen=True, slots=True)
class _Wildcard:
    index: int
    """Index of its segment."""
    name: str
    """Name of the parameter."""
    variable: Variable | None
    """The variable that it belongs to, if any."""


def openapi_path(template: Template) -> str:
    """The template as OpenAPI writes it: every wildcard is a parameter of its own."""
    segments = list(template.segments)
    for wildcard in _wildcards(template):
        segments[wildcard.index] = f"{{{wildcard.name}}}"
    return f"/{'/'.join(segments)}" + (f":{template.verb}" if template.verb else "")


def path_parameters(schemas: Schemas, place: Place) -> Iterator[dict[str, Any]]:
    """The parameters of the path, one per wildcard."""
    for wildcard in _wildcards(place.rule.template):
        variable, described = wildcard.variable, ""
        schema: dict[str, Any] = {"type": "string"}
        if variable is not None:
            schema = schemas.field(resolve(place.method.input, variable.field)[-1], is_closed=True)
            described = schema.pop("description", "")
            if variable.spans_segments:
                schema = {"type": "string", "minLength": 1}  # the field's rules are for the whole of it
                slashes = ", and may hold slashes" if _takes_rest(variable) else ""
                pattern = "/".join(variable.segments)
                described = paragraphs(described, f"Part of `{variable.field}`, which is `{pattern}`{slashes}.")
        parameter: dict[str, Any] = {"name": wildcard.name, "in": "path", "required": True, "schema": schema}
        yield parameter | ({"description": described} if described else {})


def query_parameters(schemas: Schemas, place: Place) -> Iterator[dict[str, Any]]:
    """The parameters of the query: every field that neither the path nor the body gives."""
    if place.rule.body == WHOLE:
        return
    bound = {proto_path(resolve(place.method.input, v.field)) for v in place.rule.template.variables}
    for path in _leaves(place.method.input, (), ()):
        if proto_path(path) not in bound and path[0].name not in body_fields(place):
            schema = schemas.field(path[-1], is_closed=True)
            parameter = {"name": ".".join(field.json_name for field in path), "in": "query"}
            if described := schema.pop("description", ""):
                parameter["description"] = described
            yield parameter | {"schema": schema}


def body_fields(place: Place) -> set[str]:
    """Name of the field that the body fills, if it is one."""
    if place.rule.body in ("", WHOLE):
        return set()
    return {fields_by_name(place.method.input)[place.rule.body].name}


def body_schema(schemas: Schemas, contracts: Contracts, place: Place) -> tuple[dict[str, Any], bool]:
    """The media type of the body, and whether a body is required."""
    message = place.method.input
    if place.rule.body == WHOLE:
        rules = [contracts.options(field).get(RULES_OPTION, {}) for field in message.fields]
        media = {"schema": schemas.message(message, is_closed=True)}
        return media | _example(contracts, message), any(rule.get("required") for rule in rules)
    field = fields_by_name(message)[place.rule.body]
    kind = type_of(field)
    is_required = bool(contracts.options(field).get(RULES_OPTION, {}).get("required"))
    example = _example(contracts, kind) if isinstance(kind, DescMessage) and not is_list(field) else {}
    return {"schema": schemas.field(field, is_closed=True)} | example, is_required


def _example(contracts: Contracts, message: DescMessage) -> dict[str, Any]:
    example = example_of(contracts, message)
    return {} if example is None else {"example": example}


def _leaves(message: DescMessage, above: Path, seen: tuple[DescMessage, ...]) -> Iterator[Path]:
    """Every field that text can be given for; a message in itself is not followed."""
    for field in message.fields:
        path = (*above, field)
        kind = type_of(field)
        if takes_text(field):
            yield path
        elif is_plain_message(kind) and not is_list(field) and kind not in (*seen, message):
            assert isinstance(kind, DescMessage)
            yield from _leaves(kind, path, (*seen, message))


def _takes_rest(variable: Variable) -> bool:
    """Whether the variable takes the rest of the path."""
    return variable.segments[-1] == "**"


def _wildcards(template: Template) -> Iterator[_Wildcard]:
    """Every wildcard of a template.

    One that is a variable of its own is named like it; one in a longer pattern like the collection before it.
    """
    taken: set[str] = set()
    for index, segment in enumerate(template.segments):
        if segment in ("*", "**"):
            variable = next((v for v in template.variables if v.start <= index < v.start + len(v.segments)), None)
            if variable is not None and len(variable.segments) == 1:
                name = variable.field
            else:
                name = _singular(template.segments[index - 1] if index else "segment")
            name = name if name not in taken else f"{name}{index}"
            taken.add(name)
            yield _Wildcard(index, name, variable)


def _singular(collection: str) -> str:
    return f"{collection[:-3]}y" if collection.endswith("ies") else collection.removesuffix("s")
