"""Which generator settings make."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from services.advice.generation import generator_for
from services.advice.generation.endpoint import Endpoint
from services.advice.generation.factory import SHIPPED_MODEL
from services.advice.generation.pool import Pool
from services.advice.settings import AdviceSettings


def test_without_a_setting_the_shipped_model_is_used() -> None:
    pool = generator_for(AdviceSettings())

    assert isinstance(pool, Pool)
    assert pool._path == SHIPPED_MODEL
    assert SHIPPED_MODEL.parts[-5:] == ("advice", "models", "advice-slm", "1.0.0", "model.gguf")
    assert pool._size == len(os.sched_getaffinity(0))


def test_a_path_is_a_model_file_whose_home_may_be_abbreviated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")

    pool = generator_for(AdviceSettings(model="~/qwen.gguf", workers=3))

    assert isinstance(pool, Pool)
    assert (pool._path, pool._size) == (Path("/home/somebody/qwen.gguf"), 3)


@pytest.mark.parametrize("url", ["http://localhost:11434/v1", "https://api.example.com/v1/"])
def test_a_url_is_an_endpoint(url: str) -> None:
    endpoint = generator_for(AdviceSettings(model=url, model_name="some", model_key="secret"))

    assert isinstance(endpoint, Endpoint)
    assert endpoint.info.name == "some"
    assert endpoint.ready()


def test_queue_length_is_a_metric_of_the_registry() -> None:
    registry = CollectorRegistry()

    generator_for(AdviceSettings(), registry)

    assert registry.get_sample_value("steward_workers_queue_length") == 0
