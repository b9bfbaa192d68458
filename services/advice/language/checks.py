"""Checks of drafts that every language shares, driven by its word lists.

They run on the draft with its references still in it, whichever model wrote it. A check that is not sure stays silent:
a right text that is refused costs an attempt, and phrases of the training corpus must pass all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from services.advice.brief import REFERENCE, Change, Effect, Form, Item, Motion, Size, Trend
from services.advice.language.base import Finding

_SENTENCE = re.compile(r"(?:\{[^{}]*\}|[^.!?])+[.!?]*")
_OPEN_MARKS = frozenset(",;:-\u2013")
_WORD = re.compile(r"\{[^{}]*\}|[^\W_]+(?:['-][^\W_]+)*|[,;:.!?\u2013-]")


@dataclass(frozen=True, slots=True)
class WordLists:
    """A language's words, in lower case; an entry may be several words."""

    numerals: frozenset[str]
    """Number words, fractions, words for per cent."""
    foreign: frozenset[str]
    """Words of other languages that this one does not have."""
    articles: frozenset[str]
    """Articles and possessives, which a name brings itself."""
    unfinished: frozenset[str]
    """Words that no text ends with, such as "and"."""
    falling: frozenset[str]
    """Words for going down or being brought down."""
    rising: frozenset[str]
    """Words for going up or being brought up."""
    degrees: Mapping[Size, frozenset[str]]
    """Words for how large an effect is."""
    transitive: frozenset[str]
    """Words of direction that tell of what follows them: "cuts {e1.name}"; the others tell of either side."""
    intransitive: frozenset[str]
    """Words of direction that tell of what comes before them: "{e1.name} falls"."""
    negations: frozenset[str]
    """Words that undo a word of direction or degree later in their clause."""
    idioms: frozenset[str]
    """Phrases that look like direction or degree and are not: "add up"."""
    joints: frozenset[str]
    """Words that begin a clause: "and", "while", "which"."""
    openers: frozenset[str]
    """Words other than joints after which a name is the subject of what follows: "today", "then"."""
    conjunctions: frozenset[str]
    """Joints that can also join two names: "and", "or"."""
    relatives: frozenset[str]
    """Joints that stand for the name before them: "which"."""
    singular: frozenset[str]
    """Verb forms that no plural subject has."""
    plural: frozenset[str]
    """Verb forms that no singular subject has."""
    pointers: frozenset[str] = frozenset()
    """Words after which a name alone is what a relative tells of: "against"."""
    adverse: frozenset[str] = frozenset()
    """Words that call an effect bad: "drawback"."""
    favourable: frozenset[str] = frozenset()
    """Words that call an effect good: "speaks for"."""
    pronouns: frozenset[str] = frozenset()
    """Words that stand for something that an earlier clause names, which may be any of it: "it"."""


def entries(text: str) -> frozenset[str]:
    """The entries of a word list; an underscore stands for a space within one."""
    return frozenset(entry.replace("_", " ") for entry in text.split())


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in a text."""

    alias: str
    form: str
    start: int
    end: int


def references(text: str) -> list[Reference]:
    """The references of a text, in order."""
    return [Reference(match[1], match[2], *match.span()) for match in REFERENCE.finditer(text)]


def split_sentences(draft: str) -> list[str]:
    """The sentences of a draft with their final marks; dots of references end none."""
    return [match[0].strip() for match in _SENTENCE.finditer(draft) if match[0].strip()]


def split_clauses(sentence: str, joints: frozenset[str]) -> list[tuple[int, int]]:
    """Start and end of each clause of a sentence: they end at commas and the like, and before joints."""
    marks = re.finditer(rf"[,;:\u2013]|\s-\s|{_pattern(joints).pattern}", _masked(sentence), re.IGNORECASE)
    cuts = sorted({0, len(sentence), *(match.start() for match in marks)})
    return list(pairwise(cuts))


def words_of(text: str) -> list[str]:
    """The words, references and punctuation marks of a text; words in lower case."""
    return [match[0] if match[0].startswith("{") else match[0].lower() for match in _WORD.finditer(text)]


def common_findings(draft: str, items: Mapping[str, Item], words: WordLists, *, sentences: bool) -> list[Finding]:
    """What breaks a rule that every language has; see `Language.findings`."""
    found = [
        *_numerals(draft, words),
        *_form(draft, words, sentences=sentences),
        *_neighbours(draft, words),
        *_foreign(draft, words),
    ]
    parts = split_sentences(draft)
    for part in parts:
        found += [
            *_directions(part, items, words),
            *_sizes(part, items, words),
            *_agreement(part, items, words),
            *_judgements(part, items, words),
        ]
    return [*found, *_repetition(parts)]


def _numerals(draft: str, words: WordLists) -> Iterator[Finding]:
    text = _masked(draft)
    for match in re.finditer(r"[\d%‰¼½¾]+", text):
        yield Finding("numeral", match[0])
    for match in _pattern(words.numerals).finditer(text):
        yield Finding("numeral", match[0])


def _foreign(draft: str, words: WordLists) -> Iterator[Finding]:
    for match in _pattern(words.foreign).finditer(_masked(draft)):
        yield Finding("language", match[0])


def _form(draft: str, words: WordLists, *, sentences: bool) -> Iterator[Finding]:
    tokens = words_of(draft)
    if not any(token[0] == "{" or token[0].isalpha() for token in tokens):
        yield Finding("sentence", "it is empty")
        return
    if re.search(r"[{}]", REFERENCE.sub("", draft)):
        yield Finding("sentence", "a brace is left over")
    if tokens[0][0] != "{" and not tokens[0][0].isalpha():
        yield Finding("sentence", f"it starts with {tokens[0]!r}")
    if sentences != draft.rstrip().endswith("."):
        yield Finding("sentence", "it does not end with a full stop" if sentences else "it ends with a full stop")
    if re.search(r"[.,;:]\w", REFERENCE.sub("x", draft)) or re.search(r"\}\w|\w\{", draft):
        yield Finding("sentence", "words without a space between them")
    for part in split_sentences(draft):
        if (words_of(part.rstrip(".!? ")) or [","])[-1] in words.unfinished | _OPEN_MARKS:
            yield Finding("sentence", f"{part[-20:]!r} is cut off")


def _neighbours(draft: str, words: WordLists) -> Iterator[Finding]:
    tokens = words_of(draft)
    for first, second in pairwise(tokens):
        if first == second and first[0] != "{":
            yield Finding("sentence", f"{first!r} is there twice")
        if first in words.articles and second.endswith(f".{Form.NAME}}}"):
            yield Finding("sentence", f"{first!r} before a name")


def _repetition(parts: Sequence[str]) -> Iterator[Finding]:
    told: set[str] = set()
    for part in parts:
        plain = part.lower().rstrip(".!? ")
        if plain in told:
            yield Finding("repetition", part)
        told.add(plain)
        used = [part[reference.start : reference.end] for reference in references(part)]
        for name in sorted({name for name in used if used.count(name) > 1}):
            yield Finding("repetition", name)


def _directions(sentence: str, items: Mapping[str, Item], words: WordLists) -> Iterator[Finding]:
    for motion, listed in ((Motion.DOWN, words.falling), (Motion.UP, words.rising)):
        for word, near in _governed(sentence, items, listed, words):
            if near and all(_motion(item) is not motion for item in near):
                yield Finding("direction", f"{word!r} of {', '.join(sorted(item.alias for item in near))}")


def _sizes(sentence: str, items: Mapping[str, Item], words: WordLists) -> Iterator[Finding]:
    effects = {alias: item for alias, item in items.items() if isinstance(item, Effect)}
    for size, listed in words.degrees.items():
        for word, near in _governed(sentence, effects, listed, words):
            if near and all(isinstance(item, Effect) and not _has_size(item, size) for item in near):
                yield Finding("size", f"{word!r} of {', '.join(sorted(item.alias for item in near))}")


def _judgements(sentence: str, items: Mapping[str, Item], words: WordLists) -> Iterator[Finding]:
    told = [items[found.alias] for found in references(sentence) if found.alias in items]
    good = {item.good for item in told if isinstance(item, Effect)}
    if len(good) != 1:
        return
    wrong = words.adverse if good == {True} else words.favourable
    text = _masked(sentence)
    for match in _pattern(wrong).finditer(text):
        if not _pattern(words.negations).search(text[: match.start()]):
            yield Finding("judgement", match[0])


def _has_size(effect: Effect, size: Size) -> bool:
    return effect.trend is not Trend.FLAT and effect.size is size


def _motion(item: Item) -> Motion | None:
    if isinstance(item, Change):
        return item.motion
    if isinstance(item, Effect) and item.trend is not Trend.FLAT:
        return Motion.UP if item.trend is Trend.UP else Motion.DOWN
    return None


def _governed(
    sentence: str, items: Mapping[str, Item], listed: frozenset[str], words: WordLists
) -> Iterator[tuple[str, list[Item]]]:
    """The listed words of a sentence, each with the items that it may tell of: none if that is not clear."""
    text = _masked(sentence)
    idioms = [match.span() for match in _pattern(words.idioms).finditer(text)]
    moving = [found for found in references(sentence) if isinstance(items.get(found.alias), Change | Effect)]
    clauses = split_clauses(sentence, words.joints)
    for match in _pattern(listed).finditer(text):
        start, end = next(clause for clause in clauses if clause[0] <= match.start() < clause[1])
        before = text[start : match.start()]
        if any(low <= match.start() < high for low, high in idioms) or _pattern(words.negations).search(before):
            continue
        inside = [found for found in moving if start <= found.start < end]
        scopes = (inside,) if words.pronouns.intersection(words_of(before)[-1:]) else (inside, moving)
        word = match[0].lower()
        near = next(filter(None, (_nearest(word, match.start(), scope, words) for scope in scopes)), [])
        yield word, [items[found.alias] for found in near if _tells(items[found.alias], word, words)]


def _tells(item: Item, word: str, words: WordLists) -> bool:
    # "Switching {c1.name} brings a fall" is right: only a verb with the switch as its object gives it a direction.
    return not (isinstance(item, Change) and item.motion in (Motion.SWITCH, Motion.REWORK)) or word in words.transitive


def _nearest(word: str, position: int, scope: Sequence[Reference], words: WordLists) -> list[Reference]:
    before = [reference for reference in scope if reference.end <= position][-1:]
    after = [reference for reference in scope if reference.start >= position][:1]
    if word in words.transitive:
        return after
    if word in words.intransitive:
        return before or after
    return [*before, *after]


def _agreement(sentence: str, items: Mapping[str, Item], words: WordLists) -> Iterator[Finding]:
    tokens = words_of(sentence)
    for position, token in enumerate(tokens):
        item = items.get(token[1:].partition(".")[0])
        if item is None or not token.endswith(f".{Form.NAME}}}"):
            continue
        verb = _verb(tokens[:position], tokens[position + 1 :], words)
        if verb in (words.singular if item.label.plural else words.plural):
            yield Finding("agreement", f"{token} {verb}")


def _verb(before: Sequence[str], after: Sequence[str], words: WordLists) -> str:
    """The verb whose subject is the name between the tokens; empty if that is not clear."""
    subject = _is_subject(before, words)
    if len(after) > 2 and after[0] == "," and after[1] in words.relatives:
        return after[2] if subject or (before and before[-1] in words.pointers) else ""
    return after[0] if after and subject else ""


def _is_subject(before: Sequence[str], words: WordLists) -> bool:
    """Whether a name after these tokens is, alone, the subject of its clause."""
    if not before:
        return True
    if before[-1] in words.conjunctions:
        return not (len(before) > 1 and before[-2].endswith(f".{Form.NAME}}}"))
    return before[-1] in _OPEN_MARKS - {","} or before[-1] in words.joints | words.openers


def _masked(text: str) -> str:
    """The text with its references blanked out, at the same positions."""
    return REFERENCE.sub(lambda match: "_" * len(match[0]), text)


@cache
def _pattern(entries: frozenset[str]) -> re.Pattern[str]:
    """Finds the entries as whole words, the longest first; nothing if there are none."""
    inner = "|".join(re.escape(entry) for entry in sorted(entries, key=lambda entry: (-len(entry), entry)))
    return re.compile(rf"(?<![\w'])(?:{inner})(?![\w'])" if entries else r"(?!)", re.IGNORECASE)
