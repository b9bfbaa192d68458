"""The life of a process: start, serve, stop (V-31, M-27)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter

from services.kit.process import main, serve_metrics, stopped
from services.kit.settings import ProcessSettings
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture
def own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets `main` configure logs; pytest's handlers come back afterwards."""
    root = logging.getLogger()
    before = root.level
    monkeypatch.setattr(root, "handlers", [])
    yield
    root.setLevel(before)


@pytest.mark.usefixtures("own_logging")
def test_main_reads_settings_and_serves_to_the_end(monkeypatch):
    monkeypatch.setenv("STEWARD_DRAIN_GRACE_S", "3")
    seen = []

    async def serve(settings: ProcessSettings) -> None:
        seen.append(settings.drain_grace_s)

    main(ProcessSettings, serve)
    assert seen == [3]


def test_wrong_settings_end_the_process_with_one_sentence(monkeypatch, capsys):
    monkeypatch.setenv("STEWARD_LOG_LEVEL", "LOUD")
    with pytest.raises(SystemExit) as caught:
        main(ProcessSettings, lambda _: pytest.fail("must not serve"))
    assert caught.value.code == 2
    assert re.fullmatch(r"Invalid settings\. STEWARD_LOG_LEVEL: .*\.\n", capsys.readouterr().err)


@pytest.mark.usefixtures("own_logging")
def test_a_port_that_cannot_be_had_ends_the_process_with_one_sentence(capsys):
    async def serve(_: ProcessSettings) -> None:
        raise OSError("Cannot listen on 0.0.0.0:1: is another process using the port?")

    with pytest.raises(SystemExit) as caught:
        main(ProcessSettings, serve)
    assert caught.value.code == 1
    assert capsys.readouterr().err == "Cannot listen on 0.0.0.0:1: is another process using the port?\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_to_stop_is_waited_for(number):
    waiting = asyncio.create_task(stopped())
    await asyncio.sleep(0)
    os.kill(os.getpid(), number)
    await waiting
    asyncio.get_running_loop().remove_signal_handler(number)


def test_metrics_are_served_for_prometheus():
    registry = CollectorRegistry()
    Counter("steward_tests", "Tests.", registry=registry).inc()
    port = free_port()
    serve_metrics(registry, port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        assert "steward_tests_total 1.0" in response.read().decode()
    with pytest.raises(OSError, match=f"Cannot serve metrics on port {port}: is another process using it"):
        serve_metrics(registry, port)


def test_port_0_serves_no_metrics(monkeypatch):
    monkeypatch.setattr("prometheus_client.start_http_server", lambda *_, **__: pytest.fail("must not listen"))
    serve_metrics(CollectorRegistry(), 0)


def start(**environment: Any) -> subprocess.Popen[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STEWARD_")}
    return subprocess.Popen(
        [sys.executable, "-m", "services.prediction"],
        cwd=ROOT,
        env=inherited | {f"STEWARD_{name}": str(value) for name, value in environment.items()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_prediction_process_serves_until_sigterm_and_ends_well(models_dir):
    fine = {"PREDICTION_LISTEN": "127.0.0.1:0", "PREDICTION_METRICS_PORT": 0, "PREDICTION_MODELS_DIR": models_dir}
    with start(**fine) as process, contextlib.closing(process.stdout) as output:
        for line in output:
            if '"serving"' in line:
                break
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""


def test_the_prediction_process_refuses_a_misspelt_setting():
    with start(PREDICTION_LISTN="127.0.0.1:0") as process:
        assert process.wait(30) == 2
        assert process.stderr.read() == (
            "Unknown setting STEWARD_PREDICTION_LISTN; see .env.example for those that exist.\n"
        )
