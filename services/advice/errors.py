"""Errors of wording; those of generating text are in `generation.errors`."""

from __future__ import annotations

from steward.errors.v1 import reason_pb2

from services.kit.errors import DomainError, Kind


class WordingRefused(DomainError):
    """What the language model worded broke a check at every attempt."""

    kind, reason = Kind.INTERNAL, reason_pb2.REASON_WORDING_REFUSED

    def __init__(self, path: str, check: str, attempts: int) -> None:
        super().__init__(
            f"{path}: what the language model worded broke the check {check!r} in {attempts} attempts and is withheld; "
            "ask again, or configure another model with STEWARD_ADVICE_MODEL.",
            path=path,
            check=check,
            attempts=str(attempts),
        )
