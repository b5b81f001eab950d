"""Sign-offs where there is no place to sign: a laptop, or a run without pull request and ticket. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .checklist.model import words_hash
from .outcome import IgnoredSignOff
from .world.ports import Asked, Signatures, Signers, Terms


class Nobody:
    """Implements People where there is no place to sign: a laptop, a run without PR and ticket."""

    def signers(self, asked: Asked) -> Signers:
        """No sign-off of this item."""
        return _NoSigners(asked=asked)

    def ignored(self) -> Sequence[IgnoredSignOff]:
        """None."""
        return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _NoSigners:
    asked: Asked

    def signatures(self, terms: Terms) -> Signatures:
        return Signatures(words=asked_words(self.asked, terms))

    def home(self) -> str | None:
        return None


def asked_words(asked: Asked, terms: Terms) -> str:
    """The hash of what a sign-off confirms: the item's words, and what the rule asks instead."""
    return words_hash(f"{asked.words}\n{terms.that}" if terms.that else asked.words)
