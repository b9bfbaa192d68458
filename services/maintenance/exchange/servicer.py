"""The RPCs of import and export."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

from google.protobuf.message import Message
from steward.maintenance.v1 import exchange_service_pb2 as pb

from services.kit.errors import DeadlineExceeded
from services.kit.workers import Workers
from services.maintenance.exchange.batch import File, Outcome
from services.maintenance.exchange.exporter import Export
from services.maintenance.exchange.importer import Importer
from services.maintenance.exchange.sheet import read
from services.maintenance.records.errors import field_error
from services.maintenance.records.records import Records, Rules
from services.maintenance.records.resources import Resource

MAX_ROWS = 100_000
"""Rows of one call, as the contract has it."""

_SEPARATORS = {pb.CSV_SEPARATOR_COMMA: ",", pb.CSV_SEPARATOR_SEMICOLON: ";", pb.CSV_SEPARATOR_TAB: "\t"}


class ExchangeServicer:
    """The RPCs that take resources in from CSV and hand them out.

    Args:
        records: The resources.
        workers: Threads that wait for the database.
        rules: What holds for resources beyond their contracts, by their types.
    """

    def __init__(self, records: Records, workers: Workers, rules: Mapping[str, Rules]) -> None:
        self._records = records
        self._workers = workers
        self._importer = Importer(records, rules)

    async def ImportResources(self, request: pb.ImportResourcesRequest, _: Any) -> Message:
        """Takes resources in."""
        gone = threading.Event()
        try:
            outcome = await self._workers.run(lambda: self._import(request, gone))
        except asyncio.CancelledError:
            gone.set()  # a caller who gets no answer must not find the rows there
            raise
        return _response(outcome)

    async def ExportResources(
        self, request: pb.ExportResourcesRequest, _: Any
    ) -> AsyncIterator[pb.ExportResourcesResponse]:
        """Hands resources out; each page is read by itself, so that nobody who reads slowly holds a connection."""
        export = Export(
            self._records,
            self._resource(request.collection),
            self._site(request.site),
            _SEPARATORS.get(request.separator, ","),
        )
        pieces, last = await self._workers.run(partial(self._page, export))
        yield pb.ExportResourcesResponse(csv=export.header() + pieces[0])
        del pieces[0]
        while last:
            for piece in pieces:
                yield pb.ExportResourcesResponse(csv=piece)
            pieces, last = await self._workers.run(partial(self._page, export, last))

    def _import(self, request: pb.ImportResourcesRequest, gone: threading.Event) -> Outcome:
        resource = self._resource(request.collection)
        sheet = read(request.csv, _SEPARATORS.get(request.separator, ""), MAX_ROWS)
        try:
            (outcome,) = self._importer.run(
                [File(resource, sheet, request.mapping)],
                dry_run=request.dry_run,
                skip_invalid=request.skip_invalid,
                stopped=gone.is_set,
            )
        except DeadlineExceeded:
            return Outcome()  # which nobody waits for
        return outcome

    def _page(self, export: Export, after: str = "") -> tuple[list[str], str]:
        with self._records.database.reading() as connection:
            return export.page(connection, after)

    def _resource(self, collection: str) -> Resource:
        known = {resource.collection: resource for resource in self._records.catalog}
        if collection not in known:
            raise field_error("collection", f"{collection!r} is none; those that exist are {', '.join(known)}")
        return known[collection]

    def _site(self, name: str) -> str:
        return self._records.catalog.by_type["steward/Site"].checked_id(name, "site") if name else ""


def _response(outcome: Outcome) -> pb.ImportResourcesResponse:
    return pb.ImportResourcesResponse(
        applied=outcome.applied,
        created_count=outcome.created,
        updated_count=outcome.updated,
        unchanged_count=outcome.unchanged,
        rejected_count=outcome.rejected,
        problems=[
            pb.ImportProblem(
                line=problem.line,
                column=problem.column,
                field=problem.field,
                reason=problem.reason,
                message=problem.message,
            )
            for problem in outcome.problems.shown
        ],
        problem_count=outcome.problems.count,
        ignored_columns=outcome.ignored,
    )
