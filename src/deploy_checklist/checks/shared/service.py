"""Calls of a service's API: how they are sent, and what their refusals mean."""

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
    if not probe.is_http_url(url):
        raise PydanticCustomError("probe", "is not an http or https URL")
    return url.rstrip("/")


_SAFE_IN_PATHS = "/%:=&~+!$,;'@()*[]"
ServiceUrl = Annotated[str, AfterValidator(_secure)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r'^[^"\\\x00-\x1f]+$')]


class ServiceParams(probe.ProbeParams):
    """A service at `url`; the rule names its host, or the kind does."""

    url: ServiceUrl = Field(
        description="URL of the service's API. The token is sent only there.",
        examples=["https://connect.acme.example"],
    )


class Service(Struct, frozen=True, kw_only=True):
    """One service, the variable that holds its credential, and what that must be allowed to do."""

    name: str  # "1Password Connect"
    credential: str  # name of the variable
    permission: str  # "read access to the vault"
    place: str | None = None  # what messages call its host, if they may not name it


class Call(OpaqueStruct, frozen=True, kw_only=True):
    """One call of a service's API, below `url`."""

    path: str
    query: Mapping[str, str | list[str]] | None = None
    headers: Mapping[str, str] | None = None
    method: str = "GET"
    body: bytes | None = None
    limit: int = 8_388_608  # most bytes of the answer


def ask(service: Service, params: ServiceParams, call: Call, calls: Calls) -> HttpAnswer:
    """The service's answer of 200, 400 or 404. Any other is Unobservable, with what is missing."""
    answer = send(service, params, call, calls)
    if answer.status == 401:
        raise Unobservable(
            f"{service.name} refuses {service.credential}: it is wrong, expired or revoked",
            f"set {service.credential} again",
        )
    if answer.status == 403:
        raise Unobservable(
            f"{service.name} does not allow {service.credential} to do this",
            f"it needs {service.permission}",
        )
    if probe.is_busy(answer):
        raise Unobservable(f"{service.name} {probe.describe_answer(answer)}", "try again later")
    if answer.status not in (200, 400, 404):
        raise Unobservable(f"{service.name} {probe.describe_answer(answer)}; expected 200")
    return answer


def send(service: Service, params: ServiceParams, call: Call, calls: Calls) -> HttpAnswer:
    """The service's answer, whatever its status. Unobservable if none comes."""
    if urlsplit(params.url).scheme == "http" and not params.allow_private:
        raise Unobservable(
            f"{service.name} was not contacted: over http:// others could read the credential",
            "use https://",
        )
    # Path and query may hold what the service answered before (an id, a page): a lone surrogate
    # in it must not raise.
    query = f"?{urlencode(call.query, doseq=True, errors='replace')}" if call.query else ""
    path = quote(call.path, safe=_SAFE_IN_PATHS, errors="replace")
    target = probe.ProbeTarget.literal(f"{params.url}{path}{query}")
    if service.place:
        target = replace(target, name=service.place)
    request = HttpRequest(
        url=target.url,
        method=call.method,
        headers=call.headers,
        body=call.body,
        allow_private=params.allow_private,
        ca_file=probe.ca_certificates(params.ca_file, calls.world),
        limit=call.limit,
    )
    try:
        return calls.send(target, request)
    except ServiceFault as fault:  # the check is not about the service itself
        message = f"{service.name} at {target.name}: {fault.message}"
        raise Unobservable(message, fault.remedy) from None


def json_of_200(service: Service, answer: HttpAnswer) -> Any:  # noqa: ANN401 - JSON
    """The JSON of an answer of 200."""
    if answer.status != 200:
        raise Unobservable(f"{service.name} {probe.describe_answer(answer)}; expected 200")
    return json_of(service, answer)


def json_of(service: Service, answer: HttpAnswer) -> Any:  # noqa: ANN401 - JSON
    """The JSON of an answer, whatever its status."""
    if answer.truncated:
        raise Unobservable(f"{service.name}'s answer is too long or incomplete")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise unexpected_answer(service) from None


def unexpected_answer(service: Service) -> Unobservable:
    """The error for an answer that is not in the documented form."""
    return Unobservable(
        f"{service.name}'s answer does not match its documentation",
        "check that `url` is its API",
    )


def entries(service: Service, found: object) -> list[dict[str, Any]]:
    """A list of mappings; Unobservable if it is anything else."""
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise unexpected_answer(service)
    return found


def mapping(service: Service, found: object) -> dict[str, Any]:
    """A mapping; Unobservable if it is anything else."""
    if not isinstance(found, dict):
        raise unexpected_answer(service)
    return found


def bearer_header(token_env: str, world: World) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {probe.require_value(token_env, world)}"}
