"""What holds for every generator: a pool with a GGUF, and an endpoint behind which another pool stands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.advice.generation import Generator, StopReason, generator_for
from services.advice.generation.errors import PromptTooLong
from services.advice.generation.json_schema import violation
from services.advice.generation.schema_error import SchemaNotEnforceable
from services.advice.settings import AdviceSettings
from services.kit.errors import DeadlineExceeded
from tests.advice.generation.chat_server import Facade, serving
from tests.advice.generation.talk import FORECAST, LONG, said, task

# Starting processes takes longer than all these tests.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(params=["file", "endpoint"], scope="module", loop_scope="module")
async def generator(request: pytest.FixtureRequest, models: Path) -> AsyncIterator[Generator]:
    """A generator that has started."""
    local = generator_for(AdviceSettings(model=str(models / "long.gguf"), workers=1, context_tokens=1024))
    await local.start()
    if request.param == "file":
        yield local
    else:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("NO_PROXY", "*")
            async with serving(Facade(local)) as url:
                remote = generator_for(AdviceSettings(model=url))
                await remote.start()
                yield remote
                await remote.stop()
    await local.stop()


async def test_it_is_ready_and_tells_its_name(generator: Generator) -> None:
    assert generator.ready() == ""
    assert generator.info.name == "random-words"


async def test_a_text_with_a_schema_fits_it(generator: Generator) -> None:
    for seed in range(5):
        text, end = await said(generator.generate(task(schema=FORECAST, seed=seed, temperature=1.5)))
        assert violation(FORECAST, text) is None
        assert end.stop_reason is StopReason.COMPLETE
        assert end.prompt_tokens > 0
        assert end.completion_tokens > 0


async def test_a_schema_that_cannot_be_enforced_is_refused(generator: Generator) -> None:
    for schema in ({"type": "array", "uniqueItems": True}, {"enum": []}):
        with pytest.raises(SchemaNotEnforceable):
            await said(generator.generate(task(schema=schema)))
    with pytest.raises(SchemaNotEnforceable):
        await said(generator.generate(type(task())(task().messages, schema="{")))


async def test_the_number_of_tokens_is_kept_to(generator: Generator) -> None:
    _, end = await said(generator.generate(task(schema=LONG, max_tokens=9)))
    assert (end.stop_reason, end.completion_tokens) == (StopReason.LENGTH, 9)


async def test_a_seed_gives_the_same_text(generator: Generator) -> None:
    texts = [await said(generator.generate(task(max_tokens=60, seed=seed))) for seed in (4, 4, 5)]
    assert texts[0] == texts[1] != texts[2]


async def test_temperature_zero_gives_the_same_text(generator: Generator) -> None:
    texts = [await said(generator.generate(task(max_tokens=60, seed=seed, temperature=0.0))) for seed in (4, None)]
    assert texts[0] == texts[1]


async def test_top_p_narrows_the_choice(generator: Generator) -> None:
    texts = [await said(generator.generate(task(max_tokens=60, seed=seed, top_p=1e-6))) for seed in (4, 5)]
    assert texts[0] == texts[1]


async def test_a_stop_text_ends_the_text(generator: Generator) -> None:
    whole, _ = await said(generator.generate(task(max_tokens=60, seed=4)))
    stop = whole[20:22]
    text, end = await said(generator.generate(task(max_tokens=60, seed=4, stop=(stop,))))
    assert text == whole[: whole.index(stop)]
    assert end.stop_reason is StopReason.COMPLETE


async def test_pieces_are_whole_characters(generator: Generator) -> None:
    said_twice = "año 😀 10 €"
    pieces = [piece async for piece in generator.generate(task(schema={"enum": [said_twice, said_twice + "!"]}))]
    assert json.loads("".join(pieces[:-1])).startswith(said_twice)


async def test_a_prompt_beyond_the_context_is_refused(generator: Generator) -> None:
    with pytest.raises(PromptTooLong):
        await said(generator.generate(task("word " * 2000)))


async def test_a_deadline_ends_the_text(generator: Generator) -> None:
    with pytest.raises(DeadlineExceeded):
        await said(generator.generate(task(schema=LONG), asyncio.get_running_loop().time() + 0.001))


async def test_closing_ends_the_text_and_leaves_the_generator_usable(generator: Generator) -> None:
    generation = generator.generate(task(schema=LONG))
    await anext(generation)
    await generation.aclose()
    await test_a_text_with_a_schema_fits_it(generator)


async def test_several_at_a_time_do_not_mix(generator: Generator) -> None:
    alone = [await said(generator.generate(task(max_tokens=40, seed=seed))) for seed in range(6)]
    together = await asyncio.gather(*(said(generator.generate(task(max_tokens=40, seed=seed))) for seed in range(6)))
    assert alone == together
