"""The whole training, with small boosters and few folds on made-up data (E-16, C-21, C-27, C-30)."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from steward.model.v1 import estimate_pb2

from services.prediction.model import read_card
from services.prediction.registry import Registry
from services.prediction.training import __main__ as command
from services.prediction.training.energy import pipeline, protocols, recipe
from services.prediction.training.page import page
from tests.builders import ENERGY_LEVERS, building, energy_contract
from tests.prediction.training.conftest import SMALL, made_up, write_csv


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """A folder with the data and what training made of them."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        small(patch)
        csv = write_csv(folder / "data.csv", made_up())
        assert command.main(["--data", str(csv), "--out", str(folder / "models")]) == 0
    return folder


def small(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recipe, "GRID", (SMALL,))
    patch.setattr(protocols, "SEEDS", (0, 1))
    patch.setattr(protocols, "FOLDS", 2)
    patch.setattr(protocols, "INNER_FOLDS", 3)


def test_what_training_makes_serves(trained):
    model = Registry(trained / "models", lambda _: energy_contract()).get("energy-loads")
    known, unknown = building(), building(relative_compactness=0.7)
    between, beyond = building(glazing_ratio=0.3), building(glazing_ratio=0.9)
    # The example's shape is not one of the made-up ones.
    for made in (known, between, beyond):
        made.relative_compactness, made.surface_area_m2, made.wall_area_m2 = 0.86, 588, 294
    predictions = model.predict([model.inputs_of(b) for b in (known, between, beyond, unknown)])
    assert predictions.domain.tolist() == [
        estimate_pb2.DOMAIN_INSIDE,
        estimate_pb2.DOMAIN_EDGE,
        estimate_pb2.DOMAIN_OUTSIDE,
        estimate_pb2.DOMAIN_OUTSIDE,
    ]
    assert predictions.distance[0] == 0
    assert predictions.values[:, 2] == pytest.approx(predictions.values[:, :2].sum(axis=1), abs=1e-3)


def test_the_card_names_the_data_and_every_choice(trained):
    card = read_card(trained / "models" / "energy-loads" / "1.0.0" / "card.json")
    assert card.training.row_count == len(made_up())
    assert card.training.parameters["booster of heating_load_kwh_m2"] == str(SMALL)
    assert {e.protocol for e in card.evaluations} == {
        "repeated-10-fold",
        "twins-grouped-10-fold",
        "leave-one-shape-out",
        "leave-one-glazing-ratio-out",
    }
    sets = {tuple(c.levers) for c in card.difference_calibrations if c.domain == estimate_pb2.DOMAIN_INSIDE}
    assert sets == {s for n in range(1, 5) for s in itertools.combinations(ENERGY_LEVERS, n)}
    assert str(trained) not in page(card)


def test_training_again_makes_the_same_bytes(trained, monkeypatch, capsys):
    small(monkeypatch)
    arguments = ["--check", "--data", str(trained / "data.csv"), "--out", str(trained / "models")]
    assert command.main(arguments) == 0
    assert capsys.readouterr().out.endswith("is what training gives\n")
    card = trained / "models" / "energy-loads" / "1.0.0" / "card.json"
    card.write_text(card.read_text() + " ")
    assert command.main(arguments) == 1
    assert capsys.readouterr().out.endswith("differs in card.json\n")


def test_an_export_that_went_wrong_stops_training(trained, monkeypatch, capsys):
    small(monkeypatch)
    export = pipeline.export

    def wrong(model):
        model.priors[0].weights[0] = model.priors[0].weights[0] + 1
        artifact = export(model)
        model.priors[0].weights[0] = model.priors[0].weights[0] - 1
        return artifact

    monkeypatch.setattr(pipeline, "export", wrong)
    assert command.main(["--data", str(trained / "data.csv"), "--out", str(trained / "other")]) == 1
    assert "heating_load_kwh_m2 of the artefact differs by" in capsys.readouterr().err
    assert not (trained / "other").exists()


def test_without_data_the_command_says_what_is_missing(tmp_path, capsys):
    assert command.main(["--data", str(tmp_path)]) == 1
    assert "There is no file" in capsys.readouterr().err


def test_every_row_is_judged_by_a_model_that_has_not_seen_it(monkeypatch, samples):
    small(monkeypatch)
    seen: list[np.ndarray] = []
    for fold in protocols.repeated_10_fold(samples):
        assert not set(fold.train) & set(fold.test)
        assert fold.inner_errors.shape == (len(fold.train), 3)
        seen.append(fold.test)
    assert np.bincount(np.concatenate(seen)).tolist() == [2] * len(samples)
    for left_out in (*protocols.leave_one_shape_out(samples), *protocols.leave_one_ratio_out(samples)):
        assert left_out.errors.shape == (len(left_out.rows), 3)
        assert left_out.errors[:, 2] == pytest.approx(left_out.errors[:, :2].sum(axis=1))


def test_twins_stay_together(monkeypatch, samples):
    """Where all twins of a building are left out, a model that only remembers rows must miss every one of them."""
    small(monkeypatch)
    twins = samples.groups([0, 1, 2, 3, 4, 6, 7])
    fits: list[set[int]] = []

    class Spy(protocols.LoadModel):
        def __init__(self, inputs, loads, boosting=None):
            fits.append({int(np.flatnonzero((samples.inputs == row).all(axis=1))[0]) for row in inputs})
            super().__init__(inputs, loads, boosting)

    monkeypatch.setattr(protocols, "LoadModel", Spy)
    list(protocols.twins_grouped_10_fold(samples))
    for fit in fits:
        assert not set(twins[list(fit)]) & set(np.delete(twins, list(fit)))
