"""Whether a file can be a GGUF at all, told without loading anything."""

from __future__ import annotations

from pathlib import Path

from services.advice.generation.errors import ModelBroken

_MAGIC = b"GGUF"


def check_file(path: Path) -> None:
    """Makes sure that a file exists and begins like a GGUF.

    Raises:
        ModelBroken: It does not; the message says which of both, and the path.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except FileNotFoundError:
        raise ModelBroken(f"The model file {path} does not exist; set STEWARD_ADVICE_MODEL to one that does.") from None
    except OSError as error:
        raise ModelBroken(f"The model file {path} cannot be read: {error.strerror}.") from error
    if magic != _MAGIC:
        raise ModelBroken(f"{path} is not a GGUF file; convert the model to GGUF or name another file.")
