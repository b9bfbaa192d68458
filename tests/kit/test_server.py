"""Health, reflection, the port and the drain of a server (E-2, X-2)."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2
from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from steward.model.v1.model_service_pb2 import ListModelsRequest as Request

from services.kit.server import MAX_MESSAGE_BYTES, Server
from tests.conftest import rejected
from tests.kit.probe import SERVICE, echo, eventually, method, probe

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


async def answer(request: Request, _: Any) -> Any:
    return echo(request)


async def health_of(p: Any, service: str) -> int:
    return (await p.health.Check(HealthCheckRequest(service=service))).status


async def test_services_are_not_serving_until_somebody_says_so():
    async with probe(unary=answer) as p:
        assert await health_of(p, SERVICE) == NOT_SERVING
        assert await health_of(p, "") == NOT_SERVING
        await p.server.set_serving(SERVICE, serving=True)
        assert await health_of(p, SERVICE) == SERVING
        assert await health_of(p, "") == NOT_SERVING


async def test_the_health_of_an_unknown_service_is_not_found():
    async with probe(unary=answer) as p:
        problem = await rejected(p.health.Check(HealthCheckRequest(service="steward.test.Nothing")))
        assert problem.code is grpc.StatusCode.NOT_FOUND


async def test_who_watches_health_sees_each_change_and_the_drain():
    async with probe(unary=answer) as p:
        watch = p.health.Watch(HealthCheckRequest(service=SERVICE))
        assert (await watch.read()).status == NOT_SERVING
        await p.server.set_serving(SERVICE, serving=True)
        assert (await watch.read()).status == SERVING
        drain = asyncio.create_task(p.server.drain(0.05, 0.05))
        assert (await watch.read()).status == NOT_SERVING
        await drain


async def test_health_stays_not_serving_once_the_server_drains():
    async with probe(unary=answer) as p:
        await p.server.set_serving(SERVICE, serving=True)
        drain = asyncio.create_task(p.server.drain(0.2, 0.2))
        await asyncio.sleep(0)
        await p.server.set_serving(SERVICE, serving=True)
        assert await health_of(p, SERVICE) == NOT_SERVING
        await drain


async def test_reflection_lists_every_service():
    async with probe(unary=answer) as p:
        assert p.server.services == (SERVICE,)
        reflect = reflection_pb2_grpc.ServerReflectionStub(p.channel).ServerReflectionInfo()
        await reflect.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        listed = {service.name for service in (await reflect.read()).list_services_response.service}
        await reflect.done_writing()
    assert listed == {SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


async def test_a_port_that_is_in_use_is_told_in_one_sentence():
    async with probe(unary=answer) as p:
        second = Server(f"127.0.0.1:{p.server.port}", [])
        with pytest.raises(OSError, match=rf"Cannot listen on 127\.0\.0\.1:{p.server.port}: is another process"):
            await second.start()


async def test_a_drain_answers_all_calls_in_flight():
    finish = asyncio.Event()

    async def slow(request: Request, _: Any) -> Any:
        await finish.wait()
        return echo(request)

    async with probe(unary=slow) as p:
        calls = [asyncio.ensure_future(p.unary(Request(page_token=str(n)))) for n in range(300)]
        await eventually(lambda: p.in_flight("unary") == 300)
        drain = asyncio.create_task(p.server.drain(notice_s=0, grace_s=60))
        await asyncio.sleep(0.1)
        finish.set()
        await drain
        assert [(await call).next_page_token for call in calls] == [str(n) for n in range(300)]
        assert p.count("unary", "OK") == 300


async def test_a_drain_under_load_answers_every_call_that_it_took():
    begun = answered = 0

    async def quick(request: Request, _: Any) -> Any:
        nonlocal begun
        begun += 1
        await asyncio.sleep(0.002)
        return echo(request)

    async with probe(unary=quick) as p:

        async def client() -> grpc.StatusCode:
            nonlocal answered
            while True:
                try:
                    await p.unary(Request())
                except grpc.aio.AioRpcError as error:
                    return error.code()
                answered += 1

        clients = [asyncio.create_task(client()) for _ in range(20)]
        await eventually(lambda: p.count("unary", "OK") > 100)
        await p.server.drain(notice_s=0.1, grace_s=20)
        # gRPC resets calls that arrive while the server turns clients away: CANCELLED, but never begun.
        assert {*await asyncio.gather(*clients)} <= {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
        assert answered == begun == p.count("unary", "OK")
        assert p.in_flight("unary") == 0


async def test_calls_are_still_answered_during_the_notice_and_not_after_it():
    async with probe(unary=answer) as p:
        await p.unary(Request())
        drain = asyncio.create_task(p.server.drain(0.2, 1))
        await asyncio.sleep(0.02)
        assert (await p.unary(Request(page_token="late"))).next_page_token == "late"
        await drain
        assert (await rejected(p.unary(Request(), timeout=5))).code is grpc.StatusCode.UNAVAILABLE


async def test_a_call_that_outlasts_the_grace_is_ended():
    started = asyncio.Event()

    async def stuck(*_: Any) -> Any:
        started.set()
        await asyncio.Event().wait()

    async with probe(unary=stuck) as p:
        call = asyncio.ensure_future(p.unary(Request()))
        await started.wait()
        await p.server.drain(0, 0.05)
        assert (await rejected(call)).code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
        await eventually(lambda: p.in_flight("unary") == 0)


async def test_a_server_that_never_started_can_be_drained():
    await Server("127.0.0.1:0", []).drain(0, 0)


async def test_a_message_over_the_limit_is_refused():
    async with probe(unary=answer) as p:
        call = p.channel.unary_unary(method("unary"))
        assert (await rejected(call(bytes(MAX_MESSAGE_BYTES + 1)))).code is grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.timeout(30)
async def test_a_watch_of_health_does_not_hold_up_a_drain():
    async with probe(unary=answer) as p:
        await p.server.set_serving(SERVICE, serving=True)
        watch = p.health.Watch(HealthCheckRequest(service=SERVICE))
        assert (await watch.read()).status == SERVING
        await p.server.drain(0, grace_s=300)
        assert (await watch.read()).status == NOT_SERVING
        assert await watch.read() is grpc.aio.EOF
