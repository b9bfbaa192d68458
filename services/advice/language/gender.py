"""The gender of Spanish nouns, where a label does not tell it."""

from __future__ import annotations

import re

_FEMININE = re.compile(
    r"(a|ción|sión|gión|tión|dad|tad|tud|umbre|ez|itis|ciones|siones|giones|tiones|dades|tades|tudes)s?$"
)
# Masculine in spite of their ending: what comes from Greek in -ma, and the few that everyone knows.
_MASCULINE = re.compile(
    r"^(día|mapa|planeta|cometa|tranvía|sofá|gorila|pez|(\w*(grama|blema|tema|ema|oma|isma|ioma|lima|asma))|juez|ajedrez)s?$"
)


def feminine(label: str) -> bool:
    """Whether the head noun of a Spanish label, its first word, is feminine by its ending."""
    head = re.split(r"[\s,;-]", label.strip().lower(), maxsplit=1)[0]
    return bool(_FEMININE.search(head)) and not _MASCULINE.match(head)
