"""A GGUF file: its network, memory-mapped, and its vocabulary."""

from __future__ import annotations

import ctypes
import hashlib
from collections import deque
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import llama_cpp as llama

from services.advice.generation.errors import ModelBroken
from services.advice.generation.gguf_file import check_file
from services.advice.generation.port import ModelInfo

_CUT_OFF = ("not within the file bounds", "failed to read", "unexpectedly reached end of file")
"""What llama.cpp says of a file whose end is missing."""

_LOG_ERROR, _LOG_CONTINUED = 4, 5
_errors: deque[str] = deque(maxlen=8)


@llama.llama_log_callback  # type: ignore[untyped-decorator]
def _keep_errors(level: int, text: bytes, _: Any) -> None:
    if level >= _LOG_ERROR and level != _LOG_CONTINUED:
        _errors.append(text.decode(errors="replace").strip())


def last_error() -> str:
    """What llama.cpp complained about last; empty if nothing."""
    return _errors[-1] if _errors else ""


class Weights:
    """A loaded model; it stays for the rest of the process.

    Args:
        path: The GGUF file.

    Raises:
        ModelBroken: The file is missing, is no GGUF, is cut off, or holds a model that llama.cpp cannot use.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        check_file(path)
        # llama.cpp writes to stderr otherwise, some hundred lines a model.
        llama.llama_log_set(_keep_errors, ctypes.c_void_p(0))
        llama.llama_backend_init()
        params = llama.llama_model_default_params()
        params.n_gpu_layers = 0
        # Weights repacked for this CPU would be a copy per worker; mapped ones are shared by all.
        params.use_extra_bufts = False
        _errors.clear()
        self.model = llama.llama_model_load_from_file(str(path).encode(), params)
        if not self.model:
            raise _unusable(path)
        self.vocab = llama.llama_model_get_vocab(self.model)
        self.vocabulary_size: int = llama.llama_vocab_n_tokens(self.vocab)
        self._pieces: dict[int, bytes] = {}

    def info(self, context_tokens: int) -> ModelInfo:
        """The model, used with a context of that many tokens."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return ModelInfo(
            name=self.metadata("general.name") or self.path.stem,
            version=self.metadata("general.version"),
            sha256=digest,
            context_tokens=context_tokens,
            prompt_format=self.metadata("steward.prompt"),
        )

    def metadata(self, key: str) -> str:
        """A value of the file's metadata; empty if it has none."""
        buffer = ctypes.create_string_buffer(1024)
        length = llama.llama_model_meta_val_str(self.model, key.encode(), buffer, len(buffer))
        return buffer.value.decode(errors="replace") if length > 0 else ""

    @property
    def chat_template(self) -> str:
        """Jinja template of conversations; empty if the model has none."""
        return (llama.llama_model_chat_template(self.model, None) or b"").decode(errors="replace")

    @property
    def first_token(self) -> int | None:
        """Token that every prompt begins with; None if there is none."""
        return llama.llama_vocab_bos(self.vocab) if llama.llama_vocab_get_add_bos(self.vocab) else None

    def text(self, token: int) -> str:
        """A token as it is written in the vocabulary; empty for -1, which stands for none."""
        return llama.llama_vocab_get_text(self.vocab, token).decode(errors="replace") if token >= 0 else ""

    def ends(self, token: int) -> bool:
        """Whether the model says with this token that its text is complete."""
        return bool(llama.llama_vocab_is_eog(self.vocab, token))

    def piece(self, token: int) -> bytes:
        """The bytes that a token adds to a text: none for control tokens, perhaps half a character for others."""
        piece = self._pieces.get(token)
        if piece is None:
            piece = self._pieces[token] = self._read_piece(token)
        return piece

    def _read_piece(self, token: int, size: int = 64) -> bytes:
        buffer = ctypes.create_string_buffer(size)
        length = llama.llama_token_to_piece(self.vocab, token, buffer, size, 0, False)  # noqa: FBT003 - C has no keywords
        return self._read_piece(token, -length) if length < 0 else buffer.raw[:length]

    def tokenize(self, text: str) -> list[int]:
        """The tokens of a text, control tokens that are written out in it included."""
        data = text.encode(errors="replace")
        room = len(data) + 8
        buffer = (llama.llama_token * room)()
        count = llama.llama_tokenize(self.vocab, data, len(data), buffer, room, False, True)  # noqa: FBT003 - likewise
        return buffer[:count]

    @cached_property
    def control_texts(self) -> tuple[str, ...]:
        """Texts that llama.cpp makes control tokens of when it finds them in a prompt."""
        return tuple(text for text in self._special_texts() if text)

    def _special_texts(self) -> Iterator[str]:
        always = llama.LLAMA_TOKEN_ATTR_CONTROL | llama.LLAMA_TOKEN_ATTR_UNKNOWN
        for token in range(self.vocabulary_size):
            kind = llama.llama_vocab_get_attr(self.vocab, token)
            if kind & always:
                yield self.text(token)
            elif kind & llama.LLAMA_TOKEN_ATTR_USER_DEFINED:
                # Some are plain words or runs of spaces; those that steer a model, such as <think>, look like tags.
                text = self.text(token)
                if text.startswith("<") and text.endswith(">"):
                    yield text


def _unusable(path: Path) -> ModelBroken:
    cause = _errors[0] if _errors else "no cause given"
    if any(words in cause for words in _CUT_OFF):
        return ModelBroken(f"The model file {path} is truncated; copy it again. llama.cpp says: {cause}.")
    return ModelBroken(f"llama.cpp cannot use the model file {path}: {cause}.")
