"""What is registered: only a model that beats its baseline, fits the contract and is the one trained (C-28, C-49)."""

from __future__ import annotations

import hashlib
import json
import math

import pytest
from google.protobuf import json_format
from steward.model.v1.model_pb2 import Evaluation, ModelCard

from services.prediction.registry import Registry
from services.prediction.training.release import RegistrationRefused, card_json, register
from tests.builders import ENERGY_WEIGHTS, energy_contract, linear_artifact, linear_card

OUTPUTS = ("heating_load_kwh_m2", "cooling_load_kwh_m2", "total_load_kwh_m2")
ARTIFACT = linear_artifact(OUTPUTS, [*ENERGY_WEIGHTS, ENERGY_WEIGHTS[0]])


def good_card(skill: float = 0.3, kind: Evaluation.Kind.ValueType = Evaluation.KIND_HONEST) -> ModelCard:
    card = linear_card(ARTIFACT, energy_contract(), "energy-loads", "2.0.0")
    honest = card.evaluations.add(protocol="leave-one-shape-out", kind=kind)
    for output in OUTPUTS:
        card.training.parity[output] = 1e-6
        honest.metrics.add(output=output, metric="skill_over_height_and_glazing", value=0.5)
        honest.metrics.add(output=output, metric="skill_over_height_and_glazing", slice="shape=0.62", value=-3)
    honest.metrics[0].value = skill
    return card


def refusal(tmp_path, card: ModelCard, artifact: bytes = ARTIFACT) -> str:
    with pytest.raises(RegistrationRefused) as caught:
        register(tmp_path, artifact, card, energy_contract())
    assert not list(tmp_path.iterdir())
    return str(caught.value)


def test_a_registered_model_serves(tmp_path):
    card = good_card()
    card.ClearField("artifact_sha256")
    folder = register(tmp_path, ARTIFACT, card, energy_contract())
    assert folder == tmp_path / "energy-loads" / "2.0.0"
    loaded = Registry(tmp_path, lambda _: energy_contract()).get("energy-loads")
    assert loaded.card == card
    assert loaded.card.artifact_sha256 == hashlib.sha256(ARTIFACT).hexdigest()


@pytest.mark.parametrize("difference", [1.1e-3, math.nan, math.inf])
def test_an_artefact_unlike_the_trained_model_is_refused(tmp_path, difference):
    card = good_card()
    card.training.parity[OUTPUTS[1]] = difference
    assert refusal(tmp_path, card).startswith(f"{OUTPUTS[1]} of the artefact differs by {difference:g}")


def test_an_artefact_that_was_not_compared_is_refused(tmp_path):
    card = good_card()
    del card.training.parity[OUTPUTS[2]]
    assert refusal(tmp_path, card) == (f"{OUTPUTS[2]} of the artefact was not compared with that of the trained model.")


@pytest.mark.parametrize("skill", [0, -0.2, math.nan])
def test_a_model_that_does_not_beat_its_baseline_is_refused(tmp_path, skill):
    message = refusal(tmp_path, good_card(skill))
    assert message.startswith(f"{OUTPUTS[0]} does not beat height and glazing: skill_over_height_and_glazing is")


def test_skill_as_the_literature_measures_it_does_not_count(tmp_path):
    card = good_card(kind=Evaluation.KIND_LITERATURE)
    assert refusal(tmp_path, card) == f"{OUTPUTS[0]} was compared with no baseline under an honest protocol."


def test_what_the_service_would_refuse_is_not_registered(tmp_path):
    card = good_card()
    card.contract_sha256 = "0" * 64
    assert "has changed since it was trained" in refusal(tmp_path, card)


def test_the_cards_json_is_readable_complete_and_always_the_same():
    card = good_card()
    text = card_json(card)
    assert json_format.Parse(text, ModelCard()) == card
    assert text == card_json(json_format.Parse(text, ModelCard()))
    assert '    {"name": "distance", "insideDistance": 0.1' in text or '"insideDistance": 0.1' in text
    assert list(json.loads(text)["training"]["parity"]) == sorted(OUTPUTS)
    assert max(map(len, text.splitlines())) <= 130
