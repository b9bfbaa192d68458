"""Model files: what is told of good ones and of broken ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from services.advice.generation.errors import ModelBroken
from services.advice.generation.weights import Weights
from tests.advice.generation import ggufs


def test_a_model_tells_its_name_version_digest_and_prompt_format(tiny: Path) -> None:
    info = Weights(tiny).info(512)

    assert (info.name, info.version, info.context_tokens) == ("random-words", "0.1.0", 512)
    assert info.prompt_format == "plain-test"
    assert info.sha256 == hashlib.sha256(tiny.read_bytes()).hexdigest()


@pytest.mark.parametrize("share", [0.0001, 0.01, 0.5, 0.99, 0.99999])
def test_a_truncated_file_is_named_as_such(tiny: Path, tmp_path: Path, share: float) -> None:
    path = tmp_path / "cut.gguf"
    data = tiny.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])

    with pytest.raises(ModelBroken, match=f"{path} is truncated"):
        Weights(path)


@pytest.mark.parametrize("data", [b"", b"GGU", b"PK\x03\x04" + bytes(1000), b"<!DOCTYPE html>"])
def test_what_is_no_gguf_is_named_as_such(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(data)

    with pytest.raises(ModelBroken, match=f"{path} is not a GGUF file"):
        Weights(path)


def test_a_missing_file_is_named_as_such(tmp_path: Path) -> None:
    with pytest.raises(ModelBroken, match=f"{tmp_path}/none.gguf does not exist"):
        Weights(tmp_path / "none.gguf")


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelBroken, match=f"{tmp_path} cannot be read: Is a directory"):
        Weights(tmp_path)


def test_an_unknown_architecture_is_reported_in_the_words_of_the_loader(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "strange.gguf"
    path.write_bytes(tiny.read_bytes().replace(b"\x05\0\0\0\0\0\0\0llama", b"\x05\0\0\0\0\0\0\0lxxma", 1))

    with pytest.raises(ModelBroken, match="unknown model architecture: 'lxxma'"):
        Weights(path)


def test_the_loader_writes_nothing_to_the_terminal(tiny: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Weights(tiny)

    assert capfd.readouterr() == ("", "")


def test_tokens_of_more_than_32_bytes_and_of_half_characters_keep_their_bytes(models: Path) -> None:
    long, sentencepiece = Weights(models / "long.gguf"), Weights(models / "sentencepiece.gguf")

    (token,) = long.tokenize(ggufs.LONG_WORD)
    assert long.piece(token) == ggufs.LONG_WORD.encode()
    for weights in (long, sentencepiece):
        tokens = weights.tokenize("x€")
        assert len(tokens) > 3
        assert b"".join(map(weights.piece, tokens)).strip() == "x€".encode()
