"""What the documents show is what the product does: the README's call, the settings, the make targets (X-10)."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import GatewaySettings
from services.advice.settings import AdviceSettings
from services.kit.settings import example
from services.maintenance.settings import MaintenanceSettings
from services.prediction.settings import SHIPPED_MODELS, PredictionSettings
from tests.conftest import Stack

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def block(language: str) -> str:
    """The README's first block of a language."""
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found[1]


def approximately(value: Any) -> Any:
    """The value, numbers in it to four digits: another processor may round the last one otherwise."""
    if isinstance(value, dict):
        return {key: approximately(item) for key, item in value.items()}
    return pytest.approx(value, rel=1e-4) if isinstance(value, float) else value


@pytest.fixture
async def stack() -> AsyncIterator[Stack]:
    """A running stack with the models that ship."""
    running = Stack(SHIPPED_MODELS)
    await running.start()
    yield running
    await running.stop()


async def test_the_call_in_the_readme_gets_the_answer_in_the_readme(stack: Stack):
    command, option, body, url = shlex.split(block("sh"))
    assert (command, option) == ("curl", "--json")
    path = url.removeprefix("localhost:8000")
    reply = await stack.http.post(path, content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 200
    assert reply.json() == approximately(json.loads(block("json")))


def test_the_example_of_settings_lists_them_all_with_their_defaults():
    assert (ROOT / ".env.example").read_text() == example(
        [GatewaySettings, PredictionSettings, AdviceSettings, MaintenanceSettings]
    )


def test_every_make_target_says_what_it_does():
    makefile = (ROOT / "Makefile").read_text()
    phony = {name for line in re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE) for name in line.split()}
    described = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert phony == described


def test_what_the_readme_links_to_exists():
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
