"""One JSON object a line, whatever is logged (L-4, M-25, X-7)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from services.kit import logs
from tests.kit.probe import eventually, logged

LOG = logging.getLogger("steward.test")


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Logs of the whole process, configured as a process does; pytest's own handlers come back afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    before = root.level
    monkeypatch.setattr(root, "handlers", [])
    logs.configure("INFO", stream)
    yield stream
    root.setLevel(before)


def test_a_record_becomes_one_object_with_its_facts():
    with logged() as lines:
        LOG.info("hello %s", "world", extra={"session": "s1", "path": Path("/tmp")})
    (line,) = lines.all()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "INFO",
        "logger": "steward.test",
        "message": "hello world",
        "session": "s1",
        "path": "/tmp",
    }


def test_time_is_utc_with_milliseconds():
    record = logging.makeLogRecord({"msg": "x"})
    record.created = 1_700_000_000.0625
    assert json.loads(logs.JsonFormatter().format(record))["time"] == "2023-11-14T22:13:20.062Z"


def test_line_breaks_cannot_forge_a_line():
    with logged() as lines:
        LOG.info('x\n{"level": "ERROR"}')
    assert [line["level"] for line in lines.all()] == ["INFO"]


def test_an_exception_is_part_of_its_line():
    with logged() as lines:
        try:
            int("odd")
        except ValueError:
            LOG.exception("failed")
    (line,) = lines.all()
    assert "ValueError: invalid literal" in line["exception"]
    assert "Traceback" in line["exception"]


def test_outside_of_a_request_there_is_no_request_id():
    with logged() as lines:
        LOG.info("starting")
    assert "request_id" not in lines.all()[0]


def written(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def flush() -> None:
    for handler in logging.getLogger().handlers:
        handler.flush()


def test_a_process_logs_from_its_level_up(configured):
    LOG.debug("not this")
    LOG.warning("but this")
    flush()
    assert [line["message"] for line in written(configured)] == ["but this"]


async def test_lines_are_written_soon_without_anybody_asking(configured):
    LOG.info("soon")
    await eventually(lambda: written(configured))
    LOG.info("again")
    await eventually(lambda: len(written(configured)) == 2)


def test_an_error_is_written_at_once(configured):
    LOG.info("before")
    LOG.error("broken")
    assert [line["message"] for line in written(configured)] == ["before", "broken"]


def test_lines_of_many_threads_are_all_written_once(configured):
    def log(thread: int) -> None:
        for number in range(200):
            LOG.info("%d", thread * 200 + number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(log, range(4)))
    flush()
    assert sorted(int(line["message"]) for line in written(configured)) == list(range(800))


def test_a_closed_stream_ends_nothing(configured):
    LOG.info("lost")
    configured.close()
    flush()


def test_the_quick_way_writes_the_same_line_to_every_kind_of_handler(configured):
    with logged() as lines:
        logs.write(LOG, logging.INFO, "call", {"code": "OK", "request_id": "r1"})
    flush()
    (quick,), (record,) = written(configured), lines.all()
    assert quick.pop("time")[:13] == record.pop("time")[:13]
    assert (
        quick
        == record
        == {"level": "INFO", "logger": "steward.test", "message": "call"}
        | {
            "code": "OK",
            "request_id": "r1",
        }
    )


def test_no_two_requests_get_the_same_id():
    made = {logs.new_request_id() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(identifier) for identifier in made} == {32}
