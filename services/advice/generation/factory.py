"""The language model that the settings name."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry

from services.advice.generation.endpoint import Endpoint
from services.advice.generation.pool import Pool
from services.advice.generation.port import Generator
from services.advice.settings import AdviceSettings
from services.kit.metrics import WorkerMetrics

SHIPPED_MODEL = Path(__file__).parents[1] / "models" / "advice-slm" / "1.0.0" / "model.gguf"
"""The model that comes with Steward."""

_CALLS = 10


def model_file(model: str) -> Path:
    """The file that the setting of the model names, if that is no endpoint."""
    return Path(model).expanduser() if model else SHIPPED_MODEL


def make(settings: AdviceSettings, registry: CollectorRegistry | None = None) -> Generator:
    """See `generator_for`."""
    metrics = WorkerMetrics(registry or CollectorRegistry())
    if settings.model.startswith(("http://", "https://")):
        key = settings.model_key.get_secret_value()
        calls = settings.workers or _CALLS
        return Endpoint(settings.model, settings.model_name, key, calls, settings.queue_limit, metrics)
    workers = settings.workers or len(os.sched_getaffinity(0))
    return Pool(model_file(settings.model), workers, settings.queue_limit, settings.context_tokens, metrics)
