"""Asks a server, as a browser would, which origins it allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Struct

from ...outcome import Unobservable
from ...world.ports import HttpAnswer, HttpRequest, ServiceFault, World
from . import probe
from .calls import Calls
from .decoys import UNRELATED, Decoy, decoys, not_imitated

_MOST_ORIGINS = 50
_LIST_THEM = "list the origins in the server's CORS settings"
_UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "Y2hlY2tsaXN0LXByb2JlIQ==",
}


_Fault = tuple[str, str | None]  # what is wrong, and the remedy


class CorsResult(Struct, frozen=True, kw_only=True):
    """`fault` is None if the server allows exactly the right origins."""

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

    def run(self, origins: Sequence[str], names: Mapping[str, str], world: World) -> CorsResult:
        """Asks for each origin and for decoys. `names`: what each origin is called in messages."""
        target = probe.ProbeTarget.literal(self.url)
        calls = Calls(world, self.timeout)
        place = f"preflights to {target.shown} from this machine"
        try:
            fault = self._first_fault(origins, names, target, calls)
            if fault is not None:
                message, remedy = fault
                source = calls.source(place)
                return CorsResult(source=source, fault=f"{target.name} {message}", remedy=remedy)
            if len(origins) > _MOST_ORIGINS:
                raise Unobservable(
                    f"only the first {_MOST_ORIGINS} of {len(origins)} origins were checked"
                )
            notices = self._websocket_notices(target, calls)
            if left_out := not_imitated(origins):
                notices += (f"no decoys were tried for the last {left_out} origins",)
            return CorsResult(source=calls.source(place), notices=notices)
        except ServiceFault as error:
            return CorsResult(
                source=calls.source(place),
                fault=f"{target.name}: {error.message}",
                remedy=error.remedy,
            )

    def _first_fault(
        self,
        origins: Sequence[str],
        names: Mapping[str, str],
        target: probe.ProbeTarget,
        calls: Calls,
    ) -> _Fault | None:
        for origin in origins[:_MOST_ORIGINS]:
            answer = self._preflight(origin, target, calls)
            if fault := _refusal(answer, origin, names[origin]):
                return fault
        if _lets_in(self._preflight(UNRELATED, target, calls), UNRELATED):
            return "allows any origin: a decoy was allowed", _LIST_THEM
        for decoy in decoys(origins, names):
            if _lets_in(self._preflight(decoy.origin, target, calls), decoy.origin):
                return _too_many(decoy)
        return None

    def _preflight(self, origin: str, target: probe.ProbeTarget, calls: Calls) -> HttpAnswer:
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return calls.send(target, self._request("OPTIONS", self.url, headers))

    def _request(self, method: str, url: str, headers: Mapping[str, str]) -> HttpRequest:
        return HttpRequest(
            url=url,
            method=method,
            headers=headers,
            allow_private=self.allow_private,
            ca_file=self.ca_file,
        )

    def _websocket_notices(self, target: probe.ProbeTarget, calls: Calls) -> tuple[str, ...]:
        """CORS does not apply to WebSocket: the server has to check the origin itself."""
        parts = urlsplit(self.url)
        if "/socket.io" not in parts.path:
            return ()
        query = urlencode({**dict(parse_qsl(parts.query)), "EIO": "4", "transport": "websocket"})
        try:
            url = parts._replace(query=query).geturl()
            answer = calls.send(
                target, self._request("GET", url, {**_UPGRADE, "Origin": UNRELATED})
            )
        except (Unobservable, ServiceFault):
            return ("could not check whether WebSocket allows other origins",)
        if answer.status != 101:
            return ()
        return (
            "a decoy origin is allowed over WebSocket, which CORS does not cover: "
            "see `allowRequest` of Socket.IO",
        )


def _refusal(answer: HttpAnswer, origin: str, name: str) -> _Fault | None:
    """Why the answer does not let a listed origin in, or lets everybody in.

    Only the origin that was sent counts: some servers return one fixed origin for every request.
    """
    answered = probe.describe_answer(answer)
    allowed = answer.headers.get("access-control-allow-origin")
    _require_answer(answer, name)
    accepted = 200 <= answer.status < 300
    if accepted and allowed == origin:
        return None
    if accepted and allowed == "*":
        return "allows any origin (`*`)", _LIST_THEM
    if allowed is None and answer.status == 400:
        return f"{answered} to the preflight of {name}; check that it has CORS settings", None
    if not accepted:
        message = f"{answered} to the preflight of {name}"
        return message, "check that `probe` is the URL that browsers call"
    return f"does not allow {name}", "check that the running server uses this variable's list"


def _lets_in(answer: HttpAnswer, decoy: str) -> bool:
    _require_answer(answer, "a decoy")
    allowed = answer.headers.get("access-control-allow-origin")
    return 200 <= answer.status < 300 and allowed in (decoy, "*")


def _require_answer(answer: HttpAnswer, name: str) -> None:
    """Unobservable if the server is busy."""
    if probe.is_busy(answer):
        raise Unobservable(
            f"the server {probe.describe_answer(answer)} to the preflight of {name}, "
            "so the origins that it allows are not known",
            "try again later",
        )


def _too_many(decoy: Decoy) -> _Fault:
    return (
        f"allows more than the listed origins: a decoy was allowed, {decoy.described}",
        "in the server, compare the whole origin with each listed one, as text",
    )
