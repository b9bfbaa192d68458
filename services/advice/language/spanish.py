"""Spanish: names, numbers and the checks of drafts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from babel.numbers import format_decimal

from services.advice.brief import Effect, Item, Label, Trend
from services.advice.language.base import Finding
from services.advice.language.checks import common_findings, split_sentences, words_of
from services.advice.language.spanish_words import AGREEING, COPULAS, LEVER_VERBS, PLURAL, SINGULAR, STRESSED, WORDS

_ABBREVIATIONS = ("aprox", "máx", "mín", "temp", "vol", "sup", "núm", "n", "p", "ej", "etc", "incl", "vs", "ud")
_SENTENCE_START = re.compile(r"(?:^|(?P<last>\S*)[.?!] +)(?P<letter>[a-záéíóúüñ])")
_DETERMINED = re.compile(r"(?:el|la|los|las|un|una|mi|su|nuestro|nuestra) ", re.IGNORECASE)
_PROPER_NAME = re.compile(r"[A-ZÁÉÍÓÚÑ][a-záéíóúüñ]+(?: \S+)*")
_ARTICLES = (("el", "la"), ("los", "las"))
_COMPARED = re.compile(r"\{(\w+)\.(?:change|percent)\} (menos|más)\b")
_NAMED = re.compile(r"\{(\w+)\.name\}")
_BEFORE_SUBJECTS = (WORDS.joints - WORDS.conjunctions) | WORDS.openers | {":", ";"}
_BEFORE_VERBS = frozenset({"se", "no", "ya", "así", "también", "además"})
_INNER = COPULAS | _BEFORE_VERBS | {"que", ","}


class Spanish:
    """Spanish of drafts and texts."""

    code = "es"
    percentage_points = "puntos porcentuales"
    letters = "A-Za-zÁÉÍÓÚÜÑáéíóúüñ ,.;:-"

    def name(self, label: Label) -> str:
        """The label with its article, unless it brings one or is a proper name such as "Bomba 7"."""
        text = label.text
        if _DETERMINED.match(text) and not text[0].isupper():
            return text
        if _PROPER_NAME.fullmatch(text):
            return text
        stressed = text.split()[0].lower() in STRESSED and not label.plural
        return f"{_ARTICLES[label.plural][label.feminine and not stressed]} {text}"

    def number(self, value: float, decimals: int) -> str:
        """The number with a decimal comma; thousands are separated from five digits on."""
        return self._decimal(value, decimals)

    def percent(self, share: float, decimals: int) -> str:
        """The share as a percentage, sign included, after a no-break space."""
        return f"{self._decimal(share * 100, decimals)}\u00a0%"

    def span(self, lower: str, upper: str) -> str:
        """A range of two numbers."""
        return f"entre {lower} y {upper}"

    def polish(self, text: str) -> str:
        """The text with contractions, "e" for "y" and "u" for "o" before their own sounds, and capitals."""
        text = re.sub(r" {2,}", " ", text).strip()
        text = re.sub(r"\b([Dd])e el(?= )", r"\1el", text)
        text = re.sub(r"\b([Aa]) el(?= )", r"\1l", text)
        text = re.sub(r"\by(?= h?[ií](?![aeoé]))", "e", text)
        text = re.sub(r"\bo(?= h?[oó])", "u", text)
        return _SENTENCE_START.sub(_capital, text)

    def findings(self, draft: str, items: Mapping[str, Item], *, sentences: bool) -> list[Finding]:
        """The rules that a draft breaks; see `Language.findings`."""
        found = common_findings(draft, items, WORDS, sentences=sentences)
        for sentence in split_sentences(draft):
            found += [*_comparisons(sentence, items), *_agreement(sentence, items), *_pronouns(sentence, items)]
        return found

    def _decimal(self, value: float, decimals: int) -> str:
        # Adding zero makes a negative zero positive.
        rounded = round(value, decimals) + 0.0
        pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
        # Babel does not know that Spanish separates thousands from five digits on.
        return format_decimal(rounded, format=pattern, locale=self.code, group_separator=abs(rounded) >= 10_000)


def _comparisons(sentence: str, items: Mapping[str, Item]) -> Iterator[Finding]:
    for alias, word in _COMPARED.findall(sentence):
        item = items.get(alias)
        wrong = Trend.UP if word == "menos" else Trend.DOWN
        if isinstance(item, Effect) and item.trend in (wrong, Trend.FLAT):
            yield Finding("direction", f"{word!r} of {alias}")


def _agreement(sentence: str, items: Mapping[str, Item]) -> Iterator[Finding]:
    """Participles, and verbs after "se" or "no", that do not agree with the name that is their subject."""
    tokens = words_of(sentence)
    for position, token in enumerate(tokens):
        match = _NAMED.fullmatch(token)
        if match is None or match[1] not in items or (position and tokens[position - 1] not in _BEFORE_SUBJECTS):
            continue
        label = items[match[1]].label
        for before, word in pairwise(tokens[position : position + 5]):
            if not _agrees(word, label, verb=before in _BEFORE_VERBS):
                yield Finding("agreement", f"{token} {word}")
            if word not in _INNER:
                break


def _agrees(word: str, label: Label, *, verb: bool) -> bool:
    if verb and word in (SINGULAR if label.plural else PLURAL):
        return False
    ending = next((end for end in ("os", "as", "o", "a") if word.endswith(end)), "")
    if not ending or word.removesuffix(ending) not in AGREEING:
        return True
    return ending == ("a" if label.feminine else "o") + ("s" if label.plural else "")


def _pronouns(sentence: str, items: Mapping[str, Item]) -> Iterator[Finding]:
    """Pronouns at the end of infinitives that stand for the one name before them and do not agree with it."""
    for match in re.finditer(r"\b(\w+r)(lo|la|los|las)\b", sentence):
        named = set(_NAMED.findall(sentence[: match.start()]))
        if match[1] not in LEVER_VERBS or len(named) != 1 or not named <= items.keys():
            continue
        label = items[named.pop()].label
        if match[2] != ("la" if label.feminine else "lo") + ("s" if label.plural else ""):
            yield Finding("agreement", match[0])


def _capital(match: re.Match[str]) -> str:
    if (match["last"] or "").lower() in _ABBREVIATIONS:
        return match[0]
    return match[0][:-1] + match["letter"].upper()


SPANISH = Spanish()
"""Turns drafts into texts."""
