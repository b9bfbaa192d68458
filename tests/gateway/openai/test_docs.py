"""docs/openai.md names everything that is read, ignored, enforced or refused."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.openai.request import IGNORED, UNSUPPORTED, ChatRequest
from services.advice.generation.schema_format import FORMATS
from services.advice.generation.schema_rules import ANNOTATIONS, ENFORCED, REFUSED, ROOT_ANNOTATIONS

DOCUMENT = (Path(__file__).parents[3] / "docs" / "openai.md").read_text()


def test_every_parameter_keyword_and_format_is_documented():
    named = set(re.findall(r"`([^`\s]+)`", DOCUMENT))
    parameters = set(ChatRequest.model_fields) | IGNORED | set(UNSUPPORTED)
    assert parameters | ENFORCED | REFUSED | ANNOTATIONS | ROOT_ANNOTATIONS | FORMATS <= named
