"""Exits with 0 if the process in this container says that it can answer: REST by /health, the others by gRPC health."""

from __future__ import annotations

import json
import os
import sys
import urllib.request

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

_LISTEN = {
    "services.prediction": ("STEWARD_PREDICTION_LISTEN", "0.0.0.0:8001"),
    "services.advice": ("STEWARD_ADVICE_LISTEN", "0.0.0.0:8002"),
    "services.maintenance": ("STEWARD_MAINTENANCE_LISTEN", "0.0.0.0:8003"),
}
_TIMEOUT_S = 2.0


def serving(module: str) -> bool:
    """Whether the process of the module can answer."""
    if module == "gateway":
        port = os.environ.get("STEWARD_GATEWAY_PORT", "8000")
        with urllib.request.urlopen(f"http://localhost:{port}/health", timeout=_TIMEOUT_S) as response:
            return "status" in json.load(response)
    port = os.environ.get(*_LISTEN[module]).rpartition(":")[2]
    with grpc.insecure_channel(f"localhost:{port}") as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        response = stub.Check(health_pb2.HealthCheckRequest(), timeout=_TIMEOUT_S)
        return bool(response.status == health_pb2.HealthCheckResponse.SERVING)


if __name__ == "__main__":
    try:
        sys.exit(0 if serving(os.environ["STEWARD_MODULE"]) else 1)
    except (OSError, ValueError, grpc.RpcError):
        sys.exit(1)
