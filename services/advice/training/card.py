"""The card of a trained language model: what it is, how it was made and what it cannot do."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version as installed
from itertools import islice
from pathlib import Path
from typing import Any

from services.advice.training.corpus.made_up import HELD_OUT, MADE_UP
from services.advice.training.corpus.samples import TASKS, samples
from services.advice.training.network import Network
from services.advice.training.parity import Parity
from services.advice.training.trainer import STREAMS, Plan, Progress

_DIGESTED = 1000
"""Samples that tell one corpus from another."""
_LIMITS = (
    "Words advice in English and Spanish from the compact notation of a brief; it knows no other task or language.",
    "Is told no names and no values; they are put into its drafts afterwards.",
    "Was trained on made-up briefs and hand-written phrases: it varies these and invents nothing beyond them.",
    "Does not rank options: they are told in the order in which they are given.",
    "Is meant to decode under a grammar, and its drafts to be checked; without both, references may be wrong.",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the card tells besides how training was planned."""

    network: Network
    progress: Progress
    parity: Parity
    corpora: Mapping[str, int]
    """Digests of the corpora that were trained on, each with the step from which it was."""


def corpus_digest() -> str:
    """SHA-256 over the first samples: it changes with the phrases, the areas, the tasks and the notation."""
    digest = hashlib.sha256()
    for sample in islice(samples("digest"), _DIGESTED):
        digest.update(f"{sample.prompt}\n{sample.answer}\n".encode())
    return digest.hexdigest()


def write_card(path: Path, model: Path, version: str, plan: Plan, outcome: Outcome) -> None:
    """Writes the card of the model as JSON."""
    card = {
        "name": model.parent.parent.name,
        "version": version,
        "file": model.name,
        "bytes": model.stat().st_size,
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "network": _network(outcome.network),
        "corpus": _corpus(plan, outcome),
        "training": _training(plan, outcome.progress),
        "parity": {name: _rounded(value) for name, value in asdict(outcome.parity).items()},
        "libraries": {
            "python": platform.python_version(),
            **{name: installed(name) for name in ("torch", "tokenizers", "gguf", "llama-cpp-python")},
        },
        "limits": _LIMITS,
    }
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")


def _network(network: Network) -> dict[str, Any]:
    parameters = sum(weights.numel() for weights in network.parameters())
    return {"architecture": "llama", "parameters": parameters, **asdict(network.shape)}


def _corpus(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    chunks = outcome.progress.step / plan.layout.batches * STREAMS
    return {
        "digests": dict(outcome.corpora),
        "seed": plan.seed,
        "samples": round(chunks * plan.layout.samples),
        "tasks": {name: task.weight for name, task in TASKS.items()},
        "madeUpAreas": [area.name for area in MADE_UP],
        "heldOutArea": HELD_OUT.name,
    }


def _training(plan: Plan, progress: Progress) -> dict[str, Any]:
    return {
        "steps": progress.step,
        "tokens": progress.tokens,
        "answerTokens": progress.learned,
        "wallMinutes": _rounded(progress.seconds / 60),
        "cpuMinutes": _rounded(progress.cpu_seconds / 60),
        "loss": _rounded(progress.loss),
        "validationLoss": _rounded(progress.validation_loss),
        "processes": plan.ranks,
        "optimizer": "Muon, AdamW for embedding and norms",
        "rate": plan.rate,
        "finalRate": plan.final_rate,
        "warmupSteps": plan.warmup,
        "weightDecay": plan.decay,
        "gradientClip": plan.clip,
        "samplesPerChunk": plan.layout.samples,
        "batchesPerChunk": plan.layout.batches,
    }


def _rounded(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.4g}")
