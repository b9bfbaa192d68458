"""Settings of the prediction service."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.kit.settings import ProcessSettings

SHIPPED_MODELS = Path(__file__).parent / "models"
"""The models that ship with Steward."""


class PredictionSettings(ProcessSettings):
    """What the prediction service can be told."""

    model_config = SettingsConfigDict(env_prefix="STEWARD_PREDICTION_")

    listen: str = "0.0.0.0:8001"
    """Address of the gRPC server, host:port."""

    metrics_port: int = Field(9091, ge=0, le=65535)
    """Port of the Prometheus metrics; 0 serves none."""

    models_dir: Path | None = None
    """Folder of the models: <model>/<version>/model.onnx and card.json. Unset: the models that ship with Steward."""

    models_loaded: int = Field(10, ge=1, le=1000)
    """Number of model versions that are kept in memory."""

    cache_size: int = Field(4096, ge=0, le=10_000_000)
    """Answers of single predictions that are kept for when they are asked for again, 300 bytes each; 0 for none."""

    threads: int = Field(2, ge=1, le=64)
    """Threads for work that takes longer than a moment: batches and searches."""

    queue_limit: int = Field(64, ge=1, le=100_000)
    """Batches and searches that may wait for a thread; more are refused with OVERLOADED."""
