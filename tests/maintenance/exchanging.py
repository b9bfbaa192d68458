"""Imports and exports for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from google.protobuf import json_format
from google.protobuf.timestamp_pb2 import Timestamp
from steward.maintenance.v1 import exchange_service_pb2 as pb
from steward.maintenance.v1 import location_pb2, part_pb2, person_pb2, team_pb2

from services.maintenance.exchange.batch import File, Outcome
from services.maintenance.exchange.exporter import Export
from services.maintenance.exchange.importer import Importer
from services.maintenance.exchange.problems import Problem
from services.maintenance.exchange.sheet import read, read_bytes
from services.maintenance.records.records import Records
from services.maintenance.rules import RULES
from tests.maintenance.made import add, kind, plant, work_order

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def take(
    records: Records, name: str, csv: str | bytes, mapping: dict[str, Any] | None = None, **options: Any
) -> Outcome:
    """Imports one file."""
    sheet = read(csv) if isinstance(csv, str) else read_bytes(csv)
    file = File(kind(records, name), sheet, json_format.ParseDict(mapping or {}, pb.ImportMapping()))
    (outcome,) = Importer(records, RULES, lambda: NOW).run([file], **options)
    return outcome


def at(*when: int) -> Timestamp:
    found = Timestamp()
    found.FromDatetime(datetime(*when, tzinfo=UTC))  # type: ignore[misc, arg-type]
    return found


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    """Rows that were created, updated, unchanged and rejected."""
    return outcome.created, outcome.updated, outcome.unchanged, outcome.rejected


def places(outcome: Outcome) -> list[tuple[int, str, str]]:
    """Line, column and field of each problem."""
    return [(problem.line, problem.column, problem.field) for problem in outcome.problems.shown]


def the(outcome: Outcome) -> Problem:
    """The only problem."""
    (problem,) = outcome.problems.shown
    return problem


def exported(records: Records, name: str, **options: Any) -> str:
    with records.database.reading() as connection:
        return "".join(Export(records, kind(records, name), **options).pages(connection))


def rows(records: Records) -> dict[str, list[dict[str, Any]]]:
    """Everything that is in the database."""
    with records.database.reading() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]
            for table in records.metadata.sorted_tables
        }


def referred_to(records: Records) -> None:
    """What the resources of the property tests refer to."""
    plant(records)
    for message, id_ in (
        (location_pb2.Location(display_name="Hall", site="sites/north"), "hall"),
        (team_pb2.Team(display_name="One"), "one"),
        (person_pb2.Person(display_name="Ana"), "ana"),
        (part_pb2.Part(display_name="Seal"), "seal"),
        (work_order(), "order"),
    ):
        add(records, message, id_)


def without_counters(tables: dict[str, list[dict[str, Any]]]) -> Any:
    """Rows without what every writing changes, and every movement of a part."""
    return {
        name: [{key: row[key] for key in row if key not in _COUNTERS[name == "part"]} for row in found]
        for name, found in tables.items()
    }


_COUNTERS = {False: {"revision"}, True: {"revision", "update_time"}}
