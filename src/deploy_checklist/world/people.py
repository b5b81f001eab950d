"""Where no sign-off can be read because there is no place to sign: a laptop, or a run without PR and ticket."""

from __future__ import annotations

from dataclasses import dataclass

from .ports import Asked, Signatures, Signers, Terms


@dataclass(frozen=True, kw_only=True, slots=True)
class _NoSigners:
    asked: Asked

    def signatures(self, terms: Terms) -> Signatures:
        return Signatures()

    def home(self) -> str | None:
        return None


class Nobody:
    """Implements People: nobody has signed, and there is no place to."""

    def signers(self, asked: Asked) -> Signers:
        """No sign-off of this item."""
        return _NoSigners(asked=asked)
