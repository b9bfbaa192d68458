"""Reads google.api.http annotations: one rule per way to call an RPC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from protobuf import DescMethod

from gateway.transcoder.descriptors import Contracts
from gateway.transcoder.template import Template, TemplateError, parse_template

HTTP_OPTION = "[google.api.http]"
ANY_METHOD = "*"
_VERBS = ("get", "put", "post", "delete", "patch")


class UnsupportedAnnotation(Exception):
    """A contract asks for something that the transcoder cannot serve, so it must not start.

    Args:
        rpc: Full name of the RPC, "package.Service.Method".
        reason: What is not supported and why.
    """

    def __init__(self, rpc: str, reason: str) -> None:
        super().__init__(f"{rpc}: {reason}.")
        self.rpc = rpc
        self.reason = reason


@dataclass(frozen=True, slots=True)
class HttpRule:
    """One way to call an RPC over HTTP."""

    http_method: str
    """In capitals; "*" for every method."""
    template: Template
    body: str
    """Field that the body fills, "*" for the whole request, empty for none."""
    response_body: str
    """Field of the response that is sent, empty for the whole response."""


def rpc_name(method: DescMethod) -> str:
    """Full name of an RPC, "package.Service.Method"."""
    return f"{method.parent.type_name}.{method.name}"


def rules_of(contracts: Contracts, method: DescMethod) -> list[HttpRule]:
    """The rules of an RPC, its additional bindings included; none if it has no annotation.

    Raises:
        UnsupportedAnnotation: The annotation is wrong.
    """
    annotation = contracts.options(method).get(HTTP_OPTION)
    if annotation is None:
        return []
    try:
        return list(_rules(annotation))
    except TemplateError as error:
        raise UnsupportedAnnotation(rpc_name(method), str(error)) from error


def _rules(annotation: Mapping[str, Any], nested: bool = False) -> Iterator[HttpRule]:
    http_method, path = _pattern(annotation)
    body, response_body = annotation.get("body", ""), annotation.get("responseBody", "")
    yield HttpRule(http_method, parse_template(path), body, response_body)
    for binding in annotation.get("additionalBindings", ()):
        if nested:
            raise TemplateError("additional_bindings must not be nested")
        yield from _rules(binding, nested=True)


def _pattern(annotation: Mapping[str, Any]) -> tuple[str, str]:
    for verb in _VERBS:
        if verb in annotation:
            return verb.upper(), annotation[verb]
    custom = annotation.get("custom")
    if not custom or not custom.get("kind"):
        raise TemplateError("its google.api.http option names no HTTP method")
    return custom["kind"].upper(), custom.get("path", "")
