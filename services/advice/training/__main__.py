"""Trains the language model and writes it with its card: python -m services.advice.training."""

from __future__ import annotations

import argparse
import json
import sys
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer

from services.advice.training import card, export, tokenizer, trainer
from services.advice.training.corpus.samples import samples
from services.advice.training.network import Shape
from services.advice.training.parity import ParityBroken, compare
from services.advice.training.usage import write_usage

ROOT = Path(__file__).parents[3]
MODELS = Path(__file__).parents[1] / "models"

_TOKENIZER_SAMPLES = 20_000
_PARITY_SAMPLES = 20
_USAGE_SAMPLES = 24_000
"""With half as many, one text in a hundred still had two words side by side that none before it had."""
_CORPORA = "corpora.json"


def main(arguments: list[str] | None = None) -> int:
    """Trains; returns the exit status: 0 if fine, 1 if the exported file is not the trained network."""
    options = _options(arguments)
    folder: Path = options.checkpoint_dir
    folder.mkdir(parents=True, exist_ok=True)
    words = _tokenizer(folder, options.vocabulary)
    corpora = _corpora(folder)
    plan = trainer.Plan(minutes=options.minutes, steps=options.steps, ranks=options.ranks)
    trained = trainer.train(plan, Shape(words.get_vocab_size()), folder)
    model = options.out / export.NAME / options.version / "model.gguf"
    export.export(trained.network, words, options.version, model)
    try:
        parity = compare(trained.network, words, model, islice(samples("parity"), _PARITY_SAMPLES))
    except ParityBroken as error:
        print(error, file=sys.stderr)
        return 1
    write_usage(islice(samples("usage"), _USAGE_SAMPLES), model)
    outcome = card.Outcome(trained.network, trained.progress, parity, corpora)
    card.write_card(model.with_name("card.json"), model, options.version, plan, outcome)
    print(f"wrote {model.parent}")
    return 0


def _tokenizer(folder: Path, size: int) -> Tokenizer:
    """The folder's tokenizer; a model cannot change it while it learns."""
    path = folder / trainer.TOKENIZER
    if not path.is_file():
        drawn = islice(samples("tokenizer"), _TOKENIZER_SAMPLES)
        tokenizer.train((part for s in drawn for part in (tokenizer.chat(s.prompt), s.answer)), size).save(str(path))
    return Tokenizer.from_file(str(path))


def _corpora(folder: Path) -> dict[str, int]:
    """The corpora trained on so far and the present one, which may be newer than the checkpoint."""
    path = folder / _CORPORA
    corpora: dict[str, int] = json.loads(path.read_text()) if path.is_file() else {}
    corpora.setdefault(card.corpus_digest(), trainer.steps_done(folder))
    path.write_text(json.dumps(corpora))
    return corpora


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.advice.training", description=main.__doc__)
    parser.add_argument("--minutes", type=float, default=120.0, help="wall-clock budget of training (default: 120)")
    parser.add_argument("--steps", type=float, default=float("inf"), help="budget of steps (default: none)")
    parser.add_argument("--ranks", type=int, choices=(1, 2), default=2, help="processes (default: 2)")
    parser.add_argument("--vocabulary", type=int, default=4096, help="most tokens of the tokenizer (default: 4096)")
    parser.add_argument("--version", default="1.0.0", help="version of the model (default: 1.0.0)")
    parser.add_argument(
        "--checkpoint-dir", type=Path, default=ROOT / "build" / "slm", help="goes on from there if it has a checkpoint"
    )
    parser.add_argument("--out", type=Path, default=MODELS, help="folder of the models (default: those that ship)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
