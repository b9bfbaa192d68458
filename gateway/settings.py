"""Settings of the gateway."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.kit.settings import ProcessSettings


class GatewaySettings(ProcessSettings):
    """What the gateway can be told."""

    model_config = SettingsConfigDict(env_prefix="STEWARD_GATEWAY_")

    host: str = "0.0.0.0"
    """Address that REST is served on."""

    port: int = Field(8000, ge=0, le=65535)
    """Port that REST is served on."""

    grpc_listen: str = "0.0.0.0:8004"
    """Address of the fan-outs' gRPC server, host:port."""

    metrics_port: int = Field(9090, ge=0, le=65535)
    """Port of the Prometheus metrics; 0 serves none."""

    prediction_target: str = "localhost:8001"
    """gRPC target of the prediction service."""

    advice_target: str = "localhost:8002"
    """gRPC target of the advice service."""

    maintenance_target: str = "localhost:8003"
    """gRPC target of the maintenance service."""

    max_deadline_s: float = Field(60.0, gt=0, le=3600)
    """Longest deadline in seconds that a caller may set."""

    max_body_bytes: int = Field(8 * 1024 * 1024, ge=1024)
    """Largest request body that is taken, in bytes; 20,000 buildings are about 5 MB."""

    cors_origins: str = ""
    """Origins that pages may call from, separated by commas; empty for none."""

    docs: bool = True
    """Whether /docs, /redoc and /openapi.json are served."""
