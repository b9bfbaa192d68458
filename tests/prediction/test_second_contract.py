"""A second tabular model is served from its contract and artefact alone (C-22, C-48, X-1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message_factory import GetMessageClass
from steward.model.v1 import estimate_pb2

import gateway.process
from gateway.settings import GatewaySettings
from proto.generate import compile_contracts
from services.kit.contracts import descriptor_set
from services.prediction.app import ContractError, PredictionService, build
from services.prediction.engine import contracts_of, services_of
from services.prediction.settings import PredictionSettings
from tests.builders import linear_artifact, linear_card, write_model
from tests.conftest import rejected

_PROTO = Path(__file__).parents[2] / "proto"
_PACKAGE = "steward.test.greenhouse.v1"


def compiled(tmp_path: Path, text: str, name: str) -> FileDescriptorSet:
    """A contract that no stubs exist for, in the default pool."""
    (tmp_path / "proto").mkdir()
    (tmp_path / "proto" / "steward").symlink_to(_PROTO / "steward")
    (tmp_path / "proto" / name).write_text(text)
    out = tmp_path / "contracts.binpb"
    compile_contracts(tmp_path / "proto", [name], [f"--descriptor_set_out={out}", "--include_imports"])
    contracts = FileDescriptorSet.FromString(out.read_bytes())
    (own,) = [file for file in contracts.file if file.name == name]
    descriptor_pool.Default().AddSerializedFile(own.SerializeToString())
    return contracts


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> FileDescriptorSet:
    text = (Path(__file__).parent / "proto" / "greenhouse.proto").read_text()
    return compiled(tmp_path_factory.mktemp("greenhouse"), text, "greenhouse.proto")


@pytest.fixture
async def service(contracts: FileDescriptorSet, tmp_path: Path) -> AsyncIterator[PredictionService]:
    contract = contracts_of(services_of(contracts))["greenhouse-yield"]
    artifact = linear_artifact(["yield_kg_m2"], [[1, 0.01, 5, 10]])
    write_model(tmp_path, artifact, linear_card(artifact, contract, "greenhouse-yield", "0.1.0"))
    running = build(PredictionSettings(listen="127.0.0.1:0", models_dir=tmp_path), contracts)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def call(service: PredictionService) -> AsyncIterator[Any]:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{service.server.port}") as channel:

        async def invoke(name: str, **fields: Any) -> Any:
            method = descriptor_pool.Default().FindServiceByName(f"{_PACKAGE}.GreenhouseService").methods_by_name[name]
            request = GetMessageClass(method.input_type)(**fields)
            parse = GetMessageClass(method.output_type).FromString
            path = f"/{_PACKAGE}.GreenhouseService/{name}"
            return await channel.unary_unary(path, type(request).SerializeToString, parse)(request)

        yield invoke


GREENHOUSE = {"temperature_c": 20, "plant_count": 300, "heated": True, "crop": "CROP_PEPPER", "nickname": "east"}


async def test_numbers_booleans_and_enums_reach_the_model(call):
    response = await call("PredictYield", greenhouse=GREENHOUSE)
    assert response.prediction.yield_kg_m2.value == pytest.approx(20 + 3 + 5 + 20)
    assert response.prediction.yield_kg_m2.interval.lower == pytest.approx(47)
    assert response.prediction.applicability.domain == estimate_pb2.DOMAIN_INSIDE
    assert response.provenance.model == "greenhouse-yield"


async def test_its_rules_are_enforced(call):
    problem = await rejected(call("PredictYield", greenhouse=GREENHOUSE | {"temperature_c": 99}))
    assert problem.fields == {"greenhouse.temperature_c": "FIELD_OUT_OF_RANGE"}


async def test_a_batch_answers_item_by_item(call):
    wrong = GREENHOUSE | {"plant_count": 0}
    response = await call("BatchPredictYield", greenhouses=[wrong, GREENHOUSE])
    assert "greenhouses[0].plant_count" in response.results[0].error.message
    assert response.results[1].prediction.yield_kg_m2.value == pytest.approx(48)


async def test_the_edge_routes_validates_and_documents_it_too(contracts, service):
    everything = FileDescriptorSet()
    everything.CopyFrom(descriptor_set())
    known = {file.name for file in everything.file}
    everything.file.extend(file for file in contracts.file if file.name not in known)
    target = f"127.0.0.1:{service.server.port}"
    settings = GatewaySettings(prediction_target=target, grpc_listen="127.0.0.1:0", drain_grace_s=1)
    app = gateway.process.build(settings, everything.SerializeToString())
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://steward") as http,
    ):
        reply = await http.post("/v1/greenhouse:predictYield", json={"greenhouse": GREENHOUSE})
        wrong = await http.post("/v1/greenhouse:predictYield", json={"greenhouse": GREENHOUSE | {"crop": "CROP_X"}})
        document = (await http.get("/openapi.json")).json()
    assert reply.json()["prediction"]["yieldKgM2"]["value"] == pytest.approx(48)
    assert wrong.json()["error"]["details"][0]["metadata"]["field"] == "greenhouse.crop"
    assert "/v1/greenhouse:predictYield" in document["paths"]


def test_an_rpc_that_names_a_model_and_cannot_be_served_stops_start_up(contracts, tmp_path):
    text = (
        'syntax = "proto3"; package steward.test.odd.v1; import "steward/schema/v1/options.proto";'
        "service OddService { rpc Guess(GuessRequest) returns (GuessResponse) {"
        '  option (steward.schema.v1.method) = {model: "odd"}; } }'
        "message GuessRequest {} message GuessResponse {}"
    )
    odd = compiled(tmp_path, text, "odd.proto")
    with pytest.raises(ContractError, match=r"OddService.Guess names the model 'odd'"):
        build(PredictionSettings(listen="127.0.0.1:0", models_dir=tmp_path), odd)
