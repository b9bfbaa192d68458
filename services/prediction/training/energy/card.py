"""The model card of "energy-loads"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version

import numpy as np
from steward.model.v1.model_pb2 import (
    Calibration,
    DifferenceCalibration,
    DomainBounds,
    InputField,
    JointLevels,
    ModelCard,
    Training,
)

from services.prediction.model import LEVEL, Contract, Floats
from services.prediction.training.boosting import SEED
from services.prediction.training.energy.data import Data
from services.prediction.training.energy.evaluations import evaluations
from services.prediction.training.energy.export import DISTANCES, OUTPUTS
from services.prediction.training.energy.features import FIELDS, RATIO, SHAPE, SHAPE_FIELDS
from services.prediction.training.energy.intervals import Errors, difference_intervals, intervals
from services.prediction.training.energy.recipe import GATE_POWER, GATE_WIDTH, GRID, MONOTONE, TOLERANCE, LoadModel
from services.prediction.training.energy.texts import LIMITS, RECIPE, SUMMARY
from services.prediction.training.figures import rounded
from services.prediction.training.frame import combinations_of, ranges

MODEL, VERSION = "energy-loads", "1.0.0"
RATIO_TOLERANCE = 1e-3
"""In standard deviations. Ratios were set, not measured, so only the rounding of numbers is let through."""

_LIBRARIES = ("numpy", "onnx", "onnxruntime", "pandas", "pandera", "scikit-learn", "xgboost-cpu")


def card(
    data: Data,
    model: LoadModel,
    errors: Errors,
    twins: Mapping[int, Floats],
    contract: Contract,
    parity: Mapping[str, float],
) -> ModelCard:
    """The card of a trained model, but for the artefact's hash.

    Args:
        errors: Errors under the protocols.
        twins: Errors under the twin-grouped 10-fold, by seed.
        parity: Largest difference between artefact and model, by output.
    """
    extent = {name: (low, high) for name, low, high in ranges(data.frame)}
    shapes = combinations_of(data.frame, SHAPE_FIELDS)
    return ModelCard(
        model=MODEL,
        version=VERSION,
        summary=SUMMARY,
        contract=contract.subject,
        contract_sha256=contract.digest,
        inputs=[InputField(field=name, minimum=extent[name][0], maximum=extent[name][1]) for name in FIELDS],
        outputs=OUTPUTS,
        joint_levels=[
            JointLevels(
                lever="shape", fields=SHAPE_FIELDS, levels=[JointLevels.Level(values=values) for values in shapes]
            )
        ],
        domain_bounds=bounds(model, data.inputs),
        calibrations=_calibrations(errors),
        difference_calibrations=_difference_calibrations(errors),
        evaluations=evaluations(errors, twins),
        training=_training(data, model, parity),
        limits=LIMITS,
    )


def bounds(model: LoadModel, inputs: Floats) -> list[DomainBounds]:
    """What tells inside, edge and outside apart, from the training data.

    A shape is known if it is as close to one of the data as rounding to the data's decimals leaves it; there is no
    edge, because no shape was measured close to another one. A ratio is at the edge if it is no further from a known
    one than the left-out ratios that its interval comes from. Errors were measured at shapes as far from their nearest
    neighbour as the loneliest of the data.
    """
    half_steps = np.array([0.5 * 10.0 ** -_decimals(column) for column in inputs[:, SHAPE].T])
    shape = rounded(float(np.linalg.norm(half_steps / model.scale)))
    known = np.unique(inputs[:, RATIO])
    left_out = max(float(np.min(np.abs(np.delete(known, i) - known[i]))) for i in range(1, len(known)))
    edge = rounded(left_out / model.ratio_scale + RATIO_TOLERANCE)
    apart = np.linalg.norm((model.shapes[:, np.newaxis] - model.shapes) / model.scale, axis=2)
    np.fill_diagonal(apart, np.inf)
    limits = ((shape, shape, rounded(float(apart.min(axis=1).max()))), (RATIO_TOLERANCE, edge, edge))
    return [
        DomainBounds(name=name, inside_distance=inside, outside_distance=outside, measured_distance=measured)
        for name, (inside, outside, measured) in zip(DISTANCES, limits, strict=True)
    ]


def _decimals(values: Iterable[float]) -> int:
    return max(len(f"{value:.9g}".partition(".")[2]) for value in values)


def _calibrations(errors: Errors) -> list[Calibration]:
    return [
        Calibration(
            output=output,
            domain=interval.domain,
            level=LEVEL,
            half_width=rounded(width),
            measured_coverage=rounded(measured),
            protocol=interval.protocol,
        )
        for interval in intervals(errors)
        for output, width, measured in zip(OUTPUTS, interval.half_width, interval.coverage, strict=True)
    ]


def _difference_calibrations(errors: Errors) -> list[DifferenceCalibration]:
    found = sorted(difference_intervals(errors), key=lambda d: (d.domain, len(d.levers), d.levers, d.level))
    return [
        DifferenceCalibration(
            output=output,
            levers=difference.levers,
            domain=difference.domain,
            level=difference.level,
            half_width=rounded(width),
            measured_coverage=rounded(measured),
            pair_count=difference.pairs,
        )
        for difference in found
        for output, width, measured in zip(OUTPUTS, difference.half_width, difference.coverage, strict=True)
    ]


def _training(data: Data, model: LoadModel, parity: Mapping[str, float]) -> Training:
    chosen = {f"booster of {name}": str(boosting) for name, boosting in zip(OUTPUTS, model.boosting, strict=False)}
    return Training(
        data_source=data.source,
        data_sha256=data.sha256,
        row_count=len(data.frame),
        seed=SEED,
        recipe=RECIPE,
        parameters=chosen
        | {
            "booster of the prior": f"{MONOTONE}, monotone in wall area, height and glazing ratio",
            "gate": f"exp(-(distance / {GATE_WIDTH:g})^{GATE_POWER})",
            "grid": "; ".join(map(str, GRID)),
            "tolerance": f"{TOLERANCE:g} times the best inner error",
        },
        libraries={name: version(name) for name in _LIBRARIES},
        parity={name: rounded(value) for name, value in parity.items()},
    )
