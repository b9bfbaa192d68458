"""Phrases with choices in them, from which the corpus is made.

A phrase is text with

    [a|b|]              one of the alternatives, which may be empty and nest;
    <rule>              a phrase of the rule of that name;
    {E.change}          a reference: E stands for an item that is bound when the phrase is used;
    {E:falls|fall}      the form for a singular or a plural name of E;
    {E~bajo|baja|bajos|bajas}  the form for its gender and number: ms, fs, mp, fp.

Alternatives are equally likely. Spaces that meet where an alternative is empty become one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from services.advice.brief import Item

Bindings = Mapping[str, Item]
"""Items by the capital letters that stand for them in phrases."""
Rules = Mapping[str, Sequence[str]]
"""Phrases by the name of their rule."""

_TOKEN = re.compile(
    r"<(?P<rule>\w+)>|\{(?P<item>[A-Z]\d?)(?:\.(?P<form>[a-z]+)|(?P<kind>[:~])(?P<variants>[^{}]*))\}|(?P<mark>[\[\]|])"
)


class PhraseError(ValueError):
    """A phrase is not well-formed, or names what is not there."""


@dataclass(frozen=True, slots=True)
class _Rule:
    name: str


@dataclass(frozen=True, slots=True)
class _Reference:
    item: str
    form: str


@dataclass(frozen=True, slots=True)
class _Agreement:
    item: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    alternatives: tuple[tuple[_Node, ...], ...]


_Node = str | _Rule | _Reference | _Agreement | _Choice


class Phrases:
    """The phrases of a language.

    Args:
        rules: Phrases by the name of their rule.

    Raises:
        PhraseError: A phrase is not well-formed or uses a rule that is not there.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = {name: [_parse(phrase) for phrase in phrases] for name, phrases in rules.items()}
        for name, phrases in rules.items():
            for phrase in phrases:
                for used in _rules_in(phrase):
                    if used not in self._rules:
                        raise PhraseError(f"<{name}> uses <{used}>, which is not there.")

    def say(self, rng: random.Random, rule: str, bindings: Bindings) -> str:
        """A draft from the rule.

        Raises:
            KeyError: There is no such rule, or it uses an item that is not bound.
            PhraseError: It refers to an item in a form that the item does not have.
        """
        text = self._expand(rng, rng.choice(self._rules[rule]), bindings)
        return re.sub(r" +([,.;:!?])", r"\1", re.sub(r" {2,}", " ", text)).strip()

    def _expand(self, rng: random.Random, nodes: Sequence[_Node], bindings: Bindings) -> str:
        return "".join(self._one(rng, node, bindings) for node in nodes)

    def _one(self, rng: random.Random, node: _Node, bindings: Bindings) -> str:
        if isinstance(node, str):
            return node
        if isinstance(node, _Choice):
            return self._expand(rng, rng.choice(node.alternatives), bindings)
        if isinstance(node, _Rule):
            return self._expand(rng, rng.choice(self._rules[node.name]), bindings)
        item = bindings[node.item]
        if isinstance(node, _Reference):
            if node.form not in item.forms:
                raise PhraseError(f"{node.item} is {item.alias} here, which has no form {node.form!r}.")
            return f"{{{item.alias}.{node.form}}}"
        if len(node.variants) == 2:
            return node.variants[item.label.plural]
        return node.variants[2 * item.label.plural + item.label.feminine]


@cache
def _parse(phrase: str) -> tuple[_Node, ...]:
    stack: list[list[list[_Node]]] = [[[]]]
    position = 0
    for match in _TOKEN.finditer(phrase):
        _text(stack, phrase[position : match.start()], phrase)
        position = match.end()
        mark = match["mark"]
        if mark == "[":
            stack.append([[]])
        elif mark == "|" and len(stack) > 1:
            stack[-1].append([])
        elif mark == "]" and len(stack) > 1:
            choice = _Choice(tuple(tuple(alternative) for alternative in stack.pop()))
            stack[-1][-1].append(choice)
        elif mark:
            raise PhraseError(f"A {mark} without [ in {phrase!r}.")
        else:
            stack[-1][-1].append(_node(match, phrase))
    _text(stack, phrase[position:], phrase)
    if len(stack) > 1:
        raise PhraseError(f"A [ without ] in {phrase!r}.")
    return tuple(stack[0][0])


def _text(stack: list[list[list[_Node]]], text: str, phrase: str) -> None:
    if re.search(r"[{}<>\d]", text):
        raise PhraseError(f"{text!r} in {phrase!r} has a digit, or a mark that is no reference or rule.")
    if text:
        stack[-1][-1].append(text)


def _node(match: re.Match[str], phrase: str) -> _Node:
    if match["rule"]:
        return _Rule(match["rule"])
    if match["form"]:
        return _Reference(match["item"], match["form"])
    variants = tuple(match["variants"].split("|"))
    if len(variants) != (2 if match["kind"] == ":" else 4):
        raise PhraseError(f"{match[0]} in {phrase!r} has {len(variants)} variants.")
    return _Agreement(match["item"], variants)


@cache
def _rules_in(phrase: str) -> frozenset[str]:
    return frozenset(_rules_of(_parse(phrase)))


def _rules_of(nodes: Sequence[_Node]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        if isinstance(node, _Rule):
            found.append(node.name)
        elif isinstance(node, _Choice):
            for alternative in node.alternatives:
                found += _rules_of(alternative)
    return found
