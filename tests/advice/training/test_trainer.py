"""Training the network."""

# ruff: noqa: E402 - what needs PyTorch is imported where it is there

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from tokenizers import Tokenizer

from services.advice.training import tokenizer, trainer
from services.advice.training.batches import Batch, Layout, Stream
from services.advice.training.corpus.samples import TASKS, samples
from services.advice.training.network import Network, Shape

pytestmark = pytest.mark.verify  # PyTorch is installed for that alone

PLAN = trainer.Plan(
    steps=6,
    ranks=1,
    warmup=2,
    layout=Layout(samples=16, batches=4),
    log_every=2,
    checkpoint_every=3,
    validate_every=100,
    validation=Layout(samples=8, batches=2),
)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("words") / trainer.TOKENIZER
    texts = [text for sample in islice(samples("tokenizer"), 200) for text in (sample.prompt, sample.answer)]
    tokenizer.train(texts, 600).save(str(path))
    return path


@pytest.fixture
def folder(words: Path, tmp_path: Path) -> Path:
    (tmp_path / trainer.TOKENIZER).write_bytes(words.read_bytes())
    return tmp_path


@pytest.fixture
def shape(words: Path) -> Shape:
    size = Tokenizer.from_file(str(words)).get_vocab_size()
    return Shape(size, width=32, layers=2, heads=2, groups=1, hidden=64)


def same(one: Network, other: Network) -> bool:
    weights = other.state_dict()
    return all(torch.equal(tensor, weights[name]) for name, tensor in one.state_dict().items())


def test_training_that_was_killed_goes_on_to_the_weights_of_one_that_was_not(
    folder: Path, shape: Shape, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
):
    other = tmp_path_factory.mktemp("uninterrupted")
    (other / trainer.TOKENIZER).write_bytes((folder / trainer.TOKENIZER).read_bytes())
    uninterrupted = trainer.train(PLAN, shape, other)

    real = Stream.at

    def killed(self: Stream, step: int) -> Batch:
        if step == 4:
            raise KeyboardInterrupt
        return real(self, step)

    monkeypatch.setattr(Stream, "at", killed)
    with pytest.raises(KeyboardInterrupt):
        trainer.train(PLAN, shape, folder)
    monkeypatch.undo()
    assert trainer.steps_done(folder) == 3
    resumed = trainer.train(PLAN, shape, folder)
    assert same(resumed.network, uninterrupted.network)
    assert resumed.progress.step == uninterrupted.progress.step == 6
    assert resumed.progress.tokens == uninterrupted.progress.tokens


def test_two_processes_give_the_weights_of_one(folder: Path, shape: Shape, tmp_path_factory: pytest.TempPathFactory):
    other = tmp_path_factory.mktemp("one")
    (other / trainer.TOKENIZER).write_bytes((folder / trainer.TOKENIZER).read_bytes())
    two = trainer.train(replace(PLAN, ranks=2, steps=3), shape, folder)
    one = trainer.train(replace(PLAN, steps=3), shape, other)
    assert same(two.network, one.network)
    assert two.progress.tokens == one.progress.tokens


def test_training_that_has_spent_its_budget_does_nothing_more(folder: Path, shape: Shape):
    first = trainer.train(replace(PLAN, steps=2), shape, folder)
    again = trainer.train(replace(PLAN, steps=2), shape, folder)
    assert same(first.network, again.network)
    assert again.progress == first.progress


def test_the_loss_falls_and_is_logged(folder: Path, shape: Shape):
    trained = trainer.train(replace(PLAN, steps=40, validate_every=20, rate=1e-2), shape, folder)
    lines = [json.loads(line) for line in (folder / trainer.LOG).read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(2, 41, 2))
    assert lines[-1]["loss"] < lines[0]["loss"]
    assert trained.progress.validation_loss == pytest.approx(lines[-1]["validation_loss"], abs=1e-6)
    assert lines[-1]["validation_loss"] < lines[9]["validation_loss"]


def test_a_budget_of_minutes_ends_training(folder: Path, shape: Shape):
    trained = trainer.train(replace(PLAN, steps=float("inf"), minutes=0.02), shape, folder)
    assert trained.progress.share >= 1
    assert 1.2 <= trained.progress.seconds < 30


def test_the_learning_rate_rises_and_falls_to_its_end():
    plan = trainer.Plan(rate=1.0, final_rate=0.1, warmup=10)
    rates = [
        trainer.learning_rate(plan, trainer.Progress(step=step, share=share))
        for step, share in ((0, 0.0), (9, 0.0), (50, 0.5), (99, 1.0))
    ]
    assert rates == pytest.approx([0.1, 1.0, 0.55, 0.1])


def test_a_step_gets_its_batch_whatever_was_asked_before(words: Path):
    tokens = Tokenizer.from_file(str(words))
    first, second = (Stream(tokens, "train/1/0", TASKS, Layout(samples=16, batches=4)) for _ in range(2))
    in_order = [first.at(step) for step in range(6)]
    assert torch.equal(second.at(5).inputs, in_order[5].inputs)
    assert torch.equal(second.at(0).inputs, in_order[0].inputs)


def test_a_chunk_is_shared_out_over_its_batches(words: Path):
    stream = Stream(Tokenizer.from_file(str(words)), "train/1/0", TASKS, Layout(samples=64, batches=8))
    sizes = [int(stream.at(step).learned.sum()) for step in range(8)]
    assert sum(len(stream.at(step).inputs) for step in range(8)) == 64
    assert max(sizes) < 2 * min(sizes)
