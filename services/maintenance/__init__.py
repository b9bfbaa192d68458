"""The maintenance service: sites, assets, work orders, telemetry."""
