"""Lists: which resources, in which order, and which page of them."""

from __future__ import annotations

import base64
import hashlib
import json
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from steward.schema.v1 import options_pb2

from services.kit.paging import DEFAULT_PAGE_SIZE
from services.maintenance.records.errors import field_error
from services.maintenance.records.resources import (
    Catalog,
    ContractError,
    Field,
    Kind,
    OrderError,
    Resource,
    parse_order,
)
from services.maintenance.records.rows import time_of

_PAGING = ("page_size", "page_token")
_TOKEN_BYTES = 8
_MOST_BELOW = 500
"""Ids that are put into a statement; more are left to a subquery, for which databases plan worse."""

_COMPARE: Mapping[int, Callable[[Any, Any], sa.ColumnElement[bool]]] = {
    options_pb2.COMPARISON_UNSPECIFIED: operator.eq,
    options_pb2.COMPARISON_FROM: operator.ge,
    options_pb2.COMPARISON_BEFORE: operator.lt,
}

Order = Sequence[tuple[Field, bool]]


@dataclass(frozen=True, slots=True)
class Choice:
    """A field of a List request that chooses among resources."""

    descriptor: FieldDescriptor
    field: Field
    comparison: options_pb2.Comparison.ValueType


class Listing:
    """How a List request is answered.

    Args:
        catalog: All kinds of resources.
        resource: The one that is listed.
        request: The request's message.
        metadata: The tables.

    Raises:
        ContractError: The request chooses by something that the resource does not have.
    """

    def __init__(self, catalog: Catalog, resource: Resource, request: Descriptor, metadata: sa.MetaData) -> None:
        self._catalog = catalog
        self._resource = resource
        self._table = metadata.tables[resource.table]
        self._metadata = metadata
        self._choices = list(_choices(resource, request))

    def statement(self, request: Any, connection: sa.Connection) -> tuple[sa.Select[Any], Order]:
        """The rows of the page and one more, if there is one, and what they are sorted by.

        Args:
            request: The request.
            connection: Where trees are looked up, so that the database plans for what is below as it is.

        Raises:
            InvalidRequest: A field of the request is wrong.
        """
        order = self._order(request)
        statement = sa.select(self._table).where(*self._conditions(request, connection))
        if request.page_token:
            statement = statement.where(self._after(order, _read_token(request.page_token, _digest(request))))
        return statement.order_by(*self._sorted(order)).limit(size_of(request) + 1), order

    def token(self, request: Message, order: Order, row: Any) -> str:
        """The token of the page after a row."""
        return _token(_digest(request), [_plain(row[field.column]) for field, _ in order])

    def _order(self, request: Any) -> Order:
        try:
            order = list(parse_order(self._resource, request.order_by)) or list(self._resource.order)
        except OrderError as error:
            raise field_error("order_by", str(error)) from None
        name = self._resource.fields["name"]
        return order if any(field is name for field, _ in order) else [*order, (name, order[-1][1] if order else False)]

    def _sorted(self, order: Order) -> Iterator[sa.UnaryExpression[Any]]:
        # What is not set counts as the largest: PostgreSQL's indexes have it so.
        for field, down in order:
            column = self._table.c[field.column]
            expression = column.desc() if down else column.asc()
            if column.nullable:
                expression = expression.nulls_first() if down else expression.nulls_last()
            yield expression

    def _after(self, order: Order, values: Sequence[Any]) -> sa.ColumnElement[bool]:
        """The condition that a row comes after the one of the values."""
        if len(values) != len(order):
            raise _no_token()
        try:
            typed = [_typed(field, value) for (field, _), value in zip(order, values, strict=True)]
        except (TypeError, ValueError):
            raise _no_token() from None
        columns = [self._table.c[field.column] for field, _ in order]
        downs = {down for _, down in order}
        if len(downs) == 1 and not any(column.nullable for column in columns):
            row, bound = sa.tuple_(*columns), sa.tuple_(*map(sa.literal, typed))
            return row < bound if downs.pop() else row > bound
        condition: sa.ColumnElement[bool] = sa.false()
        for column, (_, down), value in reversed(list(zip(columns, order, typed, strict=True))):
            condition = sa.or_(_beyond(column, value, down=down), sa.and_(_same(column, value), condition))
        return condition

    def _conditions(self, request: Any, connection: sa.Connection) -> Iterator[sa.ColumnElement[bool]]:
        for word in request.query.lower().split() if "query" in request.DESCRIPTOR.fields_by_name else ():
            texts = [self._table.c[self._resource.fields[name].column] for name in self._resource.storage.searched]
            yield sa.or_(*(sa.func.lower(text).contains(word, autoescape=True) for text in texts))
        for choice in self._choices:
            condition = self._condition(choice, request, connection)
            if condition is not None:
                yield condition

    def _condition(self, choice: Choice, request: Any, connection: sa.Connection) -> sa.ColumnElement[bool] | None:
        name, column = choice.descriptor.name, self._table.c[choice.field.column]
        value = getattr(request, name)
        if choice.descriptor.is_repeated:
            values = [self._operand(choice, name, each) for each in value]
            return column.in_(values) if values else None
        if not (request.HasField(name) if choice.descriptor.has_presence else value):
            return None
        operand = self._operand(choice, name, value)
        if choice.comparison == options_pb2.COMPARISON_WITHIN:
            target = self._resource if choice.field.kind is Kind.NAME else self._catalog.target(choice.field)
            found = below(target, self._metadata.tables[target.table], operand)
            ids = list(connection.scalars(found.limit(_MOST_BELOW + 1)))
            if len(ids) > _MOST_BELOW:
                return column.in_(found)
            return column == ids[0] if len(ids) == 1 else column.in_(ids)
        return _COMPARE[choice.comparison](column, operand)

    def _operand(self, choice: Choice, name: str, value: Any) -> Any:
        field = choice.field
        if field.kind in (Kind.NAME, Kind.REFERENCE):
            target = self._resource if field.kind is Kind.NAME else self._catalog.target(field)
            return target.checked_id(value, name)
        return time_of(value) if field.kind is Kind.TIME else value


def below(resource: Resource, table: sa.Table, top: str) -> sa.Select[Any]:
    """Ids of a resource and of everything below it in its tree."""
    assert resource.tree
    found = sa.select(table.c.id).where(table.c.id == top).cte("below", recursive=True)
    children = sa.select(table.c.id).join(found, table.c[resource.tree.column] == found.c.id)
    return sa.select(found.union(children).c.id)


def size_of(request: Any) -> int:
    """Most resources of a page."""
    return request.page_size or DEFAULT_PAGE_SIZE


def _choices(resource: Resource, request: Descriptor) -> Iterator[Choice]:
    for descriptor in request.fields:
        chosen = descriptor.GetOptions().Extensions[options_pb2.field].filter
        if not chosen.field:
            continue
        field = resource.fields.get(chosen.field)
        if field is None or field.kind in (Kind.DOCUMENT, Kind.ETAG):
            raise ContractError(f"{descriptor.full_name} chooses by {chosen.field!r}, by which nothing can be chosen.")
        if chosen.comparison == options_pb2.COMPARISON_WITHIN and field.kind not in (Kind.NAME, Kind.REFERENCE):
            raise ContractError(f"{descriptor.full_name}: {chosen.field!r} is not part of a tree.")
        yield Choice(descriptor, field, chosen.comparison)


def _beyond(column: sa.Column[Any], value: Any, *, down: bool) -> sa.ColumnElement[bool]:
    if value is None:
        return column.is_not(None) if down else sa.false()
    beyond: sa.ColumnElement[bool] = column < value if down else column > value
    return sa.or_(beyond, column.is_(None)) if column.nullable and not down else beyond


def _same(column: sa.Column[Any], value: Any) -> sa.ColumnElement[bool]:
    return column.is_(None) if value is None else sa.and_(column == value)


def _digest(request: Message) -> str:
    """What tells lists apart: a token of one is no token of another."""
    copy = type(request)()
    copy.CopyFrom(request)
    for name in _PAGING:
        copy.ClearField(name)
    return hashlib.blake2b(copy.SerializeToString(deterministic=True), digest_size=_TOKEN_BYTES).hexdigest()


def _token(digest: str, values: Sequence[Any]) -> str:
    text = json.dumps([digest, *values], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read_token(token: str, digest: str) -> list[Any]:
    try:
        said: list[Any] = json.loads(base64.urlsafe_b64decode(token))
        of, values = said[0], said[1:]
    except (ValueError, TypeError, LookupError):
        raise _no_token() from None
    if of != digest:
        raise field_error("page_token", "is of a list with other fields; keep them the same, or leave the token empty")
    return values


def _no_token() -> Exception:
    return field_error("page_token", "is no token of a page; leave it empty to start over")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _typed(field: Field, value: Any) -> Any:
    if value is None:
        return None
    if field.kind is Kind.TIME:
        return datetime.fromisoformat(value).astimezone(UTC)
    wanted = {Kind.NUMBER: (int, float), Kind.WHOLE: int, Kind.CHOICE: int, Kind.FLAG: bool}.get(field.kind, str)
    if not isinstance(value, wanted):  # type: ignore[arg-type]
        raise TypeError(field.name)
    return value
