"""Evaluates the advice of a model: python -m services.advice.training.evaluation."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from services.advice.generation import generator_for
from services.advice.generation.factory import model_file
from services.advice.settings import AdviceSettings
from services.advice.training.evaluation.report import report
from services.advice.usage import Usage
from services.kit.settings import load

REPORT = Path("docs/models/advice-evaluation.md")


async def main() -> None:
    """Writes the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2160, help="requests as they are served (default: 2160)")
    parser.add_argument("--model", default="", help="path of a GGUF or base URL (default: the model that ships)")
    parser.add_argument("--out", type=Path, default=REPORT, help=f"file to write (default: {REPORT})")
    options = parser.parse_args()
    generator = generator_for(load(AdviceSettings, {"STEWARD_ADVICE_MODEL": options.model}))
    await generator.start()
    try:
        usage = Usage.beside(model_file(options.model))
        page = await report(generator, usage, options.count)
    finally:
        await generator.stop()
    options.out.write_text(page)


if __name__ == "__main__":
    asyncio.run(main())
