"""Trains the network on samples that are drawn while it learns, on one or two cores.

Every step learns from the batches of two streams, whose gradients are added up. One process takes both, one after the
other, or each of two processes takes one; the weights come out the same. Processes have one thread each: threads that
share an operation wait for the slowest of them, which on a busy machine is most of the time.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, distributed, multiprocessing, nn
from torch.nn import functional

from services.advice.training.batches import Batch, Layout, Stream
from services.advice.training.corpus.samples import TASKS
from services.advice.training.network import Network, Shape

STREAMS = 2
TRAINING_PART = "train"
VALIDATION_PART = "valid"
CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"
TOKENIZER = "tokenizer.json"

_MOMENTUM = 0.96
"""Of the running mean of the loss."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train; the budget that is spent first ends it."""

    minutes: float = math.inf
    """Wall-clock budget, over all runs that continue each other."""
    steps: float = math.inf
    ranks: int = 2
    """Processes: 1 or 2."""
    rate: float = 3e-3
    """Highest learning rate."""
    final_rate: float = 0.02
    """Learning rate at the end, as a share of the highest."""
    warmup: int = 200
    """Steps in which the rate rises."""
    decay: float = 0.05
    """Weight decay of matrices."""
    clip: float = 1.0
    """Largest norm of a gradient."""
    seed: int = 1
    layout: Layout = field(default_factory=Layout)
    log_every: int = 50
    checkpoint_every: int = 250
    validate_every: int = 500
    validation: Layout = field(default_factory=lambda: Layout(samples=256, batches=32))


@dataclass(slots=True)
class Progress:
    """How far training is."""

    step: int = 0
    share: float = 0.0
    """Share of the budget that is spent."""
    tokens: int = 0
    """Tokens seen: prompts, answers and padding."""
    learned: int = 0
    """Tokens of answers."""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    loss: float = 0.0
    """Running mean of the training loss, in nats a token."""
    validation_loss: float = 0.0
    """As last measured; 0 before."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gave."""

    network: Network
    progress: Progress


def train(plan: Plan, shape: Shape, folder: Path) -> Trained:
    """Trains from the folder's checkpoint where it has one, else from the start.

    A run that is killed and started again gives the weights of one that was not, if its budget is one of steps: what is
    random is the first weights and the samples, which follow from the seed and from the step.

    Args:
        plan: How to train.
        shape: The network's.
        folder: Holds the tokenizer; the checkpoint and the log, of JSON lines, are written there.
    """
    (folder / "meeting").unlink(missing_ok=True)
    if plan.ranks == 1:
        _run(0, plan, shape, folder)
    else:
        multiprocessing.spawn(_run, (plan, shape, folder), nprocs=plan.ranks)
    saved = torch.load(folder / CHECKPOINT, weights_only=True)
    network = Network(shape)
    network.load_state_dict(saved["network"])
    return Trained(network.eval(), Progress(**saved["progress"]))


def steps_done(folder: Path) -> int:
    """Steps of the folder's checkpoint; 0 where it has none."""
    path = folder / CHECKPOINT
    return int(torch.load(path, weights_only=True)["progress"]["step"]) if path.is_file() else 0


def _run(rank: int, plan: Plan, shape: Shape, folder: Path) -> None:
    torch.set_num_threads(1)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if plan.ranks > 1:
        meeting = (folder / "meeting").resolve().as_uri()
        distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=plan.ranks)
    try:
        _Rank(rank, plan, shape, folder).run()
    finally:
        if plan.ranks > 1:
            distributed.destroy_process_group()


class _Rank:
    """One of the processes that train; they hold the same weights."""

    def __init__(self, rank: int, plan: Plan, shape: Shape, folder: Path) -> None:
        torch.manual_seed(plan.seed)
        self._rank = rank
        self._plan = plan
        self._folder = folder
        self._network = Network(shape)
        self._weights = list(self._network.parameters())
        self._optimizer = _Optimizer(self._network, plan)
        self._progress = Progress()
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        mine = range(rank, STREAMS, plan.ranks)
        self._streams = [
            Stream(tokenizer, f"{TRAINING_PART}/{plan.seed}/{stream}", TASKS, plan.layout) for stream in mine
        ]
        self._validation = Stream(tokenizer, VALIDATION_PART, TASKS, plan.validation)
        self._restore()
        self._started = time.monotonic() - self._progress.seconds
        self._cpu = time.process_time()

    def run(self) -> None:
        """Trains until the budget is spent."""
        plan, progress = self._plan, self._progress
        while progress.share < 1:
            self._step()
            ends = progress.share >= 1
            validates = ends or progress.step % plan.validate_every == 0
            if validates:
                progress.validation_loss = self._validate()
            if validates or progress.step % plan.log_every == 0:
                self._log()
                _trim_heap()
            if ends or progress.step % plan.checkpoint_every == 0:
                self._save()

    def _step(self) -> None:
        progress = self._progress
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate(self._plan, progress)
        self._optimizer.zero_grad()
        sums = torch.zeros(3)
        for stream in self._streams:
            batch = stream.at(progress.step)
            mean = self._loss(batch)
            mean.backward()
            sums += torch.tensor([mean.item(), batch.inputs.numel(), batch.learned.sum()])
        share = self._share() if self._rank == 0 else 0.0
        cpu, self._cpu = time.process_time() - self._cpu, time.process_time()
        loss, tokens, learned, progress.share, cpu = self._merge([*sums.tolist(), share, cpu])
        nn.utils.clip_grad_norm_(self._weights, self._plan.clip)
        self._optimizer.step()
        mean_loss = loss / STREAMS
        progress.loss = mean_loss if progress.step == 0 else _MOMENTUM * progress.loss + (1 - _MOMENTUM) * mean_loss
        progress.step += 1
        progress.tokens += int(tokens)
        progress.learned += int(learned)
        progress.cpu_seconds += cpu
        progress.seconds = time.monotonic() - self._started

    def _loss(self, batch: Batch) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            features = self._network.features(batch.inputs)
            logits = self._network.logits(features[batch.learned])
        return functional.cross_entropy(logits.float(), batch.targets[batch.learned])

    def _share(self) -> float:
        spent = (time.monotonic() - self._started) / 60 / self._plan.minutes
        return max(spent, (self._progress.step + 1) / self._plan.steps)

    def _merge(self, numbers: list[float]) -> list[float]:
        """Adds up numbers and gradients of all processes; the gradients become the mean over streams."""
        gradients = [weight.grad for weight in self._weights if weight.grad is not None]
        flat = torch.cat([*(gradient.flatten() for gradient in gradients), torch.tensor(numbers)])
        if self._plan.ranks > 1:
            distributed.all_reduce(flat)
        start = 0
        for gradient in gradients:
            gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient) / STREAMS)
            start += gradient.numel()
        return [float(number) for number in flat[start:]]

    def _validate(self) -> float:
        total = torch.zeros(2)
        for index in range(self._rank, self._plan.validation.batches, self._plan.ranks):
            batch = self._validation.at(index)
            learned = int(batch.learned.sum())
            with torch.no_grad():
                total += torch.tensor([float(self._loss(batch)) * learned, learned])
        if self._plan.ranks > 1:
            distributed.all_reduce(total)
        return float(total[0] / total[1])

    def _log(self) -> None:
        if self._rank == 0:
            line = asdict(self._progress) | {"rate": self._optimizer.param_groups[0]["lr"]}
            with (self._folder / LOG).open("a") as log:
                log.write(json.dumps({name: round(value, 6) for name, value in line.items()}) + "\n")

    def _save(self) -> None:
        if self._rank == 0:
            content = {
                "network": self._network.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "progress": asdict(self._progress),
            }
            partial = self._folder / f"{CHECKPOINT}.part"
            torch.save(content, partial)
            partial.replace(self._folder / CHECKPOINT)

    def _restore(self) -> None:
        path = self._folder / CHECKPOINT
        if path.is_file():
            saved: dict[str, Any] = torch.load(path, weights_only=True)
            self._network.load_state_dict(saved["network"])
            self._optimizer.load_state_dict(saved["optimizer"])
            self._progress = Progress(**saved["progress"])
            # The budget may be another one now.
            self._progress.share = max(
                self._progress.seconds / 60 / self._plan.minutes, self._progress.step / self._plan.steps
            )


def learning_rate(plan: Plan, progress: Progress) -> float:
    """Rises for the first steps, then falls along a cosine over the budget."""
    rise = min(1.0, (progress.step + 1) / plan.warmup)
    fall = (1 + math.cos(math.pi * min(1.0, progress.share))) / 2
    return plan.rate * rise * (plan.final_rate + (1 - plan.final_rate) * fall)


def _trim_heap() -> None:
    """Gives freed memory back: between batches of ever other shapes it comes to gigabytes (measured: 0.4 a minute)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:  # glibc's
        trim(0)


class _Optimizer:
    """Muon for the layers' matrices, AdamW for the embedding and the norms.

    Muon learned as much from three quarters of the tokens, for an eighth more CPU time a token (measured over the first
    150 steps); it is not meant for embeddings and vectors.
    """

    def __init__(self, network: Network, plan: Plan) -> None:
        matrices = [weight for weight in network.layers.parameters() if weight.dim() == 2]
        norms = [weight for weight in network.parameters() if weight.dim() < 2]
        rest = [
            {"params": [network.embedding.weight], "weight_decay": plan.decay},
            {"params": norms, "weight_decay": 0.0},
        ]
        self._parts = (
            torch.optim.Muon(matrices, lr=plan.rate, weight_decay=plan.decay, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(rest, lr=plan.rate, betas=(0.9, 0.98), fused=True),
        )

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        return [group for part in self._parts for group in part.param_groups]

    def step(self) -> None:
        for part in self._parts:
            part.step()

    def zero_grad(self) -> None:
        for part in self._parts:
            part.zero_grad(set_to_none=True)

    def state_dict(self) -> dict[str, Any]:
        return {str(number): part.state_dict() for number, part in enumerate(self._parts)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for number, part in enumerate(self._parts):
            part.load_state_dict(state[str(number)])
