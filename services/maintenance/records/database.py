"""The database: SQLite by default, PostgreSQL by its URL."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from services.maintenance.records.errors import DatabaseUnavailable, ReferencesChanged

_log = logging.getLogger(__name__)

_FULL = ("disk is full", "disk full", "No space left", "disk I/O error")


class Database:
    """Connections to a database.

    Args:
        url: As SQLAlchemy takes it: "sqlite:///file" or "postgresql+psycopg://user:password@host/database".
        pool_size: Most connections at a time.
        lock_wait_s: Seconds for which what others hold is waited for.
    """

    def __init__(self, url: str, pool_size: int = 10, lock_wait_s: float = 5.0) -> None:
        self._lock_wait_s = lock_wait_s
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing = threading.Lock() if self.is_sqlite else None
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": lock_wait_s}
        if self.is_sqlite:
            if self.url.database:
                Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"timeout": lock_wait_s, "check_same_thread": False}
        else:
            # A connection that the server has closed is noticed before it is used.
            options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
        self.engine = sa.create_engine(self.url, **options)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the database and changes nothing.

        Raises:
            DatabaseUnavailable: The database cannot be reached.
        """
        with _unavailable(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection
            connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is kept if it ends without an error.

        SQLite has one writer at a time: the others wait here, where they do not poll.

        Raises:
            DatabaseUnavailable: The database cannot be reached, is locked or is full.
        """
        if self._writing is None:
            with _unavailable(), self.engine.begin() as connection:
                yield connection
            return
        if not self._writing.acquire(timeout=self._lock_wait_s):
            raise DatabaseUnavailable("The database is busy with other changes; try again shortly.")
        try:
            with _unavailable(), self.engine.connect() as connection:
                # Locks for writing at once: a reader that turns into a writer later may be refused.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
        finally:
            self._writing.release()

    def ping(self) -> None:
        """Makes sure that the database answers.

        Raises:
            DatabaseUnavailable: It does not.
        """
        with self.reading() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


@contextmanager
def _unavailable() -> Iterator[None]:
    """Tells the database's troubles from faults of ours."""
    try:
        yield
    except sa.exc.TimeoutError:
        raise DatabaseUnavailable("All connections to the database are in use; try again shortly.") from None
    except IntegrityError as error:
        # References are looked at when they are written, and once more by the database when all of it is kept.
        raise ReferencesChanged(
            "Something that this refers to, or that refers to this, has changed meanwhile; look again and repeat it."
        ) from error
    except (OperationalError, InterfaceError) as error:
        _log.warning("the database fails: %s", _cause(error))
        raise DatabaseUnavailable(_said(error)) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise DatabaseUnavailable("The connection to the database was lost; try again shortly.") from error


def _said(error: SQLAlchemyError) -> str:
    cause = _cause(error)
    if "locked" in cause:
        return "The database is locked by somebody else; try again shortly."
    if any(text in cause for text in _FULL):
        return "The database's disk is full, so nothing was changed; free some space and try again."
    return "The database cannot be reached; try again shortly."


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", error)).partition("\n")[0]


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where `reading` and `writing` say
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")
    # SQLite's own lower() knows the letters of English only.
    connection.create_function("lower", 1, lambda text: text and str(text).lower(), deterministic=True)
