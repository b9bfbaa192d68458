"""Settings of the advice service."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.kit.settings import ProcessSettings


class AdviceSettings(ProcessSettings):
    """What the advice service can be told."""

    model_config = SettingsConfigDict(env_prefix="STEWARD_ADVICE_")

    listen: str = "0.0.0.0:8002"
    """Address of the gRPC server, host:port."""

    metrics_port: int = Field(9092, ge=0, le=65535)
    """Port of the Prometheus metrics; 0 serves none."""

    model: str = ""
    """Language model: path of a GGUF file or URL of an OpenAI-compatible endpoint; empty for the one that ships."""

    model_name: str = ""
    """Name of the model to ask an endpoint for; empty for the first that it lists. Not used with a file."""

    model_key: SecretStr = SecretStr("")
    """Key for the endpoint, sent as a bearer token. Not used with a file."""

    workers: int = Field(0, ge=0, le=256)
    """Processes that generate text, 0 for one per core; with an endpoint calls at the same time, 0 for 10."""

    context_tokens: int = Field(4096, ge=512, le=131072)
    """Most tokens of prompt and text together, if the model can take as many."""

    queue_limit: int = Field(64, ge=0, le=100_000)
    """Generations that may wait for a worker; more are refused with OVERLOADED."""

    cache_size: int = Field(1000, ge=0, le=1_000_000)
    """Advice that is kept for when it is asked for again with the same seed; 0 for none."""

    cache_ttl_s: float = Field(3600.0, gt=0, le=30 * 86400)
    """Seconds for which it is kept."""
