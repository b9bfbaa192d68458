"""A GenerationService without a model: random bytes within the real grammars, and texts that do as they are told."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
from prometheus_client import CollectorRegistry
from steward.advice.v1 import generation_service_pb2 as pb
from steward.model.v1.estimate_pb2 import Provenance

from services.advice.generation.json_schema import check_schema
from services.advice.generation.schema_grammar import byte_matcher
from services.kit.errors import Overloaded
from services.kit.layers import standard_layers
from services.kit.metrics import ServerMetrics
from services.kit.server import Server

MODEL = "random-bytes"
PROVENANCE = Provenance(model=MODEL, version="1.0.0", artifact_sha256="ab" * 32)
_SERVICE = pb.DESCRIPTOR.services_by_name["GenerationService"]
_CLOSING = [ord(char) for char in '"]},:']


class Generator:
    """The service, behind the layers that every service has.

    Without a schema it says the last message back, a word a piece, and obeys these words:

    - "refuse!" fails as if too much were waiting,
    - "break!" fails in a way that nobody foresaw,
    - "vanish!" ends without saying how,
    - "wait!" waits until it is cancelled.
    """

    def __init__(self) -> None:
        self.tasks: list[pb.GenerationTask] = []
        self.cancelled = asyncio.Event()
        self.server = Server("127.0.0.1:0", standard_layers(ServerMetrics(CollectorRegistry(), "grpc"), 10))
        self.server.add(_SERVICE, {method.name: getattr(self, method.name) for method in _SERVICE.methods})

    async def GetLanguageModel(self, _request: Any, _context: Any) -> pb.GetLanguageModelResponse:  # noqa: N802
        return pb.GetLanguageModelResponse(language_model=pb.LanguageModel(provenance=PROVENANCE))

    async def Generate(self, request: pb.GenerateRequest, _context: Any) -> pb.GenerateResponse:  # noqa: N802
        text = ""
        async for event in self._events(request.task):
            if event.WhichOneof("event") == "end":
                return pb.GenerateResponse(text=text, end=event.end)
            text += event.text
        raise AssertionError(text)

    async def StreamGenerate(  # noqa: N802
        self, request: pb.StreamGenerateRequest, _context: Any
    ) -> AsyncIterator[pb.StreamGenerateResponse]:
        async for event in self._events(request.task):
            yield event

    async def _events(self, task: pb.GenerationTask) -> AsyncIterator[pb.StreamGenerateResponse]:
        self.tasks.append(task)
        words = _within(task) if task.json_schema else task.messages[-1].content.split(" ")
        limit = task.max_tokens or len(words)
        for index, word in enumerate(words[:limit]):
            if word == "vanish!":
                return
            await self._obey(word)
            yield pb.StreamGenerateResponse(text=word if task.json_schema or index == 0 else f" {word}")
        reason = pb.GenerationEnd.STOP_REASON_COMPLETE if limit >= len(words) else pb.GenerationEnd.STOP_REASON_LENGTH
        counts = {"prompt_token_count": len(task.messages), "completion_token_count": min(limit, len(words))}
        yield pb.StreamGenerateResponse(end=pb.GenerationEnd(stop_reason=reason, provenance=PROVENANCE, **counts))

    async def _obey(self, word: str) -> None:
        if word == "refuse!":
            raise Overloaded(limit=8, retry_after_s=1.5)
        if word == "break!":
            raise RuntimeError("a secret")
        if word == "wait!":
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise


def _within(task: pb.GenerationTask) -> str:
    """Random bytes within the task's schema, biased towards an end."""
    matcher = byte_matcher(check_schema(task.json_schema))
    chance = random.Random(task.seed)
    written = bytearray()
    while True:
        bits = np.unpackbits(np.frombuffer(matcher.compute_bitmask(), np.uint8), bitorder="little")[:256]
        allowed = np.flatnonzero(bits)
        if matcher.is_accepting() and (not allowed.size or chance.random() < 0.5):
            return written.decode()
        closing = [byte for byte in _CLOSING if bits[byte]]
        byte = chance.choice(closing) if closing and chance.random() < 0.5 else int(chance.choice(allowed))
        assert matcher.consume_token(byte), matcher.get_error()
        written.append(byte)
