"""What OpenAI's unmodified client gets."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal

import openai
import pytest
from pydantic import BaseModel, Field
from steward.advice.v1.generation_service_pb2 import PromptMessage

from tests.gateway.openai.generator import MODEL, Generator

HELLO: Any = [{"role": "user", "content": "Say it back"}]


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Wall(BaseModel):
    kind: Literal["wall"]
    area_m2: Annotated[float, Field(ge=0, le=1000)]


class Window(BaseModel):
    kind: Literal["window"]
    colour: Colour
    note: str | None = None


class House(BaseModel):
    """A house."""

    name: Annotated[str, Field(min_length=1, max_length=12, description="What it is called")]
    floors: Annotated[int, Field(ge=1, le=4)]
    parts: Annotated[list[Annotated[Wall | Window, Field(discriminator="kind")]], Field(max_length=2)]
    built: date
    annex: House | None


async def test_a_text_comes_whole(client: openai.AsyncOpenAI):
    completion = await client.chat.completions.create(model=MODEL, messages=HELLO)
    assert completion.object == "chat.completion"
    assert completion.model == MODEL
    assert completion.system_fingerprint == "fp_abababababab"
    assert re.fullmatch(r"chatcmpl-[0-9a-f]{32}", completion.id)
    assert completion.created > 1_700_000_000
    [choice] = completion.choices
    assert (choice.index, choice.finish_reason, choice.logprobs) == (0, "stop", None)
    assert (choice.message.role, choice.message.content, choice.message.refusal) == ("assistant", "Say it back", None)
    assert completion.usage is not None
    assert completion.usage.to_dict() == {"prompt_tokens": 1, "completion_tokens": 3, "total_tokens": 4}


async def test_a_text_comes_in_pieces(client: openai.AsyncOpenAI):
    stream = await client.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    chunks = [chunk async for chunk in stream]
    assert [chunk.choices[0].delta.content for chunk in chunks] == ["", "Say", " it", " back", None]
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None, None, None, None, "stop"]
    assert chunks[0].choices[0].delta.role == "assistant"
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert {(chunk.object, chunk.model, chunk.usage) for chunk in chunks} == {("chat.completion.chunk", MODEL, None)}


async def test_a_stream_tells_its_usage_if_asked(client: openai.AsyncOpenAI):
    stream = await client.chat.completions.create(
        model=MODEL, messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    *chunks, last = [chunk async for chunk in stream]
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.total_tokens == 4
    assert {chunk.usage for chunk in chunks} == {None}


async def test_the_streaming_helper_puts_the_pieces_together(client: openai.AsyncOpenAI):
    async with client.chat.completions.stream(model=MODEL, messages=HELLO) as stream:
        kinds = {event.type async for event in stream}
        final = await stream.get_final_completion()
    assert {"chunk", "content.delta", "content.done"} <= kinds
    assert final.choices[0].message.content == "Say it back"


async def test_a_pydantic_model_is_parsed(client: openai.AsyncOpenAI):
    for seed in range(20):
        completion = await client.chat.completions.parse(model=MODEL, messages=HELLO, response_format=House, seed=seed)
        assert isinstance(completion.choices[0].message.parsed, House)


async def test_a_streamed_pydantic_model_is_parsed(client: openai.AsyncOpenAI):
    async with client.chat.completions.stream(model=MODEL, messages=HELLO, response_format=House, seed=3) as stream:
        final = await stream.get_final_completion()
    assert isinstance(final.choices[0].message.parsed, House)


async def test_the_client_without_asyncio_works_too(face: str):
    def converse() -> tuple[Any, ...]:
        with openai.OpenAI(base_url=face, api_key="any", max_retries=0) as client:
            whole = client.chat.completions.create(model=MODEL, messages=HELLO)
            pieces = list(client.chat.completions.create(model=MODEL, messages=HELLO, stream=True))
            parsed = client.chat.completions.parse(model=MODEL, messages=HELLO, response_format=House, seed=1)
            return whole, pieces, parsed, client.models.list().data

    whole, pieces, parsed, models = await asyncio.to_thread(converse)
    assert whole.choices[0].message.content == "Say it back"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in pieces) == "Say it back"
    assert isinstance(parsed.choices[0].message.parsed, House)
    assert [model.id for model in models] == [MODEL]


@pytest.mark.parametrize("strict", [True, False, None])
async def test_a_schema_is_enforced_whether_it_is_strict_or_not(client: openai.AsyncOpenAI, strict: bool | None):
    schema = {"type": "object", "properties": {"a": {"enum": [1, 2]}}, "required": ["a"], "additionalProperties": False}
    completion = await client.chat.completions.create(
        model=MODEL,
        messages=HELLO,
        response_format={"type": "json_schema", "json_schema": {"name": "one", "schema": schema, "strict": strict}},
    )
    assert json.loads(completion.choices[0].message.content or "")["a"] in (1, 2)


async def test_json_mode_gives_an_object(client: openai.AsyncOpenAI):
    for seed in range(5):
        completion = await client.chat.completions.create(
            model=MODEL, messages=HELLO, response_format={"type": "json_object"}, seed=seed
        )
        assert isinstance(json.loads(completion.choices[0].message.content or ""), dict)


async def test_a_schema_that_cannot_be_enforced_is_refused(client: openai.AsyncOpenAI):
    schema = {"type": "object", "properties": {"a": {"not": {}}}}
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError) as refusal:
            await client.chat.completions.create(
                model=MODEL,
                messages=HELLO,
                stream=stream,
                response_format={"type": "json_schema", "json_schema": {"name": "one", "schema": schema}},
            )
        assert (refusal.value.param, refusal.value.code) == ("response_format", "schema_not_enforceable")
        assert '"not"' in str(refusal.value)


async def test_a_text_that_is_cut_off_says_so(client: openai.AsyncOpenAI):
    completion = await client.chat.completions.create(model=MODEL, messages=HELLO, max_completion_tokens=2)
    assert completion.choices[0].finish_reason == "length"
    assert completion.choices[0].message.content == "Say it"
    with pytest.raises(openai.LengthFinishReasonError):
        await client.chat.completions.parse(model=MODEL, messages=HELLO, response_format=House, max_tokens=2)


async def test_the_model_has_a_card(client: openai.AsyncOpenAI):
    assert [model.id async for model in client.models.list()] == [MODEL]
    card = await client.models.retrieve(MODEL)
    assert (card.id, card.object, card.owned_by) == (MODEL, "model", "steward")


async def test_any_model_is_asked_for_by_the_name_of_the_project(client: openai.AsyncOpenAI):
    completion = await client.chat.completions.create(model="steward", messages=HELLO)
    assert completion.model == MODEL


async def test_another_model_is_not_found(client: openai.AsyncOpenAI):
    with pytest.raises(openai.NotFoundError, match=MODEL) as of_chat:
        await client.chat.completions.create(model="gpt-4o", messages=HELLO)
    assert (of_chat.value.code, of_chat.value.param) == ("model_not_found", "model")
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("meta/llama")


async def test_parameters_reach_the_service(client: openai.AsyncOpenAI, generator: Generator):
    messages: Any = [
        {"role": "system", "content": "a"},
        {"role": "developer", "content": [{"type": "text", "text": "b"}, {"type": "text", "text": "c"}]},
        {"role": "user", "content": "d", "name": "Ana"},
        {"role": "assistant", "content": "e", "refusal": None, "tool_calls": []},
        {"role": "user", "content": "f"},
    ]
    await client.chat.completions.create(
        model=MODEL, messages=messages, temperature=0.5, top_p=0.9, max_tokens=7, seed=-1, stop=["x", "y"]
    )
    [task] = generator.tasks
    roles = [PromptMessage.ROLE_SYSTEM, PromptMessage.ROLE_SYSTEM, PromptMessage.ROLE_USER]
    roles += [PromptMessage.ROLE_ASSISTANT, PromptMessage.ROLE_USER]
    assert [(message.role, message.content) for message in task.messages] == list(
        zip(roles, ["a", "b\nc", "d", "e", "f"], strict=True)
    )
    assert (task.temperature, task.top_p, task.max_tokens, task.seed) == (0.5, 0.9, 7, 2**32 - 1)
    assert (list(task.stop), task.json_schema) == (["x", "y"], "")


async def test_what_is_not_sent_is_left_to_the_service(client: openai.AsyncOpenAI, generator: Generator):
    await client.chat.completions.create(model=MODEL, messages=HELLO)
    [task] = generator.tasks
    assert {field.name for field, _ in task.ListFields()} == {"messages"}


async def test_no_probability_mass_asks_for_the_likeliest_token(client: openai.AsyncOpenAI, generator: Generator):
    await client.chat.completions.create(model=MODEL, messages=HELLO, top_p=0, temperature=1)
    assert not generator.tasks[0].HasField("top_p")
    assert generator.tasks[0].HasField("temperature")
    assert generator.tasks[0].temperature == 0


async def test_an_answer_can_be_sent_back_as_it_came(client: openai.AsyncOpenAI, generator: Generator):
    answer = (await client.chat.completions.create(model=MODEL, messages=HELLO)).choices[0].message
    again: Any = [*HELLO, answer, {"role": "user", "content": "Once more"}]
    await client.chat.completions.create(model=MODEL, messages=again)
    assert [message.content for message in generator.tasks[1].messages] == ["Say it back", "Say it back", "Once more"]


async def test_every_answer_has_the_request_id_and_is_observed(
    client: openai.AsyncOpenAI, observed: list[tuple[str, int]]
):
    raw = client.chat.completions.with_raw_response
    sent: Any = {"extra_headers": {"X-Request-Id": "mine-1"}}
    whole = await raw.create(model=MODEL, messages=HELLO, **sent)
    stream = await raw.create(model=MODEL, messages=HELLO, stream=True, **sent)
    assert (await stream.parse().__anext__()).model == MODEL
    with pytest.raises(openai.NotFoundError) as missing:
        await client.chat.completions.create(model="none", messages=HELLO, **sent)
    assert {whole.request_id, stream.request_id, missing.value.request_id} == {"mine-1"}
    service = "steward.advice.v1.GenerationService"
    assert observed[0] == (f"{service}.Generate", 200)
    assert (f"{service}.Generate", 404) in observed
