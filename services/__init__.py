"""Steward's services, one package per process, and the kit that they share."""
