"""Resources handed out as CSV, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

import sqlalchemy as sa

from services.maintenance.exchange.cells import printed
from services.maintenance.exchange.sheet import write
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Catalog, Resource

_ROWS = 200
_CHUNK_LETTERS = 1_000_000
"""Letters after which a new piece of text is begun: a message of the service may have 16 MB."""
_TOWARDS_SITE = ("site", "asset", "part", "team")
"""Fields by which a kind of resource is at a site, the first that it has."""


@dataclass(frozen=True, slots=True)
class Export:
    """Which resources are handed out, and how.

    Args:
        records: All resources.
        resource: Their kind.
        site: Id of the site that they are at; empty for all of them.
        separator: What separates cells.
    """

    records: Records
    resource: Resource
    site: str = ""
    separator: str = ","

    def header(self) -> str:
        """The first line."""
        return write([[field.descriptor.json_name for field in self.resource.fields.values()]], self.separator)

    def page(self, connection: sa.Connection, after: str = "") -> tuple[list[str], str]:
        """The next rows, in pieces of text, and the id of the last one; that is empty if there are none.

        Args:
            connection: The transaction.
            after: Id of the last row that was handed out.
        """
        table = self.records.metadata.tables[self.resource.table]
        statement = sa.select(table).where(table.c.id > after).order_by(table.c.id).limit(_ROWS)
        if self.site:
            statement = statement.where(self._is_at(self.resource))
        rows = connection.execute(statement).mappings().all()
        pieces, length = [""], 0
        for row in rows:
            line = write([self._cells(row)], self.separator)
            if length + len(line) > _CHUNK_LETTERS:
                pieces.append("")
                length = 0
            pieces[-1] += line
            length += len(line)
        return pieces, rows[-1]["id"] if rows else ""

    def pages(self, connection: sa.Connection) -> Iterator[str]:
        """The whole file, in pieces, as one transaction sees it."""
        yield self.header()
        pieces, last = self.page(connection)
        while last:
            yield from pieces
            pieces, last = self.page(connection, last)

    def _cells(self, row: Mapping[Any, Any]) -> list[str]:
        fields = self.resource.fields.values()
        return [printed(field, row[field.column], self.resource, self.records.catalog) for field in fields]

    def _is_at(self, resource: Resource) -> sa.ColumnElement[bool]:
        table = self.records.metadata.tables[resource.table]
        if resource.type == "steward/Site":
            return table.c.id == self.site
        field = next(resource.fields[name] for name in _TOWARDS_SITE if name in resource.fields)
        column = table.c[field.column]
        if field.name == "site":
            return column == self.site
        target = self.records.catalog.target(field)
        others = self.records.metadata.tables[target.table]
        return column.in_(sa.select(others.c.id).where(self._is_at(target)))


def in_order(catalog: Catalog) -> list[Resource]:
    """All kinds of resources, each after those that it refers to."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for resource in catalog:
        sorter.add(resource.type, *{field.target for field in resource.fields.values()} - {"", resource.type})
    return [catalog.by_type[type_] for type_ in sorter.static_order()]
