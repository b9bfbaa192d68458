"""The OpenAPI 3.1 document of the services, from their contracts and comments."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from protobuf import DescMethod, DescService

from gateway.docs.comments import summary
from gateway.docs.error_schema import error_schema
from gateway.docs.parameters import Place, body_schema, openapi_path, path_parameters, query_parameters
from gateway.docs.schemas import Schemas
from gateway.docs.streams import STREAMS, stream_content
from gateway.transcoder.descriptors import Contracts, fields_by_name
from gateway.transcoder.rules import rules_of

_JSON = "application/json"
_HTTP_METHODS = {"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"}
_DESCRIPTION = f"""\
JSON is that of Protocol Buffers: 64-bit integers are strings, bytes are base64, enums are names, and answers contain
every field without presence even where it is zero. Requests may name fields in lowerCamelCase or in snake_case.

Every error has one form, whose `reason` is for programs; `X-Request-Id` finds a request in the logs.

{STREAMS}"""
_ID = {
    "description": "Id of the request: the caller's own if it sent one, otherwise a new one.",
    "schema": {"type": "string"},
}
_HEADERS: dict[str, Any] = {
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "Id of the request, for logs; it is returned.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
    },
    "Timeout": {
        "name": "Grpc-Timeout",
        "in": "header",
        "description": "Time that the request may take: up to 8 digits and H, M, S, m, u or n, such as 500m for 0.5 s.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,8}[HMSmun]$"},
    },
}


def openapi_document(descriptor_set: bytes, version: str, services: Collection[str]) -> dict[str, Any]:
    """Describes services.

    Args:
        descriptor_set: The contracts, with source positions for the comments.
        version: Version of the API.
        services: Full names of the services that are served.
    """
    contracts = Contracts.load(descriptor_set)
    schemas = Schemas(contracts)
    served = [service for service in contracts.services if service.type_name in services]
    places = [place for service in served for method in service.methods for place in _places(contracts, method)]
    # Requests first, because a message that is used in both directions is closed if a request has it.
    requests = [_request(schemas, contracts, place) for place in places]
    paths: dict[str, dict[str, Any]] = {}
    for place, request in zip(places, requests, strict=True):
        operation = _head(schemas, place) | request | {"responses": _responses(schemas, contracts, place)}
        paths.setdefault(openapi_path(place.rule.template), {})[place.rule.http_method.lower()] = operation
    components = dict(sorted(schemas.components.items()))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Steward", "version": version, "description": _DESCRIPTION},
        "tags": [_tag(schemas, service) for service in served],
        "paths": paths,
        "components": {
            "schemas": components | {"Error": error_schema(contracts, schemas.comments)},
            "parameters": _HEADERS,
            "headers": {"RequestId": _ID},
            "responses": {"Error": _answer("An error.", _json({"$ref": "#/components/schemas/Error"}))},
        },
    }


def _places(contracts: Contracts, method: DescMethod) -> Iterator[Place]:
    """The operations of an RPC; OpenAPI has no word for methods that HTTP does not define."""
    for index, rule in enumerate(rules_of(contracts, method)):
        if rule.http_method in _HTTP_METHODS:
            yield Place(method, rule, index)


def _head(schemas: Schemas, place: Place) -> dict[str, Any]:
    method = place.method
    service = method.parent
    comment = schemas.comments.get(f"{service.type_name}.{method.name}", "")
    suffix = f"_{place.index + 1}" if place.index else ""
    head = {"operationId": f"{service.name}_{method.name}{suffix}", "tags": [service.name]}
    head |= {"summary": summary(comment), "description": comment} if comment else {}
    return head | ({"deprecated": True} if method.deprecated else {})


def _request(schemas: Schemas, contracts: Contracts, place: Place) -> dict[str, Any]:
    headers = [{"$ref": f"#/components/parameters/{name}"} for name in _HEADERS]
    parameters = [*path_parameters(schemas, place), *query_parameters(schemas, place), *headers]
    request: dict[str, Any] = {"parameters": parameters}
    if place.rule.body:
        media, is_required = body_schema(schemas, contracts, place)
        request["requestBody"] = {"required": is_required, "content": {_JSON: media}}
    return request


def _responses(schemas: Schemas, contracts: Contracts, place: Place) -> dict[str, Any]:
    output = place.method.output
    if place.method.method_kind == "server_streaming":
        content = stream_content(schemas, contracts, output)
    elif place.rule.response_body:
        content = _json(schemas.field(fields_by_name(output)[place.rule.response_body], is_closed=False))
    else:
        content = _json(schemas.message(output, is_closed=False))
    described = schemas.comments.get(output.type_name) or "The answer."
    return {"200": _answer(described, content), "default": {"$ref": "#/components/responses/Error"}}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {_JSON: {"schema": schema}}


def _answer(description: str, content: dict[str, Any]) -> dict[str, Any]:
    headers = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
    return {"description": description, "headers": headers, "content": content}


def _tag(schemas: Schemas, service: DescService) -> dict[str, str]:
    comment = schemas.comments.get(service.type_name, "")
    return {"name": service.name} | ({"description": comment} if comment else {})
