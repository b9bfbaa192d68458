"""A process that generates text for its parent, one task at a time.

Start as ``python -m services.advice.generation.worker <GGUF file> <context tokens>``; it speaks `wire` over standard
input and output, and ends when its input does.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from services.advice.generation import wire
from services.advice.generation.context import Stopped
from services.advice.generation.decoder import Decoder
from services.advice.generation.errors import GenerationFailed
from services.advice.generation.port import End
from services.advice.generation.schema_grammar import grammar_of
from services.kit.errors import DomainError

_NICENESS = 5
"""Parents answer their callers before workers generate on."""

_PIECE_EVERY_S = 0.01
"""Small models speak faster than anybody reads, and a piece for each token cost the parent a quarter of its CPU."""


class Channel:
    """The worker's end of the pipes.

    Args:
        source: File descriptor of what the parent says.
        target: File descriptor of what the parent hears.
    """

    def __init__(self, source: int, target: int) -> None:
        self._source = source
        self._target = target
        self._unread = b""
        self._poll = select.poll()
        self._poll.register(source, select.POLLIN)
        self._tasks: deque[dict[str, Any]] = deque()
        self._cancelled = -1
        self._gone = False

    def task(self) -> dict[str, Any] | None:
        """The next task; None if the parent is gone."""
        while not self._tasks and not self._gone:
            self._read()
        return self._tasks.popleft() if self._tasks else None

    def stopped(self, number: int) -> bool:
        """Whether the parent is gone or waits no more for that task; asked between tokens, so it never waits."""
        if not self._gone and self._poll.poll(0):
            self._read()
        return self._gone or self._cancelled == number

    def send(self, **message: Any) -> None:
        """Tells the parent."""
        data = wire.line(message)
        while data:
            data = data[os.write(self._target, data) :]

    def _read(self) -> None:
        """Waits for something to read and takes the messages that are whole by then."""
        data = os.read(self._source, 1 << 16)
        self._gone = not data
        *lines, self._unread = (self._unread + data).split(b"\n")
        for message in map(json.loads, lines):
            if "task" in message:
                self._tasks.append(message)
            else:
                self._cancelled = message["cancel"]


def serve(path: Path, context_tokens: int, channel: Channel) -> None:
    """Loads the model and generates until the parent is gone."""
    try:
        decoder = Decoder(path, context_tokens)
    except DomainError as error:
        channel.send(error=wire.error_message(error))
        return
    channel.send(model=asdict(decoder.info))
    while (message := channel.task()) is not None:
        _generate(decoder, message, channel)


def _generate(decoder: Decoder, message: dict[str, Any], channel: Channel) -> None:
    number = message["number"]
    try:
        grammar = "" if message["schema"] is None else grammar_of(message["schema"])
        stopped = _stopped(channel, number, message["seconds"])
        events = decoder.generate(wire.task_from(message["task"]), grammar, stopped)
        for event in _gathered(events, _PIECE_EVERY_S):
            if isinstance(event, End):
                channel.send(number=number, end=wire.end_message(event))
            else:
                channel.send(number=number, text=event)
    except Stopped as stop:
        channel.send(number=number, stopped=stop.tokens)
    except DomainError as error:
        channel.send(number=number, error=wire.error_message(error))
    except Exception:  # noqa: BLE001 - whatever it is, other tasks must not suffer from it
        traceback.print_exc()
        channel.send(
            number=number, error=wire.error_message(GenerationFailed("Generating the text failed; try again."))
        )


def _gathered(events: Iterable[str | End], every_s: float) -> Iterator[str | End]:
    """The same events with pieces put together; the first is passed on at once."""
    said, last = "", 0.0
    for event in events:
        if isinstance(event, str):
            said += event
        now = time.monotonic()
        if said and (now >= last + every_s or isinstance(event, End)):
            yield said
            said, last = "", now
        if isinstance(event, End):
            yield event


def _stopped(channel: Channel, number: int, seconds: float | None) -> Callable[[], bool]:
    if seconds is None:
        return lambda: channel.stopped(number)
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until or channel.stopped(number)


def main() -> None:
    """Serves over standard input and output."""
    # The parent says when to end; a terminal's Ctrl-C or a container's stop reaches it, too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    os.nice(_NICENESS)
    target = os.dup(1)
    os.dup2(2, 1)  # whatever libraries print must not come between the messages
    with suppress(BrokenPipeError):
        serve(Path(sys.argv[1]), int(sys.argv[2]), Channel(0, target))


if __name__ == "__main__":
    main()
