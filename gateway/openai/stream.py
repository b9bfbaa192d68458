"""A completion on its way to the client, piece by piece, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import grpc
from starlette.types import Send
from steward.advice.v1.generation_service_pb2 import StreamGenerateResponse

from gateway.openai.wire import Completion, failure
from gateway.transcoder import Reply
from gateway.transcoder.body import ClientGone
from gateway.transcoder.forms import SSE_TYPE
from gateway.transcoder.problem import CLIENT_GONE, HTTP_STATUS
from gateway.transcoder.stream import READER_GRACE_S
from gateway.transcoder.upstream import ServerStream

_HEADERS = [
    (b"content-type", SSE_TYPE.encode()),
    # What keeps caches and proxies from holding pieces back.
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class CompletionStream:
    """A stream of one completion.

    Args:
        stream: The call.
        completion: Prints its pieces.
    """

    def __init__(self, stream: ServerStream, completion: Completion) -> None:
        self._stream = stream
        self._completion = completion
        self._next = StreamGenerateResponse()

    async def begin(self) -> None:
        """Waits for the first piece: an error before it is an ordinary answer with a status of its own.

        Raises:
            grpc.aio.AioRpcError: The call failed.
            ClientGone: The client left.
        """
        try:
            self._next = await self._read()
        except BaseException:
            self._stream.close()
            raise

    async def send(self, send: Send, request_id: str, problem: Callable[[Exception, str], Reply]) -> int:
        """Sends the answer. A piece is not read before the one before it was sent.

        Returns:
            The HTTP status that tells how it ended, which is not the one that was sent if it failed.
        """
        headers = [*_HEADERS, (b"x-request-id", request_id.encode())]
        try:
            async with asyncio.timeout_at(self._stream.deadline + READER_GRACE_S):
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                return await self._send_pieces(send, lambda error: problem(error, request_id))
        except ClientGone:
            return CLIENT_GONE
        except TimeoutError:  # the server closes the connection, because the body has no end
            return HTTP_STATUS[grpc.StatusCode.DEADLINE_EXCEEDED]
        finally:
            self._stream.close()

    async def _send_pieces(self, send: Send, problem: Callable[[Exception], Reply]) -> int:
        status, piece = 200, self._completion.first()
        try:
            while self._next.WhichOneof("event") == "text":
                piece += self._completion.text(self._next.text)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = b""
                self._next = await self._read()
            last = self._completion.last(self._next.end)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must not take it for success
            reply = problem(error)
            status, last = reply.status, failure(reply.body)
        await send({"type": "http.response.body", "body": piece + last})
        return status

    async def _read(self) -> StreamGenerateResponse:
        message = await self._stream.read()
        if message is None:
            raise EOFError("A generation ended without saying how.")
        return StreamGenerateResponse.FromString(message)
