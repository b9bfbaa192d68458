"""Errors of predicted differences between two designs, by the levers that differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from google.protobuf.descriptor import Descriptor

from services.prediction.model import Floats
from services.prediction.schema import SubjectSchema

Codes = npt.NDArray[np.int64]
"""Which setting each lever has: one row per design, one column per lever, equal numbers for equal settings."""

PairErrors = dict[tuple[str, ...], Floats]
"""Errors of differences, shape (pairs, outputs), by the sorted names of the levers that differ."""


class LeverCodes:
    """The levers of a contract, in the order of their names.

    Args:
        subject: The message that the model takes.
    """

    def __init__(self, subject: Descriptor) -> None:
        schema = SubjectSchema(subject)
        levers = sorted(schema.levers.items())
        self.names = tuple(name for name, _ in levers)
        self._columns = [[schema.inputs.index(field) for field in lever.fields] for _, lever in levers]
        self._bits = 1 << np.arange(len(self.names))

    def of(self, inputs: Floats) -> Codes:
        """The settings of designs, by the contract's inputs, shape (n, inputs)."""
        codes = [np.unique(inputs[:, c], axis=0, return_inverse=True)[1].ravel() for c in self._columns]
        return np.column_stack(codes)

    def within(self, codes: Codes, errors: Floats) -> PairErrors:
        """All pairs of some designs, each once."""
        before, after = np.triu_indices(len(codes), 1)
        return self._by_levers(codes[before] != codes[after], errors[after] - errors[before])

    def between(self, codes: tuple[Codes, Codes], errors: tuple[Floats, Floats]) -> PairErrors:
        """All pairs of one of the first designs and one of the second."""
        before, after = (side.ravel() for side in np.indices((len(codes[0]), len(codes[1]))))
        return self._by_levers(codes[0][before] != codes[1][after], errors[1][after] - errors[0][before])

    def _by_levers(self, differs: npt.NDArray[np.bool_], errors: Floats) -> PairErrors:
        sets = differs @ self._bits
        order = np.argsort(sets, kind="stable")
        masks, starts = np.unique(sets[order], return_index=True)
        parts = np.split(errors[order], starts[1:])
        return {self._names(int(mask)): part for mask, part in zip(masks, parts, strict=True) if mask}

    def _names(self, mask: int) -> tuple[str, ...]:
        return tuple(name for place, name in enumerate(self.names) if mask >> place & 1)


def grouped(pairs: Iterable[PairErrors]) -> Mapping[tuple[str, ...], Sequence[Floats]]:
    """Errors by lever set of several groups of pairs; a group without such pairs is left out."""
    sets: dict[tuple[str, ...], list[Floats]] = {}
    for group in pairs:
        for levers, errors in group.items():
            sets.setdefault(levers, []).append(errors)
    return sets
