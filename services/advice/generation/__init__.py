"""Text from a language model: one that runs in worker processes here, or one behind an OpenAI-compatible endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.advice.generation.port import End, Generator, Message, ModelInfo, Role, StopReason, Task

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from services.advice.settings import AdviceSettings

__all__ = ["End", "Generator", "Message", "ModelInfo", "Role", "StopReason", "Task", "generator_for"]


def generator_for(settings: AdviceSettings, registry: CollectorRegistry | None = None) -> Generator:
    """The language model that the settings name; it is not started yet.

    Args:
        settings: Which model, and how many tasks at a time.
        registry: Where metrics are registered; None for a registry of its own.
    """
    # Training and the worker processes import this package, too; they need neither HTTP client nor metrics.
    from services.advice.generation.factory import make  # noqa: PLC0415

    return make(settings, registry)
