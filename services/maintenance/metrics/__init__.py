"""Metrics of maintenance, each defined once and computed by the database."""
