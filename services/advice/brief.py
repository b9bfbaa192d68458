"""What an advice is about, as the advice service sees it: items that texts may refer to, and in which forms.

A text that the language model writes is a *draft*: words and references such as ``{e1.change}``, never a numeral. A
reference is the alias of an item, a dot and a form. `rendering.py` puts names and values in their places.

Aliases are counted per scope: facts of the brief are f1, f2 …, its subject is s; within one option changes are c1 …,
effects e1 … and further facts g1 …. Headline and summary may refer to the brief's facts and the first option's items.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

REFERENCE = re.compile(r"\{([a-z]+\d*)\.([a-z]+)\}")
"""A reference in a draft: the alias of an item and a form."""


class Form(StrEnum):
    """How a draft may refer to an item."""

    NAME = "name"
    """What it is called, with the definite article: "the heating load", "la carga de calefacción"."""
    VALUE = "value"
    """A fact's value with its unit."""
    BEFORE = "before"
    """The value before a change, or without an option, with its unit."""
    AFTER = "after"
    """The value after a change, or with an option, with its unit."""
    CHANGE = "change"
    """By how much an effect falls or rises, without sign, with its unit."""
    PERCENT = "percent"
    """By which share of the value before an effect falls or rises, without sign."""
    RANGE = "range"
    """The verified range of that: "between 4.1 and 6.3 kWh/m²", "entre 4,1 y 6,3 kWh/m²"."""


class Audience(StrEnum):
    """Whom the advice speaks to."""

    OWNER = "owner"
    OPERATOR = "operator"
    EXPERT = "expert"


class Length(StrEnum):
    """How much is said."""

    BRIEF = "brief"
    USUAL = "usual"
    DETAILED = "detailed"


OPTION_LIMITS: Mapping[Length, int] = {Length.BRIEF: 1, Length.USUAL: 3, Length.DETAILED: 5}
"""Most options that are recommended."""
REASON_LIMITS: Mapping[Length, int] = {Length.BRIEF: 0, Length.USUAL: 1, Length.DETAILED: 2}
"""Most reasons for each."""


class Motion(StrEnum):
    """What a change does to its lever."""

    UP = "up"
    DOWN = "down"
    SWITCH = "switch"
    """From one named value to another."""
    REWORK = "rework"
    """More than one value changes: there is no before and after."""


class Trend(StrEnum):
    """Where an effect goes."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"


class Size(StrEnum):
    """How large an effect is against the value before."""

    SLIGHT = "slight"
    """Below 5 %."""
    MODERATE = "moderate"
    """5 to 20 %."""
    STRONG = "strong"
    """20 % or more."""


class Caveat(StrEnum):
    """What must be said with caution; see the contract."""

    OUTSIDE = "outside"
    EDGE = "edge"
    WIDE = "wide"
    UNMEASURED = "unmeasured"
    COSTS = "costs"
    ADDITIVE = "additive"
    UNKNOWN = "unknown"


FLAT_SHARE = 5e-4
"""What moves by no more than this share of the value before does not move."""


@dataclass(frozen=True, slots=True)
class Label:
    """What something is called."""

    text: str
    """Noun phrase in lower case, without article."""
    feminine: bool = False
    plural: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A number with its unit, or a name."""

    number: float | None = None
    text: str = ""
    unit: str = ""
    """UCUM or ISO 4217 code; empty if the value has none."""


@dataclass(frozen=True, slots=True)
class Fact:
    """How something is."""

    alias: str
    id: str
    label: Label
    value: Value

    @property
    def forms(self) -> tuple[Form, ...]:
        """How a draft may refer to it."""
        return (Form.NAME, Form.VALUE)


@dataclass(frozen=True, slots=True)
class Change:
    """Something that an option changes."""

    alias: str
    id: str
    label: Label
    motion: Motion
    before: Value | None = None
    after: Value | None = None

    @property
    def forms(self) -> tuple[Form, ...]:
        """How a draft may refer to it."""
        return (Form.NAME,) if self.before is None else (Form.NAME, Form.BEFORE, Form.AFTER)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an option does to something."""

    alias: str
    id: str
    label: Label
    before: float
    after: float
    unit: str
    good: bool
    """Whether it goes where it should; a flat one does not."""
    bounds: tuple[float, float] | None = None
    """Lower and upper end of the verified range of the change, after minus before."""

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def share(self) -> float | None:
        """Size of the change against the value before; None if that is 0."""
        return abs(self.change / self.before) if self.before else None

    @property
    def trend(self) -> Trend:
        """Where it goes."""
        if abs(self.change) <= FLAT_SHARE * abs(self.before):
            return Trend.FLAT
        return Trend.UP if self.change > 0 else Trend.DOWN

    @property
    def size(self) -> Size:
        """How large it is; strong where there was nothing before."""
        if self.share is None:
            return Size.STRONG
        return Size.SLIGHT if self.share < 0.05 else Size.MODERATE if self.share < 0.2 else Size.STRONG

    @property
    def one_sided(self) -> bool:
        """Whether the verified range does not include zero, so that it can be told as a range of a fall or a rise."""
        return self.bounds is not None and (self.bounds[0] > 0 or self.bounds[1] < 0)

    @property
    def forms(self) -> tuple[Form, ...]:
        """How a draft may refer to it."""
        if self.trend is Trend.FLAT:
            return (Form.NAME, Form.BEFORE)
        share = (Form.PERCENT,) if self.share is not None else ()
        bounds = (Form.RANGE,) if self.one_sided else ()
        return (Form.NAME, Form.BEFORE, Form.AFTER, Form.CHANGE, *share, *bounds)


@dataclass(frozen=True, slots=True)
class Subject:
    """What the advice is about; it can only be named."""

    label: Label
    alias: str = "s"
    id: str = ""

    @property
    def forms(self) -> tuple[Form, ...]:
        """How a draft may refer to it."""
        return (Form.NAME,)


Item = Subject | Fact | Change | Effect
_ItemT = TypeVar("_ItemT", Subject, Fact, Change, Effect)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be done."""

    alias: str
    """o1, o2 …, in the order of effect."""
    id: str
    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]
    """The one that counts most first."""
    facts: tuple[Fact, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything of it that texts can refer to."""
        return (*self.changes, *self.effects, *self.facts)

    @property
    def grounds(self) -> tuple[Effect | Fact, ...]:
        """What reasons can rest on."""
        return (*self.effects, *self.facts)


@dataclass(frozen=True, slots=True)
class Brief:
    """What an advice is about."""

    language: str
    audience: Audience
    length: Length
    subject: Subject
    facts: tuple[Fact, ...]
    options: tuple[Option, ...] = ()
    """Those that are recommended, the most effective first."""
    caveats: tuple[Caveat, ...] = ()
    scopes: Mapping[str, Mapping[str, Item]] = field(init=False, compare=False, hash=False)
    """Items by alias: for headline and summary under "", for an option's texts under its alias."""

    def __post_init__(self) -> None:
        common: dict[str, Item] = {self.subject.alias: self.subject, **{fact.alias: fact for fact in self.facts}}
        own = {option.alias: {item.alias: item for item in option.items} for option in self.options}
        first = own[self.options[0].alias] if self.options else {}
        scopes: dict[str, Mapping[str, Item]] = {"": {**common, **first}}
        for alias, items in own.items():
            scopes[alias] = {self.subject.alias: self.subject, **items}
        object.__setattr__(self, "scopes", scopes)

    @property
    def starting_point(self) -> Fact | None:
        """The fact of the same name as what the first option is for, which tells how that is before."""
        if not self.options:
            return None
        main = self.options[0].effects[0]
        return next((fact for fact in self.facts if fact.label == main.label), None)

    @property
    def reason_count(self) -> int:
        """Number of reasons for each recommendation; fewer where an option has fewer grounds."""
        return REASON_LIMITS[self.length]

    def reasons_for(self, option: Option) -> int:
        """Number of reasons for recommending the option, each with a ground of its own."""
        return min(self.reason_count, len(option.grounds))


def with_aliases(brief: Brief, alias: Callable[[Item], str]) -> Brief:
    """The brief with other aliases of its items; options keep theirs."""

    def renamed(items: tuple[_ItemT, ...]) -> tuple[_ItemT, ...]:
        return tuple(replace(item, alias=alias(item)) for item in items)

    options = (
        replace(
            option,
            changes=renamed(option.changes),
            effects=renamed(option.effects),
            facts=renamed(option.facts),
        )
        for option in brief.options
    )
    (subject,) = renamed((brief.subject,))
    return replace(brief, subject=subject, facts=renamed(brief.facts), options=tuple(options))
