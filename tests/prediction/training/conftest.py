"""A small made-up data set on the contract, and a model trained on it: no data file is needed."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from services.prediction.training.boosting import Boosting
from services.prediction.training.energy.export import export
from services.prediction.training.energy.features import FIELDS
from services.prediction.training.energy.protocols import Samples
from services.prediction.training.energy.recipe import LoadModel

SHAPES = (
    (0.98, 514.5, 294.0, 110.25, 7.0),
    (0.86, 588.0, 294.0, 147.0, 7.0),
    (0.76, 661.5, 416.5, 122.5, 7.0),
    (0.74, 686.0, 245.0, 220.5, 3.5),
    (0.69, 735.0, 294.0, 220.5, 3.5),
    (0.62, 808.5, 367.5, 220.5, 3.5),
)
GLAZING = ((0.0, 1), *itertools.product((0.1, 0.25, 0.4), range(2, 7)))
SMALL = Boosting(5, 0.3, 2)


def made_up(shapes: tuple[tuple[float, ...], ...] = SHAPES) -> Samples:
    """A full grid with loads that grow with walls, height and glazing, and a little noise."""
    rows = [(*shape, o, *glazing) for shape, o, glazing in itertools.product(shapes, range(1, 5), GLAZING)]
    inputs = np.array(rows)
    noise = np.random.default_rng(0).normal(0, 0.2, (len(rows), 2))
    wall, height, orientation, ratio = (inputs[:, i] for i in (2, 4, 5, 6))
    heating = 0.05 * wall + 2 * height + 20 * ratio + 0.3 * orientation
    return Samples(inputs, np.column_stack([heating, heating * 0.8 + 3]) + noise)


def write_csv(path: Path, samples: Samples) -> Path:
    """The samples in the data's own columns and codes."""
    inputs = samples.inputs.copy()
    inputs[:, FIELDS.index("orientation")] += 1
    inputs[:, FIELDS.index("glazing_distribution")] -= 1
    rows = np.column_stack([inputs, samples.loads])
    header = ",".join([*(f"X{n}" for n in range(1, 9)), "Y1", "Y2"])
    np.savetxt(path, rows, delimiter=",", header=header, comments="", fmt="%.6g")
    return path


@pytest.fixture(scope="session")
def samples() -> Samples:
    return made_up()


@pytest.fixture(scope="session")
def small_model(samples: Samples) -> LoadModel:
    return LoadModel(samples.inputs, samples.loads, [SMALL, SMALL])


@pytest.fixture(scope="session")
def small_artifact(small_model: LoadModel) -> bytes:
    return export(small_model)
