"""Registers a trained model: artefact and card are checked, then written where the registry looks for them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from google.protobuf import json_format
from steward.model.v1.model_pb2 import Evaluation, ModelCard

from services.prediction.errors import ModelBroken
from services.prediction.model import Contract, Floats, Model

PARITY_LIMIT = 1e-3
"""Largest difference between artefact and trained model, in the output's unit."""
SKILL = "skill_over_"
"""Metrics of this prefix say by how much of its squared error a baseline is beaten."""

_WIDTH = 120


class RegistrationRefused(Exception):
    """A model must not be registered; says why."""


def parity(outputs: Mapping[str, Floats], trained: Mapping[str, Floats]) -> dict[str, float]:
    """Largest absolute difference between what the artefact and the trained model give, by output."""
    return {name: float(np.abs(outputs[name] - trained[name]).max()) for name in trained}


def refuse_bad_parity(outputs: Iterable[str], differences: Mapping[str, float]) -> None:
    """Refuses an artefact that differs from the trained model.

    Raises:
        RegistrationRefused: By more than `PARITY_LIMIT`, or an output was not compared.
    """
    for output in outputs:
        if output not in differences:
            raise RegistrationRefused(f"{output} of the artefact was not compared with that of the trained model.")
        if not differences[output] <= PARITY_LIMIT:
            raise RegistrationRefused(
                f"{output} of the artefact differs by {differences[output]:g} from that of the trained model, which "
                f"is more than {PARITY_LIMIT:g}."
            )


def refuse_without_skill(card: ModelCard) -> None:
    """Refuses a model that does not beat its baselines.

    Raises:
        RegistrationRefused: An output has no skill on data unlike the training data, or no such skill was measured.
    """
    skills = [
        metric
        for evaluation in card.evaluations
        if evaluation.kind == Evaluation.KIND_HONEST
        for metric in evaluation.metrics
        if metric.metric.startswith(SKILL) and not metric.slice
    ]
    for output in card.outputs:
        own = [skill for skill in skills if skill.output == output]
        if not own:
            raise RegistrationRefused(f"{output} was compared with no baseline under an honest protocol.")
        for skill in own:
            if not skill.value > 0:
                baseline = skill.metric.removeprefix(SKILL).replace("_", " ")
                raise RegistrationRefused(f"{output} does not beat {baseline}: {skill.metric} is {skill.value:g}.")


def register(directory: Path, artifact: bytes, card: ModelCard, contract: Contract) -> Path:
    """Writes a version that is fit to serve.

    Args:
        directory: The registry's folder.
        card: The card; the artefact's hash is filled in.

    Returns:
        The version's folder.

    Raises:
        RegistrationRefused: The artefact differs from the trained model, or does not beat its baseline, or the
            service would refuse it.
    """
    card.artifact_sha256 = hashlib.sha256(artifact).hexdigest()
    refuse_bad_parity(card.outputs, card.training.parity)
    refuse_without_skill(card)
    try:
        Model(artifact, card, contract)
    except ModelBroken as error:
        raise RegistrationRefused(error.message) from error
    folder = directory / card.model / card.version
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(artifact)
    (folder / "card.json").write_text(card_json(card))
    return folder


def card_json(card: ModelCard) -> str:
    """A card as JSON, with whatever fits on a line in one."""
    value = json_format.MessageToDict(card)
    for name, field in value.get("training", {}).items():
        if isinstance(field, dict):  # the entries of a map come in no particular order
            value["training"][name] = dict(sorted(field.items()))
    return _layout(value, 0) + "\n"


def _layout(value: object, indent: int) -> str:
    compact = json.dumps(value, ensure_ascii=False)
    if indent + len(compact) <= _WIDTH or not isinstance(value, dict | list):
        return compact
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        items = [f"{inner}{json.dumps(key)}: {_layout(item, indent + 2)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(inner + _layout(item, indent + 2) for item in value) + "\n" + " " * indent + "]"
