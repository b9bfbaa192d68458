"""Starts the maintenance service: python -m services.maintenance."""

from services.kit.process import main
from services.maintenance.app import serve
from services.maintenance.settings import MaintenanceSettings

if __name__ == "__main__":
    main(MaintenanceSettings, serve)
