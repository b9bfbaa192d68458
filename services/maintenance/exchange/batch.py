"""The rows of one file, from cells to what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from google.protobuf import message_factory
from protovalidate import Validator
from steward.errors.v1 import reason_pb2
from steward.maintenance.v1 import exchange_service_pb2 as pb

from services.kit.errors import DomainError, InvalidRequest, Violation
from services.kit.violations import invalid_request
from services.maintenance.exchange import history, stocks
from services.maintenance.exchange.draft import Draft
from services.maintenance.exchange.mapping import Source, Sources, sources_of
from services.maintenance.exchange.problems import CellInvalid, Problem, Problems
from services.maintenance.exchange.sheet import Sheet
from services.maintenance.records.errors import ReferenceNotFound, ResourceChanged
from services.maintenance.records.records import Records, Rules, new_id
from services.maintenance.records.resources import UPDATE_TIME, Kind, Resource, id_in

_PASSES = 20
"""How often rows are looked at again because others that they rest on turned out to be bad."""
_UNREADABLE = "\ufffd"
"""What programs put where a file is not in the encoding that they expect."""


@dataclass(frozen=True, slots=True)
class File:
    """A file and what it has."""

    resource: Resource
    sheet: Sheet
    mapping: pb.ImportMapping = field(default_factory=pb.ImportMapping)


@dataclass(slots=True)
class Outcome:
    """What became of a file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: Problems = field(default_factory=Problems)
    ignored: Sequence[str] = ()
    """Columns that were not read."""
    is_readable: bool = True
    """Whether the header is right, so that rows could be looked at."""
    applied: bool = False
    """Whether it was carried out, and not only tried."""


@dataclass(slots=True)
class Row:
    """A row on its way."""

    line: int
    values: list[Any]
    """One for each source."""
    before: Any = None
    """The resource as it is; None if it is created."""
    after: Any = None
    """The resource as it is to be."""
    is_bad: bool = False
    is_unchanged: bool = False

    @property
    def id_(self) -> str:
        """Id of the resource."""
        return id_in(self.after.name)


class Batch:
    """The rows of one file.

    Args:
        records: All resources.
        rules: What holds for the file's beyond their contract.
        file: The file.
        now: The time.
        watched: Passes rows on for as long as somebody waits for the answer.

    Raises:
        InvalidRequest: The mapping fits neither the resource nor the file.
    """

    def __init__(
        self,
        records: Records,
        rules: Rules,
        file: File,
        now: datetime,
        watched: Callable[[Iterable[Any]], Iterator[Any]],
    ) -> None:
        self._catalog = records.catalog
        self._rules = rules
        self._resource = file.resource
        self._now = now
        self._watched = watched
        self._validator = Validator()
        self._class = message_factory.GetMessageClass(file.resource.descriptor)
        self._sheet = file.sheet
        self._sources = Sources()
        self._rows: list[Row] = []
        self.outcome = Outcome()
        self.outcome.is_readable = file.sheet.is_readable
        self.outcome.problems.extend(file.sheet.problems)
        if file.sheet.is_readable:
            self.outcome.rejected = file.sheet.problems.count
            self._sources = sources_of(file.resource, records.catalog, file.sheet, file.mapping)
        self.outcome.ignored = self._sources.ignored

    def read(self) -> None:
        """Reads the cells, which needs no database."""
        for problem in self._sources.problems:
            self.outcome.problems.add(problem)
            self.outcome.is_readable = False
        if not self.outcome.is_readable:
            return
        name = self._index(Kind.NAME)
        lines: dict[str, int] = {}
        for line, cells in self._watched(self._sheet.rows):
            row = Row(line, self._sources.values(line, cells))
            self._rows.append(row)
            self._refuse(row, self._unread(row))
            if name is not None and not row.is_bad and (named := row.values[name]):
                if named in lines:
                    self._refuse(row, [_violation("name", f"is that of line {lines[named]} too; give each its own")])
                lines.setdefault(named, line)

    def good(self) -> list[Row]:
        """The rows that are right, as far as has been looked, and change something."""
        return [row for row in self._rows if not (row.is_bad or row.is_unchanged)]

    def check(self, draft: Draft) -> list[Row]:
        """Looks at all rows within a transaction; returns those that are right and change something."""
        self._meet(draft)
        self._check_references(draft)
        self._finish(draft)
        for row in self._watched(self.good()):
            self._refuse(row, self._violations(row))
        self._settle(draft)
        if self._resource.type == stocks.MOVEMENT:
            self._check_stocks(draft)
        rows = self.good()
        self.outcome.created = sum(row.before is None for row in rows)
        self.outcome.updated = len(rows) - self.outcome.created
        self.outcome.unchanged = sum(row.is_unchanged for row in self._rows)
        self.outcome.rejected += sum(row.is_bad for row in self._rows)
        return rows

    def _unread(self, row: Row) -> Iterator[Violation]:
        for source, value in zip(self._sources.sources, row.values, strict=True):
            if isinstance(value, CellInvalid):
                yield Violation(source.target.name, value.reason, value.message)

    def _meet(self, draft: Draft) -> None:
        """Puts the values into the resources that there are, or into new ones."""
        name = self._index(Kind.NAME)
        ids = [id_in(row.values[name] or "") if name is not None else "" for row in self.good()]
        existing = draft.locked(self._resource, set(ids) - {""})
        for row, id_ in zip(self._watched(self.good()), ids, strict=True):
            row.before, row.after = existing.get(id_), self._class()
            if row.before is not None:
                row.after.CopyFrom(row.before)
            row.after.name = self._resource.name(id_ or new_id())
            for source, value in self._told(row):
                if not _is_local(value):
                    source.target.put(row.after, value)

    def _told(self, row: Row) -> Iterator[tuple[Source, Any]]:
        """What a row says about its resource."""
        for source, value in zip(self._sources.sources, row.values, strict=True):
            field = source.target.field
            # When a resource was last changed is told of one that has just come; of any other it is known.
            is_known = field.name == UPDATE_TIME and row.before is not None
            if field.kind not in (Kind.NAME, Kind.ETAG) and not is_known:
                yield source, value

    def _check_references(self, draft: Draft) -> None:
        own = {row.id_ for row in self.good()}
        for source in self._sources.of_kind(Kind.REFERENCE):
            target, field = self._catalog.target(source.target.field), source.target.name
            named = {id_in(getattr(row.after, field)) for row in self.good()} - {""}
            missing = named - draft.existing(target, named) - (own if target is self._resource else set())
            for row in self.good() if missing else ():
                if id_in(name := getattr(row.after, field)) in missing:
                    self._refuse(row, ReferenceNotFound(field, name).violations)

    def _finish(self, draft: Draft) -> None:
        """Reads times by the clocks of sites, and finds the rows that change nothing."""
        for row in self._watched(self.good()):
            local = [(source, value) for source, value in self._told(row) if _is_local(value)]
            clock = draft.clock(self._resource, row.after) if local else None
            for source, time in local:
                if clock is None:
                    message = 'has no zone, and the row no site whose clock counts; add a zone, such as "Z" or "+01:00"'
                    self._refuse(row, [_violation(source.target.name, message)])
                else:
                    source.target.put(row.after, time.replace(tzinfo=clock).astimezone(UTC))
            if row.before is not None:
                history.keep(self._resource, row.before, row.after)
                row.is_unchanged = row.after == row.before and not row.is_bad

    def _violations(self, row: Row) -> Iterator[Violation]:
        """What is wrong with a row by itself."""
        for source, value in zip(self._sources.sources, row.values, strict=True):
            if isinstance(value, str) and _UNREADABLE in value:
                message = "has characters that could not be read (U+FFFD); save the file as CSV in UTF-8"
                yield _violation(source.target.name, message)
            if source.target.field.kind is Kind.ETAG and value and row.before is not None and value != row.before.etag:
                changed = ResourceChanged(row.after.name, row.before.etag)
                yield Violation("etag", changed.reason, changed.message)
        yield from history.settle(self._resource, row.before, row.after, self._now)
        if broken := self._validator.collect_violations(row.after):
            yield from invalid_request(broken).violations

    def _settle(self, draft: Draft) -> None:
        """Looks at the rows together, until all that are left are right without those that are not."""
        for _ in range(_PASSES):
            rows = self.good()
            draft.drafted = {row.id_: row.after for row in rows}
            for row in self._watched(rows):
                self._refuse(row, self._unsettled(draft, row))
                if row.is_bad:
                    del draft.drafted[row.id_]
            if not any(row.is_bad for row in rows):
                return
        for row in self.good():
            self._refuse(row, [_violation("", "rests on rows that rest on bad ones, and so on; mend those first")])

    def _unsettled(self, draft: Draft, row: Row) -> Iterable[Violation]:
        for source in self._sources.of_kind(Kind.REFERENCE):
            target, name = self._catalog.target(source.target.field), getattr(row.after, source.target.name)
            if name and target is self._resource and draft.read(target, id_in(name)) is None:
                return ReferenceNotFound(source.target.name, name).violations
        try:
            self._rules.settle(draft, row.before, row.after)
        except InvalidRequest as error:
            return error.violations
        except DomainError as error:
            return [Violation("", error.reason, error.message)]
        return ()

    def _check_stocks(self, draft: Draft) -> None:
        short = dict(stocks.too_low(draft, stocks.totals(row.after for row in self.good())))
        for row in self.good() if short else ():
            if violation := short.get(row.after.part):
                self._refuse(row, [violation])

    def _index(self, kind: Kind) -> int | None:
        found = (n for n, source in enumerate(self._sources.sources) if source.target.field.kind is kind)
        return next(found, None)

    def _refuse(self, row: Row, violations: Iterable[Violation]) -> None:
        """Tells what is wrong with a row, if anything is."""
        for violation in violations:
            row.is_bad = True
            path = violation.field.removeprefix(f"{self._resource.table}.")
            self.outcome.problems.add(
                Problem(row.line, violation.reason, violation.description, self._column(path), path)
            )

    def _column(self, path: str) -> str:
        """The columns that a field comes from."""
        sources = self._sources.sources
        exact = [source.columns for source in sources if source.target.name == path]
        top = path.partition(".")[0].partition("[")[0]
        return next(iter(exact or [source.columns for source in sources if source.target.field.name == top]), "")


def _violation(field: str, description: str) -> Violation:
    return Violation(field, reason_pb2.REASON_FIELD_INVALID, description)


def _is_local(value: Any) -> bool:
    return isinstance(value, datetime) and value.tzinfo is None
