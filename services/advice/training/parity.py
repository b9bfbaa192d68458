"""Shows that llama.cpp makes of the exported file what PyTorch makes of the trained network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import llama_cpp
import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

from services.advice.training.corpus.samples import Sample
from services.advice.training.network import Network
from services.advice.training.tokenizer import END, SPECIAL, chat

LARGEST_DIFFERENCE = 0.3
"""Between logits; weights are rounded to 16 bits."""
LEAST_AGREEMENT = 0.99
"""Share of tokens of which both find the same one likeliest; where two are nearly as likely, rounding decides."""

Logits = npt.NDArray[np.float32]
"""Scores of each token's successors, shape (tokens, vocabulary)."""

TRICKY_TEXTS = (
    "¿Qué tal?  dos  espacios\n\n\ttab 12345.67 ñandú €uro",
    "  leading and trailing  ",
    "it's we'll THEY'RE l'été",
    '{"headline":"{e1.change} — {f12.value}…","text":"\\"«»"}',
    "日本語 Ελληνικά עברית العربية 👩‍👧 e\u0301 \u00a0\u200b\ufeff",
    "\r\n\x00\x07\x7f१२३ ½ ² Ⅻ",
    "a" * 300,
    "".join(SPECIAL) + "x",
)


class ParityBroken(Exception):
    """The exported file is not the trained network; says how."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How the file differs from the network."""

    positions: int
    """Tokens whose successors were compared."""
    agreement: float
    """Share of them with the same likeliest successor."""
    largest_difference: float
    """Between logits."""
    texts: int
    """Texts that both tokenizers split, and split alike."""


def compare(network: Network, tokenizer: Tokenizer, path: Path, samples: Iterable[Sample]) -> Parity:
    """Compares the network with the file that it was exported to.

    Raises:
        ParityBroken: They differ by more than rounding.
    """
    model = llama_cpp.Llama(str(path), n_ctx=2048, n_threads=1, logits_all=True, verbose=False)
    texts = [chat(sample.prompt) + sample.answer + END for sample in samples]
    refuse_other_tokens(tokenizer, model, [*texts, *TRICKY_TEXTS])
    positions, agreed, largest = 0, 0, 0.0
    for text in texts:
        tokens = tokenizer.encode(text).ids
        ours, theirs = _logits(network, tokens), _evaluated(model, tokens)
        positions += len(tokens)
        agreed += int((ours.argmax(1) == theirs.argmax(1)).sum())
        largest = max(largest, float(np.abs(ours - theirs).max()))
    agreement = agreed / positions
    if not (largest <= LARGEST_DIFFERENCE and agreement >= LEAST_AGREEMENT):
        raise ParityBroken(
            f"Logits of {path.name} differ by up to {largest:.3g} from the network's, and {agreement:.2%} of the "
            f"likeliest tokens agree; at most {LARGEST_DIFFERENCE:g} and at least {LEAST_AGREEMENT:.2%} are allowed."
        )
    return Parity(positions, agreement, largest, len(texts) + len(TRICKY_TEXTS))


def refuse_other_tokens(tokenizer: Tokenizer, model: llama_cpp.Llama, texts: Iterable[str]) -> None:
    """Compares the tokenizers.

    Raises:
        ParityBroken: They split one of the texts differently.
    """
    for text in texts:
        if model.tokenize(text.encode(), add_bos=False, special=True) != tokenizer.encode(text).ids:
            raise ParityBroken(f"llama.cpp splits {text[:40]!r} into other tokens than the tokenizer that was trained.")


def _logits(network: Network, tokens: list[int]) -> Logits:
    with torch.no_grad():
        return np.asarray(network(torch.tensor([tokens]))[0])


def _evaluated(model: llama_cpp.Llama, tokens: list[int]) -> Logits:
    model.reset()  # type: ignore[no-untyped-call]
    model.eval(tokens)
    return np.asarray(model.scores[: len(tokens)])
