"""Services that are a source of truth: how they are asked, and what their refusals mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Struct
from msgspec.structs import replace
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ...opaque import OpaqueStruct
from ...outcome import Unobservable
from ...world.ports import HttpAnswer, HttpRequest, ServiceFault, World
from . import probe
from .calls import Calls


def _secure(url: str) -> str:
    if not probe.usable(url):
        raise PydanticCustomError("probe", "is not an http or https URL")
    return url.rstrip("/")


ServiceUrl = Annotated[str, AfterValidator(_secure)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r'^[^"\\\x00-\x1f]+$')]


class ServiceParams(probe.ProbeParams):
    """A service at `url`; the rule names its host, or the kind does."""

    url: ServiceUrl = Field(description="of the service's API; the token is sent only there")


class Service(Struct, frozen=True, kw_only=True):
    """One service, the variable that holds its credential, and what that must be allowed to do."""

    name: str  # "1Password Connect"
    credential: str  # name of the variable
    permission: str  # "read access to the vault"
    place: str | None = None  # what its host is called, if its name may not be shown


class Call(OpaqueStruct, frozen=True, kw_only=True):
    """One call of a service's API, below `url`."""

    path: str
    query: Mapping[str, str | list[str]] | None = None
    headers: Mapping[str, str] | None = None
    method: str = "GET"
    body: bytes | None = None
    limit: int = 8_388_608  # bytes of the answer that are read


def ask(service: Service, params: ServiceParams, call: Call, calls: Calls) -> HttpAnswer:
    """The service's answer of 200, 400 or 404; every other is Unobservable, naming what is missing."""
    answer = send(service, params, call, calls)
    _refused(service, answer)
    return answer


def send(service: Service, params: ServiceParams, call: Call, calls: Calls) -> HttpAnswer:
    """The service's answer, whatever its status. What keeps it from coming is Unobservable."""
    if urlsplit(params.url).scheme == "http" and not params.allow_private:
        raise Unobservable(
            f"{service.name} is not asked over http://, where its credential could be read",
            "use https://",
        )
    # What a service says is asked back (an id, a page): half a character pair in it must not stop
    # us.
    query = f"?{urlencode(call.query, doseq=True, errors='replace')}" if call.query else ""
    at = probe.ProbeTarget.literal(
        f"{params.url}{quote(call.path, safe=_PATH, errors='replace')}{query}"
    )
    at = replace(at, name=service.place) if service.place else at
    request = HttpRequest(
        url=at.url,
        method=call.method,
        headers=call.headers,
        body=call.body,
        allow_private=params.allow_private,
        ca_file=probe.authority(params.ca_file, calls.world),
        limit=call.limit,
    )
    try:
        return calls.send(at, request)
    except ServiceFault as trouble:  # the service is our means here, not what is looked at
        raise Unobservable(
            f"{service.name} at {at.name}: {trouble.message}", trouble.remedy
        ) from None


_PATH = "/%:=&~+!$,;'@()*[]"


def _refused(service: Service, answer: HttpAnswer) -> None:
    if answer.status == 401:
        raise Unobservable(
            f"{service.name} refuses {service.credential}: it is wrong, expired or revoked",
            f"set {service.credential} again",
        )
    if answer.status == 403:
        raise Unobservable(
            f"{service.name} does not allow this to {service.credential}",
            f"it needs {service.permission}",
        )
    if probe.busy(answer):
        raise Unobservable(f"{service.name} {probe.answered(answer)}", "try again later")
    if answer.status not in (200, 400, 404):
        raise Unobservable(f"{service.name} {probe.answered(answer)}; expected 200")


def document(service: Service, answer: HttpAnswer) -> Any:  # noqa: ANN401 - JSON
    """The JSON of an answer of 200."""
    if answer.status != 200:
        raise Unobservable(f"{service.name} {probe.answered(answer)}; expected 200")
    return json_of(service, answer)


def json_of(service: Service, answer: HttpAnswer) -> Any:  # noqa: ANN401 - JSON
    """The JSON of an answer, whatever its status."""
    if answer.truncated:
        raise Unobservable(f"{service.name} answered with more than is read, or was cut")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise odd(service) from None


def odd(service: Service) -> Unobservable:
    """For an answer in another shape than the service's own documentation gives it."""
    return Unobservable(
        f"{service.name} did not answer as its documentation says", "is `url` its API?"
    )


def entries(service: Service, found: object) -> list[dict[str, Any]]:
    """A list of mappings; Unobservable if it is anything else."""
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise odd(service)
    return found


def mapping(service: Service, found: object) -> dict[str, Any]:
    """A mapping; Unobservable if it is anything else."""
    if not isinstance(found, dict):
        raise odd(service)
    return found


def bearer(token_env: str, world: World) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {probe.held(token_env, world)}"}
