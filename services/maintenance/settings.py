"""Settings of the maintenance service."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.kit.settings import ProcessSettings


class MaintenanceSettings(ProcessSettings):
    """What the maintenance service can be told."""

    model_config = SettingsConfigDict(env_prefix="STEWARD_MAINTENANCE_")

    listen: str = "0.0.0.0:8003"
    """Address of the gRPC server, host:port."""

    metrics_port: int = Field(9093, ge=0, le=65535)
    """Port of the Prometheus metrics; 0 serves none."""

    database: SecretStr = SecretStr("sqlite:///var/maintenance.db")
    """URL of the database: sqlite:///file, or postgresql+psycopg://user:password@host/database."""

    threads: int = Field(8, ge=1, le=256)
    """Calls that use the database at the same time, each with a connection of its own."""

    plan_interval_s: float = Field(60.0, gt=0, le=86400)
    """Seconds between two looks for orders that plans have made due."""

    demo: bool = True
    """Whether a new database is filled with a made-up plant; `make remove-demo` removes it."""

    queue_limit: int = Field(256, ge=0, le=100_000)
    """Calls that may wait for a connection; more are refused with OVERLOADED."""
