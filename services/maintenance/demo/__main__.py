"""Fills a database with the demo plant, or removes it: python -m services.maintenance.demo fill|remove [--attached]."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from services.kit.errors import DomainError
from services.kit.settings import SettingsError, load
from services.maintenance.app import all_messages
from services.maintenance.demo.fill import Counts, fill, remove
from services.maintenance.migrations import MigrationFailed, migrate
from services.maintenance.records.database import Database
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Catalog
from services.maintenance.records.store import Store
from services.maintenance.rules import RULES
from services.maintenance.settings import MaintenanceSettings


def main(arguments: Sequence[str]) -> int:
    """Does as the command line says, to the database of the settings.

    Returns:
        0 if it was done, 1 if the database does not let it be done, 2 if the settings are wrong.
    """
    parser = argparse.ArgumentParser("python -m services.maintenance.demo", description="The demo plant.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fill", help="write it into a database that has no sites")
    remover = commands.add_parser("remove", help="remove it")
    remover.add_argument("--attached", action="store_true", help="remove what refers to it as well")
    options = parser.parse_args(arguments)
    try:
        settings = load(MaintenanceSettings)
        if options.command == "fill":
            return _run(settings, "Written", lambda store: fill(store, datetime.now(UTC)))
        return _run(settings, "Removed", lambda store: remove(store, attached=options.attached))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (DomainError, MigrationFailed) as error:
        print(error, file=sys.stderr)
        return 1


def _run(settings: MaintenanceSettings, done: str, change: Callable[[Store], Counts]) -> int:
    database = Database(settings.database.get_secret_value())
    try:
        records = Records(database, Catalog(all_messages()), RULES)
        migrate(database, records.metadata)
        with database.writing() as connection:
            counts = change(records.store(connection))
    finally:
        database.close()
    print(f"{done}: {', '.join(f'{count} {collection}' for collection, count in counts.items()) or 'nothing'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
