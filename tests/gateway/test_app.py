"""The whole application: its own routes, its pages, its health, and the transcoder behind them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest

from gateway.app import AppSettings, create_app
from gateway.channels import Channels
from gateway.health import HealthMonitor
from gateway.transcoder import TranscoderSettings, UnsupportedAnnotation
from proto.generate import service_config
from tests.gateway.conftest import serving
from tests.gateway.library import SERVICE, compile_text
from tests.gateway.problems import metadata_of, reason_of


@asynccontextmanager
async def running(app):
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://edge") as client:
            yield client


@pytest.fixture
def app_settings(library):
    return AppSettings({SERVICE: library.target}, TranscoderSettings(), cors_origins=("https://a.example",))


@pytest.fixture
async def client(library_set, app_settings):
    async with running(create_app(app_settings, library_set)) as client:
        yield client


async def test_the_root_says_where_to_look(client):
    response = await client.get("/", headers={"X-Request-Id": "mine"})
    assert response.json() == {
        "message": "Welcome to Steward",
        "docs": "/docs",
        "openapi": "/openapi.json",
        "health": "/health",
    }
    assert response.headers["x-request-id"] == "mine"


async def test_rpcs_are_served_behind_the_own_routes(client):
    assert (await client.post("/v1/library:echo", json={"aString": "x"})).json()["aString"] == "x"


@pytest.mark.parametrize("path", ["/nothing", "/docs/", "/docs/assets/nothing.js", "/health/x"])
async def test_every_unknown_path_is_told_in_the_form_of_errors(client, path):
    response = await client.get(path)
    assert (response.status_code, reason_of(response)) == (404, "ROUTE_NOT_FOUND")


@pytest.mark.parametrize("path", ["/", "/health", "/docs", "/openapi.json", "/docs/assets/swagger-ui.css"])
async def test_another_method_on_an_own_route_is_told_in_the_form_of_errors(client, path):
    response = await client.post(path)
    assert (response.status_code, reason_of(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == metadata_of(response)["allowed"] == "GET, HEAD"


async def test_a_fault_in_an_own_route_says_nothing(library_set, app_settings, caplog):
    app = create_app(app_settings, library_set)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("secret")

    async with running(app) as client:
        response = await client.get("/broken")
    assert (response.status_code, reason_of(response)) == (500, "INTERNAL")
    assert "secret" not in response.text
    assert "secret" in caplog.text


async def test_pages_of_an_allowed_origin_may_call(client):
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    assert (await client.options("/v1/library:echo", headers=headers)).status_code == 200
    for path in ("/v1/nothing", "/v1/library:act", "/health"):
        response = await client.get(path, headers={"Origin": "https://a.example"})
        assert response.headers["access-control-allow-origin"] == "https://a.example"
    assert response.headers["access-control-allow-origin"] == "https://a.example"
    response = await client.get("/v1/nothing", headers={"Origin": "https://b.example"})
    assert "access-control-allow-origin" not in response.headers


async def test_no_origin_is_allowed_by_default(library_set):
    async with running(create_app(AppSettings(), library_set)) as client:
        response = await client.get("/", headers={"Origin": "https://a.example"})
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(("path", "script"), [("/docs", "swagger-ui-bundle.js"), ("/redoc", "redoc.standalone.js")])
async def test_pages_load_nothing_from_elsewhere(client, path, script):
    page = await client.get(path)
    assert page.status_code == 200
    assert "https://" not in page.text
    assert script in page.text
    assert "/openapi.json" in page.text
    asset = await client.get(f"/docs/assets/{script}")
    assert asset.status_code == 200
    assert len(asset.content) > 100_000


async def test_the_document_describes_what_is_served(client):
    document = (await client.get("/openapi.json")).json()
    assert "/v1/library:echo" in document["paths"]
    assert document["tags"] == [{"name": "LibraryService", "description": "Keeps books."}]


async def test_docs_can_be_switched_off(library_set):
    async with running(create_app(AppSettings(serve_docs=False), library_set)) as client:
        assert "docs" not in (await client.get("/")).json()
        for path in ("/docs", "/redoc", "/openapi.json"):
            assert (await client.get(path)).status_code == 404


async def test_services_without_a_target_are_not_served(library_set):
    async with running(create_app(AppSettings(), library_set)) as client:
        assert (await client.post("/v1/library:echo", json={})).status_code == 404
        assert (await client.get("/health")).json() == {"status": "SERVING", "dependencies": {}}


async def test_fan_outs_are_served_like_services(library_set, library):
    seen = []

    @asynccontextmanager
    async def fan_outs(channels):
        seen.append(dict(channels.services))
        yield {SERVICE: library.target}
        seen.append("closed")

    async with running(create_app(AppSettings(), library_set, fan_outs)) as client:
        assert (await client.post("/v1/library:echo", json={})).status_code == 200
    assert seen == [{}, "closed"]


async def test_an_unsupported_annotation_stops_the_application(tmp_path):
    contract = compile_text(
        tmp_path,
        'service T { rpc Do(M) returns (M) { option (google.api.http) = {get: "/v1/{b}"}; } } message M {}',
    )
    with pytest.raises(UnsupportedAnnotation):
        async with running(create_app(AppSettings({"t.T": "localhost:1"}), contract)):
            pass


async def test_the_application_runs_under_uvicorn(library_set, app_settings):
    async with serving(create_app(app_settings, library_set)) as port, httpx.AsyncClient() as client:
        response = await client.get(f"http://127.0.0.1:{port}/v1/shelves/1/books/2")
    assert response.json()["name"] == "shelves/1/books/2"


async def test_health_tells_each_dependency(client):
    assert (await client.get("/health")).json() == {
        "status": "SERVING",
        "dependencies": {SERVICE: {"status": "SERVING"}},
    }


async def test_health_follows_a_service_down_and_up(library_set, library):
    async with Channels(service_config(library_set)) as channels:
        await channels.connect({SERVICE: library.target, "library.v1.Unknown": library.target})
        async with HealthMonitor(channels.services, interval_s=0.05) as monitor:
            report = await monitor.report()
            assert report["status"] == "DEGRADED"
            assert report["dependencies"]["library.v1.Unknown"] == {"status": "UNKNOWN"}
            await library.stop()
            await until(monitor, "UNREACHABLE")
            await library.start(library.port)
            await until(monitor, "SERVING")


async def until(monitor, status):
    for _ in range(200):
        if (await monitor.report())["dependencies"][SERVICE]["status"] == status:
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"never {status}")


async def test_health_is_told_before_the_first_answers(library_set, silent_port):
    async with Channels(service_config(library_set)) as channels:
        await channels.connect({SERVICE: f"127.0.0.1:{silent_port}"})
        async with HealthMonitor(channels.services, timeout_s=0.01) as monitor:
            report = await monitor.report()
    assert report["status"] == "DEGRADED"


def test_only_repeatable_rpcs_are_repeated(library_set):
    config = json.loads(service_config(library_set))
    names = [entry["method"] for entry in config["methodConfig"][0]["name"]]
    assert names == ["GetBook", "FindBooks", "UpdateBook", "Echo"]
    assert config["methodConfig"][0]["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE", "CANCELLED"]


def test_contracts_without_repeatable_rpcs_have_no_policy(tmp_path):
    config = json.loads(service_config(compile_text(tmp_path, "message M {}")))
    assert config["methodConfig"] == []


async def test_services_at_one_address_share_a_channel(library_set):
    async with Channels(service_config(library_set)) as channels:
        await channels.connect({"a": "localhost:1", "b": "localhost:1", "c": "localhost:2"})
        assert channels.get("a") is channels.get("b")
        assert channels.get("a") is not channels.get("c")
        assert channels.get("d") is None
