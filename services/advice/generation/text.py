"""Makes text of tokens' bytes."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextPieces:
    """Turns bytes into pieces of whole characters, up to a text at which to stop.

    Args:
        stop: Texts before which the text ends.
    """

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = stop
        self._held = ""
        self.stopped = False
        """Whether a stop text was met; nothing comes after it."""

    def add(self, data: bytes) -> str:
        """What can be said now that ``data`` follows; perhaps nothing."""
        text = self._decoder.decode(data)
        if not self._stop:
            return text
        text = self._held + text
        found = [at for at in map(text.find, self._stop) if at >= 0]
        if found:
            self.stopped = True
            self._held = ""
            return text[: min(found)]
        end = len(text) - self._begun(text)
        self._held = text[end:]
        return text[:end]

    def rest(self) -> str:
        """What was held back because a stop text could have begun with it; without half a character at the end."""
        held, self._held = self._held, ""
        return held

    def _begun(self, text: str) -> int:
        """Length of the longest end of the text with which a stop text begins."""
        return max(
            (size for stop in self._stop for size in range(1, len(stop)) if text.endswith(stop[:size])), default=0
        )
