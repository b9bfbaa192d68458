"""AdviceService and GenerationService: move requests in and answers out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import grpc
from steward.advice.v1 import advice_pb2
from steward.advice.v1 import advice_service_pb2 as advice_service
from steward.advice.v1 import generation_service_pb2 as generation_service
from steward.errors.v1 import reason_pb2

from services.advice import convert
from services.advice.adviser import Advice, Adviser, Sampling, Text
from services.advice.cache import AdviceCache
from services.advice.generation.port import DEFAULT_TEMPERATURE, End, Generator, Message, Role, StopReason, Task
from services.kit.errors import InvalidRequest, Violation
from services.kit.layers import time_remaining

_Context = grpc.aio.ServicerContext[Any, Any]

_ROLES = {
    generation_service.PromptMessage.ROLE_SYSTEM: Role.SYSTEM,
    generation_service.PromptMessage.ROLE_USER: Role.USER,
    generation_service.PromptMessage.ROLE_ASSISTANT: Role.ASSISTANT,
}
_STOP_REASONS = {
    StopReason.COMPLETE: generation_service.GenerationEnd.STOP_REASON_COMPLETE,
    StopReason.LENGTH: generation_service.GenerationEnd.STOP_REASON_LENGTH,
}


class AdviceServicer:
    """AdviceService.

    Args:
        adviser: Words the advice.
        generator: The language model that it uses.
        cache: Advice that was given for a seed.
        default_deadline_s: Seconds that a stream gets if its caller sets no deadline.
    """

    def __init__(self, adviser: Adviser, generator: Generator, cache: AdviceCache, default_deadline_s: float) -> None:
        self._adviser = adviser
        self._generator = generator
        self._cache = cache
        self._default_deadline_s = default_deadline_s

    async def Advise(self, request: advice_service.AdviseRequest, context: _Context) -> advice_service.AdviseResponse:
        """See the contract."""
        response = advice_service.AdviseResponse()
        async with aclosing(self._events(request, context)) as events:
            async for event in events:
                if isinstance(event, advice_pb2.Advice):
                    response.advice.CopyFrom(event)
        return response

    async def StreamAdvise(
        self, request: advice_service.StreamAdviseRequest, context: _Context
    ) -> AsyncGenerator[advice_service.StreamAdviseResponse]:
        """See the contract."""
        until = deadline(context, self._default_deadline_s)
        async with asyncio.timeout_at(until), aclosing(self._events(request, context)) as events:
            async for event in events:
                if isinstance(event, advice_pb2.Advice):
                    yield advice_service.StreamAdviseResponse(advice=event)
                else:
                    yield advice_service.StreamAdviseResponse(
                        passage=advice_service.Passage(path=event.path, text=event.text)
                    )

    async def _events(
        self, request: advice_service.AdviseRequest | advice_service.StreamAdviseRequest, context: _Context
    ) -> AsyncGenerator[Text | advice_pb2.Advice]:
        brief = convert.brief(request.brief)
        kept = self._cache.get(request.brief, request.sampling)
        if kept is not None:
            for text in kept.texts:
                yield text
            yield convert.advice_message(kept, self._generator.info)
            return
        until = deadline(context, self._default_deadline_s)
        async with aclosing(self._adviser.word(brief, _sampling(request.sampling), until)) as events:
            async for event in events:
                if isinstance(event, Advice):
                    self._cache.put(request.brief, request.sampling, event)
                    yield convert.advice_message(event, self._generator.info)
                else:
                    yield event


class GenerationServicer:
    """GenerationService.

    Args:
        generator: The language model.
        default_deadline_s: Seconds that a call gets if its caller sets no deadline.
    """

    def __init__(self, generator: Generator, default_deadline_s: float) -> None:
        self._generator = generator
        self._default_deadline_s = default_deadline_s

    async def Generate(
        self, request: generation_service.GenerateRequest, context: _Context
    ) -> generation_service.GenerateResponse:
        """See the contract."""
        pieces: list[str] = []
        end = generation_service.GenerationEnd()
        async for event in self._events(request.task, context):
            if isinstance(event, str):
                pieces.append(event)
            else:
                end = event
        return generation_service.GenerateResponse(text="".join(pieces), end=end)

    async def StreamGenerate(
        self, request: generation_service.StreamGenerateRequest, context: _Context
    ) -> AsyncGenerator[generation_service.StreamGenerateResponse]:
        """See the contract."""
        async with asyncio.timeout_at(deadline(context, self._default_deadline_s)):
            async for event in self._events(request.task, context):
                if isinstance(event, str):
                    yield generation_service.StreamGenerateResponse(text=event)
                else:
                    yield generation_service.StreamGenerateResponse(end=event)

    async def GetLanguageModel(
        self, _request: generation_service.GetLanguageModelRequest, _context: _Context
    ) -> generation_service.GetLanguageModelResponse:
        """See the contract."""
        info = self._generator.info
        return generation_service.GetLanguageModelResponse(
            language_model=generation_service.LanguageModel(
                provenance=convert.provenance(info), context_token_count=info.context_tokens
            )
        )

    async def _events(
        self, message: generation_service.GenerationTask, context: _Context
    ) -> AsyncGenerator[str | generation_service.GenerationEnd]:
        until = deadline(context, self._default_deadline_s)
        async with aclosing(self._generator.generate(_task(message), until)) as pieces:
            async for piece in pieces:
                yield self._end(piece) if isinstance(piece, End) else piece

    def _end(self, end: End) -> generation_service.GenerationEnd:
        return generation_service.GenerationEnd(
            stop_reason=_STOP_REASONS[end.stop_reason],
            prompt_token_count=end.prompt_tokens,
            completion_token_count=end.completion_tokens,
            provenance=convert.provenance(self._generator.info),
        )


def deadline(context: _Context, default_s: float) -> float:
    """When the caller gives up, in the event loop's time."""
    remaining = time_remaining(context)
    return asyncio.get_running_loop().time() + (default_s if remaining is None else remaining)


def _sampling(message: advice_service.Sampling) -> Sampling:
    return Sampling(
        message.temperature if message.HasField("temperature") else DEFAULT_TEMPERATURE,
        message.seed if message.HasField("seed") else None,
    )


def _task(message: generation_service.GenerationTask) -> Task:
    if message.json_schema and message.stop:
        violation = Violation(
            "task.stop",
            reason_pb2.REASON_FIELDS_INCONSISTENT,
            "must be empty with a schema, which says where the text ends",
        )
        raise InvalidRequest([violation])
    return Task(
        messages=tuple(Message(_ROLES[said.role], said.content) for said in message.messages),
        schema=message.json_schema,
        max_tokens=message.max_tokens,
        temperature=message.temperature if message.HasField("temperature") else DEFAULT_TEMPERATURE,
        top_p=message.top_p if message.HasField("top_p") else 1.0,
        seed=message.seed if message.HasField("seed") else None,
        stop=tuple(message.stop),
    )
