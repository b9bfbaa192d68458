"""The network."""

# ruff: noqa: E402 - what needs PyTorch is imported where it is there

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from services.advice.training.batches import batch
from services.advice.training.network import Network, Shape
from services.advice.training.tokenizer import Encoded

pytestmark = pytest.mark.verify  # PyTorch is installed for that alone

SHAPE = Shape(vocabulary=50, width=32, layers=2, heads=4, groups=2, hidden=48, context=64)


@pytest.fixture
def network() -> Network:
    torch.manual_seed(3)
    network = Network(SHAPE)
    for weights in network.parameters():
        if weights.dim() == 2:
            torch.nn.init.normal_(weights, 0.0, 0.2)
    return network.eval()


@torch.no_grad()
def test_a_token_sees_those_before_it_and_none_after(network: Network):
    tokens = torch.randint(0, 50, (1, 20))
    other = tokens.clone()
    other[0, 12] = (other[0, 12] + 1) % 50
    before, after = network(tokens), network(other)
    assert torch.equal(before[:, :12], after[:, :12])
    assert not torch.allclose(before[:, 13:], after[:, 13:])


@torch.no_grad()
def test_attention_is_that_of_the_fused_kernel(network: Network):
    layer = network.layers[0]
    x = torch.randn(2, 9, SHAPE.width)
    still = torch.ones(9, 4), torch.zeros(9, 4)
    query, key, value = layer.query(x), layer.key(x), layer.value(x)
    query, key, value = (part.unflatten(2, (-1, 8)).transpose(1, 2) for part in (query, key, value))
    expected = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
    torch.testing.assert_close(layer._attend(x, still), expected.transpose(1, 2).flatten(2))


@torch.no_grad()
def test_what_fills_up_a_batch_changes_nothing(network: Network):
    short, long = Encoded([5, 6, 7], [8, 9, 2], [True] * 3), Encoded([5] * 6, [9] * 6, [True] * 6)
    together = batch([short, long], padding=0)
    alone = batch([short], padding=0)
    torch.testing.assert_close(network(together.inputs)[0, :5], network(alone.inputs)[0])


def test_only_what_the_model_chooses_in_answers_is_learned():
    made = batch(
        [Encoded([5, 6, 7], [8, 9], [True] * 2), Encoded([5], [7, 8, 9, 2], [True, False, True, True])], padding=0
    )
    assert made.targets[made.learned].tolist() == [8, 9, 7, 9, 2]
    assert made.inputs.shape == made.targets.shape == (2, 4)


def test_the_output_layer_is_the_embedding(network: Network):
    assert not any("output" in name for name in network.state_dict() if not name.startswith("layers."))
