"""The command line of import and export, straight to the database: for files of any size, and several at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from google.protobuf import json_format
from steward.maintenance.v1 import exchange_service_pb2 as pb

from services.kit.errors import DomainError
from services.kit.settings import SettingsError, load
from services.maintenance.exchange.batch import File, Outcome
from services.maintenance.exchange.exporter import Export, in_order
from services.maintenance.exchange.importer import Importer
from services.maintenance.exchange.profiles import PROFILES, files
from services.maintenance.exchange.sheet import read_bytes
from services.maintenance.migrations import MigrationFailed, migrate
from services.maintenance.records.database import Database
from services.maintenance.records.records import Records
from services.maintenance.records.resources import Catalog
from services.maintenance.rules import RULES
from services.maintenance.settings import MaintenanceSettings

EVERYTHING = "all"
"""Stands for a folder that an export has written."""


class Refused(Exception):
    """What was asked for makes no sense; the message says why."""


def run(catalog: Catalog, arguments: Sequence[str] | None = None) -> int:
    """Imports or exports.

    Args:
        catalog: All kinds of resources.
        arguments: Those of the command line; the process's own if None.

    Returns:
        The exit status: 0 if fine, 1 if something is wrong, which is told.
    """
    options = _options(catalog, arguments)
    try:
        database = Database(options.database or load(MaintenanceSettings).database.get_secret_value())
        with closing(database):
            records = Records(database, catalog, RULES)
            migrate(database, records.metadata)
            return _export(records, options) if options.command == "export" else _import(records, options)
    except (DomainError, MigrationFailed, OSError, Refused, SettingsError, json_format.ParseError) as error:
        print(error, file=sys.stderr)
        return 1


def _import(records: Records, options: argparse.Namespace) -> int:
    found = _files(records.catalog, options)
    outcomes = Importer(records, RULES).run(found, dry_run=options.dry_run, skip_invalid=options.skip_invalid)
    for file, outcome in zip(found, outcomes, strict=True):
        print(_summary(file, outcome))
        for problem in outcome.problems.shown:
            place = f"line {problem.line}" + (f", column {problem.column}" if problem.column else "")
            print(f"  {place}: {problem.message}", file=sys.stderr)
        if (hidden := outcome.problems.count - len(outcome.problems.shown)) > 0:
            print(f"  and {hidden} more problems", file=sys.stderr)
    is_applied = outcomes[0].applied
    print("written" if is_applied else "nothing was written")
    return int(any(outcome.problems.count for outcome in outcomes) and not (is_applied and options.skip_invalid))


def _summary(file: File, outcome: Outcome) -> str:
    counts = ("created", "updated", "unchanged", "rejected")
    said = ", ".join(f"{getattr(outcome, name)} {name}" for name in counts)
    ignored = f"; not read: {', '.join(outcome.ignored)}" if outcome.ignored else ""
    return f"{file.resource.collection}: {said}{ignored}"


def _files(catalog: Catalog, options: argparse.Namespace) -> list[File]:
    path: Path = options.path
    if options.what in PROFILES:
        return files(PROFILES[options.what], path, catalog)
    kinds = {resource.collection: resource for resource in in_order(catalog)}
    if options.what == EVERYTHING:
        names = {each.stem for each in path.glob("*.csv")}
        if not names or names - kinds.keys():
            odd = ", ".join(sorted(names - kinds.keys()))
            raise Refused(f"{path}: files must be named like {', '.join(kinds)}; {odd or 'there are none'}.")
        return [File(kinds[name], read_bytes((path / f"{name}.csv").read_bytes())) for name in kinds if name in names]
    mapping = pb.ImportMapping()
    if options.mapping:
        json_format.Parse(options.mapping.read_text(), mapping)
    return [File(kinds[options.what], read_bytes(path.read_bytes()), mapping)]


def _export(records: Records, options: argparse.Namespace) -> int:
    site = records.catalog.by_type["steward/Site"].id_of(options.site) if options.site else ""
    if site is None:
        raise Refused(f'--site must be a name such as "sites/…", not {options.site!r}.')
    options.folder.mkdir(parents=True, exist_ok=True)
    with records.database.reading() as connection:
        for resource in in_order(records.catalog):
            path = options.folder / f"{resource.collection}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                file.writelines(Export(records, resource, site).pages(connection))
            print(f"wrote {path}")
    return 0


def _options(catalog: Catalog, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m services.maintenance.exchange", description="Imports and exports CSV; see docs/import.md."
    )
    parser.add_argument("--database", help="URL of the database (default: STEWARD_MAINTENANCE_DATABASE)")
    commands = parser.add_subparsers(dest="command", required=True)
    taken = commands.add_parser("import", help="take resources in")
    kinds = [resource.collection for resource in catalog]
    taken.add_argument("what", choices=[*PROFILES, EVERYTHING, *kinds], help="a set of data, all, or a collection")
    taken.add_argument("path", type=Path, help="the folder of the set or of an export, or the collection's file")
    taken.add_argument("--mapping", type=Path, help="file with the ImportMapping of a collection's file, as JSON")
    taken.add_argument("--dry-run", action="store_true", help="only say what would be done")
    taken.add_argument("--skip-invalid", action="store_true", help="write what is right even if some rows are bad")
    handed = commands.add_parser("export", help="hand resources out")
    handed.add_argument("folder", type=Path, help="where a file for each collection is written")
    handed.add_argument("--site", help="only what is at this site, such as sites/north")
    return parser.parse_args(arguments)
