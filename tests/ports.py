"""Free ports, and the settings that put a stack on them."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def free_port() -> int:
    """A port that was free a moment ago, for servers that cannot tell which one they got."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stack_environment(
    http: int, fan_outs: int, prediction: int, advice: int, maintenance: int, folder: Path
) -> dict[str, str]:
    """This process's environment with the stack's servers on loopback ports, without metrics, its data in a folder."""
    return {
        **os.environ,
        "STEWARD_GATEWAY_HOST": "127.0.0.1",
        "STEWARD_GATEWAY_PORT": str(http),
        "STEWARD_GATEWAY_GRPC_LISTEN": f"127.0.0.1:{fan_outs}",
        "STEWARD_GATEWAY_PREDICTION_TARGET": f"127.0.0.1:{prediction}",
        "STEWARD_GATEWAY_ADVICE_TARGET": f"127.0.0.1:{advice}",
        "STEWARD_GATEWAY_METRICS_PORT": "0",
        "STEWARD_PREDICTION_LISTEN": f"127.0.0.1:{prediction}",
        "STEWARD_PREDICTION_METRICS_PORT": "0",
        "STEWARD_ADVICE_LISTEN": f"127.0.0.1:{advice}",
        "STEWARD_ADVICE_METRICS_PORT": "0",
        "STEWARD_GATEWAY_MAINTENANCE_TARGET": f"127.0.0.1:{maintenance}",
        "STEWARD_MAINTENANCE_LISTEN": f"127.0.0.1:{maintenance}",
        "STEWARD_MAINTENANCE_METRICS_PORT": "0",
        "STEWARD_MAINTENANCE_DATABASE": f"sqlite:///{folder / 'maintenance.db'}",
        "STEWARD_MAINTENANCE_DEMO": "false",
    }
