"""The network: a small Llama, with the weights' names and the rotation of pairs that GGUF expects."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

_INITIAL_DEVIATION = 0.02


@dataclass(frozen=True, slots=True)
class Shape:
    """The network's dimensions."""

    vocabulary: int
    width: int = 192
    layers: int = 6
    heads: int = 6
    groups: int = 2
    """Heads of keys and values, each shared by `heads / groups` heads of queries."""
    hidden: int = 512
    """Width inside a feed-forward layer."""
    context: int = 2048
    rope_base: float = 10_000.0
    epsilon: float = 1e-5
    """Added to the mean square in norms."""

    @property
    def head_width(self) -> int:
        """Width of one head."""
        return self.width // self.heads


class Network(nn.Module):
    """A decoder-only transformer whose output layer is its embedding.

    Args:
        shape: Its dimensions.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = nn.ModuleList(_Layer(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        frequencies = shape.rope_base ** -(torch.arange(0, shape.head_width, 2).float() / shape.head_width)
        angles = torch.outer(torch.arange(shape.context).float(), frequencies)
        self.register_buffer("cosines", angles.cos(), persistent=False)
        self.register_buffer("sines", angles.sin(), persistent=False)
        self._initialize()

    def features(self, tokens: Tensor) -> Tensor:
        """What the output layer sees: token ids of shape (batch, length) to (batch, length, width)."""
        length = tokens.shape[1]
        rotation = (self.cosines[:length], self.sines[:length])
        x = self.embedding(tokens)
        for layer in self.layers:
            x = layer(x, rotation)
        return self.norm(x)

    def logits(self, features: Tensor) -> Tensor:
        """Scores of the next token: shape (…, width) to (…, vocabulary)."""
        return functional.linear(features, self.embedding.weight)

    def forward(self, tokens: Tensor) -> Tensor:
        """Scores of the next token after each one: (batch, length) to (batch, length, vocabulary)."""
        return self.logits(self.features(tokens))

    def _initialize(self) -> None:
        # What adds to the residual stream starts smaller, so that its variance does not grow with depth.
        residual = _INITIAL_DEVIATION / math.sqrt(2 * self.shape.layers)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                last = name.endswith(("attention_output.weight", "down.weight"))
                nn.init.normal_(parameter, 0.0, residual if last else _INITIAL_DEVIATION)


class _Layer(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        keys = shape.groups * shape.head_width
        self.attention_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.query = nn.Linear(shape.width, shape.width, bias=False)
        self.key = nn.Linear(shape.width, keys, bias=False)
        self.value = nn.Linear(shape.width, keys, bias=False)
        self.attention_output = nn.Linear(shape.width, shape.width, bias=False)
        self.feed_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.gate = nn.Linear(shape.width, shape.hidden, bias=False)
        self.up = nn.Linear(shape.width, shape.hidden, bias=False)
        self.down = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
        x = x + self.attention_output(self._attend(self.attention_norm(x), rotation))
        inner = self.feed_norm(x)
        return x + self.down(functional.silu(self.gate(inner)) * self.up(inner))

    def _attend(self, x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
        """Attention of matrix products: on a CPU, learning through them takes half the time of the fused kernel."""
        samples, length, _ = x.shape
        query = _rotate(self._split(self.query(x), self.shape.heads), rotation)
        key = _rotate(self._split(self.key(x), self.shape.groups), rotation).flatten(0, 1)
        value = self._split(self.value(x), self.shape.groups).flatten(0, 1)
        # Heads that share keys stand one below the other.
        shared = self.shape.heads // self.shape.groups
        query = query.reshape(samples * self.shape.groups, shared * length, self.shape.head_width)
        future = torch.full((length, length), -torch.inf, dtype=query.dtype).triu(1).repeat(shared, 1)
        scores = torch.baddbmm(future, query, key.transpose(1, 2), alpha=self.shape.head_width**-0.5)
        attended = scores.softmax(-1) @ value
        return attended.view(samples, self.shape.heads, length, -1).transpose(1, 2).flatten(2)

    def _split(self, x: Tensor, heads: int) -> Tensor:
        return x.unflatten(2, (heads, self.shape.head_width)).transpose(1, 2)


def _rotate(x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
    """Rotates neighbouring pairs, as GGUF's llama does: with halves instead, export would have to permute rows."""
    cosines, sines = (part.to(x.dtype) for part in rotation)
    even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((even * cosines - odd * sines, even * sines + odd * cosines), dim=-1).flatten(-2)
