"""The demo plant for tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.maintenance.demo.history import resources
from services.maintenance.demo.scene import RECORDED
from services.maintenance.records.records import Records

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 9, 14, 10, 25, tzinfo=UTC)
BEGIN = NOW.replace(minute=0) - RECORDED


@cache
def made(name: str = "", seed: int = 0) -> list[Any]:
    """All resources of the plant, or those of one kind."""
    if name:
        return [message for message in made("", seed) if message.DESCRIPTOR.name == name]
    return list(resources(NOW, seed) if seed else resources(NOW))


@cache
def by_name() -> dict[str, Any]:
    return {message.name: message for message in made()}


def change(records: Records, do: Callable[[Any], Any]) -> Any:
    """Something done in a transaction."""
    with records.database.writing() as connection:
        return do(records.store(connection))


def counts(records: Records) -> dict[str, int]:
    """How many rows each table has that has any."""
    with records.database.reading() as connection:
        found = {
            resource.collection: connection.scalar(
                sa.select(sa.func.count()).select_from(records.metadata.tables[resource.table])
            )
            for resource in records.catalog
        }
    return {collection: count for collection, count in found.items() if count}
