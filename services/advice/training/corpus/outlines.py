"""Outlines: drafts that say of each item what the prompt says, in the prompt's own words.

Nearly every word of a sentence follows from the words before it; only here and there one must be looked up in the
prompt. In an outline nearly all of them must, so a model that also writes outlines learns much sooner to look at the
option, the item and the trait that it is writing about.
"""

from __future__ import annotations

import random

from services.advice.brief import Brief, Caveat, Effect, Fact, Option
from services.advice.prompt import compact_prompt

_MOST = 4
"""Items that a text tells of at most."""


class Outlines:
    """A phrasebook without phrases."""

    def headline(self, rng: random.Random, brief: Brief) -> str:
        """An item that headlines may refer to."""
        return _some(rng, _traits(brief, ""), 1)

    def summary(self, rng: random.Random, brief: Brief) -> str:
        """Items that summaries may refer to."""
        return _some(rng, _traits(brief, ""), _MOST)

    def recommendation(self, rng: random.Random, brief: Brief, option: Option) -> str:
        """Items of the option."""
        return _some(rng, _traits(brief, option.alias), _MOST)

    def reason(self, rng: random.Random, brief: Brief, option: Option, ground: Effect | Fact) -> str:
        """The ground."""
        return f"{{{ground.alias}.name}} {_traits(brief, option.alias)[ground.alias]}"

    def caution(self, rng: random.Random, brief: Brief, caveat: Caveat) -> str:
        """The caveat."""
        return caveat.value


def outline_prompt(brief: Brief) -> str:
    """The prompt of an advice with another first word."""
    return compact_prompt(brief).replace("advice", "outline", 1)


def _some(rng: random.Random, traits: dict[str, str], most: int) -> str:
    aliases = rng.sample(sorted(traits), k=rng.randint(1, min(most, len(traits))))
    return ", ".join(f"{{{alias}.name}} {traits[alias]}" for alias in aliases)


def _traits(brief: Brief, scope: str) -> dict[str, str]:
    """What the prompt says of the items of a scope, by alias; without scope, of what it says before and of option 1."""
    sections: dict[str, dict[str, str]] = {"": {}}
    section = ""
    for line in compact_prompt(brief).splitlines()[1:]:
        alias, _, rest = line.partition(" ")
        if not rest:
            section = alias
        elif alias != "!":
            sections.setdefault(section, {})[alias] = rest
    return sections[scope] if scope else sections[""] | sections.get("o1", {})
