"""Databases of both kinds, with the tables of this version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.maintenance.demo.fill import fill
from services.maintenance.migrations import migrate
from services.maintenance.records.database import Database
from services.maintenance.records.records import Records
from tests.maintenance import postgres
from tests.maintenance.demo import NOW, change
from tests.maintenance.made import records_in


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server that stays."""
    with postgres.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.db'}"
    server: postgres.Server = request.getfixturevalue("postgres_server")
    return server.new_database("records")


@pytest.fixture
def records(database_url: str) -> Iterator[Records]:
    """The resources, in an empty database of either kind."""
    database = Database(database_url, lock_wait_s=20)
    found = records_in(database)
    migrate(database, found.metadata)
    yield found
    database.close()


@pytest.fixture
def filled(records: Records) -> Records:
    """The resources, with the demo plant."""
    change(records, lambda store: fill(store, NOW))
    return records
