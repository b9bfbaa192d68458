"""Trains every model that ships and writes artefacts, cards and pages: python -m services.prediction.training."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from services.prediction.settings import SHIPPED_MODELS
from services.prediction.training.energy import pipeline
from services.prediction.training.energy.data import DataMissing
from services.prediction.training.frame import FrameInvalid
from services.prediction.training.page import page
from services.prediction.training.release import RegistrationRefused, register

PAGES = Path(__file__).parents[3] / "docs" / "models"
_FILES = ("model.onnx", "card.json")


def main(arguments: list[str] | None = None) -> int:
    """Trains; returns the exit status: 0 if fine, 1 if refused or, with --check, if something differs."""
    options = _options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        # With one thread, sums are always added in the same order.
        with threadpool_limits(1):
            trained = pipeline.train(options.data)
        if options.check:
            return _differs(trained, options.out)
        folder = register(options.out, trained.artifact, trained.card, trained.contract)
    except (DataMissing, FrameInvalid, RegistrationRefused) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"wrote {folder}")
    if options.out == SHIPPED_MODELS:
        PAGES.mkdir(parents=True, exist_ok=True)
        (PAGES / f"{trained.card.model}.md").write_text(page(trained.card))
    return 0


def _differs(trained: pipeline.Trained, shipped: Path) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        folder = register(Path(temporary), trained.artifact, trained.card, trained.contract)
        other = shipped / folder.relative_to(temporary)
        different = [
            n for n in _FILES if not (other / n).is_file() or (folder / n).read_bytes() != (other / n).read_bytes()
        ]
    print(f"{other} differs in {', '.join(different)}" if different else f"{other} is what training gives")
    return int(bool(different))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.prediction.training", description=main.__doc__)
    parser.add_argument("--data", type=Path, help="ENB2012 as CSV or XLSX, or the folder that holds ENB2012_data.csv")
    parser.add_argument(
        "--out", type=Path, default=SHIPPED_MODELS, help="folder of the models (default: those that ship)"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if the model there is a different one"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
