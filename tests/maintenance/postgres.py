"""PostgreSQL servers of the tests' own, from the machine's programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from tests.ports import free_port

_USER = "postgres"
_IS_ROOT = os.getuid() == 0


class Server:
    """A server on loopback that can go away and come back.

    Args:
        folder: Where its data are.
    """

    def __init__(self, folder: Path) -> None:
        self._programs = _programs()
        self._folder = folder
        self._port = free_port()
        if _IS_ROOT:
            shutil.chown(folder, _USER)
        self._run("initdb", "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")

    def start(self) -> None:
        """Starts it and waits until it answers."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder}"
        self._run("pg_ctl", "-o", f"{options} -c fsync=off", "-l", self._folder / "log", "-w", "start")

    def stop(self) -> None:
        """Stops it as if its machine had failed."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def new_database(self, name: str) -> str:
        """The URL of a database that is empty."""
        engine = sa.create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        return self._url(name).render_as_string(hide_password=False)

    def _url(self, database: str) -> sa.URL:
        return sa.URL.create("postgresql+psycopg", _USER, host="127.0.0.1", port=self._port, database=database)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *map(str, arguments)]
        if _IS_ROOT:  # under which PostgreSQL refuses to run
            command = ["runuser", "-u", _USER, "--", *command]
        # A server keeps what it inherits, so its output is not waited for.
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder, timeout=60
        )


@contextmanager
def running() -> Iterator[Server]:
    """Runs a server; skips the test where PostgreSQL is not installed."""
    # Not below pytest's own folder, which PostgreSQL's user could not get to.
    with TemporaryDirectory(prefix="postgres-") as folder:
        server = Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    return found[-1].parent
