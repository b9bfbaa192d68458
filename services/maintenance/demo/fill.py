"""Writes the demo plant into a database, and removes it again; each is one transaction of the caller's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from google.protobuf.message import Message
from steward.errors.v1 import reason_pb2

from services.kit.errors import DomainError, Kind
from services.maintenance.demo.history import resources
from services.maintenance.plans import note_next_maintenance
from services.maintenance.records.resources import Field, Resource
from services.maintenance.records.rows import row_of
from services.maintenance.records.store import Store

_SHOWN = 3
"""Names that are told of what refers to the demo plant."""

Counts = Mapping[str, int]
"""How many resources, by their collection."""


class SitesExist(DomainError):
    """The database is in use, so that a made-up plant would be in the way."""

    kind, reason = Kind.EXISTS, reason_pb2.REASON_RESOURCE_EXISTS


class DemoInUse(DomainError):
    """Resources that are not of the demo plant refer to it.

    Args:
        references: Their names, by their collection.
    """

    kind, reason = Kind.PRECONDITION, reason_pb2.REASON_RESOURCE_IN_USE

    def __init__(self, references: Mapping[str, list[str]]) -> None:
        said = [
            f"{len(names)} {collection} ({', '.join(names[:_SHOWN])}{', …' if len(names) > _SHOWN else ''})"
            for collection, names in references.items()
        ]
        super().__init__(
            f"The demo plant stays, since something that is not part of it refers to it: {'; '.join(said)}. Delete "
            "these or let them refer to something else first, or have them removed too: remove --attached, which is "
            "make remove-demo ATTACHED=1.",
            references=",".join(f"{collection}={len(names)}" for collection, names in references.items()),
        )


def fill(store: Store, now: datetime) -> Counts:
    """Writes the demo plant, up to a time.

    Raises:
        SitesExist: There is a site already.
    """
    sites = store.table(store.catalog.by_type["steward/Site"])
    if store.connection.scalar(sa.select(sites.c.id).limit(1)) is not None:
        raise SitesExist("There are sites already; the demo plant is for a database that has none.")
    by_kind: dict[Any, list[Message]] = defaultdict(list)
    for message in resources(now):
        by_kind[message.DESCRIPTOR].append(message)
    counts = {}
    for descriptor, messages in by_kind.items():
        resource = store.catalog.of(descriptor)
        assert resource
        # Many rows at a time, so without the rules of single ones; tests compare the outcome with these.
        store.connection.execute(store.table(resource).insert(), [row_of(resource, each) for each in messages])
        counts[resource.collection] = len(messages)
    return counts


def remove(store: Store, *, attached: bool = False) -> Counts:
    """Removes the demo plant.

    Args:
        store: The transaction.
        attached: Whether what refers to it, and what refers to that in turn, is removed as well.

    Raises:
        DemoInUse: Something that is not part of it refers to it, and is not to be removed.
    """
    if attached:
        _adopt(store)
    if references := dict(_references(store)):
        raise DemoInUse(references)
    assets = list(_planned_assets(store))
    counts = {}
    # Any order will do, as the database looks at references when the transaction ends.
    for resource in store.catalog:
        table = store.table(resource)
        counts[resource.collection] = store.connection.execute(table.delete().where(table.c.demo)).rowcount
    for asset in assets:
        note_next_maintenance(store, asset)
    return {collection: count for collection, count in counts.items() if count}


def _adopt(store: Store) -> None:
    """Makes what refers to the demo plant part of it, until nothing else does."""
    changed = True
    while changed:
        changed = False
        for resource, field in _fields(store):
            table = store.table(resource)
            adopted = store.connection.execute(table.update().where(_refers(store, resource, field)).values(demo=True))
            changed = changed or adopted.rowcount > 0


def _references(store: Store) -> Iterator[tuple[str, list[str]]]:
    """What is not of the demo plant and refers to it."""
    for resource in store.catalog:
        table = store.table(resource)
        refers = [_refers(store, other, field) for other, field in _fields(store) if other is resource]
        if refers:
            ids = store.connection.scalars(sa.select(table.c.id).where(sa.or_(*refers)).order_by(table.c.id))
            if names := [resource.name(id_) for id_ in ids]:
                yield resource.collection, names


def _planned_assets(store: Store) -> Iterator[str]:
    """Assets that stay, and whose next maintenance was by an order or a plan that goes."""
    assets = store.catalog.by_type["steward/Asset"]
    table = store.table(assets)
    for kind in ("steward/WorkOrder", "steward/Plan"):
        other = store.table(store.catalog.by_type[kind])
        going = sa.select(other.c.asset_id).where(other.c.demo)
        staying = sa.select(table.c.id).where(table.c.id.in_(going), table.c.demo.is_not(sa.true()))
        yield from (assets.name(id_) for id_ in store.connection.scalars(staying))


def _fields(store: Store) -> Iterator[tuple[Resource, Field]]:
    for resource in store.catalog:
        for field in resource.fields.values():
            if field.target:
                yield resource, field


def _refers(store: Store, resource: Resource, field: Field) -> sa.ColumnElement[bool]:
    """Whether a row that is not of the demo plant refers to it by a field."""
    table, target = store.table(resource), store.table(store.catalog.target(field))
    of_demo = sa.select(target.c.id).where(target.c.demo)
    return sa.and_(table.c.demo.is_not(sa.true()), table.c[field.column].in_(of_demo))
