"""Starts the gateway: python -m gateway."""

from gateway.process import serve
from gateway.settings import GatewaySettings
from services.kit.process import main

if __name__ == "__main__":
    main(GatewaySettings, serve)
