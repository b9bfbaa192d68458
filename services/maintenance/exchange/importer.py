"""Resources taken in from CSV: all of it in one transaction, by the same rules as one at a time.

What is right is always written, and whether that is kept is decided at the end; so a dry run is an import in every
respect but the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from services.kit.errors import DeadlineExceeded
from services.maintenance.exchange import stocks
from services.maintenance.exchange.batch import Batch, File, Outcome, Row
from services.maintenance.exchange.draft import Draft, chunks
from services.maintenance.records.records import Records, Rules
from services.maintenance.records.resources import Resource
from services.maintenance.records.rows import row_of

_KEY = "key"
_ORDER = "steward/WorkOrder"


class _Undone(Exception):
    """Ends a transaction of which nothing is kept."""


class Importer:
    """Takes resources in.

    Args:
        records: All resources.
        rules: What holds for them beyond their contracts, by their types.
        now: The time.
    """

    def __init__(
        self, records: Records, rules: Mapping[str, Rules], now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._records = records
        self._rules = rules
        self._now = now

    def run(
        self,
        files: Sequence[File],
        *,
        dry_run: bool = False,
        skip_invalid: bool = False,
        stopped: Callable[[], bool] = lambda: False,
    ) -> list[Outcome]:
        """Imports files, in an order in which what is referred to comes first: all of them or none.

        Args:
            files: The files.
            dry_run: Whether to keep nothing.
            skip_invalid: Whether to keep what is right where some rows are bad.
            stopped: Whether nobody waits for it any more.

        Raises:
            InvalidRequest: A mapping fits neither its resource nor its file.
            DeadlineExceeded: It was stopped.
        """

        def look() -> None:
            if stopped():
                raise DeadlineExceeded("Nobody waits for the import any more, so nothing was written.")

        def watched(rows: Iterable[Any]) -> Iterator[Any]:
            for row in rows:
                look()
                yield row

        now = self._now()
        batches = [Batch(self._records, self._rules_of(file.resource), file, now, watched) for file in files]
        outcomes = [batch.outcome for batch in batches]
        for batch in batches:  # before the transaction begins, for which others wait
            batch.read()
        with suppress(_Undone), self._records.database.writing() as connection:
            for file, batch in zip(files, batches, strict=True):
                draft = Draft(self._records, connection, file.resource)
                rows = batch.check(draft)
                _store(draft, file.resource, watched(rows), now)
                self._follow(draft, file.resource, watched(rows))
            if dry_run or any(_is_refused(outcome, skip_invalid) for outcome in outcomes):
                raise _Undone
            look()
            for outcome in outcomes:
                outcome.applied = True
        return outcomes

    def _rules_of(self, resource: Resource) -> Rules:
        return self._rules.get(resource.type) or Rules()

    def _follow(self, draft: Draft, resource: Resource, rows: Iterable[Row]) -> None:
        """Changes what follows from the rows."""
        if resource.type == stocks.MOVEMENT:
            stocks.move(self._records, draft, stocks.totals(row.after for row in rows))
            return
        done = set()
        for row in rows:
            key = row.after.name
            if resource.type == _ORDER:
                # It follows from all of a plan's and an asset's orders, so once for each is enough.
                key = (row.after.plan, row.after.asset, row.before.asset if row.before else "")
            if key not in done:
                done.add(key)
                self._rules_of(resource).follow(draft, row.before, row.after)


def _is_refused(outcome: Outcome, skip_invalid: bool) -> bool:
    return outcome.problems.count > 0 and not (skip_invalid and outcome.is_readable)


def _store(draft: Draft, resource: Resource, rows: Iterable[Row], now: datetime) -> None:
    """Writes rows, whose etags are set."""
    new, changed = [], []
    for row in rows:
        if row.before is None:
            row.after.etag = "1"
            new.append(row.after)
        else:
            row.after.etag = str(int(row.before.etag) + 1)
            row.after.update_time.FromDatetime(now)
            changed.append(row.after)
    table, connection = draft.table(resource), draft.connection
    for chunk in chunks(new):
        connection.execute(table.insert(), [row_of(resource, message) for message in chunk])
    update = table.update().where(table.c.id == sa.bindparam(_KEY))
    for chunk in chunks(changed):
        values = [row_of(resource, message) for message in chunk]
        connection.execute(update, [value | {_KEY: value.pop("id")} for value in values])
