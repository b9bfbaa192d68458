"""Builders of test data: valid by default, changed by what a test overrides."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf import json_format
from onnx import TensorProto, helper, numpy_helper
from steward.energy.v1.building_pb2 import Building
from steward.energy.v1.costs_pb2 import EnergyCosts
from steward.model.v1 import estimate_pb2
from steward.model.v1.model_pb2 import DomainBounds, InputField, JointLevels, ModelCard
from steward.schema.v1 import options_pb2

from services.kit.contracts import descriptor_set
from services.prediction.engine import contracts_of, services_of
from services.prediction.model import Contract

DOMAINS = (estimate_pb2.DOMAIN_INSIDE, estimate_pb2.DOMAIN_EDGE, estimate_pb2.DOMAIN_OUTSIDE)
SHAPES = ((0.98, 514.5, 294.0, 110.25, 7.0), (0.79, 637.0, 343.0, 147.0, 7.0), (0.62, 808.5, 367.5, 220.5, 3.5))
"""Three of the training data's shapes: compactness, surface, walls, roof, height."""


def example(message: Any) -> Any:
    """The example that a message's contract gives."""
    return json_format.Parse(message.DESCRIPTOR.GetOptions().Extensions[options_pb2.message].example, message())


def building(**overrides: Any) -> Building:
    """The contract's example building; a field set to None is cleared."""
    made = example(Building)
    for field, value in overrides.items():
        if value is None:
            made.ClearField(field)
        else:
            setattr(made, field, value)
    return made


def costs(**overrides: Any) -> EnergyCosts:
    """The contract's example costs."""
    made = example(EnergyCosts)
    for field, value in overrides.items():
        setattr(made, field, value)
    return made


def energy_contract() -> Contract:
    """What a model must fit to serve EnergyService."""
    return contracts_of(services_of(descriptor_set()))["energy-loads"]


def linear_artifact(outputs: Iterable[str], weights: Any, distance_column: int | None = None) -> bytes:
    """An ONNX graph of linear outputs.

    Args:
        outputs: Names of the outputs.
        weights: One row of weights per output, shape (outputs, inputs).
        distance_column: Input whose value is the distance to the training data; None for a distance of 0.
    """
    matrix = np.asarray(weights, dtype=np.float32)
    names = list(outputs)
    distance = np.zeros((1, matrix.shape[1]), np.float32)
    if distance_column is not None:
        distance[0, distance_column] = 1
    everything = np.vstack([matrix, distance]).T
    columns = [*names, "domain_distance"]
    nodes = [
        helper.make_node("MatMul", ["features", "weights"], ["all"]),
        helper.make_node("Split", ["all"], [f"{name}_2d" for name in columns], axis=1),
        *(helper.make_node("Squeeze", [f"{name}_2d", "axis"], [name]) for name in names),
        helper.make_node("Identity", ["domain_distance_2d"], ["domain_distance"]),
    ]
    graph = helper.make_graph(
        nodes,
        "linear",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", matrix.shape[1]])],
        [
            *(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in names),
            helper.make_tensor_value_info("domain_distance", TensorProto.FLOAT, ["n", 1]),
        ],
        [numpy_helper.from_array(everything, "weights"), numpy_helper.from_array(np.array([1]), "axis")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def linear_card(
    artifact: bytes, contract: Contract, model: str, version: str, joint_levels: Iterable[JointLevels] = ()
) -> ModelCard:
    """The card of a linear artefact, with half-widths of 1, 2 and 10 inside, at the edge and outside."""
    card = ModelCard(
        model=model,
        version=version,
        summary="A linear model for tests.",
        artifact_sha256=hashlib.sha256(artifact).hexdigest(),
        contract=contract.subject,
        contract_sha256=contract.digest,
        inputs=[InputField(field=name) for name in contract.inputs],
        outputs=[output.name for output in contract.outputs],
        joint_levels=joint_levels,
        domain_bounds=[DomainBounds(name="distance", inside_distance=0.1, outside_distance=0.6, measured_distance=1e6)],
    )
    for output, (domain, half) in itertools.product(card.outputs, zip(DOMAINS, (1.0, 2.0, 10.0), strict=True)):
        card.calibrations.add(output=output, domain=domain, level=0.9, half_width=half)
    return card


def write_model(directory: Path, artifact: bytes, card: ModelCard) -> Path:
    """Puts a version where a registry looks for it."""
    folder = directory / card.model / card.version
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(artifact)
    (folder / "card.json").write_text(json_format.MessageToJson(card))
    return folder


ENERGY_LEVERS = ("glazing_distribution", "glazing_ratio", "orientation", "shape")
# Weights of: compactness, surface, wall, roof, height, orientation, glazing ratio, distribution.
ENERGY_WEIGHTS = ((0, 0, 0.02, 0.01, 1, 0.3, 20, 0.1), (0, 0, 0.01, 0.03, 1, -0.1, 25, 0.4))


def energy_model(
    directory: Path,
    version: str = "1.0.0",
    scale: float = 1.0,
    half_width: float = 0.5,
    distance_column: int | None = None,
    changes: Mapping[str, Any] | None = None,
    measured_distance: float = 1e6,
) -> Path:
    """Puts a linear model for EnergyService where a registry looks for it; total is the sum of both loads.

    Args:
        scale: Factor of all loads, to tell versions apart.
        half_width: Half-width of the intervals of differences.
        distance_column: See `linear_artifact`.
        changes: Fields of the card to set to something else.
        measured_distance: See DomainBounds.
    """
    heating, cooling = (np.array(row) * scale for row in ENERGY_WEIGHTS)
    contract = energy_contract()
    outputs = [output.name for output in contract.outputs]
    artifact = linear_artifact(outputs, [heating, cooling, heating + cooling], distance_column)
    levels = JointLevels(
        lever="shape", fields=contract.inputs[:5], levels=[JointLevels.Level(values=shape) for shape in SHAPES]
    )
    card = linear_card(artifact, contract, "energy-loads", version, [levels])
    subsets = [c for count in range(1, 5) for c in itertools.combinations(ENERGY_LEVERS, count)]
    for output, levers, domain, level in itertools.product(card.outputs, subsets, DOMAINS, (0.9, 0.95)):
        card.difference_calibrations.add(
            output=output, levers=levers, domain=domain, level=level, half_width=half_width * (1 + (level > 0.9))
        )
    for field, value in (changes or {}).items():
        setattr(card, field, value)
    card.domain_bounds[0].measured_distance = measured_distance
    return write_model(directory, artifact, card)
