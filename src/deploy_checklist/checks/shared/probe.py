"""What checks that open a connection share: parameters, targets, credentials, and phrases."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Self
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct
from msgspec.structs import replace
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ...opaque import OpaqueStruct
from ...outcome import Finding, Unobservable, failed
from ...values.hosts import has_stray_character, shown_host
from ...values.no_value import no_value_fault
from ...world.ports import HttpAnswer, ServiceFault, World
from .. import base

# Only these are shown: any other content type is a text of the server's own choice.
_MEDIA_TYPES = frozenset(
    [
        "text/html",
        "text/plain",
        "text/xml",
        "text/event-stream",
        "application/json",
        "application/problem+json",
        "application/xml",
        "application/xhtml+xml",
        "application/yaml",
        "application/octet-stream",
        "application/grpc",
        "application/x-protobuf",
    ]
)


class ProbeParams(base.Params):
    """What every kind that connects takes."""

    allow_private: bool = Field(
        default=False, description="`true`: private, loopback and link-local addresses are allowed."
    )
    timeout: base.Seconds = Field(
        default=10.0, description="Time limit for the whole check, including a retry."
    )
    ca_file: str | None = Field(
        default=None,
        min_length=1,
        description="Certificate of a private certificate authority: a file in the repository.",
        examples=["certs/ca.pem"],
    )

    def needs(self, *, value: bool) -> frozenset[base.Needs]:
        """The network; the repository for `ca_file`; the variable's value if `value` says so."""
        needs = {base.Needs.NETWORK}
        if value:
            needs.add(base.Needs.VALUE)
        if self.ca_file is not None:
            needs.add(base.Needs.REPOSITORY)
        return frozenset(needs)


class UrlParams(ProbeParams):
    """A probe of the rule's URL, or of the variable's value, perhaps with credentials."""

    url: str | None = Field(
        default=None,
        description="An http or https URL. Default: the variable's value.",
        examples=["https://shop.${domain}"],
    )
    path: str | None = Field(
        default=None, description="Path to append to the URL.", examples=["/healthz"]
    )
    host: str | None = Field(
        default=None,
        min_length=1,
        description="The host that the variable's URL must have. Without `host` or `url`, no "
        "credential is sent.",
        examples=["api.${domain}"],
    )
    bearer_env: str | None = Field(
        default=None,
        min_length=1,
        description="Variable that contains the bearer token.",
        examples=["API_TOKEN"],
    )
    basic_env: tuple[str, str] | None = Field(
        default=None,
        description="The two variables that contain the user and the password.",
        examples=[["API_USER", "API_PASSWORD"]],
    )
    header_env: Mapping[str, str] = Field(
        default_factory=dict,
        description="Headers whose values are in variables: `{ X-API-Key: NAME }`.",
        examples=[{"X-API-Key": "API_KEY"}],
    )

    @property
    def authenticates(self) -> bool:
        return bool(self.bearer_env or self.basic_env or self.header_env)

    @model_validator(mode="after")
    def _a_credential_goes_to_a_named_host_only(self) -> Self:
        if self.url is not None and _parsed(self.url) is None:
            raise PydanticCustomError("probe", "`url` is not an http or https URL")
        if self.url is not None and self.host is not None:
            raise PydanticCustomError(
                "probe",
                "`host` is only for a URL from the variable: `url` already has its host",
            )
        over_http = urlsplit(self.url or "").scheme == "http"
        if self.authenticates and over_http and not self.allow_private:
            raise PydanticCustomError(
                "probe", "credentials are not sent over http://: write https://"
            )
        if self.authenticates and self.url is None and self.host is None:
            raise PydanticCustomError(
                "probe",
                "credentials are sent only to a host that the rule names: add `host:` (or `url:`)",
            )
        return self


class FailedProbe(Struct, frozen=True, kw_only=True):
    """Why a probe got no answer: a fault of the variable or of the server."""

    fault: ServiceFault
    name: str | None = None  # the server's host; None if the fault is the variable's

    def finding(self) -> Finding:
        fault = self.fault
        if self.name is None:
            return replace(failed(fault.message, fault.remedy), of_value=True)
        return failed(f"{self.name}: {fault.message}", fault.remedy)


class ProbeTarget(OpaqueStruct, frozen=True, kw_only=True):
    """The URL of a probe, and what messages may call it: they never quote a variable's value."""

    url: str
    name: str  # the host if the rule writes it out, else "the host of NAME"
    shown: str  # the URL without query if the rule writes it out, else "the URL of NAME"

    @classmethod
    def literal(cls, url: str) -> Self:
        """A URL that is written in the rule itself."""
        parts = urlsplit(url)
        netloc = parts.netloc.rpartition("@")[2]
        shown = parts._replace(query="", fragment="", netloc=netloc).geturl()
        return cls(url=url, name=f"`{shown_host(parts.hostname or '')}`", shown=f"`{shown}`")


def probe_target(params: UrlParams, subject: str | None, world: World) -> ProbeTarget:
    """The URL to probe. ServiceFault if the variable's value is not one that may be asked."""
    if params.url is not None:
        return ProbeTarget.literal(with_path(params.url, params.path))
    parts = _parsed(base.value_of(subject, world))
    if parts is None:
        raise ServiceFault("is not an http or https URL", "write it as https://host/path")
    if parts.username is not None or parts.password is not None:
        raise ServiceFault(
            "contains a user and a password, so no request was sent",
            "put them into two variables, and name those in `basic_env`",
        )
    if params.host is not None and (
        shown_host(parts.hostname or "") != shown_host(params.host.lower())
    ):
        shown = shown_host(params.host)
        raise ServiceFault(f"points to a host other than `{shown}`, so nothing was sent")
    if params.authenticates and parts.scheme == "http" and not params.allow_private:
        raise ServiceFault("is http://, and credentials are not sent over http://", "use https://")
    name = f"`{shown_host(params.host)}`" if params.host else f"the host of {subject}"
    return ProbeTarget(
        url=with_path(parts.geturl(), params.path), name=name, shown=f"the URL of {subject}"
    )


def is_http_url(url: str) -> bool:
    """Whether it is an http or https URL with a host."""
    return _parsed(url) is not None


def _parsed(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        return None
    return None if has_stray_character(url) else parts


def with_path(url: str, path: str | None) -> str:
    """A URL and a path below it; the query stays behind the path."""
    if not path:
        return url
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{path.lstrip('/')}").geturl()


def credential_headers(params: UrlParams, world: World) -> dict[str, str]:
    """The headers with the credentials from the variables that the rule names."""
    headers = {
        header: require_value(variable, world) for header, variable in params.header_env.items()
    }
    if params.bearer_env:
        headers["Authorization"] = f"Bearer {require_value(params.bearer_env, world)}"
    if params.basic_env:
        user, password = (require_value(variable, world) for variable in params.basic_env)
        headers.update(basic_auth_header(user, password))
    return headers


def basic_auth_header(user: str, password: str) -> dict[str, str]:
    """The header of Basic authentication."""
    pair = f"{user}:{password}".encode("utf-8", "surrogateescape")  # a variable may hold any bytes
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def require_value(variable: str, world: World) -> str:
    """The variable's value; Unobservable if it is empty, or certainly no value."""
    value = base.value_of(variable, world)
    require_usable(value, variable)
    return value


def require_usable(text: str, variable: str) -> None:
    """Unobservable if the text that the variable holds is empty, or certainly no value."""
    fault = no_value_fault(text, variable) if text else "is empty"
    if fault:
        raise Unobservable(f"{variable} {fault}, so no request was sent", f"set {variable}")


def ca_certificates(ca_file: str | None, world: World) -> bytes | None:
    """The certificates of `ca_file`, from the repository."""
    if ca_file is None:
        return None
    pem = world.repository.read(ca_file)
    if pem is None:
        raise Unobservable(
            f"`{ca_file}` is not in the repository",
            "commit the authority's certificate, not its key",
        )
    return pem


def describe_answer(answer: HttpAnswer) -> str:
    """What a message may say about an answer: status, content type and size; never the body."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind:
        kind = "no content type"
    elif kind not in _MEDIA_TYPES:
        kind = "another content type"
    return f"answered {answer.status} ({kind}, {_size(answer)})"


def is_busy(answer: HttpAnswer) -> bool:
    """Whether the server cannot answer now (429, 5xx): this says nothing about what was asked."""
    return answer.status == 429 or answer.status >= 500


def _size(answer: HttpAnswer) -> str:
    size = len(answer.body)
    if answer.truncated:
        return f"more than {size // 1024} kB"
    return f"{size} bytes" if size < 1024 else f"{size / 1024:.1f} kB"
