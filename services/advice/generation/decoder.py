"""Generates text with a GGUF, token by token; synchronous, one text at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from services.advice.generation.constraint import Constraint, Grammars
from services.advice.generation.context import Context, Logits, Stopped
from services.advice.generation.conversation import Conversation
from services.advice.generation.errors import PromptTooLong
from services.advice.generation.port import End, StopReason, Task
from services.advice.generation.sampling import Sampler
from services.advice.generation.text import TextPieces
from services.advice.generation.weights import Weights


class Decoder:
    """A loaded model.

    Args:
        path: The GGUF file.
        context_tokens: Most tokens of prompt and text together, if the model can take as many.
        fast_forward: Whether tokens that a grammar leaves no choice about are fed together rather than one by one.

    Raises:
        ModelBroken: The file cannot be used.
    """

    def __init__(self, path: Path, context_tokens: int, *, fast_forward: bool = True) -> None:
        self._weights = Weights(path)
        self._conversation = Conversation(self._weights)
        self._grammars = Grammars(self._weights)
        self._context = Context(self._weights, context_tokens)
        self._fast_forward = fast_forward
        self.info = self._weights.info(self._context.size)

    def generate(self, task: Task, grammar: str, stopped: Callable[[], bool]) -> Iterator[str | End]:
        """Generates a text: pieces of whole characters, then its `End`.

        Args:
            task: What to generate; its schema is not looked at.
            grammar: What the text is held to, in llguidance's notation; any text if empty.
            stopped: Asked before every token whether nobody waits for the text any more.

        Raises:
            Stopped: Nobody waits any more.
            PromptTooLong: The prompt leaves no room in the context.
            SchemaNotEnforceable: The grammar cannot be enforced.
            GenerationFailed: llama.cpp failed, or the grammar could not be enforced to the end.
        """
        constraint = self._grammars.constraint(grammar) if grammar else None
        prompt = self._conversation.tokens(task.messages)
        room = self._context.size - len(prompt)
        if room < 1:
            raise PromptTooLong(
                f"The prompt has {len(prompt)} tokens, the model's context {self._context.size}; shorten the prompt.",
                tokens=str(len(prompt)),
                limit=str(self._context.size),
            )
        run = _Run(self._weights, constraint, task, min(task.max_tokens or room, room), fast_forward=self._fast_forward)
        yield from self._decode(run, prompt, stopped)
        yield End(run.stop_reason or StopReason.LENGTH, len(prompt), run.made, run.forced)

    def _decode(self, run: _Run, prompt: list[int], stopped: Callable[[], bool]) -> Iterator[str]:
        new = run.begin()
        if piece := run.said(new):
            yield piece
        if run.over:
            return
        logits = self._context.read([*prompt, *new], stopped)
        while True:
            if stopped():
                raise Stopped(run.made)
            new = run.next(logits)
            if piece := run.said(new):
                yield piece
            if run.over:
                return
            logits = self._context.feed(new)


class _Run:
    """One text that is being generated."""

    def __init__(
        self, weights: Weights, constraint: Constraint | None, task: Task, limit: int, *, fast_forward: bool
    ) -> None:
        self._weights = weights
        self._constraint = constraint
        self._fast_forward = fast_forward
        self._sampler = Sampler(task.temperature, task.top_p, task.seed)
        # A schema says itself where the text ends.
        self._text = TextPieces(() if constraint else task.stop)
        self._left = limit
        self.made = 0
        self.forced = 0
        self.stop_reason: StopReason | None = None

    @property
    def over(self) -> bool:
        """Whether the text is complete or the number of tokens has run out."""
        return self.stop_reason is not None or self._left == 0

    def begin(self) -> Sequence[int]:
        """The tokens that the text must begin with."""
        return self._extended([])

    def next(self, logits: Logits) -> Sequence[int]:
        """The next token and those that must follow it; none if the text is complete."""
        allowed = self._constraint.allowed(self._weights.vocabulary_size) if self._constraint else None
        token = self._sampler.draw(logits, allowed)
        if self._weights.ends(token):
            self.stop_reason = StopReason.COMPLETE
            return []
        if self._constraint:
            self._constraint.take(token)
        return self._extended([token])

    def _extended(self, chosen: list[int]) -> Sequence[int]:
        forced: Sequence[int] = []
        if self._constraint:
            if self._fast_forward and not self._constraint.complete:
                forced = self._constraint.forced()
            if self._constraint.complete and len(chosen) + len(forced) <= self._left:
                self.stop_reason = StopReason.COMPLETE
        tokens = [*chosen, *forced][: self._left]
        self._left -= len(tokens)
        self.made += len(tokens)
        self.forced += len(tokens) - len(chosen)
        return tokens

    def said(self, tokens: Sequence[int]) -> str:
        """What the tokens add to the text; what was held back, too, once it is over."""
        piece = self._text.add(b"".join(map(self._weights.piece, tokens)))
        if self._text.stopped:
            self.stop_reason = StopReason.COMPLETE
        elif self.over:
            piece += self._text.rest()
        return piece
