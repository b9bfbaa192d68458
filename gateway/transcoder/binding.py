"""Binds an RPC to one of its HTTP rules: what of a request goes where in the request message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

from protobuf import DescField, DescMethod
from steward.errors.v1 import reason_pb2

from gateway.transcoder.codec import RequestCodec, ResponseCodec
from gateway.transcoder.descriptors import Contracts, fields_by_name
from gateway.transcoder.fields import FieldPathError, is_list, proto_path, put, resolve, takes_text, text_to_json
from gateway.transcoder.forms import names_events, unstreamable
from gateway.transcoder.rules import HttpRule, UnsupportedAnnotation, rpc_name
from services.kit.errors import InvalidRequest, MalformedRequest, Violation

WHOLE = "*"
_MAX_PARAMETERS = 1000

Path = Sequence[DescField]


class Binding:
    """Turns requests of one HTTP rule into wire bytes, and its responses into JSON.

    Raises:
        UnsupportedAnnotation: The rule does not fit the RPC's messages.
    """

    def __init__(self, contracts: Contracts, method: DescMethod, rule: HttpRule) -> None:
        self._method = method
        self._rule = rule
        self.rpc = rpc_name(method)
        """Full name of the RPC, "package.Service.Method"."""
        self.service = method.parent.type_name
        """Full name of the service."""
        self._codec = RequestCodec(contracts, method.input)
        self.takes_body = bool(rule.body)
        """Whether a request may have a body."""
        self._body_field = self._field_of_body()
        self._variables = [self._variable(variable.field) for variable in rule.template.variables]
        self._bound = {proto_path(path) for path in self._variables}
        self._is_whole = rule.body == WHOLE and not self._variables
        response = self._top_field(method.output.fields, rule.response_body, "response_body")
        self.json = ResponseCodec(contracts, method.output, response).json
        """Prints the wire bytes of a response as JSON."""
        self.has_events = names_events(method.output)
        """Whether responses are events by name."""
        if rule.http_method == "GET" and rule.body:
            raise self._unsupported("GET has no body, but the rule names one")
        if method.method_kind == "server_streaming" and (reason := unstreamable(method.output, rule.response_body)):
            raise self._unsupported(reason)

    def wire(self, values: Sequence[str], query: bytes, body: bytes) -> bytes:
        """The wire bytes of a request.

        Args:
            values: Values of the path's variables.
            query: Query string.
            body: Body, JSON.

        Raises:
            DomainError: The request does not fit the message.
        """
        if self._is_whole and not query:
            return self._codec.wire(body)
        if body and not self.takes_body:
            raise MalformedRequest("This path takes no body; send its fields in the query.", position="0")
        parameters = self._parameters(values, query)
        if self._body_field is not None:
            message = self._codec.parse_field(self._body_field, body)
        else:
            message = self._codec.parse(body)
        if parameters:
            self._codec.merge(message, parameters)
        return message.to_binary()

    def _parameters(self, values: Sequence[str], query: bytes) -> dict[str, Any]:
        """The fields of the path and of the query as a JSON document; those of the path win."""
        document: dict[str, Any] = {}
        violations = list(self._read_query(query, document)) if query else []
        if violations:
            raise InvalidRequest(violations)
        for path, value in zip(self._variables, values, strict=True):
            put(document, path, text_to_json(path[-1], value))
        return document

    def _read_query(self, query: bytes, document: dict[str, Any]) -> Iterator[Violation]:
        """Puts the query's fields into the document; yields what is wrong with them."""
        seen: set[str] = set()
        for name, text in _pairs(query):
            try:
                path = resolve(self._method.input, name)
            except FieldPathError as error:
                yield Violation(error.path, reason_pb2.REASON_UNKNOWN_FIELD, f"{error}; remove it from the query")
                continue
            place = proto_path(path)
            if problem := self._misplaced(path, place):
                yield Violation(place, reason_pb2.REASON_UNKNOWN_FIELD, problem)
            elif place in seen and not is_list(path[-1]):
                problem = "is given more than once in the query; give it once"
                yield Violation(place, reason_pb2.REASON_MALFORMED_REQUEST, problem)
            else:
                put(document, path, text_to_json(path[-1], text))
            seen.add(place)

    def _misplaced(self, path: Path, place: str) -> str | None:
        """Why a field cannot be given in the query; None if it can."""
        if place in self._bound:
            return "is given by the path; remove it from the query"
        if self._rule.body in (WHOLE, path[0].name):
            return "belongs in the body; remove it from the query"
        if any(is_list(field) for field in path[:-1]) or not takes_text(path[-1]):
            return "cannot be given in a query; name one of the fields in it, if it has any"
        return None

    def _variable(self, name: str) -> Path:
        try:
            path = resolve(self._method.input, name)
        except FieldPathError as error:
            raise self._unsupported(f'its path has the variable "{name}", but {error}') from error
        if is_list(path[-1]) or not takes_text(path[-1]):
            raise self._unsupported(f'its path has the variable "{name}", which is repeated, a map or a message')
        return path

    def _field_of_body(self) -> DescField | None:
        name = self._rule.body
        return None if name == WHOLE else self._top_field(self._method.input.fields, name, "body")

    def _top_field(self, fields: Sequence[DescField], name: str, option: str) -> DescField | None:
        if not name:
            return None
        found = fields_by_name(fields[0].parent).get(name) if fields else None
        if found is None:
            raise self._unsupported(f'its {option} names "{name}", which is no field of the message')
        return found

    def _unsupported(self, reason: str) -> UnsupportedAnnotation:
        return UnsupportedAnnotation(self.rpc, reason)


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS, separator="&"
        )
    except UnicodeDecodeError:
        raise MalformedRequest("The query is not UTF-8.", position="0") from None
    except ValueError:
        raise MalformedRequest(f"The query has more than {_MAX_PARAMETERS} parameters.", position="0") from None
