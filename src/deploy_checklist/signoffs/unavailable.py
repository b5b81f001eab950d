"""Sign-offs where there is no place to sign, or none that can be read. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from ..outcome import IgnoredSignOff, Override, Unobservable
from .port import FoundSignOffs, SignOffRequest, Terms

_NONE = FoundSignOffs()


class NoSignOffs(Struct, frozen=True, kw_only=True):
    """Implements SignOffs. `unreadable`: why GitHub does not answer; None: there is no place to
    sign.

    Without a place to sign, as on a laptop, nobody has signed. What cannot be read is neither
    signed nor unsigned.
    """

    unreadable: Unobservable | None = None

    def waits(self, request: SignOffRequest) -> bool:
        """Never: GitHub is not asked."""
        return False

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        """None; Unobservable if they cannot be read."""
        if self.unreadable is not None:
            raise Unobservable(self.unreadable.reason, self.unreadable.remedy)
        return _NONE

    def override(self) -> Override | None:
        """None that is known."""
        return None

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        """None that is known."""
        return ()
