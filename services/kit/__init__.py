"""What every Steward process shares: errors, settings, logs, metrics, health, the gRPC server and the contracts."""
