"""Trains "energy-loads": data in, artefact and card out."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from steward.model.v1.model_pb2 import ModelCard

from services.kit.contracts import descriptor_set
from services.prediction.engine import contracts_of, services_of
from services.prediction.model import Contract, Floats
from services.prediction.training.energy.card import MODEL, card
from services.prediction.training.energy.data import load
from services.prediction.training.energy.export import OUTPUTS, export
from services.prediction.training.energy.features import RATIO, SHAPE
from services.prediction.training.energy.intervals import Errors
from services.prediction.training.energy.protocols import (
    Samples,
    leave_one_ratio_out,
    leave_one_shape_out,
    out_of_fold,
    repeated_10_fold,
    twins_grouped_10_fold,
)
from services.prediction.training.energy.recipe import LoadModel, with_total
from services.prediction.training.graph import run
from services.prediction.training.release import parity, refuse_bad_parity

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trained:
    """What training made."""

    artifact: bytes
    card: ModelCard
    contract: Contract


def train(path: Path | None = None) -> Trained:
    """Trains, exports and evaluates the model; about eight minutes.

    Args:
        path: Where the data are; see `data.load`.

    Raises:
        DataMissing, FrameInvalid: See `data.load`.
        RegistrationRefused: The artefact differs from the trained model.
    """
    data = load(path)
    samples = Samples(data.inputs, data.loads)
    model = LoadModel(samples.inputs, samples.loads).hold(samples.inputs)
    artifact = export(model)
    # Designs unlike the data go through parts of the graph that the data do not reach.
    refuse_bad_parity(OUTPUTS, compared(artifact, model, probes(samples.inputs)))
    differences = compared(artifact, model, samples.inputs)
    _log.info("exported, %d bytes", len(artifact))
    errors, twins = _evaluate(samples, model)
    contract = contracts_of(services_of(descriptor_set()))[MODEL]
    return Trained(artifact, card(data, model, errors, twins, contract, differences), contract)


def compared(artifact: bytes, model: LoadModel, inputs: Floats) -> dict[str, float]:
    """Largest difference between artefact and model, by output."""
    as_served = inputs.astype(np.float32).astype(np.float64)
    trained = with_total(model.predict(as_served))
    return parity(
        dict(zip(OUTPUTS, run(artifact, as_served, OUTPUTS), strict=True)),
        dict(zip(OUTPUTS, trained.T, strict=True)),
    )


def probes(inputs: Floats) -> Floats:
    """The designs with their shapes moved by up to a standard deviation or so, and with any glazing ratio."""
    random = np.random.default_rng(0)
    moved, glazed = inputs.copy(), inputs.copy()
    moved[:, SHAPE] += random.normal(0, 0.3, moved[:, SHAPE].shape) * inputs[:, SHAPE].std(axis=0)
    glazed[:, RATIO] = random.uniform(0, 1, len(glazed))
    return np.vstack([moved, glazed])


def _evaluate(samples: Samples, model: LoadModel) -> tuple[Errors, dict[int, Floats]]:
    started = time.perf_counter()

    def told(protocol: str) -> None:
        _log.info("%s done after %.0f s", protocol, time.perf_counter() - started)

    shapes = list(leave_one_shape_out(samples))
    told("leave-one-shape-out")
    ratios = list(leave_one_ratio_out(samples))
    told("leave-one-glazing-ratio-out")
    twins = dict(twins_grouped_10_fold(samples))
    told("twins-grouped-10-fold")
    folds = list(repeated_10_fold(samples))
    told("repeated-10-fold")
    return Errors(samples, out_of_fold(samples, model.boosting), folds, ratios, shapes), twins
