"""The exported file against the trained network."""

# ruff: noqa: E402 - what needs PyTorch is imported where it is there

from __future__ import annotations

import hashlib
import json
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")

import llama_cpp
from tokenizers import Tokenizer

from services.advice.training import __main__, card, export, tokenizer, trainer
from services.advice.training.batches import Layout
from services.advice.training.corpus.samples import samples
from services.advice.training.network import Network, Shape
from services.advice.training.parity import ParityBroken, compare

pytestmark = pytest.mark.verify  # PyTorch is installed for that alone


@pytest.fixture(scope="module")
def words() -> Tokenizer:
    texts = [text for sample in islice(samples("tokenizer"), 200) for text in (sample.prompt, sample.answer)]
    return tokenizer.train(texts, 600)


@pytest.fixture(scope="module")
def network(words: Tokenizer) -> Network:
    torch.manual_seed(5)
    network = Network(Shape(words.get_vocab_size(), width=64, layers=2, heads=4, groups=2, hidden=96))
    for name, weights in network.named_parameters():
        # As large as in a trained network, so that a wrong rotation or order of rows would show.
        torch.nn.init.normal_(weights, 1.0 if "norm" in name else 0.0, 0.15)
    return network.eval()


@pytest.fixture(scope="module")
def exported(network: Network, words: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "model.gguf"
    export.export(network, words, "1.2.3", path)
    return path


def test_llama_cpp_makes_of_the_file_what_pytorch_makes_of_the_network(
    network: Network, words: Tokenizer, exported: Path
):
    parity = compare(network, words, exported, islice(samples("parity"), 4))
    assert parity.positions > 400
    assert parity.largest_difference < 0.1
    assert parity.agreement > 0.99


def test_the_file_tells_its_name_prompt_notation_and_chat_template(exported: Path):
    model = llama_cpp.Llama(str(exported), n_ctx=64, verbose=False)
    assert model.metadata["general.name"] == "advice-slm"
    assert model.metadata["general.version"] == "1.2.3"
    assert model.metadata["steward.prompt"] == "compact-2"
    assert model.metadata["llama.context_length"] == "2048"
    assert model.metadata["tokenizer.chat_template"] == tokenizer.CHAT_TEMPLATE
    assert model.token_eos() == tokenizer.SPECIAL.index(tokenizer.END)


def test_a_file_with_other_weights_is_refused(network: Network, words: Tokenizer, exported: Path):
    other = Network(network.shape)
    other.load_state_dict(network.state_dict())
    # Rotating halves in place of pairs is the classic mistake: rows of the queries in another order.
    with torch.no_grad():
        rows = other.layers[0].query.weight
        rows.copy_(rows.unflatten(0, (4, 2, 8)).transpose(1, 2).flatten(0, 2))
    with pytest.raises(ParityBroken, match="likeliest tokens agree"):
        compare(other.eval(), words, exported, islice(samples("parity"), 1))


def test_a_file_with_another_tokenizer_is_refused(network: Network, words: Tokenizer, exported: Path):
    other = tokenizer.train(["nothing of the kind"] * 500, 600)
    with pytest.raises(ParityBroken, match="splits"):
        compare(network, other, exported, islice(samples("parity"), 1))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch):
    """Makes training take few samples of everything."""
    plan = partial(trainer.Plan, layout=Layout(16, 4), validation=Layout(8, 2))
    monkeypatch.setattr(trainer, "Plan", plan)
    monkeypatch.setattr(card, "_DIGESTED", 20)
    for setting, count in (("_TOKENIZER_SAMPLES", 200), ("_PARITY_SAMPLES", 2), ("_USAGE_SAMPLES", 20)):
        monkeypatch.setattr(__main__, setting, count)


@pytest.mark.usefixtures("small")
def test_training_writes_a_model_with_its_card(tmp_path: Path):
    out = tmp_path / "models"
    options = ["--steps", "1", "--ranks", "1", "--out", str(out), "--checkpoint-dir", str(tmp_path / "slm")]
    assert __main__.main(options) == 0
    folder = out / "advice-slm" / "1.0.0"
    written = json.loads((folder / "card.json").read_text())
    assert written["sha256"] == hashlib.sha256((folder / "model.gguf").read_bytes()).hexdigest()
    assert written["bytes"] == (folder / "model.gguf").stat().st_size < 24 * 1024 * 1024
    assert written["training"]["steps"] == 1
    assert written["corpus"]["heldOutArea"] == "orchard"
    assert list(written["corpus"]["digests"].values()) == [0]
    assert written["parity"]["agreement"] > 0.99
