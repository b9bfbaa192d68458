"""Channels to Steward for the generated stubs."""

from steward_client._channel import DEFAULT_DEADLINE_S, connect, connect_aio
from steward_client._errors import StewardError, Violation

__all__ = ["DEFAULT_DEADLINE_S", "StewardError", "Violation", "connect", "connect_aio"]
