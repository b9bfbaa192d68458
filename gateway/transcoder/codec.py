"""JSON text to wire bytes and back, by the native codec.

A google.protobuf message is never made. What goes wrong is explained by `diagnosis`, which may be slow.
"""

from __future__ import annotations

import orjson
from protobuf import DescField, DescMessage, Message, merge_from_json

from gateway.transcoder.descriptors import Contracts
from gateway.transcoder.diagnosis import Diagnosis, read_tree, too_deep
from services.kit.errors import DomainError, MalformedRequest


class RequestCodec:
    """Reads JSON as messages of one type."""

    def __init__(self, contracts: Contracts, message: DescMessage) -> None:
        self._message = message
        self._type = message.type
        self._registry = contracts.registry
        self._diagnosis = Diagnosis(contracts.registry)

    def wire(self, body: bytes) -> bytes:
        """The wire bytes of a JSON body; an empty body is an empty message.

        Raises:
            DomainError: The body is no such message; the error names every field at fault.
        """
        if not body:
            return b""
        if _needs_care(body):
            self._refuse_problems(body)
        try:
            return self._type.from_json(body, registry=self._registry).to_binary()
        except Exception:  # noqa: BLE001 - the codec has several, and none of them is its callers' business
            raise self._explained(body) from None

    def parse(self, body: bytes) -> Message:
        """The message of a JSON body; an empty body is an empty message.

        Raises:
            DomainError: The body is no such message; the error names every field at fault.
        """
        message = self._type()
        if body:
            if _needs_care(body):
                self._refuse_problems(body)
            self._merge(message, body)
        return message

    def parse_field(self, field: DescField, body: bytes) -> Message:
        """The message in which a JSON body is the value of one field; an empty body leaves the field unset.

        Raises:
            DomainError: The body is no value of the field.
        """
        message = self._type()
        if body:
            needs_care = _needs_care(body)  # also makes sure that nothing in the body can close the braces around it
            text = b'{"%b":%b}' % (field.json_name.encode(), body)
            if needs_care:
                self._refuse_problems(text)
            self._merge(message, text)
        return message

    def merge(self, message: Message, document: dict[str, object]) -> None:
        """Sets the fields of a JSON document in a message; a repeated field grows by its elements.

        Raises:
            DomainError: The document does not fit.
        """
        self._merge(message, orjson.dumps(document))

    def _merge(self, message: Message, text: bytes) -> None:
        try:
            merge_from_json(message, text, registry=self._registry)
            message.to_binary()  # refuses what JSON can say and the wire cannot, such as an enum number beyond int32
        except Exception:  # noqa: BLE001 - as above
            raise self._explained(text) from None

    def _refuse_problems(self, text: bytes) -> None:
        problem = self._diagnosis.problem(self._message, read_tree(text))
        if problem is not None:
            raise problem

    def _explained(self, text: bytes) -> DomainError:
        problem = self._diagnosis.problem(self._message, read_tree(text))
        return problem or MalformedRequest(f"The body is no {self._message.name} in JSON.", position="0")


class ResponseCodec:
    """Prints messages of one type as JSON, or one field of them.

    Args:
        contracts: The contracts of the message and of everything that a google.protobuf.Any in it may hold.
        message: The type.
        field: The field to print; the whole message if None.
    """

    def __init__(self, contracts: Contracts, message: DescMessage, field: DescField | None) -> None:
        self._type = message.type
        self._field = field.json_name if field else None
        self._registry = contracts.registry

    def json(self, wire: bytes) -> bytes:
        """The JSON of a message's wire bytes: lowerCamelCase, enums by name, fields at their zero value included."""
        message = self._type.from_binary(wire)
        text = message.to_json(always_emit_implicit=True, registry=self._registry).encode()
        if self._field is None:
            return text
        return orjson.dumps(orjson.loads(text).get(self._field))


def _needs_care(body: bytes) -> bool:
    """Whether a body may have duplicate keys, which the codec would not mind.

    Raises:
        MalformedRequest: The body is no JSON, or nested so deeply that the codec, which recurses, would crash.
    """
    try:
        tree = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _malformed(body, error) from None
    try:
        printed = orjson.dumps(tree)
    except orjson.JSONEncodeError:  # it prints 254 levels and reads 1024; a message of 100 levels takes at most 201
        raise too_deep() from None
    # Each member that was dropped as a duplicate takes the quotes of its key along, so that they are missing when the
    # tree is printed again. Only an escaped quote could make up for them.
    return printed.count(b'"') != body.count(b'"') or b"\\u0022" in body


def _malformed(body: bytes, error: orjson.JSONDecodeError) -> MalformedRequest:
    if "depth limit" in error.msg:
        return too_deep()
    try:
        body.decode()
    except UnicodeDecodeError as broken:
        return MalformedRequest(f"The body is not UTF-8 at byte {broken.start}.", position=str(broken.start))
    place = f"line {error.lineno}, column {error.colno}"
    return MalformedRequest(f"The body is not JSON at {place}: {error.msg}.", position=str(error.pos))
