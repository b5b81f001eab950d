"""Asks a server, as a browser would, whether it lets an origin in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Struct

from ...outcome import Unobservable
from ...world.ports import HttpAnswer, HttpRequest, ServiceFault, World
from . import probe
from .calls import Calls

DECOY = "https://checklist-probe.invalid"
_MOST = 50  # origins asked for
_UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "Y2hlY2tsaXN0LXByb2JlIQ==",
}


class CorsAnswers(Struct, frozen=True, kw_only=True):
    """What the server does: `fault` is None if it lets exactly the right origins in."""

    source: str
    fault: str | None = None
    remedy: str | None = None
    notices: tuple[str, ...] = ()


class CorsProbe(Struct, frozen=True, kw_only=True):
    """One server, to be asked for several origins within one time-out."""

    url: str
    timeout: float
    allow_private: bool
    ca_file: bytes | None

    def of(self, origins: Sequence[str], named: Mapping[str, str], world: World) -> CorsAnswers:
        """`named` tells by what name an origin may be spoken of."""
        at = probe.ProbeTarget.literal(self.url)
        calls = Calls(world, self.timeout)
        asked = f"preflights to {at.shown} from this machine"
        try:
            for origin in [*origins[:_MOST], DECOY]:
                answer = self._ask(origin, at, calls)
                if fault := _fault(answer, origin, named.get(origin, "a decoy")):
                    return CorsAnswers(
                        source=calls.seen(asked), fault=f"{at.name} {fault[0]}", remedy=fault[1]
                    )
            if len(origins) > _MOST:
                raise Unobservable(
                    f"only the first {_MOST} of {len(origins)} origins were asked for"
                )
            return CorsAnswers(source=calls.seen(asked), notices=self._of_websocket(at, calls))
        except ServiceFault as trouble:
            return CorsAnswers(
                source=calls.seen(asked),
                fault=f"{at.name}: {trouble.message}",
                remedy=trouble.remedy,
            )

    def _ask(self, origin: str, at: probe.ProbeTarget, calls: Calls) -> HttpAnswer:
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return calls.send(at, self._request("OPTIONS", self.url, headers))

    def _request(self, method: str, url: str, headers: Mapping[str, str]) -> HttpRequest:
        return HttpRequest(
            url=url,
            method=method,
            headers=headers,
            allow_private=self.allow_private,
            ca_file=self.ca_file,
        )

    def _of_websocket(self, at: probe.ProbeTarget, calls: Calls) -> tuple[str, ...]:
        """CORS does not guard WebSocket: a server that is asked by it must look at the origin
        itself.
        """
        parts = urlsplit(self.url)
        if "/socket.io" not in parts.path:
            return ()
        query = urlencode({**dict(parse_qsl(parts.query)), "EIO": "4", "transport": "websocket"})
        try:
            url = parts._replace(query=query).geturl()
            answer = calls.send(at, self._request("GET", url, {**_UPGRADE, "Origin": DECOY}))
        except (Unobservable, ServiceFault):
            return ("whether WebSocket lets other origins in could not be seen",)
        if answer.status != 101:
            return ()
        return (
            "a decoy origin is let in over WebSocket, which CORS does not guard: see `allowRequest` of Socket.IO",
        )


def _fault(answer: HttpAnswer, origin: str, name: str) -> tuple[str, str | None] | None:
    """Only the very origin that was sent counts: a server with one fixed origin sends that one to
    everybody.
    """
    allowed = answer.headers.get("access-control-allow-origin")
    accepted = 200 <= answer.status < 300
    if probe.busy(answer):
        raise Unobservable(
            f"the server {probe.answered(answer)} to the preflight of {name}, so whom it lets in cannot be told",
            "try again later",
        )
    if origin == DECOY:
        if accepted and allowed in (DECOY, "*"):
            return (
                "lets any origin in: a decoy was allowed",
                "list the origins in the server's CORS settings",
            )
        return None
    if accepted and allowed == origin:
        return None
    if accepted and allowed == "*":
        return "lets any origin in (`*`)", "list the origins in the server's CORS settings"
    if allowed is None and answer.status == 400:
        return (
            f"{probe.answered(answer)} to the preflight of {name}: has it CORS settings at all?",
            None,
        )
    if not accepted:
        return (
            f"{probe.answered(answer)} to the preflight of {name}",
            "is `probe` the URL that browsers call?",
        )
    return f"does not allow {name}", "is the running server's allow-list the one of this variable?"
