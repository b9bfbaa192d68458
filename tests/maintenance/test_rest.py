"""Records over REST (V-8..V-13): the same resources, the same rules, and the paths of the system before."""

from __future__ import annotations

from typing import Any

import httpx

from tests.conftest import Stack

SITE = {"displayName": "North plant", "timeZone": "Europe/Madrid"}


async def post(stack: Stack, path: str, body: dict[str, Any], **query: str) -> Any:
    reply = await stack.http.post(path, json=body, params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def problem(reply: httpx.Response) -> tuple[int, str, str]:
    """Status, reason and field of an error."""
    error = reply.json()["error"]
    (info,) = (detail for detail in error["details"] if detail["@type"].endswith("ErrorInfo"))
    return reply.status_code, info["reason"], info.get("metadata", {}).get("field", "")


async def test_a_site_is_created_read_changed_and_deleted(stack: Stack):
    made = (await post(stack, "/v1/sites", SITE, siteId="north"))["site"]
    assert (made["name"], made["etag"]) == ("sites/north", "1")
    assert (await stack.http.get("/v1/sites/north")).json()["site"] == made

    reply = await stack.http.patch("/v1/sites/north", json={"address": "Calle Mayor 1", "etag": "1"})
    assert reply.json()["site"]["address"] == "Calle Mayor 1"
    reply = await stack.http.patch("/v1/sites/north", json={"address": "Calle Mayor 2", "etag": "1"})
    assert problem(reply)[:2] == (409, "RESOURCE_CHANGED")
    reply = await stack.http.patch("/v1/sites/north", json={}, params={"updateMask": "address"})
    assert reply.json()["site"]["address"] == ""

    assert (await stack.http.delete("/v1/sites/north", params={"etag": "3"})).json() == {}
    assert problem(await stack.http.get("/v1/sites/north"))[:2] == (404, "RESOURCE_NOT_FOUND")


async def test_the_paths_of_the_system_before(stack: Stack):
    await post(stack, "/api/v1/sites", SITE, siteId="north")
    assert (await stack.http.get("/api/v1/sites/north")).json()["site"]["displayName"] == "North plant"
    assert (await stack.http.put("/api/v1/sites/north", json={"displayName": "N"})).json()["site"]["displayName"] == "N"
    assert [site["name"] for site in (await stack.http.get("/api/v1/sites")).json()["sites"]] == ["sites/north"]
    assert (await stack.http.delete("/api/v1/sites/north")).status_code == 200


async def test_wrong_requests_name_the_field(stack: Stack):
    await post(stack, "/v1/sites", SITE, siteId="north")
    send = stack.http.request
    cases: list[tuple[httpx.Response, int, str, str]] = [
        (await send("POST", "/v1/sites", json=SITE, params={"siteId": "north"}), 409, "RESOURCE_EXISTS", ""),
        (await send("POST", "/v1/sites", json={"timeZone": "UTC"}), 400, "FIELD_REQUIRED", "site.display_name"),
        (await send("POST", "/v1/sites", json=SITE | {"timeZone": "x"}), 400, "FIELD_INVALID", "site.time_zone"),
        (await send("POST", "/v1/sites", json=SITE, params={"siteId": "Ñ"}), 400, "FIELD_INVALID", "site_id"),
        (
            await send("PATCH", "/v1/sites/north", json={"countryCode": "Spain"}),
            400,
            "FIELD_INVALID",
            "site.country_code",
        ),
        (await send("GET", "/v1/sites", params={"orderBy": "colour"}), 400, "FIELD_INVALID", "order_by"),
        (await send("GET", "/v1/sites", params={"pageToken": "x"}), 400, "FIELD_INVALID", "page_token"),
        (await send("GET", "/v1/sites", params={"pageSize": "-1"}), 400, "FIELD_OUT_OF_RANGE", "page_size"),
    ]
    for reply, *expected in cases:
        assert problem(reply) == tuple(expected)


async def test_an_order_from_report_to_completion(stack: Stack):
    await post(stack, "/v1/sites", SITE, siteId="north")
    await post(stack, "/v1/assets", {"displayName": "Pump", "site": "sites/north", "category": "pump"}, assetId="pump")
    order = {"title": "Seal leaks", "asset": "assets/pump", "type": "WORK_ORDER_TYPE_CORRECTIVE"}
    await post(stack, "/v1/workOrders", order | {"dueTime": "2026-03-05T12:00:00Z"}, workOrderId="seal")
    pump = (await stack.http.get("/v1/assets/pump")).json()["asset"]
    assert pump["nextMaintenanceTime"] == "2026-03-05T12:00:00Z"
    assert problem(await stack.http.post("/v1/workOrders/seal:complete", json={}))[:2] == (400, "ILLEGAL_STATE")
    await post(stack, "/v1/workOrders/seal:start", {"startTime": "2026-03-04T08:00:00Z"})
    outcome = {
        "completeTime": "2026-03-04T09:30:00Z",
        "laborH": 1.5,
        "failureMode": "FAILURE_MODE_EXTERNAL_LEAKAGE_PROCESS",
    }
    done = (await post(stack, "/v1/workOrders/seal:complete", outcome))["workOrder"]
    assert (done["state"], done["laborH"], done["site"]) == ("WORK_ORDER_STATE_COMPLETED", 1.5, "sites/north")
    found = await stack.http.get(
        "/v1/workOrders", params={"states": "WORK_ORDER_STATE_COMPLETED", "completeFrom": "2026-03-04T00:00:00Z"}
    )
    assert [each["name"] for each in found.json()["workOrders"]] == ["workOrders/seal"]
    assert "nextMaintenanceTime" not in (await stack.http.get("/v1/assets/pump")).json()["asset"]
    assert problem(await stack.http.delete("/v1/assets/pump"))[:2] == (400, "RESOURCE_IN_USE")


async def test_without_the_service_the_rest_answers(stack: Stack):
    await stack.stop_maintenance()
    assert problem(await stack.http.get("/v1/sites"))[:2] == (503, "SERVICE_UNAVAILABLE")
    assert (await stack.http.get("/v1/registry/models")).status_code == 200
