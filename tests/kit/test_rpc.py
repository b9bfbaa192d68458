"""What happens around every call, over a real server (C-20, C-37, M-25, X-7)."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import grpc
import pytest
from grpc_health.v1.health_pb2 import HealthCheckRequest
from steward.model.v1.model_service_pb2 import ListModelsRequest as Request
from steward.model.v1.model_service_pb2 import ListModelsResponse as Response

from services.kit.errors import NotServed, Overloaded
from tests.conftest import rejected
from tests.kit.probe import SERVICE, echo, eventually, logged, method, probe

INVALID = grpc.StatusCode.INVALID_ARGUMENT


async def answer(request: Request, _: Any) -> Response:
    return echo(request)


async def taken(request: Any) -> None:
    """Reads the requests of a stream to their end: a caller that is refused while it writes sees its own write fail."""
    if not isinstance(request, Request):
        async for _ in request:
            pass


async def refuse(request: Any, _: Any) -> Response:
    await taken(request)
    raise NotServed("Not here.", leg="advice")


async def forever(*_: Any) -> Response:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def test_a_unary_call_is_answered_and_counted():
    async with probe(unary=answer) as p:
        assert (await p.unary(Request(page_token="a"))).next_page_token == "a"
        assert p.count("unary", "OK") == 1
        assert p.in_flight("unary") == 0


async def test_a_generator_streams_its_responses():
    async def count(request: Request, _: Any) -> Any:
        for number in range(request.page_size):
            yield Response(next_page_token=str(number))

    async with probe(server_stream=count) as p:
        assert [r.next_page_token async for r in p.server_stream(Request(page_size=3))] == ["0", "1", "2"]
        assert p.count("server_stream", "OK") == 1


async def test_a_caller_who_leaves_a_stream_is_counted_as_gone_not_as_a_fault_of_ours():
    closed = 0

    async def endless(request: Request, _: Any) -> Any:
        nonlocal closed
        try:
            while True:
                yield echo(request)
        finally:
            closed += 1

    async with probe(server_stream=endless) as p:
        for _ in range(50):
            call = p.server_stream(Request())
            await call.read()
            call.cancel()
        await eventually(lambda: p.count("server_stream", "CANCELLED") == 50)
        assert closed == 50


async def test_a_coroutine_streams_what_it_writes():
    async def write(request: Request, context: Any) -> None:
        for number in range(request.page_size):
            await context.write(Response(next_page_token=str(number)))

    async with probe(server_stream=write) as p:
        assert [r.next_page_token async for r in p.server_stream(Request(page_size=3))] == ["0", "1", "2"]


async def test_a_client_stream_gets_one_answer():
    async def join(requests: Any, _: Any) -> Response:
        return Response(next_page_token="".join([r.page_token async for r in requests]))

    async with probe(client_stream=join) as p:
        response = await p.client_stream(Request(page_token=t) for t in "abc")
        assert response.next_page_token == "abc"
        assert p.count("client_stream", "OK") == 1


async def test_both_directions_stream_at_once():
    async def echo_all(requests: Any, _: Any) -> Any:
        async for request in requests:
            yield echo(request)

    async with probe(bidi=echo_all) as p:
        call = p.bidi()
        for token in "xyz":
            await call.write(Request(page_token=token))
            assert (await call.read()).next_page_token == token
        await call.done_writing()
        assert await call.read() is grpc.aio.EOF
        assert p.count("bidi", "OK") == 1


@pytest.mark.parametrize("shape", ["unary", "client_stream"])
async def test_a_domain_error_of_one_answer_keeps_its_facts(shape):
    async with probe(**{shape: refuse}) as p:
        request = Request() if shape == "unary" else iter([Request()])
        problem = await rejected(getattr(p, shape)(request))
        assert (problem.code, problem.reason) == (grpc.StatusCode.UNIMPLEMENTED, "NOT_SERVED")
        assert (problem.message, problem.metadata) == ("Not here.", {"leg": "advice"})
        assert p.count(shape, "UNIMPLEMENTED") == 1


async def two_then_fail(request: Any, _: Any) -> Any:
    await taken(request)
    yield Response(next_page_token="1")
    yield Response(next_page_token="2")
    raise Overloaded(7, 1.5)


async def two_written_then_fail(request: Any, context: Any) -> None:
    await taken(request)
    await context.write(Response(next_page_token="1"))
    await context.write(Response(next_page_token="2"))
    raise Overloaded(7, 1.5)


@pytest.mark.parametrize("shape", ["server_stream", "bidi"])
@pytest.mark.parametrize("behavior", [two_then_fail, two_written_then_fail])
async def test_an_error_after_some_responses_still_has_its_details(shape, behavior):
    async with probe(**{shape: behavior}) as p:
        call = getattr(p, shape)(Request() if shape == "server_stream" else iter([Request()]))
        assert [(await call.read()).next_page_token for _ in range(2)] == ["1", "2"]
        problem = await rejected(call.read())
        assert (problem.code, problem.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        assert (problem.metadata, problem.retry_s) == ({"limit": "7"}, 1.5)
        assert p.count(shape, "RESOURCE_EXHAUSTED") == 1


async def test_an_unforeseen_error_is_logged_and_leaks_nothing():
    async def fail(*_: Any) -> Response:
        raise KeyError("postgres://steward:hunter2@db")

    with logged() as lines:
        async with probe(unary=fail) as p:
            problem = await rejected(p.unary(Request()))
    assert (problem.code, problem.reason) == (grpc.StatusCode.INTERNAL, "INTERNAL")
    assert "hunter2" not in problem.message + str(problem.metadata)
    assert problem.metadata["request_id"] == problem.request_id
    (line,) = [line for line in lines.all() if line["level"] == "ERROR"]
    assert method("unary") in line["message"]
    assert "hunter2" in line["exception"]
    assert line["request_id"] == problem.request_id


async def test_a_status_that_the_handler_sets_itself_is_kept_and_counted():
    async def abort(_: Any, context: Any) -> None:
        await context.abort(grpc.StatusCode.ABORTED, "changed meanwhile")

    async with probe(unary=abort) as p:
        problem = await rejected(p.unary(Request()))
        assert (problem.code, problem.message) == (grpc.StatusCode.ABORTED, "changed meanwhile")
        await eventually(lambda: p.count("unary", "ABORTED") == 1)  # counted once the handler has ended


async def test_an_error_of_another_service_is_passed_on_as_it_came():
    async with probe(unary=refuse) as upstream:

        async def ask(request: Request, _: Any) -> Response:
            return await upstream.unary(request)

        async with probe(unary=ask) as p:
            problem = await rejected(p.unary(Request()))
    assert (problem.code, problem.reason) == (grpc.StatusCode.UNIMPLEMENTED, "NOT_SERVED")
    assert problem.metadata == {"leg": "advice"}


async def test_an_unreachable_service_is_told_without_its_address():
    async with grpc.aio.insecure_channel("127.0.0.1:1") as nowhere:

        async def ask(request: Request, _: Any) -> Any:
            return await nowhere.unary_unary(method("unary"), Request.SerializeToString)(request)

        async with probe(unary=ask) as p:
            problem = await rejected(p.unary(Request()))
    assert (problem.code, problem.reason) == (grpc.StatusCode.UNAVAILABLE, "SERVICE_UNAVAILABLE")
    assert "127.0.0.1" not in problem.message
    assert problem.retry_s == 1


@pytest.mark.parametrize("shape", ["unary", "client_stream"])
async def test_broken_bytes_are_a_malformed_request(shape):
    async def drain(requests: Any, _: Any) -> Response:
        return Response(next_page_token=str([r async for r in requests]))

    async with probe(unary=answer, client_stream=drain) as p:
        raw = p.channel.unary_unary if shape == "unary" else p.channel.stream_unary
        problem = await rejected(raw(method(shape))(b"\xff\xff" if shape == "unary" else iter([b"\xff\xff"])))
        assert (problem.code, problem.reason) == (INVALID, "MALFORMED_REQUEST")
        assert method(shape) in problem.message
        assert problem.request_id


async def test_each_broken_rule_is_named():
    async with probe(unary=answer) as p:
        problem = await rejected(p.unary(Request(page_size=1001, page_token="x" * 257)))
        assert problem.fields == {"page_size": "FIELD_OUT_OF_RANGE", "page_token": "FIELD_OUT_OF_RANGE"}
        assert (problem.code, problem.reason) == (INVALID, "FIELD_OUT_OF_RANGE")
        assert problem.metadata == {"field": "page_size"}
        assert problem.message.startswith("page_size: ")
        assert problem.message.endswith("(and 1 more)")


async def test_each_message_of_a_stream_is_checked():
    seen = []

    async def collect(requests: Any, _: Any) -> Response:
        async for request in requests:
            seen.append(request.page_size)  # noqa: PERF401 - what came before the error counts
        return Response()

    async with probe(client_stream=collect) as p:
        problem = await rejected(p.client_stream(Request(page_size=size) for size in (1, 2, -1)))
    assert problem.fields == {"page_size": "FIELD_OUT_OF_RANGE"}
    assert seen == [1, 2]


async def test_a_wrong_request_does_not_reach_the_handler():
    called = asyncio.Event()

    async def note(*_: Any) -> Response:
        called.set()
        return Response()

    async with probe(unary=note) as p:
        await rejected(p.unary(Request(page_size=-1)))
    assert not called.is_set()


async def test_an_unknown_method_is_unimplemented():
    async with probe(unary=answer) as p:
        problem = await rejected(p.channel.unary_unary(f"/{SERVICE}/Nothing")(b""))
        assert problem.code is grpc.StatusCode.UNIMPLEMENTED


async def test_a_call_without_a_deadline_gets_the_servers():
    async with probe(unary=forever, default_deadline_s=0.05) as p:
        problem = await rejected(p.unary(Request()))
        assert (problem.code, problem.reason) == (grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED")
        assert p.count("unary", "DEADLINE_EXCEEDED") == 1


async def test_a_callers_longer_deadline_replaces_the_servers():
    async def slow(request: Request, _: Any) -> Response:
        await asyncio.sleep(0.1)
        return echo(request)

    async with probe(unary=slow, default_deadline_s=0.02) as p:
        assert (await p.unary(Request(page_token="late"), timeout=20)).next_page_token == "late"


async def test_a_live_stream_outlasts_the_servers_deadline():
    async def slow(*_: Any) -> Any:
        await asyncio.sleep(0.1)
        yield Response(next_page_token="late")

    async with probe(server_stream=slow, default_deadline_s=0.02) as p:
        assert [r.next_page_token async for r in p.server_stream(Request())] == ["late"]


async def test_a_timeout_inside_the_handler_is_a_deadline_exceeded():
    async def impatient(*_: Any) -> Response:
        async with asyncio.timeout(0.01):
            return await forever()

    async with probe(unary=impatient) as p:
        assert (await rejected(p.unary(Request()))).reason == "DEADLINE_EXCEEDED"


async def test_the_handler_ends_when_the_callers_deadline_passes():
    ended = asyncio.Event()

    async def wait(*_: Any) -> Response:
        try:
            return await forever()
        finally:
            ended.set()

    async with probe(unary=wait) as p:
        problem = await rejected(p.unary(Request(), timeout=0.1))
        assert problem.code is grpc.StatusCode.DEADLINE_EXCEEDED
        await ended.wait()
        await eventually(lambda: p.count("unary", "DEADLINE_EXCEEDED") == 1)


async def test_the_handler_ends_when_the_caller_goes_away():
    started, ended = asyncio.Event(), asyncio.Event()

    async def wait(*_: Any) -> Response:
        started.set()
        try:
            return await forever()
        finally:
            ended.set()

    with logged() as lines:
        async with probe(unary=wait) as p:
            call = p.unary(Request())
            await started.wait()
            assert p.in_flight("unary") == 1
            call.cancel()
            await ended.wait()
            await eventually(lambda: p.count("unary", "CANCELLED") == 1)
            assert p.in_flight("unary") == 0
    assert [line["code"] for line in lines.of("call")] == ["CANCELLED"]


async def test_a_generator_is_closed_when_the_caller_goes_away():
    closed = asyncio.Event()

    async def tick(*_: Any) -> Any:
        try:
            while True:
                yield Response(next_page_token="tick")
                await asyncio.sleep(0.01)
        finally:
            closed.set()

    async with probe(server_stream=tick) as p:
        call = p.server_stream(Request())
        assert (await call.read()).next_page_token == "tick"
        call.cancel()
        await closed.wait()
        await eventually(lambda: p.count("server_stream", "CANCELLED") == 1)


async def test_a_request_id_is_taken_from_the_caller():
    with logged() as lines:
        async with probe(unary=refuse) as p:
            problem = await rejected(p.unary(Request(), metadata=(("x-request-id", "order-66_a.b"),)))
    assert problem.request_id == "order-66_a.b"
    assert [line["request_id"] for line in lines.of("call")] == ["order-66_a.b"]


async def test_a_request_without_an_id_gets_one():
    async with probe(unary=refuse) as p:
        first, second = [(await rejected(p.unary(Request()))).request_id for _ in range(2)]
    assert len(first) == len(second) == 32
    assert first != second


@pytest.mark.parametrize("malformed", ["", "two words", 'quo"te', "a/b", "x" * 129], ids=str.__len__)
async def test_a_malformed_request_id_is_replaced(malformed):
    async with probe(unary=refuse) as p:
        problem = await rejected(p.unary(Request(), metadata=(("x-request-id", malformed),)))
    assert problem.request_id != malformed
    assert len(problem.request_id) == 32


async def test_what_the_handler_logs_carries_the_request_id_of_its_call():
    async def log(request: Request, _: Any) -> Response:
        logging.getLogger("test").info("served", extra={"token": request.page_token})
        await asyncio.sleep(0)
        return Response()

    with logged() as lines:
        async with probe(unary=log) as p:
            calls = [p.unary(Request(page_token=t), metadata=(("x-request-id", f"id-{t}"),)) for t in "abcd"]
            await asyncio.gather(*calls)
    assert {(line["token"], line["request_id"]) for line in lines.of("served")} == {(t, f"id-{t}") for t in "abcd"}


async def test_every_call_writes_one_line_of_json():
    with logged() as lines:
        async with probe(unary=answer) as p:
            await p.unary(Request(), metadata=(("x-request-id", "r1"),))
            await rejected(p.unary(Request(page_size=-1)))
    fine, wrong = lines.of("call")
    assert fine.keys() == {"time", "level", "logger", "message", "request_id", "method", "code", "duration_ms"}
    assert (fine["method"], fine["code"], fine["request_id"], fine["level"]) == (method("unary"), "OK", "r1", "INFO")
    assert fine["duration_ms"] >= 0
    assert wrong["code"] == "INVALID_ARGUMENT"
    assert wrong["error"].startswith("page_size: ")


@pytest.mark.parametrize(("level", "lines_expected"), [("INFO", 0), ("DEBUG", 1)])
async def test_health_checks_are_logged_only_when_debugging(level, lines_expected):
    with logged(level) as lines:
        async with probe(unary=answer) as p:
            await p.health.Check(HealthCheckRequest())
    assert len(lines.of("call")) == lines_expected


async def test_metrics_give_latency_by_method_and_code():
    async with probe(unary=answer) as p:
        await p.unary(Request())
        await rejected(p.unary(Request(page_size=-1)))
        text = p.exposition()
    for code in ("OK", "INVALID_ARGUMENT"):
        assert f'steward_grpc_handling_seconds_count{{code="{code}",method="{method("unary")}"}} 1.0' in text
        assert f'steward_grpc_handling_seconds_bucket{{code="{code}",le="+Inf",method="{method("unary")}"}} 1.0' in text
    assert f'steward_grpc_in_flight{{method="{method("unary")}"}} 0.0' in text
