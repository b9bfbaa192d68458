"""What a language's phrasebook must be able to word."""

from __future__ import annotations

import random
from typing import Protocol

from services.advice.brief import Brief, Caveat, Effect, Fact, Option


class Phrasebook(Protocol):
    """Words drafts for briefs; it uses of a brief only what the model is told (see `prompt.py`)."""

    def headline(self, rng: random.Random, brief: Brief) -> str:
        """One line without a full stop: what matters most."""

    def summary(self, rng: random.Random, brief: Brief) -> str:
        """How things are and what can be done: one sentence if brief, two or three, three or four if detailed."""

    def recommendation(self, rng: random.Random, brief: Brief, option: Option) -> str:
        """What to do and what it brings: one or two sentences."""

    def reason(self, rng: random.Random, brief: Brief, option: Option, ground: Effect | Fact) -> str:
        """Why the option is worth it, resting on one of its grounds: one sentence that refers to that alone."""

    def caution(self, rng: random.Random, brief: Brief, caveat: Caveat) -> str:
        """What to be cautious about: one sentence."""
