"""Logs: one JSON object a line on standard output, with the id of the request that it belongs to."""

from __future__ import annotations

import atexit
import itertools
import json
import logging
import re
import secrets
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import IO, Any

import orjson

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that the running code serves; empty outside of one."""

FLUSH_S = 0.1
"""Longest time that a line waits to be written; lines of ERROR and above do not wait."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object; what ``extra`` holds becomes fields of it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON."""
        fields = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if identifier := request_id.get():
            fields.setdefault("request_id", identifier)
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return _line(record.created, record.levelname, record.name, record.getMessage(), fields)


class JsonHandler(logging.Handler):
    """Writes records as JSON lines.

    Lines are written together every `FLUSH_S`: writing each by itself gives up the interpreter's lock, which cost more
    than a tenth of a short call.

    Args:
        stream: Where lines go to.
    """

    def __init__(self, stream: IO[str]) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self._stream = stream
        self._lines: deque[str] = deque()
        self._waiting = threading.Event()
        self._flushing = threading.Lock()
        threading.Thread(target=self._flush_forever, name="log", daemon=True).start()
        atexit.register(self.flush)

    def emit(self, record: logging.LogRecord) -> None:
        """Adds the record as a line."""
        self.add(self.format(record))
        if record.levelno >= logging.ERROR:
            self.flush()

    def add(self, line: str) -> None:
        """Adds a line."""
        self._lines.append(line)
        if not self._waiting.is_set():
            self._waiting.set()

    def flush(self) -> None:
        """Writes what is waiting."""
        with self._flushing:
            # Taken one by one, because other threads go on adding.
            lines = [self._lines.popleft() for _ in range(len(self._lines))]
            if lines and not self._stream.closed:
                self._stream.write("\n".join(lines) + "\n")
                self._stream.flush()

    def _flush_forever(self) -> None:
        while self._waiting.wait():
            time.sleep(FLUSH_S)
            self._waiting.clear()
            self.flush()


def configure(level: str, stream: IO[str] | None = None) -> None:
    """Sends every log of the process to ``stream`` (standard output if None) as JSON lines.

    Args:
        level: Name of the lowest level that is written, such as "INFO".
        stream: Where lines go to.
    """
    logging.basicConfig(level=level, handlers=[JsonHandler(stream or sys.stdout)], force=True)


def write(logger: logging.Logger, level: int, message: str, fields: Mapping[str, Any]) -> None:
    """Logs with fields, without the cost of a record where the process writes JSON lines.

    For what is logged once per call; everything else uses the logger's own methods with ``extra``.
    """
    for handler in logging.root.handlers:
        if isinstance(handler, JsonHandler):
            handler.add(_line(time.time(), logging.getLevelName(level), logger.name, message, fields))
        else:
            handler.handle(_record(logger, level, message, fields))


def _record(logger: logging.Logger, level: int, message: str, fields: Mapping[str, Any]) -> logging.LogRecord:
    return logger.makeRecord(logger.name, level, "", 0, message, (), None, extra=fields)


def new_request_id() -> str:
    """An id that no other request has: random for the process, counted within it."""
    return f"{_PROCESS}{next(_COUNTER):012x}"


def usable_request_id(sent: str) -> str:
    """The id that a caller sent if it is fit for logs and headers, otherwise a new one."""
    return sent if _REQUEST_ID.fullmatch(sent) else new_request_id()


_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_PROCESS = secrets.token_hex(10)
_COUNTER = itertools.count()


def _line(created: float, level: str, logger: str, message: str, fields: Mapping[str, Any]) -> str:
    whole = int(created)
    moment = f"{_second(whole)}.{int((created - whole) * 1000):03d}Z"
    head = {"time": moment, "level": level, "logger": logger, "message": message}
    try:
        return orjson.dumps({**head, **fields}, default=str).decode()
    except TypeError:  # text that is no Unicode, such as half a surrogate pair
        return json.dumps({**head, **fields}, default=str)


@lru_cache(maxsize=4)
def _second(whole: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))
