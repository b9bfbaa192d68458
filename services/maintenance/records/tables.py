"""Tables of resources, made from the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from services.maintenance.records.resources import Catalog, Field, Kind

_ID_LENGTH = 63


class UtcTime(sa.TypeDecorator[datetime]):
    """A time in UTC: with its zone in Python, and as such a text in SQLite that sorts as the times do."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """What the database is given."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """What a row has."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_TYPES: Mapping[Kind, Any] = {
    Kind.NAME: sa.String(_ID_LENGTH),
    Kind.REFERENCE: sa.String(_ID_LENGTH),
    Kind.ETAG: sa.Integer(),
    Kind.TEXT: sa.Text(),
    Kind.NUMBER: sa.Double(),
    Kind.WHOLE: sa.BigInteger(),
    Kind.FLAG: sa.Boolean(),
    Kind.CHOICE: sa.SmallInteger(),
    Kind.TIME: UtcTime(),
    Kind.DOCUMENT: sa.JSON(none_as_null=True),
}
_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def tables(catalog: Catalog) -> sa.MetaData:
    """The tables of the resources, by their `Resource.table`."""
    metadata = sa.MetaData(naming_convention=_CONVENTION)
    for resource in catalog:
        columns = [_column(field, catalog) for field in resource.fields.values()]
        table = sa.Table(resource.table, metadata, *columns)
        indexes = [names.split(",") for names in resource.storage.indexes]
        indexes += [[field.name] for field in resource.fields.values() if field.kind is Kind.REFERENCE]
        for names in _needed(indexes):
            sa.Index(None, *(table.c[resource.fields[name].column] for name in names), table.c.id)
    return metadata


def _column(field: Field, catalog: Catalog) -> sa.Column[Any]:
    if field.kind is Kind.NAME:
        return sa.Column(field.column, _TYPES[field.kind], primary_key=True)
    constraints = []
    if field.kind is Kind.REFERENCE:
        # Deferred, so that what refers to each other can be written in any order.
        constraints.append(
            sa.ForeignKey(f"{catalog.target(field).table}.id", deferrable=True, initially="DEFERRED", use_alter=False)
        )
    is_set = field.is_required or field.kind is Kind.ETAG or field.name in ("create_time", "update_time")
    return sa.Column(field.column, _TYPES[field.kind], *constraints, nullable=not is_set)


def _needed(indexes: list[list[str]]) -> list[list[str]]:
    """The indexes that are not the beginning of another one."""
    unique = [list(names) for names in dict.fromkeys(map(tuple, indexes))]
    return [names for names in unique if not any(other != names and other[: len(names)] == names for other in unique)]
