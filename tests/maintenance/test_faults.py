"""What befalls the database: the service tells it, changes nothing by halves, and comes back (X-2, X-9, M-29)."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import grpc
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from steward.maintenance.v1 import site_service_pb2 as pb
from steward.maintenance.v1.site_service_pb2_grpc import SiteServiceStub

from services.maintenance.migrations import MigrationFailed, migrate
from services.maintenance.records.database import Database
from services.maintenance.records.errors import DatabaseUnavailable
from tests.conftest import rejected
from tests.maintenance import postgres
from tests.maintenance.made import add, kind, plant, records_in, site
from tests.maintenance.serving import NOT_SERVING, SERVING, served


def test_a_database_that_somebody_else_has_locked_is_told_and_nothing_is_written(tmp_path: Path):
    path = tmp_path / "records.db"
    records = records_in(Database(f"sqlite:///{path}", lock_wait_s=0.05))
    migrate(records.database, records.metadata)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="locked by somebody else") as refusal:
        add(records, site(), "north")
    assert refusal.value.retry_after_s
    other.execute("ROLLBACK")
    other.close()
    add(records, site(), "north")
    records.database.close()


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path):
    records = records_in(Database(f"sqlite:///{tmp_path / 'records.db'}", pool_size=1))
    migrate(records.database, records.metadata)
    plant(records)
    with records.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseUnavailable, match="disk is full"):
        fill(records)
    with records.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert records.get(kind(records, "Site"), "sites/north").etag == "1"
    add(records, site(), "south")
    records.database.close()


def fill(records: Any) -> None:
    for _ in range(2000):
        add(records, site(address="x" * 500))


def test_an_error_within_a_change_leaves_nothing_of_it(records: Any):
    plant(records)

    def fail(store: Any, message: Any) -> None:
        message.display_name = "half"
        add_to = records.catalog.by_type["steward/Site"]
        store.insert(add_to, _named(site(), "sites/half"))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        records.change(kind(records, "Asset"), "assets/pump", "", fail)
    assert records.get(kind(records, "Asset"), "assets/pump").display_name == "Pump"
    with records.database.reading() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(records.metadata.tables["site"]))
    assert count == 1


def _named(message: Any, name: str) -> Any:
    message.name, message.etag = name, "1"
    message.create_time.GetCurrentTime()
    message.update_time.GetCurrentTime()
    return message


async def test_a_server_that_goes_away_and_comes_back():
    with postgres.running() as server:
        async with served(server.new_database("records")) as running:
            stub: Any = SiteServiceStub(running.channel)
            await stub.CreateSite(pb.CreateSiteRequest(site=site(), site_id="north"))
            server.stop()
            refusal = await rejected(stub.GetSite(pb.GetSiteRequest(name="sites/north")))
            assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "DATABASE_UNAVAILABLE")
            assert refusal.retry_s > 0
            assert "127.0.0.1" not in refusal.message
            await running.becomes(NOT_SERVING)
            server.start()
            await running.becomes(SERVING)
            assert (await stub.GetSite(pb.GetSiteRequest(name="sites/north"))).site.display_name == "North plant"


async def test_a_server_that_is_not_there_yet():
    with postgres.running() as server:
        url = server.new_database("records")
        server.stop()
        async with served(url, ready=False) as running:
            assert await running.status() == NOT_SERVING
            server.start()
            await running.becomes(SERVING)


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'records.db'}"
    database = Database(url)
    records = records_in(database)
    migrate(database, records.metadata)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationFailed, match="another version of Steward"):
        migrate(database, records.metadata)
    database.close()
    async with served(url, ready=False) as running:
        assert await running.status() == NOT_SERVING


def test_migrations_make_the_tables_of_the_contracts(records: Any):
    with records.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, records.metadata) == []
