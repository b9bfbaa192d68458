"""CSV text as rows that know their lines, and rows as CSV text that spreadsheets do not run."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from steward.errors.v1 import reason_pb2

from services.maintenance.exchange.problems import Problem, Problems

SEPARATORS = (",", ";", "\t")
"""What may separate cells, the one first that counts in doubt."""

_BOM = "\ufeff"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BROKEN = re.compile("[\0\udc80-\udcff]")
"""NUL, and bytes that are not UTF-8."""
_LONGEST_CELL = 16 * 1024 * 1024
_MOST_COLUMNS = 1000
_LONGEST_NAME = 200
_RUN = re.compile("'*[-=+@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""Text that a spreadsheet takes for a formula, also behind our apostrophes.

OWASP names these characters; the last four are the first ones in full width.
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's header and rows; what cannot be read is among its problems."""

    columns: Sequence[str] = ()
    header: int = 1
    """Line on which the header begins."""
    rows: Sequence[tuple[int, Sequence[str]]] = ()
    """The line on which each row begins, and a cell for each column; rows without any text are left out."""
    problems: Problems = field(default_factory=Problems)
    is_readable: bool = True
    """Whether the header is right, so that there are rows at all."""


def read_bytes(data: bytes, separator: str = "") -> Sheet:
    """Reads CSV in UTF-8; what is in another encoding is among the problems of its row.

    Args:
        data: The file.
        separator: What separates cells; found out from the header if empty.
    """
    if data.startswith(_UTF_16):
        message = "the file is in UTF-16; save it as CSV in UTF-8"
        return _unusable(1, (), [Problem(1, reason_pb2.REASON_MALFORMED_REQUEST, message)])
    return read(data.decode(errors="surrogateescape"), separator)


def read(text: str, separator: str = "", most_rows: int = sys.maxsize) -> Sheet:
    """Reads CSV.

    Args:
        text: The file.
        separator: What separates cells; found out from the header if empty.
        most_rows: Rows that are taken; a file that has more is not read.
    """
    text = text.removeprefix(_BOM)
    found = _filled(text, separator or _separator(text))
    line, header = next(found, (1, list[str]()))
    if isinstance(header, csv.Error):
        return _unusable(line, (), [_unreadable(line, header)])
    columns = [column.strip() for column in header]
    while columns and not columns[-1]:  # spreadsheets write separators behind the last column
        columns.pop()
    if wrong := [*_wrong_names(line, columns), *_broken(line, columns, columns)]:
        return _unusable(line, columns, wrong)
    rows: list[tuple[int, Sequence[str]]] = []
    problems = Problems()
    is_broken = _BROKEN.search(text) is not None
    for start, cells in found:
        if problem := _problem(start, cells, columns, is_broken=is_broken):
            problems.add(problem)
        else:
            assert isinstance(cells, list)
            rows.append((start, [undone(cell) for cell in cells[: len(columns)]]))
        if len(rows) + problems.count > most_rows:
            message = f"the file has more than {most_rows} rows; split it"
            return _unusable(line, columns, [Problem(start, reason_pb2.REASON_FIELD_OUT_OF_RANGE, message)])
    return Sheet(columns, line, rows, problems)


def write(rows: Iterable[Sequence[str]], separator: str = ",") -> str:
    """Rows as CSV, by RFC 4180."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """Text as a cell that no spreadsheet runs: what would be a formula gets an apostrophe in front."""
    return f"'{text}" if _RUN.match(text) else text


def undone(cell: str) -> str:
    """The text of a cell: what `harmless` has put in front is taken away."""
    return cell[1:] if cell[:1] == "'" and _RUN.match(cell) else cell


def _filled(text: str, separator: str) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """The rows that have any text, each with the line on which it begins."""
    # The limit is the process's; its default is less than a long checklist.
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, error
        else:
            if any(cell and not cell.isspace() for cell in cells):
                yield line, cells


def _separator(text: str) -> str:
    def width(separator: str) -> int:
        _, cells = next(_filled(text, separator), (0, []))
        return 0 if isinstance(cells, csv.Error) else len(cells)

    return max(SEPARATORS, key=width)


def _unusable(line: int, columns: Sequence[str], wrong: Iterable[Problem]) -> Sheet:
    problems = Problems()
    for problem in wrong:
        problems.add(problem)
    return Sheet(columns, line, problems=problems, is_readable=False)


def _wrong_names(line: int, columns: Sequence[str]) -> Iterator[Problem]:
    if not columns:
        message = "the file has no header; name the columns in its first line"
        yield Problem(line, reason_pb2.REASON_FIELD_REQUIRED, message)
    if len(columns) > _MOST_COLUMNS:
        message = f"the file has {len(columns)} columns, and at most {_MOST_COLUMNS} are taken"
        yield Problem(line, reason_pb2.REASON_FIELD_OUT_OF_RANGE, message)
        return
    for number, column in enumerate(columns, 1):
        if not column:
            message = f"column {number} has no name; give it one, or remove it"
            yield Problem(line, reason_pb2.REASON_FIELD_REQUIRED, message)
        elif len(column) > _LONGEST_NAME:
            message = f"the name of column {number} has more than {_LONGEST_NAME} letters; is a quote missing?"
            yield Problem(line, reason_pb2.REASON_FIELD_OUT_OF_RANGE, message, column[:_LONGEST_NAME])
        elif column in columns[: number - 1]:
            message = f"there is a column {column!r} already; rename or remove one of them"
            yield Problem(line, reason_pb2.REASON_FIELD_INVALID, message, column)


def _problem(line: int, cells: list[str] | csv.Error, columns: Sequence[str], *, is_broken: bool) -> Problem | None:
    """What is wrong with a row; None if it can be read."""
    if isinstance(cells, csv.Error):
        return _unreadable(line, cells)
    if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
        message = (
            f"the row has {len(cells)} cells, the header has {len(columns)}; put cells that have separators in quotes"
        )
        return Problem(line, reason_pb2.REASON_MALFORMED_REQUEST, message)
    return next(_broken(line, cells, columns), None) if is_broken else None


def _broken(line: int, cells: Sequence[str], columns: Sequence[str]) -> Iterator[Problem]:
    for column, cell in zip(columns, cells, strict=False):
        if found := _BROKEN.search(cell):
            what = (
                "a NUL character" if found[0] == "\0" else f"the byte {ord(found[0]) - 0xDC00:#x}, which is not UTF-8"
            )
            message = f"has {what}; save the file as CSV in UTF-8"
            name = _BROKEN.sub("?", column)
            yield Problem(line, reason_pb2.REASON_MALFORMED_REQUEST, message, name)


def _unreadable(line: int, error: csv.Error) -> Problem:
    message = f"the row cannot be read ({error}); close every quote, and double those within quotes"
    return Problem(line, reason_pb2.REASON_MALFORMED_REQUEST, message)
