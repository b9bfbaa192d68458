"""Conversations as a model was trained to read them: its chat template, and control tokens from nowhere else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence

import jinja2
import llama_cpp as llama
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from services.advice.generation.errors import ModelBroken
from services.advice.generation.port import Message, Role
from services.advice.generation.weights import Weights


class Conversation:
    """Makes prompts for a model.

    A model without a chat template gets the messages' contents, each on a line of its own.

    Args:
        weights: The model.

    Raises:
        ModelBroken: Its chat template is no Jinja template.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        texts = "|".join(map(re.escape, sorted(weights.control_texts, key=len, reverse=True)))
        # Zero wide, so that texts which overlap are all found.
        self._control = re.compile(f"(?=(?:{texts}))") if texts else None
        self._formatter = _formatter(weights)

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """The prompt for the model's next message.

        What looks like a control token within a message is text and stays text.

        Raises:
            ModelBroken: The chat template cannot express this conversation.
        """
        # No message can contain the mark: it is drawn anew each time.
        mark = f"\ue000{secrets.token_hex(16)}\ue001"
        prompt = self._text([(message.role, self._disarm(message.content, mark)) for message in messages])
        tokens = [token for part in prompt.split(mark) for token in self._weights.tokenize(part)]
        first = self._weights.first_token
        return tokens if first is None or tokens[:1] == [first] else [first, *tokens]

    def _disarm(self, content: str, mark: str) -> str:
        """The content with each control token's text cut in two by the mark."""
        if self._control is None:
            return content
        cuts = [match.start() + 1 for match in self._control.finditer(content)]
        return mark.join(content[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True))

    def _text(self, messages: list[tuple[Role, str]]) -> str:
        if self._formatter is None:
            return "".join(f"{content}\n" for _, content in messages)
        try:
            return self._format(messages)
        except (jinja2.TemplateError, ValueError, TypeError) as error:
            merged = _without_system(messages)
            if merged == messages:
                raise ModelBroken(f"The model's chat template cannot express this conversation: {error}.") from error
            # Some templates refuse a system's message; their models expect its rules in the user's first one.
            return self._text(merged)

    def _format(self, messages: list[tuple[Role, str]]) -> str:
        assert self._formatter is not None
        told = [{"role": role.value, "content": content} for role, content in messages]
        return self._formatter(messages=told).prompt  # type: ignore[arg-type]


def _formatter(weights: Weights) -> Jinja2ChatFormatter | None:
    if not weights.chat_template:
        return None
    eos = weights.text(llama.llama_vocab_eos(weights.vocab))
    bos = weights.text(llama.llama_vocab_bos(weights.vocab))
    try:
        return Jinja2ChatFormatter(weights.chat_template, eos_token=eos, bos_token=bos)
    except jinja2.TemplateError as error:
        raise ModelBroken(f"The chat template of {weights.path} is not valid: {error}.") from error


def _without_system(messages: list[tuple[Role, str]]) -> list[tuple[Role, str]]:
    """The conversation with the system's rules at the beginning of the user's first message."""
    rules = [content for role, content in messages if role is Role.SYSTEM]
    rest: list[tuple[Role, str]] = [(role, content) for role, content in messages if role is not Role.SYSTEM]
    first = next((number for number, (role, _) in enumerate(rest) if role is Role.USER), None)
    if not rules or first is None:
        return messages
    rest[first] = (Role.USER, "\n\n".join([*rules, rest[first][1]]))
    return rest
