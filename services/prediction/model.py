"""A loaded model: rows in, estimates with intervals and applicability out."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from google.protobuf import json_format
from google.protobuf.message import Message
from steward.model.v1 import estimate_pb2
from steward.model.v1.estimate_pb2 import Provenance
from steward.model.v1.model_pb2 import ModelCard

from services.prediction.errors import ModelBroken
from services.prediction.schema import Output

Floats = npt.NDArray[np.float64]

LEVEL = 0.9
"""Nominal coverage of the intervals that are answered with."""

INPUT = "features"
DISTANCE = "domain_distance"
_DOMAINS = (estimate_pb2.DOMAIN_INSIDE, estimate_pb2.DOMAIN_EDGE, estimate_pb2.DOMAIN_OUTSIDE)
_DISTANCE_DECIMALS = 4
_DIGITS = 3
"""Digits that are kept below the first one of the narrowest interval's half-width."""


@dataclass(frozen=True, slots=True)
class Contract:
    """What a model is checked against when it is loaded."""

    subject: str
    """Full name of the message that the model takes."""
    inputs: tuple[str, ...]
    """Names of the fields that it may take."""
    outputs: tuple[Output, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predictions of n designs for k outputs."""

    numbers: Floats
    """Estimates, the lower and upper ends of their intervals and their level, shape (n, k, 4).

    All but the level are in the outputs' units.
    """
    distance: Floats
    """Distances to the training designs, shape (n,)."""
    domain: npt.NDArray[np.int64]
    """Numbers of steward.model.v1.Domain, shape (n,)."""

    @property
    def values(self) -> Floats:
        """Estimates, shape (n, k)."""
        return self.numbers[:, :, 0]

    @property
    def measured(self) -> npt.NDArray[np.bool_]:
        """Whether the intervals' coverage was measured so far from the training designs, shape (n,)."""
        return self.numbers[:, 0, 3] > 0

    @property
    def upper(self) -> Floats:
        """Upper ends of the intervals, shape (n, k)."""
        return self.numbers[:, :, 2]

    def row(self, index: int) -> Predictions:
        """The prediction of one design."""
        one = slice(index, index + 1)
        return Predictions(self.numbers[one], self.distance[one], self.domain[one])


class Model:
    """A version of a model in memory. Safe to use from several threads.

    Args:
        artifact: Bytes of the ONNX graph: ``features`` float32 (n, inputs) to one float32 (n,) per output of the card
            and ``domain_distance`` (n, distances), one column per domain bound of the card.
        card: The card that belongs to it.
        contract: The contract that it must fit.

    Raises:
        ModelBroken: The artefact is not the one of the card, cannot be read, or does not fit the contract.
    """

    def __init__(self, artifact: bytes, card: ModelCard, contract: Contract) -> None:
        self.card = card
        self._check(hashlib.sha256(artifact).hexdigest() == card.artifact_sha256, "its bytes are not those of its card")
        self._check(card.contract == contract.subject, f"it takes {card.contract}, not {contract.subject}")
        self._check(
            card.contract_sha256 == contract.digest,
            f"{contract.subject} has changed since it was trained; train it again",
        )
        self._inputs = tuple(column.field for column in card.inputs)
        self._check(bool(self._inputs), "its card names no inputs")
        self._check(set(self._inputs) <= set(contract.inputs), "its inputs are not fields of the contract")
        self._getters = attrgetter(*self._inputs, self._inputs[0])
        self.outputs = tuple(card.outputs)
        self._check(
            self.outputs == tuple(o.name for o in contract.outputs), "its outputs are not those of the contract"
        )
        self._fetches = [*self.outputs, DISTANCE]
        self._session = self._open(artifact)
        self._try()
        self._thresholds = np.array(
            [[bounds.inside_distance, bounds.outside_distance] for bounds in card.domain_bounds], dtype=np.float32
        )
        self._measured = np.array([bounds.measured_distance for bounds in card.domain_bounds], dtype=np.float32)
        measured = bool((self._measured >= self._thresholds[:, 1]).all())
        self._check(measured, "its card has no interval out to the distance that counts as outside")
        half_widths = self._table()
        self._offsets = np.stack((np.zeros_like(half_widths), -half_widths, half_widths), axis=2)
        self.decimals = max(0, _DIGITS - math.floor(math.log10(half_widths.min())))
        """Decimal places that estimates are rounded to."""
        self._differences = self._difference_table()
        for joint in card.joint_levels:
            fits = all(len(level.values) == len(joint.fields) for level in joint.levels)
            self._check(
                fits and set(joint.fields) <= set(self._inputs), f"its card's levels of {joint.lever} do not fit"
            )
        self._lower_bounds = np.array([[-np.inf if o.lower_bound is None else o.lower_bound] for o in contract.outputs])
        self.provenance = Provenance(model=card.model, version=card.version, artifact_sha256=card.artifact_sha256)

    def inputs_of(self, subject: Message) -> Sequence[float]:
        """The model's inputs from a message of its contract, in the order of the model's columns."""
        # The getter has one field more, because with a single one it would return no tuple.
        values: Sequence[float] = self._getters(subject)[:-1]
        return values

    def predict(self, inputs: Sequence[Sequence[float]]) -> Predictions:
        """Predicts n designs.

        Args:
            inputs: What `inputs_of` gave for each design.
        """
        *columns, distances = self._session.run(self._fetches, {INPUT: np.asarray(inputs, dtype=np.float32)})
        # Not "greater than": a distance that is no number counts as outside.
        region = (~(distances[:, :, None] <= self._thresholds)).any(axis=1).sum(axis=1)
        stretch = np.maximum((distances / self._measured).max(axis=1), 1)
        numbers = np.empty((len(distances), len(columns), 4))
        values = self._offsets[region] * stretch[:, None, None]
        values += np.array(columns, dtype=np.float64).T[:, :, None]
        np.maximum(values, self._lower_bounds, out=values)
        # What is far below the interval's width is noise of 32-bit floats, and only makes numbers long.
        values.round(self.decimals, out=numbers[:, :, :3])
        numbers[:, :, 3] = np.where(stretch > 1, 0, LEVEL)[:, None]
        return Predictions(
            numbers,
            np.sqrt(np.square(distances).sum(axis=1), dtype=np.float64).round(_DISTANCE_DECIMALS),
            region + 1,
        )

    def difference_half_widths(self, levers: Iterable[str], domain: int, level: float) -> Floats | None:
        """Half-widths of the intervals of differences between two designs, shape (outputs,).

        Args:
            levers: Names of the levers that differ.
            domain: Number of the steward.model.v1.Domain of the design that is further from the training data.
            level: Nominal coverage.

        Returns:
            None where no such pairs were measured.
        """
        return self._differences.get((tuple(sorted(levers)), domain, level))

    def _open(self, artifact: bytes) -> ort.InferenceSession:
        options = ort.SessionOptions()
        # Two threads doubled the CPU from 256 rows on without any speed-up.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = ort.InferenceSession(artifact, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise self._broken("ONNX Runtime cannot read it") from error
        expected = set(self._fetches)
        self._check(expected <= {output.name for output in session.get_outputs()}, f"its graph lacks one of {expected}")
        self._check([i.name for i in session.get_inputs()] == [INPUT], f"its graph must take only {INPUT!r}")
        self._check(session.get_inputs()[0].shape[1:] == [len(self._inputs)], "its graph and card differ in inputs")
        return session

    def _try(self) -> None:
        """Runs the graph once: a wrong one is refused before a caller meets it, and the first call finds it warm."""
        rows = np.zeros((2, len(self._inputs)), np.float32)
        try:
            *columns, distances = self._session.run(self._fetches, {INPUT: rows})
        except Exception as error:
            raise self._broken("ONNX Runtime cannot run it") from error
        self._check(all(c.shape == (len(rows),) for c in columns), "its graph must give one number per output and row")
        bounds = self.card.domain_bounds
        self._check(
            bool(bounds) and distances.shape == (len(rows), len(bounds)),
            f"its graph must give one {DISTANCE} per row and domain bound of its card",
        )
        self._check(all(b.inside_distance <= b.outside_distance for b in bounds), "its domain bounds are inside out")

    def _table(self) -> Floats:
        widths = {(c.domain, c.output): c.half_width for c in self.card.calibrations if c.level == LEVEL}
        missing = [o for o in self.outputs for d in _DOMAINS if (d, o) not in widths]
        self._check(not missing, f"its card has no interval at level {LEVEL} for {', '.join(missing)}")
        table = np.array([[widths[d, o] for o in self.outputs] for d in _DOMAINS])
        self._check(bool(np.all((table > 0) & np.isfinite(table))), "its card has an interval without a width")
        return table

    def _difference_table(self) -> dict[tuple[tuple[str, ...], int, float], Floats]:
        widths: dict[tuple[tuple[str, ...], int, float], dict[str, float]] = {}
        for c in self.card.difference_calibrations:
            widths.setdefault((tuple(c.levers), c.domain, c.level), {})[c.output] = c.half_width
        return {
            key: np.array([by_output[o] for o in self.outputs])
            for key, by_output in widths.items()
            if by_output.keys() >= set(self.outputs)
        }

    def _check(self, fine: bool, problem: str) -> None:
        if not fine:
            raise self._broken(problem)

    def _broken(self, problem: str) -> ModelBroken:
        return ModelBroken(self.card.model, self.card.version, f"{problem}.")


def read_card(path: Path) -> ModelCard:
    """Reads a card.json.

    Raises:
        ValueError: The file is missing or no card.
    """
    try:
        return json_format.Parse(path.read_bytes(), ModelCard())
    except (OSError, json_format.ParseError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error


Contracts = Callable[[str], Contract | None]
"""Finds the contract of a model by the model's name; None if no RPC names the model."""
