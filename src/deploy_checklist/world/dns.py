"""Names, looked up by the system's resolver."""

from __future__ import annotations

from ..outcome import Unobservable
from .deadline import ProbeDeadline
from .dns_port import ResolvedName


class LiveDns:
    """The port `Dns` over getaddrinfo."""

    def resolve(self, name: str, *, timeout: float) -> ResolvedName:
        import socket  # only if a rule asks

        from .lookup import NameLookup

        # With its final dot, a name is not looked for in the machine's search domains.
        asked = f"{name}." if "." in name else name
        deadline = ProbeDeadline(timeout, called=f"the resolver (for `{name}`)")
        # Each family by itself: asked for both, the resolver leaves one out that it failed to find.
        lookups = [
            NameLookup(asked, family=family, flags=socket.AI_CANONNAME)
            for family in (socket.AF_INET, socket.AF_INET6)
        ]
        no_such_name = (socket.EAI_NONAME, socket.EAI_NODATA, socket.EAI_ADDRFAMILY)
        addresses: list[str] = []
        canonical: list[str] = []
        for lookup in lookups:
            try:
                found = lookup.answer(deadline)
            except TimeoutError:
                deadline.raise_unobservable("looking it up")
            if isinstance(found, socket.gaierror) and found.errno in no_such_name:
                continue
            if not isinstance(found, list):
                raise Unobservable(
                    f"this machine's resolver could not look up `{name}`",
                    "try again, and check that this machine can reach its DNS server",
                )
            addresses += [str(each.sockaddr[0]) for each in found]
            canonical += [each.canonical.lower().rstrip(".") for each in found if each.canonical]
        return ResolvedName(
            addresses=tuple(dict.fromkeys(addresses)), canonical=tuple(dict.fromkeys(canonical))
        )
