"""The languages that advice is worded in: how each writes names and numbers, and what its sentences must keep to."""

from __future__ import annotations

from collections.abc import Mapping

from services.advice.language.base import Language
from services.advice.language.english import ENGLISH
from services.advice.language.spanish import SPANISH

LANGUAGES: Mapping[str, Language] = {language.code: language for language in (ENGLISH, SPANISH)}
"""Languages by their code."""
