"""The tables as an import would leave them, for rules to look at before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from services.maintenance.records.records import Records
from services.maintenance.records.resources import Resource, id_in
from services.maintenance.records.store import Store

CHUNK = 1000
"""Rows of one statement."""

_TOWARDS_SITE = ("asset", "site", "part", "work_order", "team")
"""Fields by which a resource is at a site, the first that is set."""
_T = TypeVar("_T")


class Draft(Store):
    """The tables within a transaction, with resources of one kind that are not written yet.

    What is read is kept, so that many rows may refer to the same resources.

    Args:
        records: All resources.
        connection: The transaction.
        resource: The kind that is drafted.
    """

    def __init__(self, records: Records, connection: sa.Connection, resource: Resource) -> None:
        super().__init__(connection, records.catalog, records.metadata)
        self.drafted: dict[str, Any] = {}
        """The resources that are not written yet, by their ids."""
        self._resource = resource
        self._read: dict[tuple[str, str], Any] = {}

    def read(self, resource: Resource, id_: str, *, lock: bool = False) -> Any:
        """See `Store`; what is drafted comes first."""
        if resource is self._resource and id_ in self.drafted:
            return self.drafted[id_]
        key = resource.type, id_
        if lock or key not in self._read:
            self._read[key] = super().read(resource, id_, lock=lock)
        return self._read[key]

    def above(self, resource: Resource, id_: str) -> Iterator[str]:
        """See `Store`."""
        assert resource.tree
        seen = {id_}
        while (found := self.read(resource, id_)) is not None:
            id_ = id_in(getattr(found, resource.tree.name))
            if not id_ or id_ in seen:
                return
            seen.add(id_)
            yield id_

    def locked(self, resource: Resource, ids: Collection[str]) -> dict[str, Any]:
        """Those resources of the ids that exist; nobody else may change them before the transaction ends."""
        table = self.table(resource)
        found: dict[str, Any] = {}
        # In order, so that two imports wait for each other instead of locking each other out.
        for chunk in chunks(sorted(ids)):
            statement = sa.select(table).where(table.c.id.in_(chunk)).order_by(table.c.id).with_for_update()
            found |= {row["id"]: self.message(resource, row) for row in self.connection.execute(statement).mappings()}
        return found

    def existing(self, resource: Resource, ids: Collection[str]) -> set[str]:
        """Those ids of which there is a resource."""
        table = self.table(resource)
        selects = (sa.select(table.c.id).where(table.c.id.in_(chunk)) for chunk in chunks(sorted(ids)))
        return {id_ for select in selects for id_ in self.connection.scalars(select)}

    def clock(self, resource: Resource, message: Any) -> ZoneInfo | None:
        """The clock of the site that a resource is at; None if it is at none."""
        if resource.type == "steward/Site":
            try:
                return ZoneInfo(message.time_zone) if message.time_zone else None
            except (ValueError, OSError, LookupError):  # which the site's rules tell
                return None
        for name in _TOWARDS_SITE:
            field = resource.fields.get(name)
            if field and field.target and (value := getattr(message, name)):
                target = self.catalog.target(field)
                other = self.read(target, id_in(value))
                return self.clock(target, other) if other is not None else None
        return None


def chunks(items: list[_T]) -> Iterator[list[_T]]:
    """Items in lists that one statement takes."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
