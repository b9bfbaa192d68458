"""What is wrong with a file, told by the line of each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from steward.errors.v1.reason_pb2 import Reason

SHOWN = 1000
"""Problems that are told of a file; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a row, or with the header."""

    line: int
    """Line of the file on which the row begins, counted from 1."""
    reason: Reason.ValueType
    message: str
    column: str = ""
    """Columns that it is about, as the header names them; empty if it is about none."""
    field: str = ""
    """Path of the field that it is about; empty if it is about none."""


class Problems:
    """The problems of a file: all are counted, and the first that are found are kept."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Adds a problem."""
        self.count += 1
        if len(self._kept) < SHOWN:
            self._kept.append(problem)

    def extend(self, others: Problems) -> None:
        """Adds what is wrong with a part of the file."""
        self.count += others.count
        self._kept += others.shown[: SHOWN - len(self._kept)]

    @property
    def shown(self) -> Sequence[Problem]:
        """Those that are kept, in the order of the file."""
        return sorted(self._kept, key=lambda problem: problem.line)


class CellInvalid(Exception):
    """A cell has no value of its field.

    Args:
        reason: What sort of problem that is.
        message: What is wrong and what would be right.
    """

    def __init__(self, reason: Reason.ValueType, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
