"""The port for names: the answers of this machine's resolver."""

from __future__ import annotations

from typing import Protocol

from ..opaque import OpaqueStruct


class ResolvedName(OpaqueStruct, frozen=True, kw_only=True):
    """What a name resolves to. Both are empty if the name does not exist or has no address.

    `canonical`: the name at the end of all aliases, in lower case, without final dot. There are
    several only while DNS is being changed.
    """

    addresses: tuple[str, ...]  # IPv4 and IPv6
    canonical: tuple[str, ...]


class Dns(Protocol):
    """Names, as this machine resolves them."""

    def resolve(self, name: str, *, timeout: float) -> ResolvedName:
        """Unobservable if the resolver does not answer, or not for both kinds of addresses."""
