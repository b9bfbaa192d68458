"""Resources in the tables: single ones, read and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from google.protobuf import message_factory
from google.protobuf.message import Message
from sqlalchemy.exc import IntegrityError

from services.maintenance.records.errors import ReferenceNotFound, ResourceExists, ResourceInUse
from services.maintenance.records.resources import Catalog, Field, Kind, Resource
from services.maintenance.records.rows import fill, row_of

_SHOWN = 3
"""Names that are told of what refers to a resource."""


class Store:
    """The tables within one transaction.

    Args:
        connection: The transaction.
        catalog: All kinds of resources.
        metadata: Their tables.
    """

    def __init__(self, connection: sa.Connection, catalog: Catalog, metadata: sa.MetaData) -> None:
        self.connection = connection
        self.catalog = catalog
        self._metadata = metadata

    def table(self, resource: Resource) -> sa.Table:
        """The table of a kind of resource."""
        return self._metadata.tables[resource.table]

    def read(self, resource: Resource, id_: str, *, lock: bool = False) -> Any:
        """The resource of an id; None if there is none.

        Args:
            resource: Its kind.
            id_: Its id.
            lock: Whether nobody else may change it before the transaction ends.
        """
        table = self.table(resource)
        statement = sa.select(table).where(table.c.id == id_)
        row = self.connection.execute(statement.with_for_update() if lock else statement).mappings().first()
        return None if row is None else self.message(resource, row)

    def message(self, resource: Resource, row: Mapping[Any, Any]) -> Any:
        """A row as its resource."""
        message = message_factory.GetMessageClass(resource.descriptor)()
        fill(message, row, resource, self.catalog)
        return message

    def insert(self, resource: Resource, message: Message) -> None:
        """Adds a resource.

        Raises:
            ResourceExists: There is one of the name; the transaction is lost.
        """
        try:
            self.connection.execute(self.table(resource).insert(), row_of(resource, message))
        except IntegrityError:
            raise ResourceExists(getattr(message, "name")) from None  # noqa: B009 - of the resource, not of Message

    def replace(self, resource: Resource, message: Message) -> None:
        """Writes a resource over the one of its name."""
        table, row = self.table(resource), row_of(resource, message)
        self.connection.execute(table.update().where(table.c.id == row.pop("id")), row)

    def delete(self, resource: Resource, id_: str) -> None:
        """Removes a resource.

        Raises:
            ResourceInUse: Others refer to it.
        """
        if references := dict(self._referring(resource, id_)):
            raise ResourceInUse(resource.name(id_), references)
        table = self.table(resource)
        self.connection.execute(table.delete().where(table.c.id == id_))

    def check_references(self, resource: Resource, message: Message) -> None:
        """Makes sure that the references of a resource are names of resources.

        Raises:
            InvalidRequest: One is not.
        """
        for field in resource.fields.values():
            name = getattr(message, field.name) if field.kind is Kind.REFERENCE else ""
            if name:
                self._check_reference(f"{resource.table}.{field.name}", field, name)

    def above(self, resource: Resource, id_: str) -> Iterator[str]:
        """Ids of what is above a resource in its tree, the nearest first."""
        assert resource.tree
        table = self.table(resource)
        statement = sa.select(table.c[resource.tree.column])
        seen = {id_}
        while (parent := self.connection.scalar(statement.where(table.c.id == id_))) and parent not in seen:
            seen.add(parent)
            yield parent
            id_ = parent

    def _check_reference(self, path: str, field: Field, name: str) -> None:
        target = self.catalog.target(field)
        id_ = target.checked_id(name, path)
        table = self.table(target)
        if self.connection.scalar(sa.select(table.c.id).where(table.c.id == id_)) is None:
            raise ReferenceNotFound(path, name)

    def _referring(self, resource: Resource, id_: str) -> Iterator[tuple[str, tuple[list[str], int]]]:
        for other, field in self.catalog.referring(resource):
            table = self.table(other)
            refers = table.c[field.column] == id_
            if count := self.connection.scalar(sa.select(sa.func.count()).select_from(table).where(refers)):
                ids = self.connection.scalars(sa.select(table.c.id).where(refers).order_by(table.c.id).limit(_SHOWN))
                yield other.collection, ([other.name(each) for each in ids], count)
