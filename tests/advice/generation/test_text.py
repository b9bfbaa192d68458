"""Pieces of text from tokens' bytes."""

from __future__ import annotations

import pytest

from services.advice.generation.text import TextPieces


def test_a_character_is_said_when_it_is_whole() -> None:
    text = TextPieces()

    assert [text.add(bytes([byte])) for byte in "a€😀".encode()] == ["a", "", "", "€", "", "", "", "😀"]
    assert text.add(b"\xf0\x9f") + text.rest() == ""


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    assert TextPieces().add(b"a\xff\xfeb") == "a\ufffd\ufffdb"


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_the_text_ends_before_the_first_stop_text_however_it_is_cut(size: int) -> None:
    text = TextPieces(("END", "\n\n"))
    data = b"one E two EN\nthree END four\n\n"

    pieces = [text.add(data[start : start + size]) for start in range(0, len(data), size) if not text.stopped]

    assert "".join(pieces) == "one E two EN\nthree "
    assert text.stopped


def test_what_only_began_like_a_stop_text_is_said_in_the_end() -> None:
    text = TextPieces(("END",))

    assert text.add(b"the EN") == "the "
    assert text.rest() == "EN"
    assert not text.stopped
