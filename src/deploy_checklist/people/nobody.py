"""Sign-offs where there is no place to sign, or none that can be read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ..frozen import frozen
from ..outcome import IgnoredSignOff, Unobservable
from ..world.ports import Asked, Signatures, Signers, Terms

_NONE = Signatures()


class Nobody:
    """Implements People where there is no place to sign: a laptop, a run without PR and ticket."""

    def signers(self, asked: Asked) -> Signers:
        """No sign-off of this item."""
        return _NoSigners(asked=asked)

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        """None."""
        return ()


@frozen(kw_only=False)
class Unheard:
    """Implements People where GitHub does not tell what people said: neither signed nor unsigned."""

    trouble: Unobservable

    def signers(self, asked: Asked) -> Signers:
        """Whoever signed this item is not known."""
        return _UnknownSigners(asked=asked, trouble=self.trouble)

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        """None that is known."""
        return ()


@frozen
class _NoSigners:
    asked: Asked

    @property
    def waits(self) -> bool:
        return False

    def signatures(self, terms: Terms) -> Signatures:
        return _NONE

    def home(self) -> str | None:
        return None


@frozen
class _UnknownSigners:
    asked: Asked
    trouble: Unobservable

    @property
    def waits(self) -> bool:
        return False

    def signatures(self, terms: Terms) -> Signatures:
        raise Unobservable(self.trouble.reason, self.trouble.remedy)

    def home(self) -> str | None:
        return None
