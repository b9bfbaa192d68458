"""Brings a database to the tables of this version, whatever version it was written by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from services.maintenance.records.database import Database

_LOCK = 5170101
"""Number of the lock by which PostgreSQL lets one process migrate at a time."""


class MigrationFailed(Exception):
    """The database was written by a version that this one does not know."""


def migrate(
    database: Database,
    metadata: sa.MetaData,
    revision: str = "head",
    begin: Callable[[sa.Connection], None] | None = None,
) -> None:
    """Brings the database to a revision: all of it or nothing.

    Args:
        database: The database.
        metadata: The tables of this version.
        revision: The revision; that of this version by default.
        begin: Fills a database that had no tables before, in the same transaction; nothing does by default.

    Raises:
        MigrationFailed: The database is of a version that this one does not know.
        DatabaseUnavailable: It cannot be reached.
    """
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        is_new = not sa.inspect(connection).has_table("alembic_version")
        try:
            command.upgrade(_config(connection, metadata), revision)
        except CommandError as error:
            raise MigrationFailed(
                f"The database was written by another version of Steward ({error}); use that version or a newer one."
            ) from error
        if is_new and begin:
            begin(connection)


def write_revision(metadata: sa.MetaData, revision: str, message: str) -> None:
    """Writes the revision that brings the tables of the latest one to those of the contracts.

    Args:
        metadata: The tables of the contracts.
        revision: The revision, such as "0002".
        message: What it does, as a noun phrase.
    """
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/latest.db")
        migrate(database, metadata)
        with database.writing() as connection:
            command.revision(_config(connection, metadata), message, autogenerate=True, rev_id=revision)
        database.close()


def _config(connection: sa.Connection, metadata: sa.MetaData) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes.update(connection=connection, metadata=metadata)
    return config
