"""GenerationService as the endpoints call it: by wire bytes, given up when the client leaves."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import grpc
from steward.advice.v1 import generation_service_pb2 as pb
from steward.errors.v1 import reason_pb2

from gateway.transcoder.body import Receive
from gateway.transcoder.errors import EdgeError, clipped
from gateway.transcoder.problem import deadline_exceeded
from gateway.transcoder.upstream import ServerStream, call_unary
from services.kit.errors import Kind

SERVICE = pb.DESCRIPTOR.services_by_name["GenerationService"].full_name
ALIAS = "steward"
"""Name by which clients can ask for whatever model is served."""


class ModelNotFound(EdgeError):
    """The request names a model that is not served."""

    kind, reason, http_status = Kind.NOT_FOUND, reason_pb2.REASON_MODEL_NOT_FOUND, 404

    def __init__(self, asked: str, served: str) -> None:
        super().__init__(
            f'The model "{clipped(asked)}" is not served here; ask for "{served}" or "{ALIAS}".', model=clipped(asked)
        )


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and until when."""

    receive: Receive
    request_id: str
    deadline: float
    """Time of time.perf_counter()."""

    @property
    def remaining_s(self) -> float:
        """Seconds that are left.

        Raises:
            DeadlineExceeded: None are.
        """
        remaining = self.deadline - time.perf_counter()
        if remaining <= 0:
            raise deadline_exceeded()
        return remaining

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Metadata of the calls that are made for the request."""
        return (("x-request-id", self.request_id),)


class Generation:
    """The service.

    Args:
        channel: A channel to it.
    """

    def __init__(self, channel: grpc.aio.Channel) -> None:
        # Without serializers, so that the calls can be watched like all others of the gateway.
        self._get: Any = channel.unary_unary(f"/{SERVICE}/GetLanguageModel")
        self._generate: Any = channel.unary_unary(f"/{SERVICE}/Generate")
        self._stream: Any = channel.unary_stream(f"/{SERVICE}/StreamGenerate")

    async def model(self, caller: Caller, asked: str | None = None) -> pb.LanguageModel:
        """The model that is served.

        Raises:
            ModelNotFound: It is not the one that is asked for.
            grpc.aio.AioRpcError: The call failed.
            ClientGone: The client left.
        """
        request = pb.GetLanguageModelRequest().SerializeToString()
        sent = await call_unary(self._get, request, caller.remaining_s, caller.metadata, caller.receive)
        model = pb.GetLanguageModelResponse.FromString(sent).language_model
        served = model.provenance.model
        if asked not in (None, served, ALIAS):
            raise ModelNotFound(asked, served)
        return model

    async def generate(self, task: pb.GenerationTask, caller: Caller) -> pb.GenerateResponse:
        """A whole text.

        Raises:
            grpc.aio.AioRpcError: The call failed.
            ClientGone: The client left.
        """
        request = pb.GenerateRequest(task=task).SerializeToString()
        sent = await call_unary(self._generate, request, caller.remaining_s, caller.metadata, caller.receive)
        return pb.GenerateResponse.FromString(sent)

    def stream(self, task: pb.GenerationTask, caller: Caller) -> ServerStream:
        """A text as it comes, as serialized StreamGenerateResponse messages."""
        request = pb.StreamGenerateRequest(task=task).SerializeToString()
        return ServerStream(self._stream, request, caller.remaining_s, caller.metadata, caller.receive)
