"""Collects which words stand next to each other in the corpus; see `services.advice.usage`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from services.advice.training.corpus.samples import Sample
from services.advice.usage import FILE, tokens


def write_usage(drafts: Iterable[Sample], model: Path) -> int:
    """Writes the usage of advice drafts beside a model's file; returns the number of pairs of words."""
    followers: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for sample in drafts:
        language = sample.prompt.split()[1]
        for text in _texts(json.loads(sample.answer)):
            for word, after in pairwise(tokens(text)):
                followers[language][word].add(after)
    listed = {
        language: {word: sorted(words[word]) for word in sorted(words)} for language, words in sorted(followers.items())
    }
    model.with_name(FILE).write_text(json.dumps(listed, ensure_ascii=False, separators=(",", ":")) + "\n")
    return sum(len(after) for words in listed.values() for after in words.values())


def _texts(draft: object) -> Iterator[str]:
    if isinstance(draft, dict):
        for key, value in draft.items():
            if key in ("headline", "summary", "text"):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(draft, list):
        for value in draft:
            yield from _texts(value)
