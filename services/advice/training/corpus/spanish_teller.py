"""Expands Spanish rules by what is known of the items that they are bound to.

Phrases may have markers besides what `phrases.py` knows: (E cae) is a phrase of the rule "cae" for what E is bound to,
(O hacer) one for what the option changes. A rule's key is its name and the tags that it needs; phrases of every rule of
that name whose tags are met are equally likely, but for those that were written for the audience at hand: they are
likelier.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.advice.brief import Audience, Brief, Change, Effect, Fact, Item, Option, Trend
from services.advice.training.corpus.phrases import PhraseError, Phrases

_MARKER = re.compile(r"\(([A-Z]) (\w+)\)")
_WORD = re.compile(r"\{[^{}]*\}|[^\W\d_]+")
_ATTEMPTS = 300
_AUDIENCES = frozenset(Audience)
_EMPHASIS = 3
"""How much likelier a phrase is that was written for the audience at hand."""
_LETTERS = "ABCK"
"""What several changes are bound to."""
_COUNTS = ("pair", "many", "crowd")
# Words that a text may use twice without anyone noticing.
_COMMON = frozenset(
    {"para", "como", "pero", "desde", "hasta", "entre", "sobre", "este", "esta", "esto", "estos", "estas", "cada"}
    | {"donde", "otra", "otras", "otro", "otros", "cuando", "aunque", "porque", "lugar", "ello", "también"}
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a text is about."""

    context: frozenset[str]
    """Tags of the brief, which hold for every item."""
    own: frozenset[str] = frozenset()
    """Tags of what the rule at hand is bound to."""
    items: Mapping[str, Item] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

    def about(self, item: Item) -> Scope:
        """The scope of rules that are bound to an item alone."""
        return Scope(self.context, tags_of(item), {_letter(item): item})


class Teller:
    """Draws texts from rules.

    Args:
        rules: Phrases by the key of their rule.
    """

    def __init__(self, rules: Mapping[str, Sequence[str]]) -> None:
        self._phrases = Phrases(rules)
        self._keys: dict[str, list[tuple[str, frozenset[str], int]]] = defaultdict(list)
        for key, phrases in rules.items():
            name, *tags = key.split()
            self._keys[name].append((key, frozenset(tags), len(phrases)))

    def expand(self, rng: random.Random, rule: str, scope: Scope) -> str:
        """A text of the rule.

        Raises:
            PhraseError: No rule of that name fits, or its phrase needs a form that an item does not have.
        """
        tags = scope.context | scope.own
        fitting = [
            (key, count * (_EMPHASIS if needed & _AUDIENCES else 1))
            for key, needed, count in self._keys[rule]
            if needed <= tags
        ]
        if not fitting:
            raise PhraseError(f"No rule {rule!r} for {sorted(tags)}.")
        key = rng.choices([key for key, _ in fitting], [count for _, count in fitting])[0]
        text = self._phrases.say(rng, key, scope.items)
        return _MARKER.sub(lambda match: self.expand(rng, match[2], _narrow(scope, match[1])), text)


def drawn(compose: Callable[[], str], fits: Callable[[str], bool] = bool) -> str:
    """A text that fits and that a careful writer would leave so: nothing is named and no telling word used twice.

    Phrases that need a form which an item does not have are drawn again as well.

    Raises:
        PhraseError: No draw gave such a text.
    """
    problem = PhraseError("Every phrase repeats itself.")
    for _ in range(_ATTEMPTS):
        try:
            text = compose()
        except PhraseError as error:
            problem = error
            continue
        if fits(text) and not _clumsy(text):
            return text
    raise problem


def tags_of(item: Item) -> frozenset[str]:
    """What is known of an item and matters for the choice of words."""
    if isinstance(item, Effect):
        if item.trend is Trend.FLAT:
            return frozenset({"effect", "flat"})
        bounds = {"range"} if item.one_sided else set()
        return frozenset({"effect", item.trend.value, item.size.value, "good" if item.good else "bad", *bounds})
    if isinstance(item, Change):
        return frozenset({"single", item.motion.value})
    if isinstance(item, Fact):
        return frozenset({"fact", "text" if item.value.number is None else "num"})
    return frozenset()


def _letter(item: Item) -> str:
    """What rules about one item of its kind call it."""
    return {Effect: "E", Change: "C", Fact: "F"}.get(type(item), "S")


def scope_of(brief: Brief, own: Iterable[str] = (), **items: Item) -> Scope:
    """A scope within the brief."""
    several = {"several"} if len(brief.options) > 1 else set()
    return Scope(frozenset({brief.audience.value, *several}), frozenset(own), items)


def option_scope(brief: Brief, option: Option, own: Iterable[str] = (), **items: Item) -> Scope:
    """The scope of an option, with its first effect as E and what it changes."""
    place = brief.options.index(option)
    places = {"first"} if place == 0 else {"later", "last"} if place == len(brief.options) - 1 else {"later"}
    changes, motions = _changed(option.changes)
    effect = option.effects[0]
    tags = (motions & {"single", *_COUNTS}) | tags_of(effect) | places | frozenset(own)
    return Scope(scope_of(brief).context, tags, {**items, **changes, "E": effect}, option.changes)


def _narrow(scope: Scope, letter: str) -> Scope:
    """The scope of a marker."""
    if letter != "O":
        return scope.about(scope.items[letter])
    items, own = _changed(scope.changes)
    return Scope(scope.context, own, items, scope.changes)


def _changed(changes: Sequence[Change]) -> tuple[dict[str, Item], frozenset[str]]:
    """The changes by letter, and their tags."""
    if len(changes) == 1:
        return {"C": changes[0]}, tags_of(changes[0])
    motions = {change.motion.value for change in changes}
    alike = {f"all{motion}" for motion in motions} if len(motions) == 1 else set()
    return dict(zip(_LETTERS, changes, strict=False)), frozenset({_COUNTS[min(len(changes), 4) - 2], *alike})


def _clumsy(text: str) -> bool:
    words = [word if word[0] == "{" else _stem(word.lower()) for word in _WORD.findall(text)]
    return any(count > 1 for count in Counter(filter(None, words)).values())


def _stem(word: str) -> str:
    """What forms of a word share; nothing for words that may be repeated."""
    if len(word) < 4 or word in _COMMON:
        return ""
    return word[:3] if word[:3] in ("baj", "sub") else word[:4]
