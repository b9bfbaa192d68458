"""What the registry tells of its models (C-49, V-26, X-3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest
from google.protobuf import json_format
from steward.energy.v1.energy_service_pb2 import PredictLoadsRequest
from steward.model.v1.model_pb2 import ModelCard, ModelVersion
from steward.model.v1.model_service_pb2 import GetModelRequest, ListModelsRequest

from tests.builders import building, energy_model
from tests.conftest import rejected
from tests.prediction.serving import MODELS, Serving, serving

State = ModelVersion.State


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for version in ("1.0.0", "1.1.0"):
        energy_model(tmp_path, version)
    energy_model(tmp_path, "1.2.0", changes={"contract_sha256": "0"})
    (tmp_path / "energy-loads" / "1.3.0").mkdir()
    for name in ("alpha", "wind-power"):
        (tmp_path / name / "0.1.0").mkdir(parents=True)
    return tmp_path


@pytest.fixture
async def served(folder: Path) -> AsyncIterator[Serving]:
    async with serving(folder) as running:
        yield running


async def test_models_are_listed_by_name_with_their_versions_newest_first(served: Serving):
    models = (await served.models.ListModels(ListModelsRequest())).models
    assert [model.name for model in models] == ["models/alpha", "models/energy-loads", "models/wind-power"]
    assert [model.champion for model in models] == ["", "1.1.0", ""]
    assert [v.name for v in models[1].versions] == [
        f"models/energy-loads/versions/{version}" for version in ("1.3.0", "1.2.0", "1.1.0", "1.0.0")
    ]


async def test_each_version_tells_whether_it_can_answer(served: Serving, folder: Path):
    model = (await served.models.GetModel(GetModelRequest(name="models/energy-loads"))).model
    empty, changed, champion, older = model.versions
    assert (empty.state, empty.HasField("card")) == (State.Value("STATE_BROKEN"), False)
    assert "card.json cannot be read" in empty.problem
    assert changed.state == State.Value("STATE_BROKEN")
    assert "has changed since it was trained" in changed.problem
    assert (champion.state, champion.problem) == (State.Value("STATE_LOADED"), "")
    assert (older.state, older.problem) == (State.Value("STATE_AVAILABLE"), "")
    card = json_format.Parse((folder / "energy-loads" / "1.1.0" / "card.json").read_text(), ModelCard())
    assert champion.card == card
    await served.energy.PredictLoads(PredictLoadsRequest(building=building(), model_version="1.0.0"))
    model = (await served.models.GetModel(GetModelRequest(name="models/energy-loads"))).model
    assert model.versions[3].state == State.Value("STATE_LOADED")


async def test_lists_come_in_pages(served: Serving):
    names, token = [], ""
    while True:
        response = await served.models.ListModels(ListModelsRequest(page_size=2, page_token=token))
        names.append([model.name.removeprefix("models/") for model in response.models])
        token = response.next_page_token
        if not token:
            break
    assert names == [["alpha", "energy-loads"], ["wind-power"]]


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (ListModelsRequest(page_token="nonsense"), {"page_token": "FIELD_INVALID"}),
        (ListModelsRequest(page_token="ñ"), {"page_token": "FIELD_INVALID"}),
        (ListModelsRequest(page_size=1001), {"page_size": "FIELD_OUT_OF_RANGE"}),
        (ListModelsRequest(page_size=-1), {"page_size": "FIELD_OUT_OF_RANGE"}),
    ],
    ids=str,
)
async def test_a_wrong_page_is_refused(served: Serving, request_, fields):
    assert (await rejected(served.models.ListModels(request_))).fields == fields


async def test_an_unknown_model_is_told_with_those_that_exist(served: Serving):
    problem = await rejected(served.models.GetModel(GetModelRequest(name="models/energy-load")))
    assert (problem.code, problem.reason) == (grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND")
    assert problem.metadata == {"model": "energy-load"}
    assert "alpha, energy-loads, wind-power" in problem.message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "FIELD_REQUIRED"),
        ("energy-loads", "FIELD_INVALID"),
        ("models/../secrets", "FIELD_INVALID"),
        ("models/Energy", "FIELD_INVALID"),
    ],
)
async def test_a_name_that_is_no_resource_name_is_refused(served: Serving, name, reason):
    problem = await rejected(served.models.GetModel(GetModelRequest(name=name)))
    assert next(iter(problem.fields.items())) == ("name", reason)


async def test_the_registry_answers_without_any_model(tmp_path):
    async with serving(tmp_path / "none") as served:
        assert not (await served.models.ListModels(ListModelsRequest())).models
        assert await served.health(MODELS) == "SERVING"
