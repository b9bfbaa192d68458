"""Whatever is sent, the edge answers in one form and stays up (CVE-2026-0994 and its like; unknown input is no 5xx)."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from google.protobuf import json_format

from tests.builders import building, costs
from tests.e2e.processes import running

pytestmark = [pytest.mark.verify, pytest.mark.timeout(600)]

ROUTES = ("/v1/energy:predictLoads", "/v1/energy:batchPredictLoads", "/v1/energy:exploreMeasures")
ROUTES += ("/v1/energy:reachTarget", "/v1/energy:analyze", "/analyze", "/v1/registry/models", "/v1/registry/models/x")
ODD: tuple[Any, ...] = (
    *(None, True, "", "x", "NaN", "Infinity", "-1", 0, -1, 1e308, 1e-320, 2**63, [], {}, [[]], {"": {}}),
    *("ORIENTATION_UP", "\ud800", "a" * 10_000, {"@type": "type.googleapis.com/google.protobuf.Any"}, [None]),
)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with running() as (_, opened):
        yield opened


def mutated(value: Any, rng: random.Random) -> Any:
    """The value with something in it replaced, removed, doubled or added."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        key = rng.choice(list(value))
        changed = {**value, key: mutated(value[key], rng)}
        if rng.random() < 0.2:
            del changed[key]
        if rng.random() < 0.2:
            changed[rng.choice(["colour", "Building", "@type", "building", ""])] = rng.choice(ODD)
        return changed
    if isinstance(value, list) and value and rng.random() < 0.8:
        return [mutated(item, rng) for item in value] * rng.choice([0, 1, 2])
    return rng.choice(ODD)


def damaged(body: bytes, rng: random.Random) -> bytes:
    """The bytes with some of them changed or cut off."""
    data = bytearray(body)
    for _ in range(rng.randrange(1, 6)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data[: rng.randrange(1, len(data) + 1)])


async def test_three_thousand_odd_requests_get_no_server_error(client: httpx.AsyncClient):
    rng = random.Random(0)
    good = {
        "building": json_format.MessageToDict(building()),
        "costs": json_format.MessageToDict(costs()),
        "levers": ["shape"],
        "objective": "heating_load_kwh_m2",
        "target": 12.5,
        "maxMeasures": 3,
        "buildings": [json_format.MessageToDict(building())],
    }
    for number in range(3_000):
        body = json.dumps(mutated(good, rng)).encode()
        if number % 3 == 0:
            body = damaged(body, rng)
        headers = {"Content-Type": rng.choice(["application/json"] * 9 + ["text/plain"]), "X-Request-Id": str(number)}
        path, method = rng.choice(ROUTES), rng.choice(["POST"] * 8 + ["GET", "DELETE"])
        query = rng.choice(["", "?maxMeasures=x", "?levers=shape&levers=shape", "?%00=%ff", "?building.orientation=1"])
        reply = await client.request(method, path + query, content=body, headers=headers)
        assert reply.status_code < 500, (path, body, reply.text)
        assert reply.headers["x-request-id"] == str(number)
        if reply.status_code != 200:
            error = reply.json()["error"]
            assert error["details"][0]["reason"], (path, body)
    assert (await client.get("/health")).json()["status"] == "SERVING"
